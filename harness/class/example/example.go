// Package example has two scenarios of the kind that an instructor adds to the workshop's, with a wrong solution for each
// in mutants. Copy the directory, and change it.
//
//	line   0 --- 1 --- 2 --- 3 --- 4      ring   the same, and 4 --- 0
//
// The nodes run the layer that is graded, on the stack's lower layers. Each says a word, and notes what its handler hears.
package example

import (
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/ledgers/electives"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// The promises that are checked, in the words of docs/protocol.md.
var (
	gsp3Once   = scenario.Promise("GSP-3", "So a node handles an id at most once")
	gsp4Passed = scenario.Promise("GSP-4", "the same bytes go on to every peer")
)

// Suite lists the scenarios for the implementation that the stack names.
func Suite(stack electives.Stack) []scenario.Scenario {
	return []scenario.Scenario{
		// On a ring each word comes from two sides.
		scenario.New(scenario.Scenario{
			Name: "course/ring", Step: "gossip.2", Rules: []string{"GSP-3"}, For: 8 * time.Second,
			Faults: scenario.Faults{Jitter: 100 * time.Millisecond, Until: 8 * time.Second},
			Title:  "Nobody on a ring hears a word twice.",
			Setup:  func(w scenario.World) { ring(w, stack) },
		}),
		// On a line nobody hears a word that the node between does not pass on.
		scenario.New(scenario.Scenario{
			Name: "course/line", Step: "gossip.2", Rules: []string{"GSP-4"}, For: 8 * time.Second,
			Title: "A word goes from one end of a line to the other.",
			Setup: func(w scenario.World) { line(w, stack) },
		}),
	}
}

const (
	size                = 5
	kind messaging.Kind = "course:word"
)

// node runs the graded layer.
type node struct {
	addr   network.Addr
	gossip gossip.Gossip
	heard  []string
}

// join adds the n-th node, which dials others and keeps to these.
func join(w scenario.World, stack electives.Stack, n int, dials ...int) *node {
	p := &node{addr: w.Addr(n)}
	cfg := p2p.Config{Self: p.addr, Interval: 24 * time.Hour} // nobody else is looked for
	for _, other := range dials {
		cfg.Bootstrap = append(cfg.Bootstrap, w.Addr(other))
	}
	w.Node(p.addr, func(h network.Host) {
		peers := p2ptest.Peers(stack.Stack.Stack.Stack.Stack, h, cfg)
		p.gossip = stack.NewGossip(h, peers, scenario.Complete(gossip.Config{}))
		scenario.Must(p.gossip.Handle(kind, func(_ network.Addr, payload []byte) bool {
			p.heard = append(p.heard, string(payload))
			return true
		}))
		scenario.Must(p.gossip.Start(nil))
	})
	return p
}

// says has the node broadcast a word of its own, some time after the links are there.
func (p *node) says(w scenario.World) {
	at := 3*time.Second + time.Duration(w.Rand().IntN(1000))*time.Millisecond
	w.At(at, p.addr, "says a word", func() {
		scenario.NoError(w, gsp4Passed, "Broadcast", p.gossip.Broadcast(kind, []byte(p.addr)))
	})
}

// ring looks after every event whether somebody has heard a word twice.
func ring(w scenario.World, stack electives.Stack) {
	for n := range size {
		var dials []int
		if n > 0 {
			dials = append(dials, n-1)
		}
		if n == size-1 {
			dials = append(dials, 0)
		}
		p := join(w, stack, n, dials...)
		p.says(w)
		w.Always(gsp3Once, func() error {
			for i, word := range p.heard {
				if slices.Contains(p.heard[:i], word) {
					return fmt.Errorf("expected %s to hear the word of %s once, got it twice", p.addr, word)
				}
			}
			return nil
		})
	}
}

// line has one end speak, and looks at the other when all is over.
func line(w scenario.World, stack electives.Stack) {
	first := join(w, stack, 0)
	last := first
	for n := range size - 1 {
		last = join(w, stack, n+1, n)
	}
	first.says(w)
	w.Ends(last.addr, gsp4Passed, func() error {
		if !slices.Contains(last.heard, string(first.addr)) {
			return fmt.Errorf("expected the word of %s at the other end, got %q", first.addr, last.heard)
		}
		return nil
	})
}
