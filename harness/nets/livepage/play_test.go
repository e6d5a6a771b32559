package livepage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/nets"
	"strata/harness/nets/livepage"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
)

// played is the network to play with, after its first minute.
func played(t *testing.T) *run.Live {
	t.Helper()
	e, err := nets.OpenText("play.toml", livepage.Play, nil, false)
	require.NoError(t, err)
	l, err := run.NewLive(t.Context(), run.Job{Spec: e.Points.At(0).Spec, Seed: 1, Stacks: stacks(), Workers: 2})
	require.NoError(t, err)
	require.NoError(t, l.Run(t.Context(), time.Minute))
	return l
}

// half is the half of the world that the book cuts off.
var half = []string{"europe", "north_america", "japan"}

// What the book says one should see: two halves go their own ways, and in the end one gives up its blocks.
func TestPlay_CutAContinentOff(t *testing.T) {
	l := played(t)
	n, err := l.Strike(t.Context(), spec.Fault{Kind: "partition", Regions: half})
	require.NoError(t, err)
	require.NoError(t, l.Run(t.Context(), 4*time.Minute))
	require.Zero(t, l.Scene().Reorgs)
	require.Greater(t, len(l.Scene().Tips), 1)
	require.NoError(t, l.Lift(n))
	require.NoError(t, l.Run(t.Context(), l.Now()+40*time.Second))
	s := l.Scene()
	require.Len(t, s.Tips, 1)
	require.GreaterOrEqual(t, s.Deepest, uint64(2))
	require.GreaterOrEqual(t, s.Stale, 2)
}

// With 51 % blocks are kept back, and the whole network has to take its own back, again and again.
func TestPlay_FiftyOnePercent(t *testing.T) {
	l := played(t)
	_, err := l.Raid(spec.Attack{Kind: "double-spend", Share: .51, Confirmations: 2})
	require.NoError(t, err)
	secrets := 0
	for range 60 {
		require.NoError(t, l.Run(t.Context(), l.Now()+10*time.Second))
		secrets = max(secrets, l.Scene().Secret)
	}
	require.GreaterOrEqual(t, secrets, 2)
	require.GreaterOrEqual(t, l.Scene().Reorgs, uint64(100), "of all sixty, more than once")
}

// Slow links leave who finds what and when as it was, and more blocks are found in vain.
func TestPlay_SlowOcean(t *testing.T) {
	with, without := played(t), played(t)
	delay := spec.Fault{Kind: "delay", Regions: half, By: spec.Duration{Duration: 2 * time.Second}, For: spec.Duration{Duration: 30 * time.Minute}}
	_, err := with.Strike(t.Context(), delay)
	require.NoError(t, err)
	for _, l := range []*run.Live{with, without} {
		require.NoError(t, l.Run(t.Context(), 31*time.Minute))
	}
	require.Equal(t, without.Scene().Found, with.Scene().Found)
	require.GreaterOrEqual(t, with.Scene().Stale, 2*without.Scene().Stale)
}
