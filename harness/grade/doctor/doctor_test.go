package doctor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func machine(t *testing.T) Machine {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	return Machine{Root: root, Exercises: filepath.Join(root, "exercises"), Cache: filepath.Join(t.TempDir(), "strata"),
		Probe: probe(t, "-test.list=^$"), Opener: "page-opener",
		Grade: func(context.Context) error { return nil }}
}

// probe is this test binary with flags that have it run no test.
func probe(t *testing.T, flags ...string) []string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return append([]string{self}, flags...)
}

// of finds the finding of that name.
func of(t *testing.T, all []Finding, name string) Finding {
	t.Helper()
	for _, f := range all {
		if f.Name == name {
			return f
		}
	}
	require.FailNow(t, "nothing is said of "+name)
	return Finding{}
}

func TestExamine_AMachineThatGrades(t *testing.T) {
	all := Examine(t.Context(), machine(t))
	require.True(t, Works(all), "%v", all)
	for _, f := range all {
		require.NotEmpty(t, f.Text, f.Name)
		require.Equal(t, f.State == Fine, f.Remedy == "", "%s: a remedy for each lack, and for nothing else", f.Name)
	}
	require.Contains(t, of(t, all, "go").Text, "go1.")
}

// install puts a program on the PATH, before all others.
func install(t *testing.T, name string) {
	t.Helper()
	dir := t.TempDir()
	for _, ending := range []string{"", ".exe"} { // which Windows wants
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+ending), nil, 0o700))
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// Each lack is told by its name, with what to do.
func TestExamine_Lacks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	odd := filepath.Join(t.TempDir(), "a\nb")
	require.NoError(t, os.Mkdir(odd, 0o700))
	windows := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(windows, "gossip"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(windows, "gossip", "gossip.go"), []byte("package gossip\r\n"), 0o600))
	for _, c := range []struct {
		what, name string
		change     func(*testing.T, *Machine)
		state      State
		text       string
	}{
		{"no Go", "go", func(t *testing.T, _ *Machine) { t.Setenv("PATH", t.TempDir()) }, Broken, "there is none on the PATH"},
		{"no cache", "cache", func(_ *testing.T, m *Machine) { m.Cache = file }, Broken, file},
		{"odd root", "names", func(_ *testing.T, m *Machine) { m.Root = odd }, Broken, `a\nb`},
		{"odd exercises", "names", func(_ *testing.T, m *Machine) { m.Exercises = odd }, Without, `a\nb`},
		{"no exercises", "exercises", func(t *testing.T, m *Machine) { m.Exercises = t.TempDir() }, Without, "no layers in "},
		{"line ends", "exercises", func(_ *testing.T, m *Machine) { m.Exercises = windows }, Fine, "1 of them with the line ends of Windows, which works"},
		{"no place to build", "build", func(t *testing.T, _ *Machine) { t.Setenv("GOCACHE", "off") }, Broken, "GOCACHE"},
		{"no probe", "sandbox", func(_ *testing.T, m *Machine) { m.Probe = nil }, Without, "no program to try it with"},
		{"a probe that fails", "sandbox", func(t *testing.T, m *Machine) { m.Probe = probe(t, "-nonsense") }, Without,
			"does not work in it: exit status 2"},
		{"no opener", "browser", func(t *testing.T, _ *Machine) { install(t, "firefox") }, Without, "there is no page-opener"},
		{"an opener", "browser", func(t *testing.T, _ *Machine) { install(t, "page-opener") }, Fine, "opens pages by itself"},
		{"no grade", "grading", func(_ *testing.T, m *Machine) {
			m.Grade = func(context.Context) error { return errors.New("it went wrong") }
		}, Broken, "it went wrong"},
	} {
		t.Run(c.what, func(t *testing.T) {
			m := machine(t)
			c.change(t, &m)
			all := Examine(t.Context(), m)
			f := of(t, all, c.name)
			require.Equal(t, c.state, f.State, f.Text)
			require.Contains(t, f.Text, c.text)
			require.Equal(t, c.state != Broken, Works(all))
		})
	}
}
