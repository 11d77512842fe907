package hospes

import "time"

// JobState is the administrative state of a job: schedule.state on the wire.
type JobState string

// The states, in wire spelling.
const (
	JobActive   JobState = "Active"
	JobPaused   JobState = "Paused"
	JobDisabled JobState = "Disabled"
)

// JobCode is the effective state of a job: status.code on the wire.
type JobCode string

// The codes, in wire spelling.
const (
	JobCodeNotConfigured JobCode = "NotConfigured"
	JobCodeNotRun        JobCode = "NotRun"
	JobCodeActive        JobCode = "Active"
	JobCodePaused        JobCode = "Paused"
	JobCodeQuarantine    JobCode = "Quarantine"
)

// SyncInterval is the time from the start of one cycle to the start of the next.
const SyncInterval = 40 * time.Minute

// Job is a synchronization configuration in running form.
type Job struct {
	Number    Number
	ID        string
	Principal Number // the service principal it belongs to
	Template  string
	State     JobState
	Interval  time.Duration
	Created   time.Time
	Schema    string            // the synchronizationSchema; empty for the template's own
	Settings  map[string]string // synchronizationJobSettings
	Status    JobStatus
	Version   int64 // counts the writes, for the check that nobody wrote in between
}

// SettingTargetBlock says what becomes of a block that an administrator of the target has put on somebody: TargetBlockKeep
// (the default) or TargetBlockOverwrite, which lifts it when the source changes (provisioning 2.3 X13).
const (
	SettingTargetBlock   = "targetBlock"
	TargetBlockKeep      = "keep"
	TargetBlockOverwrite = "overwrite"
)

// TargetBlock gives the setting of that name.
func (j Job) TargetBlock() string {
	if j.Settings[SettingTargetBlock] == TargetBlockOverwrite {
		return TargetBlockOverwrite
	}
	return TargetBlockKeep
}

// JobStatus is what a running job knows of itself. It is written in the transaction of the work that it tells of.
type JobStatus struct {
	Code         JobCode        `json:"code"`
	Watermark    Seq            `json:"watermark"`       // changes up to here have been worked in
	Initial      bool           `json:"initial"`         // the next cycle evaluates everybody
	Cycle        *CycleProgress `json:"cycle,omitempty"` // the cycle that is under way, or was when the process died
	Last         *Execution     `json:"last,omitempty"`
	LastGood     *Execution     `json:"lastGood,omitempty"`
	LastExports  *Execution     `json:"lastExports,omitempty"`
	SteadyFirst  time.Time      `json:"steadyFirst"`
	SteadyLast   time.Time      `json:"steadyLast"`
	Failures     int            `json:"failures"` // cycles in a row that failed whole
	Quarantine   *Quarantine    `json:"quarantine,omitempty"`
	Ending       bool           `json:"ending,omitempty"`       // takes everybody away from the target, and is deleted then
	AllowDeletes bool           `json:"allowDeletes,omitempty"` // staged deletions of this cycle may run, whatever their number
	Synchronized int64          `json:"synchronized"`           // people with a link; only ever grows
	Grouped      int64          `json:"grouped,omitempty"`      // groups with a link; likewise
	Linked       bool           `json:"linked,omitempty"`       // somebody was linked since references were last looked at
	Groups       bool           `json:"groups,omitempty"`       // groups took part in the last cycle
	GroupsClosed bool           `json:"groupsClosed,omitempty"` // they would have, had the target tenant let them in
}

// Unread gives the seq after which the job has still to read the change log of its tenant. Where its next reading begins
// with everybody, it needs nothing of the log and reads is false.
func (s JobStatus) Unread() (after Seq, reads bool) {
	switch c := s.Cycle; {
	case c != nil && c.Kind == CycleIncremental:
		return c.From, true
	case s.Initial:
		return 0, false
	case c != nil:
		return c.To, true // it looks at everybody as of then
	}
	return s.Watermark, s.Watermark > 0
}

// CycleKind tells the first pass over a source from those that follow its changes.
type CycleKind string

