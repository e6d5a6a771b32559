// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

package leader

import (
	"errors"
	"slices"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/messaging"
	"strata/network"
)

// kindOf and word are short for what the node says.
type kindOf = messaging.Kind

type word = leader.Word

// repeated is the kind under which a member's message comes from a peer that repeats it (LED-7).
func repeated(kind kindOf) kindOf { return kind + leader.Repeated }

// listen registers the handlers.
func (n *node) listen() error {
	return errors.Join(
		n.gossip.Handle(leader.KindTx, n.onTx),
		n.peers.Handle(leader.KindTx, func(from network.Addr, payload []byte) ([]byte, bool) {
			if n.onTx(from, payload) {
				n.spread(leader.KindTx, payload)
			}
			return nil, false
		}),
		hear(n, leader.KindWish, (*node).onWish),
		hear(n, leader.KindChange, (*node).heardChange),
		hear(n, leader.KindBegin, (*node).heardBegin, (*node).knowsBegin),
		hear(n, leader.KindAck, (*node).heardAck, (*node).knowsAck),
		hear(n, leader.KindBeat, (*node).heardBeat),
		hear(n, leader.KindHere, (*node).heardHere),
		hear(n, leader.KindJoin, (*node).heardJoin),
		n.gossip.Handle(leader.KindBlock, n.onBlock),
		n.peers.Handle(leader.KindAt, n.onStanding),
		n.peers.Handle(leader.KindTxs, func(_ network.Addr, question []byte) ([]byte, bool) { return n.answerTxs(question), true }),
		n.peers.Handle(leader.KindFetch, func(_ network.Addr, question []byte) ([]byte, bool) { return n.answerFetch(question) }),
		n.peers.Handle(leader.KindRange, func(_ network.Addr, question []byte) ([]byte, bool) { return n.answerRange(question) }),
		n.peers.Handle(leader.KindRecover, func(_ network.Addr, question []byte) ([]byte, bool) { return n.answerRecover(question) }),
	)
}

// hear registers the handler of a member's message, gossiped or repeated by a peer. Its signature is checked
// here; news says whether it is worth passing on: for its content, whatever id it came under (LED-6).
func hear[W any, P interface {
	*W
	leader.Word
}](n *node, kind kindOf, news func(*node, P) bool, known ...func(*node, P) bool) error {
	handle := func(from network.Addr, payload []byte) bool {
		w := P(new(W))
		if n.stopped {
			return false
		}
		if err := leader.Decode(payload, w); err != nil {
			return n.blame(from, ledgers.ErrMalformed)
		}
		for _, known := range known {
			if known(n, w) {
				return false
			}
		}
		if !n.genuine(w) {
			return n.blame(from, ledgers.ErrSignature)
		}
		return news(n, w)
	}
	return errors.Join(
		n.gossip.Handle(kind, handle),
		n.peers.Handle(repeated(kind), func(from network.Addr, payload []byte) ([]byte, bool) {
			if handle(from, payload) {
				n.spread(kind, payload)
			}
			return nil, false
		}),
	)
}

// genuine says whether a word is its member's; a beginning, whether it stands on words of a quorum (LDR-5).
func (n *node) genuine(w word) bool {
	if b, ok := w.(*leader.Begin); ok {
		return b.Proves(n.genesis(), n.chain)
	}
	return leader.Verify(n.genesis(), n.chain, w)
}

// blame names a peer that has sent what no correct node sends (LED-4). It is false, so that what came is not
// passed on.
func (n *node) blame(from network.Addr, why error) (pass bool) {
	n.watch.Blamed(from, why)
	return false
}

// onBlock takes an announcement.
func (n *node) onBlock(from network.Addr, payload []byte) (pass bool) {
	if n.stopped {
		return false
	}
	a, err := leader.DecodeAnnouncement(payload)
	if err != nil {
		return n.blame(from, ledgers.ErrMalformed)
	}
	return n.heardBlock(from, a)
}

// onWish counts a wish. That of the leader itself is reason enough to wish so too: it makes way for a
// member that has lost its disk (LDR-11).
func (n *node) onWish(w *leader.Wish) (news bool) {
	leads := w.Member == n.genesis().Leader(n.view)
	news = n.heardWish(w)
	if news && leads && n.member() && w.View > n.view && n.votes.wished < w.View {
		n.wish(w.View)
	}
	return news
}

// onStanding hears where a peer stands.
func (n *node) onStanding(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if n.stopped {
		return nil, false
	}
	s, err := leader.DecodeStanding(payload)
	if err != nil {
		return nil, n.blame(from, ledgers.ErrMalformed)
	}
	n.heardStanding(from, s)
	return nil, false
}

// handOver sends the leader what waits here, a part of it at a time: it may never have got it (LDR-4). If the leader
// is no peer, another member gets it, who does the same. While the view has not begun the peers get it in turn: it
// begins once a quorum has work.
func (n *node) handOver() {
	peers, leads := n.peers.Peers(), n.genesis().Leader(n.view)
	to := n.genesis().Members[leads].Addr
	switch {
	case len(peers) == 0 || n.normal() && leads == n.self:
		return
	case !n.normal():
		n.votes.turn++
		to = peers[n.votes.turn%len(peers)]
	case !slices.Contains(peers, to):
		to, _ = n.nextPeer(nil)
	}
	waiting := n.pool.All()
	for range min(len(waiting), maxRepeats) {
		n.votes.handed++
		tx := waiting[n.votes.handed%len(waiting)]
		_ = n.peers.Send(to, leader.KindTx, tx.Encode()) // if nobody is there, later
	}
}
