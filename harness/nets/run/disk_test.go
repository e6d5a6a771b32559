package run

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/node/store"
	"strata/node/store/storetest"
)

func TestDisk_FRK6(t *testing.T) {
	all := newRecords()
	storetest.Run(t, func(*testing.T) store.Store { return newDisk(all) })
	storetest.Run(t, func(*testing.T) store.Store { return renamed{newDisk(all)} })
}

// renamed has buckets whose records are shared for those of the suite.
type renamed struct{ *disk }

func (r renamed) View(f func(store.Reader) error) error {
	return r.disk.View(func(in store.Reader) error { return f(renamedReader{in}) })
}

func (r renamed) Update(f func(store.Writer) error) error {
	return r.disk.Update(func(to store.Writer) error { return f(renamedWriter{renamedReader{to}, to}) })
}

type renamedReader struct{ store.Reader }

func (r renamedReader) Get(b store.Bucket, key []byte) ([]byte, bool) {
	return r.Reader.Get(shared(b), key)
}

func (r renamedReader) Scan(b store.Bucket, f func(key, value []byte) error) error {
	return r.Reader.Scan(shared(b), f)
}

type renamedWriter struct {
	renamedReader
	to store.Writer
}

func (w renamedWriter) Put(b store.Bucket, key, value []byte) { w.to.Put(shared(b), key, value) }
func (w renamedWriter) Delete(b store.Bucket, key []byte)     { w.to.Delete(shared(b), key) }

// shared is another bucket for each of the suite's two.
func shared(b store.Bucket) store.Bucket {
	if b == "fruit" {
		return "blocks"
	}
	return "accounts"
}

// Whatever is written, overwritten and deleted at several nodes, each finds what a map of its own would have.
func TestDisk_NodesShareRecordsAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := newRecords()
		disks, maps := []*disk{newDisk(all), newDisk(all)}, []map[string]string{{}, {}}
		for range rapid.IntRange(1, 200).Draw(t, "writes") {
			i := rapid.IntRange(0, 1).Draw(t, "node")
			key := fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "key"))
			value := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "value"))
			gone := rapid.IntRange(0, 3).Draw(t, "delete") == 0
			require.NoError(t, disks[i].Update(func(w store.Writer) error {
				if gone {
					w.Delete("blocks", []byte(key))
				} else {
					w.Put("blocks", []byte(key), []byte(value))
				}
				return nil
			}))
			if maps[i][key] = value; gone {
				delete(maps[i], key)
			}
		}
		for i := range disks {
			got := map[string]string{}
			require.NoError(t, disks[i].View(func(r store.Reader) error {
				return r.Scan("blocks", func(key, value []byte) error { got[string(key)] = string(value); return nil })
			}))
			require.Equal(t, maps[i], got)
		}
		require.LessOrEqual(t, int(all.count.Load()), 41*4, "one of each kind")
	})
}

func TestRecords_WorkersAddTheSameAtOnce(t *testing.T) {
	all := newRecords()
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			d := newDisk(all)
			for i := range 10_000 {
				_ = d.Update(func(w store.Writer) error { w.Put("blocks", fmt.Append(nil, i), fmt.Append(nil, i%7)); return nil })
			}
		})
	}
	workers.Wait()
	require.EqualValues(t, 10_000, all.count.Load())
}
