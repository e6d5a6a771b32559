package causal

import (
	"cmp"
	"slices"

	"strata/ledgers/causal"
)

// document is what the updates make: a function of their set.
type document struct {
	values map[causal.Key][]value
	lists  map[string]*list
}

// NewDocument makes an empty document.
func NewDocument() causal.Document {
	return &document{values: map[causal.Key][]value{}, lists: map[string]*list{}}
}

// place is where an operation stands among others (CAU-5).
type place struct {
	id    causal.ElementID
	depth uint64
}

// order sorts places: the greater depth first, then the greater hash, then the lower index.
func (p place) order(q place) int {
	return cmp.Or(
		cmp.Compare(q.depth, p.depth),
		q.id.Update.Compare(p.id.Update),
		cmp.Compare(p.id.Index, q.id.Index),
	)
}

// value is one that nothing has replaced.
type value struct {
	place
	bytes []byte
}

// list is a tree: each element stands behind its parent, before whatever follows that.
type list struct {
	elements map[causal.ElementID]*element
	begin    element
}

// element is one of a list; what was deleted stays, for others may stand behind it.
type element struct {
	place
	bytes   []byte
	deleted bool
	behind  []*element // those that were inserted behind it, in CAU-5's order
}

// Apply is causal.Document's.
func (d *document) Apply(id causal.ID, depth uint64, ops []causal.Op, before func(causal.ID) bool) {
	for i, op := range ops {
		at := place{causal.ElementID{Update: id, Index: uint16(i)}, depth}
		switch op.Action {
		case causal.Set, causal.Remove:
			d.assign(at, op, before)
		case causal.Insert:
			d.insert(at, op)
		case causal.Delete:
			d.delete(op)
		}
	}
}

// assign replaces the values of a key that its ancestors made, by one or by nothing.
func (d *document) assign(at place, op causal.Op, before func(causal.ID) bool) {
	//strata:begin causal.1
	left := slices.DeleteFunc(d.values[op.Key], func(v value) bool { return before(v.id.Update) })
	if op.Action == causal.Set {
		i, _ := slices.BinarySearchFunc(left, at, func(v value, p place) int { return v.order(p) })
		left = slices.Insert(left, i, value{at, op.Value})
	}
	if len(left) == 0 {
		delete(d.values, op.Key)
		return
	}
	d.values[op.Key] = left
	//strata:end
}

// list is the list of that name.
func (d *document) list(name string) *list {
	l := d.lists[name]
	if l == nil {
		l = &list{elements: map[causal.ElementID]*element{}}
		l.elements[causal.ElementID{}] = &l.begin
		d.lists[name] = l
	}
	return l
}

// insert puts an element among those that stand behind the same one.
func (d *document) insert(at place, op causal.Op) {
	//strata:begin causal.1
	l := d.list(op.Key.Name)
	e := &element{place: at, bytes: op.Value}
	l.elements[at.id] = e
	parent := l.elements[op.Element]
	i, _ := slices.BinarySearchFunc(parent.behind, at, func(e *element, p place) int { return e.order(p) })
	parent.behind = slices.Insert(parent.behind, i, e)
	//strata:end
}

// delete leaves a tombstone.
func (d *document) delete(op causal.Op) {
	//strata:begin causal.1
	d.list(op.Key.Name).elements[op.Element].deleted = true
	//strata:end
}

// Values is causal.Document's.
func (d *document) Values(key causal.Key) (values [][]byte) {
	for _, v := range d.values[key] {
		values = append(values, v.bytes)
	}
	return values
}

// Entries is causal.Document's.
func (d *document) Entries(name string) (entries []string) {
	for key := range d.values {
		if key.Kind == causal.Entry && key.Name == name {
			entries = append(entries, key.Entry)
		}
	}
	slices.Sort(entries)
	return entries
}

// List is causal.Document's.
func (d *document) List(name string) (elements []causal.Element) {
	l := d.lists[name]
	if l == nil {
		return nil
	}
	//strata:begin causal.1
	open := []*element{&l.begin} // what is to be visited, the next one last
	for len(open) > 0 {
		e := open[len(open)-1]
		open = open[:len(open)-1]
		if e != &l.begin && !e.deleted {
			elements = append(elements, causal.Element{ID: e.id, Value: e.bytes})
		}
		for _, b := range slices.Backward(e.behind) {
			open = append(open, b)
		}
	}
	return elements
	//strata:end
}
