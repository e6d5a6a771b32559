package boundary_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/boundary"
	"strata/harness/course/kits"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/harness/proof/needs"
	"strata/scenario"
	"strata/solutions"
)

// ofKits runs a test for each kit, which lies in dir. `make kits` runs them, and nobody else.
func ofKits(t *testing.T, test func(t *testing.T, kit kits.Kit, dir string)) {
	needs.Target(t, "kits")
	for _, kit := range kits.All {
		t.Run(kit.Name, func(t *testing.T) {
			needs.Program(t, "install "+kit.Wants, kit.Program)
			dir, err := filepath.Abs(filepath.Join("../../kits", kit.Name))
			require.NoError(t, err)
			test(t, kit, dir)
		})
	}
}

// copied is a copy of a kit that may be changed.
func copied(t *testing.T, kit string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(kit)))
	return dir
}

// process is a process with the reference of a kit, which lies in dir.
func process(t testing.TB, kit kits.Kit, dir string) *boundary.Process {
	t.Helper()
	p := boundary.NewProcess(boundary.Command{Args: kit.Command("reference"), Dir: dir, Stderr: os.Stderr, Timeout: 2 * time.Minute})
	t.Cleanup(p.Close)
	return p
}

// The references pass every check of every layer. `make kits` grades them with more seeds, and explores.
func TestKits_Reference(t *testing.T) {
	ofKits(t, func(t *testing.T, kit kits.Kit, dir string) { reference(t, process(t, kit, dir)) })
}

// What a layer throws is told with the file and the line that threw it.
func TestKits_FailuresNameTheLine(t *testing.T) {
	thrown := map[string]string{"python": "        raise KeyError(3)\n", "typescript": "    throw new RangeError(\"3\");\n"}
	ofKits(t, func(t *testing.T, kit kits.Kit, dir string) {
		dir = copied(t, dir)
		found, err := filepath.Glob(filepath.Join(dir, "reference", "gossip.*"))
		require.NoError(t, err)
		require.Len(t, found, 1)
		text, err := os.ReadFile(found[0])
		require.NoError(t, err)
		before, after, is := strings.Cut(string(text), "strata:begin gossip.1\n")
		require.True(t, is)
		before += "strata:begin gossip.1\n"
		require.NoError(t, os.WriteFile(found[0], []byte(before+thrown[kit.Name]+after), 0o600))
		p := process(t, kit, dir)
		theirs := boundary.Stack(p)
		failure := first(p, suites.Everything(lab.Mix(solutions.Electives(), theirs, "gossip")), "gossip.1")
		require.NotNil(t, failure)
		require.Regexp(t, `(KeyError|RangeError): 3`, failure.Text)
		line := 1 + strings.Count(before, "\n")
		require.Equal(t, fmt.Sprintf("reference/%s:%d", filepath.Base(found[0]), line), failure.Frame)
	})
}

func reference(t *testing.T, p *boundary.Process) {
	for _, layer := range append(slices.Clone(steps.Layers), steps.Whole) {
		mine := []string{layer}
		if layer == steps.Whole {
			mine = steps.Layers
		}
		t.Run(layer, func(t *testing.T) {
			theirs := boundary.Stack(p)
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
