// This file is yours to edit. docs/9-lattice.md is the chapter; `make reset LAYER=lattice` gives a fresh copy.

package lattice

import (
	"slices"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
)

// scan is one way through a peer's accounts, in ascending order, a range at a time (LAT-10).
type scan struct {
	began  passed
	from   lattice.Account
	busy   bool
	behind []lattice.Frontier // of the range: what the peer has cemented, and this node has not
}

// scan goes through a peer's accounts, unless that is under way, or was begun a moment ago.
func (s *syncing) scan(n *node, peer network.Addr) {
	sc := s.scans[peer]
	if sc == nil {
		sc = &scan{began: -n.cfg.Ask}
		s.scans[peer] = sc
	}
	if !sc.busy && n.clock-sc.began >= n.cfg.Ask {
		sc.began = n.clock
		n.askFrontiers(peer, sc)
	}
}

// askFrontiers asks for the next range.
func (n *node) askFrontiers(peer network.Addr, sc *scan) {
	sc.busy = true
	n.peers.Request(peer, lattice.KindFrontiers, sc.from[:], func(reply []byte, err error) {
		sc.busy = false
		if err != nil || n.stopped {
			return
		}
		all, err := lattice.DecodeFrontiers(reply)
		if err != nil {
			n.blame(peer, ledgers.ErrAnswer)
			return
		}
		for _, f := range all {
			if f.Height > n.book.CementedHeight(f.Account) {
				sc.behind = append(sc.behind, f)
			}
		}
		if sc.from = (lattice.Account{}); len(all) == lattice.MaxFrontiers {
			sc.from = after(all[len(all)-1].Account)
		}
		n.pullNext(peer, sc)
	})
}

// after is the account that follows in order; after the last comes the first.
func after(a lattice.Account) lattice.Account {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i]++; a[i] != 0 {
			return a
		}
	}
	return a
}

// pullNext asks for blocks of one account that is behind, then of the next. At the end of a range the next one begins.
func (n *node) pullNext(peer network.Addr, sc *scan) {
	if len(sc.behind) == 0 {
		if sc.from != (lattice.Account{}) {
			n.askFrontiers(peer, sc)
		}
		return
	}
	f := sc.behind[0]
	sc.behind = sc.behind[1:]
	sc.busy = true
	question := lattice.Pull{Of: f.Account, Height: n.book.CementedHeight(f.Account) + 1}
	n.peers.Request(peer, lattice.KindPull, question.Encode(), func(reply []byte, err error) {
		sc.busy = false
		if err != nil || n.stopped {
			return
		}
		if n.gotBlocks(peer, reply) {
			sc.began = -n.cfg.Ask // there may be more of it: the next standing has the peer gone through again
		}
		n.pullNext(peer, sc)
	})
}

// pullHash asks a peer for a block that a quorum has voted for, each peer in turn.
func (s *syncing) pullHash(n *node, hash lattice.Hash) {
	peers := n.peers.Peers()
	if len(peers) == 0 {
		return
	}
	s.turn++
	peer := peers[s.turn%len(peers)]
	n.peers.Request(peer, lattice.KindPull, (&lattice.Pull{Of: hash}).Encode(), func(reply []byte, err error) {
		if err == nil && !n.stopped {
			n.gotBlocks(peer, reply)
		}
	})
}

// gotBlocks takes blocks that were asked for, and asks for the votes for them at once: they may be cemented there.
func (n *node) gotBlocks(peer network.Addr, reply []byte) (some bool) {
	blocks, err := lattice.DecodePulled(reply)
	if err != nil {
		return n.blame(peer, ledgers.ErrAnswer)
	}
	var roots []lattice.Root
	for _, b := range blocks {
		_, _ = n.take(b) // what becomes of it is told when it is done
		roots = append(roots, b.Root())
	}
	n.settle()
	if len(roots) > 0 {
		_ = n.peers.Send(peer, lattice.KindAskVotes, lattice.EncodeRoots(roots)) // if it is gone, others are asked
	}
	return len(roots) > 0
}

// answerFrontiers lists accounts from one on, with how far they are cemented.
func (n *node) answerFrontiers(question []byte) (reply []byte, ok bool) {
	if len(question) != len(lattice.Account{}) || n.stopped {
		return nil, false
	}
	order := n.book.Accounts()
	at, _ := slices.BinarySearchFunc(order, lattice.Account(question), lattice.CompareAccounts)
	var all []lattice.Frontier
	for _, of := range order[at:] {
		if head := n.book.Cemented(of); head != nil && len(all) < lattice.MaxFrontiers {
			all = append(all, lattice.Frontier{Account: of, Height: head.Height, Head: head.Hash})
		}
	}
	return lattice.EncodeFrontiers(all), true
}

// answerPull gives blocks of an account from a height on, or a block and those right before it.
func (n *node) answerPull(question []byte) (reply []byte, ok bool) {
	p, err := lattice.DecodePull(question)
	if err != nil || n.stopped {
		return nil, false
	}
	of, from := lattice.Account(p.Of), p.Height
	to := from + lattice.MaxPulled - 1
	if p.Height == 0 {
		b := n.book.Block(p.Of)
		if b == nil {
			return lattice.EncodePulled(n.candidate(p.Of)), true
		}
		of, to = b.Account, b.Height
		from = max(b.Height, lattice.MaxPulled) - lattice.MaxPulled + 1
	}
	var blocks []*lattice.Block
	for height := from; height <= to; height++ {
		if b := n.book.At(of, height); b != nil {
			blocks = append(blocks, b.Block)
		}
	}
	return lattice.EncodePulled(blocks), true
}

// candidate is a block that another one keeps out of the ledger.
func (n *node) candidate(hash lattice.Hash) (blocks []*lattice.Block) {
	if c := n.fights.of[hash]; c != nil {
		for _, p := range c.candidates {
			if p.Hash == hash {
				blocks = append(blocks, p.Block)
			}
		}
	}
	return blocks
}

// onAskVotes sends a peer the votes for places that it asks for (LAT-8).
func (n *node) onAskVotes(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if n.stopped {
		return nil, false
	}
	roots, err := lattice.DecodeRoots(payload)
	if err != nil {
		return nil, n.blame(from, ledgers.ErrMalformed)
	}
	left := maxRepeats
	var mine []lattice.Hash // cemented, for which this node votes
	for _, root := range roots {
		p := n.book.In(root)
		if c := n.fights.at[root]; c != nil {
			n.sendVotes(from, c, &left)
		} else if p != nil && n.book.IsCemented(p) {
			if c := n.fights.of[p.Hash]; c != nil {
				n.sendVotes(from, c, &left)
			}
			if n.speaks() && !n.unsafe[p.Hash] {
				mine = append(mine, p.Hash)
			}
		}
	}
	for part := range slices.Chunk(mine, lattice.MaxHashes) {
		v := &lattice.Vote{Timestamp: lattice.Final, Hashes: part}
		v.Sign(n.host.Identity())
		n.send(from, lattice.KindVote+lattice.Repeated, v.Encode(), &left)
	}
	return nil, false
}
