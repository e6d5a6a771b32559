package grade_test

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/harness/trace"
	"strata/scenario"
)

// upTo leaves the steps of an elective after the first so many unwritten, in a copy of the solutions.
func upTo(t *testing.T, dir, layer string, written int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, layer, "*.go"))
	require.NoError(t, err)
	step := regexp.MustCompile(`//strata:begin (\S+)\n`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		text = step.ReplaceAllFunc(text, func(begin []byte) []byte {
			id := string(step.FindSubmatch(begin)[1])
			if s, ok := steps.Find(id); ok && slices.Index(ids(layer), s.ID) < written {
				return begin
			}
			return []byte(`if true { panic(network.NotWritten("` + id + `")) }` + "\n")
		})
		if bytes.Contains(text, []byte("network.NotWritten")) && !bytes.Contains(text, []byte(`"strata/network"`)) {
			text = regexp.MustCompile(`(?m)^import (\()?`).ReplaceAll(text, []byte("import \"strata/network\"\nimport $1"))
		}
		require.NoError(t, os.WriteFile(name, text, 0o600))
	}
}

// ids are the steps of a layer, in order.
func ids(layer string) (all []string) {
	for _, s := range steps.List {
		if s.Layer == layer {
			all = append(all, s.ID)
		}
	}
	return all
}

// Whoever writes an elective in the order of its steps has the points of each as soon as it stands. The steps of
// validators need one another: nothing is decided before all of them stand, and docs/8-validators.md says so.
func TestElective_StepByStep(t *testing.T) {
	electives := slices.DeleteFunc(slices.Clone(steps.Electives), func(layer string) bool { return layer == "validators" })
	for written := 1; ; written++ { // of each elective; none of them: TestGrade_SkeletonsHaveNone
		dir, wants := copied(t), make(map[string]report.Status)
		for _, layer := range electives {
			all := ids(layer)
			if written >= len(all) {
				continue
			}
			upTo(t, dir, layer, written)
			for i, id := range all {
				if wants[id] = report.Passed; i >= written {
					wants[id] = report.NotWritten
				}
			}
		}
		if len(wants) == 0 {
			require.Greater(t, written, 1)
			return
		}
		r := graded(t, grade.Options{Dir: dir, Steps: slices.Sorted(maps.Keys(wants)), Seeds: 1, AsFound: true})
		for id, want := range wants {
			require.Equal(t, want, step(t, r, id).Status, "%s, %d steps are written\n%v", id, written, r.Failures)
		}
	}
}

// hasty is a copy of the solutions that counts without the leader.
func hasty(t *testing.T) string {
	return broken(t, "leader/ack.go", "n.committed(min(agreed, led, tip))", "n.committed(min(agreed, max(led, tip)))")
}

// A failure of an elective tells what the member said and heard, what it was set to, and the command that shows it
// again, as text and as a page.
func TestElective_IsReplayed(t *testing.T) {
	dir := hasty(t)
	r, text := run(t, dir, "leader.3")
	require.Equal(t, report.Failed, step(t, r, "leader.3").Status, text)
	for _, want := range []string{"rule      LDR-3", "settings  Timeout 1m0s, MaxTimeout 1m0s, Whole true", "leader/ack.go:",
		"hears ldr:ack: member 1 acknowledges block 1", "hint      Five members", "replay    strata replay leader/count/1"} {
		require.Contains(t, text, want)
	}
	var recorded trace.Run
	again := replay(t, grade.ReplayOptions{Options: grade.Options{Dir: dir}, Scenario: "leader/count", Seed: 1,
		Record: func(run trace.Run) error { recorded = run; return nil }})
	require.Contains(t, again, "tells  says ldr:ack: member 2 acknowledges block 1")
	require.NotEmpty(t, recorded.Events)
	require.Contains(t, replay(t, grade.ReplayOptions{Options: grade.Options{Dir: dir}, Scenario: "leader/count",
		AnySeed: true, Shrink: true}), "the smallest run found that fails in this way")
}

