package writebehind

import (
	"cmp"
	"maps"
	"slices"

	"strata/node/store"
)

// reader reads what a transaction sees: its own writes before the overlay, that before the store below.
type reader struct {
	below store.Reader
	store *Store
	own   *batch // nil: it does not write
}

func (r reader) Get(b store.Bucket, key []byte) (value []byte, ok bool) {
	if e, found := r.over(b, string(key)); found {
		return e.value, e.value != nil
	}
	return r.below.Get(b, key)
}

// over is a record that is not, or not so, on the disk.
func (r reader) over(b store.Bucket, key string) (e entry, found bool) {
	if r.own != nil {
		if e, found = r.own.writes[b][key]; found {
			return e, true
		}
	}
	e, found = r.store.overlay[b][key]
	return e, found
}

// Scan merges what is written with what is on the disk.
func (r reader) Scan(b store.Bucket, f func(key, value []byte) error) error {
	over := maps.Clone(r.store.overlay[b])
	if over == nil {
		over = map[string]entry{}
	}
	if r.own != nil {
		maps.Copy(over, r.own.writes[b])
	}
	keys := sortedKeys(over)
	// before calls f with the written records that come before a key, or with all of them.
	before := func(key string, all bool) error {
		for len(keys) > 0 && (all || keys[0] < key) {
			k := keys[0]
			keys = keys[1:]
			if e := over[k]; e.value != nil {
				if err := f([]byte(k), e.value); err != nil {
					return err
				}
			}
		}
		return nil
	}
	err := r.below.Scan(b, func(key, value []byte) error {
		if err := before(string(key), false); err != nil {
			return err
		}
		if _, written := over[string(key)]; written {
			return nil // it comes with those that are written
		}
		return f(key, value)
	})
	if err != nil {
		return err
	}
	return before("", true)
}

type writer struct{ reader }

func (w writer) Put(b store.Bucket, key, value []byte) {
	if value == nil {
		value = []byte{}
	}
	w.write(b, key, value)
}

func (w writer) Delete(b store.Bucket, key []byte) { w.write(b, key, nil) }

// write looks up here what the record replaces, so that the writer has not to while the disk waits.
func (w writer) write(b store.Bucket, key, value []byte) {
	e, again := w.own.writes[b][string(key)]
	if !again && w.own.alone {
		e.old, _ = w.Get(b, key)
		e.lookedUp = true
	}
	e.value = value
	put(w.own.writes, b, string(key), e)
	w.own.bytes += len(key) + len(value) + len(e.old)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
