package nodetest

import (
	"fmt"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/messaging"
	"strata/network"
	"strata/node/blocksync"
	"strata/scenario"
)

// carried has a peer spoil blocks of a chain that another, honest one leads a node along: whoever
// believes the blocks until they are executed takes the honest peer for the liar.
func (s suite) carried(w scenario.World) {
	asked := s.counted()
	cluster := s.cluster(w, setup{size: 3, prepared: long(), step: syncStep}, 0)
	member := cluster.join(1, setup{size: 3, step: syncStep})
	other := cluster.stranger(2, 1)
	other.has = long()
	// Mined, numbered in order, and without a link: only the anchor gives them away.
	other.spoil = spoilt(lie{kind: blocksync.KindBlocks, spoil: unlinked})
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 3 * sec, A: []network.Addr{member.addr}})
	member.thin(cluster.members[:1], 3*sec, 10*sec, 6000)
	spoilt := w.Sometimes("the liar was asked for a range")
	w.Ends(member.addr, syn4Kept, func() error {
		spoilt(other.ranges > 0)
		if n := asked[member.host].search; n > 8 {
			return fmt.Errorf("expected the liar to be found out and the other to give the rest, "+
				"got %d searches for blocks", n)
		}
		return nil
	})
	cluster.reaches(30*sec, syn4Kept, last(long()))
}

// unlinked gives each block another parent, with the work for it.
func unlinked(reply []byte) ([]byte, bool) {
	return texts(changed(reply, func(b *chain.Block) {
		b.Parent[31] ^= 1
		*b = chaintest.Mine(params, *b)
	})...), true
}

// hoarded withholds the first range of a long chain, and gives the node any other at once. What comes
// after the gap has to wait, and only as many ranges as the window has may: the rest is asked for when
// the first is there.
func (s suite) hoarded(w scenario.World) {
	const window = 3
	member := s.cluster(w, setup{size: 2, step: syncStep, window: window}, 0).members[0]
	other := member.stranger(1, 0)
	other.has = extended(long(), dave, 300)
	// Counts the blocks that were given while the first range is missing.
	given, withheld := 0, true
	// The bound is reached, and not only kept.
	waits := w.Sometimes("as many blocks waited for the first as there may be")
	other.spoil = func(kind messaging.Kind, reply []byte) ([]byte, bool) {
		if kind != blocksync.KindBlocks || len(reply) == 0 || !withheld {
			return reply, true
		}
		blocks := changed(reply, func(*chain.Block) {})
		if blocks[0].Number == 1 {
			return nil, false
		}
		given += len(blocks)
		waits(given == (window-1)*syncStep)
		if given > (window-1)*syncStep {
			w.Fail(syn5Bounded, "expected at most %d ranges of %d blocks to be asked for while the first is missing, "+
				"got %d blocks", window, syncStep, given)
		}
		return reply, true
	}
	other.sends(2*sec, "shows its tip, and withholds the first block", last(other.has))
	w.At(5*sec, other.addr, "withholds nothing from now on", func() { withheld = false })
	other.sends(20*sec, "shows its tip", last(other.has))
	member.reaches(40*sec, syn8Syncs, last(other.has))
}
