// Package scenario says what a check is: a situation that nodes are put into, the world that they
// live in, the faults that strike them, and what must hold.
//
//	suites     <layer>/<layer>test, node/nodetest: lists of Scenario values
//	  |  Setup(World)
//	  v
//	World      nodes, work, faults, checks
//	  |  implemented by harness/lab (simulated and TCP) and harness/explore (every order)
//	  v
//	verdicts
//
// A suite is a list of scenarios, and a scenario is a value: it builds nodes in a World, schedules
// work for them and says what must hold. The harness runs the same list on the simulated network
// to grade a student, over many seeds and with faults, and on loopback TCP to prove the host.
//
// This package knows the contract of layer 1 alone, so that the suite of every layer can use it.
package scenario

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"strata/network"
)

// Scenario is one situation in which a step of the exercises must hold its rules.
type Scenario struct {
	Name     string        // unique, "layer/what-happens"
	Title    string        // the promise in plain words, as a student reads it
	Step     string        // the step that it grades, such as "gossip.2"
	Rules    []string      // the rules of PROTOCOL.md that it proves
	For      time.Duration // virtual time that a run takes
	Faults   Faults        // drawn anew for each seed; the zero value has none
	RealTime bool          // it also holds on loopback TCP: short, without faults, no exact times
	Explore  Budget        // its orders are explored this far, instead of drawn by seeds
	Provided bool          // it proves what the workshop provides, and is no part of a student's grade

	// Setup builds the nodes, schedules the work and registers the checks. Then the world runs.
	Setup func(w World)
}

// Faults says which faults the seeds of a scenario draw. Every fault is over at Until, so that
// what must happen in the end has the rest of the run to happen.
type Faults struct {
	Fragment   bool          // pieces are split and joined at random
	Jitter     time.Duration // most that a piece is delayed beyond its link's latency
	Resets     int           // connections that fail
	Partitions int           // times that the network falls into two halves
	Crashes    int           // nodes that crash and come back
	Churn      int           // nodes that leave for good or join late; first and last node excepted
	Cuts       int           // one-way partitions
	Delays     int           // slow routes: nodes whose bytes take longer for a time
	Slow       int           // thin links: nodes that send few bytes a second for a time
	Pauses     int           // nodes that do nothing for a time
	Skews      int           // clocks that jump ahead, or run fast or slow for a time
	Until      time.Duration // no fault happens later
}

// Any says whether there are faults at all.
func (f Faults) Any() bool { return f != (Faults{}) }

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

	// At does one item of work on the node's loop, t after the start. what names it in reports.
	// If the node is down then, nothing is done. Items are independent: a run with one of them
	// left out is a run too. Called in Setup only.
	At(t time.Duration, node network.Addr, what string, do func())

	// Inject schedules one fault. Called in Setup only.
	Inject(f Fault)

	// Now is the time since the start.
	Now() time.Duration

	// Fail reports a broken rule; the run ends soon after. The text says what was expected and
	// what happened instead: "expected 1 delivery, got 2".
	Fail(rule, format string, args ...any)

	// Always checks a safety rule after every event. The error says what is wrong.
	Always(rule string, check func() error)

	// By checks a liveness rule: check must have returned nil once, at the latest at t.
	By(t time.Duration, rule string, check func() error)

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

// FaultKind says what a fault does.
type FaultKind string

// The faults.
const (
	Reset     FaultKind = "reset"     // every connection between A and B fails at At
	Stall     FaultKind = "stall"     // nothing moves from A to B; it waits at the sender
	Partition FaultKind = "partition" // A and B cannot reach each other: connections fail, dials are refused
	Cut       FaultKind = "cut"       // what A sends B is lost, and its connection fails when the cut is over
	Delay     FaultKind = "delay"     // what A sends B takes By longer
	Slow      FaultKind = "slow"      // all connections together carry Rate bytes a second from A to B; the rest waits at the sender
	Pause     FaultKind = "pause"     // the nodes of A do nothing; what happens to them waits
	Skew      FaultKind = "skew"      // the clocks of A jump ahead by By, then run Rate millionths too fast, all their timers too
	Crash     FaultKind = "crash"     // the nodes of A lose everything, and boot again after For
	Leave     FaultKind = "leave"     // the nodes of A crash and do not come back
	Join      FaultKind = "join"      // the nodes of A boot at At only
)

// Fault is one thing that goes wrong.
type Fault struct {
	Kind FaultKind
	At   time.Duration
	For  time.Duration  // how long it lasts; Reset, Leave and Join have no length
	A, B []network.Addr // whom it strikes; Pause, Skew, Crash, Leave and Join use A alone
	By   time.Duration  // Delay, Skew: by how much; not negative
	Rate int64          // Slow: bytes a second; Skew: millionths, more than -1,000,000
	Wipe bool           // Crash: the disk is lost too
}
