// This file is yours to edit. docs/9-lattice.md is the chapter; `make reset LAYER=lattice` gives a fresh copy.

package lattice

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
)

// syncing is how nodes come to have what others have (LED-7, LAT-8, LAT-10).
type syncing struct {
	changed bool   // since the last standing was told
	told    passed // when
	cursor  int    // where the next repetition goes on
	served  map[network.Addr]passed
	scans   map[network.Addr]*scan
	turn    int // whom to ask next
}

// How much one peer gets in one interval.
const (
	maxRepeats = 32 // messages (LED-7)
)

func (s *syncing) init() {
	s.served, s.scans = map[network.Addr]passed{}, map[network.Addr]*scan{}
}

// lost forgets a peer.
func (s *syncing) lost(peer network.Addr) {
	delete(s.served, peer)
	delete(s.scans, peer)
}

// tick tells where the node stands, and asks for votes that are missing.
func (s *syncing) tick(n *node) {
	if n.stopped {
		return
	}
	if s.changed || n.clock-s.told >= n.cfg.Tell {
		s.changed, s.told = false, n.clock
		standing := n.Standing()
		_ = n.peers.Broadcast(lattice.KindAt, standing.Encode()) // a kind and a size that can be sent
	}
	var roots []lattice.Root
	for _, c := range n.fights.order {
		if c.active && !c.over && n.clock-c.asked >= n.cfg.Ask && len(roots) < lattice.MaxRoots {
			c.asked = n.clock
			roots = append(roots, c.root)
		}
	}
	if len(roots) > 0 {
		_ = n.peers.Broadcast(lattice.KindAskVotes, lattice.EncodeRoots(roots))
	}
}

// Standing is lattice.Lattice's.
func (n *node) Standing() lattice.Standing {
	s := lattice.Standing{Digest: n.book.Digest()}
	for _, c := range n.fights.order {
		if c.over {
			continue
		}
		for _, p := range c.candidates {
			for i := range s.Loose {
				s.Loose[i] ^= p.Hash[i]
			}
		}
		for rep, b := range c.votes { // an xor has no order
			text := binary.BigEndian.AppendUint64(append(rep[:], b.hash[:]...), b.timestamp)
			sum := sha256.Sum256(text)
			s.Votes ^= binary.BigEndian.Uint64(sum[:])
		}
	}
	return s
}

// onStanding hears where a peer stands: it is sent what it may lack, and asked for what this node may lack.
func (n *node) onStanding(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if n.stopped {
		return nil, false
	}
	theirs, err := lattice.DecodeStanding(payload)
	if err != nil {
		return nil, n.blame(from, ledgers.ErrMalformed)
	}
	ours := n.Standing()
	if served, before := n.sync.served[from]; (theirs.Loose != ours.Loose || theirs.Votes != ours.Votes) &&
		(!before || n.clock-served >= n.cfg.Tell) {
		n.sync.served[from] = n.clock
		n.repeat(from)
	}
	if theirs.Digest != ours.Digest {
		n.sync.scan(n, from)
	}
	return nil, false
}

// repeat sends a peer what is not cemented, and the votes for it, a part at a time (LED-7).
func (n *node) repeat(to network.Addr) {
	left := maxRepeats
	order := n.fights.order
	for range order {
		n.sync.cursor++
		c := order[n.sync.cursor%len(order)]
		if c.over {
			continue
		}
		for _, p := range c.candidates {
			n.send(to, lattice.KindBlock+lattice.Repeated, p.Encode(), &left)
		}
		n.sendVotes(to, c, &left)
		if left <= 0 {
			return
		}
	}
}

// send sends one of the messages that are left for a peer.
func (n *node) send(to network.Addr, kind messaging.Kind, payload []byte, left *int) {
	if *left > 0 {
		*left--
		_ = n.peers.Send(to, kind, payload) // if it is gone, later
	}
}

// sendVotes sends a peer the votes of a contest.
func (n *node) sendVotes(to network.Addr, c *contest, left *int) {
	for _, v := range c.told() {
		n.send(to, lattice.KindVote+lattice.Repeated, v.Encode(), left)
	}
}

// told are the votes of a contest, in the order of their representatives, each once.
func (c *contest) told() (all []*lattice.Vote) {
	for _, b := range c.votes {
		if !slices.Contains(all, b.vote) {
			all = append(all, b.vote)
		}
	}
	slices.SortFunc(all, func(a, b *lattice.Vote) int {
		return bytes.Compare(a.Representative[:], b.Representative[:])
	})
	return all
}
