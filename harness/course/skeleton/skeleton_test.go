package skeleton

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
)

var at = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// The transcripts show a solution and the skeleton made from it, or the fault.
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, file string) {
		datadriven.RunTest(t, file, func(t *testing.T, d *datadriven.TestData) string {
			root := t.TempDir()
			files := map[string]string{"a.go": d.Input}
			if d.Cmd == "layer" {
				files = sections(d.Input)
			}
			write(t, root, "gossip", files)
			made, err := generate(root, "gossip", Steps)
			if err != nil {
				return err.Error() + "\n"
			}
			if d.Cmd == "file" {
				return string(made["exercises/gossip/a.go"])
			}
			var out strings.Builder
			for name := range files {
				require.Contains(t, made, "exercises/gossip/"+name)
			}
			for _, name := range []string{"a.go", "b.go"} {
				out.WriteString("-- " + name + " --\n")
				out.Write(made["exercises/gossip/"+name])
			}
			return out.String()
		})
	})
}

// sections splits "-- name --" headed text.
func sections(text string) map[string]string {
	files := map[string]string{}
	for part := range strings.SplitSeq("\n"+text, "\n-- ") {
		if name, body, ok := strings.Cut(part, " --\n"); ok {
			files[name] = body + "\n"
		}
	}
	return files
}

func write(t *testing.T, root, layer string, files map[string]string) {
	dir := filepath.Join(root, "solutions", layer)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
}

// tree is a module with a tiny solution of every layer.
func tree(t *testing.T) string {
	root := t.TempDir()
	for _, layer := range steps.Written {
		write(t, root, layer, map[string]string{"a.go": "package " + layer +
			"\n\nfunc f() int {\n\t//strata:begin " + layer + ".1\n\n\t// why\n\treturn 1\n\t//strata:end\n}\n"})
	}
	return root
}

func read(t *testing.T, path ...string) string {
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(text)
}

func TestWriteThenDiff(t *testing.T) {
	root := tree(t)
	drift, err := Diff(root, Steps)
	require.NoError(t, err)
	require.Len(t, drift, len(steps.Written))
	require.Equal(t, "exercises/network/a.go: missing", drift[0])

	backups, err := Write(root, Steps, at)
	require.NoError(t, err)
	require.Empty(t, backups, "nothing was there to keep")
	drift, err = Diff(root, Steps)
	require.NoError(t, err)
	require.Empty(t, drift)

	require.NoError(t, os.WriteFile(filepath.Join(root, "exercises/p2p/mine.go"), []byte("package p2p\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "exercises/chain/a.go"), []byte("package chain // mine\n"), 0o644))
	drift, err = Diff(root, Steps)
	require.NoError(t, err)
	require.Equal(t, []string{
		"exercises/p2p/mine.go: not in the solutions",
		"exercises/chain/a.go: differs from a fresh skeleton",
	}, drift)

	backups, err = Write(root, Steps, at)
	require.NoError(t, err)
	require.Equal(t, []string{"exercises/.backup/p2p-20240506T070809Z", "exercises/.backup/chain-20240506T070809Z"}, backups)
	require.Equal(t, "package chain // mine\n", read(t, root, backups[1], "a.go"))
	drift, err = Diff(root, Steps)
	require.NoError(t, err)
	require.Empty(t, drift)
}

func TestResetKeepsTheOld(t *testing.T) {
	root := tree(t)
	_, err := Write(root, Steps, at)
	require.NoError(t, err)
	mine := filepath.Join(root, "exercises/gossip/mine.go")
	other := filepath.Join(root, "exercises/p2p/mine.go")
	require.NoError(t, os.WriteFile(mine, []byte("package gossip\n"), 0o600))
	require.NoError(t, os.WriteFile(other, []byte("package p2p\n"), 0o600))

	first, err := Reset(root, root, "gossip", Steps, at)
	require.NoError(t, err)
	require.Equal(t, "package gossip\n", read(t, root, first, "mine.go"))
	require.NoFileExists(t, mine)
	require.FileExists(t, other, "no other layer is touched")

	second, err := Reset(root, root, "gossip", Steps, at)
	require.NoError(t, err)
	require.Equal(t, first+"-2", second, "two in one second")
	require.FileExists(t, filepath.Join(root, first, "mine.go"))

	left, err := filepath.Glob(filepath.Join(root, "exercises/.backup/.fresh-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestResetRefuses(t *testing.T) {
	root := tree(t)
	_, err := Write(root, Steps, at)
	require.NoError(t, err)
	_, err = Reset(root, root, "../gossip", Steps, at)
	require.ErrorIs(t, err, ErrUnknownLayer)

	write(t, root, "gossip", map[string]string{"a.go": "package gossip\n//strata:end\n"})
	before := read(t, root, "exercises/gossip/a.go")
	_, err = Reset(root, root, "gossip", Steps, at)
	require.ErrorContains(t, err, "solutions/gossip/a.go:2: an end without a begin")
	_, err = Write(root, Steps, at)
	require.Error(t, err)
	require.Equal(t, before, read(t, root, "exercises/gossip/a.go"))
}

func TestReplacePutsTheOldBack(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "mine")
	require.NoError(t, os.Mkdir(dir, 0o755))
	_, err := replace(root, dir, filepath.Join(root, "no such fresh"), filepath.Join(root, "old"))
	require.Error(t, err)
	require.DirExists(t, dir)
}

func TestLinesCountsCode(t *testing.T) {
	lines, err := Lines(tree(t))
	require.NoError(t, err)
	require.Len(t, lines, len(steps.Written))
	require.Equal(t, 1, lines["gossip.1"], "comments and blanks do not count")
}

func TestGenerateWithoutSolutions(t *testing.T) {
	_, err := Generate(t.TempDir(), Steps)
	require.ErrorContains(t, err, "no solution of layer gossip")
}

// A checkout whose lines end as on Windows makes the same skeletons, and finds its exercises fresh.
func TestGenerate_BearsCRLF(t *testing.T) {
	root := tree(t)
	want, err := Generate(root, Steps)
	require.NoError(t, err)
	_, err = Write(root, Steps, at)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "*.go"))
	require.NoError(t, err)
	require.Len(t, files, 2*len(steps.Written))
	for _, file := range files {
		text := strings.ReplaceAll(read(t, file), "\n", "\r\n")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	got, err := Generate(root, Steps)
	require.NoError(t, err)
	require.Equal(t, want, got)
	drift, err := Diff(root, Steps)
	require.NoError(t, err)
	require.Empty(t, drift)
}
