package livepage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/harness/localpage"
	"strata/harness/nets"
	"strata/harness/nets/livepage"
	"strata/harness/nets/run"
	"strata/ledgers/electives"
	"strata/solutions"
)

// small is a network for tests.
const small = `title = "Small"
[run]
protocol = "chain"
for = "10m"
[network]
nodes = 20
topology = { kind = "dials", dials = 3 }
maintenance = "10s"
[places]
regions = "gervais2015"
[miners]
count = 5
interval = "6s"
[traffic]
transactions_per_block = 2
`

// rig is a page that is served, paused, and a browser that asks it.
type rig struct {
	t      *testing.T
	page   *livepage.Page
	dir    string
	at     string
	client *http.Client
	out    *bytes.Buffer // read after the end
	end    func()
}

func serve(t *testing.T, text string, change func(*livepage.Config)) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), out: &bytes.Buffer{}}
	file := filepath.Join(r.dir, "small.toml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	e, err := nets.Open(file, nil, false)
	require.NoError(t, err)
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	cfg := livepage.Config{Title: "Small", File: file, Name: "small", Dir: r.dir, Out: r.out, Speed: 1, Paused: true}
	if change != nil {
		change(&cfg)
	}
	job := run.Job{Spec: e.Points.At(0).Spec, Dir: r.dir, Seed: 3, Stacks: stacks(), Workers: 2}
	r.page, r.at = livepage.New(l, job, cfg), "http://"+l.Addr().String()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	r.client = &http.Client{Jar: jar, Transport: &http.Transport{}}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- r.page.Serve(ctx) }()
	r.end = func() {
		cancel()
		require.NoError(t, <-served)
		r.client.CloseIdleConnections()
		goleak.VerifyNone(t)
		r.end = func() {}
	}
	t.Cleanup(func() { r.end() })
	status, _ := r.ask("GET", strings.TrimPrefix(r.page.URL(), r.at), "")
	require.Equal(t, 200, status)
	return r
}

func stacks() map[string]electives.Stack {
	return map[string]electives.Stack{"solutions": solutions.Electives()}
}

