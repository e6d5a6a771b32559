package glass

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/boundary"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/solutions"
)

// asNew says that a room's memory is what a fresh room has, and zero above.
func asNew(e *Engine, r *room) bool {
	fresh := e.fresh
	if fresh == nil {
		fresh = e.hot.fresh
	}
	all, _ := r.memory.Read(0, r.memory.Size())
	return bytes.Equal(all[:len(fresh)], fresh) && len(bytes.TrimLeft(all[len(fresh):], "\x00")) == 0
}

// After a run no byte of any room differs from what a fresh room has, in whichever way rooms are put back, and however often.
func TestEngine_PutsBackWhatRunsWrite(t *testing.T) {
	module, err := built()
	require.NoError(t, err)
	for name, opt := range map[string]Options{"as it is": {}, "by guesses": {Guesses: true}, "by copies": {Copies: true}} {
		t.Run(name, func(t *testing.T) {
			opt.Cache = cache()
			e, err := New(module, opt)
			require.NoError(t, err)
			defer e.Close()
			over, rooms := boundary.Stack(e), 0
			for _, s := range suites.Everything(lab.Mix(solutions.Electives(), over, steps.Layers...)) {
				if steps.LayerOf(s.Step) != steps.Whole || s.Explore.States > 0 || s.Provided {
					continue
				}
				for seed := range uint64(2) {
					require.False(t, lab.Run(s, lab.Options{Seed: seed + 1}).Failed(), s.Name)
					e.Reset()
					for _, r := range e.free {
						rooms++
						require.True(t, asNew(e, r), "%s, seed %d", s.Name, seed+1)
					}
				}
			}
			require.Greater(t, rooms, 10*often)
		})
	}
}
