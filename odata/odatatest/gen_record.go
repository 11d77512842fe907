package odatatest

import (
	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes/odata"
)

// RecordGen makes records of the schema. About a third of what may be absent is.
func RecordGen(s *odata.Schema) *rapid.Generator[Record] {
	return rapid.Custom(func(t *rapid.T) Record {
		r := Record{Values: map[string]string{}, Lists: map[string][]Record{}}
		r.draw(t, s.All(), "")
		return r
	})
}

func (r Record) draw(t *rapid.T, properties []odata.Property, prefix string) {
	for i := range properties {
		p := &properties[i]
		path := prefix + p.Name
		switch {
		case p.Collection:
			for range rapid.IntRange(0, 3).Draw(t, path) {
				r.Lists[path] = append(r.Lists[path], drawElement(t, p))
			}
		case p.Type == odata.Object:
			r.draw(t, p.Fields, path+"/")
		case p.Required || rapid.IntRange(0, 2).Draw(t, path+" is present") > 0:
			r.Values[path] = value(p).Draw(t, path)
		}
	}
}

func drawElement(t *rapid.T, p *odata.Property) Record {
	e := Record{Values: map[string]string{}}
	if p.Type == odata.Object {
		e.draw(t, p.Fields, "")
	} else {
		e.Values[""] = value(p).Draw(t, p.Name+" element")
	}
	return e
}
