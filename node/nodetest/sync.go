package nodetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"strata/chain"
	"strata/messaging"
	"strata/network"
	"strata/node/blocksync"
	"strata/scenario"
)

// syncStep makes ranges short, so that a hundred blocks are many.
const syncStep = 8

// syncDeadline is how long an answer may take.
const syncDeadline = 1500 * time.Millisecond

// long is a chain that takes a while to get.
var long = sync.OnceValue(func() []chain.Block {
	head := branch(chain.Genesis(), alice, 10)
	for i := range uint64(6) {
		head = append(head, next(last(head), carol, pay(alice, bob, 2*i, 3), pay(alice, dave, 2*i+1, 5)))
	}
	return extended(head, carol, 80)
})

// catchUp has a node come late to three peers with a hundred blocks, over links that are too thin for
// one of them to give all in time. It has to ask several for ranges, no range of two at once, store
// many blocks in one step, and search for hardly any by gossip.
func (s suite) catchUp(w scenario.World) {
	// What the newcomer asks for is counted below it.
	asked := s.counted()
	cluster := s.cluster(w, setup{size: 4, prepared: long(), step: syncStep}, 0, 1, 2)
	member := cluster.join(3, setup{size: 4, step: syncStep})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 4 * sec, A: []network.Addr{member.addr}})
	member.thin(cluster.members[:3], 4*sec, 10*sec, 6000)
	w.By(20*sec, syn5Several, func() error {
		if member.Node == nil || member.reported != last(long()).Hash() {
			return lazy(func() string {
				return fmt.Sprintf("expected block %d at the new node, got block %d", len(long()), member.height)
			})
		}
		if n := len(asked[member.host].blocks); n < 2 {
			return fmt.Errorf("expected ranges to be asked of several peers, got %d", n)
		}
		return nil
	})
	w.Ends(member.addr, syn5Several, func() error {
		if n := asked[member.host].twice; n > 0 {
			return fmt.Errorf("expected a range to be asked of one peer at a time, got %d asked for again", n)
		}
		return nil
	})
	w.Ends(member.addr, syn7Step, func() error {
		if n := len(member.changes); n > 20 {
			return fmt.Errorf("expected %d blocks to take few commits, got %d", len(long()), n)
		}
		return nil
	})
	w.Ends(member.addr, syn8Searches, func() error {
		if n := asked[member.host].search; n > 8 {
			return fmt.Errorf("expected few searches while blocks are on their way, got %d", n)
		}
		return nil
	})
	cluster.reaches(20*sec, syn8Syncs, last(long()))
}

// misledBy has one peer that seems to be ahead of all others lie, each seed in another way of some
// kind, while the honest ones come 8 s late. The node gets the honest chain all the same. The liar goes
// and comes back, and is avoided then: not asked at all for a lie that cannot be true, seldom if it may
// only be slow.
func (s suite) misledBy(of func(lie) bool) func(w scenario.World) {
	return func(w scenario.World) {
		all := slices.DeleteFunc(lies(syncStep), func(l lie) bool { return !of(l) })
		lie := all[w.Rand().IntN(len(all))]
		cluster := s.cluster(w, setup{size: 4, prepared: long(), step: syncStep}, 0, 1)
		member := cluster.join(2, setup{size: 4, step: syncStep})
		liar := cluster.stranger(3, 2)
		liar.has = lie.has()
		// Until the honest peers can be reached, at 8 s, there is nobody but the liar.
		liar.spoil = spoilt(lie)
		for _, at := range []time.Duration{3 * sec, 20 * sec} {
			liar.sends(at, "shows its tip; in sync it "+lie.what, last(liar.has))
		}
		w.Inject(scenario.Fault{Kind: scenario.Reset, At: 18 * sec, A: []network.Addr{member.addr},
			B: []network.Addr{liar.addr}})
		w.Inject(scenario.Fault{Kind: scenario.Partition, At: 0, For: 8 * sec, A: []network.Addr{member.addr},
			B: []network.Addr{cluster.members[0].addr, cluster.members[1].addr}})
		before := 0
		member.at(18*sec-1, "is looked at", func() {
			before = liar.syncs[member.addr]
			if lie.plain && liar.ranges > 0 {
				w.Fail(syn4Asked, "expected nobody to be asked for blocks who %s, got %d questions",
					lie.what, liar.ranges)
			}
		})
		w.AtEnd(syn6Avoided, func() error { return liar.avoided(lie, before, liar.syncs[member.addr]-before) })
		cluster.reaches(40*sec, syn4Kept, last(long()))
	}
}

