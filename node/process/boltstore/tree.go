package boltstore

import (
	"bytes"
	"fmt"
	"io"

	"strata/node/store"
)

// region is a page, with the pages that it goes on for; or a leaf within a record.
type region struct {
	id   uint64
	head []byte // its first bytes
	size int    // of all
	f    io.ReaderAt
	at   int64 // of head in f
}

func (r region) flags() uint16 { return order.Uint16(r.head[8:]) }
func (r region) count() uint16 { return order.Uint16(r.head[10:]) }

// bytes are n bytes of the region, from the file where they are not in its head.
func (r region) bytes(at, n int) (b []byte, ok bool) {
	switch {
	case at < 0 || n < 0 || at > r.size || n > r.size-at:
		return nil, false
	case at+n <= len(r.head):
		return r.head[at : at+n], true
	}
	b = make([]byte, n)
	_, err := r.f.ReadAt(b, r.at+int64(at))
	return b, err == nil
}

func (r region) broken(what string) error {
	return fmt.Errorf("%w: page %d %s", store.ErrCorrupt, r.id, what)
}

// element reads one of the page's, which are 16 bytes each:
//
//	branch: position u32 | size of key u32 | page u64
//	leaf: flags u32 | position u32 | size of key u32 | size of value u32
//
// The position counts from the element's own first byte.
func (r region) element(i int) (e element, ok bool) {
	at := pageHeader + 16*i
	b, ok := r.bytes(at, 16)
	if !ok {
		return e, false
	}
	position, keySize := order.Uint32(b), order.Uint32(b[4:])
	if r.flags() == flagBranch {
		e.child = order.Uint64(b[8:])
	} else {
		e.flags = position
		position, keySize = keySize, order.Uint32(b[8:])
		e.valueLen = int(order.Uint32(b[12:]))
	}
	e.valueAt = at + int(position) + int(keySize)
	if e.key, ok = r.bytes(at+int(position), int(keySize)); !ok || e.valueLen > r.size-e.valueAt {
		return e, false
	}
	return e, true
}

// tree walks one bucket.
type tree struct {
	c     *checker
	flags uint32 // of its records: 1 if they are buckets
	whole bool   // visit gets the values too
	visit func(key, sum, value []byte)
}

// walk checks the pages below one. All keys have to be in order, from min on and below max; nil is no bound.
func (t *tree) walk(id uint64, min, max []byte) error {
	r, err := t.c.open(id)
	if err != nil {
		return err
	}
	if r.flags() != flagBranch {
		return t.records(r, min, max)
	}
	r.head = bytes.Clone(r.head) // the buffer is used for the children
	count := int(r.count())
	if count == 0 {
		return r.broken("is a branch without children")
	}
	e, ok := r.element(0)
	for i := 1; ; i++ {
		var next element
		upper := max
		if ok && i < count {
			next, ok = r.element(i)
			upper = next.key
		}
		switch {
		case !ok:
			return r.broken("has an element beyond its end")
		case bytes.Compare(e.key, min) < 0 || upper != nil && bytes.Compare(e.key, upper) >= 0:
			return r.broken("has its keys out of order")
		}
		if err := t.walk(e.child, e.key, upper); err != nil {
			return err
		}
		if i == count {
			return nil
		}
		e = next
	}
}

// records checks a leaf and visits what it holds.
func (t *tree) records(r region, min, max []byte) error {
	if len(r.head) < pageHeader || r.flags() != flagLeaf {
		return r.broken("is no leaf")
	}
	for i := range int(r.count()) {
		e, ok := r.element(i)
		switch {
		case !ok:
			return r.broken("has an element beyond its end")
		case e.flags != t.flags:
			return r.broken("has an element of another kind")
		case i == 0 && bytes.Compare(e.key, min) < 0, i > 0 && bytes.Compare(e.key, min) <= 0, max != nil && bytes.Compare(e.key, max) >= 0:
			return r.broken("has its keys out of order")
		}
		n := checksumSize
		if t.whole {
			n = e.valueLen
		}
		value, ok := r.bytes(e.valueAt, n)
		if !ok || e.valueLen < n {
			return r.broken("has a record that is too short")
		}
		if t.whole {
			value = bytes.Clone(value)
		}
		t.visit(e.key, value, value)
		min = e.key
	}
	return nil
}
