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
		return e.value, !e.deleted
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
			if e := over[k]; !e.deleted {
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

func (w writer) Put(b store.Bucket, key, value []byte) { w.write(b, key, entry{value: value}) }

func (w writer) Delete(b store.Bucket, key []byte) { w.write(b, key, entry{deleted: true}) }

func (w writer) write(b store.Bucket, key []byte, e entry) {
	put(w.own.writes, b, string(key), e)
	w.own.bytes += len(key) + len(e.value)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
