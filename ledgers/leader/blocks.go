package leader

import (
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// The files beside the log.
const (
	fileBlocks   = "blocks"
	fileCerts    = "certs"
	fileSnapshot = "snapshot"
	fileNew      = "snapshot.new"
)

// Blocks is where the bodies of blocks lie.
type Blocks struct {
	shelf ledgers.Shelf
	chain ledgers.ChainID
	at    map[Hash]int64
	new   map[Hash]*Block // the latest, so that they need not be read
	order []Hash          // of new
}

// recentBlocks is how many blocks are kept in memory.
const recentBlocks = 64

// Open reads what is there.
func (b *Blocks) Open(disk network.Disk, chain ledgers.ChainID) error {
	b.chain, b.at, b.new, b.order = chain, map[Hash]int64{}, map[Hash]*Block{}, nil
	return b.shelf.Open(disk, fileBlocks, func(at int64, body []byte) error {
		block, err := DecodeBlock(body)
		if err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileBlocks, at, err)
		}
		b.at[block.Hash(chain)] = at
		return nil
	})
}

// Cut cuts a torn end off: when every block that the log names is there. Errors: the disk's.
func (b *Blocks) Cut() error { return b.shelf.Cut() }

// Has says whether the block is there.
func (b *Blocks) Has(hash Hash) bool { _, ok := b.at[hash]; return ok }

// Get is a block; nil if it is not there. Errors: ledgers.ErrDamaged, the disk's.
func (b *Blocks) Get(hash Hash) (*Block, error) {
	if block := b.new[hash]; block != nil {
		return block, nil
	}
	at, ok := b.at[hash]
	if !ok {
		return nil, nil
	}
	body, err := b.shelf.Read(at)
	if err != nil {
		return nil, err
	}
	block, err := DecodeBlock(body)
	if err != nil || block.Hash(b.chain) != hash {
		return nil, fmt.Errorf("%w: %s at byte %d is another block", ledgers.ErrDamaged, fileBlocks, at)
	}
	return block, nil
}

// Add puts blocks there that are not, and calls done once, later, when all of them are safe. Errors: the
// disk's.
func (b *Blocks) Add(done func(error), blocks ...*Block) {
	for _, block := range blocks {
		hash := block.Hash(b.chain)
		if b.Has(hash) {
			continue
		}
		at, err := b.shelf.Add(block.Encode())
		if err != nil {
			b.shelf.Sync(func(error) { done(err) })
			return
		}
		b.at[hash] = at
		b.new[hash] = block
		if b.order = append(b.order, hash); len(b.order) > recentBlocks {
			delete(b.new, b.order[0])
			b.order = b.order[1:]
		}
	}
	b.shelf.Sync(done)
}