// ask makes a request, with JSON if there is a body, and headers as name and value.
func (r *rig) ask(method, path, body string, headers ...string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.at+path, strings.NewReader(body))
	require.NoError(r.t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	a, err := r.client.Do(req)
	require.NoError(r.t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(r.t, err)
	return a.StatusCode, string(text)
}

// do asks for something that can be done.
func (r *rig) do(path, body string) string {
	r.t.Helper()
	status, text := r.ask("POST", path, body)
	require.Equal(r.t, 200, status, "%s %s: %s", path, body, text)
	return text
}

// refused asks for something that cannot.
func (r *rig) refused(status int, path, body, why string) {
	r.t.Helper()
	is, text := r.ask("POST", path, body)
	require.Equal(r.t, status, is, "%s %s: %s", path, body, text)
	var answer struct{ Error string }
	require.NoError(r.t, json.Unmarshal([]byte(text), &answer))
	require.Contains(r.t, answer.Error, why)
}

// file is a saved one.
type file struct{ File, Hash, Command string }

func (r *rig) save() (f file) {
	r.t.Helper()
	require.NoError(r.t, json.Unmarshal([]byte(r.do("/save", "{}")), &f))
	return f
}

// hashOf runs a saved file as strata net run does.
func hashOf(t *testing.T, path string) string {
	t.Helper()
	e, err := nets.Open(path, nil, false)
	require.NoError(t, err)
	require.Equal(t, 1, e.Points.Len())
	e.Stacks = stacks()
	res, err := run.Do(t.Context(), run.Job{Spec: e.Points.At(0).Spec.Complete(), Dir: e.Dir(), Seed: e.File.Run.First, Stacks: e.Stacks})
	require.NoError(t, err)
	return res.Hash
}

// Clicks of every kind are in the saved file, whose run has the hash that the page showed.
func TestPage_ClicksAreSaved(t *testing.T) {
	r := serve(t, small, nil)
	r.do("/step", `{"seconds": 20}`)
	for _, click := range []string{
		`{"kind": "partition", "regions": ["europe", "japan"]}`,
		`{"kind": "crash", "nodes": [1, 2]}`,
		`{"kind": "crash", "nodes": [3], "wipe": true, "for": "5s"}`,
		`{"kind": "pause", "nodes": [4]}`,
		`{"kind": "leave", "nodes": [5]}`,
		`{"kind": "reset", "nodes": [6, 7]}`,
		`{"kind": "cut", "nodes": [8], "for": "10s"}`,
		`{"kind": "stall", "nodes": [9], "for": "10s"}`,
		`{"kind": "delay", "nodes": [10, 11], "for": "20s", "by": "2s"}`,
		`{"kind": "slow", "nodes": [12], "for": "30s", "rate": "16 kbit/s"}`,
	} {
		r.do("/strike", click)
		r.do("/step", `{"seconds": 1.7}`)
	}
	r.do("/lift", `{"what": "fault", "number": 1}`)
	for _, attack := range []string{
		`{"kind": "double-spend", "share": "51 %", "confirmations": 2, "for": "20s"}`,
		`{"kind": "withhold", "share": "30 %", "hold": "4s", "for": "20s"}`,
		`{"kind": "selfish", "share": "35 %", "for": "20s"}`,
		`{"kind": "catch-up", "share": "45 %", "behind": 2, "for": "20s"}`,
		`{"kind": "censor", "share": "20 %"}`,
	} {
		r.do("/raid", attack)
		r.do("/step", `{"seconds": 21}`)
	}
	f := r.save()
	require.Equal(t, filepath.Join(r.dir, "small-live.toml"), f.File)
	require.Equal(t, "strata net run "+f.File, f.Command)
	require.Equal(t, f.Hash, hashOf(t, f.File))
	text, err := os.ReadFile(f.File)
	require.NoError(t, err)
	require.Contains(t, string(text), "has the hash "+f.Hash)

	// It goes on, and another name is found for the next file.
	r.do("/lift", `{"what": "raid", "number": 4}`)
	r.do("/lift", `{"what": "fault", "number": 0}`)
	r.do("/step", `{"seconds": 30}`)
	next := r.save()
	require.Equal(t, filepath.Join(r.dir, "small-live-2.toml"), next.File)
	require.NotEqual(t, f.Hash, next.Hash)
	require.Equal(t, next.Hash, hashOf(t, next.File))
}

// A click that changes how things fare that are on their way has the run done again; the file has the hash all the same.
func TestPage_DoesARunAgain(t *testing.T) {
	r := serve(t, small+"[[places.class]]\nshare = 1\nup = \"64 kbit/s\"\ndown = \"256 kbit/s\"\n", nil)
	r.do("/step", `{"seconds": 30}`)
	r.do("/strike", `{"kind": "delay", "nodes": [1, 2, 3, 4], "for": "20s", "by": "3s"}`)
	r.do("/step", `{"seconds": 25}`)
	r.do("/strike", `{"kind": "slow", "regions": ["japan"], "for": "20s", "rate": "8 kbit/s"}`)
	r.do("/step", `{"seconds": 25}`)
	f := r.save()
	require.Equal(t, f.Hash, hashOf(t, f.File))
}

// What was clicked and not saved is saved in the end, and the terminal says where.
func TestPage_SavesInTheEnd(t *testing.T) {
	r := serve(t, small, nil)
	r.do("/step", `{"seconds": 12}`)
	r.do("/strike", `{"kind": "crash", "nodes": [1]}`)
	r.do("/step", `{"seconds": 3}`)
	r.end()
	path := filepath.Join(r.dir, "small-live.toml")
	require.Contains(t, r.out.String(), "saved "+path)
	require.Contains(t, r.out.String(), hashOf(t, path))

	r = serve(t, small, nil)
	r.do("/step", `{"seconds": 1}`)
	r.end()
	require.Empty(t, r.out.String())
	require.NoFileExists(t, filepath.Join(r.dir, "small-live.toml"))
}

// A saved file can be played on, and saved beside itself.
func TestPage_PlaysASavedFileOn(t *testing.T) {
	r := serve(t, small, nil)
	r.do("/step", `{"seconds": 15}`)
	r.do("/raid", `{"kind": "selfish", "share": "40 %"}`)
	r.do("/strike", `{"kind": "partition", "nodes": [1, 2, 3]}`)
	r.do("/step", `{"seconds": 15}`)
	first := r.save()
	r.end()
	text, err := os.ReadFile(first.File)
	require.NoError(t, err)
	again := serve(t, string(text), func(c *livepage.Config) { c.Name = "small-live" })
	again.do("/step", `{"seconds": 29.999}`)
	again.do("/strike", `{"kind": "crash", "nodes": [7]}`)
	again.do("/step", `{"seconds": 20}`)
	next := again.save()
	require.Equal(t, filepath.Join(again.dir, "small-live.toml"), next.File)
	require.Equal(t, next.Hash, hashOf(t, next.File))
}

// Files can go elsewhere, and where they cannot, that is said.
func TestPage_SavesElsewhere(t *testing.T) {
	other := t.TempDir()
	r := serve(t, small, func(c *livepage.Config) { c.Save = other })
	require.Equal(t, filepath.Join(other, "small-live.toml"), r.save().File)
	r.end()
	r = serve(t, small, func(c *livepage.Config) { c.Save = filepath.Join(other, "gone") })
	r.refused(500, "/save", "{}", "name a directory that can be written to with --save")
}

// What is gone, or makes no sense, is refused in words, and the run goes on.
func TestPage_RefusesWhatCannotBe(t *testing.T) {
	r := serve(t, small, nil)
	r.do("/step", `{"seconds": 5}`)
	r.refused(422, "/strike", `{"kind": "crash"}`, "whom does it strike?")
	r.refused(422, "/strike", `{"kind": "crash", "nodes": [20]}`, "there is no such node")
	r.refused(410, "/strike", `{"kind": "crash", "regions": ["atlantis"]}`, `no region "atlantis"`)
	r.refused(400, "/strike", `{"kind": "crash", "nodes": [1], "colour": "red"}`, "unknown field")
	r.refused(400, "/strike", `{"kind": "crash", "nodes": [1], "for": "10"}`, "10 of what?")
	r.refused(422, "/raid", `{"kind": "withhold", "share": "30 %"}`, "for how long are blocks kept back?")
	r.refused(422, "/raid", `{"kind": "eclipse", "share": "30 %"}`, "eclipse")
	r.refused(410, "/lift", `{"what": "fault", "number": 0}`, "no fault 0")
	r.refused(410, "/lift", `{"what": "raid", "number": 0}`, "no attack 0")
	r.refused(422, "/lift", `{"what": "moon", "number": 0}`, "neither a fault nor a raid")
	r.refused(422, "/speed", `{"speed": -1}`, "want 0")
	r.refused(422, "/step", `{"seconds": 0}`, "want more than 0")
	r.refused(422, "/step", `{"seconds": 1e9}`, "at most")
	r.do("/strike", `{"kind": "crash", "nodes": [1], "for": "1s"}`)
	r.do("/strike", `{"kind": "leave", "nodes": [2]}`)
	r.do("/step", `{"seconds": 3}`)
	r.refused(410, "/lift", `{"what": "fault", "number": 0}`, "has ended")
	r.refused(410, "/strike", `{"kind": "pause", "nodes": [2]}`, "none of these nodes is up")
	status, text := r.ask("GET", "/node?n=99", "")
	require.Equal(t, http.StatusGone, status, text)
	status, text = r.ask("GET", "/node?n=x", "")
	require.Equal(t, http.StatusBadRequest, status, text)
	status, text = r.ask("GET", "/node?n=2", "")
	require.Equal(t, 200, status)
	require.Contains(t, text, `"up":false`)
}

// A run that has come to its end says so, and can still be saved.
func TestPage_Over(t *testing.T) {
	r := serve(t, strings.NewReplacer(`"6s"`, `"600s"`, `"10s"`, `"3600s"`, "nodes = 20", "nodes = 8", "count = 5", "count = 2").Replace(small), nil)
	for range 25 {
		r.do("/step", `{"seconds": 3600}`)
	}
	r.refused(409, "/strike", `{"kind": "crash", "nodes": [1]}`, "come to its end")
	f := r.save()
	require.Equal(t, f.Hash, hashOf(t, f.File))
}

// The token, the host and the origin are asked for at every door.
func TestPage_Doors_I13(t *testing.T) {
	r := serve(t, small, nil)
	stranger := &http.Client{Transport: r.client.Transport}
	for _, path := range []string{"/", "/map", "/events", "/node?n=1", "/kit/theme.css"} {
		a, err := stranger.Get(r.at + path)
		require.NoError(t, err)
		a.Body.Close()
		require.Equal(t, http.StatusForbidden, a.StatusCode, path)
	}
	for _, path := range []string{"/strike", "/raid", "/lift", "/save", "/speed", "/pause", "/step"} {
		a, err := stranger.Post(r.at+path, "application/json", strings.NewReader("{}"))
		require.NoError(t, err)
		a.Body.Close()
		require.Equal(t, http.StatusForbidden, a.StatusCode, path)
		status, _ := r.ask("POST", path, "{}", "Host", "evil.example")
		require.Equal(t, http.StatusMisdirectedRequest, status, path)
		status, _ = r.ask("POST", path, "{}", "Origin", "http://evil.example")
		require.Equal(t, http.StatusForbidden, status, path)
		status, _ = r.ask("POST", path, "{}", "Content-Type", "text/plain")
		require.Equal(t, http.StatusForbidden, status, path)
	}
	status, text := r.ask("GET", "/map", "")
	require.Equal(t, 200, status)
	require.Contains(t, text, `"all":20`)
}
