package needs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// recorder is a test that says how it ended.
type recorder struct {
	testing.TB
	name  string
	ended string
}

func (r *recorder) Helper() {}

func (r *recorder) Name() string { return r.name }

func (r *recorder) Fatalf(format string, args ...any) { r.end("failed", format, args) }

func (r *recorder) Skipf(format string, args ...any) { r.end("skipped", format, args) }

func (r *recorder) end(how, format string, args []any) {
	r.ended = how + ": " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// ending is how a test ends that does f.
func ending(f func(t testing.TB)) string {
	r := &recorder{name: "TestMount_NeedsRoot"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return r.ended
}

func TestProgram(t *testing.T) {
	there := func(tb testing.TB) { require.NotEmpty(t, needs.Program(tb, "Go", "no-such-program", "go")) }
	absent := func(tb testing.TB) { needs.Program(tb, "ask somebody", "no-such-program", "nor-this") }
	for _, c := range []struct{ ci, all, want string }{
		{"", "", "skipped"}, {"true", "", "failed"}, {"", "1", "failed"},
	} {
		t.Setenv("CI", c.ci)
		t.Setenv(needs.Everything, c.all)
		require.Empty(t, ending(there))
		require.Equal(t, c.want+": no-such-program or nor-this is not installed (ask somebody)", ending(absent))
	}
}

func TestTarget(t *testing.T) {
	kits := func(tb testing.TB) { needs.Target(tb, "kits") }
	t.Setenv("CI", "true") // where each target has a section of its own
	for _, other := range []string{"", "all"} {
		t.Setenv(needs.Everything, other)
		require.Equal(t, "skipped: make kits runs it", ending(kits))
	}
	t.Setenv(needs.Everything, "kits")
	require.Empty(t, ending(kits))
	require.Contains(t, ending(func(tb testing.TB) { needs.Program(tb, "ask", "no-such-program") }), "failed: ")
}

// No test needs something that the targets of make do not find by its name, or asks the machine by itself.
func TestEveryNeedIsNamed(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") || filepath.Base(name) == "needs_test.go" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		require.NotContains(t, string(text), "exec.LookPath(", "%s: use needs.Program", name)
		if strings.Contains(string(text), "needs.") && !strings.Contains(filepath.ToSlash(name), "/browser/") {
			found++
		}
		return nil
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, found, 6)
}

// make test leaves out what has _Needs in its name, so make machine has to find all of these, as it looks for them.
func TestMakeMachine_FindsWhatMakeTestLeavesOut(t *testing.T) {
	files, asks := map[string]string{}, map[string]bool{} // by directory
	err := filepath.WalkDir("../../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		asks[dir] = asks[dir] || strings.Contains(string(text), "proof/needs") || strings.Contains(string(text), "proof/netns")
		if named.Match(text) {
			files[dir] = name
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for dir, file := range files {
		require.Regexp(t, `^\.\./\.\./\.\./(cmd|harness|node)/`, dir, "make machine looks in these alone")
		require.True(t, asks[dir], "%s: a test with _Needs in its name asks package needs", file)
	}
}

// named is a test that says what it needs.
var named = regexp.MustCompile(`(?m)^func Test\w*_Needs`)

func TestRights(t *testing.T) {
	mount := func(err error) func(testing.TB) { return func(tb testing.TB) { needs.Rights(tb, "mount", err) } }
	t.Setenv("CI", "true") // which need not run as root: make root does
	t.Setenv(needs.Everything, "")
	require.Empty(t, ending(mount(nil)))
	require.Equal(t, "skipped: this process may not mount: no (it takes root)", ending(mount(errors.New("no"))))
	t.Setenv(needs.Everything, "1")
	require.Equal(t, "failed: this process may not mount: no (it takes root)", ending(mount(errors.New("no"))))
	unnamed := &recorder{name: "TestMount"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		needs.Rights(unnamed, "mount", nil)
	}()
	<-done
	require.Contains(t, unnamed.ended, "failed: TestMount needs root, which its name should say")
}
