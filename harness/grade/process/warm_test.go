package process

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/extras"
	"strata/harness/grade/handin"
	"strata/harness/grade/report"
)

// G2: how the child is built is asked again whenever anything has changed that it depends on, besides the layers: a
// file of the workshop, its go.mod, the Go command and its settings. Tests are no part of it.
func TestRecipe_HoldsUntilSomethingChanges_G2(t *testing.T) {
	dir := t.TempDir()
	module, code, env := filepath.Join(dir, "go.mod"), filepath.Join(dir, "room", "code.go"), filepath.Join(dir, "env")
	require.NoError(t, os.Mkdir(filepath.Dir(code), 0o700))
	for _, file := range []string{module, code} {
		require.NoError(t, os.WriteFile(file, []byte("package room\n"), 0o600))
	}
	for what, change := range map[string]func() error{
		"a module":   func() error { return os.WriteFile(module, []byte("module strata\n"), 0o600) },
		"a file":     func() error { return os.WriteFile(code, []byte("package room // once more\n"), 0o600) },
		"a time":     func() error { return os.Chtimes(code, time.Time{}, time.Unix(1, 0)) },
		"a new file": func() error { return os.WriteFile(filepath.Join(dir, "room", "b.go"), nil, 0o600) },
		"settings":   func() error { return os.WriteFile(env, nil, 0o600) },
		"no file":    func() error { return os.Remove(code) },
	} {
		r := &recipe{files: []string{module, env, filepath.Dir(code)}}
		r.state = r.now()
		require.True(t, r.holds())
		require.NoError(t, os.WriteFile(filepath.Join(dir, "room", what+"_test.go"), nil, 0o600))
		require.True(t, r.holds())
		require.NoError(t, change())
		require.False(t, r.holds(), what)
		require.NoError(t, os.WriteFile(code, []byte("package room\n"), 0o600))
	}
}

// G2: what the go command lists is not taken for the newest if something was changed meanwhile.
func TestRecipe_OfWhatChangesMeanwhile_G2(t *testing.T) {
	list := `{"ImportPath": "` + childPackage + `", "Export": "c.a", "Dir": "` + t.TempDir() + `",
		"Module": {"Main": true, "GoVersion": "1.26.1"}} {"ImportPath": "` + submission + `", "Export": "s.a"}`
	r := &recipe{archives: make(map[string]string)}
	require.NoError(t, r.read([]byte(list)))
	require.Equal(t, "go1.26", r.language)
	require.Equal(t, "c.a", r.archives[childPackage])
	file := filepath.Join(t.TempDir(), "go.mod")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	r = &recipe{files: []string{file}}
	r.now()
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, info.ModTime(), r.newest)
	require.ErrorIs(t, (&recipe{archives: make(map[string]string)}).read([]byte(`{}`)), errTool, "of another shape")
}

// G2: only layers make a difference to a build that is done without go build.
func TestWarm_ServesPlainBuilds_G2(t *testing.T) {
	w, err := NewWarm()
	require.NoError(t, err)
	defer w.Close()
	sub := &handin.Submission{Layers: []*handin.Layer{{Name: "gossip", Status: report.Absent}}}
	for _, b := range []*Build{{Sub: sub, Apart: true}, {Sub: sub, Sealed: true}, {Sub: sub, only: "gossip"},
		{Sub: sub, Scenarios: &extras.Suite{}},
		{Sub: sub, Provided: map[string]string{"node/node.go": "other.go"}}, {Sub: &handin.Submission{Foreign: true}}} {
		require.False(t, w.serves(b), "%+v", b)
	}
	require.False(t, (*Warm)(nil).serves(&Build{Sub: sub}))
	require.False(t, w.build(t.Context(), &Build{Sub: sub}, "child"), "it knows nothing yet")
}

// G2: the child of each layer has all scenarios of that layer and no other: it would not start otherwise. Whoever grades
// more than one layer, or an elective, has the whole child.
func TestOne_HasALayer_G2(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere go build builds all children")
	}
	w, err := NewWarm()
	require.NoError(t, err)
	defer w.Close()
	first := build(t)
	first.Warm = w
	_, err = first.Child(t.Context())
	require.NoError(t, err)
	w.Wait()
	whole := len(known())
	for i, layer := range append(slices.Clone(steps.Layers), "") {
		b := build(t)
		b.Warm, b.Layer = w, layer
		binary, err := b.Child(t.Context())
		require.NoError(t, err)
		relinked, _ := w.Relinked()
		require.Equal(t, i+1, relinked, layer)
		require.Equal(t, layer, b.Limits.Layer)
		other := b.Limits
		other.Layer = "chain"
		if layer == "chain" {
			other.Layer = ""
		}
		_, err = start(t.Context(), binary, other)
		require.ErrorIs(t, err, ErrVersion)
		require.Len(t, known(), whole)
	}
	require.False(t, isOne(steps.Whole))
	require.False(t, isOne("leader"))
}

// An archive that the compiler did not write says nothing.
func TestExportsIn_OfWhatIsNoArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	for _, text := range []string{"", "!<arch>\n__.PKGDEF", "!<arch>\n__.PKGDEF" + string(make([]byte, 60)),
		"!<arch>\n__.PKGDEF       0           0     0     644     99        `\nshort"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := exportsIn(file)
		require.ErrorIs(t, err, errTool)
	}
	const right = "!<arch>\n__.PKGDEF       0           0     0     644     5         `\nshortmore"
	require.NoError(t, os.WriteFile(file, []byte(right), 0o600))
	text, err := exportsIn(file)
	require.NoError(t, err)
	require.Equal(t, "short", string(text))
}
