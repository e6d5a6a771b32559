// Package chaintest is the conformance suite of layer 6, and makes the keys, transactions and
// mined blocks that the tests of others need.
//
//	test     one executor and what a scenario does with it. An executor needs no network and no time: a
//	         scenario is one item of work on one node.
//	ledger   the oracle: the rules CHN-4 to CHN-8 with numbers that cannot overflow and no thought of
//	         speed. It shares nothing with an executor, and does not use the state that it is given.
//	pool     a mempool without a network, for Build.
//
// A scenario executes the same transactions or blocks twice, by the executor under test and by the
// ledger, and compares the verdicts, and every account afterwards. Blocks are mined for real at a
// difficulty of one digit; invalid ones too, so that the rule in question is the only one that they break.
// Accounts are named A, B and so on in reports; coinbases are C and F.
package chaintest

import (
	"slices"
	"time"

	"strata/chain"
	"strata/scenario"
)

// suite makes the scenarios for the executor of one stack.
type suite struct{ stack chain.Stack }

// Suite lists the scenarios of layer 6 for the executor that the stack names. It needs no layer below.
func Suite(stack chain.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.executing(), s.applying(), s.building(), s.odd(), s.hostile())
}

// moment is what a scenario takes: an executor needs no time.
const moment = 10 * time.Millisecond

// executing grades step chain.1: one transaction at a time.
func (s suite) executing() []scenario.Scenario {
	return []scenario.Scenario{
		// All of the step at random; the scenarios after it take it to its bounds.
		scenario.New(scenario.Scenario{
			Name: "chain/payments-add-up", Step: "chain.1", Rules: []string{"CHN-5", "CHN-6"}, For: moment,
			RealTime: true,
			Title:    "Random payments, right and wrong, leave the balances and nonces that the rules give.",
			Setup:    s.test(paymentsAddUp),
		}),
		// Two accounts that are one: the classic way to make money.
		scenario.New(scenario.Scenario{
			Name: "chain/pay-yourself", Step: "chain.1", Rules: []string{"CHN-6"}, For: moment, RealTime: true,
			Title: "An account that pays itself gets no richer, uses up a nonce, and needs the money all the same.",
			Setup: s.test(payYourself),
		}),
		// Nobody opens an account: being paid makes one.
		scenario.New(scenario.Scenario{
			Name: "chain/new-account", Step: "chain.1", Rules: []string{"CHN-6"}, For: moment, RealTime: true,
			Title: "A recipient that is paid for the first time has an account from then on.",
			Setup: s.test(newAccount),
		}),
		// A nonce is what keeps a payment from being executed twice.
		scenario.New(scenario.Scenario{
			Name: "chain/nonce-exact", Step: "chain.1", Rules: []string{"CHN-5"}, For: moment, RealTime: true,
			Title: "Only the very next nonce is valid, and each only once.",
			Setup: s.test(nonceExact),
		}),
		// One more than there is, and all that there is.
		scenario.New(scenario.Scenario{
			Name: "chain/balance-exact", Step: "chain.1", Rules: []string{"CHN-5"}, For: moment, RealTime: true,
			Title: "An account can be emptied, and not overdrawn.",
			Setup: s.test(balanceExact),
		}),
		// 64 bits are much money, and some day somebody tries.
		scenario.New(scenario.Scenario{
			Name: "chain/balance-overflow", Step: "chain.1", Rules: []string{"CHN-8"}, For: moment, RealTime: true,
			Title: "A balance may reach 2^64-1 and not pass it.",
			Setup: s.test(balanceOverflow),
		}),
		// Of everything that is signed one thing is changed.
		scenario.New(scenario.Scenario{
			Name: "chain/forged", Step: "chain.1", Rules: []string{"CHN-5"}, For: moment, RealTime: true,
			Title: "A transaction that was changed after it was signed is refused.",
			Setup: s.test(forgedPayments),
		}),
		// A verdict that is remembered under too little of what was asked.
		scenario.New(scenario.Scenario{
			Name: "chain/forged-later", Step: "chain.1", Rules: []string{"CHN-5"}, For: moment, RealTime: true,
			Title: "A signature is looked at each time, whatever was signed before.",
			Setup: s.test(forgedLater),
		}),
		// A verdict that depends on the library is a fork that waits for its day.
		scenario.New(scenario.Scenario{
			Name: "chain/crafted-signatures", Step: "chain.1", Rules: []string{"CHN-13"}, For: moment, RealTime: true,
			Title: "Signatures of crafted keys get the verdict of ZIP-215, not that of a library.",
			Setup: s.test(craftedSignatures),
		}),
	}
}

