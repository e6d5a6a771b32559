package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/node/process/tcphost"
)

// patience is how long a test waits for another process, however busy the machine is; it waits for lines, never for time
// to pass.
const patience = 2 * time.Minute

// soon is what a node may take to end: two seconds, and what a busy machine with a slow disk adds.
const soon = time.Minute

// binary is strata-node as it is shipped: stripped, and without C. It is built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "strata-node")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "strata/cmd/strata-node")
	build.Dir = home
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // nothing of the system's, as in an empty container
	out, err := build.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return path, err
})

var (
	scratch string // outlives the single tests
	home    string // the directory of this package: tests change into others
)

func TestMain(m *testing.M) {
	var err error
	if home, err = os.Getwd(); err == nil {
		scratch, err = os.MkdirTemp("", "strata-node-test-*")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(scratch)
	os.Exit(status)
}

// maxSize is what a stripped node may have, in bytes (F1).
const maxSize = 10 << 20

func TestSize_F1(t *testing.T) {
	path, err := binary()
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	t.Logf("strata-node, stripped: %.2f MiB of %d", float64(info.Size())/(1<<20), maxSize>>20)
	require.LessOrEqual(t, info.Size(), int64(maxSize))
}

// child is a strata-node that runs.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string // of its API
	data string // its data directory
	http *http.Client
	logs chan string
}

// start starts a node on loopback and waits until it is up.
func start(t *testing.T, args ...string) *child {
	t.Helper()
	path, err := binary()
	require.NoError(t, err)
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	args = append([]string{"-listen", string(addrs[0]), "-api", "127.0.0.1:0"}, args...)
	return launch(t, exec.Command(path, args...))
}

// launch starts a command that is a node, and waits until it is up.
func launch(t *testing.T, cmd *exec.Cmd) *child {
	t.Helper()
	d := &child{t: t, cmd: cmd, data: "data", http: http.DefaultClient, logs: make(chan string, 10_000)}
	out, err := d.cmd.StdoutPipe()
	require.NoError(t, err)
	log, err := d.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, d.cmd.Start())
	t.Cleanup(func() { _ = d.cmd.Process.Kill(); _ = d.cmd.Wait() })
	go func() {
		defer close(d.logs)
		for s := bufio.NewScanner(log); s.Scan(); {
			d.logs <- s.Text()
		}
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := regexp.MustCompile(`page and API at (http://\S+)/`).FindStringSubmatch(lines.Text()); m != nil {
			require.NotContains(t, lines.Text(), "#token=", "no terminal, no token")
			d.url = m[1]
			go io.Copy(io.Discard, out)
			return d
		}
	}
	require.FailNow(t, "the node ended before it was up", "%s", <-d.logs)
	return nil
}

func (d *child) request(method, path, body string) (status int, answer string) {
	d.t.Helper()
	token, err := os.ReadFile(filepath.Join(d.data, "api.token"))
	if !errors.Is(err, os.ErrNotExist) { // a node in memory has none
		require.NoError(d.t, err)
	}
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, method, d.url+path, strings.NewReader(body))
	require.NoError(d.t, err)
	q.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	q.Header.Set("Content-Type", "application/json")
	a, err := d.http.Do(q)
	require.NoError(d.t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(d.t, err)
	return a.StatusCode, string(text)
}

// logged waits for a line of the log.
func (d *child) logged(part string) {
	d.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-d.logs:
			require.True(d.t, ok, "the node ended before it logged "+part)
			if strings.Contains(line, part) {
				return
			}
		case <-timeout:
			require.FailNow(d.t, "waited in vain for "+part)
		}
	}
}

// stop sends SIGTERM: the node ends soon, and well, whoever listens to it.
func (d *child) stop() {
	d.t.Helper()
	begin := time.Now()
	require.NoError(d.t, d.cmd.Process.Signal(syscall.SIGTERM))
	for range d.logs { // until it closes its end
	}
	require.NoError(d.t, d.cmd.Wait())
	require.Less(d.t, time.Since(begin), soon)
}

func TestFirstRunWritesItsSettingsAndLaterOnesReadThem(t *testing.T) {
	t.Chdir(t.TempDir())
	d := start(t, "-data", "data", "-difficulty", "3")
	d.stop()
	path := filepath.Join("data", "strata.toml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), "\n[node]\n")
	require.Contains(t, string(text), "\n#difficulty = 7\n", "flags are not kept")
	for line := range strings.Lines(string(text)) {
		require.Regexp(t, `^(#|\[node\]|\n)`, line, "all is a comment")
	}
	text = bytes.Replace(text, []byte("#difficulty = 7"), []byte("difficulty = 3"), 1)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	d = start(t, "-data", "data")
	_, status := d.request("GET", "/v1/status", "")
	require.Contains(t, status, `"difficulty":3`)
	d.stop()
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(text), string(after), "what is there stays")
}

