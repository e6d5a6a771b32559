package typecheck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/toolchain"
	"strata/harness/sandbox"
)

const root = "../../.."

// texts are the findings for a source of layer gossip, which begins on line 3 after the package clause.
func texts(t *testing.T, source string) (all []string) {
	t.Helper()
	exports, err := exportsOf(context.Background(), root)
	require.NoError(t, err)
	one := Source{Layer: "gossip", Dir: "dir", Files: map[string][]byte{"a.go": []byte("package gossip\n\n" + source)}}
	for _, f := range check(exports, one) {
		require.NotEmpty(t, f.Remedy)
		all = append(all, f.String())
	}
	return all
}

// What may outlive a run, or get from one node to another.
func TestCheck_Hostile(t *testing.T) {
	for name, c := range hostile {
		t.Run(name, func(t *testing.T) {
			found := texts(t, c.source)
			require.NotEmpty(t, found)
			require.Regexp(t, `^dir/a\.go:\d+: `, found[0])
			require.Contains(t, strings.Join(found, "\n"), c.want)
		})
	}
}

// Ordinary Go is not refused.
func TestCheck_Innocent(t *testing.T) {
	for name, source := range innocent {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, texts(t, source))
			compiles(t, source)
		})
	}
}

// compiles sees that a source has no errors: otherwise it would prove nothing.
func compiles(t *testing.T, source string) {
	t.Helper()
	exports, err := exportsOf(context.Background(), root)
	require.NoError(t, err)
	require.NoError(t, typeErrors(exports, []byte("package gossip\n\n"+source)))
}

// The hostile compile as well: what does not is the compiler's to refuse.
func TestCheck_HostileCompiles(t *testing.T) {
	for name, c := range hostile {
		t.Run(name, func(t *testing.T) {
			if !c.bomb {
				compiles(t, c.source)
			}
		})
	}
}

// Our own solutions, and the skeletons, are the first who have to pass.
func TestCheck_AllowsTheSolutions(t *testing.T) {
	for _, tree := range []string{"solutions", "exercises"} {
		var all []Source
		for _, layer := range steps.Layers {
			one := Source{Layer: layer, Dir: filepath.Join(root, tree, layer), Files: make(map[string][]byte)}
			names, err := filepath.Glob(filepath.Join(one.Dir, "*.go"))
			require.NoError(t, err)
			for _, name := range names {
				if strings.HasSuffix(name, "_test.go") {
					continue
				}
				one.Files[filepath.Base(name)], err = os.ReadFile(name)
				require.NoError(t, err)
			}
			all = append(all, one)
		}
		found, err := Check(context.Background(), root, all)
		require.NoError(t, err)
		require.Len(t, found, len(steps.Layers))
		for _, one := range found {
			require.Empty(t, one)
		}
	}
}

// What takes whoever checks it too far is found all the same, and keeps no other layer from its check.
func TestCheck_TooMuch(t *testing.T) {
	defer func(before sandbox.Box) { box = before }(box)
	box.CPU = 2 * time.Second
	bomb := "package gossip\n\ntype P[A, B any] struct {\n\tA A\n\tB B\n}\n\nfunc f[T any](x T) P[T, T] { return " +
		"P[T, T]{x, x} }\n\nfunc g() {\n\tx0 := f(1)\n"
	for i := range 40 {
		bomb += fmt.Sprintf("\tx%d := f(x%d)\n", i+1, i)
	}
	found, err := Check(context.Background(), root, []Source{
		{Layer: "gossip", Dir: "g", Files: map[string][]byte{"a.go": []byte(bomb + "\t_ = x40\n}\n")}},
		{Layer: "p2p", Dir: "p", Files: map[string][]byte{
			"a.go": []byte("package p2p\n\nvar n int\n\nfunc f() { n++ }\n")}},
	})
	require.NoError(t, err)
	require.Len(t, found[0], 1)
	require.Contains(t, found[0][0].String(), "g: whoever reads the layer's constants and types used too much")
	require.Len(t, found[1], 1)
}

// A layer that was checked has the same findings without being checked again; one with another file, or elsewhere, has not.
func TestCheck_RemembersLayers(t *testing.T) {
	bad := func(dir, more string) Source {
		return Source{Layer: "p2p", Dir: dir, Files: map[string][]byte{
			"a.go": []byte("package p2p\n\nvar remembered int\n\nfunc f() { remembered++ }\n" + more)}}
	}
	first, err := Check(context.Background(), root, []Source{bad("d", "")})
	require.NoError(t, err)
	require.Len(t, first[0], 1)
	exports, err := exportsOf(context.Background(), root)
	require.NoError(t, err)
	again, ok := known.find(exports, bad("d", ""))
	require.True(t, ok)
	require.Equal(t, first[0], again)
	for _, other := range []Source{bad("other", ""), bad("d", "// another text\n")} {
		_, ok := known.find(exports, other)
		require.False(t, ok)
	}
	both, err := Check(context.Background(), root, []Source{bad("other", ""), bad("d", "")})
	require.NoError(t, err)
	require.Equal(t, "other/a.go", both[0][0].File)
	require.Equal(t, first[0], both[1])
}

// Without a Go command, or a workshop, nothing is let through.
func TestCheck_WithoutTheCompiler(t *testing.T) {
	_, err := Check(context.Background(), t.TempDir(), []Source{{Layer: "gossip", Dir: "g"}})
	require.ErrorIs(t, err, toolchain.ErrUnusable)
}