// applying grades step chain.2: blocks, which are valid as a whole or not at all.
func (s suite) applying() []scenario.Scenario {
	return []scenario.Scenario{
		// A block fits at one place of one chain.
		scenario.New(scenario.Scenario{
			Name: "chain/number-and-parent", Step: "chain.2", Rules: []string{"CHN-2"}, For: moment, RealTime: true,
			Title: "A block fits after its own parent only, with the next number.",
			Setup: s.test(numberAndParent),
		}),
		// The check that costs nothing, for what cost much.
		scenario.New(scenario.Scenario{
			Name: "chain/proof-of-work", Step: "chain.2", Rules: []string{"CHN-3"}, For: moment, RealTime: true,
			Title: "A hash with one zero digit too few is refused, one with as many as wanted is not.",
			Setup: s.test(proofOfWork),
		}),
		// MaxTransactions is drawn, 2 to 5.
		scenario.New(scenario.Scenario{
			Name: "chain/full-blocks", Step: "chain.2", Rules: []string{"CHN-4"}, For: moment, RealTime: true,
			Title: "A block may be empty or full, and not fuller.",
			Setup: s.test(fullBlocks),
		}),
		// A block is a row of payments and not a set.
		scenario.New(scenario.Scenario{
			Name: "chain/in-order", Step: "chain.2", Rules: []string{"CHN-5"}, For: moment, RealTime: true,
			Title: "Each transaction finds the state that the one before it left.",
			Setup: s.test(inOrder),
		}),
		// CHN-7 says when the reward comes, and this is the one way to see it.
		scenario.New(scenario.Scenario{
			Name: "chain/reward-last", Step: "chain.2", Rules: []string{"CHN-7"}, For: moment, RealTime: true,
			Title: "The reward cannot be spent in its own block, and can in the next.",
			Setup: s.test(rewardLast),
		}),
		// The reward is a sum like any other, and the last one.
		scenario.New(scenario.Scenario{
			Name: "chain/reward-overflow", Step: "chain.2", Rules: []string{"CHN-7", "CHN-8"}, For: moment,
			RealTime: true,
			Title:    "A reward that does not fit makes the block invalid.",
			Setup:    s.test(rewardOverflow),
		}),
		// A caller that bans a peer for a block has to know what it bans it for.
		scenario.New(scenario.Scenario{
			Name: "chain/one-error", Step: "chain.2", Rules: []string{"CHN-9"}, For: moment, RealTime: true,
			Title: "An invalid block is refused for the rule that it broke, and the block is left alone.",
			Setup: s.test(oneError),
		}),
		// What is hashed, gossiped and stored is the text.
		scenario.New(scenario.Scenario{
			Name: "chain/as-text", Step: "chain.2", Rules: []string{"CHN-1"}, For: moment, RealTime: true,
			Title: "A block that came as text is executed as the one that was sent.",
			Setup: s.test(asText),
		}),
		// All of the step at random, block upon block.
		scenario.New(scenario.Scenario{
			Name: "chain/random-chain", Step: "chain.2", Rules: []string{"CHN-2", "CHN-5", "CHN-6", "CHN-7", "CHN-9"},
			For: moment, RealTime: true,
			Title: "A chain of random blocks leads to the balances that the rules give.",
			Setup: s.test(randomChain),
		}),
	}
}

