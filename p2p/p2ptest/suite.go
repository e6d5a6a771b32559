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
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-first", Step: "p2p.1", Rules: []string{"P2P-1", "P2P-3"}, For: 3 * second, RealTime: true,
			Title: "Whoever dials says hello before anything else.",
			Setup: s.helloFirst,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-answer", Step: "p2p.1", Rules: []string{"P2P-2", "P2P-3"}, For: 4 * second, RealTime: true,
			Title: "A hello is answered with the verdict and the other peers.",
			Setup: s.helloAnswer,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/acceptance-first", Step: "p2p.1", Rules: []string{"P2P-3"}, For: 3 * second, RealTime: true,
			Title: "Nobody is listed before the acceptance is on its way.",
			Setup: s.acceptanceFirst,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/rejected", Step: "p2p.1", Rules: []string{"P2P-4"}, For: 4 * second, RealTime: true,
			Title: "A rejected dialler closes and tries the addresses of the answer.",
			Setup: s.rejected,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/silence", Step: "p2p.1", Rules: []string{"P2P-14"}, For: 15 * second,
			Title: "A connection without a hello, or without an answer to it, is closed after 10 s.",
			Setup: s.silence,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-twice", Step: "p2p.1", Rules: []string{"P2P-14", "P2P-2"}, For: 4 * second, RealTime: true,
			Title: "A second hello, or a malformed one, ends the connection.",
			Setup: s.helloTwice,
		}),
	}
}

// table is the scenarios of step p2p.2.
func (s suite) table() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/never-itself", Step: "p2p.2", Rules: []string{"P2P-5"}, For: 3 * second, RealTime: true,
			Title: "A node never peers with itself, whoever names its address.",
			Setup: s.neverItself,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/two-at-once", Step: "p2p.2", Rules: []string{"P2P-6"}, For: 4 * second, RealTime: true,
			Title: "Two nodes that dial each other at once end with one connection.",
			Setup: s.twoAtOnce,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/crossing-smaller", Step: "p2p.2", Rules: []string{"P2P-6"}, For: 8 * second,
			Title:  "Of two crossing connections the one that the smaller address dialled stays: ours.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 8 * second},
			Setup:  func(w scenario.World) { s.crossing(w, true) },
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/crossing-larger", Step: "p2p.2", Rules: []string{"P2P-6", "P2P-11"}, For: 8 * second,
			Title:  "Of two crossing connections the one that the smaller address dialled stays: the peer's.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 8 * second},
			Setup:  func(w scenario.World) { s.crossing(w, false) },
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/dialled-again", Step: "p2p.2", Rules: []string{"P2P-6", "P2P-2"}, For: 5 * second, RealTime: true,
			Title: "A peer that dials again is reached by its newer connection.",
			Setup: s.dialledAgain,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/lost", Step: "p2p.2", Rules: []string{"P2P-10", "P2P-14"}, For: 5 * second,
			Title: "A lost connection removes the peer at once, and the watcher hears it once.",
			Setup: s.lost,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-and-gone", Step: "p2p.2", Rules: []string{"P2P-10"}, For: 3 * second, RealTime: true,
			Title: "A connection that ends in the same piece as its hello makes no peer.",
			Setup: s.helloAndGone,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/lost-while-replaced", Step: "p2p.2", Rules: []string{"P2P-11", "P2P-10"}, For: 4 * second,
			Title: "What still comes on a replaced connection is not heard once the peer is lost.",
			Setup: s.lostWhileReplaced,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/strangers", Step: "p2p.2", Rules: []string{"P2P-11"}, For: 4 * second, RealTime: true,
			Title: "Handlers hear listed peers only.",
			Setup: s.strangers,
		}),
	}
}

// talk is the scenarios of step p2p.3.
func (s suite) talk() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/get-peers", Step: "p2p.3", Rules: []string{"P2P-2", "P2P-9"}, For: 3 * second, RealTime: true,
			Title: "Whoever asks gets the peers, without the asker.",
			Setup: s.getPeers,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/send-request", Step: "p2p.3", Rules: []string{"P2P-10", "P2P-11"}, For: 4 * second, RealTime: true,
			Title: "Peers are sent to and asked by their address, and a request ends once.",
			Setup: s.sendAndRequest,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/broadcast", Step: "p2p.3", Rules: []string{"P2P-12"}, For: 3 * second, RealTime: true,
			Title: "A broadcast reaches every peer but the excepted, also when one has just closed.",
			Setup: s.broadcast,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/broadcast-slow", Step: "p2p.3", Rules: []string{"P2P-12", "P2P-10"}, For: 4 * second,
			Title: "A slow peer does not keep a broadcast from the rest.",
			Setup: s.broadcastSlow,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/first-message", Step: "p2p.3", Rules: []string{"P2P-3", "P2P-6"}, For: 4 * second,
			Title:  "What a node sends as soon as it hears of a peer arrives.",
			Faults: scenario.Faults{Jitter: second / 10, Fragment: true, Until: 4 * second},
			Setup:  s.firstMessage,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/twins", Step: "p2p.3", Rules: []string{"P2P-6", "P2P-5", "P2P-10", "P2P-11", "P2P-12"}, For: 12 * second,
			Title:  "Two nodes under one address are one peer, and do the others no harm.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 12 * second},
			Setup:  s.twins,
		}),
	}
}

