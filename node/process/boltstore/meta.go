package boltstore

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"

	"strata/node/store"
)

// A page of bbolt: id u64 | flags u16 | count u16 | overflow u32, in the byte order of the machine,
// and then its elements. One that is too full goes on for overflow more pages.
const (
	pageHeader = 16

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10
)

// A meta page: magic u32 | version u32 | page size u32 | flags u32 | root's page u64 | u64 |
// freelist's page u64 | pages u64 | transaction u64 | FNV-1a of all that u64.
const (
	metaMagic   = 0xED0CDAED
	metaVersion = 2
	metaSum     = 56
	metaSize    = metaSum + 8
)

// unlisted stands for the freelist's page where none was written: after an Update, until Close.
const unlisted = math.MaxUint64

var order = binary.NativeEndian

// meta is one of the two roots, which transactions write in turns.
type meta struct {
	pageSize              int64
	root, freelist, pages uint64
	transaction           uint64
}

// readMeta reads the root of the last transaction. bbolt is content with one that is whole, and
// would go back to the transaction before if the last one's is not: that loses what was stored.
func readMeta(f *os.File, size int64) (meta, error) {
	if size == 0 {
		return meta{}, fmt.Errorf("%w: it is empty", store.ErrCorrupt)
	}
	first, err := readMetaAt(f, 0, 0)
	if err != nil {
		return meta{}, err
	}
	second, err := readMetaAt(f, 1, first.pageSize)
	if err != nil {
		return meta{}, err
	}
	last, before := first, second
	if last.transaction < before.transaction {
		last, before = before, last
	}
	switch {
	case last.pageSize != before.pageSize || last.transaction != before.transaction+1:
		return meta{}, fmt.Errorf("%w: its two roots do not follow one another", store.ErrCorrupt)
	case last.pages > uint64(size/last.pageSize):
		return meta{}, fmt.Errorf("%w: it is cut short: %d bytes, %d pages of %d bytes are in use", store.ErrCorrupt, size, last.pages, last.pageSize)
	}
	return last, nil
}

func readMetaAt(f *os.File, id uint64, at int64) (meta, error) {
	var page [pageHeader + metaSize]byte
	if _, err := f.ReadAt(page[:], at); err == io.EOF {
		return meta{}, fmt.Errorf("%w: it ends within root %d", store.ErrCorrupt, id)
	} else if err != nil {
		return meta{}, err
	}
	b := page[pageHeader:]
	sum := fnv.New64a()
	sum.Write(b[:metaSum])
	pageSize := order.Uint32(b[8:])
	if order.Uint64(page[:]) != id || order.Uint16(page[8:]) != flagMeta || order.Uint32(b) != metaMagic || order.Uint32(b[4:]) != metaVersion ||
		order.Uint64(b[metaSum:]) != sum.Sum64() || pageSize < 1024 || pageSize > 1<<16 {
		return meta{}, fmt.Errorf("%w: root %d", store.ErrCorrupt, id)
	}
	return meta{int64(pageSize), order.Uint64(b[16:]), order.Uint64(b[32:]), order.Uint64(b[40:]), order.Uint64(b[48:])}, nil
}
