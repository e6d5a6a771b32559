package grade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/scenario"
)

const root = "../.."

// run grades some steps of the directory, or all, with few seeds.
func run(t *testing.T, dir string, ids ...string) (report.Report, string) {
	t.Helper()
	r := graded(t, grade.Options{Dir: dir, Steps: ids, Seeds: 2, Timeout: 300 * time.Millisecond, MemoryLimit: 128 << 20})
	var text bytes.Buffer
	require.NoError(t, r.Render(&text))
	return r, text.String()
}

// flat is a text without the places where its lines were broken.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// edited is a copy of the solutions in which the executor of layer 6 is wrapped: extra declares
// the methods of the type edit, which embeds ours, from line 4 of edit.go on.
func edited(t *testing.T, extra string) (dir string) {
	t.Helper()
	return wrapped(t, "chain", "package chain\n\nimport \"strata/chain\"\n"+extra+`
type edit struct{ chain.Executor }

func New(cfg chain.Config) chain.Executor { return edit{ours(cfg)} }
`)
}

// wrapped is a copy of the solutions in which a layer's New is called ours, and edit.go declares
// another.
func wrapped(t *testing.T, layer, edit string) (dir string) {
	t.Helper()
	dir = copied(t)
	wrap(t, dir, layer, edit)
	return dir
}

// wrap is wrapped in a submission that there is.
func wrap(t *testing.T, dir, layer, edit string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(dir, layer))
	require.NoError(t, err)
	for _, entry := range files {
		f := filepath.Join(dir, layer, entry.Name())
		if filepath.Ext(f) != ".go" {
			continue
		}
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		text = bytes.Replace(text, []byte("\nfunc New("), []byte("\nfunc ours("), 1)
		require.NoError(t, os.WriteFile(f, text, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, layer, "edit.go"), []byte(edit), 0o600))
}

// copied is a copy of the solutions.
func copied(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "solutions"))))
	return dir
}

