package sqlstore

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// keys compares the unique values with the objects that hold them, from both sides.
func (c *checker) keys() error {
	if err := c.heldKeys(); err != nil {
		return err
	}
	return c.ownedKeys()
}

// heldKeys asks of each live object whether its unique values are its own.
func (c *checker) heldKeys() error {
	return c.pages(func(page []kept) error {
		bySpace := map[hospes.Space][]string{}
		keys := make([][]hospes.Key, len(page))
		for i, k := range page {
			if k.Schema == nil || !k.Deleted.IsZero() {
				continue
			}
			o, err := k.Object()
			if err != nil {
				continue // told by the documents
			}
			keys[i] = o.Keys()
			for _, key := range keys[i] {
				bySpace[key.Space] = append(bySpace[key.Space], key.Value)
			}
		}
		holders := map[hospes.Key]hospes.Number{}
		for space, values := range bySpace {
			found, err := c.Holders(space, values...)
			if err != nil {
				return err
			}
			for value, n := range found {
				holders[hospes.Key{Space: space, Value: value}] = n
			}
		}
		for i, k := range page {
			for _, key := range keys[i] {
				if n := holders[key]; n != k.Number {
					c.damaged("The %s '%s' of %s %s is noted for %s.", key.Space.Property(), key.Value, k.Schema.Name, k.ID, nobodyOr(n))
				}
			}
		}
		return nil
	})
}

func nobodyOr(n hospes.Number) string {
	if n == 0 {
		return "nobody"
	}
	return fmt.Sprintf("the object numbered %d", n)
}

// ownedKeys asks of each unique value that is noted whether its object holds it.
func (c *checker) ownedKeys() error {
	space, value := int64(-1), ""
	for {
		var rows []struct {
			key    hospes.Key
			number hospes.Number
		}
		err := c.each(func(r *sql.Rows) error {
			var row struct {
				key    hospes.Key
				number hospes.Number
			}
			err := r.Scan(&row.key.Space, &row.key.Value, &row.number)
			rows = append(rows, row)
			return err
		}, "SELECT space, value, number FROM object_keys WHERE tenant = $1 AND (space, value) > ($2, $3) ORDER BY space, value LIMIT $4", c.number(), space, value, checkPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		last := rows[len(rows)-1]
		space, value = int64(last.key.Space), last.key.Value
		c.result.Rows += int64(len(rows))
		numbers := make([]hospes.Number, len(rows))
		for i, row := range rows {
			numbers[i] = row.number
		}
		documents, err := c.Numbered(store.Live, numbers...)
		if err != nil {
			return err
		}
		for i, d := range documents {
			if d.Schema == nil {
				c.damaged("The %s '%s' is noted for %s, which does not live.", rows[i].key.Space.Property(), rows[i].key.Value, nobodyOr(numbers[i]))
				continue
			}
			if o, err := d.Object(); err == nil && !slices.Contains(o.Keys(), rows[i].key) {
				c.damaged("The %s '%s' is noted for %s %s, which does not hold it.", rows[i].key.Space.Property(), rows[i].key.Value, d.Schema.Name, d.ID)
			}
		}
	}
}
