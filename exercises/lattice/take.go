// This file is yours to edit. docs/9-lattice.md is the chapter; `make reset LAYER=lattice` gives a fresh copy.

package lattice

import (
	"errors"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// take takes a block that comes, whoever it comes from. It travels on if it is valid, or waits (LAT-8).
func (n *node) take(b *lattice.Block) (pass bool, err error) {
	hash := b.Hash(n.chain)
	if n.Status(ledgers.OpID(hash)).State != ledgers.Unknown {
		return false, nil
	}
	p, err := n.judge(b, hash)
	switch {
	case err == nil:
		if p.Height > n.book.CementedHeight(p.Account)+lattice.MaxLoose {
			return false, ledgers.ErrFull
		}
		n.enter(p)
		return true, nil
	case errors.Is(err, lattice.ErrFork):
		return n.fights.rival(n, p), nil
	case errors.Is(err, lattice.ErrGapPrevious):
		return n.gaps.wait(n, b.Previous, b, hash), nil
	case errors.Is(err, lattice.ErrGapSource):
		return n.gaps.wait(n, b.Link, b, hash), nil
	case isForGood(err):
		n.refuse(hash, err)
	}
	return false, err
}

// counted counts a vote for each block that it names, and says whether it changed anything. A vote for a block that is
// not here waits for it (LAT-8).
func (n *node) counted(v *lattice.Vote) (changed bool) {
	for _, hash := range v.Hashes {
		c := n.fights.of[hash]
		switch {
		case c == nil:
			changed = n.gaps.keepVote(n, v, hash) || changed
		case c.count(v, hash):
			changed = true
			n.fights.touch(c)
		}
	}
	if changed {
		n.heard[v.Representative] = n.clock
		n.sync.changed = true
	}
	return changed
}

// knows says whether a vote can change nothing: so it need not be verified.
func (n *node) knows(v *lattice.Vote) bool {
	for _, hash := range v.Hashes {
		var old ballot
		var spoke bool
		if c := n.fights.of[hash]; c != nil {
			old, spoke = c.votes[v.Representative]
		} else {
			old, spoke = n.gaps.votes[hash][v.Representative]
		}
		if !spoke || old.timestamp != lattice.Final && v.Timestamp > old.timestamp {
			return false
		}
	}
	return true
}
