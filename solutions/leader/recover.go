package leader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/leader"
)

// What a node that starts makes of what is on its disk (LDR-9).

// recover reads what is on the disk. Errors: ErrForeign, ErrDamaged, the disk's.
func (n *node) recover() error {
	err := ledgers.CheckFounded(n.host.Disk(), n.chain, n.host.Identity().Key())
	switch {
	case errors.Is(err, ledgers.ErrNotFounded) && n.self != observer:
		n.lost.on = true
	case err != nil && !errors.Is(err, ledgers.ErrNotFounded):
		return err
	}
	if err := n.blocks.Open(n.host.Disk(), n.chain); err != nil {
		return err
	}
	if err := n.certs.Open(n.host.Disk()); err != nil {
		return err
	}
	if err := n.keep.load(n); err != nil {
		return err
	}
	var bad error
	if err := n.log.Recover(func(kind leader.RecordKind, body []byte) {
		if bad == nil {
			bad = n.replay(kind, body)
		}
	}); err != nil || bad != nil {
		return errorOr(bad, err)
	}
	if n.begun != nil && n.begun.View != n.view {
		n.begun = nil // the node has left that view
	}
	n.synced, _ = n.tip()
	for height := n.base + 1; height <= n.synced; height++ {
		if !n.blocks.Has(n.hashAt(height)) {
			return fmt.Errorf("%w: block %d is in the log, and its body is not", ledgers.ErrDamaged, height)
		}
	}
	if err := n.fillHashes(); err != nil {
		return err
	}
	if n.state.Height > n.commit || n.state.Height > 0 && n.hashAt(n.state.Height) != n.state.Hash {
		return fmt.Errorf("%w: the snapshot of block %d does not fit the log, which is committed up to %d",
			ledgers.ErrDamaged, n.state.Height, n.commit)
	}
	n.durableView = n.view
	n.leadsFrom = n.lastNormal + 1 // in that one it may have sent blocks that it has lost (LDR-2)
	if err := n.blocks.Cut(); err != nil {
		return err
	}
	return n.keep.loadPool(n)
}

// replay repeats one record. Errors: ErrDamaged.
func (n *node) replay(kind leader.RecordKind, body []byte) error {
	d := ledgers.NewDecoder(body)
	tip, _ := n.tip()
	switch kind {
	case leader.RecordBatch:
		for rest := d.Rest(); len(rest) > 0; {
			one := ledgers.NewDecoder(rest)
			kind := leader.RecordKind(one.Uint8())
			body := one.Bytes(leader.MaxRecord)
			rest = one.Rest()
			if !one.OK() || kind == leader.RecordBatch {
				return fmt.Errorf("%w: a batch of records that is none", ledgers.ErrDamaged)
			}
			if err := n.replay(kind, body); err != nil {
				return err
			}
		}
	case leader.RecordBase:
		n.base, n.hashes = d.Uint64(), nil
		d.Into(n.baseHash[:])
		n.commit = max(n.commit, n.base)
		n.view, n.lastNormal = d.Uint64(), d.Uint64()
		n.votes.wished, n.votes.number = d.Uint64(), d.Uint64()
	case leader.RecordView:
		n.view = d.Uint64()
	case leader.RecordInstall, leader.RecordAdopt:
		if kind == leader.RecordInstall {
			n.lastNormal = d.Uint64()
			n.view = max(n.view, n.lastNormal)
		}
		kept := d.Uint64()
		if kept < n.base || kept > tip {
			return fmt.Errorf("%w: a log of %d blocks is cut to %d", ledgers.ErrDamaged, tip, kept)
		}
		n.hashes = n.hashes[:kept-n.base]
		for rest := d.Rest(); len(rest) >= 32; rest = rest[32:] {
			n.hashes = append(n.hashes, leader.Hash(rest[:32]))
		}
	case leader.RecordBlock:
		b, err := leader.DecodeBlock(bytes.Clone(d.Rest())) // a copy, so that the block does not keep the whole log in memory
		switch {
		case err != nil:
			return fmt.Errorf("%w: block %d: %w", ledgers.ErrDamaged, tip+1, err)
		case b.Height != tip+1:
			return fmt.Errorf("%w: block %d follows block %d", ledgers.ErrDamaged, b.Height, tip)
		}
		n.hashes = append(n.hashes, b.Hash(n.chain))
		n.blocks.Carried(b)
	case leader.RecordBegin:
		var b leader.Begin
		if err := leader.Decode(d.Rest(), &b); err != nil {
			return fmt.Errorf("%w: a beginning: %w", ledgers.ErrDamaged, err)
		}
		n.begun = &b
	case leader.RecordWish:
		n.votes.wished = max(n.votes.wished, d.Uint64())
		n.votes.number = d.Uint64()
	case leader.RecordCommit:
		n.commit = max(n.commit, min(tip, binary.BigEndian.Uint64(append(body, make([]byte, 8)...))))
		d.Uint64()
	default:
		return fmt.Errorf("%w: a record of unknown kind %d", ledgers.ErrDamaged, kind)
	}
	if err := d.Err(); err != nil {
		return fmt.Errorf("%w: a record of kind %d: %w", ledgers.ErrDamaged, kind, err)
	}
	return nil
}

// fillHashes finds the hashes below what the log names, so that peers can be given old blocks. Errors:
// ErrDamaged, the disk's.
func (n *node) fillHashes() error {
	if n.base == 0 {
		return nil
	}
	below := make([]leader.Hash, n.base)
	hash := n.baseHash
	for height := n.base; height > 0; height-- {
		b, err := n.blocks.Get(hash)
		switch {
		case err != nil:
			return err
		case b == nil || b.Height != height:
			return fmt.Errorf("%w: block %d is not in the block store", ledgers.ErrDamaged, height)
		}
		below[height-1] = hash
		hash = b.Parent
	}
	n.hashes, n.base = append(below, n.hashes...), 0
	return nil
}
