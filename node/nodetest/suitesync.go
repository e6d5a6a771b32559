package nodetest

import (
	"time"

	"strata/scenario"
)

// syncing is about a node that catches up (SYN).
func (s suite) syncing() []scenario.Scenario {
	return []scenario.Scenario{
		// Three kinds of liars, for they are found out in three ways.
		scenario.New(scenario.Scenario{
			Name: "stack/misled", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6", "SYN-7"}, For: 40 * sec,
			Provided: true,
			Title:    "A peer that gives wrong blocks is replaced, and not asked again when it comes back.",
			Setup:    s.misledBy(lie.aboutBlocks),
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/misguided", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6", "SYN-7"}, For: 40 * sec,
			Provided: true,
			Title:    "A peer that lies about its chain is found out before it is asked for blocks, or replaced.",
			Setup:    s.misledBy(lie.aboutItsChain),
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/stalled", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6", "SYN-7"}, For: 40 * sec,
			Provided: true,
			Title:    "A peer that gives nothing, or does not answer, is replaced, and asked ever less.",
			Setup:    s.misledBy(lie.isSilence),
		}),
		// One alone would need longer than the scenario lasts.
		scenario.New(scenario.Scenario{
			Name: "stack/catch-up", Step: "stack.1", Rules: []string{"SYN-5", "SYN-7", "SYN-8"}, For: 20 * sec,
			Provided: true,
			Title:    "A new node gets a long chain from several peers at once, many blocks in one commit.",
			Setup:    s.catchUp,
		}),
		// Places are asked about at growing distances, and then in between.
		scenario.New(scenario.Scenario{
			Name: "stack/parted", Step: "stack.1", Rules: []string{"SYN-1", "FRK-5", "FRK-1"}, For: 25 * sec,
			Provided: true,
			Title:    "Nodes whose chains parted long ago find out where, and the lower follows the higher.",
			Setup:    s.parted,
		}),
		// The crash comes while a part of the chain is stored.
		scenario.New(scenario.Scenario{
			Name: "stack/resumed", Step: "stack.1", Rules: []string{"SYN-7", "SYN-9", "FRK-6"}, For: 60 * sec,
			Provided: true,
			Title:    "A node that crashes while it catches up goes on from where it was, and says how far it is.",
			Setup:    s.resumed,
		}),
		// The other side of a sync: what a node gives to whoever asks.
		scenario.New(scenario.Scenario{
			Name: "stack/questioned", Step: "stack.1", Rules: []string{"SYN-1", "SYN-2", "SYN-3"}, For: 12 * sec,
			Provided: true,
			Title:    "A node answers questions for blocks byte for byte and within bounds, malformed ones not at all.",
			Setup:    s.questioned,
		}),
		// Both peers have the chain; one of them spoils what it gives.
		scenario.New(scenario.Scenario{
			Name: "stack/carried", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6"}, For: 30 * sec, Provided: true,
			Title: "Of two peers with one chain, the one that gives wrong blocks is found out, the other gives all.",
			Setup: s.carried,
		}),
		// Memory must not be bounded by what a peer claims.
		scenario.New(scenario.Scenario{
			Name: "stack/hoarded", Step: "stack.1", Rules: []string{"SYN-5", "SYN-6", "SYN-8"}, For: 40 * sec,
			Provided: true,
			Title:    "The blocks that wait for the first range of a chain are bounded, however long the chain is.",
			Setup:    s.hoarded,
		}),
	}
}

// long is what Long lists.
func (s suite) long() []scenario.Scenario {
	return []scenario.Scenario{
		// Everything at once; the seeds draw the liars.
		scenario.New(scenario.Scenario{
			Name: "stack/sync-thousands", Step: "stack.1", Rules: []string{"SYN-5", "SYN-6", "SYN-7"}, For: 90 * sec,
			Title:  "A new node gets thousands of blocks whatever happens to it and to its peers.",
			Faults: scenario.Faults{Fragment: true, Jitter: 20 * time.Millisecond, Resets: 3, Until: 20 * sec},
			Setup:  s.thousands,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/sync-heights", Step: "stack.1", Rules: []string{"SYN-5", "SYN-8", "FRK-1", "FRK-5"},
			For:   60 * sec,
			Title: "Of peers at different heights, and on different chains, the highest is followed.",
			Setup: s.heights,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/sync-switches", Step: "stack.1", Rules: []string{"SYN-5", "SYN-8", "FRK-5"}, For: 90 * sec,
			Title: "A node whose peers change chains in mid-sync goes on with the new one.",
			Setup: s.switches,
		}),
	}
}