func step(t *testing.T, r report.Report, id string) report.Step {
	t.Helper()
	for _, s := range r.Steps {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no step %s in the report", id)
	return report.Step{}
}

func TestGrade_SolutionsHaveAllPoints(t *testing.T) {
	r, text := run(t, filepath.Join(root, "solutions"))
	require.True(t, r.Complete(), text)
	require.Equal(t, 100, r.Points)
	require.Contains(t, text, "100 of 100 points")
	core := slices.DeleteFunc(grade.Explorable(), func(s scenario.Scenario) bool {
		return slices.Contains(steps.Electives, steps.LayerOf(s.Step))
	})
	require.Len(t, r.Explored, len(core), "what was covered is said")
	require.Contains(t, r.Explored, "p2p/orders-both-dial: all 13,920 orders of 13 arrivals, 2 timers and 2 actions at 2 nodes: 3,419 states")
	require.NotContains(t, text, "Explored", "to whoever has all points it says nothing")
}

func TestGrade_SkeletonsHaveNone(t *testing.T) {
	r := graded(t, grade.Options{})
	require.Zero(t, r.Points)
	require.Equal(t, 100, r.Of)
	for _, s := range r.Steps {
		want := report.NotWritten
		if s.Layer == steps.Whole {
			want = report.Blocked
		}
		require.Equal(t, want, s.Status, s.ID)
	}
}

// Whoever asks only whether a scenario fails hears of the first that does, and of nothing that ran after it.
func TestGrade_OneFails(t *testing.T) {
	opt := grade.Options{Dir: filepath.Join(root, "solutions"), Layers: []string{"network"}, Seeds: 1, Jobs: 1,
		AsFound: true, OneFails: true}
	r := graded(t, opt)
	require.Equal(t, r.Of, r.Points)
	opt.Dir = wrapped(t, "network", `package network

import "strata/network"

type edit struct{ network.Network }

func New(h network.Host, cfg network.Config) network.Network { return edit{ours(h, cfg)} }

func (edit) Stop() {}
`)
	r = graded(t, opt)
	require.Len(t, r.Failures, 1)
	require.Equal(t, "network.3", r.Failures[0].Step)
	last := r.Steps[len(r.Steps)-1]
	require.Equal(t, "network.3", last.ID)
	opt.OneFails = false
	all := graded(t, opt)
	require.Greater(t, len(all.Failures), 1)
	require.Greater(t, all.Steps[len(all.Steps)-1].Scenarios, last.Scenarios)
}

// What goes wrong in layer 6 is told, with the student's file, and layer 1 has its points. (TestReplay_OfWhatNeverEnds
// is about a loop that does not end: each of its runs takes all the time that it may.)
func TestGrade_WhatStudentsDo(t *testing.T) {
	for _, c := range []struct {
		name, source string
		want         []string // of the text
	}{
		{"panic", "func (edit) Apply(*chain.State, chain.Sealed) error {\n\tpanic(\"ouch\")\n}\n",
			[]string{"panic: ouch", "chain/edit.go:5", "strata replay chain/"}},
		{"stack overflow", "func (e edit) Apply(s *chain.State, b chain.Sealed) error {\n\treturn e.Apply(s, b)\n}\n",
			[]string{"stack overflow", "chain/edit.go:"}},
		{"allocation bomb", "func (edit) Apply(*chain.State, chain.Sealed) error {\n\tvar all [][]byte\n\tfor " +
			"{\n\t\tall = append(all, make([]byte, 1<<16))\n\t}\n}\n",
			[]string{"out of memory", "chain/edit.go:"}},
		{"huge allocation", "func (edit) Apply(s *chain.State, _ chain.Sealed) error {\n\tall := make([]byte, " +
			"1<<44)\n\tif all[s.Number()] > 0 {\n\t\treturn chain.ErrNumber\n\t}\n\treturn nil\n}\n",
			[]string{"out of memory", "chain/edit.go:"}},
		{"bug", "func (edit) Apply(*chain.State, chain.Sealed) error {\n\treturn nil\n}\n",
			[]string{"CHN-", "happened", "hint"}},
		{"prints verdicts", "func (edit) Apply(*chain.State, chain.Sealed) error " +
			"{\n\tprintln(`{\"Kind\":\"passed\",\"Job\":1}`)\n\treturn nil\n}\n",
			[]string{"CHN-", "printed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, text := run(t, edited(t, c.source), "network.1", "chain.2")
			require.Equal(t, report.Failed, step(t, r, "chain.2").Status, text)
			require.Equal(t, report.Passed, step(t, r, "network.1").Status, text)
			for _, want := range c.want {
				require.Contains(t, flat(text), strings.TrimSpace(want))
			}
		})
	}
}

func TestGrade_CompileErrorIsTheCompilers(t *testing.T) {
	r, text := run(t, edited(t, "func broken() int {\n\treturn nothing\n}\n"), "network.1", "chain.2")
	require.Equal(t, report.DoesNotCompile, step(t, r, "chain.2").Status)
	require.Equal(t, report.Passed, step(t, r, "network.1").Status, text)
	require.Contains(t, text, "chain/edit.go:5:9: undefined: nothing")
}

func TestGrade_WrongNewIsACompileError(t *testing.T) {
	dir := edited(t, "")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chain", "edit.go"), []byte("package chain\n\nfunc New() {}\n"),
		0o600))
	r, text := run(t, dir, "network.1", "chain.2")
	require.Equal(t, report.DoesNotCompile, step(t, r, "chain.2").Status)
	require.Equal(t, report.Passed, step(t, r, "network.1").Status, text)
}

func TestGrade_RefusedSourcesAreToldWithARemedy(t *testing.T) {
	dir := edited(t, "")
	file := filepath.Join(dir, "chain", "exit.go")
	require.NoError(t, os.WriteFile(file, []byte("package chain\n\nimport \"os\"\n\nfunc leave() { os.Exit(0) }\n"),
		0o600))
	r, text := run(t, dir, "network.1", "chain.2")
	require.Equal(t, report.Refused, step(t, r, "chain.2").Status)
	require.Equal(t, report.Passed, step(t, r, "network.1").Status, text)
	require.Contains(t, text, file+`:3: import of "os" is not allowed`)
}

func TestGrade_PartlyWritten(t *testing.T) {
	dir := copied(t)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "network")))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "chain")))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "chain"), os.DirFS(filepath.Join(root, "exercises", "chain"))))
	r, text := run(t, dir, "network.1", "messaging.1", "chain.2", "stack.1")
	require.Equal(t, report.Absent, step(t, r, "network.1").Status)
	require.Equal(t, report.NotWritten, step(t, r, "chain.2").Status)
	require.Equal(t, report.Blocked, step(t, r, "stack.1").Status)
	require.Equal(t, report.Passed, step(t, r, "messaging.1").Status, text)
}

