package leader

import (
	"errors"

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
		hear(n, leader.KindBegin, (*node).heardBegin),
		hear(n, leader.KindAck, (*node).heardAck),
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
}](n *node, kind kindOf, news func(*node, P) bool) error {
	handle := func(payload []byte) bool {
		w := P(new(W))
		return !n.stopped && leader.Decode(payload, w) == nil && leader.Verify(n.genesis(), n.chain, w) && news(n, w)
	}
	return errors.Join(
		n.gossip.Handle(kind, func(_ network.Addr, payload []byte) bool { return handle(payload) }),
		n.peers.Handle(repeated(kind), func(_ network.Addr, payload []byte) ([]byte, bool) {
			if handle(payload) {
				n.spread(kind, payload)
			}
			return nil, false
		}),
	)
}

// onTx takes a transaction that others pass on.
func (n *node) onTx(_ network.Addr, payload []byte) (pass bool) {
	tx, err := leader.DecodeTransaction(payload)
	if err != nil || n.stopped {
		return false
	}
	fresh, err := n.pooled(tx.ID(n.chain), tx)
	if fresh && err == nil {
		n.propose()
	}
	return fresh && err == nil
}

// onBlock takes an announcement.
func (n *node) onBlock(from network.Addr, payload []byte) (pass bool) {
	a, err := leader.DecodeAnnouncement(payload)
	return err == nil && !n.stopped && n.heardBlock(from, a)
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
	if s, err := leader.DecodeStanding(payload); err == nil && !n.stopped {
		n.heardStanding(from, s)
	}
	return nil, false
}

// handOver sends the leader what waits here, a part of it at a time: it may never have got it (LDR-4).
func (n *node) handOver() {
	to := n.genesis().Members[n.genesis().Leader(n.view)].Addr
	waiting := n.pool.All()
	for range min(len(waiting), maxRepeats) {
		n.votes.handed++
		tx := waiting[n.votes.handed%len(waiting)]
		_ = n.peers.Send(to, leader.KindTx, tx.Encode()) // if it is no peer, gossip has to do
	}
}
