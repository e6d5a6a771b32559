package disk

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
)

// none draws the least of what a crash may leave.
func none(uint64) uint64 { return 0 }

// A disk that lies says that bytes are safe which a crash takes, unless a later sync covers them.
func TestLie_MakesNothingSafe(t *testing.T) {
	for _, later := range []bool{false, true} {
		d := New()
		require.NoError(t, d.Append("log", []byte("one")))
		require.NoError(t, d.Begin("log").End(false))
		require.NoError(t, d.BeginNames().End(false))
		require.NoError(t, d.Append("log", []byte("two")))
		require.NoError(t, d.Append("other", nil))
		require.NoError(t, d.Begin("log").Lie())
		require.NoError(t, d.BeginNames().Lie())
		want := "one"
		if later {
			require.NoError(t, d.Begin("log").End(false))
			want = "onetwo"
		}
		d.Crash(none)
		require.Equal(t, want, read(t, d, "log"))
		require.Equal(t, []string{"log"}, d.Names())
	}
	d := New()
	require.ErrorIs(t, d.Begin("log").Lie(), network.ErrNoFile)
	require.NoError(t, d.Append("log", nil))
	require.Error(t, d.Begin("log").End(true))
	require.ErrorIs(t, d.Begin("log").Lie(), network.ErrDiskFailed)
}

// Rot turns over one bit of what was safe, which the node and every crash see from then on; what was written
// since, and what others have of it, stays.
func TestRot_TurnsOneBitOver(t *testing.T) {
	d := New()
	require.False(t, d.Rot(none), "nothing is safe yet")
	require.NoError(t, d.Append("a", []byte{0, 0}))
	require.NoError(t, d.Append("b", []byte{0, 0}))
	for _, name := range []string{"a", "b"} {
		require.NoError(t, d.Begin(name).End(false))
	}
	require.NoError(t, d.BeginNames().End(false))
	require.NoError(t, d.Append("b", []byte{0}))
	under := d.Begin("b")
	before, err := d.Read("b", 0, 9)
	require.NoError(t, err)
	draws := []uint64{3, 7} // the fourth byte of all that are safe, its highest bit
	require.True(t, d.Rot(func(uint64) uint64 { n := draws[0]; draws = draws[1:]; return n }))
	require.Equal(t, []byte{0, 0, 0}, before)
	require.Equal(t, "\x00\x80\x00", read(t, d, "b"))
	require.Equal(t, "\x00\x00", read(t, d, "a"))
	require.NoError(t, under.End(false))
	d.Crash(none)
	require.Equal(t, "\x00\x80\x00", read(t, d, "b"))

	require.NoError(t, d.Truncate("b", 0))
	require.NoError(t, d.Append("b", []byte("xyz")))
	draws = []uint64{3, 0}
	require.True(t, d.Rot(func(uint64) uint64 { n := draws[0]; draws = draws[1:]; return n }))
	require.Equal(t, "xyz", read(t, d, "b"), "it was cut off")
}

// A full disk takes nothing until there is room again.
func TestDevice_FullWhileItIs(t *testing.T) {
	d, full := New(), true
	device := Device{On: func() *Disk { return d }, Full: func() bool { return full }}
	require.NoError(t, device.Append("log", nil), "a name needs no room")
	require.ErrorIs(t, device.Append("log", []byte("x")), network.ErrDiskFull)
	full = false
	require.NoError(t, device.Append("log", []byte("x")))
}
