package sim

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

// regions is a Place of three regions, far apart, with jitter that has a tail.
type regions struct{}

func (regions) Latency(a, b int, key uint64) time.Duration {
	if a > b {
		panic("the smaller comes first")
	}
	return time.Duration(2+30*(b%3-a%3)*(b%3-a%3))*time.Millisecond + time.Duration(below(key, 5_000_000))
}

func (regions) Jitter(number uint64) time.Duration {
	return time.Duration(-math.Log(float64(number>>11+1)/(1<<53)) * float64(3*time.Millisecond))
}

// comings is a churn of seconds.
func comings(_, draw uint64) time.Duration { return time.Duration(below(draw, 2_000_000_000)) }

// grown has everything on that large networks have.
func grown(t testing.TB, cfg Config, faults ...scenario.Fault) *Net {
	cfg.Place, cfg.MinLatency = regions{}, 5*time.Millisecond
	n, _ := flood(t, cfg, 30, 60, faults...)
	for i := range 30 {
		switch {
		case i%3 == 0:
			n.Pipe(addrOf(i), 400, 1000)
		case i%7 == 1:
			n.Pipe(addrOf(i), 0, 300)
		}
		if i%4 == 1 {
			n.Churn(addrOf(i), comings)
		}
	}
	n.Run(6 * time.Second)
	return n
}

// Both engines, and any number of workers, have one hash with places, pipes, churn and all faults at once.
func TestPlacesPipesAndChurnHaveOneHash(t *testing.T) {
	for seed := range uint64(15) {
		cfg := Config{Seed: seed, Fragment: seed%2 == 0, CheckPayloads: seed%5 == 0}
		oracle := grown(t, cfg, troubles()...)
		require.Equal(t, oracle.Hash(), grown(t, cfg, troubles()...).Hash(), "gossipers range over maps, and yet")
		for workers := 1; workers <= 3; workers++ {
			cfg.Engine, cfg.Workers = Windows, workers
			n := grown(t, cfg, troubles()...)
			for i, addr := range n.Addrs() {
				require.Equal(t, oracle.History(addr), n.History(addr), "seed %d, workers %d, node %d", seed, workers,
					i)
			}
			require.Equal(t, oracle.Hash(), n.Hash())
			require.Equal(t, oracle.Stats(), n.Stats())
		}
		stats := oracle.Stats()
		for what, n := range map[string]uint64{"clamped": stats.Clamped, "came": stats.Came, "went": stats.Went,
			"up": uint64(stats.BusyUp), "down": uint64(stats.BusyDown)} {
			require.NotZero(t, n, what)
		}
	}
}

// far is a Place whose links all take as long.
type far time.Duration

func (f far) Latency(int, int, uint64) time.Duration { return time.Duration(f) }
func (far) Jitter(uint64) time.Duration              { return 0 }

func TestAPlaceSaysHowLongLinksTake(t *testing.T) {
	r := newRig(t, Config{Place: far(20 * time.Second), MinLatency: ms}, 2)
	var d *attempt
	r.at(0, 0, func() { d = r.dial(0, addrOf(1)) })
	r.n.Run(time.Minute)
	require.Equal(t, 40*time.Second, d.at, "there and back")
	require.Zero(t, r.n.Stats().Clamped)

	r = newRig(t, Config{Place: far(time.Microsecond), MinLatency: 5 * ms}, 2)
	r.at(0, 0, func() { d = r.dial(0, addrOf(1)) })
	r.n.Run(time.Minute)
	require.InDelta(t, 10*ms, d.at, 1024, "raised to the floor")
	require.EqualValues(t, 2, r.n.Stats().Clamped)

	_, err := New(Config{Place: far(ms), MinLatency: ms, Jitter: ms})
	require.ErrorContains(t, err, "a Place has jitter of its own")
}

// star connects node 0 with all others, and returns its ends in their order.
func star(r *rig, nodes int) []*end {
	var all []*attempt
	r.at(0, 0, func() {
		for i := 1; i < nodes; i++ {
			all = append(all, r.dial(0, addrOf(i)))
		}
	})
	r.n.Run(time.Second)
	var ends []*end
	for _, d := range all {
		require.NoError(r.t, d.err)
		ends = append(ends, d.end)
	}
	return ends
}

func TestAnUplinkIsSharedByAllThatIsSent(t *testing.T) {
	r := newRig(t, steady(), 5)
	r.n.Pipe(addrOf(0), 1000, 0)
	ends := star(r, 5)
	r.at(time.Second, 0, func() {
		for _, e := range ends {
			e.stream.Write(nil, make([]byte, 100))
		}
		require.Zero(t, ends[0].stream.Queued(), "it begins to leave when the callback is over")
	})
	r.n.Run(time.Second)
	waiting := 0
	r.at(time.Second, 0, func() {
		for _, e := range ends {
			waiting += e.stream.Queued()
		}
	})
	r.n.Run(2 * time.Second)
	require.GreaterOrEqual(t, waiting, 400)
	var at []time.Duration
	for _, e := range r.in {
		require.Len(t, e.heard, 100)
		at = append(at, e.at[0])
	}
	slices.Sort(at)
	require.Equal(t, []time.Duration{1110 * ms, 1210 * ms, 1310 * ms, 1410 * ms}, at,
		"a tenth of a second each, one after the other")
}

