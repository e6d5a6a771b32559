package sim

import (
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

func strike(kind scenario.FaultKind, at, length time.Duration, a, b int) scenario.Fault {
	return scenario.Fault{Kind: kind, At: at, For: length, A: []network.Addr{addrOf(a)}, B: []network.Addr{addrOf(b)}}
}

func TestAStallKeepsBytesAtTheSender(t *testing.T) {
	r := newRig(t, steady(), 2, strike(scenario.Stall, 1100*ms, 300*ms, 0, 1),
		strike(scenario.Stall, 1400*ms, 100*ms, 0, 1))
	a, b := r.connect()
	r.at(1000*ms, 0, func() { a.stream.Write(nil, []byte("before")) })
	r.at(1200*ms, 0, func() {
		a.stream.Write([]byte("12"), []byte("345"))
		require.Equal(t, 5, a.stream.Queued())
	})
	r.at(1200*ms, 1, func() { b.stream.Write(nil, []byte("other way")) })
	r.at(1400*ms, 0, func() {
		a.stream.Write(nil, []byte("678"))
		require.Equal(t, 8, a.stream.Queued())
	})
	r.at(1499*ms, 0, func() { require.Equal(t, 8, a.stream.Queued()) })
	r.at(1500*ms, 0, func() { require.Zero(t, a.stream.Queued()) })
	r.n.Run(2 * time.Second)
	require.Equal(t, "before12345678", string(b.heard))
	require.Equal(t, 1010*ms, b.at[0])
	require.Equal(t, 1510*ms, b.at[1])
	require.Equal(t, 1210*ms, a.at[0])
	require.Equal(t, uint64(2), r.n.Fired(0)+r.n.Fired(1)-1)
}

func TestAResetEndsBothEndsAtOnce(t *testing.T) {
	r := newRig(t, steady(), 3, strike(scenario.Reset, 1500*ms, 0, 1, 0))
	a, b := r.connect()
	var c, late *attempt
	r.at(1000*ms, 0, func() { c = r.dial(0, addrOf(2)) })
	r.at(1495*ms, 0, func() {
		a.stream.Write(nil, []byte("lost"))
		late = r.dial(0, addrOf(1))
	})
	r.n.Run(2 * time.Second)
	for _, e := range []*end{a, b} {
		require.ErrorIs(t, e.reason, network.ErrReset)
		require.Equal(t, 1500*ms, e.endAt)
	}
	require.Empty(t, b.heard)
	require.False(t, c.ended, "not struck")
	require.ErrorIs(t, late.err, network.ErrReset)
	require.Equal(t, 1, late.done)
	require.Len(t, r.in, 3)
	require.ErrorIs(t, r.in[2].reason, network.ErrReset, "the dial that was on its way is answered and taken back")
	require.Equal(t, uint64(3), r.n.Fired(0))
}

func TestAPartitionRefusesDialsUntilItIsOver(t *testing.T) {
	r := newRig(t, steady(), 3, strike(scenario.Partition, 1500*ms, 200*ms, 0, 1))
	a, b := r.connect()
	var before, within, after, other *attempt
	r.at(1485*ms, 0, func() { before = r.dial(0, addrOf(1)) })
	r.at(1600*ms, 1, func() { within = r.dial(1, addrOf(0)) })
	r.at(1600*ms, 1, func() { other = r.dial(1, addrOf(2)) })
	r.at(1700*ms, 0, func() { after = r.dial(0, addrOf(1)) })
	r.n.Run(2 * time.Second)
	require.ErrorIs(t, a.reason, network.ErrReset)
	require.ErrorIs(t, b.reason, network.ErrReset)
	require.ErrorIs(t, before.err, network.ErrRefused)
	require.Equal(t, 1500*ms, before.at)
	require.ErrorIs(t, within.err, network.ErrRefused)
	require.Equal(t, 1620*ms, within.at)
	require.NoError(t, after.err)
	require.NoError(t, other.err)
}

func TestACrashedNodeLosesEverythingAndBootsAgain(t *testing.T) {
	crash := scenario.Fault{Kind: scenario.Crash, At: 1500 * ms, For: 200 * ms, A: []network.Addr{addrOf(1)}}
	r := newRig(t, steady(), 2, crash)
	a, b := r.connect()
	old := r.hosts[1]
	var tooEarly, again *attempt
	r.at(1499*ms, 1, func() {
		b.stream.Write(nil, []byte("on its way"))
		old.After(time.Hour, func() { t.Error("a timer outlived its host") })
		old.After(10*ms, func() { t.Error("a timer outlived its host") })
		r.dial(1, addrOf(0))
	})
	r.at(1495*ms, 0, func() { a.stream.Write(nil, []byte("to the dead")) })
	r.at(1550*ms, 1, func() { t.Error("work was done on a node that is down") })
	r.at(1550*ms, 0, func() { tooEarly = r.dial(0, addrOf(1)) })
	r.at(1800*ms, 1, func() {
		require.NotSame(t, old, r.hosts[1])
		require.NotZero(t, old.After(0, func() { t.Error("a dead host ran something") }))
		old.Dial(addrOf(0), func(network.Stream, error) { t.Error("a dead host dialled") })
		old.Offload(func() { t.Error("a dead host worked") }, func() {})
		b.stream.Write(nil, []byte("from the grave"))
		b.stream.Close()
	})
	r.at(1800*ms, 0, func() { again = r.dial(0, addrOf(1)) })
	r.n.Run(10 * time.Hour)
	require.Equal(t, "on its way", string(a.heard))
	require.ErrorIs(t, a.reason, network.ErrReset)
	require.Equal(t, 1510*ms, a.endAt)
	require.Empty(t, b.heard)
	require.False(t, b.ended, "what lived on the old host is never called")
	require.ErrorIs(t, tooEarly.err, network.ErrRefused)
	require.NoError(t, again.err)
	require.Len(t, r.in, 3)
	require.ErrorIs(t, r.in[1].reason, network.ErrReset, "the dead node's dial was answered, in vain")
}

func TestWhatWaitsBehindAStallDiesWithTheNode(t *testing.T) {
	crash := scenario.Fault{Kind: scenario.Leave, At: 1500 * ms, A: []network.Addr{addrOf(0)}}
	r := newRig(t, steady(), 2, crash, strike(scenario.Stall, 1100*ms, time.Second, 0, 1))
	a, b := r.connect()
	r.at(1200*ms, 0, func() { a.stream.Write(nil, []byte("stuck")) })
	r.n.Run(3 * time.Second)
	require.Empty(t, b.heard)
	require.ErrorIs(t, b.reason, network.ErrReset)
}

func TestJoinAndLeave(t *testing.T) {
	join := scenario.Fault{Kind: scenario.Join, At: 500 * ms, A: []network.Addr{addrOf(1), "ghost:1"}}
	leave := scenario.Fault{Kind: scenario.Leave, At: 1500 * ms, A: []network.Addr{addrOf(1)}}
	crash := scenario.Fault{Kind: scenario.Crash, At: 1400 * ms, For: 300 * ms, A: []network.Addr{addrOf(1)}}
	r := newRig(t, steady(), 2, join, leave, crash)
	var early, met, late *attempt
	r.at(100*ms, 0, func() { early = r.dial(0, addrOf(1)) })
	r.at(600*ms, 0, func() { met = r.dial(0, addrOf(1)) })
	r.at(2*time.Second, 0, func() { late = r.dial(0, addrOf(1)) })
	r.n.Run(3 * time.Second)
	require.ErrorIs(t, early.err, network.ErrRefused)
	require.NoError(t, met.err)
	require.ErrorIs(t, met.reason, network.ErrReset)
	require.ErrorIs(t, late.err, network.ErrRefused, "who left while it was down does not boot again")
	require.Equal(t, map[scenario.FaultKind]uint64{scenario.Join: 1, scenario.Crash: 1, scenario.Leave: 0},
		r.n.Stats().Fired)
}

func TestWithoutOneFaultTheOthersHaveTheSameEffect(t *testing.T) {
	pairs := func(faults ...scenario.Fault) *Net {
		r := newRig(t, Config{Seed: 11, Jitter: 5 * ms, Fragment: true}, 10, faults...)
		for i := 0; i < 10; i += 2 {
			var chat func(d *attempt)
			chat = func(d *attempt) {
				if d.end != nil {
					d.stream.Write(nil, []byte("some words"))
				}
				r.hosts[i].After(time.Duration(1+r.hosts[i].Rand().IntN(50))*ms, func() { chat(d) })
			}
			r.at(0, i, func() { chat(r.dial(i, addrOf(i+1))) })
		}
		r.n.Run(3 * time.Second)
		return r.n
	}
	faults := []scenario.Fault{
		strike(scenario.Partition, time.Second, time.Second, 0, 1),
		strike(scenario.Reset, 1200*ms, 0, 2, 3),
		strike(scenario.Stall, 1200*ms, 500*ms, 4, 5),
		{Kind: scenario.Crash, At: 1300 * ms, For: 100 * ms, A: []network.Addr{addrOf(6)}},
	}
	all := pairs(faults...)
	for without := range faults {
		left := append(append([]scenario.Fault{}, faults[:without]...), faults[without+1:]...)
		n := pairs(left...)
		require.NotEqual(t, all.Hash(), n.Hash())
		for i, addr := range n.Addrs() {
			if i/2 != without {
				require.Equal(t, all.History(addr), n.History(addr), "without fault %d, node %d", without, i)
			}
		}
	}
}

func TestNatures_AreThoseOfAllKinds(t *testing.T) {
	require.Len(t, natures, len(scenario.FaultKinds()))
	for _, kind := range scenario.FaultKinds() {
		own := natures[kind]
		require.True(t, own.file != nil || own.begin.on != nil || own.end.on != nil, "%s does nothing", kind)
	}
}
