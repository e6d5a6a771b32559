package boltdisk

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"strata/network"
	"strata/node/process/tcphost"
)

// opened is a store with its disk, on a loop.
func opened(t *testing.T, path, old string) (*Store, *Disk, *tcphost.Loop) {
	t.Helper()
	s, err := Open(path, old)
	require.NoError(t, err)
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	d, err := s.Disk(loop.Do)
	require.NoError(t, err)
	t.Cleanup(func() { loop.Close(); _ = s.Close() })
	return s, d, loop
}

// synced waits until all that was appended is safe.
func synced(t *testing.T, d *Disk, loop *tcphost.Loop) {
	t.Helper()
	done := make(chan error, 1)
	loop.Do(func() { d.SyncNames(func(err error) { done <- err }) })
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(time.Minute):
		require.Fail(t, "the sync did not end")
	}
}

// Whatever is appended, cut, renamed and removed, in whatever order with syncs between, a disk reads as plain bytes
// would, and so it does when it is opened again.
func TestDisk_ReadsAsPlainBytes_N13(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lattice.db")
	s, d, loop := opened(t, path, "")
	random, want := rand.New(rand.NewPCG(1, 2)), map[string][]byte{}
	names := []string{"journal", "founded", "other"}
	compare := func(d *Disk) {
		for name, bytes := range want {
			at := random.Int64N(int64(len(bytes)) + 1)
			got, err := d.Read(name, at, len(bytes)/2+1)
			require.NoError(t, err)
			require.Equal(t, string(bytes[at:min(len(bytes), int(at)+len(bytes)/2+1)]), string(got), name)
		}
		require.Len(t, d.Names(), len(want))
	}
	for range 300 {
		name := names[random.IntN(3)]
		loop.Do(func() {
			switch random.IntN(12) {
			case 0:
				d.Sync(name, func(error) {})
			case 1:
				size := random.Int64N(int64(len(want[name])) + 1)
				err := d.Truncate(name, size)
				if want[name] == nil {
					require.ErrorIs(t, err, network.ErrNoFile)
					return
				}
				require.NoError(t, err)
				want[name] = want[name][:size]
			case 2:
				if to := names[random.IntN(3)]; want[name] != nil && to != name {
					require.NoError(t, d.Rename(name, to))
					want[to] = want[name]
					delete(want, name)
				}
			case 3:
				if want[name] != nil {
					require.NoError(t, d.Remove(name))
					delete(want, name)
				}
			default:
				data := bytes.Repeat([]byte{byte(random.IntN(256))}, random.IntN(700))
				require.NoError(t, d.Append(name, data))
				want[name] = append(append(make([]byte, 0), want[name]...), data...)
			}
			compare(d)
		})
	}
	synced(t, d, loop)
	loop.Do(func() {
		for _, f := range d.files {
			require.Empty(t, f.tail, "what is in the file is not kept in memory")
		}
	})
	loop.Close()
	require.NoError(t, s.Close())
	_, d, loop = opened(t, path, "")
	loop.Do(func() { compare(d) })
}

// A directory of plain files, of version 1, is taken over whole; one that could not be leaves all as it was.
func TestOpen_TakesPlainFilesOver_N13(t *testing.T) {
	dir := t.TempDir()
	old, path := filepath.Join(dir, "disk"), filepath.Join(dir, "lattice.db")
	big := bytes.Repeat([]byte("0123456789"), 300_000)
	require.NoError(t, os.MkdirAll(old, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(old, "journal"), big, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(old, "founded"), []byte("of us"), 0o600))
	require.NoError(t, os.WriteFile(path+".new", []byte("of a migration that was cut off"), 0o600))

	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	_, err := loop.HostOf(tcphost.HostConfig{Directory: old})
	require.NoError(t, err)
	_, err = Open(path, old)
	require.ErrorIs(t, err, tcphost.ErrInUse)
	require.NoFileExists(t, path)
	loop.Close()

	_, d, loop := opened(t, path, old)
	require.NoDirExists(t, old)
	loop.Do(func() {
		require.Equal(t, []string{"founded", "journal"}, d.Names())
		got, err := d.Read("journal", 5, len(big))
		require.NoError(t, err)
		require.True(t, bytes.Equal(big[5:], got))
	})
	_, err = Open(path, old)
	require.ErrorIs(t, err, tcphost.ErrInUse, "a second process")
}

// What is no store, or one of another version, is refused by name and left as it is.
func TestOpen_Refuses_N32(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "lattice.db")
	require.NoError(t, os.WriteFile(path, []byte("no database"), 0o600))
	_, err := Open(path, "")
	require.ErrorContains(t, err, path+" is no store of a ledger")
	require.NoError(t, os.Remove(path))

	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket(bucketMeta)
		require.NoError(t, err)
		return b.Put(keyVersion, []byte{0, 0, 0, 9})
	}))
	require.NoError(t, db.Close())
	_, err = Open(path, "")
	require.ErrorIs(t, err, ErrVersion)
	require.ErrorContains(t, err, "version 00000009, want 2")
}

// Rows of tables come back in the order of their keys.
func TestStore_Tables(t *testing.T) {
	s, _, _ := opened(t, filepath.Join(t.TempDir(), "lattice.db"), "")
	require.NoError(t, s.Put("payments", []byte("b"), []byte("2")))
	require.NoError(t, s.Put("payments", []byte("a"), []byte("1")))
	require.NoError(t, s.Put("payments", []byte("c"), []byte("3")))
	require.NoError(t, s.Put("payments", []byte("b"), nil))
	var all []string
	require.NoError(t, s.All("payments", func(k, v []byte) error {
		all = append(all, string(k)+string(v))
		return nil
	}))
	require.Equal(t, []string{"a1", "c3"}, all)
	require.NoError(t, s.All("nothing", func(_, _ []byte) error { panic("an empty table has no rows") }))
	require.Positive(t, s.Size())
}
