package main

import "testing"

// TestTour walks the fourteen steps of a synchronization between two tenants on the command line, and holds the first
// chapter of docs/tour.md to what comes out (provisioning 3.2).
func TestTour(t *testing.T) {
	s := newStory(t)
	s.tell(`### Two organisations

Aurora has three people and a group; Borealis has nobody yet. Each is a tenant of its own: what belongs to one cannot be
seen from the other.`)
	s.show(exitOK, `hospes tenant create Aurora --domain aurora.example`)
	s.show(exitOK, `hospes tenant create Borealis --domain borealis.example`)
	s.show(exitOK, `hospes user create anna@aurora.example --display-name "Anna Berg" mail=anna@aurora.example department=Research --tenant Aurora`)
	s.show(exitOK, `hospes user create ben@aurora.example --display-name "Ben Holm" mail=ben@aurora.example department=Sales --tenant Aurora`)
	s.show(exitOK, `hospes user create carla@aurora.example --display-name "Carla Rossi" mail=carla@aurora.example department=Research --tenant Aurora`)
	s.show(exitOK, `hospes group create "Project Borealis" --tenant Aurora`)
	s.show(exitOK, `hospes group add "Project Borealis" anna@aurora.example ben@aurora.example carla@aurora.example --tenant Aurora`)

	s.tell(`### Step 1: plan

Who shall go, and with which data? Filters and mappings can be tried on one set of attributes before anything is set up.`)
	s.show(exitOK, `hospes filter eval --attributes '{"department":"Sales"}' '{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Research"]}}'`, "false")
	s.show(exitOK, `hospes expr eval --attributes '{"givenName":"Åsa","surname":"Öberg"}' 'Join(", ", [surname], [givenName])'`)

	s.tell(`### Step 2: the target lets people be synchronized in

In Borealis, Aurora becomes a partner, and may synchronize users.`)
	s.show(exitOK, `hospes policy partner add Aurora --tenant Borealis`)
	s.show(exitOK, `hospes policy partner sync Aurora --users --tenant Borealis`)

	s.tell(`### Step 3: the target takes the consent of these people as given

Without it, each of them would have to accept an invitation.`)
	s.show(exitOK, `hospes policy partner set Aurora --consent-inbound --tenant Borealis`)
	s.show(exitOK, `hospes policy partner list --tenant Borealis`)

	s.tell(`### Step 4: the source consents for its people

The same switch on the other side: both have to be on, each in its own tenant.`)
	s.show(exitOK, `hospes policy partner add Borealis --consent-outbound --tenant Aurora`)

	s.tell(`### Step 5: the configuration

From here on it is Aurora that acts: whoever sends people out keeps the configuration.`)
	s.show(exitOK, `hospes sync create --name Borealis --target Borealis --tenant Aurora`)

	s.tell(`### Step 6: the connection is tested

The test asks both tenants, and says which switch is missing.`)
	s.show(exitOK, `hospes sync test Borealis --tenant Aurora`, "both tenants allow it")

	s.tell(`### Step 7: who is in scope

The direct members of an assigned group are, and assigned people.`)
	s.show(exitOK, `hospes sync assign Borealis "Project Borealis" --tenant Aurora`)

	s.tell(`### Step 8: a scoping filter

Of those who are assigned, only people of Research shall go.`)
	s.show(exitOK, `hospes sync schema scope Borealis '{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Research"]}}' --tenant Aurora`)
	s.show(exitOK, `hospes sync schema scope Borealis --tenant Aurora`)

	s.tell(`### Step 9: the attribute mappings

They come filled in. ` + "`hospes sync schema show -o json`" + ` gives them as a file, and ` + "`hospes sync schema set`" + ` takes it back.`)
	s.show(exitOK, `hospes sync schema show Borealis --tenant Aurora`)

	s.tell(`### Step 10: who is told, and how much may be deleted at once`)
	s.show(exitOK, `hospes sync settings Borealis --notify it@aurora.example --hold-deletions 500 --tenant Aurora`)

	s.tell(`### Step 11: one person on demand

Anna goes at once, and each stage of the way is told. Ben is left out, and the stage that left him out says why.`)
	s.show(exitOK, `hospes sync provision Borealis anna@aurora.example --tenant Aurora`, "EntryExportAdd")
	s.show(exitOK, `hospes sync provision Borealis ben@aurora.example --tenant Aurora`, "department EQUALS 'Research'")
	s.tell(`In Borealis she is a member from elsewhere, under a name that tells from where.`)
	s.show(exitOK, `hospes user show anna_aurora.example#EXT#@borealis.example --select displayName,userPrincipalName,userType,department,externalUserState --tenant Borealis`)

	s.tell(`### Step 12: start

The plan first: how many people would a pass over everybody change now? Then the job is started.`)
	s.show(exitOK, `hospes sync plan Borealis --tenant Aurora`, "create   1\n")
	s.show(exitOK, `hospes sync start Borealis --tenant Aurora`)

	s.tell(`### Step 13: watch

Under ` + "`hospes serve`" + ` a started job runs by itself, within a second of a change. Here no server runs, so the cycle is run by hand.`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "created     1\n")
	s.show(exitOK, `hospes sync status Borealis --tenant Aurora`, "Succeeded")
	s.show(exitOK, `hospes sync logs Borealis --tenant Aurora`)
	s.tell(`Each tenant has an audit log of its own: the source of what was set up, the target of whom it got.`)
	s.show(exitOK, `hospes audit list --top 5 --tenant Aurora`)
	s.show(exitOK, `hospes audit list --filter "category eq 'UserManagement'" --tenant Borealis`, "Carla Rossi")
	s.show(exitOK, `hospes user list --select displayName,userPrincipalName,userType,accountEnabled --tenant Borealis`)

	s.tell(`### Step 14: may they leave by themselves?

Borealis says no. Where it says yes, and somebody leaves who is still in scope, the synchronization brings them back.`)
	s.show(exitOK, `hospes policy set external allowExternalIdentitiesToLeave=false --tenant Borealis`)
	s.show(exitOK, `hospes policy show external --tenant Borealis`, "allowExternalIdentitiesToLeave     false")

	s.tell(`### From then on

Anna marries. Nothing has to be done: the next cycle brings it over, and the doctor has nothing to say.`)
	s.show(exitOK, `hospes user set anna@aurora.example displayName="Anna Berg-Lund" --tenant Aurora`)
	s.show(exitOK, `hospes sync run Borealis --tenant Aurora`, "updated     1\n")
	s.show(exitOK, `hospes user list --filter "displayName eq 'Anna Berg-Lund'" --select displayName,userPrincipalName --tenant Borealis`, "anna_aurora.example#EXT#")
	s.show(exitOK, `hospes doctor anna@aurora.example --tenant Aurora`, "everything is right")
	s.keep()
}
