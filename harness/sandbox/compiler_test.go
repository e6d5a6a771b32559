//go:build unix

package sandbox_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/harness/sandbox"
)

// doubled is a source in which each constant is twice the one before: 34 lines ask for 9 GB.
func doubled() string {
	text := "package bomb\n\nconst c0 = \"x\"\n"
	for i := range 33 {
		text += fmt.Sprintf("const c%d = c%d + c%d\n", i+1, i, i)
	}
	return text + "\nvar V = c33\n"
}

// instances is a source whose generic types double at each step.
func instances() string {
	text := "package bomb\n\ntype P[A, B any] struct {\n\tA A\n\tB B\n}\n\nfunc f26[T any](T) {}\n"
	for i := 25; i >= 0; i-- {
		text += fmt.Sprintf("func f%d[T any](x T) { f%d(P[T, T]{x, x}) }\n", i, i+1)
	}
	return text + "func F() { f0(1) }\n"
}

// module is a name that no other compiler on this machine is given.
var module = fmt.Sprintf("bomb%d", os.Getpid())

// build compiles a source within a box, and says what that has left in the build cache.
func build(t *testing.T, cache string, box sandbox.Box, source string) (end sandbox.End, output string, left int64) {
	t.Helper()
	goTool := needs.Program(t, "https://go.dev/dl", "go")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module "+module+"\n\ngo 1.26\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bomb.go"), []byte(source), 0o600))
	c := sandbox.Command(box, goTool, "build", ".")
	var out bytes.Buffer
	c.Dir, c.Stdout, c.Stderr = dir, &out, &out
	c.Env = append(os.Environ(), "GOCACHE="+cache, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	left = -size(t, cache)
	end, err := c.Run(ctx)
	require.NoError(t, err)
	return end, out.String(), left + size(t, cache)
}

// size is that of all files in a directory.
func size(t *testing.T, dir string) (sum int64) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			info, err := d.Info()
			require.NoError(t, err)
			sum += info.Size()
		}
		return err
	}))
	return sum
}

// Sources that ask the compiler for more than there is end with the box's bounds (C6).
func TestCompiler_Bombs(t *testing.T) {
	linux(t)
	box := sandbox.Box{Memory: 512 << 20, CPU: 20 * time.Second, FileSize: 32 << 20}
	cache := t.TempDir()
	end, out, _ := build(t, cache, box, "package bomb\n\nvar V = 1\n")
	require.True(t, end.OK(), "what is no bomb is built: %s: %s", end, out)
	for name, source := range map[string]string{
		"constants":     doubled(),
		"generic types": instances(),
		"output":        "package bomb\n\nvar V = [400 << 20]byte{400<<20 - 1: 1}\n",
	} {
		t.Run(name, func(t *testing.T) {
			end, out, left := build(t, cache, box, source)
			require.False(t, end.OK(), out)
			require.Less(t, end.Memory, int64(900<<20))
			require.Less(t, end.CPU, 25*time.Second)
			require.Less(t, left, int64(64<<20), "what is left in the build cache")
		})
	}
}

// The compiler ends with the go command that has started it.
func TestCompiler_EndsWithUs(t *testing.T) {
	linux(t)
	end, out, _ := build(t, t.TempDir(), sandbox.Box{Wall: 300 * time.Millisecond}, instances())
	require.Equal(t, sandbox.OutOfTime, end.Cause, out)
	names, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, name := range names {
		text, _ := os.ReadFile(name) // it may be gone
		require.NotContains(t, strings.ReplaceAll(string(text), "\x00", " "), "-p "+module, "a compiler lives on")
	}
}
