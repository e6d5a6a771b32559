// Package vary finds where two runs of the same seed part: what a node did differs although nothing
// from outside did. It is the sign of a map's order, of state that outlives a run, or of an address
// or a number that no host gave.
package vary

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
	"strata/scenario"
)

// Options say how hard to look.
type Options struct {
	Seed    uint64
	Others  int           // runs of the seeds after it to try in between; what they leave behind may matter
	Time    time.Duration // no run begins later than this
	Started func()        // called before each run; nil: nobody
}

// Difference is the first thing that was not the same.
type Difference struct {
	At         time.Duration // virtual time
	Node       network.Addr
	One, Other string // what it did in either run; empty: nothing more on that connection
	Order      bool   // the other run does the same, but later in the same instant
	After      int    // runs of other seeds in between; 0: one run was right after the other
	File       string // "file:line" of the student's code that did it; empty if unknown
}

// tries is how often a seed is run again before others are run in between: a map of two has the
// same order half of the time.
const tries = 10

// Find runs the seed until two of its runs differ. It returns false if they never did.
func Find(s scenario.Scenario, opt Options) (Difference, bool) {
	began := time.Now()
	late := func() bool { return time.Since(began) > opt.Time }
	first := record(s, opt, opt.Seed)
	for n := 0; n < tries && !late(); n++ {
		if d, found := compare(first, record(s, opt, opt.Seed)); found {
			return d, true
		}
	}
	after := 0
	for after < opt.Others && !late() {
		after++
		record(s, opt, opt.Seed+uint64(after))
	}
	d, found := compare(first, record(s, opt, opt.Seed))
	d.After = after
	return d, found
}

// end is one end of a connection; without a peer, a node by itself. Between what happens at different ends
// there is no order: who ranges over a map to send to each peer does nothing wrong.
type end struct {
	node, peer network.Addr
	conn       uint32
	incoming   bool
}

// event is one thing that happened at an end.
type event struct {
	sim.TraceEvent
	file string
}

// history is what happened at each end of a run, in order.
type history map[end][]event

// most events of a run are kept; the first difference mostly comes early.
const most = 200_000

// record runs one seed.
func record(s scenario.Scenario, opt Options, seed uint64) history {
	if opt.Started != nil {
		opt.Started()
	}
	h := make(history)
	n := 0
	lab.Run(s, lab.Options{Seed: seed, Trace: func(e sim.TraceEvent) {
		if n++; n > most || e.Kind == sim.TraceLog { // what is logged may tell of addresses: nobody gets it
			return
		}
		at := end{e.Node, e.Peer, e.Conn, e.Incoming}
		h[at] = append(h[at], event{e, lab.Caller(lab.Theirs)})
	}})
	return h
}

// compare finds the earliest difference: of those at the same time, one that the node did itself.
func compare(a, b history) (first Difference, found bool) {
	var causes bool
	for _, at := range ends(a, b) {
		x, y := a[at], b[at]
		i := 0
		for i < len(x) && i < len(y) && same(x[i], y[i]) {
			i++
		}
		if i == len(x) && i == len(y) {
			continue
		}
		d := differ(at, x[i:], y[i:])
		if !found || d.At < first.At || d.At == first.At && !causes && d.File != "" {
			first, found, causes = d, true, d.File != ""
		}
	}
	return first, found
}

// ends lists those of both runs in a fixed order.
func ends(a, b history) []end {
	var all []end
	for at := range a {
		all = append(all, at)
	}
	for at := range b {
		if a[at] == nil {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, func(x, y end) int {
		return cmp.Or(cmp.Compare(x.node, y.node), cmp.Compare(x.peer, y.peer), cmp.Compare(x.conn, y.conn),
			cmp.Compare(sign(x), sign(y)))
	})
	return all
}

func sign(at end) int {
	if at.incoming {
		return 1
	}
	return 0
}

func same(a, b event) bool {
	return a.At == b.At && a.Kind == b.Kind && a.Bytes == b.Bytes && bytes.Equal(a.Data, b.Data)
}

// differ tells of an end of two runs whose first events differ; one of them may have ended.
func differ(at end, x, y []event) Difference {
	d := Difference{Node: at.node}
	for i, events := range [][]event{x, y} {
		if len(events) == 0 {
			continue
		}
		if e := events[0]; i == 0 || len(x) == 0 || e.At < d.At {
			d.At, d.File = e.At, cmp.Or(e.file, d.File)
		}
	}
	d.One, d.Other = words(x), words(y)
	d.Order = len(x) > 0 && len(y) > 0 && slices.ContainsFunc(y[1:], func(e event) bool { return same(e, x[0]) })
	return d
}

// words says what the first event is.
func words(events []event) string {
	if len(events) == 0 {
		return ""
	}
	e := events[0]
	what := trace.Verb(e.Kind)
	switch e.Kind {
	case sim.TraceSet:
		what = "sets a timer"
	case sim.TraceWork:
		what += " " + e.Text
	case sim.TraceWrite:
		what = "sends " + trace.Say(e.Data) + " to"
	case sim.TraceReceive:
		what = "gets " + trace.Say(e.Data) + " from"
	case sim.TraceClose, sim.TraceReset:
		what += " the connection with"
	}
	if e.Peer != "" {
		what += " " + string(e.Peer)
	}
	return what
}
