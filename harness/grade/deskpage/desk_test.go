package deskpage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/harness/grade/watch"
	"strata/harness/lab"
	"strata/harness/localpage"
)

const root = "../../.."

// rig is a desk on a copy of our layers, in which gossip marks ids too late, and the browser of its user.
type rig struct {
	*Desk
	t      *testing.T
	dir    string
	at     string
	client *http.Client
	keys   chan rune
}

func newRig(t *testing.T) *rig { return newRigWith(t, grade.Options{}) }

// newRigWith has the options count of which the desk has none of its own.
func newRigWith(t *testing.T, opt grade.Options) *rig {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "exercises")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "solutions"))))
	r := &rig{t: t, dir: dir, keys: make(chan rune, 1)}
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	s := localpage.New(l, Files)
	opt.Root, opt.Own, opt.Dir, opt.Seeds, opt.Timeout = root, dir, dir, 4, 4*time.Second
	r.Desk = New(Config{
		Options: opt, Dir: dir, Shown: "exercises", Home: t.TempDir(),
		Press: func(key rune) { r.keys <- key },
	}, s)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	r.client, r.at = &http.Client{Jar: jar}, "http://"+l.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		r.Close()
	})
	a, err := r.client.Get(s.URL())
	require.NoError(t, err)
	a.Body.Close()
	require.Equal(t, 200, a.StatusCode)
	return r
}

// plant has gossip mark an id after its handler has run.
func (r *rig) plant() {
	file := filepath.Join(r.dir, "gossip", "gossip.go")
	text, err := os.ReadFile(file)
	require.NoError(r.t, err)
	const right = "	if !ok || !l.seen.add(id, l.host.Now()) {\n		return\n	}\n	if !h(from, payload) {\n		return\n	}\n"
	const wrong = "	if _, known := l.seen.ids[id]; !ok || known {\n		return\n	}\n	pass := h(from, payload)\n" +
		"	l.seen.add(id, l.host.Now())\n	if !pass {\n		return\n	}\n"
	require.Equal(r.t, 1, bytes.Count(text, []byte(right)))
	require.NoError(r.t, os.WriteFile(file, bytes.Replace(text, []byte(right), []byte(wrong), 1), 0o600))
}

// get asks for a value, and returns the status.
func (r *rig) get(path string, value any) int {
	r.t.Helper()
	a, err := r.client.Get(r.at + path)
	require.NoError(r.t, err)
	return r.read(a, value)
}

func (r *rig) post(path string, body, value any) int {
	r.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(r.t, err)
	a, err := r.client.Post(r.at+path, "application/json", bytes.NewReader(text))
	require.NoError(r.t, err)
	return r.read(a, value)
}

func (r *rig) read(a *http.Response, value any) int {
	r.t.Helper()
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(r.t, err)
	require.NoError(r.t, json.Unmarshal(text, value), string(text))
	return a.StatusCode
}

// now is the state as the page is sent it.
func (r *rig) now() (s state) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	text, err := json.Marshal(r.state)
	require.NoError(r.t, err)
	require.NoError(r.t, json.Unmarshal(text, &s))
	return s
}

// verdictOf is a verdict on gossip in which a step fails, or none does.
func verdictOf(fails string) watch.Verdict {
	v := watch.Verdict{Known: map[string]report.Step{}, Took: time.Second}
	for _, s := range steps.List {
		if s.Layer != "gossip" {
			continue
		}
		is := report.Step{ID: s.ID, Layer: s.Layer, Title: s.Title, Status: report.Passed, Points: s.Points, Of: s.Points}
		if s.ID == fails {
			is.Status, is.Points = report.Failed, 0
			v.Report.Failures = append(v.Report.Failures, report.Failure{
				Step: s.ID, Scenario: "gossip/once", Seed: 1<<63 - 1, Ending: lab.Broke, Rule: "GSP-3", RuleText: "An *id* that is new.",
				Text: "<script>alert(1)</script>", File: "exercises/gossip/gossip.go:62 (received)", Replay: "strata replay x",
			}, report.Failure{Step: s.ID, Unwritten: "gossip.1"})
			v.First = &v.Report.Failures[0]
		}
		v.Report.Steps = append(v.Report.Steps, is)
		v.Known[s.ID] = is
	}
	return v
}

