// Package nodetest is the conformance suite of the whole stack: six layers of one student, with the
// provided store, block tree, miner and node around them, as several nodes of one chain.
//
//	cluster    the nodes of a scenario, each with its disk, which outlives crashes
//	member     one of them: what it reported as its tip, what it executed, how often it moved
//	stranger   a peer on the lower layers that gossips, answers searches and gives chains as it likes: it
//	           breaks the rules of blocks, and of blocks alone
//	audit      the chain of a node, executed again from the genesis block on by the suite itself
//
// The suite trusts none of what it looks at: it mines blocks of its own and computes the accounts again.
// Blocks cost 16 hashes, so that a hundred are made in no time; miners make one try in a fixed time, which
// makes them rivals of each other and not of the machine. What a node says of its tip is checked at every
// move, whatever the scenario is about; what all of them come to, at the end.
package nodetest

import (
	"slices"
	"time"

	"strata/chain"
	"strata/scenario"
)

// suite builds the scenarios' nodes from one stack.
type suite struct{ stack chain.Stack }

// Suite lists the scenarios for a stack. Those that are Provided are about what no student writes: the
// block tree, the store, the miner, the sync. They are no part of a student's grade; the workshop's own
// tests and mutants run them.
func Suite(stack chain.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.networks(), s.reaching(), s.choosing(), s.moving(), s.storing(), s.syncing())
}

// Long lists scenarios that take too long to be run over many seeds: thousands of blocks are synced
// while everything goes wrong.
func Long(stack chain.Stack) []scenario.Scenario { return suite{stack}.long() }

// params make a block cost 16 hashes.
var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 4}

// sec makes the times of scenarios short to read.
const sec = time.Second

// networks is whole networks that mine and agree.
func (s suite) networks() []scenario.Scenario {
	return []scenario.Scenario{
		// The one that also runs on TCP.
		scenario.New(scenario.Scenario{
			Name: "stack/spread", Step: "stack.1", Rules: []string{"FRK-7", "CHN-2"}, For: 4 * sec, RealTime: true,
			Title: "Blocks that one node adds are the chain of every node.",
			Setup: s.spread,
		}),
		// The figure of GSP-6, for blocks: nothing above gossip may add to it.
		scenario.New(scenario.Scenario{
			Name: "stack/flood", Step: "stack.1", Rules: []string{"GSP-6", "FRK-7"}, For: 15 * sec,
			Title: "In a network of 5 nodes and 10 links one block costs 16 sends and reaches everyone once.",
			Setup: s.flood,
		}),
		// No faults: rivals are enough.
		scenario.New(scenario.Scenario{
			Name: "stack/mine", Step: "stack.1", Rules: []string{"FRK-1", "CHN-2", "CHN-7"}, For: 40 * sec,
			Title: "Five miners agree on one chain.",
			Setup: s.mine,
		}),
		// Partitions at fixed times, one after the other.
		scenario.New(scenario.Scenario{
			Name: "stack/isolated", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5"}, For: 45 * sec,
			Title: "Nodes that were cut off, and mined on, come back to the chain of the others.",
			Setup: s.isolated,
		}),
		// Crashes and resets are drawn; 30 s are left to agree.
		scenario.New(scenario.Scenario{
			Name: "stack/crashes", Step: "stack.1", Rules: []string{"FRK-1", "FRK-6"}, For: 50 * sec,
			Title: "Nodes crash, come back with their disks, and all agree.",
			Faults: scenario.Faults{Fragment: true, Jitter: 30 * time.Millisecond, Resets: 3, Crashes: 3,
				Until: 20 * sec},
			Setup: s.crashes,
		}),
		// Stop has to reach the miner, the sync and the searches, not the layers alone.
		scenario.New(scenario.Scenario{
			Name: "stack/stop", Step: "stack.1", Rules: []string{"NET-11", "GSP-8", "P2P-15", "FRK-1"}, For: 40 * sec,
			Title: "A node that stops leaves nothing open, and the others go on.",
			Setup: s.stop,
		}),
	}
}

// reaching is about what reaches a node, and how.
func (s suite) reaching() []scenario.Scenario {
	return []scenario.Scenario{
		// FRK-4 without any gossip to help.
		scenario.New(scenario.Scenario{
			Name: "stack/late", Step: "stack.1", Rules: []string{"FRK-4"}, For: 25 * sec,
			Title: "A node that comes late gets the whole chain, without a new block.",
			Setup: s.late,
		}),
		// Whatever order gossip brings, the chain is one.
		scenario.New(scenario.Scenario{
			Name: "stack/shuffled", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5"}, For: 20 * sec,
			Title: "Blocks that come in any order make the same chain.",
			Setup: s.shuffled,
		}),
		// A peer need not answer, and need not tell the truth.
		scenario.New(scenario.Scenario{
			Name: "stack/withheld", Step: "stack.1", Rules: []string{"FRK-4", "FRK-1"}, For: 40 * sec,
			Title: "A missing ancestor is asked for again until somebody gives the right one.",
			Setup: s.withheld,
		}),
		// The way of a payment through all six layers.
		scenario.New(scenario.Scenario{
			Name: "stack/transactions", Step: "stack.1", Rules: []string{"FRK-8", "FRK-5", "MEM-1", "CHN-6"},
			For:   50 * sec,
			Title: "Transactions that are submitted anywhere are on the chain once, in the order of their nonces.",
			Setup: s.transactions,
		}),
		// Fifty seconds to heal: a clock that ran ahead makes waits longer.
		scenario.New(scenario.Scenario{
			Name: "stack/weather", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-8"}, For: 70 * sec,
			Title: "Miners agree after cuts, slow and late links, pauses and wrong clocks.",
			Faults: scenario.Faults{Jitter: 30 * time.Millisecond, Cuts: 1, Delays: 1, Slow: 1, Pauses: 1, Skews: 1,
				Until: 20 * sec},
			Setup: s.weather,
		}),
		// One key at two places finds two blocks of one number.
		scenario.New(scenario.Scenario{
			Name: "stack/twins", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5", "FRK-7"}, For: 20 * sec,
			Title:  "Two nodes under one address, that mine with one key, keep nobody from agreeing.",
			Faults: scenario.Faults{Jitter: 30 * time.Millisecond, Until: 15 * sec},
			Setup:  s.twins,
		}),
	}
}

