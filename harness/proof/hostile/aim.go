// Package hostile turns the hostile peers of the conformance suites on a real node.
//
//	a suite's scenario          the same scenario, aimed
//
//	node 0, graded              node 0 is somebody else: a node that runs already, on TCP
//	raw peers, attackers  --->  raw peers, attackers, as they are
//	checks of node 0            left out: what counts is that the real node lives and serves
//
// The scripts are those that students are graded by; none is written twice. The package's tests run
// each of them over loopback TCP against a guarded chain node, and a stream of fuzzed frames too, and
// look at its memory and at what it still does for honest peers.
//
// Read next: harness/lab, which runs scenarios; docs/threat-model.md, which says what these tests show.
package hostile

import (
	"slices"
	"time"

	"strata/network"
	"strata/scenario"
)

// Aim makes a scenario that does to the node at target what s does to its n-th node. What happens in s
// happens speed times as fast: its times allow for the latencies of simulated links. Faults are left
// out, and all checks.
//
// start starts the node. It gets the addresses that the node is to dial first, those of the nodes of s
// with these numbers, and is called when they are up; if there are none, before anybody is.
func Aim(s scenario.Scenario, n, speed int, target network.Addr, dials []int,
	start func(bootstrap []network.Addr)) scenario.Scenario {
	setup := s.Setup
	s.Faults = scenario.Faults{}
	s.For /= time.Duration(speed)
	s.Setup = func(w scenario.World) {
		a := &aimed{World: w, n: n, speed: time.Duration(speed), target: target}
		var bootstrap []network.Addr
		for _, other := range dials {
			bootstrap = append(bootstrap, a.Addr(other))
		}
		if len(dials) == 0 {
			start(nil)
		} else {
			w.At(0, target, "the node starts", func() { start(bootstrap) })
		}
		setup(a)
	}
	return s
}

// aimed is a world in which one node is none of the scenario's.
type aimed struct {
	scenario.World
	n      int
	speed  time.Duration
	target network.Addr
}

// Addr is the target's for the node whose place it takes.
func (a *aimed) Addr(n int) network.Addr {
	if n == a.n {
		return a.target
	}
	return a.World.Addr(n)
}

// Node adds all nodes but that one.
func (a *aimed) Node(addr network.Addr, boot func(network.Host)) {
	if addr != a.target {
		a.World.Node(addr, boot)
	}
}

// At does the work of all nodes but that one. Work that looks at the node that is not there ends there.
func (a *aimed) At(t time.Duration, node network.Addr, what string, do func()) {
	if node == a.target {
		return
	}
	a.World.At(t/a.speed, node, what, func() {
		defer func() { _ = recover() }()
		do()
	})
}

// Inject does nothing: faults are the world's doing, not that of peers.
func (a *aimed) Inject(scenario.Fault) {}

// Fail, Always, By, AtEnd and Ends are about a node that is not there.
func (a *aimed) Fail(scenario.Clause, string, ...any) {}

// Always is not asked.
func (a *aimed) Always(scenario.Clause, func() error) {}

// By is not asked.
func (a *aimed) By(time.Duration, scenario.Clause, func() error) {}

// AtEnd is not asked.
func (a *aimed) AtEnd(scenario.Clause, func() error) {}

// Ends is not asked.
func (a *aimed) Ends(network.Addr, scenario.Clause, func() error) {}

// Usage of the target is not known here.
func (a *aimed) Usage(node network.Addr) scenario.Usage {
	if node == a.target {
		return scenario.Usage{}
	}
	return a.World.Usage(node)
}

// Find finds a scenario by its name.
func Find(all []scenario.Scenario, name string) (scenario.Scenario, bool) {
	at := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	if at < 0 {
		return scenario.Scenario{}, false
	}
	return all[at], true
}
