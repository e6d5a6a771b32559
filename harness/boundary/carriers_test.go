package boundary

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/solutions"
)

// Runs are the same, to the last event, whether the layers are in place or behind the boundary. Of the electives, whose runs
// are long, each form takes every sixth; behind glass all are compared.
func TestServe_SameRuns(t *testing.T) {
	for turn, form := range []string{"", "cbor"} {
		p := self(t, "solutions"+form)
		for _, layer := range append(slices.Clone(steps.Sealed), steps.Whole) {
			mine := []string{layer}
			if layer == steps.Whole {
				mine = steps.Layers
			}
			t.Run(layer+form, func(t *testing.T) {
				theirs := Stack(p)
				there := suites.Everything(lab.Mix(solutions.Electives(), theirs, mine...))
				for i, here := range suites.Everything(solutions.Electives()) {
					if steps.LayerOf(here.Step) != layer || here.Explore.States > 0 || here.Provided {
						continue
					}
					if slices.Contains(steps.Electives, layer) && i%6 != turn {
						continue
					}
					want := lab.Run(here, lab.Options{Seed: 1})
					got := lab.Run(there[i], lab.Options{Seed: 1})
					p.Reset()
					require.False(t, got.Failed(), "%s: %v", here.Name, got.Failure)
					require.Equal(t, want.Hash, got.Hash, here.Name)
				}
			})
		}
	}
}
