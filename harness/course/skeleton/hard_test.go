package skeleton

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/toolchain"
)

// A bare skeleton has the constructors and methods of the contract, each unwritten, and nothing of our
// design.
func TestHard_LeavesTheDesign(t *testing.T) {
	files, err := Generate(root, Hard)
	require.NoError(t, err)
	require.Len(t, files, len(steps.Written))
	for name, text := range files {
		if name == "exercises/echo/echo.go" {
			continue // there is nothing to write in it
		}
		code := string(text)
		require.Contains(t, code, "HARD=1", name)
		require.NotContains(t, code, "strata:", name)
		require.Equal(t, strings.Count(code, "\nfunc "), strings.Count(code, "panic(network.NotWritten("), name)
		for line := range strings.Lines(code) {
			if method, ok := strings.CutPrefix(line, "func ("); ok {
				_, method, _ = strings.Cut(method, ") ")
				require.True(t, method[0] >= 'A' && method[0] <= 'Z', "%s: %s", name, line)
			}
			if strings.HasPrefix(line, "type ") {
				require.True(t, strings.HasSuffix(line, " struct{}\n"), "%s: %s", name, line)
			}
		}
	}
	require.Contains(t, string(files["exercises/network/network.go"]), "// Dial opens a connection and calls done once", "the contract's own words")
	require.Contains(t, string(files["exercises/gossip/gossip.go"]), `NotWritten("gossip.3")`)
}

func TestHard_Compiles(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the exercises")
	}
	files, err := Generate(root, Hard)
	require.NoError(t, err)
	whole, err := filepath.Abs(root)
	require.NoError(t, err)
	dir, replace := t.TempDir(), map[string]string{}
	there, err := filepath.Glob(filepath.Join(whole, "exercises", "*", "*.go"))
	require.NoError(t, err)
	for _, name := range there {
		replace[name] = ""
	}
	for name, text := range files {
		laid := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		require.NoError(t, os.WriteFile(laid, text, 0o600))
		replace[filepath.Join(whole, filepath.FromSlash(name))] = laid
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	file := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(file, overlay, 0o600))
	args := append([]string{"build"}, toolchain.Flags()...) // as all else is built here
	build := exec.Command("go", append(args, "-overlay", file, "strata/harness/grade/submission")...)
	build.Dir, build.Env = whole, toolchain.Env()
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
