package livepage

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// slow is a run of which a second takes cost.
type slow struct {
	now  time.Duration
	cost time.Duration
}

func (s *slow) Now() time.Duration { return s.now }

func (s *slow) Run(_ context.Context, until time.Duration) error {
	time.Sleep(time.Duration(float64(until-s.now) * s.cost.Seconds()))
	s.now = until
	return nil
}

// frames lets a pace carry a run along for so long.
func frames(t *testing.T, p *pace, r runner, d time.Duration) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		began := time.Now()
		require.NoError(t, p.frame(t.Context(), r))
		time.Sleep(frameEvery - time.Since(began))
	}
}

// A run that is fast enough goes at the speed that was asked for.
func TestPace_KeepsTime(t *testing.T) {
	for _, speed := range []float64{1, 60} {
		synctest.Test(t, func(t *testing.T) {
			r, p := &slow{cost: time.Millisecond}, &pace{speed: speed}
			frames(t, p, r, 20*time.Second)
			require.InDelta(t, 20*speed, r.now.Seconds(), 0.3*speed)
			require.False(t, p.behind)
			require.InDelta(t, speed, p.ratio, 0.05*speed)
		})
	}
}

// One that is too large for its speed goes as fast as it can, and the ratio is told.
func TestPace_TooLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := &slow{cost: 4 * time.Second}, &pace{speed: 1}
		frames(t, p, r, 20*time.Second)
		require.True(t, p.behind)
		require.InDelta(t, 0.25, p.ratio, 0.03)
		require.InDelta(t, 5, r.now.Seconds(), 0.5)
	})
}

// As fast as it goes is no speed, and no piece takes long: a click does not wait.
func TestPace_AsFastAsItGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := &slow{cost: 10 * time.Millisecond}, &pace{}
		for range 50 {
			began := time.Now()
			require.NoError(t, p.frame(t.Context(), r))
			require.LessOrEqual(t, time.Since(began), frameEvery+2*pieceFor)
		}
		require.False(t, p.behind)
		require.InDelta(t, 100, p.ratio, 2)
	})
}

// After a pause nothing is caught up with.
func TestPace_RestsWithoutCatchingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := &slow{cost: time.Millisecond}, &pace{speed: 1}
		frames(t, p, r, time.Second)
		before := r.now
		p.rest()
		time.Sleep(time.Hour)
		require.NoError(t, p.frame(t.Context(), r))
		require.LessOrEqual(t, r.now-before, 2*frameEvery)
	})
}
