package storetest

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
	"github.com/hospes-dev/hospes/store"
)

func testList(t *testing.T, open Open) {
	f := setUp(t, open)
	var users []*hospes.Object
	for _, name := range []string{"cleo", "Anna", "béla", "Zoë", "anna2", "dora", "ANNA3"} {
		users = append(users, user(name, "aurora.example"))
	}
	f.put(f.aurora, users...)
	f.put(f.aurora, group("a group"))
	everybody := naming(users)
	for _, c := range []struct {
		name  string
		order store.Order
		want  string
	}{
		{"in the order of making", store.Order{}, "[cleo Anna béla Zoë anna2 dora ANNA3]"},
		{"backwards", store.Order{Descending: true}, "[ANNA3 dora anna2 Zoë béla Anna cleo]"},
		{"by name", store.Order{By: hospes.UserDisplayName}, "[Anna anna2 ANNA3 béla cleo dora Zoë]"},
		{"by name, backwards", store.Order{By: hospes.UserDisplayName, Descending: true}, "[Zoë dora cleo béla ANNA3 anna2 Anna]"},
		{"by principal name", store.Order{By: hospes.UserPrincipalName}, "[anna2 ANNA3 Anna béla cleo dora Zoë]"},
		{"by a facet", store.Order{By: hospes.UserUserType}, "[cleo Anna béla Zoë anna2 dora ANNA3]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range 5 * len(everybody) {
				size, filter := []int{1, 2, 3, 7, 100}[i%5], everybody[i/5]
				var got []string
				q := store.Query{Schema: hospes.UserSchema, Filter: filter, Order: c.order, Limit: size}
				for {
					var page store.Page
					f.view(f.aurora, func(r store.Reader) {
						var err error
						page, err = r.List(q)
						f.must(err)
					})
					for _, d := range page.Documents {
						o, err := d.Object()
						f.must(err)
						got = append(got, o.Text(hospes.UserDisplayName))
					}
					if page.Next == nil {
						break
					}
					q.After = *page.Next
				}
				if fmt.Sprint(got) != c.want {
					t.Errorf("%s: pages of %d: %v, want %s", filter, size, got, c.want)
				}
			}
		})
	}
}

// naming gives filters that find all of these people and nobody else, by what engines have indexes of; no filter first.
func naming(people []*hospes.Object) []*odata.Filter {
	ref := func(p *hospes.Property) odata.Ref { return odata.Ref{Path: p.Path()} }
	var ids, names []string
	var either odata.Or
	for _, o := range people {
		name := hospes.Fold(o.Text(hospes.UserPrincipalName))
		ids, names = append(ids, o.ID.String()), append(names, name)
		either = append(either, odata.Compare{Ref: ref(hospes.UserPrincipalName), Op: odata.Eq, Text: name})
	}
	id := odata.Ref{Path: "id"}
	return []*odata.Filter{
		nil, {Root: odata.In{Ref: id, Texts: ids}}, {Root: odata.In{Ref: ref(hospes.UserPrincipalName), Texts: names}}, {Root: either},
		{Root: odata.And{either, odata.In{Ref: ref(hospes.UserMail), Texts: names}}},
		{Root: odata.Substring{Ref: ref(hospes.UserUserType), Func: odata.StartsWith, Text: "m"}},
	}
}

