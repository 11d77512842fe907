package directory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// TextResolver looks up TXT records. [net.Resolver] is one.
type TextResolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// lookupTime is how long the proof of a domain may take; whoever asks is waiting.
const lookupTime = 15 * time.Second

// AddVerifiedDomains gives the tenant names that somebody who may has vouched for. The first becomes the default.
func AddVerifiedDomains(tx store.Tx, names ...string) error {
	for _, name := range names {
		if _, err := VouchDomain(tx, name); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return nil
	}
	_, err := MakeDefaultDomain(tx, names[0])
	return err
}

// VouchDomain gives the tenant a domain without a proof.
func VouchDomain(tx store.Tx, name string) (hospes.Domain, error) {
	if !hospes.ValidDomainName(name) {
		return hospes.Domain{}, hospes.Invalidf("directory.VouchDomain", "'%s' is not a domain name.", name)
	}
	d := hospes.Domain{Name: hospes.Fold(name), Verified: true, Created: tx.Now()}
	if have, err := FindDomain(tx, name); err == nil && have.Verified {
		return have, nil
	}
	if err := tx.PutDomain(d); err != nil {
		return d, err
	}
	return d, auditDomain(tx, "Add verified domain", "Add", d.Name)
}

// AddDomain names a domain that the tenant is going to prove. Conflict where the tenant has it already.
func AddDomain(tx store.Tx, name string) (hospes.Domain, error) {
	const op = "directory.AddDomain"
	if !hospes.ValidDomainName(name) {
		return hospes.Domain{}, hospes.Invalidf(op, "'%s' is not a domain name.", name)
	}
	d := hospes.Domain{Name: hospes.Fold(name), Created: tx.Now()}
	switch _, err := FindDomain(tx, name); {
	case err == nil:
		return d, hospes.Conflicting(op, "id")
	case hospes.KindOf(err) != hospes.KindNotFound:
		return d, err
	}
	if err := tx.PutDomain(d); err != nil {
		return d, err
	}
	return d, auditDomain(tx, "Add unverified domain", "Add", d.Name)
}

// FindDomain gives a domain of the tenant. NotFound where it has none of the name.
func FindDomain(r store.Reader, name string) (hospes.Domain, error) {
	domains, err := r.Domains()
	if err != nil {
		return hospes.Domain{}, err
	}
	if i := slices.IndexFunc(domains, func(d hospes.Domain) bool { return d.Name == hospes.Fold(name) }); i >= 0 {
		return domains[i], nil
	}
	return hospes.Domain{}, hospes.NotFound("directory.FindDomain", name)
}

// DomainProof is the text that has to stand in a TXT record of a domain, so that the tenant is believed to own it. It
// follows from the tenant and the name: who could draw another one could draw until it is one that stands there already.
func DomainProof(t hospes.TenantID, name string) string {
	sum := sha256.Sum256(append(t.Bytes(), hospes.Fold(name)...))
	return fmt.Sprintf("MS=ms%08d", binary.BigEndian.Uint64(sum[:])%100_000_000)
}

// ProveDomain looks for the proof. It answers what is wrong where it is not there, and Unavailable where nobody knows.
func ProveDomain(ctx context.Context, resolver TextResolver, t hospes.TenantID, name string) error {
	const op = "directory.ProveDomain"
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	proof := DomainProof(t, name)
	texts, err := resolver.LookupTXT(ctx, hospes.Fold(name)+".")
	var problem *net.DNSError
	switch {
	case errors.As(err, &problem) && problem.IsNotFound:
	case err != nil:
		return &hospes.Error{
			Kind: hospes.KindUnavailable, Op: op, Code: "DomainVerificationUnavailable", Err: err,
			Message: "The name servers of '" + name + "' could not be asked. Try again in some minutes.",
		}
	case slices.ContainsFunc(texts, func(text string) bool { return strings.EqualFold(strings.TrimSpace(text), proof) }):
		return nil
	}
	have := "there is no such record"
	if len(texts) > 0 {
		have = "the records there say something else"
	}
	return hospes.Invalidf(op, "The domain '%s' could not be verified: a TXT record with the text '%s' is expected at it, and %s. A new record can take up to 72 hours to be seen.", name, proof, have)
}

