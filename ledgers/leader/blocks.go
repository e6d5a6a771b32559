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

// Blocks is where the bodies of blocks lie. A block is there for good once it is synced; until then the log carries it,
// or nobody counts on it.
type Blocks struct {
	shelf ledgers.Shelf
	chain ledgers.ChainID
	at    map[Hash]int64
	new   map[Hash]*Block // the latest, so that they need not be read
	order []Hash          // of new
	lost  []*Block        // which the log carries
}

// recentBlocks is how many blocks are kept in memory.
const recentBlocks = 64

// Open reads what is there.
func (b *Blocks) Open(disk network.Disk, chain ledgers.ChainID) error {
	*b = Blocks{chain: chain, at: map[Hash]int64{}, new: map[Hash]*Block{}}
	return b.shelf.Open(disk, fileBlocks, func(at int64, body []byte) error {
		block, err := DecodeBlock(body)
		if err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileBlocks, at, err)
		}
		b.at[block.Hash(chain)] = at
		return nil
	})
}

// Carried is told of a block that the log carries: if a crash has taken it from here, Cut puts it back.
func (b *Blocks) Carried(block *Block) {
	if hash := block.Hash(b.chain); !b.Has(hash) {
		b.new[hash] = block
		b.lost = append(b.lost, block)
	}
}

// Cut cuts a torn end off and puts back what the log carries: when every block that the log names is there. Errors:
// the disk's.
func (b *Blocks) Cut() error {
	if err := b.shelf.Cut(); err != nil {
		return err
	}
	lost := b.lost
	b.lost = nil
	return b.Put(lost...)
}

// Has says whether the block is there, or carried by the log.
func (b *Blocks) Has(hash Hash) bool {
	_, ok := b.at[hash]
	return ok || b.new[hash] != nil
}

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

// Put puts blocks there that are not. They are not safe before a Sync. Errors: the disk's.
func (b *Blocks) Put(blocks ...*Block) error {
	for _, block := range blocks {
		hash := block.Hash(b.chain)
		if _, ok := b.at[hash]; ok {
			continue
		}
		at, err := b.shelf.Add(block.Encode())
		if err != nil {
			return err
		}
		b.at[hash] = at
		b.new[hash] = block
		if b.order = append(b.order, hash); len(b.order) > recentBlocks {
			delete(b.new, b.order[0])
			b.order = b.order[1:]
		}
	}
	return nil
}

// Sync calls done once, later, when all that was put there is safe.
func (b *Blocks) Sync(done func(error)) { b.shelf.Sync(done) }
