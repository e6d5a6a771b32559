package nodetest

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/scenario"
)

// firstSeen gives two nodes a chain, and then another one of the same height. Both are known then, and
// the first stays; one block more upon the second decides.
func (s suite) firstSeen(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3}, 0, 1)
	stranger := cluster.stranger(2, 0)
	// Two blocks and three, of different miners.
	first, second := branch(chain.Genesis(), alice, 2), branch(chain.Genesis(), bob, 3)
	cluster.members[0].gives(4*sec, first...)
	stranger.sends(6*sec, "sends another chain of that height", second[:2]...)
	beside := w.Sometimes("a node knew two chains of one height")
	cluster.members[0].at(8*sec, "is asked for its tip", func() {
		_, other := cluster.members[0].Block(second[1].Hash())
		beside(other && cluster.members[0].reported == first[1].Hash())
		for _, member := range cluster.members {
			if member.reported != first[1].Hash() {
				w.Fail(FRK1Highest, "expected node %d to stay at %v, the first block 2 it saw, got %v",
					member.number, first[1].Hash(), member.reported)
			}
		}
	})
	stranger.sends(9*sec, "sends a higher block", second[2])
	cluster.reaches(12*sec, FRK1Highest, second[2])
}

// onlyWork has one stranger send blocks with and without proof of work, and what is no block; another
// one, behind the nodes, notes what gets through. What shows its work is passed on, orphans as well,
// and once; of the rest nothing is, and a parent that turns out to have no work is asked for once.
func (s suite) onlyWork(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4}, 0, 1)
	from, to := cluster.stranger(2, 0), cluster.stranger(3, 1)
	good := next(chain.Genesis(), alice)
	after := next(good, alice)
	// Its parents are not sent: it shows its work and nothing else.
	orphan := last(branch(next(after, bob), bob, 2))
	idle := []chain.Block{unsolve(next(good, alice)), unsolve(next(chain.Genesis(), carol)), chain.Genesis()}

	from.sends(4*sec, "sends blocks without proof of work", idle...)
	// None of it may be passed on, and none may end the connection on which the rest comes.
	from.says(4*sec, "sends what is no block", []byte("1:2:3"))
	from.says(4*sec, "sends nothing", nil)
	from.sends(5*sec, "sends a block", good)
	from.sends(6*sec, "sends the next and one without parent", after, orphan)
	from.sends(8*sec, "sends the block again, and again", good, good, good, good)
	asked := 0 // for a parent without proof of work
	// The parent is given, and has no work: nobody may ask for it over and over.
	from.answer = func(hash chain.BlockHash) []byte {
		if hash != idle[0].Hash() {
			return nil
		}
		asked++
		return idle[0].Text()
	}
	from.sends(7*sec, "sends a block upon one without proof of work", next(idle[0], dave))
	askedForParent(w, &asked)
	w.AtEnd(frk7Gossiped, func() error {
		for _, b := range []chain.Block{good, after, orphan} {
			if to.heard[b.Hash()] == 0 {
				return fmt.Errorf("expected block %d to be passed on, got it dropped", b.Number)
			}
		}
		return nil
	})
	to.onHear = onceWithWork(to, good)
}

// askedForParent checks that two nodes have asked for a parent without proof of work, each once at most.
func askedForParent(w scenario.World, asked *int) {
	w.AtEnd(frk4Asks, func() error {
		if *asked == 0 {
			return errors.New("expected somebody to ask for a parent that is missing, got no question")
		}
		return nil
	})
	w.AtEnd(frk2Remembered, func() error {
		if *asked > 2 {
			return fmt.Errorf("expected each of 2 nodes to ask for a parent at most once, since it is no good, "+
				"got %d questions", *asked)
		}
		return nil
	})
}

// onceWithWork looks at what is passed on to a stranger: it has its proof of work; and a block that is known is
// not passed on again. That one has two ways to come, and is told to a peer that arrives while it is the tip.
func onceWithWork(to *stranger, known chain.Block) func(text []byte) {
	first := known.Hash()
	return func(text []byte) {
		hash := chain.BlockHash(sha256.Sum256(text))
		if !params.MeetsDifficulty(hash) {
			to.c.w.Fail(frk7Gossiped, "expected what has no proof of work to be passed on to nobody, got %q", text)
		}
		if n := to.heard[hash]; hash == first && n > 3 {
			to.c.w.Fail(frk7Gossiped, "expected a block that is known not to be passed on again, got it %d times", n)
		}
	}
}

