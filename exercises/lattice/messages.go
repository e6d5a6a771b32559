// This file is yours to edit. docs/9-lattice.md is the chapter; `make reset LAYER=lattice` gives a fresh copy.

package lattice

import (
	"errors"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
)

// listen registers the handlers.
func (n *node) listen() error {
	return errors.Join(
		n.hear(lattice.KindBlock, n.onBlock),
		n.hear(lattice.KindVote, n.onVote),
		n.peers.Handle(lattice.KindAt, n.onStanding),
		n.peers.Handle(lattice.KindAskVotes, n.onAskVotes),
		n.peers.Handle(lattice.KindFrontiers, func(_ network.Addr, question []byte) ([]byte, bool) {
			return n.answerFrontiers(question)
		}),
		n.peers.Handle(lattice.KindPull, func(_ network.Addr, question []byte) ([]byte, bool) {
			return n.answerPull(question)
		}),
	)
}

// hear registers the handler of what is gossiped, or repeated by a peer. What is news travels on, for its content,
// whatever id it came under (LED-6).
func (n *node) hear(kind messaging.Kind, news func(from network.Addr, payload []byte) bool) error {
	handle := func(from network.Addr, payload []byte) bool {
		if n.stopped {
			return false
		}
		pass := news(from, payload)
		n.settle()
		return pass
	}
	return errors.Join(
		n.gossip.Handle(kind, handle),
		n.peers.Handle(kind+lattice.Repeated, func(from network.Addr, payload []byte) ([]byte, bool) {
			if handle(from, payload) {
				n.spread(kind, payload)
			}
			return nil, false
		}),
	)
}

// blame names a peer that has sent what no correct node sends (LED-4). It is false, so that what came is not passed on.
func (n *node) blame(from network.Addr, why error) (pass bool) {
	n.watch.Blamed(from, why)
	return false
}

// onBlock takes a block that a peer passes on.
func (n *node) onBlock(from network.Addr, payload []byte) (pass bool) {
	b, err := lattice.DecodeBlock(payload)
	if err != nil {
		return n.blame(from, ledgers.ErrMalformed)
	}
	pass, err = n.take(b)
	if errors.Is(err, ledgers.ErrSignature) {
		return n.blame(from, ledgers.ErrSignature)
	}
	return pass
}

// onVote takes a vote that a peer passes on. It travels on if its representative is heard, and it changed something
// (LAT-8).
func (n *node) onVote(from network.Addr, payload []byte) (pass bool) {
	v, err := lattice.DecodeVote(payload)
	if err != nil {
		return n.blame(from, ledgers.ErrMalformed)
	}
	if !n.principal(v.Representative) || n.knows(v) {
		return false
	}
	if !v.Verify() {
		return n.blame(from, ledgers.ErrSignature)
	}
	return n.counted(v)
}
