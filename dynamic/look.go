package dynamic

import (
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// changeBatch is how many changes one step reads, and how many people one page of a pass over everybody has; the smaller
// one while interactive writers wait.
const (
	changeBatch = 1000
	page        = 1000
	smallPage   = 100
)

// step is one transaction's worth of work: what there is to do, seen at one moment.
type step struct {
	processor *Processor
	followers []*follower
	from      hospes.Seq // the watermark
	to        hospes.Seq // the change up to which the groups follow once this is done
	unknown   bool       // nobody has looked at the tenant yet, or the log begins too late
	more      bool       // there are changes after these

	people map[hospes.Number]*concern
	anew   map[hospes.Number]bool // groups whose rule is to be read again, and asked about everybody
}

// concern is what of somebody changed.
type concern struct {
	mask hospes.Mask
	all  bool
}

// follower is a group that follows a rule.
type follower struct {
	store.GroupRule
	reading
}

// look sees what there is to do in a tenant.
func (p *Processor) look(r store.Reader) (*step, error) {
	s := &step{processor: p, people: map[hospes.Number]*concern{}, anew: map[hospes.Number]bool{}}
	watermark, known, err := r.RuleWatermark()
	if err != nil {
		return nil, err
	}
	s.from = watermark
	oldest, err := r.OldestSeq()
	if err != nil {
		return nil, err
	}
	if !known || oldest > watermark+1 {
		s.unknown = true
		s.to, err = r.Seq()
		return s, err
	}
	if s.followers, err = p.read(r, watermark); err != nil {
		return nil, err
	}
	changes, err := r.Changes(watermark, changeBatch)
	if err != nil {
		return nil, err
	}
	s.to, s.more = watermark, len(changes) == changeBatch
	for _, c := range changes {
		s.to = c.Seq
		s.note(c)
	}
	s.drop()
	return s, nil
}

// idle tells that nothing is to be written. Changes that concern no group are read again next time, until they are many.
func (s *step) idle() bool {
	return !s.unknown && !s.more && len(s.people) == 0 && len(s.anew) == 0 && len(s.passing()) == 0
}

// note files one change.
func (s *step) note(c hospes.Change) {
	switch {
	case c.Class == hospes.ClassUser && c.Relation == hospes.RelationManager:
		s.concerned(c.Object).all = true
	case c.Class == hospes.ClassUser && c.Relation == 0 && c.Operation == hospes.OperationUpdate:
		of := s.concerned(c.Object)
		of.mask = of.mask.Union(c.Mask)
	case c.Class == hospes.ClassUser && (c.Operation == hospes.OperationAdd || c.Operation == hospes.OperationRestore):
		s.concerned(c.Object).all = true
	case c.Class == hospes.ClassGroup && c.Relation == hospes.RelationMember:
		if c.Other.Class() == hospes.ClassUser && slices.ContainsFunc(s.followers, func(f *follower) bool { return f.takesFrom(c.ID) }) {
			s.concerned(c.Other).all = true
		}
	case c.Class == hospes.ClassGroup && c.Relation == 0:
		s.noteGroup(c)
	case c.Class == hospes.ClassExtensionProperty:
		for _, f := range s.followers {
			if f.extended {
				s.anew[f.Group] = true
			}
		}
	}
}

func (s *step) noteGroup(c hospes.Change) {
	if !directory.ChangesRule(c) {
		return
	}
	if c.Operation != hospes.OperationDelete && c.Operation != hospes.OperationPurge { // what kind of group it is now shows when it is read
		s.anew[c.Object] = true
	}
	for _, f := range s.followers {
		if f.Group == c.Object || f.takesFrom(c.ID) {
			s.anew[f.Group] = true
		}
	}
}

func (s *step) concerned(n hospes.Number) *concern {
	if s.people[n] == nil {
		s.people[n] = &concern{}
	}
	return s.people[n]
}

// drop forgets the people of whom nothing changed that a rule asks about.
func (s *step) drop() {
	for n, c := range s.people {
		if !slices.ContainsFunc(s.followers, func(f *follower) bool { return !s.anew[f.Group] && c.touches(f) }) {
			delete(s.people, n)
		}
	}
}

// touches tells that the answer of a group's rule may be another one now.
func (c *concern) touches(f *follower) bool {
	return f.rule != nil && (c.all || c.mask.Overlaps(f.rule.Mask()))
}

// passing gives the groups whose rule is being asked about everybody, of those that have come least far.
func (s *step) passing() (list []*follower) {
	for _, f := range s.followers {
		switch {
		case f.Position == 0 || len(list) > 0 && f.Position > list[0].Position:
		case len(list) > 0 && f.Position == list[0].Position:
			list = append(list, f)
		default:
			list = []*follower{f}
		}
	}
	return list
}
