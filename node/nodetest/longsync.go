package nodetest

import (
	"fmt"
	"sync"
	"time"

	"strata/chain"
	"strata/network"
	"strata/scenario"
)

// thousand is a chain of thousands of blocks.
var thousand = sync.OnceValue(func() []chain.Block { return extended(long(), dave, 3000) })

// thousands has a node catch up over bad links, cut off and crashing, with a liar and a peer that
// stalls among those who say that they are ahead.
func (s suite) thousands(w scenario.World) {
	// Three honest nodes have all of the chain from the start.
	honest := setup{size: 6, prepared: thousand(), step: 64}
	cluster := s.cluster(w, honest, 0, 1, 2)
	member := cluster.join(3, setup{size: 6, step: 64})
	all := lies(64)
	for _, number := range []int{4, 5} {
		// Which lies are told is drawn; both liars claim to be far ahead.
		lie := all[w.Rand().IntN(len(all))]
		liar := cluster.stranger(number, 3)
		liar.has = lie.has()
		if lie.spoil != nil {
			liar.has = extended(thousand(), number, 60*number)
			liar.spoil = spoilt(lie)
		}
		for at := 2 * sec; at < 30*sec; at += 7 * sec {
			liar.sends(at, "shows its tip; in sync it "+lie.what, last(liar.has))
		}
	}
	for i, other := range cluster.members[:3] {
		// Thin, stalled and reset: each honest peer at its own time.
		at := 2*sec + time.Duration(w.Rand().Int64N(int64(4*sec)))
		w.Inject(scenario.Fault{Kind: scenario.Slow, At: 0, For: 40 * sec, A: []network.Addr{other.addr},
			B: []network.Addr{member.addr}, Rate: 15_000})
		w.Inject(scenario.Fault{Kind: scenario.Stall, At: at, For: 6 * sec, A: []network.Addr{other.addr},
			B: []network.Addr{member.addr}})
		w.Inject(scenario.Fault{Kind: scenario.Reset, At: at + time.Duration(i)*sec, A: []network.Addr{other.addr},
			B: []network.Addr{member.addr}})
	}
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 3 * sec, For: 4 * sec, A: []network.Addr{member.addr},
		B: cluster.others(member)})
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 10*sec + time.Duration(w.Rand().Int64N(int64(3*sec))), For: sec,
		A: []network.Addr{member.addr}})
	cluster.reaches(90*sec, syn6Replaced, last(thousand()))
}

// heights has peers of different heights, one upon the other's chain and one on a fork of its own, and
// more blocks while the sync goes on.
func (s suite) heights(w scenario.World) {
	all := thousand()
	fork := extended(all[:1000], bob, 500)
	cluster := s.cluster(w, setup{size: 4, prepared: all[:2000], step: 64}, 0)
	cluster.join(1, setup{size: 4, prepared: fork, step: 64})
	cluster.join(2, setup{size: 4, prepared: all[:3000], step: 64})
	member := cluster.join(3, setup{size: 4, step: 64})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 0, A: []network.Addr{member.addr}})
	// Ten blocks a second more, while the newcomer is still thousands behind.
	for i, b := range all[3000:3040] {
		cluster.members[2].gives(500*time.Millisecond+time.Duration(i)*100*time.Millisecond, b)
	}
	w.By(60*sec, syn8Syncs, func() error {
		if member.reported != all[3039].Hash() {
			return lazy(func() string {
				return fmt.Sprintf("expected block 3040 at the new node, got block %d", member.height)
			})
		}
		return nil
	})
	cluster.reaches(60*sec, FRK1Highest, all[3039])
}

// switches has the peers leave the chain that a node is getting from them for another, while it does,
// more than once.
func (s suite) switches(w scenario.World) {
	// Blocks that all chains of the scenario have in common.
	trunk := thousand()[:600]
	cluster := s.cluster(w, setup{size: 3, prepared: thousand()[:1000], step: 32}, 0, 1)
	member := cluster.join(2, setup{size: 3, step: 32})
	member.thin(cluster.members[:2], 0, 60*sec, 8000)
	// 450 blocks upon the trunk, and later 400 upon the first hundred of these: each time the peers are
	// ahead.
	fork := extended(trunk, bob, 450)
	again := extended(fork[:700], alice, 400)
	for i, blocks := range [][]chain.Block{fork[600:], again[700:]} {
		at := time.Duration(3+4*i)*sec + time.Duration(w.Rand().Int64N(int64(3*sec)))
		for _, other := range cluster.members[:2] {
			other.at(at, "changes to another chain", func() {
				for _, b := range blocks {
					scenario.Must(other.AddBlock(b))
				}
			})
		}
	}
	cluster.reaches(90*sec, syn8Syncs, last(again))
}