// avoided returns nil if a liar that was asked before it went was hardly asked when it came back; and not at
// all, if its lie could be told for one.
func (s *stranger) avoided(lie lie, before, afterwards int) error {
	switch {
	case before == 0:
		return errors.New("expected a peer that seems to be ahead to be asked, got no question")
	case lie.told && afterwards > 0:
		return fmt.Errorf("expected a peer that %s not to be asked for 10 minutes, got %d questions "+
			"after it came back", lie.what, afterwards)
	case afterwards > 20:
		return fmt.Errorf("expected a peer that %s to be asked ever less, got %d questions in the last 20 s",
			lie.what, afterwards)
	}
	return nil
}

// parted lets two nodes follow chains of their own for long. They find out where the chains part by
// asking about a few places, and not about what lies far below; the lower one follows the higher.
func (s suite) parted(w scenario.World) {
	asked := s.counted()
	// Both have 48 blocks in common, then 30 and 25 of their own.
	trunk := long()[:48]
	// The fork is older than any window of recent blocks.
	high, low := extended(trunk, bob, 30), extended(trunk, dave, 25)
	cluster := s.cluster(w, setup{size: 3, prepared: high, step: syncStep}, 0)
	cluster.join(1, setup{size: 3, prepared: low, step: syncStep})
	cluster.join(2, setup{size: 3, prepared: low[:60], step: syncStep})
	w.By(25*sec, syn1Parts, func() error {
		for _, member := range cluster.members[1:] {
			if member.reported != last(high).Hash() {
				return lazy(func() string {
					return fmt.Sprintf("expected block %d at node %d, got %d", len(high), member.number, member.height)
				})
			}
			if r := asked[member.host]; r.lowest > 0 && r.lowest < 30 {
				return fmt.Errorf("expected no question far below block 48, where the chains part, got one for %d",
					r.lowest)
			}
		}
		return nil
	})
	cluster.reaches(25*sec, frk5Reorganises, last(high))
}

// resumed crashes a node that catches up over slow links, at a time that is drawn. It goes on from what
// it had stored and asks for nothing below; and while it syncs its status says how far it is, with a
// target and a rate that can be.
func (s suite) resumed(w scenario.World) {
	asked := s.counted()
	cluster := s.cluster(w, setup{size: 3, prepared: long(), step: syncStep}, 0, 1)
	member := cluster.join(2, setup{size: 3, step: syncStep})
	member.thin(cluster.members[:2], 0, 40*sec, 1300)
	// Slow links make the sync take long enough for a crash in the middle.
	crash := 7*sec + time.Duration(w.Rand().Int64N(int64(6*sec)))
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: crash, For: sec, A: []network.Addr{member.addr}})
	member.tellsHowFar()
	stored := uint64(0)
	member.at(crash-time.Millisecond, "is asked for its tip", func() { stored = member.height })
	w.By(60*sec, syn7GoesOn, func() error {
		if member.Node == nil || member.reported != last(long()).Hash() {
			return lazy(func() string {
				return fmt.Sprintf("expected block %d after a crash, got block %d", len(long()), member.height)
			})
		}
		if r := asked[member.host]; r.lowest > 0 && r.lowest <= stored {
			return fmt.Errorf("expected to go on from block %d, which was stored, got a question for block %d",
				stored, r.lowest)
		}
		return nil
	})
	cluster.reaches(60*sec, frk6Restarts, last(long()))
}

// tellsHowFar asks the member five times a second how far it is, for a sync of some seconds to long. It has to
// tell at least once, and never what cannot be.
func (m *member) tellsHowFar() {
	told := false
	for at := sec; at < 40*sec; at += 200 * time.Millisecond {
		m.at(at, "is asked how far it is", func() {
			p := m.Status().Sync
			if p.Target == 0 {
				return
			}
			told = true
			if p.Target != uint64(len(long())) || p.Rate < 0 || p.Rate > float64(len(long())) {
				m.w.Fail(syn9Status, "expected the target to be block %d at a sensible rate, got %+v", len(long()), p)
			}
		})
	}
	m.w.AtEnd(syn9Status, func() error {
		if !told {
			return errors.New("expected the status to tell of the sync, got no word of it")
		}
		return nil
	})
}

