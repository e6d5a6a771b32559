// This file is yours to edit. docs/8-validators.md is the chapter; `make reset LAYER=validators` gives a fresh copy.

package validators

import (
	"cmp"
	"slices"
	"time"

	"strata/ledgers/validators"
	"strata/network"
)

// Algorithm 1 of "The latest gossip on BFT consensus". The numbers are its lines.

// mark is a value and the round of its polka; round is NoRound if there is none.
type mark struct {
	round int64
	hash  validators.Hash
}

// startRound is lines 11 to 21.
func (n *node) startRound(number uint32) {
	n.round, n.step, n.awake, n.waited = number, validators.StepPropose, false, 0
	n.prune()
	if number > 0 || n.working() {
		n.awaken()
		return
	}
	height := n.height()
	n.host.After(n.cfg.EmptyInterval, func() {
		if n.height() == height && n.round == 0 {
			n.awaken()
		}
	})
}

// awaken is called when there is work, or it is time for an empty block: from now on the round's time runs (VAL-12).
func (n *node) awaken() {
	if n.awake || n.stopped || n.deciding || !n.begun {
		return
	}
	n.awake = true
	if n.step == validators.StepPropose {
		if n.proposer(n.round) == n.key {
			n.propose()
		}
		n.schedule(validators.StepPropose)
	}
}

// advance does what the words that are here allow, until they allow no more.
func (n *node) advance() {
	for !n.stopped && !n.deciding && n.begun {
		if !n.decide() && !n.skip() && !n.shun() && !n.onProposal() && !n.onPolka() && !n.onPrevotes() && !n.onPrecommits() {
			return
		}
	}
}

// shun prevotes nil to the proposal of a member that this node's operator does not trust, and says whether it did.
func (n *node) shun() bool {
	r := n.at(n.round)
	if n.step != validators.StepPropose || r.proposal == nil || n.purpose.trusts(n.round) {
		return false
	}
	n.step = validators.StepPrevote
	n.say(validators.Prevote, validators.Hash{})
	return true
}

// onProposal is lines 22 to 33: it prevotes a proposal, and says whether it did.
func (n *node) onProposal() bool {
	r := n.at(n.round)
	if n.step != validators.StepPropose || r.proposal == nil {
		return false
	}
	panic(network.NotWritten("validators.2")) // 21 lines in our solution
}

// onPolka is lines 36 to 43: a quorum has prevoted the proposed block, which was executed. It says whether that is
// new.
func (n *node) onPolka() bool {
	panic(network.NotWritten("validators.2")) // 15 lines in our solution
}

// onPrevotes is lines 34 and 44: of a quorum of prevotes for different things the timeout begins, and a quorum of nil
// is precommitted. It says whether it did anything.
func (n *node) onPrevotes() bool {
	panic(network.NotWritten("validators.3")) // 10 lines in our solution
}

// onPrecommits is line 47: of a quorum of any precommits the timeout begins. It says whether it did.
func (n *node) onPrecommits() bool {
	panic(network.NotWritten("validators.3")) // 1 line in our solution
}

// schedule starts the timeout of a step of the present round, once, and says whether it did.
func (n *node) schedule(s validators.Step) bool {
	r := n.at(n.round)
	if r.timing[s] {
		return false
	}
	r.timing[s] = true
	height, number := n.height(), n.round
	n.host.After(n.cfg.Timeout(s, number), func() {
		if !n.stopped && !n.deciding && n.height() == height && n.round == number {
			n.timeout(s)
			n.advance()
		}
	})
	return true
}

// timeout is lines 57 to 67: a step of the present round has lasted long enough.
func (n *node) timeout(s validators.Step) {
	panic(network.NotWritten("validators.3")) // 10 lines in our solution
}

// skip is line 55: it goes to the latest round of which, or of later ones, validators of more than a third have spoken,
// and says whether it did.
func (n *node) skip() bool {
	panic(network.NotWritten("validators.3")) // 8 lines in our solution
}

// spoken is the latest round of which a validator has spoken.
type spoken struct {
	round uint32
	power uint64
}

// ahead are the validators that have spoken of rounds to come, the furthest first.
func (n *node) ahead() (all []spoken) {
	for _, v := range n.set() {
		s := spoken{n.round, v.Power}
		for number, r := range n.rounds {
			if number > s.round && r.spoke(v.Key) {
				s.round = number
			}
		}
		if s.round > n.round {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b spoken) int { return -cmp.Compare(a.round, b.round) })
	return all
}

// decide is line 49: a quorum has precommitted one block in one round, whichever. It says whether it has decided.
func (n *node) decide() bool {
	panic(network.NotWritten("validators.3")) // 10 lines in our solution
}

// isTimely says whether the time of a fresh block is not too far ahead of this node's clock (VAL-2).
func (n *node) isTimely(b *validators.Block) bool {
	return b.Time <= uint64(n.host.Now().Add(validators.MaxAhead).UnixMilli())
}

// propose proposes the valid value, if there is one, else a fresh block: lines 14 to 19.
func (n *node) propose() {
	if !n.speaks() {
		return
	}
	w := &word{Kind: validators.Proposal, Valid: n.valid.round, Hash: n.valid.hash}
	if n.valid.round == validators.NoRound {
		b := n.purpose.draft(n.now())
		w.Hash = b.Hash(n.chain)
		if n.offer(b) != nil {
			return // its transactions' signatures were checked, and it was executed
		}
	}
	n.sayWord(w)
}

// now is the time that a fresh block gets.
func (n *node) now() uint64 { return uint64(max(n.host.Now().UnixMilli(), 0)) }

// tickEvery is how often the node looks at what time has brought.
const tickEvery = 100 * time.Millisecond
