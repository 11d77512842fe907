package provision_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
)

// act carries out one line of a scenario: a verb and its words.
func (s *scenario) act(where string, words []string) error {
	s.Helper()
	if len(words) == 0 {
		return nil
	}
	if where == "configure" {
		return s.configure(words[0], words[1:])
	}
	tenant := s.source
	if where == "target" {
		tenant = s.target
	}
	switch verb, rest := words[0], words[1:]; verb {
	case "person":
		return s.newPerson(tenant, rest[0], rest[1:])
	case "group":
		group := s.newGroup(tenant, rest[0], "securityEnabled", true)
		if where == "source" {
			s.groups[rest[0]] = group
		}
	case "guest":
		s.invited(rest[0], rest[1])
	case "assign", "unassign":
		s.assign(s.groups[rest[0]], verb == "assign")
	default:
		return s.onPerson(tenant, verb, rest)
	}
	return nil
}

// newPerson makes somebody, of the assigned group where the last word says so.
func (s *scenario) newPerson(tenant hospes.Tenant, name string, words []string) error {
	assigned := len(words) > 0 && words[len(words)-1] == "assigned"
	if assigned {
		words = words[:len(words)-1]
	}
	domain := tenant.InitialDomain
	pairs := append([]any{
		"accountEnabled", true, "displayName", name, "mailNickname", name, "userPrincipalName", name + "@" + domain, "mail", name + "@" + domain,
	}, pairsOf(words)...)
	return s.attempt(tenant, func(tx store.Tx) error {
		user, err := directory.CreateUser(tx, hospes.SystemRandom(), edits(hospes.UserSchema, pairs...), false)
		if err != nil {
			return err
		}
		if tenant.ID == s.source.ID {
			s.names[name] = user.ID
		}
		if !assigned {
			return nil
		}
		return directory.AddMembers(tx, s.group, user)
	})
}

// pairsOf reads words such as department=Research, accountEnabled=false and jobTitle= (nothing). An underscore stands for
// a space.
func pairsOf(words []string) (pairs []any) {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch value {
		case "":
			pairs = append(pairs, name, nil)
		case "true", "false":
			pairs = append(pairs, name, value == "true")
		default:
			pairs = append(pairs, name, strings.ReplaceAll(value, "_", " "))
		}
	}
	return pairs
}

// attempt is update that answers the error of a rule instead of ending the test.
func (s *scenario) attempt(tenant hospes.Tenant, fn func(store.Tx) error) error {
	return s.store.Update(ctx, store.Write{Tenant: tenant.ID, By: tester}, fn)
}

// onPerson does something to somebody who is there: by name in the source, and in the target to who came from there.
func (s *scenario) onPerson(tenant hospes.Tenant, verb string, rest []string) error {
	id := s.id(rest[0])
	if tenant.ID == s.target.ID {
		twin, err := s.twinOf(id)
		if err != nil {
			return err
		}
		id = twin
	}
	return s.attempt(tenant, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Anywhere, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		switch verb {
		case "change":
			return directory.UpdateUser(tx, user, edits(hospes.UserSchema, pairsOf(rest[1:])...))
		case "delete":
			return directory.DeleteUser(tx, user)
		case "purge":
			return tx.Purge(user)
		case "restore":
			return directory.Restore(tx, user)
		case "leave":
			return directory.Leave(tx, user)
		case "join":
			return directory.AddMembers(tx, s.groups[rest[1]], user)
		case "quit":
			return directory.RemoveMember(tx, s.groups[rest[1]], user)
		case "manager":
			if len(rest) == 1 {
				return directory.RemoveManager(tx, user)
			}
			boss, err := store.Find(tx, store.Live, hospes.UserSchema, s.id(rest[1]))
			if err != nil {
				return err
			}
			return directory.SetManager(tx, user, boss)
		}
		return fmt.Errorf("nothing is called %q", verb)
	})
}