// The kinds of cycles.
const (
	CycleInitial     CycleKind = "initial"
	CycleIncremental CycleKind = "incremental"
	CycleOnDemand    CycleKind = "onDemand"
)

// CyclePhase is the part of a cycle that is being worked on.
type CyclePhase string

// The phases, in order.
const (
	PhaseObjects    CyclePhase = "objects"    // create, update, restore; deletions are only staged
	PhaseRetries    CyclePhase = "retries"    // those who failed before and whose time has come
	PhaseGroups     CyclePhase = "groups"     // every assigned group, where all of them are looked at
	PhaseReferences CyclePhase = "references" // managers and memberships of people, once both ends exist
	PhaseMembers    CyclePhase = "members"    // the members of groups that are new or looked at anew
	PhaseDeletions  CyclePhase = "deletions"  // what was staged, after it has been counted
	PhaseHeld       CyclePhase = "held"       // or, where it is too much, what is told of it
)

// CycleProgress is where a cycle stands; a cycle resumes from it after a crash.
type CycleProgress struct {
	ID       string      `json:"id"`
	Kind     CycleKind   `json:"kind"`
	Began    time.Time   `json:"began"`
	From     Seq         `json:"from"` // the watermark at the start
	To       Seq         `json:"to"`   // the watermark when it is done
	Phase    CyclePhase  `json:"phase"`
	Position int64       `json:"position"` // the last number or change that is done in this phase
	Total    int64       `json:"total"`    // people to look at, as far as is known
	Counts   CycleCounts `json:"counts"`

	Groups  bool       `json:"groups,omitempty"`  // groups take part
	Sweep   bool       `json:"sweep,omitempty"`   // every assigned group is looked at
	Members *MemberRun `json:"members,omitempty"` // the group whose members are being gone through
}

// MemberRun is where the going through of one group's members stands.
type MemberRun struct {
	Group Number `json:"group"`
	After Number `json:"after"`           // the last member of the source that is done
	Prune bool   `json:"prune,omitempty"` // all of the source are done; now those in the target who are none any more
	Next  string `json:"next,omitempty"`  // what follows, in the target's own notation
}

// CycleCounts are the counters of a cycle.
type CycleCounts struct {
	Imported int64 `json:"imported"`
	Deltas   int64 `json:"deltas"`
	Entitled int64 `json:"entitled"`
	Created  int64 `json:"created"`
	Updated  int64 `json:"updated"`
	Disabled int64 `json:"disabled"`
	Deleted  int64 `json:"deleted"`
	Restored int64 `json:"restored"`
	Staged   int64 `json:"staged"`
	Skipped  int64 `json:"skipped"` // out of scope, or both sides alike
	OutScope int64 `json:"outScope"`
	Failed   int64 `json:"failed"`

	FailedReferences int64 `json:"failedReferences,omitempty"`
}

// Exported gives the number of writes to the target.
func (c CycleCounts) Exported() int64 {
	return c.Created + c.Updated + c.Disabled + c.Deleted + c.Restored
}

// Execution is a cycle that has ended.
type Execution struct {
	ID      string      `json:"id"`
	Kind    CycleKind   `json:"kind"`
	State   string      `json:"state"` // Succeeded, Failed, EntryLevelErrors
	Began   time.Time   `json:"began"`
	Ended   time.Time   `json:"ended"`
	Counts  CycleCounts `json:"counts"`
	ErrCode string      `json:"errCode,omitempty"`
	ErrText string      `json:"errText,omitempty"`
}

// Quarantine is a whole job slowed down.
type Quarantine struct {
	Reason       string    `json:"reason"`
	CurrentBegan time.Time `json:"currentBegan"`
	SeriesBegan  time.Time `json:"seriesBegan"`
	SeriesCount  int       `json:"seriesCount"`
	NextAttempt  time.Time `json:"nextAttempt"`
	ErrCode      string    `json:"errCode,omitempty"`
	ErrText      string    `json:"errText,omitempty"`
}