// choosing is about the chain that a node follows, and what it refuses (FRK-1, 2, 3, 7).
func (s suite) choosing() []scenario.Scenario {
	return []scenario.Scenario{
		// The rule that keeps nodes from flapping between equals.
		scenario.New(scenario.Scenario{
			Name: "stack/first-seen", Step: "stack.1", Rules: []string{"FRK-1", "FRK-5"}, For: 12 * sec, Provided: true,
			Title: "Of two chains of one height the first seen stays; a higher one wins.",
			Setup: s.firstSeen,
		}),
		// What is passed on costs everybody; so it has to have cost its maker something.
		scenario.New(scenario.Scenario{
			Name: "stack/only-work", Step: "stack.1", Rules: []string{"FRK-7", "FRK-2", "FRK-4"}, For: 12 * sec,
			Provided: true,
			Title:    "A block is passed on if its proof of work holds, once, and else not.",
			Setup:    s.onlyWork,
		}),
		// Proof of work is not validity: it only makes lies cost something.
		scenario.New(scenario.Scenario{
			Name: "stack/invalid", Step: "stack.1", Rules: []string{"FRK-1", "FRK-2", "CHN-5", "CHN-9"}, For: 30 * sec,
			Provided: true,
			Title:    "Mined blocks that break the rules never become the tip, whatever is built on them.",
			Setup:    s.invalid,
		}),
		// Work alone makes no ancestry.
		scenario.New(scenario.Scenario{
			Name: "stack/genesis", Step: "stack.1", Rules: []string{"FRK-3"}, For: 20 * sec, Provided: true,
			Title: "There is one genesis block, and numbers follow one another.",
			Setup: s.genesis,
		}),
	}
}

// moving is about what moves with the tip: orphans, transactions, the disk, the miner (FRK-4, 5, 6, 8).
func (s suite) moving() []scenario.Scenario {
	return []scenario.Scenario{
		// Anybody can mine blocks upon a parent that does not exist.
		scenario.New(scenario.Scenario{
			Name: "stack/orphans", Step: "stack.1", Rules: []string{"FRK-4"}, For: 30 * sec, Provided: true,
			Title: "Blocks without known parents are bounded in number, and do not keep out the chain.",
			Setup: s.orphans,
		}),
		// A reorganisation must lose nobody's payment.
		scenario.New(scenario.Scenario{
			Name: "stack/undone", Step: "stack.1", Rules: []string{"FRK-5", "MEM-6"}, For: 30 * sec, Provided: true,
			Title: "Transactions of blocks that are undone wait for a block again; included ones do not.",
			Setup: s.undone,
		}),
		// Blocks, accounts and tip are one step on the disk.
		scenario.New(scenario.Scenario{
			Name: "stack/restart", Step: "stack.1", Rules: []string{"FRK-6", "FRK-5"}, For: 30 * sec, Provided: true,
			Title: "A node that crashed restarts on the tip that it had, with the accounts of that block.",
			Setup: s.restart,
		}),
		// Work upon an old tip is lost work.
		scenario.New(scenario.Scenario{
			Name: "stack/miner", Step: "stack.1", Rules: []string{"FRK-8", "CHN-10"}, For: 40 * sec, Provided: true,
			Title: "A miner works on the newest tip and takes up new transactions within a second.",
			Setup: s.miner,
		}),
	}
}

// storing is about disks and forks at their worst.
func (s suite) storing() []scenario.Scenario {
	return []scenario.Scenario{
		// The disk goes with the crash.
		scenario.New(scenario.Scenario{
			Name: "stack/wiped", Step: "stack.1", Rules: []string{"FRK-4", "FRK-6"}, For: 25 * sec, Provided: true,
			Title: "A node that lost its disk gets the chain from the others, without a new block.",
			Setup: s.wiped,
		}),
		// What a real disk does that answers before it has written.
		scenario.New(scenario.Scenario{
			Name: "stack/lost-writes", Step: "stack.1", Rules: []string{"FRK-6", "FRK-4"}, For: 35 * sec,
			Provided: true,
			Title:    "A node whose disk lost or tore the last writes goes on from an older block and catches up.",
			Setup:    s.lostWrites,
		}),
		// A long fork is no attack by itself: it may be the chain of the others.
		scenario.New(scenario.Scenario{
			Name: "stack/deep-forks", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5"}, For: 60 * sec,
			Provided: true,
			Title:    "A long fork is followed once all of it is known and valid, and a longer one with a gap never.",
			Setup:    s.deepForks,
		}),
	}
}
