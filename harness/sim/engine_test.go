package sim

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"strata/network"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// explode is what panics in the tests of panics: its name must be in the stack.
func explode() { panic(network.NotWritten("test.1")) }

func TestAPanicOfANodeComesOutOfRun(t *testing.T) {
	for _, cfg := range []Config{{}, {Engine: Windows, Workers: 1}, {Engine: Windows, Workers: 3}} {
		// Many nodes, so that a window is shared by the workers, and several that panic in it.
		r := newRig(t, cfg, 400)
		for i := range 400 {
			r.at(ms, i, func() {})
			r.hosts[i] = nil
		}
		for _, i := range []int{390, 150, 300} {
			r.at(2*ms, i, explode)
		}
		value, stack := catch(func() { r.n.Run(time.Second) })
		if p, ok := value.(*PanicError); ok {
			require.Equal(t, 3, cfg.Workers)
			require.Equal(t, int32(150), p.node, "always the first of several")
			stack = string(p.Stack)
			require.ErrorContains(t, p, "explode")
			value = p.Value
			var step network.NotWritten
			require.True(t, errors.As(p, &step))
		}
		require.Equal(t, network.NotWritten("test.1"), value)
		require.Contains(t, stack, "sim.explode")
	}
	goleak.VerifyNone(t)
}

// catch runs f and returns what it panicked with, and the stack of that.
func catch(f func()) (value any, stack string) {
	defer func() {
		value = recover()
		buf := make([]byte, 1<<16)
		stack = string(buf[:runtime.Stack(buf, false)])
	}()
	f()
	return nil, ""
}

func TestNoGoroutineIsLeftAfterRun(t *testing.T) {
	run(t, Config{Engine: Windows, Workers: 4}, troubles()...)
	goleak.VerifyNone(t)
}

func TestTheOrderOfSendsToDifferentPeersIsNotSeen(t *testing.T) {
	hash := func(engine Engine, backwards bool) uint64 {
		cfg := steady() // so that everything happens at the same instants
		cfg.Engine = engine
		n, err := New(cfg)
		require.NoError(t, err)
		for i := range 20 {
			n.Node(addrOf(i), func(h network.Host) {
				var streams []network.Stream
				add := func(s network.Stream) {
					streams = append(streams, s)
					s.Deliver(&end{rig: &rig{n: n, t: t}})
				}
				_, err := h.Listen(addrOf(i), add)
				require.NoError(t, err)
				for k := range 20 {
					to := addrOf(k)
					if backwards {
						to = addrOf(19 - k)
					}
					h.Dial(to, func(s network.Stream, _ error) { add(s) })
				}
				h.Dial("nobody:1", func(network.Stream, error) {})
				h.After(time.Second, func() {
					for k := range streams {
						if backwards {
							k = len(streams) - 1 - k
						}
						streams[k].Write(nil, []byte("to all"))
					}
				})
			})
		}
		n.Run(2 * time.Second)
		return n.Hash()
	}
	want := hash(TotalOrder, false)
	require.Equal(t, want, hash(TotalOrder, true))
	require.Equal(t, want, hash(Windows, false))
	require.Equal(t, want, hash(Windows, true))
}

// Windows with few events in several shards, and such in which one shard has many and the others few, are run as the oracle
// runs them.
func TestEnginesAgree_FewEventsAndMany(t *testing.T) {
	const nodes = 3000
	hash := func(engine Engine, workers int) uint64 {
		cfg := steady()
		cfg.Engine, cfg.Workers = engine, workers
		r := newRig(t, cfg, nodes)
		for i := range nodes {
			spread := time.Duration(i) * 7 * time.Millisecond
			if i%10 == 0 || i < 100 {
				spread = 5 * time.Second // many at once
			}
			r.n.At(spread, addrOf(i), func() {
				r.hosts[i].After(time.Second, func() { r.hosts[i].Dial(addrOf((i+1)%nodes), func(network.Stream, error) {}) })
			})
		}
		r.n.Run(30 * time.Second)
		require.Greater(t, r.n.Stats().Deliveries, uint64(2*nodes))
		return r.n.Hash()
	}
	want := hash(TotalOrder, 1)
	for _, workers := range []int{1, 3} {
		require.Equal(t, want, hash(Windows, workers), "%d workers", workers)
	}
}

