package command

import (
	"bytes"
	"context"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/localpage"
)

// atLive runs strata net live, and calls use with a way to ask its page. It returns what was shown until its end.
func (s *session) atLive(t *testing.T, args []string, use func(post func(path, body string))) string {
	t.Helper()
	out := &heard{more: make(chan struct{}, 1)}
	var unused bytes.Buffer
	world := s.world(&unused, &unused)
	world.Out, world.Err = out, out
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() { ended <- Main(ctx, world, append([]string{"net", "live", "--port", "0", "--paused"}, args...)) }()
	shown := out.until(t, 0, pageLine.MatchString)
	url := pageLine.FindStringSubmatch(shown)[1]
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, Transport: &http.Transport{}}
	a, err := client.Get(url)
	require.NoError(t, err)
	a.Body.Close()
	use(func(path, body string) {
		t.Helper()
		at, _, _ := strings.Cut(url, "?")
		a, err := client.Post(at+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer a.Body.Close()
		require.Equal(t, 200, a.StatusCode, path)
	})
	client.CloseIdleConnections()
	cancel()
	require.Equal(t, exitOK, <-ended, out.text.String())
	return out.text.String()
}

var savedLine = regexp.MustCompile(`saved (\S+): strata net run has the hash ([0-9a-f]{16}) of it`)

// What was clicked on the page of the command is a file, and the command that runs files has the same hash.
func TestNetLive_ReplaysToTheSameHash(t *testing.T) {
	s := newSession(t)
	text := s.atLive(t, []string{"--seed", "9", "--set", "network.nodes=30"}, func(post func(path, body string)) {
		post("step", `{"seconds": 40}`)
		post("strike", `{"kind": "partition", "regions": ["europe"]}`)
		post("step", `{"seconds": 30.5}`)
		post("raid", `{"kind": "double-spend", "share": "51 %", "confirmations": 2}`)
		post("step", `{"seconds": 60}`)
		post("lift", `{"what": "fault", "number": 0}`)
		post("step", `{"seconds": 25}`)
	})
	m := savedLine.FindStringSubmatch(text)
	require.NotNil(t, m, text)
	require.Equal(t, "play-live.toml", m[1])
	status, out, errs := s.run(t, "net", "run", m[1], "--out", "played")
	require.Zero(t, status, errs)
	require.Contains(t, out, "the run's hash is "+m[2])
	require.FileExists(t, filepath.Join("played", "report.html"))
	status, out, errs = s.run(t, "verify", "played")
	require.Zero(t, status, errs)
	require.Contains(t, out, "1 of 1 runs done again: 1 the same")
}

// Where nothing was clicked nothing is saved.
func TestNetLive_LeavesNothing(t *testing.T) {
	s := newSession(t)
	require.NotContains(t, s.atLive(t, nil, func(post func(path, body string)) { post("step", `{"seconds": 1}`) }), "saved")
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Empty(t, left)
}

// Each thing that cannot be is said in a line, with what to do.
func TestNetLive_SaysWhatIsWrong(t *testing.T) {
	s, file := newSession(t), experimentFile(t, experiment)
	require.Contains(t, s.refused(t, "net", "live", file), `protocol "graph" has no blocks to look at: want an experiment with protocol = "chain"`)
	require.Contains(t, s.refused(t, "net", "live", "--point", "1"), "point is 1: the experiment has 1, counted from 0")
	require.Contains(t, s.refused(t, "net", "live", "--speed=-1"), "want 0 (as fast as it goes) to 1000000")
	require.Contains(t, s.refused(t, "net", "live", "--save", "nowhere"), "--save nowhere: there is no such directory: make it first")
	require.Contains(t, s.refused(t, "net", "live", "--set", "miners.count=61"), "61 miners, and 60 nodes for them")
	require.Contains(t, s.refused(t, "net", "live", "none.toml"), "none.toml")
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	require.Contains(t, s.refused(t, "net", "live", "--port", port), "port "+port+" is taken by another program: name another with --port")
}
