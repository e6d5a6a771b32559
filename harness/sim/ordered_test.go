package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/splitmix"
	"strata/network"
	"strata/scenario"
)

func TestOrder_OfTimeIsTheRun(t *testing.T) {
	for seed := range uint64(6) {
		cfg := Config{Seed: seed, Jitter: time.Duration(seed%3) * 4 * time.Millisecond, Fragment: seed%2 == 0}
		oracle := run(t, cfg, troubles()...)
		cfg.Order = &Order{}
		n := run(t, cfg, troubles()...)
		require.Equal(t, oracle.Hash(), n.Hash())
		require.Equal(t, oracle.Stats().Deliveries, n.Stats().Deliveries)
	}
}

// TestOrder_FeelsNoMap: gossipers range over maps, and yet names and chains are the same.
func TestOrder_FeelsNoMap(t *testing.T) {
	var first uint64
	for range 10 {
		cfg := Config{Seed: 7, Order: &Order{Slack: 50 * time.Millisecond, Pick: func(ready []Ready) int {
			best := 0
			for i := range ready {
				if splitmix.Key(ready[i].Chain, ready[i].Name) > splitmix.Key(ready[best].Chain, ready[best].Name) {
					best = i
				}
			}
			return best
		}}}
		hash := run(t, cfg, troubles()...).Hash()
		if first == 0 {
			first = hash
		}
		require.Equal(t, first, hash)
	}
	require.NotEqual(t, first, run(t, Config{Seed: 7}, troubles()...).Hash())
}

// TestOrder_NothingIsTooLate: who always picks what is due last delays messages by the slack at most, and
// neither timers nor work.
func TestOrder_NothingIsTooLate(t *testing.T) {
	const slack = 30 * ms
	cfg := steady()
	cfg.Order = &Order{Slack: slack, Pick: func(ready []Ready) int { return len(ready) - 1 }}
	r := newRig(t, cfg, 4)
	var ends []*attempt
	for i := 1; i < 4; i++ {
		r.at(0, i, func() { ends = append(ends, r.dial(i, addrOf(0))) })
	}
	for i := range 200 {
		at := time.Second + time.Duration(i)*4*ms
		r.at(at, 1+i%3, func() {
			require.Equal(t, at, r.n.Now())
			ends[i%3].stream.Write([]byte{byte(i)}, nil)
			r.hosts[1+i%3].After(7*ms, func() { require.Equal(t, at+7*ms, r.n.Now()) })
		})
	}
	r.n.Run(10 * time.Second)
	late := 0
	for _, e := range r.in {
		require.Len(t, e.heard, 200/3+1-int(e.heard[0])/2)
		for i, number := range e.heard {
			require.Equal(t, e.heard[0]+byte(3*i), number, "each connection keeps its order")
			wait := e.at[i] - time.Second - time.Duration(number)*4*ms - 10*ms
			require.LessOrEqual(t, wait, slack)
			require.GreaterOrEqual(t, wait, time.Duration(0))
			late += min(1, int(wait))
		}
	}
	require.Positive(t, late)
}

func TestNext_ListsWhatMayCome(t *testing.T) {
	cfg := steady()
	cfg.Order = &Order{}
	n, err := New(cfg)
	require.NoError(t, err)
	ran := ""
	for i := range 2 {
		n.Node(addrOf(i), func(h network.Host) {
			h.After(time.Duration(2-i)*ms, func() { ran += string(rune('a' + i)) })
			h.After(5*ms, func() { ran += string(rune('A' + i)) })
		})
	}
	n.At(20*ms, addrOf(0), func() { ran += "w" })
	n.Inject(scenario.Fault{Kind: scenario.Crash, At: 30 * ms, A: []network.Addr{addrOf(1)}})
	kinds := func() (all []ReadyKind) {
		for _, r := range n.Next(time.Second) {
			all = append(all, r.Kind)
		}
		return all
	}
	for range 2 {
		require.Equal(t, []ReadyKind{ReadyFault}, kinds(), "boots come alone")
		n.Take(n.Next(time.Second)[0])
	}
	require.Equal(t, []ReadyKind{ReadyTimer, ReadyTimer}, kinds(), "of each node the first")
	n.Take(n.Next(time.Second)[1])
	require.Equal(t, 2*ms, n.Now(), "time goes on to what is chosen")
	n.Take(n.Next(time.Second)[0])
	require.Equal(t, 2*ms, n.Now(), "what is late comes at once")
	n.Take(n.Next(time.Second)[0])
	n.Take(n.Next(time.Second)[0])
	require.Equal(t, []ReadyKind{ReadyWork}, kinds())
	n.Take(n.Next(time.Second)[0])
	require.Equal(t, scenario.Crash, n.Next(time.Second)[0].Fault.Kind)
	require.Empty(t, n.Next(25*ms))
	require.Equal(t, "abABw", ran)
}