// VerifyDomain makes a domain that was proven one that counts. Conflict where another tenant was faster.
func VerifyDomain(tx store.Tx, name string) (hospes.Domain, error) {
	d, err := FindDomain(tx, name)
	if err != nil || d.Verified {
		return d, err
	}
	d.Verified = true
	if err := tx.PutDomain(d); err != nil {
		return d, err
	}
	return d, auditDomain(tx, "Verify domain", "Update", d.Name)
}

// MakeDefaultDomain makes a verified domain the one that new addresses get.
func MakeDefaultDomain(tx store.Tx, name string) (hospes.Domain, error) {
	chosen, err := FindDomain(tx, name)
	if err != nil || chosen.Default {
		return chosen, err
	}
	if !chosen.Verified {
		return chosen, hospes.Invalidf("directory.MakeDefaultDomain", "An unverified domain cannot be the default. Verify '%s' first.", chosen.Name)
	}
	domains, err := tx.Domains()
	if err != nil {
		return chosen, err
	}
	for _, d := range domains {
		if d.Default {
			d.Default = false
			if err := tx.PutDomain(d); err != nil {
				return chosen, err
			}
		}
	}
	chosen.Default = true
	if err := tx.PutDomain(chosen); err != nil {
		return chosen, err
	}
	return chosen, auditDomain(tx, "Update domain", "Update", chosen.Name)
}

// DeleteDomain gives a domain up. The initial one and the default stay, and one that names and addresses end with.
func DeleteDomain(tx store.Tx, name string) error {
	const op = "directory.DeleteDomain"
	d, err := FindDomain(tx, name)
	switch {
	case err != nil:
		return err
	case d.Initial:
		return hospes.Invalidf(op, "The initial domain '%s' of the organization cannot be deleted.", d.Name)
	case d.Default:
		return hospes.Invalidf(op, "The default domain '%s' cannot be deleted. Make another domain the default first.", d.Name)
	}
	activity := "Remove unverified domain"
	if d.Verified {
		activity = "Remove verified domain"
		user, err := domainUser(tx, d.Name)
		if err != nil {
			return err
		}
		if user != "" {
			return hospes.Invalidf(op, "The domain '%s' is in use, by %s among others. Give them another name or address first, also those in the bin.", d.Name, user)
		}
	}
	if err := tx.DeleteDomain(d.Name); err != nil {
		return err
	}
	return auditDomain(tx, activity, "Delete", d.Name)
}

// domainUser names somebody or something whose principal name or address ends with a domain, or "". External users count
// by their principal name alone: their addresses are their own.
func domainUser(r store.Reader, domain string) (string, error) {
	for _, q := range []struct {
		schema       *hospes.Schema
		filter, name string
	}{
		{hospes.UserSchema, "endswith(userPrincipalName,'@%[1]s')", "userPrincipalName"},
		{hospes.UserSchema, "proxyAddresses/any(p:endswith(p,'@%[1]s')) and creationType ne 'Invitation'", "userPrincipalName"},
		{hospes.GroupSchema, "proxyAddresses/any(p:endswith(p,'@%[1]s'))", "displayName"},
	} {
		parsed, err := odata.ParseFilter(fmt.Sprintf(q.filter, domain)) // a domain name holds no quote
		if err != nil {
			return "", err
		}
		filter, err := odata.Check(parsed, odata.ObjectSchema(q.schema), odata.Mode{Advanced: true})
		if err != nil {
			return "", err
		}
		page, err := r.List(store.Query{Schema: q.schema, Bin: store.Anywhere, Filter: filter, Limit: 1})
		if err != nil {
			return "", err
		}
		if len(page.Documents) > 0 {
			o, err := page.Documents[0].Object()
			if err != nil {
				return "", err
			}
			return "the " + q.schema.Name + " '" + o.Text(q.schema.Must(q.name)) + "'", nil
		}
	}
	return "", nil
}

func auditDomain(tx store.Tx, activity, operation, name string) error {
	return tx.Audit(&hospes.Audit{
		Activity: activity, Category: "DirectoryManagement", Service: "Core Directory", Operation: operation, Result: "success",
		Targets: []hospes.AuditTarget{{ID: name, DisplayName: name, Type: "Domain"}},
	})
}
