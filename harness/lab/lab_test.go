package lab_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// counter is a stream's receiver that counts bytes.
type counter struct{ bytes int }

func (c *counter) Receive(piece []byte) { c.bytes += len(piece) }
func (c *counter) Ended(error)          {}

// talk has the first node dial the second and write once a second.
func talk(w scenario.World, c *counter) {
	a, b := w.Addr(0), w.Addr(1)
	w.Node(b, func(h network.Host) {
		_, err := h.Listen(b, func(s network.Stream) { s.Deliver(c) })
		scenario.Must(err)
	})
	w.Node(a, func(h network.Host) {
		h.Dial(b, func(s network.Stream, err error) {
			if err != nil {
				return
			}
			s.Deliver(&counter{})
			var again func()
			again = func() { s.Write([]byte("abc"), nil); h.After(100*time.Millisecond, again) }
			again()
		})
	})
}

func newScenario(setup func(scenario.World)) scenario.Scenario {
	return scenario.Scenario{Name: "lab/test", For: 2 * time.Second, Setup: setup}
}

func TestRun_LivenessIsPolledAndDue(t *testing.T) {
	r := lab.Run(newScenario(func(w scenario.World) {
		c := &counter{}
		talk(w, c)
		w.By(time.Second, scenario.Promise("NET-2", "peace"), func() error {
			if c.bytes != 3 { // true for a moment only
				return errors.New("expected 3 bytes")
			}
			return nil
		})
	}), lab.Options{Seed: 1})
	require.False(t, r.Failed(), r)

	r = lab.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.By(time.Second, scenario.Promise("NET-2", "peace"), func() error { return errors.New("expected peace on earth") })
	}), lab.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, time.Second, r.Failure.At)
	require.Equal(t, "NET-2", r.Failure.Rule)
	require.Contains(t, r.Failure.Text, "expected peace on earth")
}

func TestRun_SafetyIsCheckedAfterEveryEvent(t *testing.T) {
	r := lab.Run(newScenario(func(w scenario.World) {
		c := &counter{}
		talk(w, c)
		w.Always(scenario.Promise("NET-8", "peace"), func() error {
			if c.bytes > 6 {
				return errors.New("expected 6 bytes at most")
			}
			return nil
		})
	}), lab.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, "NET-8", r.Failure.Rule)
	require.Less(t, r.Failure.At, time.Second)
}

func TestRun_PanicsAreResults(t *testing.T) {
	r := lab.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) { panic(network.NotWritten("gossip.2")) })
	}), lab.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, lab.Unwritten, r.Failure.Ending)
	require.Equal(t, "gossip.2", r.Failure.Step)
	require.Equal(t, "step gossip.2 is not written yet", r.Failure.Text)
	require.NotEmpty(t, r.Failure.Stack)
}

func TestRun_WithoutEndIsAFailure(t *testing.T) {
	r := lab.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(h network.Host) {
			var again func()
			again = func() { h.After(time.Nanosecond, again) }
			again()
		})
	}), lab.Options{Seed: 1, MaxEvents: 1000})
	require.True(t, r.Failed())
	require.Equal(t, lab.Restless, r.Failure.Ending)
}

func TestRun_WorkAndFail(t *testing.T) {
	var done []string
	s := newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.At(time.Second, w.Addr(0), "say it", func() { w.Fail(scenario.Promise("GSP-1", "peace"), "expected %d, got %d", 1, 2) })
		w.At(time.Second*3/2, w.Addr(0), "never", func() {})
	})
	r := lab.Run(s, lab.Options{Seed: 1, Trace: func(e sim.TraceEvent) {
		if e.Kind == sim.TraceWork {
			done = append(done, e.Text)
		}
	}})
	require.Equal(t, "expected 1, got 2", r.Failure.Text)
	require.Equal(t, time.Second, r.Failure.At)
	require.Equal(t, []string{"say it"}, done)
}

func TestRun_SameSeedSameHash(t *testing.T) {
	s := newScenario(func(w scenario.World) { talk(w, &counter{}) })
	s.Faults = scenario.Faults{Fragment: true, Jitter: 30 * time.Millisecond, Resets: 2, Crashes: 1, Until: time.Second}
	first := lab.Run(s, lab.Options{Seed: 7})
	require.False(t, first.Failed(), first)
	require.NotZero(t, first.Hash)
	for range 3 {
		require.Equal(t, first.Hash, lab.Run(s, lab.Options{Seed: 7}).Hash)
	}
	require.Equal(t, first.Hash, lab.Run(s, lab.Options{Seed: 7, Engine: sim.Windows, Workers: 1}).Hash)
	require.NotEqual(t, first.Hash, lab.Run(s, lab.Options{Seed: 8}).Hash)
}

func TestFrame(t *testing.T) {
	stack := "goroutine 1 [running]:\n" +
		"panic({0x1, 0x2})\n\t/usr/lib/go/src/runtime/panic.go:770 +0x132\n" +
		"strata/solutions/p2p.(*layer).Send(0x1)\n\tstrata/solutions/p2p/p2p.go:9 +0x1\n" +
		"strata/exercises/gossip.(*layer).Broadcast(0x1)\n\t/tmp/x/exercises/gossip/gossip.go:88 +0x25\n"
	require.Equal(t, "exercises/gossip/gossip.go:88", lab.Frame(stack))
	require.Equal(t, "", lab.Frame("goroutine 1 [running]:\n"))
}
