package disk

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/network"
)

func read(t require.TestingT, d *Disk, name string) string {
	b, err := d.Read(name, 0, 1<<30)
	require.NoError(t, err)
	return string(b)
}

func TestDisk_IsADirectory(t *testing.T) {
	d := New()
	require.NoError(t, d.Append("log", []byte("one")))
	require.NoError(t, d.Append("log", []byte("two")))
	require.NoError(t, d.Append("a-file.2", nil))
	require.Equal(t, []string{"a-file.2", "log"}, d.Names())
	require.Equal(t, "onetwo", read(t, d, "log"))
	part, err := d.Read("log", 2, 3)
	require.NoError(t, err)
	require.Equal(t, "etw", string(part))
	require.NoError(t, d.Truncate("log", 4))
	require.NoError(t, d.Truncate("log", 40))
	require.Equal(t, "onet", read(t, d, "log"))
	require.NoError(t, d.Rename("log", "a-file.2"))
	require.Equal(t, []string{"a-file.2"}, d.Names())
	require.NoError(t, d.Remove("a-file.2"))
	require.Empty(t, d.Names())
	for _, name := range []string{"", ".x", "A", "a/b", "..", string(bytes.Repeat([]byte("a"), 65))} {
		require.ErrorIs(t, d.Append(name, nil), network.ErrBadName, name)
	}
	_, err = d.Read("log", 0, 1)
	require.ErrorIs(t, err, network.ErrNoFile)
	require.ErrorIs(t, d.Truncate("log", 0), network.ErrNoFile)
	require.ErrorIs(t, d.Rename("log", "x"), network.ErrNoFile)
	require.ErrorIs(t, d.Remove("log"), network.ErrNoFile)
	require.ErrorIs(t, d.Begin("log").End(false), network.ErrNoFile)
}

func TestDisk_FullTakesAllOrNothing(t *testing.T) {
	d := New()
	d.Limit = 5
	require.NoError(t, d.Append("log", []byte("1234")))
	require.ErrorIs(t, d.Append("log", []byte("56")), network.ErrDiskFull)
	require.Equal(t, "1234", read(t, d, "log"))
	require.NoError(t, d.Truncate("log", 1))
	require.NoError(t, d.Append("log", []byte("2345")))
	require.NoError(t, d.Remove("log"))
	require.NoError(t, d.Append("log", []byte("12345")))
}

// A file whose sync has failed is lost: asking again does not make it whole.
func TestDisk_AFailedSyncStays(t *testing.T) {
	d := New()
	require.NoError(t, d.Append("log", []byte("x")))
	second := d.Begin("log")
	require.ErrorIs(t, d.Begin("log").End(true), network.ErrDiskFailed)
	require.ErrorIs(t, second.End(false), network.ErrDiskFailed)
	require.ErrorIs(t, d.Append("log", nil), network.ErrDiskFailed)
	require.ErrorIs(t, d.Begin("log").End(false), network.ErrDiskFailed)
	require.NoError(t, d.Append("other", nil))
}

// Whatever is done and whenever a crash comes, what syncs covered is there, and what else is there was
// written, or is a sector of zeros.
func TestCrash_KeepsWhatWasSynced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := New()
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		draw := func(n uint64) uint64 { return rng.Uint64N(n) }
		require.NoError(t, d.Append("log", nil))
		require.NoError(t, d.BeginNames().End(false))
		require.NoError(t, d.Begin("log").End(false))
		var safe, seen []byte
		cut := false // since the sync that made safe
		type underWay struct {
			sync   *Sync
			covers []byte
			cut    bool // since its begin
		}
		var under []*underWay
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0, 1:
				more := bytes.Repeat([]byte{byte(1 + rng.IntN(255))}, rng.IntN(1500))
				require.NoError(t, d.Append("log", more))
				seen = append(slices.Clone(seen), more...)
			case 2:
				under = append(under, &underWay{d.Begin("log"), seen, false})
			case 3:
				if len(under) > 0 {
					require.NoError(t, under[0].sync.End(false))
					safe, cut = under[0].covers, under[0].cut
					under = under[1:]
				}
			case 4:
				size := rng.IntN(len(seen) + 1)
				require.NoError(t, d.Truncate("log", int64(size)))
				seen, cut = slices.Clone(seen[:size]), true
				for _, u := range under {
					u.cut = true
				}
			}
		}
		require.Equal(t, string(seen), read(t, d, "log"))
		d.Crash(draw)
		left := []byte(read(t, d, "log"))
		if !cut {
			require.GreaterOrEqual(t, len(left), len(safe))
			require.True(t, bytes.HasPrefix(left, safe))
			for i, b := range left[len(safe):] {
				require.True(t, b == 0 || b == seen[len(safe)+i])
			}
		}
		again := slices.Clone(left)
		d.Crash(draw)
		require.Equal(t, string(again), read(t, d, "log"), "what has survived a crash is on the disk")
	})
}

// Names change in order: a crash leaves a beginning of what happened to them.
func TestCrash_LeavesABeginningOfRenames(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(200) {
		d := New()
		rng := rand.New(rand.NewPCG(seed, 1))
		require.NoError(t, d.Append("old", []byte("old")))
		require.NoError(t, d.Append("new", []byte("new")))
		require.NoError(t, d.Begin("old").End(false))
		require.NoError(t, d.Begin("new").End(false))
		require.NoError(t, d.BeginNames().End(false))
		sync := d.BeginNames()
		require.NoError(t, d.Rename("new", "old"))
		require.NoError(t, d.Append("third", nil))
		require.NoError(t, sync.End(false), "it covers what was before its begin")
		d.Crash(func(n uint64) uint64 { return rng.Uint64N(n) })
		state := read(t, d, "old")
		for _, name := range d.Names() {
			state += " " + name
		}
		seen[state] = true
	}
	require.Equal(t, map[string]bool{"old new old": true, "new old": true, "new old third": true}, seen)
}
