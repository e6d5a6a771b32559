package grade_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
)

// attack is a file of testdata/attacks, which wraps our solution of a layer.
type attack struct {
	file, layer, step string
	want              []string // of the report
}

// attacks come in submissions, so that a build does for many. None may keep another layer from its
// points.
var attacks = [][]attack{
	{
		{"endless-error", "network", "network.3", []string{"no end", "network/edit.go:"}},
		{"deep-error", "messaging", "messaging.1", []string{"stack overflow", "messaging/edit.go:"}},
		{"nil-map", "gossip", "gossip.1", []string{"assignment to entry in nil map", "gossip/edit.go:"}},
		{"noise", "mempool", "mempool.1", []string{"MEM-", "printed", "REDALERT"}},
	},
	{
		{"kept-buffer", "gossip", "gossip.2", []string{"NET-12"}},
		{"huge-error", "mempool", "mempool.1", []string{"xxx ..."}},
		{"huge-payload", "network", "network.3", []string{"out of memory", "network/edit.go:"}},
	},
}

// add wraps the attack around a layer of the submission in dir.
func (a attack) add(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "attacks", a.file+".go"))
	require.NoError(t, err)
	wrap(t, dir, a.layer, string(text))
}

func TestGrade_Attacks(t *testing.T) {
	for _, submission := range attacks {
		dir := copied(t)
		ids := []string{"chain.1"}
		for _, a := range submission {
			a.add(t, dir)
			ids = append(ids, a.step)
		}
		r, text := run(t, dir, ids...)
		require.Equal(t, report.Passed, step(t, r, "chain.1").Status, text)
		for _, a := range submission {
			require.Equal(t, report.Failed, step(t, r, a.step).Status, "%s: %s", a.file, text)
			var own strings.Builder
			require.NoError(t, ofLayer(r, a.layer).Render(&own))
			for _, want := range a.want {
				require.Contains(t, flat(own.String()), want, a.file)
			}
		}
		require.Less(t, len(text), 200<<10, "what is printed is bounded")
		for _, control := range []string{"\x1b", "\u202e", "\r", "\a"} {
			require.NotContains(t, text, control)
		}
	}
}

// Code that runs before there is a node would keep every layer from being graded.
func TestGrade_AttacksBeforeTheStart(t *testing.T) {
	dir := copied(t)
	for layer, source := range map[string]string{
		"chain":   "var _ = func() int {\n\tfor {\n\t}\n}()\n",
		"gossip":  "var _ = func() int { panic(\"early\") }()\n",
		"mempool": "var all = func() (all [][]byte) {\n\tfor {\n\t\tall = append(all, make([]byte, 1<<20))\n\t}\n}()\n",
		"p2p": "var a, b [1 << 30]byte\n\nvar _ = touch(&a, &b)\n\nfunc touch(all ...*[1 << 30]byte) int " +
			"{\n\tfor _, one := range all {\n\t\tfor i := range one {\n\t\t\tone[i]++\n\t\t}\n\t}\n\treturn 0\n}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, layer, "edit.go"), []byte("package "+layer+"\n\n"+source),
			0o600))
	}
	r, text := run(t, dir, "network.1", "p2p.1", "gossip.1", "mempool.1", "chain.2")
	require.Equal(t, report.Passed, step(t, r, "network.1").Status, text)
	for _, id := range []string{"p2p.1", "gossip.1", "mempool.1", "chain.2"} {
		require.Contains(t, []report.Status{report.Failed, report.Refused}, step(t, r, id).Status, text)
	}
	for _, want := range []string{"chain/edit.go:", "gossip/edit.go:3", "early", "mempool/edit.go:", "out of memory",
		"values of 1073741824 bytes"} {
		require.Contains(t, text, want, text)
	}
}

// A map's order is told with the first event that differs, and the line that sent it.
func TestGrade_FindsAMapsOrder(t *testing.T) {
	dir := copied(t)
	attack{file: "map-order", layer: "gossip"}.add(t, dir)
	r, text := run(t, dir, "gossip.1")
	require.NotEmpty(t, r.Findings, text)
	f := r.Findings[0]
	require.Equal(t, "gossip", f.Layer)
	require.NotNil(t, f.Difference, text)
	require.Regexp(t, `gossip/edit\.go:25$`, f.File)
	require.Contains(t, strings.Join(f.Suspects, "\n"), "gossip/edit.go:23: ranges over the map ")
	for _, want := range []string{"does not do the same again", "two runs of the same seed differed", "word-", "the order of a map"} {
		require.Contains(t, flat(text), want)
	}
}

// What would outlive a run, and tell one node of another, is refused by file and line before it runs.
func TestGrade_RefusesATimeBomb(t *testing.T) {
	dir := copied(t)
	attack{file: "time-bomb", layer: "gossip"}.add(t, dir)
	r, text := run(t, dir, "gossip.1")
	require.Equal(t, report.Refused, step(t, r, "gossip.1").Status)
	require.Contains(t, text, "gossip/edit.go:26: package variable nodes is shared by all nodes of a process, and "+
		"here it is assigned")
}

// What lies about in exercises/ itself has no part in what is built, be it graded or another
// directory: neither a module of its own nor objects, nor a vendor directory or workspace above.
func TestGrade_AttacksInTheTree(t *testing.T) {
	tree := t.TempDir()
	whole, err := filepath.Abs(root)
	require.NoError(t, err)
	for _, name := range append([]string{"go.mod", "go.sum", "docs", "ledgers", "scenario", "node", "harness",
		"solutions"}, steps.Layers...) {
		require.NoError(t, os.Symlink(filepath.Join(whole, name), filepath.Join(tree, name)))
	}
	exercises := filepath.Join(tree, "exercises")
	require.NoError(t, os.CopyFS(exercises, os.DirFS(filepath.Join(root, "solutions"))))
	for name, text := range map[string]string{
		"exercises/go.mod":        "module strata/exercises\n",
		"exercises/gossip/go.mod": "module strata/exercises/gossip\n",
		"exercises/chain/x.s":     "TEXT ·x(SB), 4, $0\n",
		"exercises/p2p/x.syso":    "no object",
		"go.work":                 "go 1.26\n\nuse ./exercises\n",
		"vendor/modules.txt":      "# nothing\n",
	} {
		file := filepath.Join(tree, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	r, err := grade.Grade(context.Background(), grade.Options{Root: tree, Steps: []string{"gossip.1", "p2p.1",
		"chain.1"}, Seeds: 1})
	require.NoError(t, err)
	require.Equal(t, report.Passed, step(t, r, "gossip.1").Status)
	require.Equal(t, report.Refused, step(t, r, "chain.1").Status)
	require.Equal(t, report.Refused, step(t, r, "p2p.1").Status)
	require.Contains(t, strings.Join(r.Notes, "\n"), "go.mod is not used")
}

// The same of what is handed in.
func TestGrade_AttacksByLinks(t *testing.T) {
	dir := t.TempDir()
	whole, err := filepath.Abs(root)
	require.NoError(t, err)
	require.NoError(t, os.Symlink(filepath.Join(whole, "solutions", "gossip"), filepath.Join(dir, "gossip")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module strata\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chain"), []byte("not a directory"), 0o600))
	r, text := run(t, dir, "gossip.1", "chain.1", "network.1")
	require.Equal(t, report.Refused, step(t, r, "gossip.1").Status)
	require.Equal(t, report.Refused, step(t, r, "chain.1").Status)
	require.Equal(t, report.Absent, step(t, r, "network.1").Status)
	require.Contains(t, text, "a symbolic link")
	require.Contains(t, text, "go.mod is not used")
}
