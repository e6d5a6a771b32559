package nodetest

import (
	"fmt"
	"slices"
	"time"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/simdisk"
	"strata/node/store"
	"strata/scenario"
)

// disk makes an empty disk.
func (s setup) disk() store.Store {
	if s.sync > 0 {
		return simdisk.New(s.sync)
	}
	return store.NewMemory()
}

// crashed has the crash that the node comes from take of the disk what it takes: all of it, if the fault says so;
// of a disk that is slow to sync a part of what was not synced, which is drawn. It says whether that is
// anything that the node had reported as stored.
func (m *member) crashed(set setup) (lost bool) {
	if m.w.Wiped(m.addr) {
		m.disk = set.disk()
		return true
	}
	d, ok := m.disk.(*simdisk.Disk)
	if !ok {
		return false
	}
	before := d.Unsynced()
	left := before * m.tear / 1000
	d.Crash(left)
	if m.torn != nil {
		m.torn(left > 0 && left < before)
	}
	return before > 0
}

// startsOver notes the tip of a node whose disk has lost something: one that it had before, or the
// genesis block, with all that belongs to it.
func (m *member) startsOver(life *node.Node) {
	tip := life.Status()
	known := tip.Height == 0
	for _, c := range m.changes {
		known = known || last(c.Applied).Hash() == tip.Tip
	}
	if !known {
		m.w.Fail(frk6Restarts, "expected to restart on a tip that was stored once, got block %d %v", tip.Height,
			tip.Tip)
	}
	if err := audit(life); err != nil {
		m.w.Fail(frk6Restarts, "on what a crash left of the disk: %v", err)
	}
	m.reported, m.height = tip.Tip, tip.Height
}

// wiped has a node lose its disk after the last block was made. Nothing will be gossiped any longer, so
// that it has to get all of the chain by asking.
func (s suite) wiped(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3}, 0, 1, 2)
	blocks := branch(chain.Genesis(), alice, 2)
	blocks = append(blocks, next(blocks[1], carol, pay(alice, bob, 0, 30)))
	blocks = append(blocks, branch(blocks[2], dave, 3)...)
	member := cluster.members[w.Rand().IntN(3)]
	cluster.members[0].gives(4*sec, blocks...)
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 8 * sec, For: 2 * sec, A: []network.Addr{member.addr},
		Wipe: true})
	cluster.catchesUp(6)
	// Blocks from before the crash must not pass for blocks that came again.
	boots := len(member.changes)
	member.at(7*sec, "is asked for its tip", func() { boots = len(member.changes) })
	w.By(25*sec, frk4Asks, scenario.Seldom(w, 10*sec, 0, func() error {
		if len(member.changes) > boots && member.reported == last(blocks).Hash() {
			return nil
		}
		return lazy(func() string {
			return fmt.Sprintf("expected the node without a disk to come to block 6 again, got block %d", member.height)
		})
	}))
	cluster.reaches(25*sec, frk4Asks, last(blocks))
}

// lostWrites gives the nodes disks that lie about what is stored, and tear what they write. A crash
// takes what was not synced, whole or in part. The node restarts on an older block, one that it did
// store, and catches up.
func (s suite) lostWrites(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3, sync: 5}, 0, 1, 2)
	cluster.torn = w.Sometimes("a crash left a part of what was not synced")
	// Only a disk that lost something makes the scenario what it is.
	back := w.Sometimes("a node restarted on an older block than the one it had reported")
	cluster.booted = append(cluster.booted, func(m *member) {
		back(len(m.changes) > 0 && m.height < last(m.changes[len(m.changes)-1].Applied).Number)
	})
	cluster.reorganises(2)
	blocks := branch(chain.Genesis(), alice, 4)
	side := branch(blocks[1], bob, 4)
	// A block a second, at each of the three in turn.
	for i, b := range slices.Concat(blocks, side) {
		cluster.members[i%3].gives(4*sec+time.Duration(i)*sec, b)
	}
	for i, m := range cluster.members[:2] {
		at := time.Duration(5+10*i)*sec + time.Duration(w.Rand().Int64N(int64(7*sec)))
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: 2 * sec, A: []network.Addr{m.addr}})
	}
	// One block more, so that everybody has a reason to look at what it has lost.
	final := next(last(side), carol)
	cluster.members[2].gives(26*sec, slices.Concat(blocks, side, []chain.Block{final})...)
	cluster.reaches(35*sec, frk6Restarts, final)
}

// deepForks has a stranger keep a long fork for itself and then show it, and withhold a part of a
// longer one. The first is followed, over a reorganisation of twelve blocks; the second is higher and
// must not be, as long as a block of it is missing.
func (s suite) deepForks(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3}, 0, 1)
	stranger := cluster.stranger(2, w.Rand().IntN(2))
	// A payment on the first chain only: the reorganisation has to undo it.
	paid := pay(alice, dave, 0, 60)
	chained := branch(chain.Genesis(), alice, 2)
	chained = append(chained, next(chained[1], carol, paid))
	chained = append(chained, branch(chained[2], carol, 9)...)
	fork := branch(chain.Genesis(), bob, 16)
	longer := branch(chained[4], dave, 20)
	// All blocks of both forks are given to who asks, but for one in the middle of the longer.
	shown := map[chain.BlockHash][]byte{}
	for i, b := range longer {
		if i != 8 {
			shown[b.Hash()] = b.Text()
		}
	}
	for _, b := range fork {
		shown[b.Hash()] = b.Text()
	}
	stranger.answer = func(hash chain.BlockHash) []byte { return shown[hash] }
	cluster.reorganises(12)
	cluster.members[0].gives(4*sec, chained...)
	stranger.sends(8*sec, "shows the last block of a fork with a gap", last(longer))
	stranger.sends(20*sec, "shows the last block of a fork that it kept", last(fork))
	cluster.never(frk1Counts, longer...)
	cluster.reaches(60*sec, frk5Reorganises, last(fork))
}

// weather lets miners live with links and clocks at their worst for 20 s, and agree afterwards.
func (s suite) weather(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4, hash: 900 * time.Millisecond}, 0, 1, 2, 3)
	cluster.competes()
	cluster.reorganises(1)
	cluster.agreed(26*sec, 70*sec, frk1Agree, 1)
}
