package causal

import (
	"slices"

	"strata/ledgers/causal"
)

func (d *document) assign(at place, op causal.Op, before func(causal.ID) bool) {
	var left []value
	for _, v := range d.values[op.Key] {
		if !before(v.id.Update) {
			left = append(left, v)
		}
	}
	if op.Action == causal.Set {
		left = append(left, value{at, op.Value})
		slices.SortFunc(left, func(a, b value) int { return a.order(b.place) })
	}
	d.values[op.Key] = left
	if len(left) == 0 {
		delete(d.values, op.Key)
	}
}

func (d *document) insert(at place, op causal.Op) {
	l := d.list(op.Key.Name)
	e := &element{place: at, bytes: op.Value}
	l.elements[at.id] = e
	parent := l.elements[op.Element]
	parent.behind = append(parent.behind, e)
	slices.SortFunc(parent.behind, func(a, b *element) int { return a.order(b.place) })
}

func (d *document) delete(op causal.Op) {
	d.list(op.Key.Name).elements[op.Element].deleted = true
}

func (d *document) List(name string) (elements []causal.Element) {
	l := d.lists[name]
	if l == nil {
		return nil
	}
	var read func(e *element)
	read = func(e *element) {
		for _, child := range e.behind {
			if !child.deleted {
				elements = append(elements, causal.Element{ID: child.id, Value: child.bytes})
			}
			read(child)
		}
	}
	read(&l.begin)
	return elements
}