// twinOf gives the id of who came from a person of the source, also one who is in the bin.
func (s *scenario) twinOf(id hospes.ObjectID) (twin hospes.ObjectID, err error) {
	err = s.store.View(context.Background(), s.source.ID, func(r store.Reader) error {
		source, err := store.Find(r, store.Anywhere, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		job, err := r.Job(s.job)
		if err != nil {
			return err
		}
		links, err := r.Links(job.Number, source.Number)
		if err != nil || len(links) == 0 {
			return fmt.Errorf("nobody in the target came from there: %w", err)
		}
		twin, _ = hospes.ParseObjectID(links[0].TargetID)
		return nil
	})
	return twin, err
}

// configure changes the job, its schema, its settings or the gates of the two tenants.
func (s *scenario) configure(verb string, rest []string) error {
	switch verb {
	case "gates":
		s.gates(rest[0] == "open", rest[0] == "open", rest[0] == "open")
	case "groups":
		s.groupGate(rest[0] == "on")
		s.groupMapping(rest[0] == "on")
	case "all":
		s.settings(provision.KeySyncAll, "true")
	case "assigned":
		s.settings(provision.KeySyncAll, "false")
	case "guard":
		s.settings(provision.KeyNotification, `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":`+rest[0]+`}`)
	case "block":
		s.onJob(func(tx store.Tx, job hospes.Job) error {
			return s.engine.PutJobSettings(tx, s.sp, job, map[string]string{hospes.SettingTargetBlock: rest[0]})
		})
	case "restart":
		return s.restart(strings.Join(rest, ""))
	case "filter":
		return s.schema(func(people *provision.ObjectMapping) error {
			people.Scope = &scope.Filter{Groups: []scope.Group{{Name: "Everybody", Clauses: clauses(strings.Join(rest, " "))}}}
			return nil
		})
	case "map":
		return s.schema(func(people *provision.ObjectMapping) error {
			return remap(people, rest[0], "Always", strings.Join(rest[1:], " "))
		})
	case "flow":
		return s.schema(func(people *provision.ObjectMapping) error { return remap(people, rest[0], rest[1], "") })
	default:
		return fmt.Errorf("nothing is called %q", verb)
	}
	return nil
}

// clauses reads "department EQUALS Research and jobTitle IS-NOT-NULL": an operator of several words is written with
// hyphens.
func clauses(text string) (list []scope.Clause) {
	for _, part := range strings.Split(text, " and ") {
		words := append(strings.SplitN(strings.TrimSpace(part), " ", 3), "", "")
		clause := scope.Clause{SourceOperandName: words[0], OperatorName: strings.ReplaceAll(words[1], "-", " ")}
		if words[2] != "" {
			clause.TargetOperand = scope.Operand{Values: []string{words[2]}}
		}
		list = append(list, clause)
	}
	return list
}

// schema saves the schema with another mapping of people.
func (s *scenario) schema(change func(*provision.ObjectMapping) error) error {
	return s.attempt(s.source, func(tx store.Tx) error {
		job, err := tx.Job(s.job)
		if err != nil {
			return err
		}
		schema, err := s.engine.SchemaOf(job)
		if err != nil {
			return err
		}
		if err := change(&schema.Rules[0].ObjectMappings[0]); err != nil {
			return err
		}
		return s.engine.PutSchema(tx, s.sp, job, &schema)
	})
}

// remap gives a target attribute another expression, or only another flow type.
func remap(people *provision.ObjectMapping, attribute, flow, expression string) error {
	for i := range people.AttributeMappings {
		m := &people.AttributeMappings[i]
		if m.TargetAttributeName != attribute {
			continue
		}
		m.FlowType = flow
		if expression == "" {
			return nil
		}
		expr, err := mapping.Parse(expression)
		if err != nil {
			return err
		}
		source := mapping.FromExpr(expr)
		m.Source = &source
		return nil
	}
	return fmt.Errorf("the mapping to %q is not there", attribute)
}
