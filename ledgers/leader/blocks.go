package leader

import (
	"encoding/binary"
	"errors"
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
	fileFounded  = "founded"
	fileFounding = "founded.new"
)

// Shelf is an append-only file of records `length u32 | body | CRC-32C u32`. What lies on it means nothing
// until something synced names it.
type Shelf struct {
	disk network.Disk
	name string
	size int64
	torn bool // something that is no whole record lies behind size
}

// Open reads all records up to the first that is not whole. Cut it there before you Add.
func (s *Shelf) Open(disk network.Disk, name string, each func(at int64, body []byte) error) error {
	s.disk, s.name, s.size, s.torn = disk, name, 0, false
	for {
		body, err := s.read(s.size)
		if errors.Is(err, network.ErrNoFile) {
			return nil
		}
		if errors.Is(err, errBroken) {
			s.torn = true
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(s.size, body); err != nil {
			return err
		}
		s.size += int64(len(body)) + 8
	}
}

// Cut cuts a torn end off: when nothing that was synced names anything in it. Errors: the disk's.
func (s *Shelf) Cut() error {
	if !s.torn {
		return nil
	}
	s.torn = false
	return s.disk.Truncate(s.name, s.size)
}

// errBroken reports a place where no whole record is.
var errBroken = errors.New("no whole record")

// Read is the body of the record at that place.
func (s *Shelf) Read(at int64) ([]byte, error) {
	body, err := s.read(at)
	if errors.Is(err, errBroken) {
		return nil, fmt.Errorf("%w: %s at byte %d", ledgers.ErrDamaged, s.name, at)
	}
	return body, err
}

func (s *Shelf) read(at int64) ([]byte, error) {
	head, err := s.disk.Read(s.name, at, 4)
	if err != nil {
		return nil, err
	}
	if len(head) < 4 {
		return nil, errBroken
	}
	size := int(binary.BigEndian.Uint32(head))
	if size > 2*ledgers.MaxBlock {
		return nil, errBroken
	}
	rest, err := s.disk.Read(s.name, at+4, size+4)
	if err != nil {
		return nil, err
	}
	if len(rest) < size+4 || binary.BigEndian.Uint32(rest[size:]) != ledgers.Checksum(head, rest[:size]) {
		return nil, errBroken
	}
	return rest[:size:size], nil
}

// Add appends a record and returns its place. It is not safe before a Sync. Errors: the disk's.
func (s *Shelf) Add(body []byte) (at int64, err error) {
	record := make([]byte, 0, len(body)+8)
	record = ledgers.AppendBytes(record, body)
	record = binary.BigEndian.AppendUint32(record, ledgers.Checksum(record))
	if err := s.disk.Append(s.name, record); err != nil {
		return 0, err
	}
	at = s.size
	s.size += int64(len(record))
	return at, nil
}

// Size is the length of the file in bytes.
func (s *Shelf) Size() int64 { return s.size }

// Clear empties the file. Errors: the disk's.
func (s *Shelf) Clear() error {
	err := s.disk.Truncate(s.name, 0)
	if err == nil {
		s.size = 0
	}
	return err
}

// Sync calls done once, later, when all that was added is safe.
func (s *Shelf) Sync(done func(error)) { s.disk.Sync(s.name, done) }

// Blocks is where the bodies of blocks lie.
type Blocks struct {
	shelf Shelf
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
