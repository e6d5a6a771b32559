package validators

import (
	"errors"
	"time"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// restore is how a node that is far behind comes to a snapshot (VAL-11): by headers to one that is certified, then by
// parts of the state to its root. Whatever a peer gives is checked alone, so that another one can go on.
type restore struct {
	light   *validators.Light // on the way to the snapshot's header; nil: nothing is sought
	missing bool              // a peer had no block of the next height
	asked   time.Time         // when headers were asked for
	busy    bool              // an answer is waited for, or the disk

	fetching bool              // the header is certified, and kept: parts are fetched
	left     []validators.Part // those that are not here yet; the last one comes next
	tree     validators.Tree   // of those that are
	kept     keep
	strikes  map[network.Addr]int // of peers that were asked for parts in vain
	of       int                  // which peer is asked next
}

// seekEvery is how long the node waits before it looks for a snapshot again.
const seekEvery = time.Second

// maxStrikes is how often a peer is asked for parts in vain.
const maxStrikes = 3

// seek looks for a snapshot at a peer that says it has decided that height, if that is far ahead.
func (n *node) seek(from network.Addr, height uint64) {
	r, now := &n.restore, n.host.Now()
	far := r.missing || height-n.tip.Height >= n.cfg.SnapshotBehind
	if !n.purpose.snapshots() || !far || !n.begun || n.deciding || r.fetching || r.busy || now.Sub(r.asked) < seekEvery {
		return
	}
	r.asked = now
	if r.light == nil || r.light.Height() < n.tip.Height {
		r.light = validators.LightFrom(n.chain, n.rules.Judge, n.tip)
		if err := r.kept.begin(n.host.Disk()); err != nil {
			n.fail(err)
			return
		}
	}
	n.askHeaders(from, 0)
}

// askHeaders asks a peer for what leads to a height; 0: to the newest snapshot that it has.
func (n *node) askHeaders(from network.Addr, to uint64) {
	r := &n.restore
	r.busy = true
	question := validators.HeadersAsked{After: r.light.Height(), To: to}
	n.peers.Request(from, validators.KindHeaders, question.Encode(), func(reply []byte, err error) {
		r.busy = false
		if err != nil || len(reply) == 0 || n.stopped || n.deciding || r.fetching {
			return // another peer is asked when it says where it stands
		}
		g, err := validators.DecodeHeadersGiven(reply)
		if err == nil {
			err = n.followHeaders(g, to)
		}
		switch {
		case n.stopped:
		case err != nil:
			n.host.Log().Warn("headers are not those of the chain", "peer", from, "reason", err)
			n.blame(from, ledgers.ErrAnswer)
		case r.light.Height() < g.To:
			n.askHeaders(from, g.To)
		default:
			n.certify()
		}
	})
}

// followHeaders follows what a peer gives. Errors: it is not what was asked for, or proves nothing; what came before that is
// kept.
func (n *node) followHeaders(g *validators.HeadersGiven, to uint64) error {
	if to != 0 && g.To != to || len(g.All) == 0 {
		return ledgers.ErrAnswer
	}
	for _, s := range g.All {
		if s.Header.Height > g.To {
			return ledgers.ErrAnswer
		}
		if err := n.restore.light.Follow(*s); err != nil {
			return err
		}
		if err := n.restore.kept.header(s); err != nil {
			n.fail(err)
			return nil
		}
	}
	return nil
}

// certify begins to fetch the state under the header that is certified by now, if that is ahead of what was decided.
func (n *node) certify() {
	r := &n.restore
	if r.light.Height() <= n.tip.Height {
		r.light = nil
		return
	}
	s, set := r.light.Newest()
	if err := r.kept.anchor(&s, set); err != nil {
		n.fail(err)
		return
	}
	n.host.Log().Info("a snapshot is fetched", "height", s.Header.Height)
	r.begin(s.Header.StateRoot)
	r.busy = true
	n.host.Disk().SyncNames(func(err error) { // so that a restart goes on from here
		r.busy = false
		if err != nil {
			n.fail(err)
			return
		}
		n.fetch()
	})
}

// begin begins with nothing of a state.
func (r *restore) begin(root validators.Hash) {
	r.fetching, r.left, r.tree, r.strikes = true, []validators.Part{validators.Whole(root)}, validators.Tree{}, map[network.Addr]int{}
}

// fetch asks for the next part, one peer after the other, or takes over the state if there is none.
func (n *node) fetch() {
	r := &n.restore
	switch {
	case !r.fetching || r.busy || !n.begun || n.stopped || n.deciding:
		return
	case len(r.left) == 0:
		n.takeOver()
		return
	}
	peers := n.peers.Peers()
	for range peers {
		r.of++
		if peer := peers[r.of%len(peers)]; r.strikes[peer] < maxStrikes {
			n.askChunk(peer, r.left[len(r.left)-1])
			return
		}
	}
	if len(peers) > 0 { // else the node waits until it has one
		n.host.Log().Warn("no peer has the rest of the snapshot", "height", r.light.Height())
		n.giveUp()
	}
}

// giveUp leaves the snapshot: the next peer that is ahead is asked for another one.
func (n *node) giveUp() {
	n.restore = restore{asked: n.host.Now(), kept: n.restore.kept}
}

// askChunk asks a peer for a part.
func (n *node) askChunk(peer network.Addr, p validators.Part) {
	r := &n.restore
	r.busy = true
	question := validators.ChunkAsked{Height: r.light.Height(), Depth: p.Depth, Prefix: p.Prefix}
	n.peers.Request(peer, validators.KindChunk, question.Encode(), func(reply []byte, err error) {
		r.busy = false
		switch {
		case n.stopped || n.deciding || !r.fetching:
			return
		case err != nil:
			r.strikes[peer]++
		case len(reply) == 0:
			r.strikes[peer] = maxStrikes // it does not offer that snapshot
		default:
			delete(r.strikes, peer)
			if err = n.takeChunk(reply); err != nil {
				r.strikes[peer] = maxStrikes
				n.host.Log().Warn("a chunk is not that of the snapshot", "peer", peer, "reason", err)
				n.blame(peer, ledgers.ErrAnswer)
			}
		}
		if err != nil || len(reply) == 0 {
			n.fetch()
		}
	})
}

// takeChunk takes an answer for the next part, and goes on when it is on the disk. Errors: it is no such answer.
func (n *node) takeChunk(reply []byte) error {
	r := &n.restore
	c, err := validators.DecodeChunk(reply)
	if err == nil {
		err = r.take(c)
	}
	if err != nil {
		return err
	}
	if err := r.kept.chunk(reply); err != nil {
		n.fail(err)
		return nil
	}
	r.busy = true
	r.kept.shelf.Sync(func(err error) {
		r.busy = false
		if err != nil {
			n.fail(err)
			return
		}
		n.fetch()
	})
	return nil
}

// take puts a chunk into the tree. Errors: it is not that of the next part.
func (r *restore) take(c *validators.Chunk) error {
	if len(r.left) == 0 {
		return errors.New("no part is left")
	}
	last := len(r.left) - 1
	more, err := r.left[last].Take(c)
	if err != nil {
		return err
	}
	r.left = append(r.left[:last], more...)
	for _, e := range c.Entries {
		r.tree = r.tree.With(e.Key, e.Value)
	}
	return nil
}

// takeOver makes the state that is whole the node's own: its snapshot gets the name of one, and what was decided and signed
// before it means nothing.
func (n *node) takeOver() {
	r := &n.restore
	tip, err := r.tip()
	if err != nil || tip.Height <= n.tip.Height {
		n.host.Log().Warn("the snapshot cannot be taken over", "height", r.light.Height(), "reason", err)
		n.giveUp()
		return
	}
	n.deciding = true
	ended := func(err error) {
		if err == nil && !n.stopped {
			err = n.adopt(tip)
		}
		if err != nil {
			n.fail(err)
		}
	}
	if err := r.kept.headers(n.tip.Height, &n.index); err != nil {
		n.index.shelf.Sync(func(error) { ended(err) })
		return
	}
	n.index.shelf.Sync(func(err error) {
		if err != nil {
			ended(err)
			return
		}
		if err := n.host.Disk().Rename(fileRestoring, fileSnapshot); err != nil {
			ended(err)
			return
		}
		n.host.Disk().SyncNames(ended)
	})
}

// tip is what the entries make under the certified header. Errors: they do not.
func (r *restore) tip() (*validators.Tip, error) {
	s, set := r.light.Newest()
	return r.light.Tip(r.tree, set, s.By)
}

// adopt goes on behind a snapshot. Errors: the disk's.
func (n *node) adopt(tip *validators.Tip) error {
	n.host.Log().Info("the state is that of a snapshot", "height", tip.Height)
	n.startFrom(tip)
	n.deciding = false
	if err := errors.Join(n.archive.clear(), n.guard.clear()); err != nil {
		return err
	}
	n.pool.Clean(n.pool.Clients(), n.nonce) // what became of it is not known here
	n.clear()
	n.hearKept()
	n.startRound(0)
	n.advance()
	return nil
}

// startFrom makes a snapshot what the node begins with.
func (n *node) startFrom(tip *validators.Tip) {
	s, _ := n.restore.light.Newest()
	n.tip, n.base, n.archive.base = tip, &s, tip.Height
	n.offers = []*validators.Tip{tip}
	n.giveUp()
}
