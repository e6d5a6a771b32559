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
					w.Delete("b", []byte(key))
				} else {
					w.Put("b", []byte(key), []byte(value))
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
				return r.Scan("b", func(key, value []byte) error { got[string(key)] = string(value); return nil })
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
				_ = d.Update(func(w store.Writer) error { w.Put("b", fmt.Append(nil, i), fmt.Append(nil, i%7)); return nil })
			}
		})
	}
	workers.Wait()
	require.EqualValues(t, 10_000, all.count.Load())
}
