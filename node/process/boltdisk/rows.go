package boltdisk

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// step is one change of a file.
type step struct {
	kind stepKind
	name string
	to   string // of a rename
	at   int64  // where an append begins, or a file is cut
	data []byte

	serial uint64 // rises by one from step to step
}

type stepKind uint8

const (
	stepAppend stepKind = iota
	stepCut
	stepRename
	stepRemove
)

// errRows reports rows that do not lie end to end.
var errRows = errors.New("rows are missing: the store is damaged")

func key(at int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(at)) }

// apply does a step.
func apply(tx *bbolt.Tx, s step) error {
	files, name := tx.Bucket(bucketFiles), []byte(s.name)
	switch s.kind {
	case stepAppend:
		b, err := files.CreateBucketIfNotExists(name)
		if err != nil || len(s.data) == 0 {
			return err
		}
		b.FillPercent = 1 // rows come in ascending order
		return b.Put(key(s.at), s.data)
	case stepCut:
		return cut(files.Bucket(name), s.at)
	case stepRemove:
		return files.DeleteBucket(name)
	}
	return rename(files, name, []byte(s.to))
}

// cut leaves the first bytes of a file.
func cut(b *bbolt.Bucket, size int64) error {
	c := b.Cursor()
	for k, v := c.Last(); k != nil; k, v = c.Last() {
		at := int64(binary.BigEndian.Uint64(k))
		if at < size {
			return b.Put(key(at), append([]byte(nil), v[:min(int64(len(v)), size-at)]...))
		}
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}

// rename copies a file, which is small: only what is written beside its place is renamed.
func rename(files *bbolt.Bucket, from, to []byte) error {
	if files.Bucket(to) != nil {
		if err := files.DeleteBucket(to); err != nil {
			return err
		}
	}
	b, err := files.CreateBucket(to)
	if err != nil {
		return err
	}
	if err := files.Bucket(from).ForEach(b.Put); err != nil {
		return err
	}
	return files.DeleteBucket(from)
}

// size is the length of a file in bytes.
func size(b *bbolt.Bucket) int64 {
	k, v := b.Cursor().Last()
	if k == nil {
		return 0
	}
	return int64(binary.BigEndian.Uint64(k)) + int64(len(v))
}

// read fills into from offset on.
func read(b *bbolt.Bucket, offset int64, into []byte) error {
	if b == nil {
		return errRows
	}
	c := b.Cursor()
	k, v := c.Seek(key(offset))
	if k == nil || int64(binary.BigEndian.Uint64(k)) > offset {
		k, v = before(c, k)
	}
	for len(into) > 0 {
		if k == nil {
			return errRows
		}
		skip := offset - int64(binary.BigEndian.Uint64(k))
		if skip < 0 || skip >= int64(len(v)) {
			return fmt.Errorf("%w: byte %d", errRows, offset)
		}
		n := copy(into, v[skip:])
		into, offset = into[n:], offset+int64(n)
		k, v = c.Next()
	}
	return nil
}

// before is the row before the cursor's, which is the first one behind the last if k is nil.
func before(c *bbolt.Cursor, k []byte) (key, value []byte) {
	if k == nil {
		return c.Last()
	}
	return c.Prev()
}
