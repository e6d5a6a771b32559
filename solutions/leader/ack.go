package leader

import (
	"slices"

	"strata/ledgers/leader"
)

// A block's way into the log: it is offered, taken, made safe, acknowledged, counted, committed.

// offered is called with a block that is whole: its leader's signature and its root are right.
func (n *node) offered(b *leader.Block) {
	tip, _ := n.tip()
	switch {
	case n.stopped || n.lost.on || !n.normal() || b.View != n.view || b.Height <= tip:
		return
	case b.Height > tip+leader.UnderWay:
		return // it comes again, when those before it are here
	case b.Height > tip+1:
		n.early[b.Height] = b
		return
	}
	n.take(b)
	if next := n.early[b.Height+1]; next != nil {
		delete(n.early, b.Height+1)
		n.offered(next)
	}
}

// take gives the next block of this view its place in the log. It is acknowledged when it is safe, not before (LDR-2,
// LED-9).
func (n *node) take(b *leader.Block) {
	//strata:begin leader.2
	_, tip := n.tip()
	if b.Parent != tip {
		return
	}
	hash, view := b.Hash(n.chain), n.view
	n.hashes = append(n.hashes, hash)
	n.build.taken(n, b)
	n.store(b)
	n.write(leader.RecordBlock, b.Encode(), func() {
		if n.view == view && n.hashAt(b.Height) == hash {
			n.synced = max(n.synced, b.Height)
			n.acknowledge(b.Height, hash)
		}
	})
	//strata:end
}

// acknowledge tells all that the log is safe up to this block, if the node still takes part in the view.
func (n *node) acknowledge(height uint64, hash leader.Hash) {
	//strata:begin leader.2
	if !n.member() || !n.normal() || height > n.synced || n.hashAt(height) != hash {
		return
	}
	n.say(&leader.Ack{View: n.view, Height: height, Hash: hash})
	//strata:end
}

// say tells all of an acknowledgement. While the callbacks of one sync run, the highest waits for their end, and
// speaks for those below it; some are always told, so that there are certificates (LDR-2).
func (n *node) say(a *leader.Ack) {
	if n.unsaid = a; !n.writes.telling || a.Height%leader.UnderWay == 0 {
		n.sayNow()
	}
}

// sayNow tells what waits to be told, if it still holds.
func (n *node) sayNow() {
	a := n.unsaid
	if n.unsaid = nil; a != nil && a.View == n.view && n.member() && n.hashAt(a.Height) == a.Hash {
		n.broadcast(leader.KindAck, a)
		n.heardAck(a)
	}
}

// heardAck keeps the highest acknowledgement of each member in this view, and says whether it is news.
func (n *node) heardAck(a *leader.Ack) (news bool) {
	if n.knowsAck(a) {
		return false
	}
	n.acks[a.Member] = a
	n.certify(a)
	n.count()
	return true
}

// knowsAck says whether an acknowledgement is of another view, says no more than one that came before, or comes too
// late to be of use (LED-6).
func (n *node) knowsAck(a *leader.Ack) bool {
	if a.View != n.view || n.late(a) {
		return true
	}
	var last *leader.Ack
	if a.Member < len(n.acks) {
		last = n.acks[a.Member]
	}
	return last != nil && last.View == a.View && last.Height >= a.Height
}

// late says whether the block is committed without this acknowledgement, and a certificate does not wait for it: those
// for the tip, and for heights that divide by 8, may become one.
func (n *node) late(a *leader.Ack) bool {
	tip, _ := n.tip()
	return a.Height <= n.commit && a.Height < tip && (a.Height%leader.UnderWay != 0 || a.Height <= n.certs.Top())
}

// count finds out up to where the log is committed (LDR-3).
func (n *node) count() {
	if !n.normal() || n.spoken() < n.genesis().Quorum() {
		return // whose log the acknowledgements speak of is not known, or there are too few
	}
	//strata:begin leader.3
	tip, _ := n.tip()
	var heights []uint64
	led := uint64(0)
	for member, a := range n.acks {
		if a == nil || a.View != n.view || a.Height <= tip && n.hashAt(a.Height) != a.Hash {
			continue
		}
		heights = append(heights, a.Height)
		if member == n.genesis().Leader(n.view) {
			led = a.Height
		}
	}
	if len(heights) < n.genesis().Quorum() {
		return
	}
	slices.Sort(heights)
	agreed := heights[len(heights)-n.genesis().Quorum()]
	n.committed(min(agreed, led, tip))
	//strata:end
}

// spoken is how many members have acknowledged anything in this view.
func (n *node) spoken() (members int) {
	for _, a := range n.acks {
		if a != nil {
			members++
		}
	}
	return members
}

// certify collects acknowledgements of one block in one view until they are a certificate.
func (n *node) certify(a *leader.Ack) {
	if a.Height <= n.certs.Top() {
		return
	}
	same := append(n.exact[a.Height], *a)
	if first := same[0]; first.View != a.View {
		same = []leader.Ack{*a}
	}
	n.exact[a.Height] = same
	c := leader.Certificate{Acks: same}
	if !n.normal() || n.hashAt(a.Height) != a.Hash || !c.Fits(n.genesis(), a.Height, a.Hash) {
		return
	}
	if err := n.certs.Add(a.Height, &c); err != nil {
		n.fail(err)
		return
	}
	for height := range n.exact {
		if height <= a.Height {
			delete(n.exact, height)
		}
	}
}

// committed is told that the log is committed up to that height, which is not above its tip.
func (n *node) committed(height uint64) {
	if height <= n.commit || n.stopped {
		return
	}
	n.commit = height
	n.writes.later(leader.RecordCommit, uints(height))
	n.votes.progress(n, n.host.Now())
	n.execute()
	n.propose()
}

// execute executes what is committed and was not executed yet.
func (n *node) execute() {
	for n.state.Height < n.commit && !n.stopped {
		hash := n.hashAt(n.state.Height + 1)
		b, err := n.blocks.Get(hash)
		if err != nil || b == nil {
			n.fail(errorOr(err, errContradiction))
			return
		}
		outcomes := n.state.Execute(n.chain, b, hash)
		n.build.executed(n, b, outcomes)
		for _, o := range outcomes {
			switch {
			case o.Err != nil:
				n.watch.Refused(o.ID, o.Err)
			case !o.Again:
				n.watch.Final(o.ID, n.Digest())
			}
		}
	}
	n.reads.tick(n, n.host.Now())
}

func errorOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
