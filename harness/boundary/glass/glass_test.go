package glass

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/boundary"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/grade/toolchain"
	"strata/harness/lab"
	"strata/solutions"
)

// built is a module of testdata, which is built once.
var built = sync.OnceValues(func() ([]byte, error) { return build("layers") })

func build(name string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "glass-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "layers.wasm")
	args := append([]string{"build", "-buildmode=c-shared", "-ldflags=-s -w", "-o", file}, toolchain.Flags()...)
	cmd := exec.Command("go", append(args, "./testdata/"+name)...)
	cmd.Env = append(toolchain.Env(), "GOOS=wasip1", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// cache is where all tests keep what is compiled.
var cache = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "glass-cache-")
	if err != nil {
		panic(err)
	}
	return dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(cache())
	os.Exit(code)
}

func engine(t testing.TB) *Engine {
	t.Helper()
	module, err := built()
	require.NoError(t, err)
	e, err := New(module, Options{Printed: os.Stderr, Cache: cache()})
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

// Runs are the same, to the last event, in place and behind glass: two seeds, and one of an elective's long runs.
func TestEngine_SameRuns(t *testing.T) {
	e := engine(t)
	for _, layer := range append(slices.Clone(steps.Sealed), steps.Whole) {
		mine, seeds := []string{layer}, uint64(2)
		switch {
		case layer == steps.Whole:
			mine = steps.Layers
		case slices.Contains(steps.Electives, layer):
			seeds = 1
		}
		t.Run(layer, func(t *testing.T) {
			there := suites.Everything(lab.Mix(solutions.Electives(), boundary.Stack(e), mine...))
			for i, here := range suites.Everything(solutions.Electives()) {
				if steps.LayerOf(here.Step) != layer || here.Explore.States > 0 || here.Provided {
					continue
				}
				for seed := range seeds {
					want := lab.Run(here, lab.Options{Seed: seed + 1})
					got := lab.Run(there[i], lab.Options{Seed: seed + 1})
					e.Reset()
					require.False(t, got.Failed(), "%s: %v", here.Name, got.Failure)
					require.Equal(t, want.Hash, got.Hash, here.Name)
				}
			}
		})
	}
}

// Nothing writes to what the compiler has laid down: where memory is not protected, it is as it was after runs of all layers.
func TestEngine_FixedIsNeverWritten(t *testing.T) {
	module, err := built()
	require.NoError(t, err)
	e, err := New(module, Options{Cache: cache(), Copies: true})
	require.NoError(t, err)
	defer e.Close()
	require.Greater(t, e.fixed.to-e.fixed.from, 1<<20)
	over := boundary.Stack(e)
	for _, s := range suites.Everything(lab.Mix(solutions.Electives(), over, steps.Layers...)) {
		if steps.LayerOf(s.Step) != steps.Whole || s.Explore.States > 0 || s.Provided {
			continue
		}
		require.False(t, lab.Run(s, lab.Options{Seed: 1}).Failed(), s.Name)
		require.NotEmpty(t, e.used)
		for _, one := range e.used {
			all := one.room.pages.(*copied).all
			require.True(t, bytes.Equal(e.fresh[e.fixed.from:e.fixed.to], all[e.fixed.from:e.fixed.to]), s.Name)
		}
		e.Reset()
	}
}
