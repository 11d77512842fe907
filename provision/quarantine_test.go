package provision_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// mails gives the kinds and recipients of what waits in the outbox.
func (w *world) mails() []string {
	w.Helper()
	due, err := w.store.DueMail(ctx, w.clock.Now(), 100)
	w.must(err)
	var list []string
	for _, m := range due {
		list = append(list, m.Kind+" to "+m.To)
	}
	return list
}

func (w *world) expectMails(want ...string) {
	w.Helper()
	if got := w.mails(); !slices.Equal(got, want) {
		w.Errorf("the outbox holds %q, want %q", got, want)
	}
}

// audited counts audit records of an activity in the source.
func (w *world) audited(activity string) (n int) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		list, err := r.Audits(store.LogQuery{Activity: activity, Limit: 100})
		n = len(list)
		return err
	})
	return n
}

const notifyAnna = `{"Enabled":true,"Recipients":"anna@aurora.example","DeleteThresholdEnabled":true,"DeleteThresholdValue":3}`

func Test12_5_OneMailTellsOfHeldDeletions(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.settings("SyncNotificationSettings", notifyAnna)
		var people []*hospes.Object
		for i := range 4 {
			people = append(people, w.person(fmt.Sprintf("person%d", i), true))
		}
		w.cycle()
		w.expectMails()
		for _, p := range people {
			w.member(p.ID, false)
		}
		w.cycle()
		w.clock.Advance(hours(7))
		w.cycle() // still held
		w.expectMails("deletions to anna@aurora.example")
		if n := w.audited("Quarantine"); n != 1 {
			t.Errorf("%d audit records tell of the quarantine", n)
		}
		for _, p := range people[:3] { // the rejected way: they are assigned again
			w.member(p.ID, true)
		}
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true, Quarantine: true})
		})
		if c := w.cycle(); c.Deleted != 1 || w.status().Quarantine != nil || !w.live(people[0]) {
			t.Errorf("rejected: %+v", c)
		}
	})
}

// Test12_6 is the arithmetic of provisioning 6.2.
func Test12_6_QuarantineByFailures(t *testing.T) {
	for _, test := range []struct {
		failed, ok, references int64
		want                   string
	}{
		{4_000, 0, 0, ""},
		{45_000, 200_000, 0, "EncounteredBaseEscrowThreshold"},
		{30_000, 5_000, 0, "EncounteredEscrowProportionThreshold"},
		{20_000, 100_000, 0, ""},
		{40_000, 200_000, 21_000, "EncounteredTotalEscrowThreshold"},
	} {
		got := provision.TooManyFailures(hospes.CycleCounts{Failed: test.failed, FailedReferences: test.references, Updated: test.ok})
		if got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

func Test12_6_AttemptsInQuarantineAndItsEnd(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.settings("SyncNotificationSettings", notifyAnna)
		w.gates(true, true, false)
		began := w.clock.Now()
		var waits []time.Duration
		for n := 1; w.clock.Now().Sub(began) < 28*24*time.Hour; n++ {
			if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, hospes.ErrForbidden) {
				t.Fatalf("attempt %d: %v", n, err)
			}
			q := w.status().Quarantine
			if q == nil || q.SeriesCount != n || !q.SeriesBegan.Equal(began) {
				t.Fatalf("attempt %d: %+v", n, q)
			}
			wait := q.NextAttempt.Sub(w.clock.Now())
			waits = append(waits, wait)
			w.clock.Advance(wait)
		}
		if got := fmt.Sprint(waits[:5]); got != "[6h0m0s 12h0m0s 24h0m0s 24h0m0s 24h0m0s]" {
			t.Errorf("the attempts follow each other after %s", got)
		}
		w.expectMails("quarantine to anna@aurora.example")
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, hospes.ErrForbidden) {
			t.Fatal(err)
		}
		if state := w.jobState(); state != hospes.JobDisabled {
			t.Errorf("after 28 days the job is %s", state)
		}
		w.gates(true, true, true)
		w.onJob(func(tx store.Tx, job hospes.Job) error { return w.engine.Start(tx, w.sp, job) })
		if w.cycle(); w.status().Quarantine != nil || w.jobState() != hospes.JobActive {
			t.Errorf("once it is mended and started: %+v", w.status())
		}
	})
}

func (w *world) jobState() (state hospes.JobState) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		state = job.State
		return err
	})
	return state
}

func TestFailuresAreToldOnceUntilACycleIsClean(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.settings("SyncNotificationSettings", notifyAnna)
		w.memory.Refuse = func(write *connector.Write) *connector.Failure {
			for _, v := range write.Values {
				if strings.HasPrefix(v.Value.Text(), "bad") {
					return &connector.Failure{Code: "InvalidValue", Message: "no"}
				}
			}
			return nil
		}
		w.person("bad1", true)
		w.cycle()
		w.person("bad2", true)
		w.cycle()
		w.expectMails("failures to anna@aurora.example")
		w.person("good", true)
		w.cycle()
		w.person("bad3", true)
		w.cycle()
		w.expectMails("failures to anna@aurora.example", "failures to anna@aurora.example")
	})
}
