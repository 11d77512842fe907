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
	if err := c.ownedKeys(); err != nil {
		return err
	}
	return c.words()
}

// words compares the index of words with the objects that have them: whatever is in the index must be in its object, and
// then there must be as many of the one as of the other.
func (c *checker) words() error {
	missing := 0
	err := c.pages(func(page []kept) error {
		for _, k := range page {
			if k.Schema == nil {
				continue
			}
			if o, err := k.Object(); err == nil { // what cannot be read is told by the documents
				missing += len(o.Tokens())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var last hospes.Token
	var after hospes.Number
	for {
		var tokens []hospes.Token
		var numbers []hospes.Number
		err := c.each(func(rows *sql.Rows) error {
			err := rows.Scan(&last.Of, &last.Text, &after)
			tokens, numbers = append(tokens, last), append(numbers, after)
			return err
		}, "SELECT property, token, number FROM search_tokens WHERE tenant = $1 AND (property, token, number) > ($2, $3, $4) ORDER BY property, token, number LIMIT $5",
			c.number(), int64(last.Of), last.Text, int64(after), checkPage)
		if err != nil {
			return err
		}
		if len(tokens) == 0 {
			break
		}
		docs, err := c.Numbered(store.Anywhere, numbers...)
		if err != nil {
			return err
		}
		for i, d := range docs {
			if d.Schema != nil {
				if o, err := d.Object(); err != nil {
					continue
				} else if slices.Contains(o.Tokens(), tokens[i]) {
					missing--
					continue
				}
			}
			c.damaged("The word '%s' is noted for the object numbered %d, which does not have it.", tokens[i].Text, numbers[i])
		}
	}
	if missing > 0 {
		c.damaged("%d words of objects are not noted, so that a search does not find them.", missing)
	}
	return nil
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
