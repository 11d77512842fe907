package store

import (
	"slices"

	"github.com/hospes-dev/hospes"
)

// Extensions gives the directory extensions that objects of the tenant can have, in the order in which they were defined:
// those whose definition and whose application are there.
func Extensions(r ObjectReader) ([]hospes.Extension, error) {
	definitions, err := ExtensionDefinitions(r)
	if err != nil {
		return nil, err
	}
	return owned(r, definitions)
}

// ExtensionsNamed is Extensions for some names only, in any case. Names that nobody has defined are left out.
func ExtensionsNamed(r ObjectReader, names ...string) ([]hospes.Extension, error) {
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i] = hospes.Fold(name)
	}
	slices.Sort(folded)
	holders, err := r.Holders(hospes.SpaceExtension, slices.Compact(folded)...)
	if err != nil || len(holders) == 0 {
		return nil, err
	}
	numbers := make([]hospes.Number, 0, len(holders))
	for _, n := range holders {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	docs, err := r.Numbered(Live, numbers...)
	if err != nil {
		return nil, err
	}
	definitions, err := standing(nil, docs)
	if err != nil {
		return nil, err
	}
	return owned(r, definitions)
}

// ExtensionDefinitions gives the definitions of the tenant's directory extensions as objects, also those whose application
// is in the bin. There are as many as administrators have made, so they are read whole.
func ExtensionDefinitions(r ObjectReader) ([]*hospes.Object, error) {
	var list []*hospes.Object
	q := Query{Schema: hospes.ExtensionPropertySchema, Limit: 500}
	for {
		page, err := r.List(q)
		if err != nil {
			return nil, err
		}
		if list, err = standing(list, page.Documents); err != nil || page.Next == nil {
			return list, err
		}
		q.After = *page.Next
	}
}

// standing adds the definitions that are not retired.
func standing(list []*hospes.Object, docs []hospes.Document) ([]*hospes.Object, error) {
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		o, err := d.Object()
		if err != nil {
			return nil, err
		}
		if !o.Get(hospes.ExtensionRetired).Bool() {
			list = append(list, o)
		}
	}
	return list, nil
}

// owned leaves the definitions whose application lives.
func owned(r ObjectReader, definitions []*hospes.Object) ([]hospes.Extension, error) {
	if len(definitions) == 0 {
		return nil, nil
	}
	var apps []string
	for _, d := range definitions {
		if id := d.Text(hospes.ExtensionAppID); !slices.Contains(apps, id) {
			apps = append(apps, id)
		}
	}
	living, err := r.Holders(hospes.SpaceAppID, apps...)
	if err != nil {
		return nil, err
	}
	list := make([]hospes.Extension, 0, len(definitions))
	for _, d := range definitions {
		if _, ok := living[d.Text(hospes.ExtensionAppID)]; ok {
			list = append(list, hospes.ReadExtension(d))
		}
	}
	return list, nil
}
