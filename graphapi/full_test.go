package graphapi_test

import (
	"fmt"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// TestFull_AWriteThatFindsNoRoom answers 503 with Retry-After, leaves nothing behind, and goes through once there is room.
func TestFull_AWriteThatFindsNoRoom(t *testing.T) {
	f := newFixture(t)
	limit := f.Store.(*sqlstore.Store).LimitPages
	if err := limit(ctx, 1); hospes.KindOf(err) == hospes.KindUnsupported {
		t.Log("PostgreSQL cannot be limited; its code for a full disk takes the same way")
		return
	} else if err != nil {
		t.Fatal(err)
	}
	body := func(n int) string {
		return fmt.Sprintf(`{"accountEnabled":true,"displayName":"Anna %d","mailNickname":"anna%d","userPrincipalName":"anna%d@aurora.example","passwordProfile":{"password":"Xyz12345!abc"}}`, n, n, n)
	}
	before := f.source.users()
	for n := range 1000 {
		r := f.source.do("POST /v1.0/users", body(n))
		if r.status == 201 {
			continue
		}
		r.fails(503, hospes.CodeStorageFull, "The disk is full. Nothing was written; free some room and try again.")
		if after := r.header.Get("Retry-After"); after == "" {
			t.Error("the answer does not say when to try again")
		}
		if have := f.source.users(); have != before+int64(n) {
			t.Errorf("there are %d people, %d of them were acknowledged", have-before, n)
		}
		if err := limit(ctx, 0); err != nil {
			t.Fatal(err)
		}
		f.source.do("POST /v1.0/users", body(n)).is(201)
		f.source.view(func(r store.Reader) error {
			_, broken, err := r.VerifyAudits()
			if broken != 0 {
				t.Errorf("the audit chain breaks at %d", broken)
			}
			return err
		})
		return
	}
	t.Fatal("there was always room")
}

// users counts the people of the caller's tenant.
func (c *caller) users() (n int64) {
	c.Helper()
	c.view(func(r store.Reader) (err error) {
		n, err = r.Count(store.Query{Schema: hospes.UserSchema})
		return err
	})
	return n
}
