package command

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/localpage"
)

var pageLine = regexp.MustCompile(`(?m)^page: (http://127\.0\.0\.1:(\d+)/\?token=\w+)$`)

// atDesk runs strata desk, and calls use with the address of its page, and with what is shown, when its first verdict
// has come. It returns what was shown until its end.
func (s *session) atDesk(t *testing.T, args []string, use func(url, shown string, out *heard)) string {
	t.Helper()
	out := &heard{more: make(chan struct{}, 1)}
	var unused bytes.Buffer
	world := s.world(&unused, &unused)
	world.Out, world.Err = out, out
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() {
		ended <- Main(ctx, world, append([]string{"desk", "--seeds", "2"}, args...))
	}()
	shown := out.until(t, 0, regexp.MustCompile(`(?m)^verdict: .* s$`).MatchString)
	m := pageLine.FindStringSubmatch(shown)
	require.NotNil(t, m, shown)
	use(m[1], shown, out)
	cancel()
	require.Equal(t, exitOK, <-ended, out.text.String())
	return out.text.String()
}

// The desk prints its address always, serves the page to whoever has it, shows what a watch shows, and at the end
// leaves neither a port nor a word behind.
func TestDesk_ServesAndEnds_I13(t *testing.T) {
	s := freshDesk(t)
	var at string
	s.atDesk(t, []string{"--layer", "network", "--port", "0"}, func(url, shown string, _ *heard) {
		require.Contains(t, shown, "watching exercises; Ctrl-C ends it")
		require.FileExists(t, filepath.Join(".strata", "watch.pid"))
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		client := &http.Client{Jar: jar}
		a, err := client.Get(url)
		require.NoError(t, err)
		a.Body.Close()
		require.Equal(t, 200, a.StatusCode)
		at = pageLine.FindStringSubmatch(shown)[2]
		a, err = http.Get("http://127.0.0.1:" + at + "/")
		require.NoError(t, err)
		a.Body.Close()
		require.Equal(t, http.StatusForbidden, a.StatusCode, "without the token")
		client.CloseIdleConnections()
	})
	require.NoFileExists(t, filepath.Join(".strata", "watch.pid"))
	n, err := strconv.Atoi(at)
	require.NoError(t, err)
	l, err := localpage.Listen(n)
	require.NoError(t, err, "the port is free again")
	require.NoError(t, l.Close())
}

// When the browser goes, the terminal says where the page is, and the desk goes on.
func TestDesk_BrowserGone_I13(t *testing.T) {
	s := freshDesk(t)
	text := s.atDesk(t, []string{"--layer", "network", "--port", "0"}, func(url, _ string, out *heard) {
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		client := &http.Client{Jar: jar}
		a, err := client.Get(url)
		require.NoError(t, err)
		a.Body.Close()
		at, _, _ := strings.Cut(url, "?")
		events, err := client.Get(at + "events")
		require.NoError(t, err)
		events.Body.Close()
		client.CloseIdleConnections()
		out.until(t, 0, regexp.MustCompile(`(?m)^no browser shows the page now; it goes on at http://`).MatchString)
		a, err = client.Get(url)
		require.NoError(t, err)
		a.Body.Close()
		require.Equal(t, 200, a.StatusCode)
	})
	require.Contains(t, text, "verdict: ")
}

// A second desk on the same exercises works, on another port, and says that there is a first one.
func TestDesk_TwoAtOnce_I13(t *testing.T) {
	s := freshDesk(t)
	l, err := localpage.Listen(deskPort) // as a first desk would have it, if nobody else has
	if err == nil {
		defer l.Close()
	}
	s.atDesk(t, []string{"--layer", "network"}, func(_, shown string, _ *heard) {
		require.NotContains(t, pageLine.FindStringSubmatch(shown)[2], strconv.Itoa(deskPort))
	})
}

// A walk through an elective at the desk: nothing of it is written, its first step passes once it is saved, the whole of
// it has its points, and a mistake in it fails.
func TestDesk_WalksAnElective_I13(t *testing.T) {
	s := freshDesk(t)
	s.atDesk(t, []string{"--layer", "leader", "--port", "0"}, func(_, shown string, out *heard) {
		require.Regexp(t, `(?m)^verdict: leader 0/20; `, shown)
		saved := func(line string, save func()) string {
			t.Helper()
			from := out.length()
			save()
			return out.until(t, from, regexp.MustCompile(`(?ms)^--- leader saved, .*^`+line+`.*\n`).MatchString)
		}
		ours := func(name string) string {
			text, err := os.ReadFile(filepath.Join(packageDir, "../../../solutions", "leader", name))
			require.NoError(t, err)
			return string(text)
		}
		file := func(name string) string { return filepath.Join("exercises", "leader", name) }
		text := saved("verdict: leader 4/20; ", func() { write(t, file("log.go"), ours("log.go")) })
		require.Contains(t, text, "since the last save: leader.1 passes")
		saved("verdict: leader 20/20; ", func() { solve(t, "leader") })
		text = saved("fails: leader.3 leader/count, seed ", func() {
			write(t, file("ack.go"), strings.Replace(ours("ack.go"), "min(agreed, led, tip)", "min(agreed, max(led, tip))", 1))
		})
		require.Contains(t, text, "expected 0 operations to be final while the leader has not acknowledged")
	})
}

// A desk of a course grades the layers of the course, and no others.
func TestDesk_LayersOfTheCourse_I13(t *testing.T) {
	s := freshDesk(t)
	text, err := os.ReadFile("desk.toml")
	require.NoError(t, err)
	write(t, "desk.toml", string(text)+"layers = [\"network\"]\n")
	s.atDesk(t, []string{"--port", "0"}, func(_, shown string, _ *heard) {
		require.Regexp(t, `(?m)^verdict: network 0/10; 0 points in all; `, shown)
	})
}

// A port that was named and is taken, or is none, is told with the remedy, and nothing begins.
func TestDesk_Ports_I13(t *testing.T) {
	s := newSession(t)
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	defer l.Close()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	require.Equal(t, "port "+port+" is taken by another program: name another with --port, or let strata find a free one with --port 0",
		s.refused(t, "desk", "--port", port))
	require.Equal(t, "port is 65536: want 0 to 65535", s.refused(t, "desk", "--port", "65536"))
}