// questioned asks a node what it must answer within bounds, byte for byte, and what it must not; and
// then has one peer ask for blocks without end, which gets its share of bytes a second and no more.
func (s suite) questioned(w scenario.World) {
	cluster := s.cluster(w, setup{size: 2, prepared: long(), step: syncStep, rate: 50 << 10}, 0)
	asker, node := cluster.stranger(1, 0), cluster.members[0].addr
	for _, q := range questions() {
		answered := false
		w.At(4*sec, asker.addr, "asks", func() {
			asker.peers.Request(node, q.kind, q.ask, func(reply []byte, err error) {
				answered = true
				if (err != nil) != q.none || string(reply) != string(q.want) {
					w.Fail(q.says,
						"expected %x to be answered with %d bytes %x (or not at all: %t), got %d bytes %x, error %v",
						q.ask, len(q.want), q.want, q.none, len(reply), reply, err)
				}
			})
		})
		w.AtEnd(q.says, func() error {
			if !answered && !q.none {
				return fmt.Errorf("expected %x to be answered with %d bytes, got no answer", q.ask, len(q.want))
			}
			return nil
		})
	}
	// Ninety blocks in one question, ten questions at once, again and again.
	tip := blocksync.Place{Number: uint64(len(long())), Hash: last(long()).Hash()}
	bytes := s.greedy(w, asker, node, blocksync.Range{Anchor: tip, First: 1, Count: 90}.AppendTo(nil))
	w.AtEnd(syn3Bounded, func() error {
		if *bytes > 1<<20 || *bytes == 0 {
			return fmt.Errorf("expected a peer to have a share of 50 KiB a second, got %d KiB in 7 s", *bytes>>10)
		}
		return nil
	})
}

// asked is a question and the answer that it must get.
type asked struct {
	says scenario.Clause
	kind messaging.Kind
	ask  []byte
	want []byte
	none bool // there must be no answer
}

// questions are put to a node whose chain is long.
func questions() []asked {
	top := uint64(len(long()))
	tip := blocksync.Place{Number: top, Hash: last(long()).Hash()}
	elsewhere := blocksync.Place{Number: top, Hash: chain.BlockHash{1}}
	genesis := blocksync.Place{Hash: chain.Genesis().Hash()}
	fifth := blocksync.Place{Number: 5, Hash: long()[4].Hash()}
	locate := func(step int, places ...blocksync.Place) []byte {
		return blocksync.Locate{Step: step, Places: places}.AppendTo(nil)
	}
	located := blocksync.Located{Ancestor: 5, Tip: top,
		Anchors: []chain.BlockHash{long()[64].Hash(), tip.Hash}}.AppendTo(nil)
	blocks := func(anchor blocksync.Place, first uint64, count int) []byte {
		return blocksync.Range{Anchor: anchor, First: first, Count: count}.AppendTo(nil)
	}
	return []asked{
		{syn1Layout, blocksync.KindLocate, locate(60, elsewhere, fifth, genesis), located, false},
		{syn1Layout, blocksync.KindLocate, locate(60, tip), blocksync.Located{Ancestor: top, Tip: top}.AppendTo(nil),
			false},
		{syn1Layout, blocksync.KindLocate, locate(0, tip), nil, true},
		{syn1Layout, blocksync.KindLocate, locate(1, slices.Repeat([]blocksync.Place{tip}, blocksync.MaxLocator+1)...),
			nil, true},
		{syn2Layout, blocksync.KindBlocks, blocks(tip, 7, 30), texts(long()[6:36]...), false},
		{syn2Layout, blocksync.KindBlocks, blocks(fifth, 5, 1), texts(long()[4]), false},
		{syn2Layout, blocksync.KindBlocks, blocks(elsewhere, 7, 3), nil, false},
		{syn2Layout, blocksync.KindBlocks, blocks(blocksync.Place{Number: 1 << 60}, 7, 3), nil, false},
		{syn2Layout, blocksync.KindBlocks, blocks(tip, 7, blocksync.MaxStep+1), nil, true},
		{syn2Layout, blocksync.KindBlocks, []byte("garbage"), nil, true},
	}
}

// greedy has the stranger ask for the same blocks ten at a time, until it gets no more.
func (s suite) greedy(w scenario.World, asker *stranger, of network.Addr, ask []byte) *int {
	total, asked := 0, 0
	var again func(reply []byte, err error)
	again = func(reply []byte, err error) {
		total += len(reply)
		if asked++; asked < 2000 && err == nil && len(reply) > 0 {
			asker.peers.Request(of, blocksync.KindBlocks, ask, again)
		}
	}
	w.At(5*sec, asker.addr, "asks for more and more", func() {
		for range 10 {
			asker.peers.Request(of, blocksync.KindBlocks, ask, again)
		}
	})
	return &total
}
