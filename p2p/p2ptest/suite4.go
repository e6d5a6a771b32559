package p2ptest

// Step p2p.4 is maintenance: the first scenarios give one node raw peers and look at each thing that a round
// does; the meshes have many nodes of the implementation find each other, and heal. The interval is a
// second or less, as a scenario needs it.

import "strata/scenario"

// maintenance is the scenarios of step p2p.4; those of bounds.go and whole.go belong to it too.
func (s suite) maintenance() []scenario.Scenario {
	return []scenario.Scenario{
		// 2M and not M: a network in which everybody is full would let nobody in.
		scenario.New(scenario.Scenario{
			Name: "p2p/room", Step: "p2p.4", Rules: []string{"P2P-7"}, For: 4 * second, RealTime: true,
			Title: "A node accepts 2M hellos and no more, and a late acceptance does not make one more peer.",
			Setup: s.room,
		}),
		// Each answer is a second late, so that all dials are under way together.
		scenario.New(scenario.Scenario{
			Name: "p2p/dials", Step: "p2p.4", Rules: []string{"P2P-7", "P2P-13"}, For: 6 * second,
			Title: "Dials under way count, and are few.",
			Setup: s.dials,
		}),
		// Bootstrap nodes are for those who know nobody; others would overload them.
		scenario.New(scenario.Scenario{
			Name: "p2p/bootstrap-again", Step: "p2p.4", Rules: []string{"P2P-8"}, For: 8 * second,
			Title: "A node that lost all its peers dials the bootstrap nodes, others do not.",
			Setup: s.bootstrapAgain,
		}),
		// Asking ends as soon as it has brought enough.
		scenario.New(scenario.Scenario{
			Name: "p2p/ask", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-9", "P2P-13", "P2P-5"}, For: 6 * second,
			Title: "A node with few peers asks them for theirs and dials those.",
			Setup: s.ask,
		}),
		// What a node accepted beyond M it gives back in the next round.
		scenario.New(scenario.Scenario{
			Name: "p2p/shed", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-10"}, For: 5 * second,
			Title: "A node with too many peers disconnects down to M.",
			Setup: s.shed,
		}),
		// If it were always the same ones, an attacker could stay.
		scenario.New(scenario.Scenario{
			Name: "p2p/shed-anyone", Step: "p2p.4", Rules: []string{"P2P-8"}, For: 30 * second,
			Title: "The peer to disconnect is drawn at random.",
			Setup: s.shedAnyone,
		}),
		// A list is as long as its sender likes; what is read of it is not.
		scenario.New(scenario.Scenario{
			Name: "p2p/long-list", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 4 * second,
			Title: "Of a long list the first 1,000 addresses are looked at.",
			Setup: s.longList,
		}),
		// A list of addresses costs its sender nothing, and each dial costs a socket.
		scenario.New(scenario.Scenario{
			Name: "p2p/dead-addresses", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 3 * second,
			Title: "A list of dead addresses keeps 16 dials under way at most.",
			Setup: s.deadAddresses,
		}),
		// An odd M: half of five is not two.
		scenario.New(scenario.Scenario{
			Name: "p2p/ask-below-half", Step: "p2p.4", Rules: []string{"P2P-8"}, For: 5 * second, RealTime: true,
			Title: "Peers are asked for theirs as long as there are fewer than M/2.",
			Setup: s.askBelowHalf,
		}),
		// A round ranges over peers and loses some of them by asking.
		scenario.New(scenario.Scenario{
			Name: "p2p/ask-slow", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-10", "P2P-12"}, For: 4 * second,
			Title: "Slow peers that are lost while peers are asked do no harm.",
			Setup: s.askSlow,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off-other", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-13"}, For: 6 * second,
			Title: "An address that failed keeps no other one waiting.",
			Setup: s.backOffOther,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off-mute", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 20 * second,
			Title: "An address that never answers a hello is retried less and less often.",
			Setup: s.backOffMute,
		}),
		// A minute of virtual time for the whole row of waits: 1, 2, 4, 8 and 8 s.
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 60 * second,
			Title: "An address that fails is retried after 1, 2, 4 and more seconds.",
			Setup: s.backOff,
		}),
		// Everything that a node can have under way, and then Stop.
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
		// Everybody knows one other node, and no fault happens: the least that a network is for.
		scenario.New(scenario.Scenario{
			Name: "p2p/mesh", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-6", "P2P-7"}, For: 9 * second,
			RealTime: true,
			Title:    "Nodes that know one other node become a mesh.",
			Setup:    func(w scenario.World) { _ = s.mesh(w, 5, 0, 17*second/2) },
		}),
		// Faults end at 15 s; whatever they broke has half a minute to heal.
		scenario.New(scenario.Scenario{
			Name: "p2p/mesh-faults", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-6", "P2P-7", "P2P-10"},
			For:   45 * second,
			Title: "A mesh heals from whatever happens to it.",
			Faults: scenario.Faults{Fragment: true, Jitter: second / 10, Resets: 3, Partitions: 1, Crashes: 1,
				Churn: 1, Until: 15 * second},
			Setup: func(w scenario.World) { s.healing(w, s.mesh(w, 8, 16*second, 44*second)) },
		}),
	}
}

// hostile is the scenarios of floods, of nodes that stand still, and of links that work one way.
func (s suite) hostile() []scenario.Scenario {
	return []scenario.Scenario{
		// A process that was suspended finds all that happened in one piece.
		scenario.New(scenario.Scenario{
			Name: "p2p/paused", Step: "p2p.2", Rules: []string{"P2P-10", "P2P-3"}, For: 7 * second,
			Title: "A node that stood still learns at once whom it has lost meanwhile, and who is new.",
			Setup: s.paused,
		}),
		// A hello costs nothing, so a table must not grow by it, and must empty again.
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-flood", Step: "p2p.4", Rules: []string{"P2P-7", "P2P-10", "P2P-2"}, For: 6 * second,
			RealTime: true,
			Title:    "A flood of hellos under made-up addresses fills the table, no more, and leaves room afterwards.",
			Setup:    s.helloFlood,
		}),
		// Half a connection is worse than none: one side believes in it.
		scenario.New(scenario.Scenario{
			Name: "p2p/one-way", Step: "p2p.4", Rules: []string{"P2P-14", "P2P-8", "P2P-13"}, For: 30 * second,
			Title: "A node that cannot hear the answer to its hello closes after 10 s, and dials again until it can.",
			Setup: s.oneWay,
		}),
		// All that links and clocks can do short of failing, then 40 s to heal.
		scenario.New(scenario.Scenario{
			Name: "p2p/mesh-weather", Step: "p2p.4", Rules: []string{"P2P-8", "P2P-14", "P2P-10", "P2P-6"},
			For:   60 * second,
			Title: "A mesh heals from links that are cut one way, slow or late, from pauses and wrong clocks.",
			Faults: scenario.Faults{Fragment: true, Jitter: second / 20, Cuts: 2, Delays: 1, Slow: 1, Pauses: 1,
				Skews: 1, Until: 20 * second},
			Setup: s.weather,
		}),
	}
}
