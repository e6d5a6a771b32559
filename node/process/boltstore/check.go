package boltstore

import (
	"bytes"
	"fmt"
	"maps"
	"os"

	"strata/node/store"
)

// checker walks the pages of a file that is not open in bbolt, which trusts them.
type checker struct {
	f    *os.File
	meta meta
	used []bool // by page; free ones too
	leaf []byte // buffer for the page at hand
}

// element is one of a page: of a branch a child, of a leaf a record.
type element struct {
	flags    uint32
	key      []byte
	child    uint64 // its page
	valueAt  int    // in the page
	valueLen int
}

// check reads the file from its root on and says what its buckets hold. Errors: store.ErrCorrupt,
// ErrNewer, the system's.
func check(path string) (tallies, error) {
	found, own, err := walk(path)
	if err != nil {
		return nil, err
	}
	value, err := unseal(ownBucket, ownKey, own)
	if err != nil {
		return nil, err
	}
	stored, version, err := decodeTallies(value)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(stored, func(_ store.Bucket, t tally) bool { return t == tally{} })
	for name := range maps.Keys(stored) {
		if found[name].as(version) != stored[name].as(version) {
			return nil, fmt.Errorf("%w: bucket %s has %d records where %d were written, or not those", store.ErrCorrupt, name, found[name].count, stored[name].count)
		}
	}
	if len(found) != len(stored) {
		return nil, fmt.Errorf("%w: %d buckets where %d were written", store.ErrCorrupt, len(found), len(stored))
	}
	return found, nil
}

// walk checks that the pages are in order, and returns the tallies of the buckets that are not empty
// and the store's own record.
func walk(path string) (found tallies, own []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	c := &checker{f: f}
	if c.meta, err = readMeta(f, info.Size()); err != nil {
		return nil, nil, err
	}
	c.leaf = make([]byte, c.meta.pageSize)
	c.used = make([]bool, c.meta.pages)
	if len(c.used) < 4 {
		return nil, nil, fmt.Errorf("%w: it has %d pages", store.ErrCorrupt, len(c.used))
	}
	c.used[0], c.used[1] = true, true
	if err := c.freePages(); err != nil {
		return nil, nil, err
	}
	found = tallies{}
	err = c.buckets(func(name store.Bucket, key, sum, value []byte) {
		if name == ownBucket && bytes.Equal(key, ownKey) {
			own = value
		} else if name != ownBucket {
			found[name] = found[name].with(one(key, sum))
		}
	})
	if err != nil {
		return nil, nil, err
	}
	for id, used := range c.used {
		if !used && c.meta.freelist != unlisted {
			return nil, nil, c.broken(uint64(id), "is neither used nor free")
		}
	}
	return found, own, nil
}

func (c *checker) broken(id uint64, what string) error {
	return fmt.Errorf("%w: page %d %s", store.ErrCorrupt, id, what)
}

// use notes that a page is used, which it may be once.
func (c *checker) use(id uint64) error {
	switch {
	case id >= uint64(len(c.used)):
		return c.broken(id, "is beyond the last")
	case c.used[id]:
		return c.broken(id, "is used twice")
	}
	c.used[id] = true
	return nil
}

// open reads a page, or as much of it as fits the buffer.
func (c *checker) open(id uint64) (region, error) {
	if err := c.use(id); err != nil {
		return region{}, err
	}
	at := int64(id) * c.meta.pageSize
	if _, err := c.f.ReadAt(c.leaf, at); err != nil {
		return region{}, err
	}
	r := region{id: id, head: c.leaf, f: c.f, at: at}
	overflow := order.Uint32(r.head[12:])
	if order.Uint64(r.head) != id {
		return r, c.broken(id, "says it is another")
	}
	for i := range uint64(overflow) {
		if err := c.use(id + 1 + i); err != nil {
			return r, err
		}
	}
	r.size = int(1+int64(overflow)) * len(c.leaf)
	return r, nil
}

// freePages reads the list of them, if there is one: without it, all that is not used is free.
func (c *checker) freePages() error {
	id := c.meta.freelist
	if id == unlisted {
		return nil
	}
	r, err := c.open(id)
	if err != nil {
		return err
	}
	if r.flags() != flagFreelist {
		return c.broken(id, "is no list of free pages")
	}
	at, count := pageHeader, uint64(r.count())
	if count == 0xFFFF { // more than fits: the first entry is the number
		if b, ok := r.bytes(at, 8); ok {
			count = order.Uint64(b)
		}
		at += 8
	}
	if count > uint64(r.size)/8 {
		return c.broken(id, "lists more free pages than it can")
	}
	list, ok := r.bytes(at, 8*int(count))
	if !ok {
		return c.broken(id, "lists more free pages than it can")
	}
	for ; len(list) > 0; list = list[8:] {
		if err := c.use(order.Uint64(list)); err != nil {
			return err
		}
	}
	return nil
}

// bucketHeader precedes what belongs to a bucket: page of its root u64 | u64. Page 0 means that the
// bucket's only leaf follows.
const bucketHeader = 16

// buckets goes through all of them, which are the records of the root.
func (c *checker) buckets(visit func(name store.Bucket, key, sum, value []byte)) error {
	type bucket struct {
		name  store.Bucket
		value []byte
	}
	var all []bucket
	root := tree{c: c, flags: 1, visit: func(key, _, value []byte) { all = append(all, bucket{store.Bucket(key), value}) }, whole: true}
	if err := root.walk(c.meta.root, nil, nil); err != nil {
		return err
	}
	for _, b := range all {
		if len(b.value) < bucketHeader {
			return fmt.Errorf("%w: bucket %q", store.ErrCorrupt, b.name)
		}
		t := tree{c: c, whole: b.name == ownBucket, visit: func(key, sum, value []byte) { visit(b.name, key, sum, value) }}
		var err error
		if id := order.Uint64(b.value); id != 0 {
			err = t.walk(id, nil, nil)
		} else {
			inline := b.value[bucketHeader:]
			err = t.records(region{head: inline, size: len(inline)}, nil, nil)
		}
		if err != nil {
			return fmt.Errorf("bucket %q: %w", b.name, err)
		}
	}
	return nil
}
