// Package nodetest is the conformance suite of the whole stack: six layers of one student, with the
// provided store, block tree, miner and node around them, as several nodes of one chain.
//
// The suite trusts none of it: it mines blocks of its own, computes the accounts again from the
// genesis block on, and talks to the nodes through strangers who break the rules of blocks, and of
// blocks alone.
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
		scenario.New(scenario.Scenario{
			Name: "stack/spread", Step: "stack.1", Rules: []string{"FRK-7", "CHN-2"}, For: 4 * sec, RealTime: true,
			Title: "Blocks that one node adds are the chain of every node.",
			Setup: s.spread,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/flood", Step: "stack.1", Rules: []string{"GSP-6", "FRK-7"}, For: 15 * sec,
			Title: "In a network of 5 nodes and 10 links one block costs 16 sends and reaches everyone once.",
			Setup: s.flood,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/mine", Step: "stack.1", Rules: []string{"FRK-1", "CHN-2", "CHN-7"}, For: 40 * sec,
			Title: "Five miners agree on one chain.",
			Setup: s.mine,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/isolated", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5"}, For: 45 * sec,
			Title: "Nodes that were cut off, and mined on, come back to the chain of the others.",
			Setup: s.isolated,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/crashes", Step: "stack.1", Rules: []string{"FRK-1", "FRK-6"}, For: 50 * sec,
			Title:  "Nodes crash, come back with their disks, and all agree.",
			Faults: scenario.Faults{Fragment: true, Jitter: 30 * time.Millisecond, Resets: 3, Crashes: 3, Until: 20 * sec},
			Setup:  s.crashes,
		}),
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
		scenario.New(scenario.Scenario{
			Name: "stack/late", Step: "stack.1", Rules: []string{"FRK-4"}, For: 25 * sec,
			Title: "A node that comes late gets the whole chain, without a new block.",
			Setup: s.late,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/shuffled", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5"}, For: 20 * sec,
			Title: "Blocks that come in any order make the same chain.",
			Setup: s.shuffled,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/withheld", Step: "stack.1", Rules: []string{"FRK-4", "FRK-1"}, For: 40 * sec,
			Title: "A missing ancestor is asked for again until somebody gives the right one.",
			Setup: s.withheld,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/transactions", Step: "stack.1", Rules: []string{"FRK-8", "FRK-5", "MEM-1", "CHN-6"}, For: 50 * sec,
			Title: "Transactions that are submitted anywhere are on the chain once, in the order of their nonces.",
			Setup: s.transactions,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/weather", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-8"}, For: 70 * sec,
			Title:  "Miners agree after cuts, slow and late links, pauses and wrong clocks.",
			Faults: scenario.Faults{Jitter: 30 * time.Millisecond, Cuts: 1, Delays: 1, Slow: 1, Pauses: 1, Skews: 1, Until: 20 * sec},
			Setup:  s.weather,
		}),
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
		scenario.New(scenario.Scenario{
			Name: "stack/first-seen", Step: "stack.1", Rules: []string{"FRK-1", "FRK-5"}, For: 12 * sec, Provided: true,
			Title: "Of two chains of one height the first seen stays; a higher one wins.",
			Setup: s.firstSeen,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/only-work", Step: "stack.1", Rules: []string{"FRK-7"}, For: 12 * sec, Provided: true,
			Title: "A block is passed on if its proof of work holds, once, and else not.",
			Setup: s.onlyWork,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/invalid", Step: "stack.1", Rules: []string{"FRK-1", "FRK-2", "CHN-5", "CHN-9"}, For: 30 * sec, Provided: true,
			Title: "Blocks that have their proof of work and break the rules never become the tip, whatever is built on them.",
			Setup: s.invalid,
		}),
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
		scenario.New(scenario.Scenario{
			Name: "stack/orphans", Step: "stack.1", Rules: []string{"FRK-4"}, For: 30 * sec, Provided: true,
			Title: "Blocks without known parents are bounded in number, and do not keep out the chain.",
			Setup: s.orphans,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/undone", Step: "stack.1", Rules: []string{"FRK-5", "MEM-6"}, For: 30 * sec, Provided: true,
			Title: "Transactions of blocks that are undone wait for a block again; included ones do not.",
			Setup: s.undone,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/restart", Step: "stack.1", Rules: []string{"FRK-6", "FRK-5"}, For: 30 * sec, Provided: true,
			Title: "A node that crashed restarts on the tip that it had, with the accounts of that block.",
			Setup: s.restart,
		}),
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
		scenario.New(scenario.Scenario{
			Name: "stack/wiped", Step: "stack.1", Rules: []string{"FRK-4", "FRK-6"}, For: 25 * sec, Provided: true,
			Title: "A node that lost its disk gets the chain from the others, without a new block.",
			Setup: s.wiped,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/lost-writes", Step: "stack.1", Rules: []string{"FRK-6", "FRK-4"}, For: 35 * sec, Provided: true,
			Title: "A node whose disk lost the last writes, or tore one, goes on from an older block and catches up.",
			Setup: s.lostWrites,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/deep-forks", Step: "stack.1", Rules: []string{"FRK-1", "FRK-4", "FRK-5"}, For: 60 * sec, Provided: true,
			Title: "A long fork is followed once all of it is known and valid, and a longer one with a gap never.",
			Setup: s.deepForks,
		}),
	}
}