// What the watcher tells is what the page shows: what begins, what fails first, the verdict, and each way in which it
// can go wrong; and it goes on afterwards.
func TestDesk_States_I13(t *testing.T) {
	r := newRig(t)
	s := r.now()
	require.Equal(t, phaseGrading, s.Phase)
	require.Equal(t, 100, s.Of)
	require.Len(t, s.Layers, 7)

	r.Begins(watch.Job{Layers: []string{"gossip"}})
	r.Early(grade.Failed{Step: "gossip.2", Scenario: "gossip/once", Seed: 3, Text: "it went wrong\nin two lines"})
	s = r.now()
	require.Equal(t, []string{"gossip"}, s.Doing)
	require.Equal(t, &early{"gossip.2", "gossip/once", 3, "it went wrong"}, s.Early)

	v := verdictOf("gossip.2")
	v.Changes = []report.Step{v.Known["gossip.2"]}
	r.Verdict(v)
	s = r.now()
	require.Equal(t, phaseRest, s.Phase)
	require.Nil(t, s.Early)
	require.Equal(t, 9, s.Points)
	require.Equal(t, "gossip.2 fails", s.Changes)
	require.Equal(t, "gossip.2", s.Next)
	require.Len(t, s.Failures, 1, "what is not written yet is no failure")
	f := s.Failures[0]
	require.Equal(t, uint64(1<<63-1), f.Seed, "a seed survives JavaScript's numbers")
	require.Equal(t, "An id that is new.", f.RuleText)
	require.Equal(t, &place{"gossip", "gossip.go", 62}, f.Where[0].Place)
	require.True(t, f.Small, "a smaller run can be looked for")
	require.False(t, failureOf(report.Failure{Scenario: "p2p/orders-both-dial", Ending: lab.Broke}).Small)

	r.Broken(errors.New("no space left on device"))
	s = r.now()
	require.Equal(t, "no space left on device", s.Error)
	require.Len(t, s.Failures, 1, "what is known stays")
	r.Gone()
	require.Equal(t, phaseGone, r.now().Phase)
	r.Saved([]string{"gossip"})
	r.Begins(watch.Job{Layers: []string{"gossip"}})
	s = r.now()
	require.Equal(t, phaseGrading, s.Phase)
	require.Empty(t, s.Error)
	require.Equal(t, 9, s.Points)
	r.Soon(report.Report{Steps: []report.Step{verdictOf("").Known["gossip.2"]}}, time.Second)
	s = r.now()
	require.Equal(t, 15, s.Points, "so far all is well")
	require.Equal(t, phaseGrading, s.Phase, "and it goes on")
	r.Verdict(verdictOf(""))
	s = r.now()
	require.Empty(t, s.Failures)
	require.Equal(t, 15, s.Points)
	require.Greater(t, s.Number, 6)
}

// A layer that does not compile has its lines, with their places; once it does, they are gone.
func TestDesk_Problems_I13(t *testing.T) {
	r := newRig(t)
	v := verdictOf("")
	v.Report.Problems = []report.Problem{{Layer: "gossip", Status: report.DoesNotCompile, Lines: []string{"exercises/gossip/seen.go:3:1: syntax error"}}}
	r.Verdict(v)
	s := r.now()
	require.Len(t, s.Problems, 1)
	require.Equal(t, &place{"gossip", "seen.go", 3}, s.Problems[0].Lines[0].Place)
	r.Verdict(verdictOf(""))
	require.Empty(t, r.now().Problems)
}

