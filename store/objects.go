package store

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// ObjectReader finds objects.
type ObjectReader interface {
	// Documents gives what is stored under the ids, in their order; the zero Document for those that are not there.
	Documents(bin Bin, ids ...hospes.ObjectID) ([]hospes.Document, error)

	// Numbered is Documents by number.
	Numbered(bin Bin, numbers ...hospes.Number) ([]hospes.Document, error)

	// Holders gives the number of the live object that holds each value in a space of unique values. Values that
	// nobody holds are left out.
	Holders(space hospes.Space, values ...string) (map[string]hospes.Number, error)

	// List gives a page of one class. It never holds more than the page.
	List(q Query) (Page, error)

	// Count counts what List would give over all pages.
	Count(q Query) (int64, error)
}

// Query says which objects of a class to list, in which order and from where.
type Query struct {
	Schema  *hospes.Schema // nil only together with Via: whatever class the related objects have
	Bin     Bin
	Filter  *odata.Filter // nil for all
	Via     *Via          // only objects that are related to this one
	Order   Order
	After   Cursor
	Limit   int
	Between [2]hospes.Number // both exclusive; zero for no bounds
	Brief   bool             // of each document nothing is wanted but number, id and card
	Bytes   int              // with how many bytes of documents a page ends before it has as many as Limit; 0 for never
}

// Via restricts a query to the objects that an object has in a relation, or, in reverse, to those that have it.
type Via struct {
	Relation   hospes.Relation
	Of         hospes.Number
	Reverse    bool
	Transitive bool // also by way of others, which live; of members and managers only, and without the object itself
}

// Order is the order of a listing. Numbers break ties; objects without the property stand first.
type Order struct {
	By         *hospes.Property // nil for the order in which objects were made
	Deleted    bool             // by the time they went to the bin, instead of a property
	Descending bool
}

// Cursor is the last row of the page before. The zero Cursor starts at the beginning.
type Cursor struct {
	Text   string
	Number hospes.Number
}

// Page is one page of a listing; Next is nil on the last one.
type Page struct {
	Documents []hospes.Document
	Next      *Cursor
}

// ObjectWriter writes objects. Every write that changes something leaves one change row.
type ObjectWriter interface {
	// NewNumber gives the next number of a class.
	NewNumber(class hospes.Class) (hospes.Number, error)

	// Put stores new objects (those without a number) and changed ones. Nothing happens to an object that holds what
	// it held. The first object whose unique value another live object holds gives a Conflict, one that is larger than
	// hospes.MaxObject is Invalid.
	Put(objects ...*hospes.Object) error

	// PutEach is Put that goes on past these: it answers the error of each object that was refused, by its index,
	// and stores the others.
	PutEach(objects []*hospes.Object) (refused map[int]error, err error)

	// Delete puts objects into the bin, or removes them for good where their class has none. Relations to and from
	// them stay until they are purged, unseen.
	Delete(objects ...*hospes.Object) error

	// Restore takes an object out of the bin. Conflict where a value it holds is taken meanwhile.
	Restore(object *hospes.Object) error

	// Purge removes objects and all that hangs on them for good.
	Purge(objects ...*hospes.Object) error
}

// Find reads one object of a class by id. NotFound when it is not there.
func Find(r ObjectReader, bin Bin, schema *hospes.Schema, id hospes.ObjectID) (*hospes.Object, error) {
	docs, err := r.Documents(bin, id)
	if err != nil {
		return nil, err
	}
	if docs[0].Schema == nil || schema != nil && docs[0].Schema != schema {
		return nil, hospes.NotFound("store.Find", id.String())
	}
	return docs[0].Object()
}

// FindNumber reads one object by number. NotFound when it is not there.
func FindNumber(r ObjectReader, bin Bin, n hospes.Number) (*hospes.Object, error) {
	docs, err := r.Numbered(bin, n)
	if err != nil {
		return nil, err
	}
	if docs[0].Schema == nil {
		return nil, hospes.NotFound("store.FindNumber", "number")
	}
	return docs[0].Object()
}

// FindHolder reads the live object that holds a unique value. NotFound, with the value as its name, when nobody does.
func FindHolder(r ObjectReader, space hospes.Space, value string) (*hospes.Object, error) {
	holders, err := r.Holders(space, value)
	if err != nil {
		return nil, err
	}
	n, ok := holders[value]
	if !ok {
		return nil, hospes.NotFound("store.FindHolder", value)
	}
	return FindNumber(r, Live, n)
}

// FindSingleton reads the one object that the tenant has of a class such as a policy.
func FindSingleton(r ObjectReader, schema *hospes.Schema) (*hospes.Object, error) {
	return FindHolder(r, hospes.SpaceSingleton, schema.Name)
}
