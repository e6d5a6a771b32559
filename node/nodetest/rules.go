package nodetest

import (
	"crypto/sha256"
	"fmt"

	"strata/chain"
	"strata/scenario"
)

func (s suite) firstSeen(w scenario.World) {
	c := s.cluster(w, setup{size: 3}, 0, 1)
	stranger := c.stranger(2, 0)
	first, second := branch(chain.Genesis(), alice, 2), branch(chain.Genesis(), bob, 3)
	c.members[0].gives(4*sec, first...)
	stranger.sends(6*sec, "sends another chain of that height", second[:2]...)
	beside := w.Sometimes("a node knew two chains of one height")
	c.members[0].at(8*sec, "is asked for its tip", func() {
		_, other := c.members[0].Block(second[1].Hash())
		beside(other && c.members[0].reported == first[1].Hash())
		for _, m := range c.members {
			if m.reported != first[1].Hash() {
				w.Fail("FRK-1", "expected node %d to stay at %v, the first block 2 it saw, got %v", m.number, first[1].Hash(), m.reported)
			}
		}
	})
	stranger.sends(9*sec, "sends a higher block", second[2])
	c.endsAt(12*sec, "FRK-1", second[2])
}

func (s suite) onlyWork(w scenario.World) {
	c := s.cluster(w, setup{size: 4}, 0, 1)
	from, to := c.stranger(2, 0), c.stranger(3, 1)
	good := next(chain.Genesis(), alice)
	after := next(good, alice)
	orphan := last(branch(next(after, bob), bob, 2))
	idle := []chain.Block{unsolve(next(good, alice)), unsolve(next(chain.Genesis(), carol)), chain.Genesis()}

	from.sends(4*sec, "sends blocks without proof of work", idle...)
	from.says(4*sec, "sends what is no block", []byte("1:2:3"))
	from.says(4*sec, "sends nothing", nil)
	from.sends(5*sec, "sends a block", good)
	from.sends(6*sec, "sends the next and one without parent", after, orphan)
	from.sends(8*sec, "sends the block again, and again", good, good, good, good)
	asked := 0 // for a parent without proof of work
	from.answer = func(hash chain.BlockHash) []byte {
		if hash != idle[0].Hash() {
			return nil
		}
		asked++
		return idle[0].Text()
	}
	from.sends(7*sec, "sends a block upon one without proof of work", next(idle[0], dave))
	w.By(12*sec, "FRK-7", func() error {
		if w.Now() < 11*sec {
			return lazy(func() string { return "not looked at before 11s" })
		}
		if asked == 0 || asked > 2 {
			return fmt.Errorf("expected each of 2 nodes to ask for a parent at most once, since it is no good, was asked %d times", asked)
		}
		for _, b := range []chain.Block{good, after, orphan} {
			if to.heard[b.Hash()] == 0 {
				return fmt.Errorf("expected block %d to be passed on, it was not", b.Number)
			}
		}
		return nil
	})
	first := good.Hash()
	to.onHear = func(text []byte) {
		hash := chain.BlockHash(sha256.Sum256(text))
		if !params.MeetsDifficulty(hash) {
			w.Fail("FRK-7", "expected what has no proof of work to be passed on to nobody, got %q", text)
		}
		// It has two ways to come, and is told to a peer that arrives while it is the tip.
		if n := to.heard[hash]; hash == first && n > 3 {
			w.Fail("FRK-7", "expected a block that is known not to be passed on again, it came %d times", n)
		}
	}
}

func (s suite) invalid(w scenario.World) {
	c := s.cluster(w, setup{size: 4}, 0, 1, 2)
	stranger := c.stranger(3, 0)
	root := next(chain.Genesis(), alice)
	good := branch(root, carol, 3)
	bad := broken(good[0], bob)
	on := branch(bad, bob, 5)
	all := map[chain.BlockHash][]byte{bad.Hash(): bad.Text()}
	for _, b := range on {
		all[b.Hash()] = b.Text()
	}
	stranger.answer = func(hash chain.BlockHash) []byte {
		if w.Now() > 13*sec && all[hash] != nil {
			w.Fail("FRK-2", "expected nobody to ask for a block that is known to be invalid, or hangs on one, got a search for %v", hash)
		}
		return all[hash]
	}

	c.members[1].gives(4*sec, root, good[0])
	stranger.sends(6*sec, "sends a chain on an invalid block, the highest first", on[3], on[1], on[0])
	stranger.sends(10*sec, "sends the invalid block", bad)
	stranger.sends(14*sec, "sends all of them again", bad, on[0], on[1], on[2], on[3])
	stranger.sends(16*sec, "sends one more upon them", on[4])
	c.members[2].gives(18*sec, good[1:]...)
	stranger.sends(22*sec, "and again", on[3], bad)
	w.Always("FRK-1", func() error {
		for _, m := range c.members {
			if all[m.reported] != nil {
				return fmt.Errorf("expected node %d never to have an invalid block %d as its tip", m.number, m.height)
			}
		}
		return nil
	})
	tried := w.Sometimes("an invalid block was asked for because of what was built on it, and executed")
	w.By(30*sec, "FRK-2", func() error {
		if w.Now() < 29*sec {
			return lazy(func() string { return "not looked at before 29s" })
		}
		tried(stranger.asked > 0 && c.members[0].executed[bad.Hash()] > 0)
		for _, m := range c.members {
			if n := m.executed[bad.Hash()]; n > 1 {
				return fmt.Errorf("expected an invalid block to be tried once, node %d tried it %d times", m.number, n)
			}
			for _, b := range on {
				if m.executed[b.Hash()] > 0 {
					return fmt.Errorf("expected what descends from an invalid block not to be tried at all, node %d tried block %d", m.number, b.Number)
				}
			}
		}
		return nil
	})
	c.endsAt(30*sec, "FRK-1", good[2])
}

func (s suite) genesis(w scenario.World) {
	c := s.cluster(w, setup{size: 3}, 0, 1)
	stranger := c.stranger(2, 0)
	fake := solve(chain.Block{Coinbase: account(dave)})
	onFake := branch(fake, dave, 3)
	jump := solve(chain.Block{Number: 9, Parent: chain.Genesis().Hash(), Coinbase: account(dave)})
	onJump := next(jump, dave)
	again := solve(chain.Block{Number: 0, Parent: chain.Genesis().Hash(), Coinbase: account(dave)})
	wrong := append([]chain.Block{fake, jump, onJump, again, next(again, dave)}, onFake...)
	stranger.answer = func(hash chain.BlockHash) []byte {
		for _, b := range wrong {
			if b.Hash() == hash {
				return b.Text()
			}
		}
		return nil
	}
	stranger.sends(4*sec, "sends a chain on another genesis block", onFake[2])
	stranger.sends(6*sec, "sends a block whose number jumps", jump, onJump)
	stranger.sends(8*sec, "sends block 0", fake, again)
	stranger.sends(9*sec, "sends all of it", wrong...)
	refused := map[chain.BlockHash]bool{}
	for _, b := range wrong {
		refused[b.Hash()] = true
	}
	w.Always("FRK-3", func() error {
		for _, m := range c.members {
			if refused[m.reported] {
				return fmt.Errorf("expected node %d to refuse a block %d of another ancestry, it is its tip", m.number, m.height)
			}
		}
		return nil
	})
	good := branch(chain.Genesis(), alice, 2)
	c.members[1].gives(12*sec, good...)
	c.endsAt(18*sec, "FRK-3", good[1])
}