func TestToken_IsTheOwnersAndOutlivesARestart(t *testing.T) {
	t.Chdir(t.TempDir())
	start(t, "-data", "data").stop()
	path := filepath.Join("data", "api.token")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	first, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Regexp(t, `^[0-9a-f]{64}\n$`, string(first))
	d := start(t, "-data", "data")
	status, answer := d.request("PUT", "/v1/log-level", `{"level":"warn"}`)
	require.Equal(t, 200, status, answer)
	d.stop()
}

// The level changes by the API, and by the settings file and SIGHUP.
func TestLogLevel_AtRunTime(t *testing.T) {
	t.Chdir(t.TempDir())
	key := strings.Repeat("ab", 32)
	d := start(t, "-data", "data", "-difficulty", "3", "-mine", "-coinbase", key, "-log-level", "error")
	require.Empty(t, d.logs)
	status, answer := d.request("PUT", "/v1/log-level", `{"level":"info"}`)
	require.Equal(t, 200, status, answer)
	d.logged("new tip")
	path := filepath.Join("data", "strata.toml")
	require.NoError(t, os.WriteFile(path, []byte("[node]\nlog-level = \"debug\"\n"), 0o600))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGHUP))
	d.logged("settings read again")
	require.NoError(t, os.WriteFile(path, []byte("[node]\nlog-level = \"loud\"\n"), 0o600))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGHUP))
	d.logged("strata.toml:2:13: ")
	d.stop()
}

// Who listens to events does not keep the node from ending.
func TestStop_WithListeners(t *testing.T) {
	t.Chdir(t.TempDir())
	d := start(t, "-data", "data")
	for range 3 {
		a, err := http.Get(d.url + "/v1/events")
		require.NoError(t, err)
		defer a.Body.Close()
	}
	d.stop()
}

func TestRefusals(t *testing.T) {
	for want, args := range map[string][]string{
		`unknown argument "x": strata-node has flags alone`:                                         {"x"},
		"stack exercises: strata-node has the layers of solutions alone; `strata node` runs others": {"-stack", "exercises"},
		`api is "nowhere": want host:port, or off`:                                                  {"-api", "nowhere"},
		`settings: stat none.toml: no such file or directory`:                                       {"-config", "none.toml"},
		`invalid value "x" for flag -difficulty: "x" is not a number: want 0 or more, in digits`:    {"-difficulty", "x"},
	} {
		err := run(t.Context(), args, io.Discard, io.Discard)
		require.EqualError(t, err, want)
	}
}

// What docs/node.md asks of the API with curl is answered, line by line.
func TestDocs_CurlExamples_NeedsCurl(t *testing.T) {
	bash := needs.Program(t, "apt-get install bash", "bash")
	needs.Program(t, "apt-get install curl", "curl")
	page, err := os.ReadFile("../../docs/node.md")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	d := start(t, "-data", "data")
	var variables, examples []string
	for line := range strings.Lines(string(page)) {
		switch name, _, _ := strings.Cut(strings.TrimSpace(line), "="); {
		case name == "token" || name == "json":
			variables = append(variables, strings.ReplaceAll(line, "chain/api.token", "data/api.token"))
		case strings.HasPrefix(line, "curl "):
			examples = append(examples, line)
		}
	}
	require.Len(t, examples, 9)
	head := "api=" + d.url + "\nstrata() { printf 'ab%.0s' {1..32}; }\ncurl() { command curl -sSf --max-time 2 \"$@\"; }\n" + strings.Join(variables, "")
	for _, line := range examples {
		out, err := exec.CommandContext(t.Context(), bash, "-c", head+line).CombinedOutput()
		switch {
		case strings.Contains(line, "/v1/events"):
			require.ErrorContains(t, err, "28", "it listens until its time is over")
			require.Contains(t, string(out), "retry: 1000")
		case strings.Contains(line, "/v1/bans"):
			require.Contains(t, string(out), "404", "nobody is banned")
		default:
			require.NoError(t, err, "%s%s", line, out)
		}
	}
	d.stop()
}
