package sim

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Timers of every length, set at any time, run when they are due and in order, with the wheels as with the heap.
func TestWheels_TimersOfEveryLength(t *testing.T) {
	const nodes, perNode, until = 40, 60, 300 * time.Hour
	fired := func(engine Engine, workers int) (hash uint64, all [][]time.Duration) {
		cfg := steady()
		cfg.Engine, cfg.Workers, cfg.Seed = engine, workers, 5
		all = make([][]time.Duration, nodes)
		r := newRig(t, cfg, nodes)
		for i := range nodes {
			draw := rand.New(rand.NewPCG(7, uint64(i)))
			r.n.At(time.Duration(draw.Int64N(int64(time.Hour))), addrOf(i), func() {
				h := r.hosts[i]
				for range perNode {
					// From a fraction of a window to beyond the last wheel's turn.
					after := time.Duration(1) << draw.IntN(50)
					after += time.Duration(draw.Int64N(int64(after)))
					due := h.Now().Add(after)
					h.After(after, func() {
						all[i] = append(all[i], h.Now().Sub(epoch))
						require.Equal(t, due, h.Now())
					})
				}
			})
		}
		for at := time.Duration(0); at < until; at += 7*time.Hour + 13*time.Millisecond {
			r.n.Run(at)
		}
		r.n.Run(until)
		return r.n.Hash(), all
	}
	hash, want := fired(TotalOrder, 1)
	require.NotEmpty(t, want[0])
	for _, workers := range []int{1, 3} {
		same, got := fired(Windows, workers)
		require.Equal(t, want, got, "%d workers", workers)
		require.Equal(t, hash, same)
	}
}

// The slot of a window is never before the one under way nor so far ahead that it meets itself, and it begins no later than
// the window.
func TestWheels_SlotsHoldTheirWindows(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		current := draw.Int64N(1 << (10 + draw.IntN(30)))
		window := current + horizon + draw.Int64N(1<<(1+draw.IntN(40)))
		wheel, slot := slotOf(window, current)
		width := horizonBits * (wheel + 1)
		ahead := slot - current>>width
		what := fmt.Sprintf("window %d seen from %d: wheel %d, slot %d", window, current, wheel, slot)
		require.LessOrEqual(t, slot<<width, window, what)
		require.Less(t, ahead, int64(horizon), what)
		require.Positive(t, ahead, what)
	}
}
