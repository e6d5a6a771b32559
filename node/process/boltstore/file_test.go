package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"strata/node/process/boltstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

// version1 writes a file as version 1 did, with that many records in each of two buckets.
func version1(t *testing.T, dir string, records int) (content []string) {
	db, err := bbolt.Open(filepath.Join(dir, "chain.db"), 0o600, nil)
	require.NoError(t, err)
	for _, bucket := range []string{"blocks", "numbers"} {
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte(bucket))
			require.NoError(t, err)
			for i := range records {
				key, value := fmt.Sprintf("key %05d", i), fmt.Sprintf("value %d", i)
				require.NoError(t, b.Put([]byte(key), []byte(value)))
				content = append(content, fmt.Sprintf("%s/%s=%s", bucket, key, value))
			}
			return nil
		}))
	}
	require.NoError(t, db.Close())
	return content
}

func TestVersion1IsMigrated(t *testing.T) {
	dir := t.TempDir()
	content := version1(t, dir, 12_345)
	for range 2 {
		s, err := boltstore.Open(dir)
		require.NoError(t, err)
		require.Equal(t, content, storetest.Contents(t, s, "blocks", "numbers"))
		require.NoError(t, s.Close())
		require.NoFileExists(t, filepath.Join(dir, "chain.db"))
	}
}

// A migration that does not come to its end leaves the old file, and the next one begins again.
func TestMigrationIsAllOrNothing_FRK6(t *testing.T) {
	dir := t.TempDir()
	content := version1(t, dir, 100)
	old, err := os.ReadFile(filepath.Join(dir, "chain.db"))
	require.NoError(t, err)
	unfinished := filepath.Join(dir, "strata.db.new")
	require.NoError(t, os.WriteFile(unfinished, []byte("half a file"), 0o600))

	damaged := bytes.Clone(old)
	damaged[os.Getpagesize()*2+10] ^= 1
	damaged[os.Getpagesize()*3+10] ^= 1
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chain.db"), damaged, 0o600))
	_, err = boltstore.Open(dir)
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.NoFileExists(t, filepath.Join(dir, "strata.db"))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "chain.db"), old, 0o600))
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	require.Equal(t, content, storetest.Contents(t, s, "blocks", "numbers"))
	require.NoError(t, s.Close())
	require.NoFileExists(t, unfinished)
}

// A file of version 2 opens, says when it is damaged, and has tallies of today after the first Update.
func TestVersion2IsBroughtUpToDate_FRK6(t *testing.T) {
	dir, content := written(t)
	path := filepath.Join(dir, "strata.db")
	require.NoError(t, boltstore.AsVersion2(path))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	flipBits(t, dir, content)

	require.NoError(t, os.WriteFile(path, whole, 0o600))
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	require.NoError(t, s.Update(func(w store.Writer) error {
		w.Put("inline", []byte{9}, []byte("now"))
		w.Delete("inline", []byte{9})
		return nil
	}))
	require.NoError(t, s.Close())
	damageKey(t, path)
	_, err = boltstore.Open(dir)
	require.ErrorIs(t, err, store.ErrCorrupt)
}

func TestNewerVersionIsRefused(t *testing.T) {
	dir, _ := written(t)
	path := filepath.Join(dir, "strata.db")
	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("store")).Put([]byte("tally"), boltstore.Seal("store", []byte("tally"), binary.BigEndian.AppendUint32(nil, 4)))
	}))
	require.NoError(t, db.Close())
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = boltstore.Open(dir)
	require.ErrorIs(t, err, boltstore.ErrNewer)
	require.EqualError(t, err, "data directory "+dir+": store was written by a newer program: version 4, this one knows 3")
	_, err = boltstore.Rebuild(dir, func(io.ReaderAt, int64, *boltstore.Store) error { return nil })
	require.ErrorIs(t, err, boltstore.ErrNewer, "nor is it damaged (G17)")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(before, after))
}

func TestRebuild(t *testing.T) {
	dir, content := written(t)
	path := filepath.Join(dir, "strata.db")
	old, err := os.ReadFile(path)
	require.NoError(t, err)

	_, err = boltstore.Rebuild(dir, func(_ io.ReaderAt, _ int64, s *boltstore.Store) error {
		put(t, s, "fruit", "apple")
		return errors.New("no")
	})
	require.ErrorContains(t, err, "no")
	got, err := read(t, dir)
	require.NoError(t, err)
	require.Equal(t, content, got, "nothing has changed")

	for i, name := range []string{path + ".damaged", path + ".damaged-2"} {
		aside, err := boltstore.Rebuild(dir, func(f io.ReaderAt, size int64, s *boltstore.Store) error {
			bytes := make([]byte, size)
			_, err := f.ReadAt(bytes, 0)
			require.NoError(t, err)
			require.Equal(t, i == 0, string(bytes) == string(old))
			put(t, s, "fruit", fmt.Sprint("apple", i))
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, name, aside)
		s, err := boltstore.Open(dir)
		require.NoError(t, err)
		require.Equal(t, []string{fmt.Sprintf("fruit/apple%d=", i)}, storetest.Contents(t, s, append(buckets, "fruit")...))
		_, err = boltstore.Rebuild(dir, nil)
		require.ErrorIs(t, err, boltstore.ErrLocked)
		require.NoError(t, s.Close())
	}
	kept, err := os.ReadFile(path + ".damaged")
	require.NoError(t, err)
	require.Equal(t, old, kept)

	_, err = boltstore.Rebuild(t.TempDir(), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func put(t *testing.T, s *boltstore.Store, bucket store.Bucket, key string) {
	require.NoError(t, s.Update(func(w store.Writer) error {
		w.Put(bucket, []byte(key), nil)
		return nil
	}))
}
