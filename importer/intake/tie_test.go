package intake_test

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// TestGuests4_3_AnImportNestsNoHiddenGroup: whoever sees the members of the one would see those of the other.
func TestGuests4_3_AnImportNestsNoHiddenGroup(t *testing.T) {
	w := newWorld(t, "aurora.example")
	w.must(w.store.Update(ctx, store.Write{Tenant: w.tenant.ID, By: by}, func(tx store.Tx) error {
		_, err := directory.CreateGroup(tx, hospes.SystemRandom(), []hospes.Edit{
			{Property: hospes.GroupDisplayName, Value: hospes.String("Secret")}, {Property: hospes.GroupMailEnabled, Value: hospes.True}, {Property: hospes.GroupTypes, Value: hospes.Strings("Unified")},
			{Property: hospes.GroupMailNickname, Value: hospes.String("secret")}, {Property: hospes.GroupSecurityEnabled, Value: hospes.False},
			{Property: hospes.GroupVisibility, Value: hospes.String("HiddenMembership")},
		})
		return err
	}))
	_, problems := w.run("groups.ldif", "dn: cn=Secret,dc=x\nobjectClass: groupOfNames\ncn: Secret\n\ndn: cn=Open,dc=x\nobjectClass: groupOfNames\ncn: Open\nmember: cn=Secret,dc=x\n")
	_, _, _, members := w.content()
	equal(t, "members", len(members["Open"]), 0)
	last := len(problems) - 1 // the one before says that the import would make the group another kind
	if last != 1 || problems[last].Code != "InvalidReference" || !strings.Contains(problems[last].Message, "hides its members") {
		t.Errorf("problems: %v", problems)
	}
}
