package sim

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"strata/network"

	"github.com/stretchr/testify/require"
)

func TestAfterZeroRunsRightAfterTheCallback(t *testing.T) {
	r := newRig(t, steady(), 1)
	var got []string
	note := func(s string) func() { return func() { got = append(got, s) } }
	r.at(time.Second, 0, func() {
		h := r.hosts[0]
		h.After(1, note("a nanosecond later"))
		h.After(0, func() {
			note("first")()
			h.After(0, note("third"))
		})
		h.After(-time.Second, note("second"))
		h.Cancel(h.After(0, note("cancelled")))
		note("callback")()
	})
	r.at(time.Second, 0, note("next event"))
	r.n.Run(2 * time.Second)
	require.Equal(t, []string{"callback", "first", "second", "third", "next event", "a nanosecond later"}, got)
}

func TestTimersRunOnceInOrderUnlessCancelled(t *testing.T) {
	r := newRig(t, steady(), 1)
	var got []int
	r.at(0, 0, func() {
		h := r.hosts[0]
		for i := range 10 {
			h.After(time.Duration(10-i/2)*ms, func() { got = append(got, i) })
		}
		gone := h.After(7*ms, func() { got = append(got, -1) })
		h.After(6*ms, func() {
			h.Cancel(gone)
			h.Cancel(gone)
			h.Cancel(0)
			next := h.After(ms/2, func() { got = append(got, 100) }) // takes the place of the cancelled one
			require.NotEqual(t, gone, next)
			h.Cancel(gone)
		})
		h.After(math.MaxInt64, func() { got = append(got, -2) })
		require.Equal(t, 13, r.n.Usage(addrOf(0)).Timers)
	})
	r.n.Run(time.Hour)
	require.Equal(t, []int{8, 9, 100, 6, 7, 4, 5, 2, 3, 0, 1}, got)
	require.Equal(t, 1, r.n.Usage(addrOf(0)).Timers)
}

func TestEachHostHasItsOwnRandomness(t *testing.T) {
	draw := func(seed uint64, nodes int) []uint64 {
		r := newRig(t, Config{Seed: seed}, nodes)
		var got []uint64
		r.n.Run(0)
		for _, h := range r.hosts {
			got = append(got, h.Rand().Uint64(), h.Rand().Uint64())
		}
		return got
	}
	two, three := draw(1, 2), draw(1, 3)
	require.Equal(t, two, three[:4], "another node more changes nothing")
	require.NotEqual(t, two, draw(2, 2))
	require.NotEqual(t, two[:2], two[2:])
}

func TestOffloadWorksInPlaceAndIsDoneAfterwards(t *testing.T) {
	r := newRig(t, steady(), 1)
	var got []string
	r.at(0, 0, func() {
		r.hosts[0].Offload(func() { got = append(got, "work") }, func() { got = append(got, "done") })
		got = append(got, "callback")
	})
	r.n.Run(0)
	require.Equal(t, []string{"work", "callback", "done"}, got)
}

func TestLogsCarryNodeAndVirtualTime(t *testing.T) {
	var out bytes.Buffer
	cfg := steady()
	cfg.Log = slog.NewTextHandler(&out, nil)
	r := newRig(t, cfg, 1)
	r.at(90*time.Second, 0, func() {
		r.hosts[0].Log().With("layer", "test").WithGroup("g").Info("hello", "k", 1)
		require.Equal(t, epoch.Add(90*time.Second), r.hosts[0].Now())
	})
	r.n.Run(time.Hour)
	require.Equal(t, "time=2000-01-01T00:01:30.000Z level=INFO msg=hello node=n0:1 layer=test g.k=1\n", out.String())

	quiet := newRig(t, steady(), 1)
	quiet.n.Run(0)
	require.False(t, quiet.hosts[0].Log().Enabled(context.Background(), slog.LevelError))
}

func TestRunGoesOnWhereItStopped(t *testing.T) {
	for _, engine := range []Engine{TotalOrder, Windows} {
		cfg := Config{Seed: 2, Jitter: 3 * ms, Fragment: true, Engine: engine, Workers: 2}
		whole, _ := flood(t, cfg, 20, 20, troubles()...)
		whole.Run(4 * time.Second)
		parts, _ := flood(t, cfg, 20, 20, troubles()...)
		for at := time.Duration(0); at < 4*time.Second; at += 7777 * time.Microsecond {
			parts.Run(at)
			require.Equal(t, at, parts.Now())
		}
		parts.Run(4 * time.Second)
		require.Equal(t, whole.Hash(), parts.Hash(), engine)
		require.Equal(t, whole.Stats(), parts.Stats(), engine)
	}
}