// invalid has a stranger send a block that is mined and overspends, and a chain upon it, the highest
// first, so that its ancestors are asked for. It is executed once and refused; what descends from it is
// not tried at all, is never the tip, and is not asked for again when it is sent again.
func (s suite) invalid(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4}, 0, 1, 2)
	stranger := cluster.stranger(3, 0)
	root := next(chain.Genesis(), alice)
	good := branch(root, carol, 3)
	bad := broken(good[0], bob)
	// Five blocks upon the bad one, all of them mined.
	on := branch(bad, bob, 5)
	all := map[chain.BlockHash][]byte{bad.Hash(): bad.Text()}
	for _, b := range on {
		all[b.Hash()] = b.Text()
	}
	// It gives whatever is asked for, until all of it has to be known as invalid.
	stranger.answer = func(hash chain.BlockHash) []byte {
		if w.Now() > 13*sec && all[hash] != nil {
			w.Fail(frk2Remembered, "expected nobody to ask for what is known to be invalid, got a search for %v", hash)
		}
		return all[hash]
	}

	cluster.members[1].gives(4*sec, root, good[0])
	stranger.sends(6*sec, "sends a chain on an invalid block, the highest first", on[3], on[1], on[0])
	stranger.sends(10*sec, "sends the invalid block", bad)
	stranger.sends(14*sec, "sends all of them again", bad, on[0], on[1], on[2], on[3])
	stranger.sends(16*sec, "sends one more upon them", on[4])
	cluster.members[2].gives(18*sec, good[1:]...)
	stranger.sends(22*sec, "and again", on[3], bad)
	cluster.never(frk1Counts, append(on, bad)...)
	tried := w.Sometimes("an invalid block was asked for because of what was built on it, and executed")
	w.AtEnd(frk2Remembered, func() error {
		tried(stranger.asked > 0 && cluster.members[0].executed[bad.Hash()] > 0)
		return cluster.triedOnce(bad, on)
	})
	cluster.reaches(30*sec, FRK1Highest, good[2])
}

// triedOnce returns nil if no member executed the bad block twice, or what descends from it at all.
func (c *cluster) triedOnce(bad chain.Block, on []chain.Block) error {
	for _, member := range c.members {
		if n := member.executed[bad.Hash()]; n > 1 {
			return fmt.Errorf("expected an invalid block to be tried once, got %d tries at node %d", n, member.number)
		}
		for _, b := range on {
			if member.executed[b.Hash()] > 0 {
				return fmt.Errorf("expected what descends from an invalid block not to be tried at all, "+
					"got block %d tried at node %d", b.Number, member.number)
			}
		}
	}
	return nil
}

// genesis has a stranger send chains that hang on another genesis block, or whose numbers jump, with
// all the work that they need. None of them is ever a tip, and the honest chain that comes later is.
func (s suite) genesis(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3}, 0, 1)
	stranger := cluster.stranger(2, 0)
	fake := chaintest.Mine(params, chain.Block{Coinbase: account(dave)})
	onFake := branch(fake, dave, 3)
	jump := chaintest.Mine(params, chain.Block{Number: 9, Parent: chain.Genesis().Hash(), Coinbase: account(dave)})
	onJump := next(jump, dave)
	again := chaintest.Mine(params, chain.Block{Number: 0, Parent: chain.Genesis().Hash(), Coinbase: account(dave)})
	// Everything that hangs on another ancestry, or on none.
	wrong := append([]chain.Block{fake, jump, onJump, again, next(again, dave)}, onFake...)
	stranger.answer = func(hash chain.BlockHash) []byte {
		for _, b := range wrong {
			if b.Hash() == hash {
				return b.Text()
			}
		}
		return nil
	}
	// Each of them is mined, and some are asked for by their descendants.
	stranger.sends(4*sec, "sends a chain on another genesis block", onFake[2])
	stranger.sends(6*sec, "sends a block whose number jumps", jump, onJump)
	stranger.sends(8*sec, "sends block 0", fake, again)
	stranger.sends(9*sec, "sends all of it", wrong...)
	cluster.never(frk3Ancestry, wrong...)
	good := branch(chain.Genesis(), alice, 2)
	cluster.members[1].gives(12*sec, good...)
	cluster.reaches(18*sec, frk3Ancestry, good[1])
}
