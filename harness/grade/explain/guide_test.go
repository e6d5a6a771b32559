package explain

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/explain/witness"
	"strata/harness/grade/handin"
	"strata/harness/lab"
	"strata/harness/trace"
	"strata/scenario"
)

// A page about a failure is given the place with the lines around it, the hints from a question to pseudo-code, and
// commands that can be typed as they are.
func TestGuide_LeadsOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gossip")
	require.NoError(t, os.Mkdir(dir, 0o700))
	file := filepath.Join(dir, "gossip.go")
	require.NoError(t, os.WriteFile(file, []byte("package gossip\n\nfunc sweep() {\n\tforget()\n}\n\nfunc forget() {}\n"), 0o600))
	step, ok := steps.Find("gossip.3")
	require.True(t, ok)
	e := &Explainer{Sub: &handin.Submission{Dir: filepath.Dir(dir), Layers: []*handin.Layer{{Name: "gossip", Dir: dir, Check: checked(t, dir)}}},
		Command: func(scenario string, seed uint64) string {
			return fmt.Sprintf("strata replay %s/%d --dir mine", scenario, seed)
		}}
	c := &Case{Scenario: scenario.Scenario{Name: "gossip/forget"}, Step: step,
		Result: lab.Result{Seed: 3, Failure: &lab.Failure{Ending: lab.Broke, Rule: "GSP-8", Frame: "exercises/gossip/gossip.go:4"}}}
	g := e.guide(c)
	require.Equal(t, "gossip.3", g.Step)
	require.Equal(t, file+":4", g.Where)
	require.Equal(t, "     1  package gossip\n     2  \n     3  func sweep() {\n>    4  \tforget()\n     5  }\n     6  \n     7  func forget() {}\n", g.Code)
	require.Len(t, g.Hints, 4, "the question about the rule, and the three of the step")
	require.Equal(t, step.Hints[:], g.Hints[1:])
	require.Equal(t, []string{"strata replay gossip/forget/3 --dir mine", "strata replay gossip/forget/3 --dir mine --shrink",
		"strata replay gossip/forget/3 --dir mine --why", "strata debug gossip/forget/3 --dir mine", "strata hint gossip.3"}, g.Commands)
	require.Empty(t, g.Asked)
	c.Seen.Case = &witness.Case{Given: []string{"after block 0: A has 5"}, Call: "Execute: A pays B 9", Yours: "valid", Ours: "refused"}
	require.Equal(t, []trace.Asked{{Name: "given", Text: "after block 0: A has 5"}, {Name: "call", Text: "Execute: A pays B 9"},
		{Name: "yours", Text: "valid"}, {Name: "ours", Text: "refused"}}, e.guide(c).Asked)
	for _, nowhere := range []string{"", "elsewhere/gossip.go:4", file, file + ":x"} {
		require.Empty(t, e.excerpt(nowhere), nowhere)
	}
}
