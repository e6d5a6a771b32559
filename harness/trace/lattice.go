package trace

import (
	"fmt"
	"strings"

	"strata/ledgers/lattice"
	"strata/messaging"
)

// kindLattice begins the kinds of elective 9.
const kindLattice = "lat:"

// fillLattice decodes what a node of the ledger lattice says, gossiped, or repeated by a peer.
func (m *Message) fillLattice(kind string, body []byte) {
	m.Layer = lattice.Name
	switch messaging.Kind(strings.TrimSuffix(kind, lattice.Repeated)) {
	case lattice.KindBlock:
		if b, err := lattice.DecodeBlock(body); err == nil {
			m.Summary = fmt.Sprintf("block of %s on %x.., balance %v, link %x..", shortAccount(b.Account), b.Previous[:4], b.Balance, b.Link[:4])
		}
	case lattice.KindVote:
		if v, err := lattice.DecodeVote(body); err == nil {
			m.Summary = votes(v)
		}
	case lattice.KindAt:
		if s, err := lattice.DecodeStanding(body); err == nil {
			m.Summary = fmt.Sprintf("stands at %s cemented, %x..", CountOf(int(s.Digest.Position), "block"), s.Digest.Hash[:4])
		}
	case lattice.KindAskVotes:
		if roots, err := lattice.DecodeRoots(body); err == nil {
			m.Summary = "asks for the votes for " + CountOf(len(roots), "place")
		}
	}
}

// votes is a vote in words.
func votes(v *lattice.Vote) string {
	hashes := make([]string, len(v.Hashes))
	for i, h := range v.Hashes {
		hashes[i] = fmt.Sprintf("%x..", h[:4])
	}
	named := strings.Join(hashes, ", ")
	if v.Timestamp == lattice.Final {
		return fmt.Sprintf("%s votes for good for %s", shortAccount(v.Representative), named)
	}
	return fmt.Sprintf("%s votes for %s at %d ms", shortAccount(v.Representative), named, v.Timestamp)
}

// shortAccount is the beginning of an address that tells accounts apart.
func shortAccount(a lattice.Account) string { return lattice.Address(a)[:12] + ".." }