// A scenario that needs a step of the same layer that is not written yet does not fail its own.
func TestGrade_StepBlockedByAnother(t *testing.T) {
	dir := copied(t)
	file := filepath.Join(dir, "gossip", "gossip.go")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	written := regexp.MustCompile(`(?s)//strata:begin gossip\.1\n.*?//strata:end`)
	require.Regexp(t, written, string(text))
	text = written.ReplaceAll(text, []byte(`panic(network.NotWritten("gossip.1"))`))
	require.NoError(t, os.WriteFile(file, text, 0o600))
	r, out := run(t, dir, "gossip.1", "gossip.2", "gossip.3")
	require.Equal(t, report.NotWritten, step(t, r, "gossip.1").Status)
	require.Equal(t, report.Blocked, step(t, r, "gossip.2").Status, out)
	require.Equal(t, "gossip.1", step(t, r, "gossip.2").Reason)
	require.Contains(t, out, "blocked by gossip.1")
}

func TestGrade_JSON(t *testing.T) {
	r := graded(t, grade.Options{Layers: []string{"gossip"}})
	var text bytes.Buffer
	require.NoError(t, r.JSON(&text))
	var back report.Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &back))
	require.Equal(t, r.Steps, back.Steps)
}

func TestGrade_UsageErrors(t *testing.T) {
	for _, opt := range []grade.Options{
		{Root: os.TempDir()}, {Root: root, Dir: "nowhere"}, {Root: root, Layers: []string{"session"}},
		{Root: root, Steps: []string{"gossip.9"}}, {Root: root, Seeds: -1},
		{Root: root, FirstSeed: 1<<63 - 2, Seeds: 3},
	} {
		_, err := grade.Grade(context.Background(), opt)
		require.ErrorIs(t, err, grade.ErrUsage)
	}
}

func TestReplay_ShowsWhatHappened(t *testing.T) {
	var text bytes.Buffer
	passed, err := grade.Replay(context.Background(), grade.ReplayOptions{
		Options:  kept(grade.Options{Dir: filepath.Join(root, "solutions")}),
		Scenario: grade.Scenarios()[0].Name, Seed: 3}, &text)
	require.NoError(t, err)
	require.True(t, passed)
	require.Contains(t, text.String(), "dials")
	require.Contains(t, text.String(), "\npassed\n")
}

func TestReplay_ExplainsTheFailure(t *testing.T) {
	dir := edited(t, "func (edit) Apply(*chain.State, chain.Sealed) error {\n\tpanic(\"ouch\")\n}\n")
	var name string
	for _, s := range grade.Scenarios() {
		if s.Step == "chain.2" {
			name = s.Name
		}
	}
	var text bytes.Buffer
	passed, err := grade.Replay(context.Background(), grade.ReplayOptions{Options: kept(grade.Options{Dir: dir}),
		Scenario: name, Seed: 1}, &text)
	require.NoError(t, err)
	require.False(t, passed)
	require.Contains(t, text.String(), "panic: ouch")
	require.Contains(t, text.String(), "chain/edit.go:5")
}

// A run that never ends is killed, and its replay says so.
func TestReplay_EndsTheEndless(t *testing.T) {
	dir := edited(t, "func (edit) Apply(*chain.State, chain.Sealed) error {\n\tfor {\n\t}\n}\n")
	var text bytes.Buffer
	passed, err := grade.Replay(context.Background(), grade.ReplayOptions{
		Options: kept(grade.Options{Dir: dir, Timeout: time.Second}), Scenario: "chain/in-order", Seed: 1}, &text)
	require.NoError(t, err)
	require.False(t, passed)
	require.Contains(t, text.String(), "no end")
	require.Contains(t, text.String(), "chain/edit.go:5\n", "the loop")
}

func TestParseRun(t *testing.T) {
	name, seed, err := grade.ParseRun("gossip/reaches-everyone/17")
	require.NoError(t, err)
	require.Equal(t, "gossip/reaches-everyone", name)
	require.Equal(t, uint64(17), seed)
	for _, bad := range []string{"", "gossip", "gossip/x", "/1", "a/-1", "a/9223372036854775808"} {
		_, _, err := grade.ParseRun(bad)
		require.ErrorIs(t, err, grade.ErrUsage, bad)
	}
}
