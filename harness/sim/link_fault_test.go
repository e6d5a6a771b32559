package sim

import (
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

func TestACutLosesOneWayAndFailsWhenItIsOver(t *testing.T) {
	r := newRig(t, steady(), 3, strike(scenario.Cut, 1100*ms, 300*ms, 0, 1))
	a, b := r.connect()
	var out, in, late, other *attempt
	r.at(1200*ms, 1, func() { b.stream.Write(nil, []byte("this way")) })
	r.at(1200*ms, 0, func() {
		a.stream.Write(nil, []byte("lost"))
		require.Equal(t, 4, a.stream.Queued())
		out, other = r.dial(0, addrOf(1)), r.dial(0, addrOf(2))
	})
	r.at(1200*ms, 1, func() { in = r.dial(1, addrOf(0)) })
	r.at(1500*ms, 0, func() { late = r.dial(0, addrOf(1)) })
	r.n.Run(2 * time.Second)
	require.Equal(t, "this way", string(a.heard))
	require.Empty(t, b.heard)
	require.ErrorIs(t, a.reason, network.ErrReset)
	require.Equal(t, 1400*ms, a.endAt)
	require.ErrorIs(t, b.reason, network.ErrReset)
	require.Equal(t, 1410*ms, b.endAt)
	require.ErrorIs(t, out.err, network.ErrRefused)
	require.Equal(t, 1400*ms, out.at)
	require.ErrorIs(t, in.err, network.ErrReset, "it was accepted, but that was lost")
	require.Equal(t, 1410*ms, in.at)
	require.NoError(t, late.err)
	require.NoError(t, other.err)
	require.Equal(t, uint64(3), r.n.Fired(0))
}

func TestWhoClosesDuringACutIsHeardAfterIt(t *testing.T) {
	r := newRig(t, steady(), 2, strike(scenario.Cut, 1100*ms, 300*ms, 0, 1),
		strike(scenario.Cut, 1350*ms, 300*ms, 0, 1))
	a, b := r.connect()
	r.at(1200*ms, 0, func() { a.stream.Close() })
	r.n.Run(2 * time.Second)
	require.False(t, a.ended)
	require.ErrorIs(t, b.reason, network.ErrReset)
	require.Equal(t, 1410*ms, b.endAt)
}

func TestACutWithoutTrafficIsNotNoticed(t *testing.T) {
	r := newRig(t, steady(), 2, strike(scenario.Cut, 1100*ms, 300*ms, 0, 1))
	a, b := r.connect()
	r.at(1500*ms, 0, func() { a.stream.Write(nil, []byte("still there")) })
	r.n.Run(2 * time.Second)
	require.Equal(t, "still there", string(b.heard))
	require.False(t, a.ended)
	require.Zero(t, r.n.Fired(0))
}

func TestADelayIsExtraLatency(t *testing.T) {
	f := strike(scenario.Delay, 1100*ms, 100*ms, 0, 1)
	f.By = 150 * ms
	r := newRig(t, steady(), 2, f)
	a, b := r.connect()
	var dialled *attempt
	r.at(1150*ms, 0, func() { a.stream.Write(nil, []byte("late ")) })
	r.at(1150*ms, 1, func() {
		b.stream.Write(nil, []byte("in time"))
		dialled = r.dial(1, addrOf(0))
	})
	r.at(1250*ms, 0, func() { a.stream.Write(nil, []byte("does not overtake")) })
	r.n.Run(2 * time.Second)
	require.Equal(t, "late does not overtake", string(b.heard))
	require.Equal(t, []time.Duration{1310 * ms, 1310*ms + 1}, b.at)
	require.Equal(t, []time.Duration{1160 * ms}, a.at)
	require.Equal(t, 1320*ms, dialled.at, "the answer was delayed")
	require.Equal(t, uint64(2), r.n.Fired(0))
}

func TestASlowLinkKeepsTheRestAtTheSender(t *testing.T) {
	f := strike(scenario.Slow, 1100*ms, time.Second, 0, 1)
	f.Rate = 1000
	r := newRig(t, steady(), 2, f)
	a, b := r.connect()
	r.at(1200*ms, 0, func() {
		a.stream.Write(nil, make([]byte, 100))
		a.stream.Write(nil, make([]byte, 200))
		require.Equal(t, 300, a.stream.Queued())
	})
	r.at(1250*ms, 0, func() { require.Equal(t, 250, a.stream.Queued()) })
	r.at(1400*ms, 0, func() {
		require.Equal(t, 100, a.stream.Queued())
		a.stream.Write(nil, make([]byte, 900))
		require.Equal(t, 1000, a.stream.Queued())
	})
	r.at(2090*ms, 0, func() { require.Equal(t, 310, a.stream.Queued()) })
	r.at(2100*ms, 0, func() { require.Zero(t, a.stream.Queued()) })
	r.n.Run(3 * time.Second)
	require.Equal(t, []time.Duration{1310 * ms, 1510 * ms, 2110 * ms}, b.at,
		"100 ms, 200 ms, and the rest when the link is fast again")
	require.Equal(t, uint64(3), r.n.Fired(0))
}

func TestACloseComesAfterWhatIsSlowAndACrashDoesNot(t *testing.T) {
	f := strike(scenario.Slow, 1100*ms, time.Second, 0, 1)
	f.Rate = 1000
	for _, crash := range []bool{false, true} {
		faults := []scenario.Fault{f}
		if crash {
			faults = append(faults, scenario.Fault{Kind: scenario.Leave, At: 1250 * ms, A: f.A})
		}
		r := newRig(t, steady(), 2, faults...)
		a, b := r.connect()
		r.at(1200*ms, 0, func() {
			a.stream.Write(nil, make([]byte, 300))
			if !crash {
				a.stream.Close()
			}
		})
		r.n.Run(3 * time.Second)
		require.True(t, b.ended)
		if crash {
			require.ErrorIs(t, b.reason, network.ErrReset)
			require.Equal(t, 1260*ms, b.endAt)
			require.Empty(t, b.heard)
		} else {
			require.NoError(t, b.reason)
			require.Len(t, b.heard, 300)
		}
	}
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, f := range []scenario.Fault{
		{Kind: "earthquake"}, {Kind: scenario.Slow}, {Kind: scenario.Delay, By: -1},
		{Kind: scenario.Skew, Rate: -million}, {Kind: scenario.Skew, By: -1},
	} {
		n, err := New(Config{})
		require.NoError(t, err)
		require.Panics(t, func() { n.Inject(f) }, f)
	}
}

// TestASlowLinkIsSharedByAllItsConnections: 1000 bytes a second, whoever sends them.
func TestASlowLinkIsSharedByAllItsConnections(t *testing.T) {
	f := strike(scenario.Slow, 1100*ms, 2*time.Second, 0, 1)
	f.Rate = 1000
	r := newRig(t, steady(), 2, f)
	var first, second *attempt
	r.at(0, 0, func() { first, second = r.dial(0, addrOf(1)), r.dial(0, addrOf(1)) })
	r.at(1100*ms, 0, func() { first.stream.Write(nil, make([]byte, 100)) })
	r.at(1150*ms, 0, func() {
		second.stream.Write(nil, make([]byte, 100))
		require.Equal(t, 100, second.stream.Queued())
	})
	r.at(2*time.Second, 0, func() { // at one instant: together, in whatever order
		first.stream.Write(nil, make([]byte, 200))
		second.stream.Write(nil, make([]byte, 100))
	})
	r.at(2001*ms, 0, func() { second.stream.Write(nil, make([]byte, 10)) })
	r.n.Run(4 * time.Second)
	require.Equal(t, []time.Duration{1210 * ms, 2210 * ms}, r.in[0].at)
	require.Equal(t, []time.Duration{1310 * ms, 2110 * ms, 2320 * ms}, r.in[1].at)
}
