package bench

import (
	"context"
	"fmt"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/sample"
	"github.com/hospes-dev/hospes/store"
)

// groupSize is how many people one transaction takes.
const groupSize = 10000

// Fill puts generated people into a tenant, all of them in a group, each with a manager.
func Fill(ctx context.Context, s store.Store, w store.Write, group hospes.Number, n int) error {
	byKey := map[string]hospes.Number{}
	var batch [][]hospes.Edit
	var keys, managers []string
	flush := func() error {
		made := make([]hospes.Number, len(batch))
		err := s.Update(ctx, w, func(tx store.Tx) error {
			users, refused, err := directory.CreateUsers(tx, hospes.SystemRandom(), batch, false)
			if err != nil || len(refused) > 0 {
				return fmt.Errorf("making people: %w; refused %v", err, refused)
			}
			own := map[string]hospes.Number{}
			var ties []hospes.Tie
			for i, u := range users {
				made[i], own[keys[i]] = u.Number, u.Number
				ties = append(ties, hospes.Tie{Relation: hospes.RelationMember, From: group, To: u.Number})
				m := byKey[managers[i]]
				if m == 0 {
					m = own[managers[i]]
				}
				if m != 0 {
					ties = append(ties, hospes.Tie{Relation: hospes.RelationManager, From: u.Number, To: m})
				}
			}
			_, err = tx.Relate(ties...)
			return err
		})
		for i, key := range keys {
			byKey[key] = made[i]
		}
		batch, keys, managers = nil, nil, nil
		return err
	}
	for person := range sample.People(n, 1) {
		edits := append(person.Edits(), hospes.Edit{Property: hospes.UserAccountEnabled, Value: hospes.True})
		batch, keys, managers = append(batch, edits), append(keys, person.Key), append(managers, person.Manager)
		if len(batch) == groupSize {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