// testFilter proves that SQL and memory read a filter alike (graph-wire 1.5): the same random filters over the same
// random people.
func testFilter(t *testing.T, open Open) {
	f := setUp(t, open)
	var extensions []*hospes.Property
	for _, dataType := range []hospes.ExtensionType{"Binary", "Boolean", "DateTime", "Integer", "LargeInteger", "String"} {
		for _, many := range []bool{false, true} {
			e := hospes.Extension{Name: fmt.Sprintf("extension_0_%s_%v", dataType, many), Type: dataType, Many: many, Targets: []string{"User"}}
			extensions = append(extensions, e.Property(hospes.UserSchema))
		}
	}
	schema := odata.ObjectSchema(hospes.UserSchema, extensions...)
	var people []*hospes.Object
	gen := odatatest.RecordGen(schema)
	for seed := range 40 {
		record := gen.Example(seed)
		o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
		fill(o, record, seed, extensions)
		people = append(people, o)
	}
	f.update(f.aurora, func(tx store.Tx) error {
		refused, err := tx.PutEach(people)
		if len(refused) > 0 {
			t.Logf("%d of %d random people clash", len(refused), len(people))
		}
		return err
	})
	f.view(f.aurora, func(r store.Reader) {
		page, err := r.List(store.Query{Schema: hospes.UserSchema, Limit: 1000})
		f.must(err)
		var objects []*hospes.Object
		for _, d := range page.Documents {
			o, err := d.Object()
			f.must(err)
			objects = append(objects, o)
		}
		if len(objects) < 10 {
			t.Fatalf("only %d people to filter", len(objects))
		}
		selected := 0
		rapid.Check(t, func(rt *rapid.T) {
			expr := odatatest.FilterGen(schema).Draw(rt, "filter")
			filter, err := odata.Check(expr, schema, odata.Mode{Advanced: true})
			if err != nil {
				rt.Fatalf("%s: %v", expr, err)
			}
			order := rapid.SampledFrom([]store.Order{{}, {Descending: true}, {By: hospes.UserDisplayName}, {By: hospes.UserPrincipalName}}).Draw(rt, "order")
			got, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: filter, Limit: 1000, Order: order})
			if err != nil {
				rt.Fatalf("%s: %v", expr, err)
			}
			in := map[hospes.ObjectID]bool{}
			for _, d := range got.Documents {
				in[d.ID] = true
			}
			selected += len(in)
			for _, o := range objects {
				if want := filter.Match(odata.ObjectRecord{Object: o}); want != in[o.ID] {
					rt.Fatalf("%s\n%s\nmemory says %v, SQL %v, of %s {%s,%s} facets %s", expr, filter, want, in[o.ID], o.ID, o.Document().Card, o.Document().Rest, o.Facets())
				}
			}
		})
		if selected == 0 {
			t.Error("no filter selected anybody: the generator does not reach the data")
		}
	})
}

// fill gives an object the values of a random record.
func fill(o *hospes.Object, r odatatest.Record, seed int, extensions []*hospes.Property) {
	for _, p := range slices.Concat(o.Schema.Properties, extensions) {
		switch {
		case p.Access == hospes.Hidden || p.Access == hospes.WriteOnly:
		case p.Many:
			var list []byte
			for e := range r.Elements(p.Name) {
				list = append(append(list, ','), element(p, e)...)
			}
			if len(list) > 0 {
				o.Set(p, hospes.Value("["+string(list[1:])+"]"))
			}
		case p.Type == hospes.TypeComplex:
			members := []byte{}
			for _, field := range p.Fields {
				if text, ok := r.Text(p.Name + "/" + field.Name); ok {
					members = append(append(hospes.AppendQuoted(append(members, ','), field.Name), ':'), scalar(field, text)...)
				}
			}
			if len(members) > 0 {
				o.Set(p, hospes.Value("{"+string(members[1:])+"}"))
			}
		default:
			if text, ok := r.Text(p.Name); ok {
				o.Set(p, scalar(p, text))
			}
		}
	}
	if o.Text(hospes.UserPrincipalName) == "" { // which nobody is
		o.Set(hospes.UserPrincipalName, hospes.String(fmt.Sprintf("p%d@aurora.example", seed)))
	}
	if o.Text(hospes.UserDisplayName) == "" { // a name that is empty and one that is absent look alike to an order
		o.Set(hospes.UserDisplayName, hospes.String("nobody"))
	}
}

func element(p *hospes.Property, e odata.Record) hospes.Value {
	if p.Type != hospes.TypeComplex {
		text, _ := e.Text("")
		return scalar(p, text)
	}
	members := []byte{}
	for _, field := range p.Fields {
		if text, ok := e.Text(field.Name); ok {
			members = append(append(hospes.AppendQuoted(append(members, ','), field.Name), ':'), scalar(field, text)...)
		}
	}
	if len(members) == 0 {
		return "{}"
	}
	return hospes.Value("{" + string(members[1:]) + "}")
}

// scalar writes a canonical text as a value of the property.
func scalar(p *hospes.Property, text string) hospes.Value {
	switch p.Type {
	case hospes.TypeBoolean:
		return hospes.Value(text)
	case hospes.TypeInteger, hospes.TypeInteger32:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			panic("storetest: " + err.Error())
		}
		return hospes.Value(strconv.FormatInt(int64(n^(1<<63)), 10))
	}
	return hospes.String(text)
}