// maintenance is the scenarios of step p2p.4; those of bounds.go and whole.go belong to it too.
func (s suite) maintenance() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/room", Step: "p2p.4", Rules: []string{"P2P-7"}, For: 4 * second, RealTime: true,
			Title: "A node accepts 2M hellos and no more, and a late acceptance does not make one more peer.",
			Setup: s.room,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/dials", Step: "p2p.4", Rules: []string{"P2P-7", "P2P-13"}, For: 6 * second,
			Title: "Dials under way count, and are few.",
			Setup: s.dials,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/bootstrap-again", Step: "p2p.4", Rules: []string{"P2P-8"}, For: 8 * second,
			Title: "A node that lost all its peers dials the bootstrap nodes, others do not.",
			Setup: s.bootstrapAgain,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/ask", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-9", "P2P-13", "P2P-5"}, For: 6 * second,
			Title: "A node with few peers asks them for theirs and dials those.",
			Setup: s.ask,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/shed", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-10"}, For: 5 * second,
			Title: "A node with too many peers disconnects down to M.",
			Setup: s.shed,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/shed-anyone", Step: "p2p.4", Rules: []string{"P2P-8"}, For: 30 * second,
			Title: "The peer to disconnect is drawn at random.",
			Setup: s.shedAnyone,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/long-list", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 4 * second,
			Title: "Of a long list the first 1,000 addresses are looked at.",
			Setup: s.longList,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/dead-addresses", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 3 * second,
			Title: "A list of dead addresses keeps 16 dials under way at most.",
			Setup: s.deadAddresses,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/ask-below-half", Step: "p2p.4", Rules: []string{"P2P-8"}, For: 5 * second, RealTime: true,
			Title: "Peers are asked for theirs as long as there are fewer than M/2.",
			Setup: s.askBelowHalf,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/ask-slow", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-12"}, For: 4 * second,
			Title: "Slow peers that are lost while peers are asked do no harm.",
			Setup: s.askSlow,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off-rejected", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 20 * second,
			Title: "An address that rejects is retried less and less often.",
			Setup: s.backOffRejected,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 60 * second,
			Title: "An address that fails is retried after 1, 2, 4 and more seconds.",
			Setup: s.backOff,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/stop", Step: "p2p.4", Rules: []string{"P2P-15", "P2P-10"}, For: 4 * second, RealTime: true,
			Title: "Stop disconnects everybody, once, and leaves nothing behind.",
			Setup: s.stop,
		}),
	}
}

// whole is the scenarios in which all nodes run the layer that is graded.
func (s suite) whole() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/mesh", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-6", "P2P-7"}, For: 4 * second, RealTime: true,
			Title: "Nodes that know one other node become a mesh.",
			Setup: func(w scenario.World) { _ = s.mesh(w, 5, 0, 3500*time.Millisecond) },
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/mesh-faults", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-6", "P2P-7", "P2P-10"}, For: 45 * second,
			Title:  "A mesh heals from whatever happens to it.",
			Faults: scenario.Faults{Fragment: true, Jitter: second / 10, Resets: 3, Partitions: 1, Crashes: 1, Churn: 1, Until: 15 * second},
			Setup:  func(w scenario.World) { s.healing(w, s.mesh(w, 8, 16*second, 44*second)) },
		}),
	}
}

// hostile is the scenarios of floods, of nodes that stand still, and of links that work one way.
func (s suite) hostile() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/paused", Step: "p2p.2", Rules: []string{"P2P-10", "P2P-3"}, For: 7 * second,
			Title: "A node that stood still learns at once whom it has lost meanwhile, and who is new.",
			Setup: s.paused,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-flood", Step: "p2p.4", Rules: []string{"P2P-7", "P2P-10", "P2P-2"}, For: 6 * second, RealTime: true,
			Title: "A flood of hellos under made-up addresses fills the table and no more, and leaves room when it is over.",
			Setup: s.helloFlood,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/one-way", Step: "p2p.4", Rules: []string{"P2P-14", "P2P-8", "P2P-13"}, For: 30 * second,
			Title: "A node that cannot hear the answer to its hello closes after 10 s, and dials again until it can.",
			Setup: s.oneWay,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/mesh-weather", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-14", "P2P-10", "P2P-6"}, For: 60 * second,
			Title:  "A mesh heals from links that are cut one way, slow or late, from pauses and wrong clocks.",
			Faults: scenario.Faults{Fragment: true, Jitter: second / 20, Cuts: 2, Delays: 1, Slow: 1, Pauses: 1, Skews: 1, Until: 20 * second},
			Setup:  s.weather,
		}),
	}
}
