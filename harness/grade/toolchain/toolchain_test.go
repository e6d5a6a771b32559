package toolchain_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
		{"no go", root, map[string]string{"PATH": t.TempDir()}, []string{"there is none on the PATH",
			"https://go.dev/dl"}},
		{"no home", root, map[string]string{"HOME": "", "XDG_CACHE_HOME": "", "GOCACHE": "", "GOPATH": "",
			"GOMODCACHE": ""}, []string{"set HOME, or GOCACHE"}},
		{"no home but a cache", root, map[string]string{"HOME": "", "GOPATH": "", "GOMODCACHE": "",
			"GOCACHE": t.TempDir()}, []string{"set HOME, or GOMODCACHE"}},
		{"old go", future, nil, []string{"needs go1.99 or newer", "GOTOOLCHAIN=auto"}},
		{"no room for temporary files", root, map[string]string{"GOTMPDIR": file},
			[]string{"nothing can be written to " + file, "GOTMPDIR"}},
		{"no room for the cache", root, map[string]string{"GOCACHE": filepath.Join(file, "cache")},
			[]string{"nothing can be written to", "set GOCACHE"}},
		{"no libraries", root, map[string]string{"GOMODCACHE": t.TempDir()}, []string{"libraries are missing",
			"go mod download"}},
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

// program is a module with a program, below a directory that looks like a clone.
func program(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o700))
	for name, text := range map[string]string{
		"go.mod": "module example.com/cloned\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// built builds the program with the flags.
func built(t *testing.T, dir string, env []string, flags ...string) (string, error) {
	t.Helper()
	path, err := toolchain.Find()
	require.NoError(t, err)
	cmd := exec.Command(path, append(append([]string{"build"}, flags...), "-o", os.DevNull, ".")...)
	cmd.Dir, cmd.Env = dir, env
	said, err := cmd.CombinedOutput()
	return string(said), err
}

// G3: a clone of which git wants to know nothing, as of one that another user owns, builds. Without our flags it does
// not.
func TestFlags_WhereGitRefuses_G3(t *testing.T) {
	dir, bin := program(t), t.TempDir()
	script := "#!/bin/sh\necho fatal: detected dubious ownership in repository >&2\nexit 128\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o700))
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	said, err := built(t, dir, toolchain.Env(), toolchain.Flags()...)
	require.NoError(t, err, said)
	said, err = built(t, dir, toolchain.Env())
	require.Error(t, err)
	require.Contains(t, said, "VCS status")
}

// What make builds is compiled with the same flags, so that the grader finds it compiled.
func TestFlags_AreThoseOfMake(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	ours := slices.DeleteFunc(toolchain.Flags(), func(flag string) bool { return flag == "-buildvcs=false" })
	require.Contains(t, strings.Split(string(text), "\n"), "SAME    = "+strings.Join(ours, " "))
}

// G13: neither the user's flags nor a workspace above have a say. Without our environment they have.
func TestEnv_OfTheUser_G13(t *testing.T) {
	dir := program(t)
	work := filepath.Join(t.TempDir(), "go.work")
	require.NoError(t, os.WriteFile(work, []byte("go 1.26\n\nuse ./nowhere\n"), 0o600))
	t.Setenv("GOWORK", work)
	t.Setenv("GOFLAGS", "-mod=vendor")
	said, err := built(t, dir, toolchain.Env(), toolchain.Flags()...)
	require.NoError(t, err, said)
	_, err = built(t, dir, os.Environ(), toolchain.Flags()...)
	require.Error(t, err)
}
