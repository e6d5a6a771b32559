package process

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/extras"
	"strata/harness/grade/handin"
	"strata/harness/grade/pipe"
	"strata/harness/grade/report"
	"strata/harness/grade/toolchain"
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
	for _, b := range []*Build{{Sub: sub, Sealed: true}, {Sub: sub, only: "gossip"},
		{Sub: sub, Scenarios: &extras.Suite{}},
		{Sub: sub, Provided: map[string]string{"node/node.go": "other.go"}}, {Sub: &handin.Submission{Foreign: true}}} {
		require.False(t, w.serves(b), "%+v", b)
	}
	require.Equal(t, runtime.GOOS == "linux", w.serves(&Build{Sub: sub, Apart: true}))
	require.False(t, (*Warm)(nil).serves(&Build{Sub: sub}))
	require.False(t, w.build(t.Context(), &Build{Sub: sub}, "child"), "it knows nothing yet")
}

// G6: the program that runs layers behind glass is built once, and again when the workshop has changed.
func TestWarm_KeepsTheEngine_G6(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere go build builds all children")
	}
	w, err := NewWarm()
	require.NoError(t, err)
	defer w.Close()
	file := filepath.Join(t.TempDir(), "go.mod")
	learn := func(text string) {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		w.recipe = &recipe{root: "workshop", files: []string{file}}
		w.recipe.state = w.recipe.now()
	}
	b, built := &Build{Root: "workshop", Sub: &handin.Submission{}, Sealed: true}, 0
	engine := func() string {
		binary := filepath.Join(t.TempDir(), "gradechild")
		require.NoError(t, w.engine(b, binary, func() error {
			built++
			return os.WriteFile(binary, []byte(strconv.Itoa(built)), 0o600)
		}))
		text, err := os.ReadFile(binary)
		require.NoError(t, err)
		return string(text)
	}
	require.Equal(t, "1", engine(), "it is not known of what")
	learn("module strata\n")
	require.Equal(t, "2", engine())
	require.Equal(t, "2", engine())
	require.NoError(t, os.WriteFile(file, []byte("module other\n"), 0o600))
	require.Equal(t, "3", engine())
	learn("module strata // once more\n")
	require.Equal(t, "4", engine(), "of another workshop")
	require.Equal(t, "4", engine())
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
		_, err = start(t.Context(), binary, other, nil)
		require.ErrorIs(t, err, ErrVersion)
		require.Len(t, known(), whole)
	}
	require.False(t, isOne(steps.Whole))
	require.False(t, isOne("leader"))
}

// G2: what is linked at each save is what a layer's checks need: no sockets, no TLS, no node, and of the electives their contracts
// alone. The linker reads all of a package, whatever is used of it.
func TestOne_LinksLittle_G2(t *testing.T) {
	dir := t.TempDir()
	for _, layer := range steps.Layers {
		u, err := one(layer, dir)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(u.dir, u.files[0]), nil, parser.ImportsOnly)
		require.NoError(t, err)
		args := append([]string{"list", "-deps"}, toolchain.Flags()...)
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			args = append(args, path)
		}
		listed, err := build(t).goSays(t.Context(), args...)
		require.NoError(t, err)
		linked := strings.Fields(string(listed))
		require.Contains(t, linked, "strata/harness/grade/runner")
		for _, path := range linked {
			for _, heavy := range []string{"net", "golang.org/x/sys/unix", "crypto/tls", "strata/node", "strata/node/nodetest", "strata/node/process/tcphost",
				"strata/harness/course/suites", "strata/harness/explore/orders/upon"} {
				require.NotEqual(t, heavy, path, layer)
			}
			elective := strings.HasPrefix(path, "strata/ledgers/") && strings.HasSuffix(path, "test")
			require.False(t, elective, "%s links %s", layer, path)
		}
	}
}

// G2: a client that is given the child which was seen to start has it do its tasks, and ends it.
func TestChild_IsHandedOver_G2(t *testing.T) {
	var first Client
	b := build(t)
	b.First = &first
	_, err := b.Child(t.Context())
	require.NoError(t, err)
	started := first.child
	require.NotNil(t, started)
	listed, err := Do(t.Context(), &first, pipe.List{}, Call{})
	require.NoError(t, err)
	require.Empty(t, listed.Scenarios)
	require.Same(t, started, first.child)
	first.Close()
	<-started.exited
	require.Nil(t, first.child)
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

// G2: a file that has its text already is left alone, and another has its new text and no more, longer or shorter.
func TestLay_WritesWhatDiffers_G2(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gossip.go")
	long := "package gossip // " + strings.Repeat("long ", 5000) + "\n"
	for _, text := range []string{"package gossip\n", long, "package other\n", ""} {
		require.NoError(t, lay(file, []byte(text)))
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		require.NoError(t, os.Chtimes(file, time.Time{}, time.Unix(1, 0)))
		require.NoError(t, lay(file, []byte(text)))
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Equal(t, time.Unix(1, 0), info.ModTime(), "it was not written")
	}
	require.Error(t, lay(filepath.Join(file, "below"), nil))
}

// G2: nobody waits for what is left for later, but Wait and Close do. Without a Warm it is done at once.
func TestWarm_Later_G2(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere nothing is left for later")
	}
	w, err := NewWarm()
	require.NoError(t, err)
	done, may := false, make(chan struct{})
	w.Later(func() { <-may; done = true })
	close(may)
	w.Close()
	require.True(t, done)
	var none *Warm
	none.Later(func() { done = false })
	require.False(t, done)
}

// G2: children stand by for a program that is being linked, and are taken by those alone who want the same of them.
func TestWarm_ChildrenStandBy_G2(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere none do")
	}
	w, err := NewWarm()
	require.NoError(t, err)
	limits := Limits{Memory: 1 << 29}
	w.stands.fill(limits)
	require.Len(t, w.stands.all, mostStandbys)
	require.Nil(t, w.standing(Limits{Memory: 1 << 28}))
	one := w.standing(Limits{Memory: 1 << 29, Layer: "gossip", Timeout: time.Second})
	require.NotNil(t, one)
	w.stands.fill(limits)
	require.Len(t, w.stands.all, mostStandbys)
	one.end()
	w.Close()
	require.Empty(t, w.stands.all)
	var none *Warm
	require.Nil(t, none.standing(limits))
}