// building grades step chain.3: blocks that are made from a pool. What a block must be is known by now, so that
// Apply judges what Build makes.
func (s suite) building() []scenario.Scenario {
	return []scenario.Scenario{
		// What Build makes is judged by Apply, which is known by now.
		scenario.New(scenario.Scenario{
			Name: "chain/build-applies", Step: "chain.3", Rules: []string{"CHN-10"}, For: moment, RealTime: true,
			Title: "Build makes a valid next block, once it is mined, and leaves the state as it was.",
			Setup: s.test(buildApplies),
		}),
		// More than fits, from senders who can all pay.
		scenario.New(scenario.Scenario{
			Name: "chain/build-full", Step: "chain.3", Rules: []string{"CHN-10", "CHN-11"}, For: moment, RealTime: true,
			Title: "With many to choose from, Build fills the block, and no more.",
			Setup: s.test(buildFull),
		}),
		// A pool is in order of arrival, and arrival knows nothing of nonces.
		scenario.New(scenario.Scenario{
			Name: "chain/build-any-order", Step: "chain.3", Rules: []string{"CHN-11"}, For: moment, RealTime: true,
			Title: "A payment that waits for the nonce or the money of a later one in the pool gets in.",
			Setup: s.test(buildAnyOrder),
		}),
		// A pool may hold 5,000, and what is valid stands where it came.
		scenario.New(scenario.Scenario{
			Name: "chain/build-large-pool", Step: "chain.3", Rules: []string{"CHN-11"}, For: moment, RealTime: true,
			Title: "A valid payment gets in, however many stand before it that have to wait.",
			Setup: s.test(buildLargePool),
		}),
		// Any pool, and every place used that can be.
		scenario.New(scenario.Scenario{
			Name: "chain/build-maximal", Step: "chain.3", Rules: []string{"CHN-10", "CHN-11"}, For: moment,
			RealTime: true,
			Title:    "Of a random pool nothing is left out that could come next.",
			Setup:    s.test(buildMaximal),
		}),
		// A pool knows nothing of nonces; whoever builds does.
		scenario.New(scenario.Scenario{
			Name: "chain/build-evicts", Step: "chain.3", Rules: []string{"CHN-12"}, For: moment, RealTime: true,
			Title: "Build evicts nonces that are past, and nothing that may still become valid.",
			Setup: s.test(buildEvicts),
		}),
		scenario.New(scenario.Scenario{
			Name: "chain/build-forged", Step: "chain.3", Rules: []string{"CHN-10"}, For: moment, RealTime: true,
			Title: "A forged transaction in the pool does not get into a block.",
			Setup: s.test(buildForged),
		}),
		scenario.New(scenario.Scenario{
			Name: "chain/build-reward-overflow", Step: "chain.3", Rules: []string{"CHN-8", "CHN-10"}, For: moment,
			RealTime: true,
			Title:    "Build leaves room for the reward at the coinbase.",
			Setup:    s.test(buildRewardOverflow),
		}),
		scenario.New(scenario.Scenario{
			Name: "chain/build-chain", Step: "chain.3", Rules: []string{"CHN-10", "CHN-7"}, For: moment, RealTime: true,
			Title: "Blocks built one after another move the money, and none gets lost or made up.",
			Setup: s.test(buildChain),
		}),
	}
}

// hostile grades the steps chain.1 and chain.2 with what strangers make who can sign and mine, and
// mean no good.
func (s suite) hostile() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "chain/malleated", Step: "chain.1", Rules: []string{"CHN-13", "CHN-5"}, For: moment, RealTime: true,
			Title: "A signature that a stranger changed is no signature, and a crafted one that ZIP-215 accepts is.",
			Setup: s.test(malleated),
		}),
		// Mined, and at the wrong place of the chain.
		scenario.New(scenario.Scenario{
			Name: "chain/hostile-headers", Step: "chain.2", Rules: []string{"CHN-2", "CHN-9"}, For: moment,
			RealTime: true,
			Title:    "A block that has its proof of work and jumps, or has another ancestry, is refused.",
			Setup:    s.test(hostileHeaders),
		}),
		// Mined, and with one thing in it that does not belong there.
		scenario.New(scenario.Scenario{
			Name: "chain/hostile-content", Step: "chain.2", Rules: []string{"CHN-5", "CHN-8", "CHN-9"}, For: moment,
			RealTime: true,
			Title:    "A block that has its proof of work is refused for one bad transaction, wherever it stands.",
			Setup:    s.test(hostileContent),
		}),
	}
}
