package scenario

import (
	"time"

	"strata/network"
)

// Budget says how far the orders of a small scenario are explored: which messages and timers come
// first, and what fails meanwhile. The zero value means that it is not explored.
type Budget struct {
	States  int           // most global states looked at
	From    time.Duration // what happens before is taken in one order only: the nodes get ready
	Early   int           // work and timers that may come while messages are still on their way
	Crashes int           // crashes, each with an immediate restart
	Resets  int           // connections that fail

	// Apart promises that what runs on one node touches no variable of another node: only checks
	// look at several. Then a node's state depends on its own history alone and is computed once.
	Apart bool
}

// Ends checks a node at the end of a run, at t: when there is nothing left to happen. The check
// looks at that node alone; an explorer then asks once for each history of the node.
func Ends(w World, t time.Duration, node network.Addr, rule string, check func() error) {
	if e, ok := w.(interface {
		Ends(node network.Addr, rule string, check func() error)
	}); ok {
		e.Ends(node, rule, check)
		return
	}
	w.At(t, node, "looks at the end", func() {
		if err := check(); err != nil {
			w.Fail(rule, "%v", err)
		}
	})
}

// Twin adds a node that shares the identity of another: it listens at the address of, as the other does,
// but on a host of its own. at is its own, by which work, faults and reports know it. It is a hostile peer:
// what is checked is that others stand it. Simulated networks alone have twins. Called in Setup.
func Twin(w World, of, at network.Addr, boot func(h network.Host)) {
	t, ok := w.(interface {
		Twin(of, at network.Addr, boot func(h network.Host))
	})
	if !ok {
		panic("scenario: Twin where there are none: such a scenario has no RealTime and is not explored")
	}
	t.Twin(of, at, boot)
}

// Show says how a node describes itself to a debugger: its peers, its pool, its tip. Where nobody
// looks it does nothing.
func Show(w World, node network.Addr, describe func() string) {
	if s, ok := w.(interface {
		Show(node network.Addr, describe func() string)
	}); ok {
		s.Show(node, describe)
	}
}
