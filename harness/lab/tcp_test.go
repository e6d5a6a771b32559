package lab_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/harness/lab"
	"strata/network"
	"strata/scenario"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRunTCP_RunsInRealTime(t *testing.T) {
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
	r := lab.RunTCP(s, lab.TCPOptions{Seed: 1})
	require.False(t, r.Failed(), r)
}

func TestRunTCP_FailuresAndPanicsAreResults(t *testing.T) {
	r := lab.RunTCP(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) { panic(network.NotWritten("gossip.2")) })
	}), lab.TCPOptions{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, "gossip.2", r.Failure.Step)

	r = lab.RunTCP(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.At(10*time.Millisecond, w.Addr(0), "fail", func() { w.Fail(scenario.Promise("NET-1", "peace"), "expected %d", 1) })
		w.By(time.Second, scenario.Promise("NET-2", "peace"), func() error { return errors.New("never") })
	}), lab.TCPOptions{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, "NET-1", r.Failure.Rule)

	r = lab.RunTCP(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.By(50*time.Millisecond, scenario.Promise("NET-2", "peace"), func() error { return errors.New("never") })
	}), lab.TCPOptions{Seed: 1})
	require.Equal(t, "NET-2", r.Failure.Rule)
}
