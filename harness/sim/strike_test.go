package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// strikes are faults of every kind that lasts or strikes, for nodes that flood.
func strikes() []scenario.Fault {
	a := []network.Addr{addrOf(2), addrOf(3), addrOf(5), addrOf(8), addrOf(13)}
	at, lasts := 2*time.Second, 900*time.Millisecond
	return []scenario.Fault{
		{Kind: scenario.Reset, At: at, A: a},
		{Kind: scenario.Partition, At: at, For: lasts, A: a},
		{Kind: scenario.Cut, At: at, For: lasts, A: a},
		{Kind: scenario.Stall, At: at, For: lasts, A: a},
		{Kind: scenario.Delay, At: at, For: lasts, A: a, By: 300 * time.Millisecond},
		{Kind: scenario.Slow, At: at, For: lasts, A: a, Rate: 2000},
		{Kind: scenario.Pause, At: at, For: lasts, A: a},
		{Kind: scenario.Crash, At: at, For: lasts, A: a, Wipe: true},
		{Kind: scenario.Leave, At: at, A: a},
	}
}

// A fault that comes between two Runs is the fault that was there from the start: on both engines, and beside others that
// begin before and after it. Where something on its way would have met it, it is refused and changes nothing.
func TestStrike_IsInject(t *testing.T) {
	others := []scenario.Fault{
		{Kind: scenario.Crash, At: 1500 * time.Millisecond, For: 700 * time.Millisecond, A: []network.Addr{addrOf(3), addrOf(7)}},
		{Kind: scenario.Partition, At: 2500 * time.Millisecond, For: 500 * time.Millisecond, A: []network.Addr{addrOf(1), addrOf(8)}},
		{Kind: scenario.Pause, At: 1900 * time.Millisecond, For: 400 * time.Millisecond, A: []network.Addr{addrOf(5)}},
	}
	stalled := append(others, scenario.Fault{Kind: scenario.Stall, At: 1800 * time.Millisecond, For: time.Second, A: []network.Addr{addrOf(2)}})
	for _, f := range strikes() {
		for name, before := range map[string][]scenario.Fault{"alone": nil, "among others": others, "after a stall": stalled} {
			for _, cfg := range []Config{{Seed: 4}, {Seed: 4, Engine: Windows, Workers: 2}} {
				whole := run(t, cfg, append(before[:len(before):len(before)], f)...)
				n, _ := flood(t, cfg, 30, 60, before...)
				n.Run(f.At - 700*time.Microsecond)
				was := n.Hash()
				number, ok := n.Strike(f)
				require.Equal(t, was, n.Hash())
				foreseen := f.Kind == scenario.Cut || f.Kind == scenario.Stall || f.Kind == scenario.Delay || f.Kind == scenario.Slow
				require.Equal(t, !(foreseen && name == "after a stall"), ok, "%v %s", f, name)
				n.Run(6 * time.Second)
				if ok {
					require.Equal(t, whole.Hash(), n.Hash(), "%v %s", f, name)
					require.Equal(t, whole.Fired(number), n.Fired(number))
				}
			}
		}
	}
}

// A fault that is lifted is one that was shorter from the start.
func TestLift_IsAShorterFault(t *testing.T) {
	const lifted = 2444 * time.Millisecond
	for _, f := range strikes() {
		short := f
		short.For = lifted - f.At
		n, _ := flood(t, Config{Seed: 4, Engine: Windows, Workers: 2}, 30, 60)
		n.Run(f.At - time.Millisecond)
		f.For = min(f.For, 1) * time.Hour
		number, ok := n.Strike(f)
		require.True(t, ok)
		n.Run(2400 * time.Millisecond)
		ok = n.Lift(number, lifted)
		require.Equal(t, f.Kind == scenario.Partition || f.Kind == scenario.Pause || f.Kind == scenario.Crash, ok, f.Kind)
		if !ok {
			continue
		}
		require.False(t, n.Lift(number, lifted+time.Second), "it is over by then")
		n.Run(6 * time.Second)
		require.Equal(t, run(t, Config{Seed: 4}, short).Hash(), n.Hash(), "%v", f)
	}
}

// A fault that begins now or before is too late, and so is one that nodes were to wait for.
func TestStrike_WantsALaterFault(t *testing.T) {
	n, _ := flood(t, Config{Seed: 1}, 5, 5)
	f := scenario.Fault{Kind: scenario.Reset, At: time.Second, A: []network.Addr{addrOf(1)}}
	require.Panics(t, func() { n.Strike(f) }, "before the first Run")
	n.Run(time.Second)
	require.Panics(t, func() { n.Strike(f) })
	f.Kind, f.At = scenario.Join, 2*time.Second
	require.Panics(t, func() { n.Strike(f) })
}