func TestWorkCanBeAddedBetweenRuns(t *testing.T) {
	for _, engine := range []Engine{TotalOrder, Windows} {
		r := newRig(t, Config{Engine: engine}, 1)
		var ran []time.Duration
		r.at(time.Hour, 0, func() {})
		r.n.Run(time.Second)
		note := func() { ran = append(ran, r.hosts[0].Now().Sub(epoch)) }
		r.at(2*time.Second, 0, note)
		r.at(ms, 0, note) // past: now
		r.n.Run(time.Second)
		r.n.Run(3 * time.Second)
		require.Equal(t, []time.Duration{time.Second, 2 * time.Second}, ran)
	}
}

func TestHaltAndAfterEvent(t *testing.T) {
	events := 0
	cfg := steady()
	var n *Net
	cfg.AfterEvent = func() {
		if events++; n.Now() == 20*ms {
			n.Halt()
		}
	}
	r := newRig(t, cfg, 1)
	n = r.n
	for i := range 10 {
		r.at(time.Duration(i)*10*ms, 0, func() {})
	}
	n.Run(time.Second)
	require.Equal(t, 4, events, "the boot and three work items")
	require.Equal(t, 20*ms, n.Now())
	n.Run(time.Second)
	require.Equal(t, 11, events)
	require.Equal(t, time.Second, n.Now())
}

func TestHaltEndsTheWindow(t *testing.T) {
	r := newRig(t, Config{Engine: Windows, Workers: 2}, 1)
	later := false
	r.at(ms, 0, func() { r.n.Halt() })
	r.at(time.Second, 0, func() { later = true })
	r.n.Run(2 * time.Second)
	require.False(t, later)
	r.n.Run(2 * time.Second)
	require.True(t, later)
}

func TestTraceTellsWhatHappens(t *testing.T) {
	var lines []string
	cfg := steady()
	cfg.Trace = func(e TraceEvent) { lines = append(lines, e.String()) }
	r := newRig(t, cfg, 2)
	var d *attempt
	r.at(ms, 0, func() { d = r.dial(0, addrOf(1)) })
	r.at(50*ms, 0, func() {
		d.stream.Write([]byte("a"), []byte("bc"))
		d.stream.Close()
		r.hosts[0].After(ms, func() {})
	})
	r.n.Run(time.Second)
	require.Equal(t, `0s n0:1 boot
0s n1:1 boot
1ms n0:1 work
1ms n0:1 dial -> n1:1 #1 0 bytes
11ms n1:1 accept <- n0:1 #1 0 bytes
21ms n0:1 connect -> n1:1 #1 0 bytes
50ms n0:1 work
50ms n0:1 write -> n1:1 #1 3 bytes
50ms n0:1 close -> n1:1 #1 0 bytes
50ms n0:1 set
51ms n0:1 timer
60ms n1:1 receive <- n0:1 #1 3 bytes
60.000001ms n1:1 end <- n0:1 #1 0 bytes`, strings.Join(lines, "\n"))
}

func TestNewReportsEveryFaultOfTheConfig(t *testing.T) {
	_, err := New(Config{Engine: Windows, Workers: -1, MinLatency: 2, MaxLatency: 1, Jitter: -1,
		AfterEvent: func() {}, Trace: func(TraceEvent) {}})
	require.Error(t, err)
	for _, want := range []string{"Workers is -1", "MaxLatency is 1ns", "Jitter is -1ns", "AfterEvent needs",
		"Trace needs"} {
		require.ErrorContains(t, err, want)
	}
	_, err = New(Config{Engine: 7, MaxLatency: time.Second})
	require.ErrorContains(t, err, "Engine is 7")
	require.ErrorContains(t, err, "MinLatency is 0s")
}

func TestMisuseOfANetPanics(t *testing.T) {
	r := newRig(t, Config{Engine: Windows, Workers: 1}, 1)
	boot := func(network.Host) {}
	require.PanicsWithValue(t, "sim: two nodes at n0:1", func() { r.n.Node(addrOf(0), boot) })
	require.PanicsWithValue(t, "sim: At for n5:1: no such node", func() { r.at(0, 5, nil) })
	r.at(0, 0, func() { r.at(0, 0, nil) })
	require.PanicsWithValue(t, "sim: At during Run under Windows", func() { r.n.Run(0) })
	require.PanicsWithValue(t, "sim: Node after Run", func() { r.n.Node(addrOf(1), boot) })
	require.PanicsWithValue(t, "sim: Inject after Run", func() { r.n.Inject() })
}
