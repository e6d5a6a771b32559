package sourcecheck_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/sourcecheck"
)

func check(t *testing.T, name, source string) sourcecheck.Layer {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(source), 0o600))
	l, err := sourcecheck.Check(dir, "gossip")
	require.NoError(t, err)
	return l
}

// G2, C7: a file is inspected once as long as it stays the same, and again in each other text, place and layer.
func TestCheck_AgainAfterAChange_G2_C7(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	look := func(text, layer string) []sourcecheck.Finding {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		l, err := sourcecheck.Check(dir, layer)
		require.NoError(t, err)
		return l.Findings
	}
	const bad, good = "package gossip\nimport \"os\"\nvar _ = os.Exit\n", "package gossip\n"
	first := look(bad, "gossip")
	require.NotEmpty(t, first)
	reason := first[0].Reason
	first[0].Reason = "is the caller's"
	require.Empty(t, look(good, "gossip"))
	require.Equal(t, reason, look(bad, "gossip")[0].Reason)
	require.NotEmpty(t, look(good, "mempool"))
	require.Empty(t, look(good, "gossip"))
	l, err := sourcecheck.Check(dir, "gossip")
	require.NoError(t, err)
	require.Empty(t, l.Missing)
}

func TestCheck_Refuses(t *testing.T) {
	for _, c := range []struct {
		name, file, source string
		line               int
		reason             string
	}{
		{"go", "a.go", "package gossip\nfunc f() {\n\tgo f()\n}\n", 3, "go statements are not allowed"},
		{"select", "a.go", "package gossip\nfunc f() {\n\tselect {}\n}\n", 3, "select is not allowed"},
		{"channel", "a.go", "package gossip\nvar c chan int\n", 2, "channels are not allowed"},
		{"os", "a.go", "package gossip\nimport \"os\"\nvar _ = os.Exit\n", 2, `import of "os" is not allowed`},
		{"cgo", "a.go", "package gossip\nimport \"C\"\n", 2, `import of "C" is not allowed`},
		{"unsafe", "a.go", "package gossip\nimport \"unsafe\"\n", 2, `import of "unsafe" is not allowed`},
		{"dot", "a.go", "package gossip\nimport . \"time\"\n", 2,
			`import of "time" into the file's own names is not allowed`},
		{"a layer above", "a.go", "package gossip\nimport \"strata/chain\"\n", 2,
			`import of "strata/chain" is not allowed`},
		{"a solution", "a.go", "package gossip\nimport \"strata/solutions/gossip\"\n", 2,
			`import of "strata/solutions/gossip" is not allowed`},
		{"clock", "a.go", "package gossip\nimport clock \"time\"\nvar _ = clock.Now()\n", 3, "time.Now is not allowed"},
		{"sleep", "a.go", "package gossip\nimport \"time\"\nfunc f() { time.Sleep(1) }\n", 3,
			"time.Sleep is not allowed"},
		{"global random", "a.go", "package gossip\nimport \"math/rand/v2\"\nvar _ = rand.IntN(3)\n", 3,
			"rand.IntN is not allowed"},
		{"linkname", "a.go", "package gossip\n\n//go:linkname f time.now\nfunc f()\n", 3,
			"compiler directives are not allowed"},
		{"embed", "a.go", "package gossip\nimport _ \"embed\"\n", 2, `import of "embed" is not allowed`},
		{"build tag", "a.go", "//go:build linux\n\npackage gossip\n", 1, "build constraints are not allowed"},
		{"build tag of old", "a.go", "// +build linux\n\npackage gossip\n", 1, "build constraints are not allowed"},
		{"file name", "a_linux.go", "package gossip\n", 0,
			"the file's name ends in _linux, so that Go compiles it on some systems only"},
		{"file name of two words", "a_windows_arm64.go", "package gossip\n", 0,
			"the file's name ends in _arm64, so that Go compiles it on some systems only"},
		{"file name of a rare system", "a_zos.go", "package gossip\n", 0,
			"the file's name ends in _zos, so that Go compiles it on some systems only"},
		{"file name of two lines", "a\nb.go", "package gossip\n", 0, "the file's name is not plain text"},
		{"file name of no text", "a\xff.go", "package gossip\n", 0, "the file's name is not plain text"},
		{"line directive", "a.go", "package gossip\n//line /etc/passwd:1\nfunc f() {}\n", 2,
			"line directives hide where the code is"},
		{"init", "a.go", "package gossip\nfunc init() {}\n", 2, "init functions run before there is a node"},
		{"assembly", "a.s", "TEXT", 0, "only Go files make a layer"},
		{"also in code that does not parse", "a.go", "package gossip\nimport \"os\"\nfunc f( {\n", 2,
			`import of "os" is not allowed`},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := check(t, c.file, c.source)
			require.True(t, l.Refused())
			f := l.Findings[slices.IndexFunc(l.Findings, func(f sourcecheck.Finding) bool { return !f.Warning })]
			require.Equal(t, c.reason, f.Reason)
			require.Equal(t, c.line, f.Line)
			require.NotEmpty(t, f.Remedy)
		})
	}
}

func TestCheck_Allows(t *testing.T) {
	l := check(t, "a.go", `package gossip

import (
	"errors"
	"math/rand/v2"
	"strata/network"
	"time"
)

var errOdd = errors.New("odd")

type clock struct{}

func (clock) Now() time.Time { return time.Time{} }

// Local is this file's own, and none of time's.
func (clock) Local() bool { return true }

func f(host network.Host, r *rand.Rand, time clock) {
	_, _ = time.Now(), time.Local()
	_ = host.Rand()
	_, _ = r, errOdd
}
`)
	require.Empty(t, l.Findings)
	for _, name := range []string{"linux.go", "left_arm_helper.go", "größe.go", "linux_table.go", "amd64.v2.go"} {
		require.Empty(t, check(t, name, "package gossip\n").Findings, name)
	}
}

func TestCheck_FindsStepsNotWritten(t *testing.T) {
	l := check(t, "a.go", `package gossip
import "strata/network"
func f() { panic(network.NotWritten("gossip.2")) }
func g() { panic(network.NotWritten("gossip.1")) }
func h() { panic(network.NotWritten("gossip.2")) }
`)
	require.Equal(t, []string{"gossip.1", "gossip.2"}, l.Missing)
}

func TestCheck_AllowsTheSolutions(t *testing.T) {
	for _, layer := range steps.Layers {
		dir := filepath.Join("..", "..", "..", "solutions", layer)
		require.DirExists(t, dir)
		l, err := sourcecheck.Check(dir, layer)
		require.NoError(t, err)
		require.Empty(t, l.Findings)
		require.Empty(t, l.Missing)
	}
}
