package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/network"
	"strata/scenario"
)

func (s suite) late(w scenario.World) {
	c := s.cluster(w, setup{size: 3}, 0, 1)
	blocks := branch(chain.Genesis(), alice, 10)
	c.members[0].gives(4*sec, blocks...)
	m := c.join(2, setup{size: 3})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 7 * sec, A: []network.Addr{m.addr}})
	c.catchesUp(10)
	c.endsAt(25*sec, "FRK-4", blocks[9])
}

func (s suite) shuffled(w scenario.World) {
	c := s.cluster(w, setup{size: 4}, 0, 1, 2)
	stranger := c.stranger(3, 1)
	blocks := branch(chain.Genesis(), alice, 8)
	side := branch(blocks[2], bob, 4)
	all := append(append([]chain.Block(nil), blocks...), side...)
	for i, at := range w.Rand().Perm(len(all)) {
		stranger.sends(4*sec+time.Duration(i)*300*time.Millisecond, fmt.Sprintf("sends block %d", all[at].Number), all[at])
	}
	c.catchesUp(3)
	c.reorganises(1)
	c.endsAt(20*sec, "FRK-1", blocks[7])
}

// withheld has the only peer that knows the ancestors lie about them, until another comes.
func (s suite) withheld(w scenario.World) {
	c := s.cluster(w, setup{size: 3}, 0)
	stranger := c.stranger(2, 0)
	blocks := branch(chain.Genesis(), alice, 4)
	lies := [][]byte{nil, []byte("garbage"), blocks[3].Text(), chain.Genesis().Text(), {}}
	told := w.Sometimes("every lie was told before the truth")
	stranger.answer = func(chain.BlockHash) []byte {
		told(stranger.asked >= len(lies))
		return lies[stranger.asked%len(lies)]
	}
	stranger.sends(4*sec, "sends block 4 and lies about the others", blocks[3])
	w.By(12*sec, "FRK-4", func() error {
		if stranger.asked < 2 {
			return lazy(func() string {
				return fmt.Sprintf("expected to be asked for block 3, and again after no or a bad answer, was asked %d times", stranger.asked)
			})
		}
		return nil
	})
	m := c.join(1, setup{size: 3, prepared: blocks})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 14 * sec, A: []network.Addr{m.addr}})
	c.members[0].at(13*sec, "is asked for its tip", func() {
		if c.members[0].height != 0 {
			w.Fail("FRK-1", "expected no block to count while its ancestors are missing, got block %d", c.members[0].height)
		}
	})
	c.endsAt(40*sec, "FRK-4", blocks[3])
}

func (s suite) orphans(w scenario.World) {
	const room = 6
	c := s.cluster(w, setup{size: 3, orphans: room}, 0, 1)
	stranger := c.stranger(2, 0)
	for i := range 4 * room {
		b := solve(chain.Block{Number: uint64(2 + i%5), Parent: chain.BlockHash{byte(i + 1)}, Coinbase: account(dave)})
		stranger.sends(4*sec+time.Duration(i)*100*time.Millisecond, "sends a block without parents", b)
	}
	full := w.Sometimes("as many blocks waited for a parent as there is room for")
	for _, m := range c.members {
		for at := 4 * sec; at < 8*sec; at += 100 * time.Millisecond {
			m.at(at, "is asked for its orphans", func() {
				n := m.Status().Orphans
				if full(n == room); n > room {
					w.Fail("FRK-4", "expected at most %d blocks without parents at node %d, got %d", room, m.number, n)
				}
			})
		}
	}
	blocks := branch(chain.Genesis(), alice, 3)
	c.members[1].gives(8*sec, blocks...)
	c.endsAt(30*sec, "FRK-4", blocks[2])
}