func TestTheHashSeesContentOrderAndTime(t *testing.T) {
	hash := func(at time.Duration, words ...string) uint64 {
		r := newRig(t, steady(), 2)
		a, _ := r.connect()
		r.at(at, 0, func() {
			for _, w := range words {
				a.stream.Write(nil, []byte(w))
			}
		})
		r.n.Run(3 * time.Second)
		return r.n.Hash()
	}
	seen := map[uint64]string{}
	for name, h := range map[string]uint64{
		"ab": hash(2*time.Second, "a", "b"), "ba": hash(2*time.Second, "b", "a"),
		"later": hash(2*time.Second+1, "a", "b"),
		"one":   hash(2*time.Second, "ab"), "more": hash(2*time.Second, "a", "b", "c"),
		"long":  hash(2*time.Second, strings.Repeat("a", 40)),
		"long2": hash(2*time.Second, strings.Repeat("a", 39)+"b"),
	} {
		require.Empty(t, seen[h], name)
		seen[h] = name
	}
	require.Equal(t, hash(2*time.Second, "a", "b"), hash(2*time.Second, "a", "b"))
}

func TestTheEnginesAllocateNothingForAnEvent(t *testing.T) {
	for _, cfg := range []Config{steady(), {Engine: Windows, Workers: 1, MinLatency: 10 * ms, MaxLatency: 10 * ms}} {
		r := newRig(t, cfg, 2)
		a, b := r.connect()
		a.stream.Deliver(&echo{s: a.stream})
		b.stream.Deliver(&echo{s: b.stream})
		host := r.hosts[0]
		var tick func()
		tick = func() { host.After(ms, tick) }
		message := []byte("to and fro")
		r.at(time.Second, 0, func() {
			tick()
			for range 100 {
				a.stream.Write(message, message)
			}
		})
		r.n.Run(3 * time.Second)
		before := r.n.Stats().Pieces
		allocs := testing.AllocsPerRun(20, func() { r.n.Run(r.n.Now() + time.Second) })
		events := float64(r.n.Stats().Pieces-before)/21 + 1000
		require.Greater(t, events, 10_000.0)
		require.Less(t, allocs/events, 0.005, cfg.Engine)
	}
}

// echo sends back what it gets: once for each two slices, so that their number stays the same.
type echo struct {
	s   network.Stream
	odd bool
}

func (e *echo) Receive(piece []byte) {
	if e.odd = !e.odd; !e.odd {
		e.s.Write(piece, piece)
	}
}

func (e *echo) Ended(error) {}

func TestAStreamEndIsSmall(t *testing.T) {
	const nodes = 4000
	cfg := Config{Engine: Windows, Workers: 1}
	n, err := New(cfg)
	require.NoError(t, err)
	ends := 0
	deaf := &echo{}
	for i, peers := range s1Peers(nodes) {
		n.Node(addrOf(i), func(h network.Host) {
			_, err := h.Listen(addrOf(i), func(s network.Stream) { ends++; s.Deliver(deaf) })
			require.NoError(t, err)
			for _, p := range peers {
				h.Dial(addrOf(int(p)), func(s network.Stream, _ error) { ends++; s.Deliver(deaf) })
			}
		})
	}
	before := heapInUse()
	n.Run(time.Second)
	require.Equal(t, 2*s1Dials*nodes, ends)
	bytes := float64(heapInUse()-before) / float64(ends)
	t.Logf("%.0f bytes a stream end, with its share of node and host", bytes)
	require.Less(t, bytes, 300.0)
	runtime.KeepAlive(n)
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
