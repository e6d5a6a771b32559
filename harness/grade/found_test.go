package grade_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/toolchain"
)

// TestReplay_WritesATest: a failure of a pool or an executor comes as a Go test that fails on the student's layer and
// passes on ours.
func TestReplay_WritesATest(t *testing.T) {
	for _, c := range []struct {
		scenario string
		mistake
	}{
		{"chain/build-any-order", mistakes[1][5]},
		{"network/one-frame", mistakes[0][0]},
		{"chain/build-two-pools", mistake{"chain", "keeps-a-block", "build.go",
			"	b := chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase}\n",
			"	b := chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: e.kept(coinbase)}\n"}},
		{"mempool/evict", mistakes[1][4]},
		{"chain/in-order", mistake{"chain", "panics", "chain.go", "	coinbase := s.Account(b.Coinbase)\n",
			"	coinbase := s.Account(b.Coinbase)\n	if len(b.Transactions) > 3 {\n		panic(\"too long\")\n	}\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copied(t)
			plant(t, dir, c.mistake)
			if c.name == "keeps-a-block" {
				remembering(t, dir)
			}
			var code []byte
			passed, err := grade.Replay(context.Background(), grade.ReplayOptions{
				Options: kept(grade.Options{Dir: dir}), Scenario: c.scenario, AnySeed: true, Shrink: true,
				Test: func(text []byte) error { code = text; return nil },
			}, io.Discard)
			require.NoError(t, err)
			require.False(t, passed)
			failed, out := found(t, "exercises", c.layer, filepath.Join(dir, c.layer), code)
			require.True(t, failed, "%s\n%s", code, out)
			require.Contains(t, out, "--- FAIL: TestFound", "%s\n%s", code, out)
			failed, out = found(t, "solutions", c.layer, filepath.Join(root, "solutions", c.layer), code)
			require.False(t, failed, "%s\n%s", code, out)
		})
	}
}

// remembering has Build take the coinbase of its first call, so that one call alone is right.
func remembering(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "chain", "chain.go")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	changed := strings.NewReplacer(
		"	verifier mempool.Verifier\n}", "	verifier mempool.Verifier\n	first    map[bool]mempool.PublicKey\n}",
		"return executor{cfg.Params, cfg.Verifier}",
		"return executor{cfg.Params, cfg.Verifier, map[bool]mempool.PublicKey{}}",
	).Replace(string(text)) + `
func (e executor) kept(coinbase mempool.PublicKey) mempool.PublicKey {
	if _, known := e.first[true]; !known {
		e.first[true] = coinbase
	}
	return e.first[true]
}
`
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
}

// found runs a test beside the files of a layer, in the place of that package.
func found(t *testing.T, place, layer, files string, code []byte) (failed bool, out string) {
	t.Helper()
	workshop, err := filepath.Abs(root)
	require.NoError(t, err)
	pkg := filepath.Join(workshop, place, layer)
	replace := make(map[string]string)
	for _, f := range goFiles(t, pkg) {
		replace[filepath.Join(pkg, f)] = ""
	}
	for _, f := range goFiles(t, files) {
		at, err := filepath.Abs(filepath.Join(files, f))
		require.NoError(t, err)
		if !strings.HasSuffix(f, "_test.go") {
			replace[filepath.Join(pkg, f)] = at
		}
	}
	temp := t.TempDir()
	test := filepath.Join(temp, "found.go")
	require.NoError(t, os.WriteFile(test, code, 0o600))
	replace[filepath.Join(pkg, "found_test.go")] = test
	overlay := filepath.Join(temp, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	args := append([]string{"test", "-vet=off"}, toolchain.Flags()...) // as all else is built here
	cmd := exec.Command("go", append(args, "-overlay", overlay, "-run", "^TestFound$", "./"+place+"/"+layer)...)
	cmd.Dir, cmd.Env = workshop, toolchain.Env()
	said, err := cmd.CombinedOutput()
	return err != nil, string(said)
}

// goFiles are the names of the Go files in a directory.
func goFiles(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".go" {
			names = append(names, e.Name())
		}
	}
	return names
}
