// Package needs says what becomes of a test that needs more of its machine than Go: a browser,
// tshark, root. `make test` leaves out those that say so in their names. Where what they need is missing the test
// is skipped, so that `go test` runs everywhere. In CI, and where make was asked for just these tests, a skipped test
// would prove nothing: there it fails.
package needs

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Everything is the variable that says whether nothing may be missing: make sets it for a target that
// runs such tests alone. CI=true, as continuous integration sets it, says so of programs. It does not begin
// with STRATA_, for strata takes such variables as settings.
const Everything = "NEEDS"

// Program is the path of the first of the programs that is installed; without one the test ends. hint says
// how to get it, such as "apt-get install tshark".
func Program(t testing.TB, hint string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, os.Getenv("CI") == "true", "%s is not installed (%s)", strings.Join(names, " or "), hint)
	return ""
}

// Target skips a test that one target of make alone runs, such as kits: it takes long, and once is enough. The target
// sets NEEDS to its own name, and nothing may be missing then.
func Target(t testing.TB, name string) {
	t.Helper()
	if os.Getenv(Everything) != name {
		t.Skipf("make %s runs it", name)
	}
}

// Rights ends the test if err says that this process may not do what the test does. The test's name
// says _NeedsRoot: that is what `make machine` finds it by.
func Rights(t testing.TB, what string, err error) {
	t.Helper()
	if !strings.Contains(t.Name(), "_NeedsRoot") {
		t.Fatalf("%s needs root, which its name should say: `make machine` runs what has _Needs in its name", t.Name())
	}
	if err != nil {
		missing(t, false, "this process may not %s: %v (it takes root)", what, err)
	}
}

// Limits skips a test that starts its own executable within a limit of memory. The race detector maps more
// than any such limit before main begins; `make test`, which does not use it, runs the test.
func Limits(t testing.TB) {
	t.Helper()
	if racing {
		t.Skip("no limit of memory lets a program with the race detector begin")
	}
}

// missing fails the test where nothing may be missing, and skips it elsewhere.
func missing(t testing.TB, must bool, format string, args ...any) {
	t.Helper()
	if must || os.Getenv(Everything) != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
