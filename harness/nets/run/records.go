package run

import (
	"bytes"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"strata/node/store"
)

// records are what the disks of all nodes of a run hold, each record once: a block, or what undoes it, is the same at
// every node that has it. A record never changes. Nodes tell each other nothing by this: what a node writes is compared
// byte by byte with what is there, and each finds what it wrote itself and nothing else.
//
// Workers add and read records at once. Which number a record gets depends on who was first, and is never seen.
type records struct {
	seed   maphash.Seed
	parts  [recordParts]recordPart
	count  atomic.Uint32
	chunks [mostRecords >> chunkBits]atomic.Pointer[[1 << chunkBits]record]
}

// record is one entry of a store.
type record struct {
	bucket     store.Bucket
	key, value []byte
	place      uint64 // the hash of bucket and key
	next       uint32 // another record with the same hash of everything; 0: none
}

// recordPart is a part of the index, with a lock of its own.
type recordPart struct {
	sync.RWMutex
	first map[uint64]uint32 // numbers of records, by the hash of everything
}

const (
	recordParts = 64
	mostRecords = 1 << 26
	chunkBits   = 12
)

func newRecords() *records {
	r := &records{seed: maphash.MakeSeed()}
	for i := range r.parts {
		r.parts[i].first = map[uint64]uint32{}
	}
	return r
}

// at is the record of a number, which is not 0.
func (r *records) at(number uint32) *record {
	return &r.chunks[number>>chunkBits].Load()[number&(1<<chunkBits-1)]
}

// place is the hash of a bucket and a key.
func (r *records) place(b store.Bucket, key []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	_, _ = h.WriteString(string(b)) // never fails
	_ = h.WriteByte(0)
	_, _ = h.Write(key)
	return h.Sum64()
}

// number is that of the record, which is new if there is none like it. Both slices belong to the records afterwards.
func (r *records) number(b store.Bucket, key, value []byte, place uint64) uint32 {
	whole := place ^ maphash.Bytes(r.seed, value)
	part := &r.parts[whole%recordParts]
	part.RLock()
	found := r.find(part.first[whole], b, key, value)
	part.RUnlock()
	if found != 0 {
		return found
	}
	part.Lock()
	defer part.Unlock()
	if found := r.find(part.first[whole], b, key, value); found != 0 {
		return found
	}
	n := r.count.Add(1)
	if n >= mostRecords {
		panic("run: more records than memory has room for: want fewer blocks, or transactions")
	}
	chunk := &r.chunks[n>>chunkBits]
	if chunk.Load() == nil {
		chunk.CompareAndSwap(nil, new([1 << chunkBits]record))
	}
	*r.at(n) = record{b, key, value, place, part.first[whole]}
	part.first[whole] = n
	return n
}

// find is the number of the record among those that begin with the given one; 0: it is not there.
func (r *records) find(n uint32, b store.Bucket, key, value []byte) uint32 {
	for n != 0 {
		e := r.at(n)
		if e.bucket == b && bytes.Equal(e.key, key) && bytes.Equal(e.value, value) {
			return n
		}
		n = e.next
	}
	return 0
}
