// Package mempooltest is the conformance suite of layer 5, and makes the keys and transactions
// that the tests of others need.
//
//	desk     one pool on a gossip that only takes notes. A scenario is a script of things that are done
//	         with it, a millisecond apart: its user adds and announces, gossip brings payloads.
//	oracle   a pool as plain as the rules, a list that is looked through each time. Where transactions are
//	         drawn it says what has to come of each.
//	citizen  a node with every layer up to a pool, for what pools do to each other over real layers.
//
// Transactions are signed for real, by keys that are the same in every run; accounts are named A, B and
// so on in reports. Each item of work at a desk may be left out by a shrinker, so that what builds on an
// earlier one looks whether that has happened.
package mempooltest

import (
	"slices"
	"time"

	"strata/mempool"
	"strata/scenario"
)

// suite builds the scenarios' pools from one stack.
type suite struct{ stack mempool.Stack }

// Suite lists the scenarios of layer 5 for the implementation that the stack names. The layers below it
// should be known to be right.
func Suite(stack mempool.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.adding(), s.receiving(), s.listed(), s.networks(), s.odd(), s.hostile())
}

const (
	sec    = time.Second
	moment = sec / 10 // in which all the work at a desk is done
)

// adding grades step mempool.1: what the node's own user gives to the pool, and the bounds of the pool.
func (s suite) adding() []scenario.Scenario {
	return []scenario.Scenario{
		// Announce and Add differ in one thing, and each scenario of the step uses both.
		scenario.New(scenario.Scenario{
			Name: "mempool/announce", Step: "mempool.1", Rules: []string{"MEM-1"}, For: moment, RealTime: true,
			Title: "An announced transaction is pooled and gossiped once; an added one is only pooled.",
			Setup: s.desk(announce),
		}),
		// A signature is looked at before anything else is believed.
		scenario.New(scenario.Scenario{
			Name: "mempool/announce-forged", Step: "mempool.1", Rules: []string{"MEM-1"}, For: moment, RealTime: true,
			Title: "A forged transaction is neither pooled nor gossiped, and does not take the place of the true one.",
			Setup: s.desk(announceForged),
		}),
		// The first seen, by this node: pools need not agree, the chain will.
		scenario.New(scenario.Scenario{
			Name: "mempool/extremes", Step: "mempool.1", Rules: []string{"MEM-1", "MEM-4"}, For: moment, RealTime: true,
			Title: "The largest and the smallest numbers are numbers, and paying oneself is a payment.",
			Setup: s.desk(extremes),
		}),
		scenario.New(scenario.Scenario{
			Name: "mempool/conflict", Step: "mempool.1", Rules: []string{"MEM-4"}, For: moment, RealTime: true,
			Title: "Of two transactions with the same sender and nonce the first stays.",
			Setup: s.desk(conflict),
		}),
		// Room is made by age, so that nobody can keep others out by paying more or less.
		scenario.New(scenario.Scenario{
			Name: "mempool/full-pool", Step: "mempool.1", Rules: []string{"MEM-8"}, For: moment, RealTime: true,
			Title: "When the pool is full the oldest makes room, whoever sent it.",
			Setup: s.desk(fullPool),
		}),
		// One sender must not be able to fill a pool.
		scenario.New(scenario.Scenario{
			Name: "mempool/full-sender", Step: "mempool.1", Rules: []string{"MEM-8"}, For: moment, RealTime: true,
			Title: "A sender with enough transactions is refused, and others are not.",
			Setup: s.desk(fullSender),
		}),
		// The order of the checks is the pool's own, wherever several speak against a transaction.
		scenario.New(scenario.Scenario{
			Name: "mempool/random-adds", Step: "mempool.1", Rules: []string{"MEM-1", "MEM-4", "MEM-8"}, For: moment,
			RealTime: true,
			Title:    "Random transactions are taken and refused as the rules say.",
			Setup:    s.desk(randomAdds),
		}),
	}
}

