// Package p2ptest is the conformance suite of layer 3: scenarios that every implementation of
// strata/p2p must pass, on every host.
//
// The node that is graded mostly talks to raw peers, which speak the bytes of PROTOCOL.md, so that
// two wrong halves cannot agree with each other. A scenario needs its own step and the earlier ones:
// until the last one the interval of maintenance is an hour.
package p2ptest

import (
	"time"

	"strata/p2p"
	"strata/scenario"
)

// suite builds the scenarios' nodes from one stack.
type suite struct{ stack p2p.Stack }

// Suite lists the scenarios of layer 3 for the implementation that the stack names. The layers
// below it should be known to be right.
func Suite(stack p2p.Stack) []scenario.Scenario {
	s := suite{stack}
	var all []scenario.Scenario
	for _, part := range [][]scenario.Scenario{s.hello(), s.table(), s.talk(), s.maintenance(), s.whole(), s.hostile()} {
		all = append(all, part...)
	}
	return all
}

const second = time.Second

// hello is the scenarios of step p2p.1.
func (s suite) hello() []scenario.Scenario {
	return []scenario.Scenario{{
		Name: "p2p/hello-first", Title: "whoever dials says hello before anything else",
		Step: "p2p.1", Rules: []string{"P2P-1", "P2P-3"}, For: 3 * second, RealTime: true,
		Setup: s.helloFirst,
	}, {
		Name: "p2p/hello-answer", Title: "a hello is answered with the verdict and the other peers",
		Step: "p2p.1", Rules: []string{"P2P-2", "P2P-3"}, For: 4 * second, RealTime: true,
		Setup: s.helloAnswer,
	}, {
		Name: "p2p/acceptance-first", Title: "nobody is listed before the acceptance is on its way",
		Step: "p2p.1", Rules: []string{"P2P-3"}, For: 3 * second, RealTime: true,
		Setup: s.acceptanceFirst,
	}, {
		Name: "p2p/rejected", Title: "a rejected dialler closes and tries the addresses of the answer",
		Step: "p2p.1", Rules: []string{"P2P-4"}, For: 4 * second, RealTime: true,
		Setup: s.rejected,
	}, {
		Name: "p2p/silence", Title: "a connection without a hello, or without an answer to it, is closed after 10 s",
		Step: "p2p.1", Rules: []string{"P2P-14"}, For: 15 * second,
		Setup: s.silence,
	}, {
		Name: "p2p/hello-twice", Title: "a second hello, or a malformed one, ends the connection",
		Step: "p2p.1", Rules: []string{"P2P-14", "P2P-2"}, For: 4 * second, RealTime: true,
		Setup: s.helloTwice,
	}}
}

// table is the scenarios of step p2p.2.
func (s suite) table() []scenario.Scenario {
	return []scenario.Scenario{{
		Name: "p2p/never-itself", Title: "a node never peers with itself, whoever names its address",
		Step: "p2p.2", Rules: []string{"P2P-5"}, For: 3 * second, RealTime: true,
		Setup: s.neverItself,
	}, {
		Name: "p2p/two-at-once", Title: "two nodes that dial each other at once end with one connection",
		Step: "p2p.2", Rules: []string{"P2P-6"}, For: 4 * second, RealTime: true,
		Setup: s.twoAtOnce,
	}, {
		Name: "p2p/crossing-smaller", Title: "of two crossing connections the one that the smaller address dialled stays: ours",
		Step: "p2p.2", Rules: []string{"P2P-6"}, For: 8 * second,
		Faults: scenario.Faults{Jitter: second / 10, Until: 8 * second},
		Setup:  func(w scenario.World) { s.crossing(w, true) },
	}, {
		Name: "p2p/crossing-larger", Title: "of two crossing connections the one that the smaller address dialled stays: the peer's",
		Step: "p2p.2", Rules: []string{"P2P-6", "P2P-11"}, For: 8 * second,
		Faults: scenario.Faults{Jitter: second / 10, Until: 8 * second},
		Setup:  func(w scenario.World) { s.crossing(w, false) },
	}, {
		Name: "p2p/dialled-again", Title: "a peer that dials again is reached by its newer connection",
		Step: "p2p.2", Rules: []string{"P2P-6", "P2P-2"}, For: 5 * second, RealTime: true,
		Setup: s.dialledAgain,
	}, {
		Name: "p2p/lost", Title: "a lost connection removes the peer at once, and the watcher hears it once",
		Step: "p2p.2", Rules: []string{"P2P-10", "P2P-14"}, For: 5 * second,
		Setup: s.lost,
	}, {
		Name: "p2p/hello-and-gone", Title: "a connection that ends in the same piece as its hello makes no peer",
		Step: "p2p.2", Rules: []string{"P2P-10"}, For: 3 * second, RealTime: true,
		Setup: s.helloAndGone,
	}, {
		Name: "p2p/lost-while-replaced", Title: "what still comes on a replaced connection is not heard once the peer is lost",
		Step: "p2p.2", Rules: []string{"P2P-11", "P2P-10"}, For: 4 * second,
		Setup: s.lostWhileReplaced,
	}, {
		Name: "p2p/strangers", Title: "handlers hear listed peers only",
		Step: "p2p.2", Rules: []string{"P2P-11"}, For: 4 * second, RealTime: true,
		Setup: s.strangers,
	}}
}

// talk is the scenarios of step p2p.3.
func (s suite) talk() []scenario.Scenario {
	return []scenario.Scenario{{
		Name: "p2p/get-peers", Title: "whoever asks gets the peers, without the asker",
		Step: "p2p.3", Rules: []string{"P2P-2", "P2P-9"}, For: 3 * second, RealTime: true,
		Setup: s.getPeers,
	}, {
		Name: "p2p/send-request", Title: "peers are sent to and asked by their address, and a request ends once",
		Step: "p2p.3", Rules: []string{"P2P-10", "P2P-11"}, For: 4 * second, RealTime: true,
		Setup: s.sendAndRequest,
	}, {
		Name: "p2p/broadcast", Title: "a broadcast reaches every peer but the excepted, also when one has just closed",
		Step: "p2p.3", Rules: []string{"P2P-12"}, For: 3 * second, RealTime: true,
		Setup: s.broadcast,
	}, {
		Name: "p2p/broadcast-slow", Title: "a slow peer does not keep a broadcast from the rest",
		Step: "p2p.3", Rules: []string{"P2P-12", "P2P-10"}, For: 4 * second,
		Setup: s.broadcastSlow,
	}, {
		Name: "p2p/first-message", Title: "what a node sends as soon as it hears of a peer arrives",
		Step: "p2p.3", Rules: []string{"P2P-3", "P2P-6"}, For: 4 * second,
		Faults: scenario.Faults{Jitter: second / 10, Fragment: true, Until: 4 * second},
		Setup:  s.firstMessage,
	}, {
		Name: "p2p/twins", Title: "two nodes under one address are one peer, and do the others no harm",
		Step: "p2p.3", Rules: []string{"P2P-6", "P2P-5", "P2P-10", "P2P-11", "P2P-12"}, For: 12 * second,
		Faults: scenario.Faults{Jitter: second / 10, Until: 12 * second},
		Setup:  s.twins,
	}}
}
