// This file is yours to edit. docs/9-lattice.md is the chapter; `make reset LAYER=lattice` gives a fresh copy.

package lattice

import (
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// recover reads the disk: what is cemented, and what the node has said for good. Errors: ErrForeign, ErrDamaged, the
// disk's.
func (n *node) recover() error {
	disk := n.host.Disk()
	err := ledgers.CheckFounded(disk, n.chain, n.self)
	switch {
	case errors.Is(err, ledgers.ErrNotFounded):
		n.silent = true
	case err != nil:
		return err
	}
	if err := n.book.LoadBase(disk); err != nil {
		return err
	}
	vote := func(root lattice.Root, hash lattice.Hash) error {
		n.bound[root] = hash
		return nil
	}
	return n.journal.Open(disk, vote, n.restore)
}

// restore repeats a block that was cemented. Errors: ErrDamaged.
func (n *node) restore(b *lattice.Block) error {
	p, err := n.judge(b, b.Hash(n.chain))
	if err != nil {
		return fmt.Errorf("%w: a cemented block of %s: %w", ledgers.ErrDamaged, lattice.Address(b.Account), err)
	}
	n.insert(p)
	n.settleEntry(p)
	delete(n.bound, p.Root())
	if n.cfg.Keep > 0 {
		n.book.Prune(p.Account, n.cfg.Keep)
	}
	return nil
}

// keep writes down that a block is cemented.
func (n *node) keep(p *lattice.Placed) {
	n.unsafe[p.Hash] = true
	n.journal.Cemented(p.Block, func(err error) {
		if err != nil {
			n.fail(err)
			return
		}
		delete(n.unsafe, p.Hash)
	})
}
