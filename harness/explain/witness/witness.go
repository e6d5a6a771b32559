// Package witness notes what the layers of one run are given and what they answer, for reports that say more
// than the bytes on the wire do.
//
//	suites, nodes
//	     |  Stack: each layer is wrapped
//	Witness ── settings that are not the defaults              (settings.go)
//	     |  ── what a layer tells the one above, and why it closes  (tells.go), as events of the trace
//	     |     and what a member of a ledger says and hears (leader.go)
//	     |  ── calls whose answer depends on nothing but what they were given: of an executor (executor.go),
//	     |     of a pool (pool.go), of what cuts one stream (streams.go), beside our own answer to the same;
//	     |     and a Go test of the first call whose answers differ (gotest.go)
//	the layers as they are
//
// A run that is watched is the run that is graded: a witness draws no random numbers, sets no timers and changes no
// argument. Our own answers come from an executor or a pool of its own, which is given the same.
//
// Read next: executor.go.
package witness

import (
	"math/rand/v2"
	"strings"
	"time"

	"strata/chain"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
)

// Seen is what there is to say of a run.
type Seen struct {
	Settings []string // that are not the defaults, such as "MaxFrame 3000"
	Case     *Case    // nil: no call of the run has another answer than ours
}

// Case is one call whose answer is not ours, and all that it depends on, in words.
type Case struct {
	Layer string
	Given []string // what the call found: accounts, pool, the calls before it
	Call  string
	Yours string
	Ours  string
	Test  string // a Go test file that fails as the call did; empty: it would be too long
}

// Told is what is known of the case, in order.
func (c Case) Told() (all []trace.Asked) {
	for _, part := range []trace.Asked{{Name: "given", Text: strings.Join(c.Given, "\n")}, {Name: "call", Text: c.Call},
		{Name: "yours", Text: c.Yours}, {Name: "ours", Text: c.Ours}} {
		if part.Text != "" {
			all = append(all, part)
		}
	}
	return all
}

// Witness watches one run. It is used by one goroutine.
type Witness struct {
	Tell func(sim.TraceEvent) // gets what layers tell; nil: nobody

	layer    string // the one that is graded; of the others nothing is told
	ours     chain.Stack
	names    map[*rand.Rand]network.Addr // of hosts
	settings []setting
	calls    []*call // that are worth telling
	open     *call   // under way
}

// New is a witness of a run in which that layer is graded. ours answers beside the layers.
func New(layer string, ours chain.Stack) *Witness {
	return &Witness{layer: layer, ours: ours, names: make(map[*rand.Rand]network.Addr)}
}

// call is one call that is worth telling: its answer is not ours.
type call struct {
	Case
	at   time.Duration
	soft bool // both refuse, but not for the same reason: it tells only if the run fails there

	finish func() // fills in what is missing of a call that did not return; nil: nothing is
}

// note keeps a call.
func (w *Witness) note(c *call) { w.calls = append(w.calls, c) }

// Seen sums the run up, once it is over. title says which run it was, for the test: a line.
func (w *Witness) Seen(title, why string) Seen {
	seen := Seen{Settings: w.different()}
	c := w.culprit()
	if c == nil {
		return seen
	}
	seen.Case = &c.Case
	seen.Case.Test = testFile(c.Layer, title, why, c.Test)
	return seen
}

// culprit is the call under way when the run panicked, or the first that answers otherwise than ours in what counts,
// or the last, if it refuses for another reason.
func (w *Witness) culprit() *call {
	if w.open != nil {
		if w.open.finish != nil {
			w.open.finish()
		}
		return w.open
	}
	for i, c := range w.calls {
		if !c.soft || i == len(w.calls)-1 {
			return c
		}
	}
	return nil
}
