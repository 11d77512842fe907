package provision_test

import (
	"log/slog"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/dynamic"
)

// TestDynamicGroupBringsPeopleIntoScope has the members of an assigned group follow from a rule: who comes under it is
// brought into the target in the next cycle, who leaves it is taken out (provisioning 5.1: static or dynamic groups).
func TestDynamicGroupBringsPeopleIntoScope(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		rules := &dynamic.Processor{Store: w.store, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Node: "test"}
		follow := func() {
			for worked := true; worked; {
				var err error
				worked, err = rules.Step(ctx, w.source.ID)
				w.must(err)
			}
		}
		bakers := w.newGroup(w.source, "Bakers", "groupTypes", []string{hospes.GroupTypeDynamic}, "membershipRule", "user.jobTitle -eq 'Baker'", "membershipRuleProcessingState", hospes.RuleOn)
		w.assign(bakers, true)
		anna := w.person("anna", false)
		follow()
		w.cycle()
		if link := w.linkOf(anna.Number); link.Target != 0 {
			t.Fatal("somebody whom the rule does not take is in the target")
		}
		w.change(w.source, anna.ID, "jobTitle", "Baker")
		follow()
		w.cycle()
		if !w.live(anna) {
			t.Error("somebody who came under the rule is not in the target")
		}
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		follow()
		w.cycle()
		if w.live(anna) {
			t.Error("somebody who is under the rule no more is still in the target")
		}
	})
}
