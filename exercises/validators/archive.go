// This file is yours to edit. docs/8-validators.md is the chapter; `make reset LAYER=validators` gives a fresh copy.

package validators

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// archive is where the decided blocks lie, each with its certificate.
type archive struct {
	shelf ledgers.Shelf
	base  uint64  // height of the snapshot that the node began with; 0: genesis
	at    []int64 // of the block of the height after it, and so on
}

// fileDecided is the archive's file.
const fileDecided = "decided"

// prepare creates the files that are not there, and calls done once, later, when their names are safe. Before that
// nothing is written to them: a crash leaves the first of them, and they are empty.
func (a *archive) prepare(disk network.Disk, done func(error)) {
	for _, name := range []string{fileDecided, fileSigned, fileHeaders} {
		if !slices.Contains(disk.Names(), name) {
			if err := disk.Append(name, nil); err != nil {
				disk.SyncNames(func(error) { done(err) })
				return
			}
		}
	}
	disk.SyncNames(done)
}

// checkLost says whether a file is gone that prepare has made in a life before: then it is not known what was signed
// (VAL-6). Errors: ledgers.ErrDamaged, the disk's.
func checkLost(disk network.Disk) error {
	names := disk.Names()
	has := func(name string) bool { return slices.Contains(names, name) }
	var missing string
	begun := has(fileHeaders) || has(fileSnapshot)
	switch {
	case !has(fileDecided):
		missing, begun = fileDecided, begun || has(fileSigned)
	case !has(fileSigned):
		some, err := disk.Read(fileDecided, 0, 1)
		if err != nil {
			return err
		}
		missing, begun = fileSigned, begun || len(some) > 0
	default:
		return nil
	}
	if begun {
		return fmt.Errorf("%w: %s is gone, so it is not known what was signed", ledgers.ErrDamaged, missing)
	}
	return nil
}

// add puts blocks there, and calls done once, later, when they are safe. Each is synced before the next is added, so
// that damage is told from a torn end.
func (a *archive) add(blocks []*validators.Certified, done func(error)) {
	at, err := a.shelf.Add(blocks[0].Encode())
	a.shelf.Sync(func(failed error) {
		if err = errors.Join(err, failed); err != nil {
			done(err)
			return
		}
		a.at = append(a.at, at)
		if len(blocks) == 1 {
			done(nil)
			return
		}
		a.add(blocks[1:], done)
	})
}

// cut cuts a torn end off. Errors: ledgers.ErrDamaged if a whole block lies behind it; the disk's.
func (a *archive) cut() error {
	damaged, err := a.shelf.Damaged(func(body []byte) bool {
		_, err := validators.DecodeCertified(body)
		return err == nil
	})
	if err == nil && damaged {
		err = fmt.Errorf("%w: %s at byte %d", ledgers.ErrDamaged, fileDecided, a.shelf.Size())
	}
	if err != nil {
		return err
	}
	return a.shelf.Cut()
}

// read is the block of a height; nil if it is not there. Errors: ledgers.ErrDamaged, the disk's.
func (a *archive) read(height uint64) (*validators.Certified, error) {
	if height <= a.base || height-a.base > uint64(len(a.at)) {
		return nil, nil
	}
	body, err := a.shelf.Read(a.at[height-a.base-1])
	if err != nil {
		return nil, err
	}
	b, err := validators.DecodeCertified(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %s, block %d: %w", ledgers.ErrDamaged, fileDecided, height, err)
	}
	return b, nil
}

// clear drops all blocks: what comes next follows a snapshot. Errors: the disk's.
func (a *archive) clear() error {
	a.at = nil
	return a.shelf.Clear()
}

// recover reads what is on the disk: a snapshot, the decided blocks, which are executed again, and what was signed since. Errors:
// ledgers.ErrForeign, ledgers.ErrDamaged, the disk's.
func (n *node) recover() error {
	disk := n.host.Disk()
	err := ledgers.CheckFounded(disk, n.chain, n.key)
	if err != nil && !errors.Is(err, ledgers.ErrNotFounded) {
		return err
	}
	n.guard.mute = err != nil
	if err := checkLost(disk); err != nil {
		return err
	}
	if err := errors.Join(n.index.open(n), n.recoverSnapshot()); err != nil {
		return err
	}
	err = n.archive.shelf.Open(disk, fileDecided, func(at int64, body []byte) error {
		b, err := validators.DecodeCertified(body)
		if err == nil && b.Height <= n.archive.base {
			return nil // it was decided before the snapshot, and not yet cleared away
		}
		if err == nil {
			err = n.follow(b)
		}
		if err == nil {
			err = n.note(b)
		}
		if err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileDecided, at, err)
		}
		n.archive.at = append(n.archive.at, at)
		n.purpose.settle(b.Block)
		return nil
	})
	if err != nil {
		return err
	}
	if err := n.archive.cut(); err != nil {
		return err
	}
	n.index.cut(n.tip.Height)
	return errors.Join(n.restore.resume(n), n.guard.load(n))
}

// follow goes on to the block of the next height, which was decided.
func (n *node) follow(b *validators.Certified) error {
	if c := n.blocks[b.By.Hash]; c != nil && c.after != nil { // it was executed when it was proposed
		next := *c.after
		next.By, n.tip = b.By, &next
		return nil
	}
	next, err := n.purpose.execute(n.tip, b.Block)
	if err != nil {
		return err
	}
	next.By, n.tip = b.By, next
	return nil
}

// decided puts blocks that were decided on the disk, and goes on behind them. They follow the tip and are valid.
func (n *node) decided(blocks ...*validators.Certified) {
	n.deciding = true
	n.purpose.keep(func(err error) {
		if err != nil {
			n.fail(err)
			return
		}
		n.archive.add(blocks, func(err error) { n.settled(blocks, err) })
	})
}

// settled goes on behind blocks that are on the disk, unless that has failed.
func (n *node) settled(blocks []*validators.Certified, err error) {
	if err != nil {
		n.fail(err)
	}
	if n.stopped {
		return
	}
	n.deciding = false
	for _, b := range blocks {
		if err := n.follow(b); err != nil {
			panic("validators: a decided block cannot be executed: " + err.Error())
		}
		if err := n.note(b); err != nil {
			n.fail(err)
			return
		}
		n.purpose.settle(b.Block)
		n.purpose.told(b.Block)
	}
	if err := n.guard.clear(); err != nil {
		n.fail(err)
		return
	}
	n.clear()
	n.hearKept()
	n.startRound(0)
	n.advance()
}

func uints32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
