package sim

import (
	"slices"
	"sort"
)

// due is what waits in a network with an Order, as time has it. Mostly one of the first leaves, and comes, so the shorter
// side makes room: where some have left, there is room before the first.
type due struct {
	all  []queued
	head int // of all, the first that waits
}

// waiting lists all, until the next change.
func (d *due) waiting() []queued { return d.all[d.head:] }

// insert puts an event into its place.
func (d *due) insert(q *queued) {
	waiting := d.waiting()
	at := sort.Search(len(waiting), func(i int) bool { return !less(&waiting[i].event, &q.event) })
	if d.head > 0 && at < len(waiting)/2 {
		d.head--
		copy(d.all[d.head:], waiting[:at])
		d.all[d.head+at] = *q
		return
	}
	if len(d.all) == cap(d.all) && d.head > len(waiting) { // more room than events
		d.all, d.head = d.all[:copy(d.all, waiting)], 0
	}
	d.all = slices.Insert(d.all, d.head+at, *q)
}

// remove takes the event at a place among those that wait.
func (d *due) remove(at int) queued {
	waiting := d.waiting()
	q := waiting[at]
	if at < len(waiting)/2 {
		copy(waiting[1:], waiting[:at])
		d.head++
	} else {
		d.all = slices.Delete(d.all, d.head+at, d.head+at+1)
	}
	return q
}
