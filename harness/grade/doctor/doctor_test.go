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
		Grade: func(context.Context) error { return nil }}
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
