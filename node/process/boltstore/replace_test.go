package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/node/process/boltstore"
	"strata/node/process/writebehind"
	"strata/node/store"
)

// What a loop looks up for the writer is what the writer would find, however many updates are one commit: the file that
// comes of it has the records and the tallies that it should have, or it would not open (FRK-6).
func TestReplace_BehindTheLoop_FRK6(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "boltstore-*")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		model := map[string]string{}
		for range rapid.IntRange(1, 3).Draw(t, "runs") {
			disk, err := boltstore.Open(dir)
			require.NoError(t, err)
			require.Equal(t, model, contentsOf(t, disk))
			s := writebehind.New(disk, func(error) {})
			for range rapid.IntRange(1, 8).Draw(t, "updates") {
				require.NoError(t, update(t, s, model))
				if rapid.Bool().Draw(t, "wait") {
					require.NoError(t, s.Wait(s.Last()))
				}
			}
			require.NoError(t, s.Close())
		}
		disk, err := boltstore.Open(dir)
		require.NoError(t, err)
		require.Equal(t, model, contentsOf(t, disk))
		require.NoError(t, disk.Close())
	})
}

var errChanged = errors.New("changed its mind")

// update writes at random, to the model as well unless it changes its mind.
func update(t *rapid.T, s store.Store, model map[string]string) error {
	next := maps.Clone(model)
	err := s.Update(func(w store.Writer) error {
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			b := rapid.SampledFrom(buckets).Draw(t, "bucket")
			key := rapid.StringMatching(`[a-d]`).Draw(t, "key")
			if rapid.Bool().Draw(t, "delete") {
				w.Delete(b, []byte(key))
				delete(next, string(b)+key)
				continue
			}
			value := rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "value")
			w.Put(b, []byte(key), []byte(value))
			next[string(b)+key] = value
		}
		if rapid.IntRange(0, 4).Draw(t, "mind") == 0 {
			return errChanged
		}
		return nil
	})
	if errors.Is(err, errChanged) {
		return nil
	}
	clear(model)
	maps.Copy(model, next)
	return err
}

func contentsOf(t *rapid.T, s store.Store) map[string]string {
	all := map[string]string{}
	require.NoError(t, s.View(func(r store.Reader) error {
		for _, b := range buckets {
			err := r.Scan(b, func(key, value []byte) error {
				all[fmt.Sprintf("%s%s", b, key)] = string(value)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return all
}

// A record that rotted is found by who is about to replace it, before anybody counts on the update (FRK-6).
func TestReplace_FindsDamage_FRK6(t *testing.T) {
	dir, _ := written(t)
	disk, err := boltstore.Open(dir)
	require.NoError(t, err)
	path := filepath.Join(dir, "strata.db")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(whole, []byte("record 59"), []byte("record 58")), 0))
	s := writebehind.New(disk, func(error) {})
	err = s.Update(func(w store.Writer) error {
		w.Put("sorted", binary.BigEndian.AppendUint64(nil, 59*15), []byte("new"))
		return nil
	})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "bucket sorted")
	require.Zero(t, s.Last())
	require.NoError(t, s.Close())
}
