package main

import (
	"strings"
	"testing"
)

const annasTwin = `anna_aurora.example#EXT#@borealis.example`

// newPair is a story of two tenants with a synchronization that nothing keeps from running, and one person in its scope.
func newPair(t *testing.T) *story {
	s := newClosedPair(t)
	s.do(`hospes policy partner set Aurora --consent-inbound --tenant Borealis`, `hospes policy partner set Borealis --consent-outbound --tenant Aurora`)
	return s
}

// newClosedPair is one in which nobody has consented yet.
func newClosedPair(t *testing.T) *story {
	s := newStory(t)
	s.do(
		`hospes tenant create Aurora --domain aurora.example`,
		`hospes tenant create Borealis --domain borealis.example`,
		`hospes user create anna@aurora.example --display-name "Anna Berg" mail=anna@aurora.example department=Research --tenant Aurora`,
		`hospes policy partner add Aurora --tenant Borealis`,
		`hospes policy partner sync Aurora --users --tenant Borealis`,
		`hospes policy partner add Borealis --tenant Aurora`,
		`hospes sync create --name Borealis --target Borealis --tenant Aurora`,
		`hospes sync assign Borealis anna@aurora.example --tenant Aurora`,
		`hospes sync start Borealis --tenant Aurora`,
	)
	return s
}

// twin gives the id of the only object that Borealis has with an address.
func (s *story) twin(mail string) string {
	s.Helper()
	lines := strings.Fields(s.run(exitOK, `hospes user list --filter "mail eq '`+mail+`'" --select id --tenant Borealis -o csv`))
	if len(lines) != 2 {
		s.Fatalf("of %s Borealis has %q", mail, lines)
	}
	return lines[1]
}

// same holds that the person is there, and as the object they were.
func (s *story) same(mail, id string) {
	s.Helper()
	if now := s.twin(mail); now != id {
		s.Errorf("the object was %s and is %s", id, now)
	}
}

// TestSymptom_1_TheTestOfTheConnectionFails is row X01 of guests 7.3: neither tenant consents.
func TestSymptom_1_TheTestOfTheConnectionFails(t *testing.T) {
	s := newClosedPair(t)
	s.tell(`### 1. The test of the connection fails

Neither of the two tenants has switched the consent on. The test names the first switch that is missing, and the first
cycle puts the job into quarantine.`)
	s.show(exitFailed, `hospes sync test Borealis --tenant Aurora`, "AzureActiveDirectoryCrossTenantSyncPolicyCheckFailure")
	s.show(exitRefused, `hospes sync run Borealis --tenant Aurora`, "hospes policy partner")
	s.tell(`The doctor names all switches, and in whose tenant each of them is. With --fix it makes the calls, and looks again.`)
	s.show(exitFailed, `hospes doctor anna@aurora.example --tenant Aurora`, "Aurora, the source", "Borealis, the target")
	s.show(exitOK, `hospes doctor anna@aurora.example --fix --tenant Aurora`)
	s.show(exitOK, `hospes sync test Borealis --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "created     1\n")
	s.show(exitOK, `hospes doctor anna@aurora.example --tenant Aurora`, "everything is right")
	s.keep()
}

// TestSymptom_2_TheSwitchOfTheConsent is row X02: in the original a licence stands before the switch. Here nothing does,
// and what is left of the symptom is that one side cannot set the switch of the other.
func TestSymptom_2_TheSwitchOfTheConsent(t *testing.T) {
	s := newClosedPair(t)
	s.do(`hospes policy partner set Borealis --consent-outbound --tenant Aurora`)
	s.tell(`### 2. The switch of the consent cannot be set

In Entra it is grey without a licence. Here nothing stands before it, but it is still two switches: Aurora has set its own,
and the one that is missing is not in Aurora.`)
	s.show(exitOK, `hospes policy show partner Borealis --tenant Aurora`, "outboundAllowed  true")
	s.show(exitFailed, `hospes sync test Borealis --tenant Aurora`, "The target tenant")
	s.show(exitFailed, `hospes doctor anna@aurora.example --tenant Aurora`, "who acts  Borealis, the target")
	s.tell(`Somebody in Borealis sets it.`)
	s.show(exitOK, `hospes policy partner set Aurora --consent-inbound --tenant Borealis`)
	s.show(exitOK, `hospes sync test Borealis --tenant Aurora`)
	s.do(`hospes sync run Borealis --tenant Aurora`)
	s.show(exitOK, `hospes doctor anna@aurora.example --tenant Aurora`, "everything is right")
	s.keep()
}

// TestSymptom_3_ADeletedUserIsNotRestored is row X03: what an administrator of the target deletes stays deleted, nobody
// is made twice, and the restored object is the one it was, with its groups.
func TestSymptom_3_ADeletedUserIsNotRestored(t *testing.T) {
	s := newPair(t)
	s.do(`hospes sync run Borealis --tenant Aurora`, `hospes group create "Lab" --tenant Borealis`, `hospes group add "Lab" `+annasTwin+` --tenant Borealis`)
	id := s.twin(`anna@aurora.example`)
	s.tell(`### 3. A user who was deleted in the target is not restored

Anna is in Borealis, and in a group there. Somebody in Borealis deletes her; at home she changes. No cycle brings her back,
and provisioning on demand makes no second Anna.`)
	s.show(exitOK, `hospes group members Lab --tenant Borealis`, id)
	s.show(exitOK, `hospes user delete `+annasTwin+` --tenant Borealis`)
	s.show(exitOK, `hospes user set anna@aurora.example department=Sales --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "restored    0\n")
	s.show(exitOK, `hospes sync provision Borealis anna@aurora.example --tenant Aurora`, "DeletedByAdministrator")
	s.tell(`The doctor finds her in the bin. It restores her, and takes over what she has missed.`)
	s.show(exitFailed, `hospes doctor anna@aurora.example --tenant Aurora`, "deletedItems/"+id+"/restore")
	s.show(exitOK, `hospes doctor anna@aurora.example --fix --tenant Aurora`, "everything is right")
	s.tell(`She is the same object, and still in her group.`)
	s.show(exitOK, `hospes user list --select displayName,department,id --tenant Borealis`, "Sales")
	s.show(exitOK, `hospes group members Lab --tenant Borealis`, id)
	s.same(`anna@aurora.example`, id)
	s.keep()
}