// syncing is about a node that catches up (SYN).
func (s suite) syncing() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "stack/misled", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6", "SYN-7"}, For: 40 * sec, Provided: true,
			Title: "A peer that gives wrong blocks is replaced, and not asked again when it comes back.",
			Setup: s.misledBy(lie.aboutBlocks),
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/misguided", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6", "SYN-7"}, For: 40 * sec, Provided: true,
			Title: "A peer that lies about its chain is found out before it is asked for blocks, or replaced.",
			Setup: s.misledBy(lie.aboutItsChain),
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/stalled", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6", "SYN-7"}, For: 40 * sec, Provided: true,
			Title: "A peer that gives nothing, or does not answer, is replaced, and asked ever less.",
			Setup: s.misledBy(lie.isSilence),
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/catch-up", Step: "stack.1", Rules: []string{"SYN-5", "SYN-7", "SYN-8"}, For: 20 * sec, Provided: true,
			Title: "A new node gets a long chain from several peers at once, many blocks in one commit.",
			Setup: s.catchUp,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/parted", Step: "stack.1", Rules: []string{"SYN-1", "FRK-5", "FRK-1"}, For: 25 * sec, Provided: true,
			Title: "Nodes whose chains parted long ago find out where, and the lower follows the higher.",
			Setup: s.parted,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/resumed", Step: "stack.1", Rules: []string{"SYN-7", "SYN-9", "FRK-6"}, For: 60 * sec, Provided: true,
			Title: "A node that crashes while it catches up goes on from where it was, and says how far it is.",
			Setup: s.resumed,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/questioned", Step: "stack.1", Rules: []string{"SYN-1", "SYN-2", "SYN-3"}, For: 12 * sec, Provided: true,
			Title: "A node answers questions for blocks byte for byte, within bounds, and malformed ones not at all.",
			Setup: s.questioned,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/carried", Step: "stack.1", Rules: []string{"SYN-4", "SYN-6"}, For: 30 * sec, Provided: true,
			Title: "Of two peers with one chain, the one that gives blocks which do not fit is found out, and the other gives them all.",
			Setup: s.carried,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/hoarded", Step: "stack.1", Rules: []string{"SYN-5", "SYN-6", "SYN-8"}, For: 40 * sec, Provided: true,
			Title: "What waits for the first range of a chain is bounded, however long the chain is.",
			Setup: s.hoarded,
		}),
	}
}

// long is what Long lists.
func (s suite) long() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "stack/sync-thousands", Step: "stack.1", Rules: []string{"SYN-5", "SYN-6", "SYN-7"}, For: 90 * sec,
			Title:  "A new node gets thousands of blocks whatever happens to it and to its peers.",
			Faults: scenario.Faults{Fragment: true, Jitter: 20 * time.Millisecond, Resets: 3, Until: 20 * sec},
			Setup:  s.thousands,
		}),
		scenario.New(scenario.Scenario{
			Name: "stack/sync-heights", Step: "stack.1", Rules: []string{"SYN-5", "SYN-8", "FRK-1", "FRK-5"}, For: 60 * sec,
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