// The debugger steps through the run of a desk and of a whole cluster, and shows where a member stands.
func TestElective_IsDebugged(t *testing.T) {
	dir := hasty(t)
	session := func(name string, seed uint64, lines ...string) string {
		var out bytes.Buffer
		err := grade.Debug(t.Context(), grade.ExploreOptions{Options: kept(grade.Options{Dir: dir}), Scenario: name,
			Seed: seed}, strings.NewReader(strings.Join(lines, "\n")+"\n"), &out)
		require.NoError(t, err)
		return out.String()
	}
	text := session("leader/count", 1, "run violation", "inspect 10.0.0.1", "back", "inspect 10.0.0.1", "quit")
	require.Contains(t, text, "broken: LDR-3: expected 0 operations to be final while the leader has not acknowledged")
	require.Contains(t, text, "view 0 (normal 0), log 3, committed 1, the members have acknowledged [0 1 3 1 0]")
	require.Contains(t, text, "view 0 (normal 0), log 3, committed 0, the members have acknowledged [0 0 3 0 0]")
	text = session("leader/crash", 1, "run time 2900ms", "inspect 10.0.0.2", "run kind ldr:wish", "trace 3", "quit")
	require.Contains(t, text, "view 0 (normal 0), log ")
	require.Contains(t, text, "wishes view 1")
}

// The orders of an elective can be looked at by its students, too, although no grade does.
func TestElective_IsExplored(t *testing.T) {
	explore := func(dir, name string) (bool, string) {
		var out bytes.Buffer
		passed, err := grade.Explore(t.Context(), grade.ExploreOptions{Options: kept(grade.Options{Dir: dir}),
			Scenario: name, Last: 5, Adjust: func(b *scenario.Budget) { b.States = 40 }}, &out)
		require.NoError(t, err)
		return passed, out.String()
	}
	passed, text := explore(filepath.Join(root, "solutions"), "leader/orders-crash")
	require.True(t, passed, text)
	require.Contains(t, text, "explored every order of the first ")
	for _, s := range grade.Scenarios() {
		require.NotContains(t, s.Name, "leader/orders-", "a grade would take minutes")
	}
}

// No command in another language runs an elective. It is said before anything starts, and is no grade of nothing.
func TestElective_NoCommandRunsIt(t *testing.T) {
	const why = "a command cannot run leader: no kit has an elective, only the six layers"
	opt := grade.Options{Root: root, Exec: []string{"go"}}
	refused := func(err error) {
		require.ErrorIs(t, err, grade.ErrUsage)
		require.ErrorContains(t, err, why)
	}
	for _, which := range []grade.Options{{Layers: []string{"leader"}}, {Steps: []string{"leader.2"}}} {
		which.Root, which.Exec = opt.Root, opt.Exec
		_, err := grade.Grade(t.Context(), which)
		refused(err)
	}
	_, err := grade.Replay(t.Context(), grade.ReplayOptions{Options: opt, Scenario: "leader/ack", Seed: 1}, io.Discard)
	refused(err)
	orders := grade.ExploreOptions{Options: opt, Scenario: "leader/orders-commit"}
	_, err = grade.Explore(t.Context(), orders, io.Discard)
	refused(err)
	refused(grade.Debug(t.Context(), orders, strings.NewReader(""), io.Discard))
}

// Whoever is graded by the six layers hears nothing of an elective that nobody asked for, be it there or not, and one that does not
// compile is in nobody's way: here or behind glass.
func TestElective_ThatNobodyAskedFor(t *testing.T) {
	dir := broken(t, "leader/log.go", "l.disk.Sync(l.file, done)", "l.disk.Sync(l.file, nothing)")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "causal")))
	for _, sealed := range []bool{false, true} {
		r := graded(t, grade.Options{Dir: dir, Steps: []string{"gossip.1", "stack.1"}, Seeds: 1, AsFound: true, Sealed: sealed})
		require.Equal(t, r.Of, r.Points)
		require.Empty(t, r.Problems)
	}
	r := graded(t, grade.Options{Dir: dir, Steps: []string{"gossip.1", "leader.1"}, Seeds: 1, AsFound: true})
	require.Equal(t, report.DoesNotCompile, step(t, r, "leader.1").Status)
	require.Equal(t, "leader", r.Problems[0].Layer)
}
