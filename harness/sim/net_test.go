package sim

import (
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

// troubles are faults of every kind, at odd and at equal times.
func troubles() []scenario.Fault {
	a := func(numbers ...int) (addrs []network.Addr) {
		for _, n := range numbers {
			addrs = append(addrs, addrOf(n))
		}
		return addrs
	}
	return []scenario.Fault{
		{Kind: scenario.Reset, At: 1300 * time.Millisecond, A: a(1, 2, 3, 4, 5, 6, 7),
			B: a(8, 9, 10, 11, 12, 13, 14, 15, 16)},
		{Kind: scenario.Reset, At: 1700 * time.Millisecond, A: a(20)},
		{Kind: scenario.Stall, At: 1500 * time.Millisecond, For: 600 * time.Millisecond, A: a(2), B: nil},
		{Kind: scenario.Stall, At: 1900 * time.Millisecond, For: 600 * time.Millisecond, A: a(2, 3)},
		{Kind: scenario.Partition, At: 2 * time.Second, For: 700 * time.Millisecond,
			A: a(1, 3, 5, 7, 9, 11, 13, 15, 17, 19)},
		{Kind: scenario.Partition, At: 2200 * time.Millisecond, For: 30 * time.Millisecond, A: a(0, 1, 2),
			B: a(10, 11, 12, 13, 14)},
		{Kind: scenario.Crash, At: 1600 * time.Millisecond, For: 400 * time.Millisecond, A: a(2, 4, 21)},
		{Kind: scenario.Crash, At: 2000 * time.Millisecond, For: 10 * time.Millisecond, A: a(4, 5)},
		{Kind: scenario.Leave, At: 1800 * time.Millisecond, A: a(21, 22)},
		{Kind: scenario.Join, At: 1250 * time.Millisecond, A: a(23, 24)},
		{Kind: scenario.Cut, At: 1400 * time.Millisecond, For: 900 * time.Millisecond, A: a(6, 8),
			B: a(9, 10, 11, 12, 13, 14, 15)},
		{Kind: scenario.Cut, At: 2100 * time.Millisecond, For: 300 * time.Millisecond, A: a(8, 16)},
		{Kind: scenario.Delay, At: 1600 * time.Millisecond, For: 600 * time.Millisecond, A: a(2, 17),
			By: 40 * time.Millisecond},
		{Kind: scenario.Slow, At: 1500 * time.Millisecond, For: 800 * time.Millisecond, A: a(2, 18, 23), Rate: 2000},
		{Kind: scenario.Pause, At: 1700 * time.Millisecond, For: 300 * time.Millisecond, A: a(4, 6, 19, 25)},
		{Kind: scenario.Pause, At: 1900 * time.Millisecond, For: 300 * time.Millisecond, A: a(2, 19)},
		{Kind: scenario.Skew, At: 1500 * time.Millisecond, For: 700 * time.Millisecond, A: a(4, 7, 26),
			By: 100 * time.Millisecond, Rate: 200_000},
		{Kind: scenario.Skew, At: 2000 * time.Millisecond, For: 700 * time.Millisecond, A: a(7, 27), Rate: -300_000},
	}
}

// run makes a flood with that config, runs it and returns the network.
func run(t testing.TB, cfg Config, faults ...scenario.Fault) *Net {
	n, _ := flood(t, cfg, 30, 60, faults...)
	n.Run(6 * time.Second)
	return n
}

func TestTwentyRunsOfOneSeedHaveOneHash(t *testing.T) {
	cfg := Config{Seed: 7, Jitter: 3 * time.Millisecond, Fragment: true}
	first := run(t, cfg, troubles()...)
	for range 19 {
		require.Equal(t, first.Hash(), run(t, cfg, troubles()...).Hash(), "gossipers range over maps, and yet")
	}
	cfg.Seed = 8
	require.NotEqual(t, first.Hash(), run(t, cfg, troubles()...).Hash())
}

func TestBothEnginesHaveOneHash(t *testing.T) {
	for seed := range uint64(30) {
		cfg := Config{Seed: seed, Jitter: time.Duration(seed%3) * 4 * time.Millisecond, Fragment: seed%2 == 0,
			CheckPayloads: seed%5 == 0}
		if seed%7 == 3 {
			cfg.MinLatency, cfg.MaxLatency = 5*time.Millisecond, 5*time.Millisecond // many events at one instant
		}
		oracle := run(t, cfg, troubles()...)
		for workers := 1; workers <= 3; workers++ {
			cfg.Engine, cfg.Workers = Windows, workers
			n := run(t, cfg, troubles()...)
			for i, addr := range n.Addrs() {
				require.Equal(t, oracle.History(addr), n.History(addr), "seed %d, workers %d, node %d", seed, workers,
					i)
			}
			require.Equal(t, oracle.Hash(), n.Hash())
			require.Equal(t, oracle.Stats(), n.Stats())
			require.Equal(t, oracle.Now(), n.Now())
		}
	}
}

func TestFaultsCountThatTheyFired(t *testing.T) {
	n := run(t, Config{Seed: 1}, troubles()...)
	for i, f := range troubles() {
		require.NotZero(t, n.Fired(i), "fault %d, %s", i, f.Kind)
	}
	require.Len(t, n.Stats().Fired, 11)
	t.Logf("%+v", n.Stats())
}

// TestTwinsShareAnIdentity: who dials it reaches always the same of the two, and some reach the other. It
// is the same on both engines.
func TestTwinsShareAnIdentity(t *testing.T) {
	var hashes []uint64
	for _, cfg := range []Config{{}, {Engine: Windows, Workers: 2}} {
		n, err := New(cfg)
		require.NoError(t, err)
		var reached [2]map[int]int
		for i := range 2 {
			reached[i] = map[int]int{}
			n.Node(addrOf(i), func(h network.Host) {
				_, err := h.Listen(addrOf(0),
					func(s network.Stream) { s.Deliver(sinkOf(func(b byte) { reached[i][int(b)]++ })) })
				require.NoError(t, err)
				if i == 1 {
					h.Dial(addrOf(2), func(s network.Stream, err error) { require.NoError(t, err) })
				}
			})
		}
		n.Twin(addrOf(0), addrOf(1))
		var came []network.Addr
		n.Node(addrOf(2), func(h network.Host) {
			_, err := h.Listen(addrOf(2), func(s network.Stream) { came = append(came, s.Remote()) })
			require.NoError(t, err)
		})
		for i := 3; i < 23; i++ {
			n.Node(addrOf(i), func(h network.Host) {
				for range 2 {
					h.Dial(addrOf(0), func(s network.Stream, err error) {
						require.NoError(t, err)
						require.Equal(t, addrOf(0), s.Remote())
						s.Write([]byte{byte(i)}, nil)
					})
				}
			})
		}
		n.Run(2 * time.Second)
		require.Equal(t, 20, len(reached[0])+len(reached[1]))
		require.NotEmpty(t, reached[0])
		require.NotEmpty(t, reached[1])
		require.Equal(t, []network.Addr{addrOf(0)}, came, "nobody can tell the second from the first")
		require.EqualValues(t, 1+2*len(reached[1]), n.Stats().Twins)
		hashes = append(hashes, n.Hash())
	}
	require.Equal(t, hashes[0], hashes[1])
}

// sinkOf is told of each byte.
type sinkOf func(b byte)

func (f sinkOf) Receive(piece []byte) {
	for _, b := range piece {
		f(b)
	}
}
func (sinkOf) Ended(error) {}
