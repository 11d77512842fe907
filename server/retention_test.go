package server_test

import (
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

func TestForget_ChangesAreKeptForThirtyDays(t *testing.T) {
	ctx := t.Context()
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	i, err := server.Open(ctx, server.Options{DataDir: t.TempDir(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}()
	id := hospes.NewTenantID(hospes.SystemRandom())
	_, err = i.Store.CreateTenant(ctx, hospes.Tenant{ID: id, DisplayName: "Aurora", InitialDomain: "aurora.example", Salt: id.Compact()[:14]}, store.Write{Tenant: id}, func(tx store.Tx) error {
		for range 7000 { // more than one transaction takes
			o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
			o.Set(hospes.UserDisplayName, hospes.String("Anna"))
			if err := tx.Put(o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		passes time.Duration
		whole  hospes.Seq
	}{{30 * 24 * time.Hour, 1}, {time.Second, 7001}} {
		clock.Advance(step.passes)
		if err := i.Forget(ctx); err != nil {
			t.Fatal(err)
		}
		err := i.Store.View(ctx, id, func(r store.Reader) error {
			oldest, err := r.OldestSeq()
			if oldest != step.whole {
				t.Errorf("after %v more the log is whole from %d on, want %d", step.passes, oldest, step.whole)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
