package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/boltstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

var buckets = []store.Bucket{"inline", "large", "sorted"}

// written makes a store with a past, so that there are free pages with old records, and returns its
// directory and what it holds.
func written(t testing.TB) (dir string, content []string) {
	dir = t.TempDir()
	s, content := inUse(t, dir)
	require.NoError(t, s.Close())
	return dir, content
}

// killed is the same, as a kill leaves it: nobody listed the free pages.
func killed(t testing.TB) (dir string, content []string) {
	running, dir := t.TempDir(), t.TempDir()
	s, content := inUse(t, running)
	copyStore(t, running, dir)
	require.NoError(t, s.Close())
	return dir, content
}

// copyStore takes the file as it is.
func copyStore(t testing.TB, from, to string) {
	file, err := os.ReadFile(filepath.Join(from, "strata.db"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(to, "strata.db"), file, 0o600))
}

func inUse(t testing.TB, dir string) (s *boltstore.Store, content []string) {
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	random := rand.NewChaCha8([32]byte{})
	for i := range 60 {
		require.NoError(t, s.Update(func(w store.Writer) error {
			for j := range 20 {
				w.Put("sorted", binary.BigEndian.AppendUint64(nil, uint64(i*15+j)), fmt.Append(nil, "record ", i, j))
			}
			key := make([]byte, 32)
			random.Read(key)
			w.Put("large", key, bytes.Repeat(key[:3], i*100)) // up to several pages
			w.Put("inline", []byte{byte(i % 5)}, fmt.Append(nil, i))
			w.Delete("inline", []byte{byte((i + 2) % 5)})
			w.Delete("sorted", binary.BigEndian.AppendUint64(nil, uint64(i*7)))
			return nil
		}))
	}
	return s, storetest.Contents(t, s, buckets...)
}