// receiving grades step mempool.2: what comes by gossip, and whether it travels on.
func (s suite) receiving() []scenario.Scenario {
	return []scenario.Scenario{
		// What is new and valid, and nothing else, may travel on.
		scenario.New(scenario.Scenario{
			Name: "mempool/receive", Step: "mempool.2", Rules: []string{"MEM-2"}, For: moment, RealTime: true,
			Title: "A valid transaction that comes by gossip is pooled and passed on.",
			Setup: s.desk(receive),
		}),
		// CHN-1 has the texts; here is what a pool makes of those that are none.
		scenario.New(scenario.Scenario{
			Name: "mempool/receive-malformed", Step: "mempool.2", Rules: []string{"MEM-2"}, For: moment, RealTime: true,
			Title: "A text that is not canonical is neither pooled nor passed on.",
			Setup: s.desk(receiveMalformed),
		}),
		// Anybody can change a payment on its way; it must die there.
		scenario.New(scenario.Scenario{
			Name: "mempool/receive-forged", Step: "mempool.2", Rules: []string{"MEM-2"}, For: moment, RealTime: true,
			Title: "A forged transaction is neither pooled nor passed on.",
			Setup: s.desk(receiveForged),
		}),
		// On a cycle every payment comes again.
		scenario.New(scenario.Scenario{
			Name: "mempool/receive-again", Step: "mempool.2", Rules: []string{"MEM-3"}, For: moment, RealTime: true,
			Title: "A transaction that comes again, by whatever way, is not passed on again.",
			Setup: s.desk(receiveAgain),
		}),
		// A pool carries for others what it would carry for itself.
		scenario.New(scenario.Scenario{
			Name: "mempool/receive-refused", Step: "mempool.2", Rules: []string{"MEM-4", "MEM-8"}, For: moment,
			RealTime: true,
			Title:    "A transaction that the pool refuses is not passed on.",
			Setup:    s.desk(receiveRefused),
		}),
		// Who bans peers has to know whose fault it was.
		scenario.New(scenario.Scenario{
			Name: "mempool/watch-arrivals", Step: "mempool.2", Rules: []string{"MEM-9"}, For: moment, RealTime: true,
			Title: "The watcher is told of what a peer sent: that it is pooled, or why it is not.",
			Setup: s.desk(watchArrivals),
		}),
	}
}

// listed grades step mempool.3: the list, how it shrinks, and who watches it.
func (s suite) listed() []scenario.Scenario {
	return []scenario.Scenario{
		// A miner takes from the front, and an explorer shows what is new.
		scenario.New(scenario.Scenario{
			Name: "mempool/order", Step: "mempool.3", Rules: []string{"MEM-5"}, For: moment, RealTime: true,
			Title: "The pool is listed in order of arrival, and the list is the caller's.",
			Setup: s.desk(listing(order)),
		}),
		// Blocks take transactions out, in any order and also such as never were in.
		scenario.New(scenario.Scenario{
			Name: "mempool/evict", Step: "mempool.3", Rules: []string{"MEM-6"}, For: moment, RealTime: true,
			Title: "Evicting removes what is there, frees its place, and passes over what is not.",
			Setup: s.desk(listing(evict)),
		}),
		// A stay is 20 s or more: three minutes of virtual time hold several.
		scenario.New(scenario.Scenario{
			Name: "mempool/expire", Step: "mempool.3", Rules: []string{"MEM-7"}, For: 3 * time.Minute,
			Title: "A transaction leaves KeepFor after it came, not before, and duplicates do not extend that.",
			Setup: s.desk(listing(expire)),
		}),
		// An expiry has to undo all that an arrival did.
		scenario.New(scenario.Scenario{
			Name: "mempool/expire-frees", Step: "mempool.3", Rules: []string{"MEM-7"}, For: 3 * time.Minute,
			Title: "An expired transaction makes room for its sender and its nonce, and may come again.",
			Setup: s.desk(listing(expireFrees)),
		}),
		// Expiry is a timer; after Stop there is none.
		scenario.New(scenario.Scenario{
			Name: "mempool/stop", Step: "mempool.3", Rules: []string{"MEM-7"}, For: 3 * time.Minute,
			Title: "After Stop no timer is left.",
			Setup: s.desk(listing(stop)),
		}),
		// What the scenarios before prove one by one, all at once and in any order.
		scenario.New(scenario.Scenario{
			Name: "mempool/random-life", Step: "mempool.3",
			Rules: []string{"MEM-3", "MEM-4", "MEM-5", "MEM-6", "MEM-7", "MEM-8"}, For: 3 * time.Minute,
			Title: "Whatever happens to a pool, it lists what the rules say.",
			Setup: s.desk(listing(randomLife)),
		}),
		// Whoever keeps a list by what it is told has the pool's.
		scenario.New(scenario.Scenario{
			Name: "mempool/watch-life", Step: "mempool.3", Rules: []string{"MEM-9"}, For: 3 * time.Minute,
			Title: "The pool lists exactly what the watcher heard enter and did not hear leave.",
			Setup: s.desk(listing(watchLife)),
		}),
		scenario.New(scenario.Scenario{
			Name: "mempool/watch-at-once", Step: "mempool.3", Rules: []string{"MEM-9"}, For: 15 * time.Second,
			Title: "The watcher is told of each transaction that leaves, also if several leave at once.",
			Setup: s.desk(listing(watchAtOnce)),
		}),
	}
}

