package sim

import (
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// Syncs end later, each in its own time, those of one file in the order of their calls; what ended is
// there after a crash.
func TestDisk_SyncsEndLaterAndLast(t *testing.T) {
	crash := scenario.Fault{Kind: scenario.Crash, At: time.Second, For: time.Second, A: []network.Addr{addrOf(0)}}
	r := newRig(t, Config{Seed: 1}, 1, crash)
	var ended []string
	var at []time.Duration
	r.n.At(0, addrOf(0), func() {
		d := r.hosts[0].Disk()
		end := func(what string) func(error) {
			return func(err error) {
				require.NoError(t, err)
				ended, at = append(ended, what), append(at, r.n.Now())
			}
		}
		for _, what := range []string{"first", "second"} {
			require.NoError(t, d.Append("log", []byte(what)))
			d.Sync("log", end(what))
		}
		d.SyncNames(end("names"))
		require.Empty(t, ended)
		require.Zero(t, r.n.Usage(addrOf(0)).Timers, "a sync is no timer of the node's")
	})
	r.n.At(999*time.Millisecond, addrOf(0), func() {
		d := r.hosts[0].Disk()
		require.NoError(t, d.Append("log", []byte(" and more")))
		d.Sync("log", func(error) { t.Error("a sync ended after the crash") })
	})
	r.n.Run(3 * time.Second)
	require.ElementsMatch(t, []string{"first", "second", "names"}, ended)
	require.Less(t, indexOf(ended, "first"), indexOf(ended, "second"))
	for _, d := range at {
		require.GreaterOrEqual(t, d, minSync)
		require.LessOrEqual(t, d, 2*maxSync)
	}
	left, err := r.hosts[0].Disk().Read("log", 0, 1000)
	require.NoError(t, err)
	require.Equal(t, "firstsecond", string(left[:11]))
}

func indexOf(list []string, what string) int {
	for i, s := range list {
		if s == what {
			return i
		}
	}
	return -1
}

// A crash that takes the disk leaves an empty one; what is done to the host of a former life is done to
// nobody's disk.
func TestDisk_WipedAndFormerLives(t *testing.T) {
	crash := scenario.Fault{Kind: scenario.Crash, At: time.Second, For: time.Second, A: []network.Addr{addrOf(0)},
		Wipe: true}
	r := newRig(t, Config{Seed: 1}, 1, crash)
	var former network.Host
	r.n.At(0, addrOf(0), func() {
		former = r.hosts[0]
		require.NoError(t, former.Disk().Append("log", []byte("x")))
		former.Disk().Sync("log", func(error) {})
		former.Disk().SyncNames(func(error) {})
	})
	r.n.Run(3 * time.Second)
	require.Empty(t, r.hosts[0].Disk().Names())
	require.NoError(t, former.Disk().Append("log", []byte("y")))
	former.Disk().Sync("log", func(error) { t.Error("a former life heard of a sync") })
	r.n.Run(4 * time.Second)
	require.Empty(t, r.hosts[0].Disk().Names())
}

// The same seed leaves the same of a disk, on both engines.
func TestDisk_BothEnginesLeaveTheSame(t *testing.T) {
	left := func(engine Engine) (all []string, hash uint64) {
		var faults []scenario.Fault
		for i := range 4 {
			faults = append(faults, scenario.Fault{Kind: scenario.Crash, At: time.Second, For: time.Second,
				A: []network.Addr{addrOf(i)}})
		}
		r := newRig(t, Config{Seed: 7, Engine: engine, Workers: 2}, 4, faults...)
		for i := range 4 {
			r.n.At(990*time.Millisecond, addrOf(i), func() {
				d := r.hosts[i].Disk()
				require.NoError(t, d.Append("log", make([]byte, 2000)))
				d.Sync("log", func(error) {})
				d.SyncNames(func(error) {})
			})
		}
		r.n.Run(3 * time.Second)
		for i := range 4 {
			for _, name := range r.hosts[i].Disk().Names() {
				b, err := r.hosts[i].Disk().Read(name, 0, 10_000)
				require.NoError(t, err)
				all = append(all, name+string(b))
			}
		}
		return all, r.n.Hash()
	}
	inOrder, hash := left(TotalOrder)
	inWindows, same := left(Windows)
	require.Equal(t, inOrder, inWindows)
	require.Equal(t, hash, same)
}

func TestIdentity_SignsAndStays(t *testing.T) {
	crash := scenario.Fault{Kind: scenario.Crash, At: time.Second, For: time.Second, A: []network.Addr{addrOf(0)},
		Wipe: true}
	r := newRig(t, Config{Seed: 1, Keys: true}, 2, crash)
	r.n.Run(0)
	before := r.hosts[0].Identity()
	signature := before.Sign([]byte("a vote"))
	key := before.Key()
	require.True(t, ed25519.Verify(key[:], []byte("a vote"), signature[:]))
	require.NotEqual(t, key, r.hosts[1].Identity().Key())
	var proved, provedBack network.PublicKey
	r.n.At(0, addrOf(1), func() {
		r.hosts[1].Dial(addrOf(0), func(s network.Stream, err error) {
			require.NoError(t, err)
			proved, _ = s.Key()
		})
	})
	r.n.Run(900 * time.Millisecond)
	provedBack, _ = r.in[0].stream.Key()
	require.Equal(t, key, proved)
	require.Equal(t, r.hosts[1].Identity().Key(), provedBack)
	r.n.Run(3 * time.Second)
	require.Equal(t, key, r.hosts[0].Identity().Key(), "the same over restarts")
}
