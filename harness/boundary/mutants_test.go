package boundary_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/boundary"
	"strata/harness/course/kits"
	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/harness/proof/mutants"
	"strata/scenario"
	"strata/solutions"
)

// mutantSeeds is enough for each wrong solution to fail.
const mutantSeeds = 10

// The wrong solutions of the kits fail first by the rule that they break.
func TestKits_Mutants(t *testing.T) {
	ofKits(t, func(t *testing.T, kit kits.Kit, from string) {
		all, err := mutants.LoadKit(os.DirFS(filepath.Join("..", "..")), kit.Name)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(all), 30)
		for _, m := range all {
			t.Run(m.Name, func(t *testing.T) {
				dir := copied(t, from)
				require.NoError(t, m.ApplyIn(filepath.Join(dir, "reference")))
				p := process(t, kit, dir)
				theirs := boundary.Stack(p)
				failure := first(p, suites.Everything(lab.Mix(solutions.Electives(), theirs, m.Layer)), m.Step)
				require.NotNil(t, failure, "it passes %s", m.Step)
				require.Equal(t, m.Rule, failure.Rule, "%v", failure)
			})
		}
	})
}

// first is the failure of the first scenario of a step that fails, in the order in which they are graded; nil: none does.
func first(p *boundary.Process, all []scenario.Scenario, step string) *lab.Failure {
	for _, s := range all {
		if s.Step != step || s.Explore.States > 0 {
			continue
		}
		for seed := range uint64(mutantSeeds) {
			result := lab.Run(s, lab.Options{Seed: seed + 1})
			p.Reset()
			if result.Failed() {
				return result.Failure
			}
		}
	}
	return nil
}
