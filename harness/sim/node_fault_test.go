package sim

import (
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

func alone(kind scenario.FaultKind, at, length time.Duration) scenario.Fault {
	return scenario.Fault{Kind: kind, At: at, For: length, A: []network.Addr{addrOf(0)}}
}

func TestWhatHappensInAPauseWaits(t *testing.T) {
	r := newRig(t, steady(), 2, alone(scenario.Pause, 1100*ms, 200*ms), alone(scenario.Pause, 1200*ms, 200*ms))
	a, b := r.connect()
	var order []string
	r.at(1050*ms, 0, func() {
		r.hosts[0].After(100*ms, func() { order = append(order, "timer") })
	})
	r.at(1100*ms, 0, func() { order = append(order, "work") })
	r.at(1110*ms, 1, func() { b.stream.Write(nil, []byte("one")) })
	r.at(1120*ms, 1, func() { b.stream.Write(nil, []byte("two")) })
	r.at(1130*ms, 1, func() { b.stream.Close() })
	r.at(1400*ms, 0, func() { order = append(order, "after") })
	r.n.Run(2 * time.Second)
	require.Equal(t, []string{"work", "timer", "after"}, order)
	require.Equal(t, "onetwo", string(a.heard))
	require.Equal(t, []time.Duration{1400 * ms, 1400 * ms}, a.at)
	require.Equal(t, 1400*ms, a.endAt)
	require.NoError(t, a.reason)
	require.Equal(t, uint64(5), r.n.Fired(0)+r.n.Fired(1))
}

func TestACrashInAPauseDoesNotWait(t *testing.T) {
	crash := alone(scenario.Crash, 1200*ms, 50*ms)
	crash.Wipe = true
	r := newRig(t, steady(), 2, alone(scenario.Pause, 1100*ms, 300*ms), crash)
	a, b := r.connect()
	old := r.hosts[0]
	var dialled *attempt
	r.at(1110*ms, 1, func() {
		b.stream.Write(nil, []byte("to the dead"))
		dialled = r.dial(1, addrOf(0))
	})
	r.at(1300*ms, 1, func() { require.Same(t, old, r.hosts[0], "it boots when the pause is over") })
	r.at(1401*ms, 0, func() {
		require.NotSame(t, old, r.hosts[0])
		require.True(t, r.n.Wiped(addrOf(0)))
		require.False(t, r.n.Wiped(addrOf(1)))
	})
	r.n.Run(2 * time.Second)
	require.Equal(t, 1210*ms, b.endAt)
	require.ErrorIs(t, b.reason, network.ErrReset)
	require.Empty(t, a.heard)
	require.ErrorIs(t, dialled.err, network.ErrRefused, "it came before the boot")
}

func TestAResetAndACutReachAPausedNodeLater(t *testing.T) {
	r := newRig(t, steady(), 2, alone(scenario.Pause, 1100*ms, 300*ms), strike(scenario.Reset, 1200*ms, 0, 0, 1))
	a, b := r.connect()
	r.n.Run(2 * time.Second)
	require.Equal(t, 1400*ms, a.endAt)
	require.Equal(t, 1200*ms, b.endAt)
}

func TestASkewedClockJumpsAndRunsFast(t *testing.T) {
	f := alone(scenario.Skew, 1100*ms, 200*ms)
	f.By, f.Rate = 50*ms, 250_000
	r := newRig(t, steady(), 2, f)
	ran := map[string]time.Duration{}
	r.at(0, 0, func() {
		r.hosts[0].After(1150*ms, func() { ran["into"] = r.n.Now() }) // the jump is time that has passed
		r.hosts[0].After(1175*ms, func() { ran["soon"] = r.n.Now() })
	})
	shows := func(at time.Duration, node int, want time.Duration) {
		r.at(at, node, func() { require.Equal(t, want, r.hosts[node].Now().Sub(epoch), "node %d at %v", node, at) })
	}
	shows(1099*ms, 0, 1099*ms)
	shows(1100*ms, 0, 1150*ms)
	shows(1200*ms, 0, 1275*ms)
	shows(1300*ms, 0, 1400*ms)
	shows(1500*ms, 0, 1600*ms)
	shows(1200*ms, 1, 1200*ms)
	r.at(1200*ms, 0, func() {
		r.hosts[0].After(50*ms, func() { ran["within"] = r.n.Now() })
		r.hosts[0].After(225*ms, func() { ran["out"] = r.n.Now() })
	})
	r.n.Run(2 * time.Second)
	require.Equal(t, map[string]time.Duration{"into": 1100 * ms, "soon": 1120 * ms, "within": 1240 * ms,
		"out": 1400 * ms}, ran)
	require.NotZero(t, r.n.Fired(0))
}

func TestATimerIsNeverEarlyByItsOwnClock(t *testing.T) {
	slow := alone(scenario.Skew, 300*ms, 1001*ms)
	slow.Rate = -333_333
	fast := alone(scenario.Skew, 900*ms, 1003*ms)
	fast.Rate = 77_777
	r := newRig(t, steady(), 1, slow, fast)
	for i := range 400 {
		wait := time.Duration(1+i*i*7919) * time.Microsecond / 16
		r.at(time.Duration(i)*5*ms, 0, func() {
			h, set := r.hosts[0], r.hosts[0].Now()
			h.After(wait, func() { require.GreaterOrEqual(t, h.Now().Sub(set), wait) })
		})
	}
	r.n.Run(time.Hour)
}