// TestSymptom_4_SMSSignIn is row X04: who signs in by SMS fails the filter of external users.
func TestSymptom_4_SMSSignIn(t *testing.T) {
	s := newPair(t)
	s.do(`hospes sync run Borealis --tenant Aurora`)
	id := s.twin(`anna@aurora.example`)
	s.tell(`### 4. Users are skipped who sign in by SMS

Anna is in Borealis, and begins to sign in by SMS. The next cycle takes her away.`)
	s.show(exitOK, `hospes user phone add anna@aurora.example mobile "+39 3330000000" --tenant Aurora`)
	s.show(exitOK, `hospes user phone sms anna@aurora.example on --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "deleted     1\n")
	s.show(exitOK, `hospes sync provision Borealis anna@aurora.example --tenant Aurora`, "alternativeSecurityIds EQUALS 'None'")
	s.tell(`The filter says little. The doctor says what it means.`)
	s.show(exitFailed, `hospes doctor anna@aurora.example --tenant Aurora`, "signs in by SMS")
	s.show(exitOK, `hospes doctor anna@aurora.example --fix --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "restored    1\n")
	s.show(exitOK, `hospes doctor anna@aurora.example --tenant Aurora`, "everything is right")
	s.same(`anna@aurora.example`, id)
	s.keep()
}

// TestSymptom_5_NobodyMayInvite is row X05.
func TestSymptom_5_NobodyMayInvite(t *testing.T) {
	s := newPair(t)
	s.tell(`### 5. Users fail with AzureActiveDirectoryForbidden

Borealis lets nobody invite, not even its administrators.`)
	s.show(exitOK, `hospes policy set authorization allowInvitesFrom=none --tenant Borealis`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "failed      1\n")
	s.show(exitOK, `hospes sync logs Borealis --tenant Aurora`, "AzureActiveDirectoryForbidden")
	s.tell(`Somebody who has failed is tried again after hours. The doctor does not wait for that.`)
	s.show(exitFailed, `hospes doctor anna@aurora.example --tenant Aurora`, "Nobody may invite")
	s.show(exitOK, `hospes doctor anna@aurora.example --fix --tenant Aurora`, "everything is right")
	s.show(exitOK, `hospes user show `+annasTwin+` --select displayName,userPrincipalName --tenant Borealis`)
	s.keep()
}

