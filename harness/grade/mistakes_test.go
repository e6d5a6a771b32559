package grade_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
)

var update = flag.Bool("update", false, "write the reports in testdata/mistakes again")

// mistake is one that students make, planted in a layer of ours.
type mistake struct{ layer, name, file, old, new string }

// mistakes are two of each layer.
var mistakes = [2][]mistake{
	{
		{"network", "little-endian", "frames.go", "size := network.PayloadSize(header)",
			"size := uint32(header[0]) | uint32(header[1])<<8 | uint32(header[2])<<16 | uint32(header[3])<<24"},
		{"messaging", "answers-regular", "messaging.go", "if ok && m.Type == messaging.TypeRequest {", "if ok {"},
		{"p2p", "never-again", "dial.go", "return l.host.Now().Sub(f.at) >= min(wait, l.cfg.BackoffMax)",
			"return l.host.Now().Sub(f.at) >= l.cfg.BackoffMax+wait"},
		{"gossip", "marks-late", "gossip.go", `	if !ok || !l.seen.add(id, l.host.Now()) {
		return
	}
	if !h(from, payload) {
		return
	}
`, `	if !ok {
		return
	}
	if _, known := l.seen.ids[id]; known {
		return
	}
	pass := h(from, payload)
	l.seen.add(id, l.host.Now())
	if !pass {
		return
	}
`},
		{"mempool", "full-refuses", "mempool.go", `		p.forget(p.queue[0])
		p.queue = p.queue[1:]
	}
	p.queue = append(p.queue, pooled{`, `		last := len(p.queue) - 1
		p.forget(p.queue[last])
		p.queue = p.queue[:last]
	}
	p.queue = append(p.queue, pooled{`},
		{"chain", "pays-itself", "chain.go", `	if tx.Sender == tx.Recipient {
		return sender, sender, nil
	}
`, ""},
	},
	{
		{"network", "at-the-bound", "frames.go", "if uint64(size) > uint64(maxFrame) {", "if uint64(size) >= uint64(maxFrame) {"},
		{"messaging", "id-taken", "requests.go", `	for taken := true; taken; _, taken = l.outstanding[key] {
		key.id = key.id%l.cfg.MaxID + 1
	}
`, `	key.id = key.id%l.cfg.MaxID + 1
`},
		{"p2p", "wrong-twin", "table.go", "if old.outgoing != c.outgoing && old.outgoing == (l.cfg.Self < c.addr) {",
			"if old.outgoing {"},
		{"gossip", "sweeps-once", "gossip.go", `	l.seen.forget(l.host.Now().Add(-l.cfg.SeenFor))
	l.timer = l.host.After(l.cfg.Sweep, l.sweep)
`, `	l.seen.forget(l.host.Now().Add(-l.cfg.SeenFor))
`},
		{"mempool", "evict-forgets-half", "mempool.go", `		if gone[e.id] {
			p.forget(e)
		}
		return gone[e.id]
`, `		if gone[e.id] {
			p.watcher.TransactionLeft(e.tx)
		}
		return gone[e.id]
`},
		{"chain", "one-pass", "build.go", `	for took := true; took; {
		took = false
`, `	for range 1 {
		took := false
		_ = took
`},
	},
}

// TestMistakes_AreUnderstoodByTheReport keeps the report of each mistake in testdata/mistakes, as a student gets it.
// `go test ./harness/grade -run Mistakes -update` writes them again: then read them.
func TestMistakes_AreUnderstoodByTheReport(t *testing.T) {
	kept, err := filepath.Abs("testdata/mistakes")
	require.NoError(t, err)
	workshop, err := filepath.Abs(root)
	require.NoError(t, err)
	var places [len(mistakes)]string
	for i, planted := range mistakes {
		dir := copied(t)
		for _, m := range planted {
			plant(t, dir, m)
		}
		places[i] = t.TempDir()
		require.NoError(t, os.Rename(dir, filepath.Join(places[i], "work")))
	}
	for i, planted := range mistakes {
		t.Chdir(places[i]) // so that no path of this machine is in a report
		r := graded(t, grade.Options{Root: workshop, Dir: "work", Seeds: 5,
			Unhurried: true, Layers: steps.Layers, Timeout: 20 * time.Second})
		for _, m := range planted {
			var text bytes.Buffer
			first(t, r, m.layer).Render(report.NewText(&text))
			path := filepath.Join(kept, m.layer+"-"+m.name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), text.String(), path)
		}
	}
}

// The page about reports shows one of them, as the exercises would get it.
func TestBook_ShowsAReportOfAMistake(t *testing.T) {
	kept, err := os.ReadFile("testdata/mistakes/network-little-endian.txt")
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join(root, "docs", "failures.md"))
	require.NoError(t, err)
	shown := strings.NewReplacer("\r\n", "\n", " --dir work", "", " work/", " exercises/").Replace(string(kept))
	require.Contains(t, strings.ReplaceAll(string(page), "\r\n", "\n"),
		"```text\n"+strings.TrimRight(shown, "\n")+"\n```\n")
}

// plant puts a mistake into a copy of ours.
func plant(t *testing.T, dir string, m mistake) {
	t.Helper()
	path := filepath.Join(dir, m.layer, m.file)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, bytes.Count(text, []byte(m.old)), "%s of %s: its place is gone", m.name, m.layer)
	require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte(m.old), []byte(m.new), 1), 0o600))
}

// first is the first failure of a layer: the one that a grade of the layer explains.
func first(t *testing.T, r report.Report, layer string) report.Failure {
	t.Helper()
	i := slices.IndexFunc(r.Failures, func(f report.Failure) bool { return steps.LayerOf(f.Step) == layer })
	require.GreaterOrEqual(t, i, 0, "%s is not found out", layer)
	return r.Failures[i]
}

// ofLayer is the part of a report that is about one layer, without what it took.
func ofLayer(r report.Report, layer string) report.Report {
	var part report.Report
	for _, s := range r.Steps {
		if s.Layer == layer {
			part.Steps, part.Points, part.Of = append(part.Steps, s), part.Points+s.Points, part.Of+s.Of
		}
	}
	part.Layers = []report.LayerSum{{Layer: layer, Points: part.Points, Of: part.Of}}
	for _, f := range r.Failures {
		if steps.LayerOf(f.Step) == layer {
			part.Failures = append(part.Failures, f)
		}
	}
	return part
}
