package toolchain_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/toolchain"
)

const root = "../../.."

// cacheHere keeps the caches where they are when HOME is not.
func cacheHere(t *testing.T) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		require.NoError(t, err)
		t.Setenv(name, strings.TrimSpace(string(out)))
	}
}

// G12: what the machine lacks is told, with what to do about it.
func TestCause(t *testing.T) {
	ctx := context.Background()
	require.NoError(t, toolchain.Cause(ctx, root))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	future := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(future, "go.mod"), []byte("module strata\r\n\r\ngo 1.99\r\n"), 0o600))
	for _, c := range []struct {
		what, root string
		set        map[string]string
		want       []string
	}{
		{"no go", root, map[string]string{"PATH": t.TempDir()}, []string{"there is none on the PATH", "https://go.dev/dl"}},
		{"no home", root, map[string]string{"HOME": "", "XDG_CACHE_HOME": "", "GOCACHE": "", "GOPATH": "", "GOMODCACHE": ""}, []string{"set HOME, or GOCACHE"}},
		{"no home but a cache", root, map[string]string{"HOME": "", "GOPATH": "", "GOMODCACHE": "", "GOCACHE": t.TempDir()}, []string{"set HOME, or GOMODCACHE"}},
		{"old go", future, nil, []string{"needs go1.99 or newer", "GOTOOLCHAIN=auto"}},
		{"no room for temporary files", root, map[string]string{"GOTMPDIR": file}, []string{"nothing can be written to " + file, "GOTMPDIR"}},
		{"no room for the cache", root, map[string]string{"GOCACHE": filepath.Join(file, "cache")}, []string{"nothing can be written to", "set GOCACHE"}},
		{"no libraries", root, map[string]string{"GOMODCACHE": t.TempDir()}, []string{"libraries are missing", "go mod download"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			cacheHere(t)
			for name, value := range c.set {
				t.Setenv(name, value)
				if value == "" {
					os.Unsetenv(name)
				}
			}
			err := toolchain.Cause(ctx, c.root)
			require.ErrorIs(t, err, toolchain.ErrUnusable)
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestCache(t *testing.T) {
	dir, err := toolchain.Cache(context.Background())
	require.NoError(t, err)
	require.DirExists(t, dir)
}

// G9: a place in which the Go command does not work is told by its name.
func TestPlace(t *testing.T) {
	for _, root := range []string{"/home/amy/strata", "/tmp/ws [a] ü", `C:\Users\amy`} {
		require.NoError(t, toolchain.Place(root))
	}
	for _, root := range []string{"/tmp/ws\xff", "/tmp/a\nb", "/tmp/\x1b[2J"} {
		err := toolchain.Place(root)
		require.ErrorIs(t, err, toolchain.ErrUnusable)
		require.NotContains(t, err.Error(), root)
		require.ErrorContains(t, err, "rename that directory")
	}
}