// Hints come one at a time, are the same that strata hint gives, and are remembered.
func TestDesk_Hints_I13(t *testing.T) {
	r := newRig(t)
	step, _ := steps.Find("gossip.2")
	shown := func() []hint {
		for _, l := range r.now().Layers {
			for _, s := range l.Steps {
				if s.ID == step.ID {
					require.Equal(t, 3, len(s.Hints)+s.More)
					return s.Hints
				}
			}
		}
		return nil
	}
	require.Empty(t, shown())
	var answer map[string]string
	for n := range 4 {
		require.Equal(t, 200, r.post("/hint", map[string]string{"Step": step.ID}, &answer))
		require.Len(t, shown(), min(n+1, 3))
	}
	require.Equal(t, step.Hints[0], shown()[0].Text)
	require.Equal(t, 404, r.post("/hint", map[string]string{"Step": "gossip.9"}, &answer))
	require.Equal(t, "there is no step gossip.9", answer["error"])
	require.Equal(t, 400, r.post("/hint", []int{1}, &answer))

	require.NoError(t, os.WriteFile(filepath.Join(r.cfg.Home, ".strata", "hints.json"), []byte("{"), 0o600))
	require.Equal(t, 500, r.post("/hint", map[string]string{"Step": step.ID}, &answer))
	require.Contains(t, answer["error"], "remove it to start over")
}

// A course that gives no hints gives none here: the page offers none, and is refused one.
func TestDesk_NoHints_I13(t *testing.T) {
	r := newRigWith(t, grade.Options{NoHints: true})
	r.Verdict(verdictOf("gossip.2"))
	for _, l := range r.now().Layers {
		for _, s := range l.Steps {
			require.Zero(t, len(s.Hints)+s.More, s.ID)
		}
	}
	var answer map[string]string
	require.Equal(t, 403, r.post("/hint", map[string]string{"Step": "gossip.2"}, &answer))
	require.Equal(t, "your course gives no hints: read docs/4-gossip.md, or ask", answer["error"])
	require.NoFileExists(t, filepath.Join(r.cfg.Home, ".strata", "hints.json"))
}

// A key is passed on to the watcher, if it is one that the page has.
func TestDesk_Keys_I13(t *testing.T) {
	r := newRig(t)
	var answer map[string]string
	require.Equal(t, 200, r.post("/key", map[string]string{"Key": "a"}, &answer))
	require.Equal(t, 'a', <-r.keys)
	for _, key := range []string{"q", "", "aa", "\x00"} {
		require.Equal(t, 400, r.post("/key", map[string]string{"Key": key}, &answer), key)
	}
	require.Equal(t, 409, r.post("/key", map[string]string{"Key": "s"}, &answer))
	require.Equal(t, "nothing has failed: there is no step to grade again", answer["error"])
	require.Empty(t, r.keys)
	r.Verdict(verdictOf("gossip.2"))
	require.Equal(t, 200, r.post("/key", map[string]string{"Key": "s"}, &answer))
	require.Equal(t, 's', <-r.keys)
}

// Of the files of the machine the page shows those of the layers alone, as text.
func TestDesk_Code_I13(t *testing.T) {
	r := newRig(t)
	var s source
	require.Equal(t, 200, r.get("/code?layer=gossip&file=seen.go&line=3", &s))
	require.Equal(t, filepath.Join("exercises", "gossip", "seen.go"), s.Path)
	require.Contains(t, s.Files, "gossip.go")
	require.NotContains(t, strings.Join(s.Files, " "), "_test.go")
	require.Contains(t, strings.Join(s.Lines, "\n"), `<span class="k">func</span>`)

	evil := "package gossip\n// <img src=x onerror=alert(1)>\nvar x = \"<b>\"\nvar _ = network.NotWritten(\"gossip.3\")\n"
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "gossip", "evil.go"), []byte(evil), 0o600))
	require.Equal(t, 200, r.get("/code?step=gossip.3", &s))
	require.Equal(t, "evil.go", s.File, "where the step is to be written")
	require.Equal(t, 4, s.Line)
	require.NotContains(t, strings.Join(s.Lines, ""), "<img")
	require.NotContains(t, strings.Join(s.Lines, ""), "<b>")

	var answer map[string]string
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(r.dir, "gossip", "link.go")))
	for _, query := range []string{
		"layer=gossip&file=../network/network.go", "layer=..&file=x.go", "layer=gossip&file=/etc/passwd",
		"layer=gossip&file=seen_test.go", "layer=gossip&file=link.go", "step=stack.1", "step=nothing", "",
	} {
		require.Equal(t, 404, r.get("/code?"+query, &answer), query)
	}
}