// TestSymptom_6_TheNameOfTheInvitationStays is row X06: a guest that was invited under another address, and had not
// redeemed when the synchronization took it over.
func TestSymptom_6_TheNameOfTheInvitationStays(t *testing.T) {
	s := newClosedPair(t)
	s.do(`hospes user create carla@aurora.example --display-name "Carla Rossi" mail=c.rossi@aurora.example --tenant Aurora`)
	s.tell(`### 6. A guest keeps the name of an invitation

Before there was a synchronization, Borealis had invited Carla by her address, which is not her user principal name. She has
never accepted.`)
	s.show(exitOK, `hospes user show carla@aurora.example --select displayName,userPrincipalName,mail --tenant Aurora`)
	s.do(`hospes guest invite c.rossi@aurora.example --tenant Borealis`)
	s.show(exitOK, `hospes guest list --pending --tenant Borealis`, "PendingAcceptance")
	id := s.twin(`c.rossi@aurora.example`)
	s.do(
		`hospes policy partner set Aurora --consent-inbound --tenant Borealis`, `hospes policy partner set Borealis --consent-outbound --tenant Aurora`,
		`hospes sync run Borealis --tenant Aurora`,
	)
	s.tell(`Now a synchronization runs, and Carla is put into its scope. It takes the guest over, but not the name.`)
	s.show(exitOK, `hospes sync assign Borealis carla@aurora.example --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "updated     1\n")
	s.show(exitOK, `hospes user list --select displayName,userPrincipalName,externalUserState,id --tenant Borealis`, "c.rossi_aurora.example#EXT#")
	s.show(exitFailed, `hospes doctor carla@aurora.example --tenant Aurora`, "still has the name of that invitation")
	s.show(exitOK, `hospes doctor carla@aurora.example --fix --tenant Aurora`, "everything is right")
	s.show(exitOK, `hospes user list --select displayName,userPrincipalName,externalUserState,id --tenant Borealis`, "carla_aurora.example#EXT#")
	s.same(`c.rossi@aurora.example`, id)
	s.keep()
}

// TestSymptom_7_SomebodyDoesNotArrive is what step 11 of the article shows of people out of scope: each cause of it at
// once.
func TestSymptom_7_SomebodyDoesNotArrive(t *testing.T) {
	s := newPair(t)
	s.do(
		`hospes user create ben@aurora.example --display-name "Ben Holm" mail=ben@aurora.example department=Sales --tenant Aurora`,
		`hospes user set ben@aurora.example accountEnabled=false --tenant Aurora`,
		`hospes sync schema scope Borealis '{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Research"]}}' --tenant Aurora`,
	)
	s.tell(`### 7. Somebody does not arrive

A cycle runs, nothing fails, and Ben is not in Borealis.`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "failed      0\n")
	s.show(exitOK, `hospes user list --select displayName,userPrincipalName --tenant Borealis`)
	s.show(exitOK, `hospes sync provision Borealis ben@aurora.example --tenant Aurora`, "Assigned to the application")
	s.tell(`There are three causes. The doctor tells all of them, with the calls that mend two; who passes the filter is for people to
decide.`)
	s.show(exitFailed, `hospes doctor ben@aurora.example --tenant Aurora`, "department EQUALS 'Research'")
	s.show(exitFailed, `hospes doctor ben@aurora.example --fix --tenant Aurora`, "done: PATCH", "done: POST", "no call mends it")
	s.show(exitOK, `hospes user set ben@aurora.example department=Research --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "created     1\n")
	s.show(exitOK, `hospes doctor ben@aurora.example --tenant Aurora`, "everything is right")
	s.keep()
}

// TestDeletedConfiguration is the rest of the article's last section: a configuration is deleted, and its people stay or go.
func TestDeletedConfiguration(t *testing.T) {
	s := newPair(t)
	s.do(`hospes sync run Borealis --tenant Aurora`)
	s.tell(`### And back: a configuration is deleted

Who has come stays, unless it is said otherwise. With ` + "`--people remove`" + ` they go into the bin of Borealis first.`)
	s.show(exitOK, `hospes sync delete Borealis --people remove --tenant Aurora`, "people brought into the target: 1")
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`)
	s.show(exitOK, `hospes user list --deleted --select displayName,userPrincipalName --tenant Borealis`, annasTwin)
	s.show(exitOK, `hospes sync delete Borealis --tenant Aurora`)
	s.show(exitOK, `hospes sync list --tenant Aurora`, "there are no synchronizations")
	s.keep()
}