// Whoever comes first is drawn again for each instant: no peer is always served last.
func TestAnUplinkFavoursNobody(t *testing.T) {
	r := newRig(t, steady(), 5)
	r.n.Pipe(addrOf(0), 100_000, 0)
	ends := star(r, 5)
	for round := range 200 {
		r.at(time.Second+time.Duration(round)*50*ms, 0, func() {
			for _, e := range ends {
				e.stream.Write(nil, make([]byte, 100))
			}
		})
	}
	r.n.Run(time.Minute)
	first := map[int]int{}
	for round := range 200 {
		best := slices.MinFunc(r.in, func(a, b *end) int { return int(a.at[round] - b.at[round]) })
		first[best.node]++
	}
	for node := 1; node < 5; node++ {
		require.InDelta(t, 50, first[node], 25, "node %d", node)
	}
}

func TestADownlinkHoldsBackWhatArrives(t *testing.T) {
	r := newRig(t, steady(), 4)
	r.n.Pipe(addrOf(0), 0, 1000)
	ends := star(r, 4)
	for i, e := range r.in {
		r.at(time.Second, e.node, func() {
			e.stream.Write(nil, make([]byte, 100))
			if i == 0 {
				e.stream.Close()
			}
		})
	}
	r.n.Run(2 * time.Second)
	var at []time.Duration
	for i, e := range ends {
		require.Len(t, e.heard, 100)
		at = append(at, e.at[0])
		if e.ended {
			require.NoError(t, e.reason)
			require.GreaterOrEqual(t, e.endAt, ends[i].at[0], "not before what was written")
		}
	}
	slices.Sort(at)
	require.Equal(t, []time.Duration{1110 * ms, 1210 * ms, 1310 * ms}, at)
}

func TestWhatWaitsInAPipeDiesWithTheNode(t *testing.T) {
	crash := alone(scenario.Crash, 1300*ms, 100*ms)
	crash.A = []network.Addr{addrOf(0)}
	r := newRig(t, steady(), 2, crash)
	r.n.Pipe(addrOf(0), 0, 100)
	ends := star(r, 2)
	r.at(time.Second, 1, func() { r.in[0].stream.Write(nil, make([]byte, 100)) })
	r.n.Run(5 * time.Second)
	require.Empty(t, ends[0].heard)
	require.ErrorIs(t, r.in[0].reason, network.ErrReset)
}

func TestChurnIsAProcessOfEachNode(t *testing.T) {
	boots := map[network.Addr][]time.Duration{}
	build := func(churned ...int) *Net {
		n, err := New(Config{Seed: 4})
		require.NoError(t, err)
		clear(boots)
		for i := range 10 {
			n.Node(addrOf(i), func(network.Host) { boots[addrOf(i)] = append(boots[addrOf(i)], n.Now()) })
		}
		for _, i := range churned {
			n.Churn(addrOf(i), func(number, draw uint64) time.Duration {
				if number%2 == 0 {
					return 10 * time.Second
				}
				return time.Second + time.Duration(below(draw, 1_000_000_000))
			})
		}
		n.Run(time.Minute)
		return n
	}
	n := build(2, 3)
	require.Len(t, boots[addrOf(1)], 1)
	require.Len(t, boots[addrOf(2)], 6)
	require.NotEqual(t, boots[addrOf(2)], boots[addrOf(3)])
	require.EqualValues(t, 10, n.Stats().Went)
	own := slices.Clone(boots[addrOf(3)])
	build(3, 5, 7)
	require.Equal(t, own, boots[addrOf(3)], "what others do changes nothing")
}

// spans agree with looking at every fault, whatever the faults are.
func TestSpans_FindWhatIsOn(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var s spans
		for i := range rng.IntN(20) {
			at := rng.Int64N(50)
			s.add(&fault{index: int32(i), at: at, until: at + rng.Int64N(30)})
		}
		all := slices.Clone(s.list)
		s.settle()
		for at := range int64(90) {
			want := map[int32]bool{}
			for _, f := range all {
				if f.at <= at && at < f.until {
					want[f.index] = true
				}
			}
			got := map[int32]bool{}
			for f := range s.during(at) {
				got[f.index] = true
			}
			require.Equal(t, want, got)
		}
	}
}

func TestPipesAndChurnAreSetUpBefore(t *testing.T) {
	n, err := New(Config{})
	require.NoError(t, err)
	n.Node(addrOf(0), func(network.Host) {})
	require.Panics(t, func() { n.Pipe("nobody:1", 1, 1) })
	require.Panics(t, func() { n.Pipe(addrOf(0), -1, 1) })
	require.Panics(t, func() { n.Churn("nobody:1", comings) })
	n.Run(time.Second)
	require.Panics(t, func() { n.Pipe(addrOf(0), 1, 1) })
	require.Panics(t, func() { n.Churn(addrOf(0), comings) })
}