// A run that fails is drawn as the smallest, beside ours, and as the whole with the chance to fail; and a session steps
// through it.
func TestDesk_RunsAndSteps_I13(t *testing.T) {
	r := newRig(t)
	r.plant()
	var a drawn
	require.Equal(t, 200, r.get("/run?scenario=gossip/within-handler&seed=1&show=small", &a))
	require.False(t, a.Passed)
	require.Contains(t, a.Text, "GSP-3")
	require.NotNil(t, a.Drawing.Header.Failure)
	require.NotEmpty(t, a.Drawing.Messages)
	require.Nil(t, a.Ours.Header.Failure, "ours passes")
	require.Equal(t, a.Drawing.Header.Nodes, a.Ours.Header.Nodes, "the same is left out of it")
	small := len(a.Drawing.Messages)
	require.Equal(t, 200, r.get("/run?scenario=gossip/within-handler&seed=1&show=why", &a))
	require.NotEmpty(t, a.Drawing.Header.Why.Points)
	require.Greater(t, len(a.Drawing.Messages), small)

	var answer map[string]string
	for _, query := range []string{"scenario=gossip/within-handler&seed=x&show=small", "scenario=gossip/within-handler&seed=1&show=all"} {
		require.Equal(t, 400, r.get("/run?"+query, &answer), query)
	}
	require.Equal(t, 500, r.get("/run?scenario=none&seed=1&show=whole", &answer))
	require.Equal(t, `unknown scenario "none"`, answer["error"])

	saved, err := r.client.Get(r.at + "/page?scenario=gossip/within-handler&seed=1&show=small")
	require.NoError(t, err)
	saved.Body.Close()
	require.Equal(t, `attachment; filename="gossip-within-handler-1.html"`, saved.Header.Get("Content-Disposition"))
	r.steps()
}

// steps steps through the run.
func (r *rig) steps() {
	t := r.t
	begin := map[string]any{"Scenario": "gossip/within-handler", "Seed": "1", "Small": true}
	var first, s stands
	require.Equal(t, 200, r.post("/step", begin, &first))
	require.Zero(t, first.Done)
	require.NotEmpty(t, first.Next)
	line := func(text string) map[string]any { return map[string]any{"Session": first.Session, "Line": text} }
	require.Equal(t, 200, r.post("/step/line", line("run violation"), &s))
	require.Contains(t, s.Broken, "GSP-3")
	require.Contains(t, s.Nodes, "gossip ids seen: ")
	require.NotEmpty(t, s.Drawing.Messages)
	require.Len(t, s.Past, s.Done)
	var back, second stands
	require.Equal(t, 200, r.post("/step/line", line("back 2"), &back))
	require.Equal(t, s.Done-2, back.Done)
	require.Empty(t, back.Broken)

	var answer map[string]string
	require.Equal(t, 200, r.post("/step", begin, &second))
	require.Equal(t, 410, r.post("/step/line", line("next"), &answer))
	require.Equal(t, "this session is over: begin another", answer["error"])
	require.Equal(t, 500, r.post("/step", map[string]any{"Scenario": "none", "Seed": "1", "Small": false}, &answer))
}

// The chapters are there, each with the figures that it shows, and nothing else of the machine is.
func TestDesk_Chapters_I13(t *testing.T) {
	r := newRig(t)
	var course map[string]chapter
	require.Equal(t, 200, r.get("/course", &course))
	require.Equal(t, "/book/4-gossip.html", course["gossip"].URL)
	require.Contains(t, course["gossip"].Steps["gossip.2"].Rules["GSP-3"], "marked as seen")
	for path, want := range map[string]int{
		course["gossip"].URL: 200, "/book/": 200, "/book/light.js": 200, "/book/img/replay.png": 200, "/book/../desk.go": 404, "/book/none.html": 404,
	} {
		a, err := r.client.Get(r.at + path)
		require.NoError(t, err)
		a.Body.Close()
		require.Equal(t, want, a.StatusCode, path)
	}
}
