package lab_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/harness/lab/loopback"
	"strata/network"
	"strata/scenario"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRunReal_RunsInRealTime(t *testing.T) {
	s := newScenario(func(w scenario.World) {
		c := &counter{}
		talk(w, c)
		w.By(time.Second, scenario.Promise("NET-2", "peace"), func() error {
			if c.bytes < 6 {
				return errors.New("expected 6 bytes")
			}
			return nil
		})
	})
	s.For = time.Second
	r := loopback.Run(s, loopback.Options{Seed: 1})
	require.False(t, r.Failed(), r)
}

func TestRunReal_FailuresAndPanicsAreResults(t *testing.T) {
	r := loopback.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) { panic(network.NotWritten("gossip.2")) })
	}), loopback.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, "gossip.2", r.Failure.Step)

	r = loopback.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.At(10*time.Millisecond, w.Addr(0), "fail", func() { w.Fail(scenario.Promise("NET-1", "peace"), "expected %d", 1) })
		w.By(time.Second, scenario.Promise("NET-2", "peace"), func() error { return errors.New("never") })
	}), loopback.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, "NET-1", r.Failure.Rule)

	r = loopback.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.By(50*time.Millisecond, scenario.Promise("NET-2", "peace"), func() error { return errors.New("never") })
	}), loopback.Options{Seed: 1})
	require.Equal(t, "NET-2", r.Failure.Rule)
}
