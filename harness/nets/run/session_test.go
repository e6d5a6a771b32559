package run

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/spec"
	"strata/ledgers/electives"
	"strata/solutions"
)

const stepped = `[run]
protocol = "chain"
blocks = 10
[network]
nodes = 6
topology = { kind = "complete" }
[miners]
count = 3
interval = "10s"
[churn]
share = 0.5
session = { law = "exponential", mean = "20s" }
gap = { law = "exponential", mean = "5s" }
`

func steppedJob(t *testing.T, text string) Job {
	f, err := spec.Read("x.toml", []byte(text))
	require.NoError(t, err)
	require.NoError(t, f.Check())
	return Job{Spec: f.Complete(), Seed: 4, Stacks: map[string]electives.Stack{"solutions": solutions.Electives()}}
}

// Step by step, and back and forth, a run is the run that Do does.
func TestSession_IsTheRun(t *testing.T) {
	job := steppedJob(t, stepped)
	const from, to = 40 * time.Second, 43 * time.Second
	whole := job
	whole.Until, whole.Workers = to, 1
	w, err := build(whole)
	require.NoError(t, err)
	require.NoError(t, w.protocol.run(t.Context()))

	s, err := NewSession(t.Context(), job, from, to)
	require.NoError(t, err)
	for len(s.Ready()) > 0 {
		require.NotEmpty(t, s.Ready()[0].Kind.String())
		s.Choose(0)
	}
	require.NoError(t, s.Failed())
	require.Greater(t, s.Done(), 10)
	require.Equal(t, w.net.Hash(), s.w.net.Hash())
	require.NoError(t, s.Back(t.Context(), 7))
	require.NotEqual(t, w.net.Hash(), s.w.net.Hash())
	for range 7 {
		s.Choose(0)
	}
	require.Empty(t, s.Ready())
	require.Equal(t, w.net.Hash(), s.w.net.Hash())

	require.NoError(t, s.Back(t.Context(), 1000))
	require.Zero(t, s.Done())
	for len(s.Ready()) == 1 {
		s.Choose(0)
	}
	s.Choose(len(s.Ready()) - 1)
	other, done := s.w.net.Hash(), s.Done()
	require.NoError(t, s.Back(t.Context(), 0))
	require.Equal(t, done, s.Done())
	require.Equal(t, other, s.w.net.Hash(), "the other choice is part of it")
}

func TestSession_SaysWhyThereAreNoSteps(t *testing.T) {
	_, err := NewSession(t.Context(), steppedJob(t, stepped+"[places]\n[[places.class]]\nshare = 1\nup = \"1 Mbit/s\"\n"), 0, time.Second)
	require.ErrorIs(t, err, ErrNoSteps)
	require.ErrorContains(t, err, "places.class")
}