// read opens the store and reads all of it: by scanning, and each key by itself.
func read(t testing.TB, dir string) (content []string, err error) {
	s, err := boltstore.Open(dir)
	if err != nil {
		return nil, err
	}
	defer func() { require.NoError(t, s.Close()) }()
	return content, s.View(func(r store.Reader) error {
		for _, b := range buckets {
			err := r.Scan(b, func(key, value []byte) error {
				content = append(content, fmt.Sprintf("%s/%s=%s", b, key, value))
				if again, ok := r.Get(b, key); !ok || !bytes.Equal(again, value) {
					return errors.New("Get and Scan disagree")
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Whatever bit of the file is flipped: all reads right, or the damage is reported.
func TestFlippedBits_FRK6(t *testing.T) {
	for name, write := range map[string]func(testing.TB) (string, []string){"closed": written, "killed": killed} {
		t.Run(name, func(t *testing.T) {
			dir, content := write(t)
			flipBits(t, dir, content)
		})
	}
}

func flipBits(t *testing.T, dir string, content []string) {
	path := filepath.Join(dir, "strata.db")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	reported := 0
	flip := func(at int, mask byte) {
		_, err := f.WriteAt([]byte{whole[at] ^ mask}, int64(at))
		require.NoError(t, err)
		got, err := read(t, dir)
		if err != nil {
			require.ErrorIs(t, err, store.ErrCorrupt, "byte %d, mask %02x", at, mask)
			reported++
		} else {
			require.Equal(t, content, got, "byte %d, mask %02x", at, mask)
		}
		_, err = f.WriteAt(whole[at:at+1], int64(at))
		require.NoError(t, err)
	}
	pageSize := os.Getpagesize()
	random := rand.New(rand.NewPCG(1, 2))
	flips := 300
	if os.Getenv("STRATA_SOAK") != "" {
		flips = 30_000
	}
	for range flips {
		page := random.IntN(len(whole)/pageSize) * pageSize
		flip(page+random.IntN(80), 1<<random.IntN(8)) // what bbolt itself goes by
		flip(random.IntN(len(whole)), byte(1+random.IntN(255)))
	}
	require.Greater(t, reported, flips/10)
	got, err := read(t, dir)
	require.NoError(t, err)
	require.Equal(t, content, got)
}

// A record is not found under a damaged key, and nobody who looks for it reads what its checksum guards.
func TestDamagedKey_FRK6(t *testing.T) {
	dir, _ := written(t)
	damageKey(t, filepath.Join(dir, "strata.db"))
	_, err := boltstore.Open(dir)
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "bucket sorted")
}

// damageKey makes the last of the keys that count up, wherever it lies, one that is in order too.
func damageKey(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	key := binary.BigEndian.AppendUint64(nil, 59*15+20)
	last := binary.BigEndian.AppendUint64(nil, 59*15+19)
	require.True(t, bytes.Contains(text, last))
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(text, last, key), 0o600))
}

func TestTruncated_FRK6(t *testing.T) {
	dir, content := written(t)
	path := filepath.Join(dir, "strata.db")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(3, 4))
	lengths := []int{0, 1, 15, 16, 80, 4095, 4096, 4176, 8192, 16383, 16384, len(whole) - 1}
	for range 100 {
		lengths = append(lengths, random.IntN(len(whole)))
	}
	for _, length := range lengths {
		require.NoError(t, os.WriteFile(path, whole[:length], 0o600))
		got, err := read(t, dir)
		if err != nil {
			require.ErrorIs(t, err, store.ErrCorrupt, "%d bytes", length)
		} else {
			require.Equal(t, content, got, "%d bytes", length)
		}
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(whole[:length], left), "nothing is lost by opening it")
	}
}

// A file that is cut short under a running node is a fault of memory to bbolt.
func TestCutShortWhileOpen_FRK6(t *testing.T) {
	dir, _ := written(t)
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(filepath.Join(dir, "strata.db"), 8192))
	told := 0
	s.OnDamage(func(err error) { require.ErrorIs(t, err, store.ErrCorrupt); told++ })
	err = s.View(func(r store.Reader) error {
		return r.Scan("sorted", func(_, _ []byte) error { return nil })
	})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorIs(t, s.Update(func(store.Writer) error { return nil }), store.ErrCorrupt, "from then on")
	require.ErrorIs(t, s.View(func(store.Reader) error { return nil }), store.ErrCorrupt, "from then on")
	require.Equal(t, 1, told)
	require.NoError(t, s.Close())
}

// A record whose bits flip while the store is open is found when it is read.
func TestFlippedWhileOpen_FRK6(t *testing.T) {
	dir, _ := written(t)
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	path := filepath.Join(dir, "strata.db")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	damaged := bytes.ReplaceAll(whole, []byte("record 59"), []byte("record 58"))
	require.NoError(t, os.WriteFile(path, damaged, 0))
	err = s.View(func(r store.Reader) error {
		_, ok := r.Get("sorted", binary.BigEndian.AppendUint64(nil, 59*15))
		require.False(t, ok)
		return nil
	})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "bucket sorted")
	require.NoError(t, s.Close())
}

// A file of no bytes is no new store: something took its content away.
func TestEmptyFileIsDamage_FRK6(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "strata.db"), nil, 0o600))
	_, err := boltstore.Open(dir)
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "it is empty")
	info, err := os.Stat(filepath.Join(dir, "strata.db"))
	require.NoError(t, err)
	require.Zero(t, info.Size(), "it is left as it is")
}

// Whoever begins a transaction while another finds that the file is gone is told so, and waits for nothing: bbolt's
// locks stay taken where its beginning faults (FRK-6).
func TestDamage_WhileManyBegin_FRK6(t *testing.T) {
	for range 3 {
		dir, _ := written(t)
		s, err := boltstore.Open(dir)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(filepath.Join(dir, "strata.db"), int64(os.Getpagesize())))
		found := make(chan error)
		const each = 8
		for range each {
			go func() { found <- s.View(func(store.Reader) error { return nil }) }()
			go func() {
				found <- s.Update(func(w store.Writer) error { w.Put("large", []byte("k"), nil); return nil })
			}()
			go s.Rest()
		}
		for range 2 * each {
			require.ErrorIs(t, <-found, store.ErrCorrupt)
		}
		require.NoError(t, s.Close())
	}
}
