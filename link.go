package hospes

// LinkState says what the engine last did with the target of a link.
type LinkState uint8

// The states of a link. The numbers are stored.
const (
	LinkActive    LinkState = iota + 1 // the target exists and is kept right
	LinkDeleted                        // the engine put the target into the bin
	LinkLost                           // the target vanished without the engine's doing
	LinkAbandoned                      // disabled first, then out of scope: left as it is (row X7)
)

// TombstoneCause says who or what took the target of a link away; only the engine's own deletions are undone by it.
type TombstoneCause string

// The causes.
const (
	TombstoneNone          TombstoneCause = ""
	TombstoneAdministrator TombstoneCause = "administrator"
	TombstoneSelf          TombstoneCause = "self"
	TombstoneScope         TombstoneCause = "scope"
	TombstoneSource        TombstoneCause = "source"
	TombstoneUndo          TombstoneCause = "undo"
)

// Link is the remembered pairing of a source object and its target, one for each job and source object.
type Link struct {
	Number    Number
	Job       Number
	Source    Number
	SourceID  ObjectID
	Target    Number // 0 where the target is remote
	TargetID  string // the id in the target's own notation
	State     LinkState
	Tombstone TombstoneCause
	Pending   string // what is still to be done: one of the Pending constants, or ""
	Written   string // the value last written for each attribute, a JSON object
}

// What a link can have before it.
const (
	PendingDelete    = "delete"    // staged: is counted before it runs
	PendingDisable   = "disable"   // likewise
	PendingReference = "reference" // of a person: the manager or a group was not in the target yet
	PendingMembers   = "members"   // of a group: its members are to be brought in line
)

// Staged tells that the person is to be deleted or blocked once all such are counted.
func (l *Link) Staged() bool { return l.Pending == PendingDelete || l.Pending == PendingDisable }
