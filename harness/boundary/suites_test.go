package boundary_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/boundary"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/harness/proof/needs"
	"strata/ledgers/electives"
	"strata/scenario"
	"strata/solutions"
)

// process is a process with the layers of a package of a kit, which lies in dir.
func process(t testing.TB, kit, dir, layers string) *boundary.Process {
	t.Helper()
	program := needs.Program(t, "apt-get install python3", "python3")
	p := boundary.NewProcess(boundary.Command{Args: []string{program, "-m", layers}, Dir: dir, Stderr: os.Stderr, Timeout: 2 * time.Minute})
	t.Cleanup(p.Close)
	return p
}

// The reference passes every check of every layer. `make kits` grades it with more seeds, and explores.
func TestPython_Reference_NeedsPython(t *testing.T) {
	kit, err := filepath.Abs("../../kits/python")
	require.NoError(t, err)
	reference(t, process(t, "python", kit, "reference"))
}

func reference(t *testing.T, p *boundary.Process) {
	for _, layer := range append(slices.Clone(steps.Layers), steps.Whole) {
		mine := []string{layer}
		if layer == steps.Whole {
			mine = steps.Layers
		}
		t.Run(layer, func(t *testing.T) {
			theirs := electives.Stack{Stack: boundary.Stack(p)}
			for _, s := range suites.Everything(lab.Mix(solutions.Electives(), theirs, mine...)) {
				if steps.LayerOf(s.Step) == layer && s.Explore.States == 0 && !s.Provided {
					passes(t, p, s)
				}
			}
		})
	}
}

// passes runs a scenario with two seeds.
func passes(t *testing.T, p *boundary.Process, s scenario.Scenario) {
	for seed := range uint64(2) {
		result := lab.Run(s, lab.Options{Seed: seed + 1})
		p.Reset()
		require.False(t, result.Failed(), "%s/%d: %v", s.Name, seed+1, result)
	}
}
