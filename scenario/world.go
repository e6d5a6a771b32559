package scenario

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"strata/network"
)

// World is where a scenario's nodes live. All its methods are called in Setup, or from the nodes'
// callbacks, and everything runs on one goroutine: a check may look at any node.
type World interface {
	// Rand is for the choices that the scenario makes in Setup; it depends on the seed alone.
	Rand() *rand.Rand

	// Addr is an address that is free for the n-th node (from 0): always the same in a simulated
	// network, a free loopback port otherwise.
	Addr(n int) network.Addr

	// Node adds a node that is reached at addr. boot makes what runs on it, now and again
	// after each crash, always on a new host; what lived on the old one is never called again.
	Node(addr network.Addr, boot func(h network.Host))

	// Key is that of the node at addr, which its host's Identity has: known before there is a node.
	Key(addr network.Addr) network.PublicKey

	// Twin adds a node that shares the identity of another: it listens at the address of, as the
	// other does, but on a host of its own. at is its own, by which work, faults and reports know
	// it. It is a hostile peer: what is checked is that others stand it. Simulated networks alone
	// have twins: a scenario with one has no RealTime and is not explored. Called in Setup only.
	Twin(of, at network.Addr, boot func(h network.Host))

	// At does one item of work on the node's loop, t after the start. what names it in reports.
	// If the node is down then, nothing is done. Items are independent: a run with one of them
	// left out is a run too. Called in Setup only.
	At(t time.Duration, node network.Addr, what string, do func())

	// Inject schedules one fault. Called in Setup only.
	Inject(f Fault)

	// Now is the time since the start.
	Now() time.Duration

	// Fail reports a broken promise; the run ends soon after. The text says what was expected and
	// what happened instead: "expected 1 delivery, got 2".
	Fail(c Clause, format string, args ...any)

	// Always checks a promise of safety after every event. The error says what is wrong.
	Always(c Clause, check func() error)

	// By checks a promise of liveness: check must have returned nil once, at the latest at t.
	By(t time.Duration, c Clause, check func() error)

	// AtEnd checks once, when the scenario is over: what was true before does not count. The check
	// may look at every node. What looks at one node alone is Ends.
	AtEnd(c Clause, check func() error)

	// Ends checks a node when the scenario is over, unless the node is down then. The check looks
	// at that node alone, so that a report can say what led to it, and an explorer asks once for
	// each history of the node.
	Ends(node network.Addr, c Clause, check func() error)

	// Sometimes declares a state that the scenario is for, such as "a hello met a full table", and
	// returns what to call with whether it is there; once in a run is enough. It proves nothing
	// about a student: the self-check runs the reference and counts the seeds that get there, for a
	// scenario that never does shows less than it says. Called in Setup, or in work that every run
	// does. Where nobody counts it does nothing.
	//
	// Source: the "sometimes assertions" of Antithesis, which stand beside the "always" ones.
	Sometimes(what string) (met func(bool))

	// Show says how a node describes itself to a debugger: its peers, its pool, its tip. Where
	// nobody looks it does nothing.
	Show(node network.Addr, describe func() string)

	// Usage is what the node's host has open, for the rules that bound it.
	Usage(node network.Addr) Usage

	// Wiped says whether the last crash of the node took its disk as well. It is asked in boot.
	Wiped(node network.Addr) bool
}

// Usage counts what is open on one host.
type Usage struct {
	Listeners int // listening addresses
	Streams   int // streams that neither side has closed yet
	Dials     int // dials without an answer yet
	Timers    int // timers set and not run
}

// String counts what is open: "3 timers, 1 stream".
func (u Usage) String() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{u.Listeners, "listener"}, {u.Streams, "stream"}, {u.Dials, "dial"}, {u.Timers, "timer"}} {
		switch {
		case c.n == 1:
			parts = append(parts, "1 "+c.what)
		case c.n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", c.n, c.what))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing")
}
