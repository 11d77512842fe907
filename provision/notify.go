package provision

import (
	"maps"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/mail"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// notify puts a message to those whom the notification settings name, in the language of the organisation. It leaves
// when the transaction is committed.
func (r *run) notify(tx store.Tx, kind string, args words.Args) error {
	settings := r.settings.Notification()
	addresses := mail.Addresses(settings.Recipients)
	if !settings.Enabled || len(addresses) == 0 {
		return nil
	}
	organization, err := store.FindSingleton(tx, hospes.OrganizationSchema)
	if err != nil {
		return err
	}
	all := words.Args{"configuration": r.principal.Text(hospes.PrincipalDisplayName), "tenant": tx.Tenant().DisplayName}
	maps.Copy(all, args)
	message := mail.Message{Kind: kind, Language: words.Match(organization.Text(hospes.OrganizationPreferredLanguage)), Args: all}
	return mail.Put(tx, r.engine.Sealer, message, addresses...)
}

// tellOfFailures tells that people failed, once until a cycle passes without a failure.
func (r *run) tellOfFailures(tx store.Tx, before *hospes.Execution, c hospes.CycleCounts) error {
	if c.Failed == 0 || before != nil && before.Counts.Failed > 0 {
		return nil
	}
	return r.notify(tx, "failures", words.Args{"count": strconv.FormatInt(c.Failed, 10)})
}
