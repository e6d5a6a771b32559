package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/network"
	"strata/scenario"
)

// late has a node come when ten blocks are there and no new one is made. Nobody gossips an old block,
// so that the node has to be told of the tip and ask for the rest.
func (s suite) late(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3}, 0, 1)
	// Ten blocks, the last of them three seconds before the node comes.
	blocks := branch(chain.Genesis(), alice, 10)
	cluster.members[0].gives(4*sec, blocks...)
	member := cluster.join(2, setup{size: 3})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 7 * sec, A: []network.Addr{member.addr}})
	cluster.catchesUp(10)
	cluster.reaches(25*sec, frk4Asks, blocks[9])
}

// shuffled has a stranger send the blocks of a chain, and of a branch that is shorter, in an order that
// is drawn. Blocks without a parent wait; whatever comes first, the higher chain is the tip in the end.
func (s suite) shuffled(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4}, 0, 1, 2)
	stranger := cluster.stranger(3, 1)
	blocks := branch(chain.Genesis(), alice, 8)
	side := branch(blocks[2], bob, 4)
	all := append(append([]chain.Block(nil), blocks...), side...)
	// 300 ms apart, so that each has been dealt with when the next one comes.
	for i, at := range w.Rand().Perm(len(all)) {
		stranger.sends(4*sec+time.Duration(i)*300*time.Millisecond, fmt.Sprintf("sends block %d", all[at].Number),
			all[at])
	}
	cluster.catchesUp(3)
	cluster.reorganises(1)
	cluster.reaches(20*sec, FRK1Highest, blocks[7])
}

// withheld has the only peer that knows the ancestors lie about them, in every way, until another
// comes. The node has to ask again after no answer and after a bad one, must not count the block whose
// ancestors are missing, and gets the chain as soon as somebody gives it.
func (s suite) withheld(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3}, 0)
	stranger := cluster.stranger(2, 0)
	blocks := branch(chain.Genesis(), alice, 4)
	// Nothing, no block, another block, the genesis block, an empty answer.
	lies := [][]byte{nil, []byte("garbage"), blocks[3].Text(), chain.Genesis().Text(), {}}
	// Each lie has its turn, and the first of them again.
	told := w.Sometimes("every lie was told before the truth")
	stranger.answer = func(chain.BlockHash) []byte {
		told(stranger.asked >= len(lies))
		return lies[stranger.asked%len(lies)]
	}
	stranger.sends(4*sec, "sends block 4 and lies about the others", blocks[3])
	w.By(12*sec, frk4Asks, func() error {
		if stranger.asked < 2 {
			return lazy(func() string {
				return fmt.Sprintf("expected to be asked for block 3, and again after no or a bad answer, "+
					"got %d questions", stranger.asked)
			})
		}
		return nil
	})
	member := cluster.join(1, setup{size: 3, prepared: blocks})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 14 * sec, A: []network.Addr{member.addr}})
	cluster.members[0].at(13*sec, "is asked for its tip", func() {
		if cluster.members[0].height != 0 {
			w.Fail(frk1Counts, "expected no block to count while its ancestors are missing, got block %d",
				cluster.members[0].height)
		}
	})
	cluster.reaches(40*sec, frk4Asks, blocks[3])
}

// orphans has a stranger send many more blocks without known parents than there is room for. Their
// number stays bounded at any time, and a chain that comes then, block by block, is taken although the
// room is full.
func (s suite) orphans(w scenario.World) {
	const room = 6
	cluster := s.cluster(w, setup{size: 3, orphans: room}, 0, 1)
	stranger := cluster.stranger(2, 0)
	for i := range 4 * room {
		b := chain.Block{Number: uint64(2 + i%5), Parent: chain.BlockHash{byte(i + 1)}, Coinbase: account(dave)}
		b = chaintest.Mine(params, b)
		stranger.sends(4*sec+time.Duration(i)*100*time.Millisecond, "sends a block without parents", b)
	}
	// Looked at ten times a second, while they come: a bound that holds in the end may have been passed
	// before.
	full := w.Sometimes("as many blocks waited for a parent as there is room for")
	for _, member := range cluster.members {
		for at := 4 * sec; at < 8*sec; at += 100 * time.Millisecond {
			member.at(at, "is asked for its orphans", func() {
				n := member.Status().Orphans
				if full(n == room); n > room {
					w.Fail(frk4Bounded, "expected at most %d blocks without parents at node %d, got %d",
						room, member.number, n)
				}
			})
		}
	}
	blocks := branch(chain.Genesis(), alice, 3)
	cluster.members[1].gives(8*sec, blocks...)
	cluster.reaches(30*sec, frk4Bounded, blocks[2])
}