// networks lets pools talk to each other over the layers of the stack, which should be known to be right.
func (s suite) networks() []scenario.Scenario {
	return []scenario.Scenario{
		// Four pools in a row, and no faults.
		scenario.New(scenario.Scenario{
			Name: "mempool/spread", Step: "mempool.2", Rules: []string{"MEM-1", "MEM-2", "MEM-3"}, For: 5 * sec,
			RealTime: true,
			Title:    "All nodes pool what one node announces, and each hears of it once.",
			Setup:    s.spread,
		}),
		// Faults are over at 8 s and connections are back at 20 s, when the first payment is announced.
		scenario.New(scenario.Scenario{
			Name: "mempool/spread-after-faults", Step: "mempool.2", Rules: []string{"MEM-1", "MEM-2", "MEM-3"},
			For:   23 * sec,
			Title: "After a crash and failed links what is announced still reaches every pool.",
			Faults: scenario.Faults{Fragment: true, Jitter: 100 * time.Millisecond, Resets: 2, Crashes: 1,
				Until: 8 * sec},
			Setup: s.spreadAfterFaults,
		}),
		// The true one comes last, and goes the same way to the end.
		scenario.New(scenario.Scenario{
			Name: "mempool/forged-dies", Step: "mempool.2", Rules: []string{"MEM-2"}, For: 10 * sec,
			Title: "A forged transaction gets no further than the first honest node, a true one through all of them.",
			Setup: s.forgedDies,
		}),
	}
}

// hostile grades the steps mempool.1 and mempool.2 with strangers that mean no good: they change signatures,
// which needs no key, and flood.
func (s suite) hostile() []scenario.Scenario {
	return []scenario.Scenario{
		// The user of a node is no better than a peer.
		scenario.New(scenario.Scenario{
			Name: "mempool/announce-malleated", Step: "mempool.1",
			Rules: []string{"MEM-1"}, For: moment, RealTime: true,
			Title: "A signature that a stranger changed is no signature, whatever the change.",
			Setup: s.desk(announceMalleated),
		}),
		// Two signatures of one payment would be two ids of it.
		scenario.New(scenario.Scenario{
			Name: "mempool/malleated", Step: "mempool.2", Rules: []string{"MEM-2", "CHN-13"}, For: moment,
			RealTime: true,
			Title:    "Malleated signatures get no further, and crafted ones that ZIP-215 accepts do.",
			Setup:    s.desk(malleated),
		}),
		// Two attackers, so that what is told twice differs from what is passed on twice.
		scenario.New(scenario.Scenario{
			Name: "mempool/hostile", Step: "mempool.2", Rules: []string{"MEM-2", "MEM-3", "MEM-4"}, For: 6 * sec,
			Title: "Of a flood of forged, replayed and conflicting payments only what is new and valid travels, once.",
			Setup: s.flooded,
		}),
	}
}
