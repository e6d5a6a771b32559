package command

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"strata/node/process/tcphost"

	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for another process, however busy the machine is; it waits for lines, never for time
// to pass.
const patience = 5 * time.Minute

// soon is what a process may take to end: two seconds, and what a busy machine with a slow disk adds.
const soon = time.Minute

// strataBinary is strata itself, built once: as the grader builds, so that nothing is compiled in two ways.
var strataBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "strata")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "strata/cmd/strata")
	build.Dir = packageDir // tests go elsewhere
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// packageDir is where the tests begin.
var packageDir, _ = os.Getwd()

// scratch is a directory that outlives the single tests.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "strata-test-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(scratch)
	os.Exit(status)
}

// program is a strata that runs.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	out    chan string // lines of stdout
	log    chan string // lines of stderr
	exited chan struct{}
	in     io.Writer // what startTyping types to
}

// start starts strata in the test's working directory.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := newProgram(t, args...)
	p.begin()
	return p
}

// startTyping starts strata with somebody who types.
func startTyping(t *testing.T, args ...string) *program {
	t.Helper()
	p := newProgram(t, args...)
	var err error
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	p.begin()
	return p
}

// types types a line.
func (p *program) types(line string) {
	p.t.Helper()
	_, err := io.WriteString(p.in, line+"\n")
	require.NoError(p.t, err)
}

func newProgram(t *testing.T, args ...string) *program {
	t.Helper()
	path, err := strataBinary()
	require.NoError(t, err)
	return programOf(t, exec.Command(path, args...))
}

// programOf is a command that is strata, or becomes it, not started yet.
func programOf(t *testing.T, cmd *exec.Cmd) *program {
	return &program{t: t, cmd: cmd, out: make(chan string, 1000), log: make(chan string, 100_000), exited: make(chan struct{})}
}

// begin starts the process.
func (p *program) begin() {
	p.t.Helper()
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(p.t, err)
	stderr, err := p.cmd.StderrPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, p.cmd.Start())
	var readers sync.WaitGroup
	readers.Go(func() { lines(stdout, p.out) })
	readers.Go(func() { lines(stderr, p.log) })
	go func() {
		readers.Wait() // before Wait, which closes the pipes
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	p.t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.exited })
}

// lines sends each line that is read, and drops those that nobody has room for.
func lines(r io.Reader, to chan<- string) {
	defer close(to)
	for s := bufio.NewScanner(r); s.Scan(); {
		select {
		case to <- s.Text():
		default:
		}
	}
}

// next is the next line from a channel that is as wanted.
func (p *program) next(from <-chan string, what string, wanted func(line string) bool) string {
	p.t.Helper()
	var seen []string
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-from:
			if !ok {
				require.FailNow(p.t, "the process ended before "+what, "%s\nstderr: %s", strings.Join(seen, "\n"), p.rest())
			}
			if wanted(line) {
				return line
			}
			seen = append(seen, line)
		case <-timeout:
			require.FailNow(p.t, "waited in vain for "+what, strings.Join(seen, "\n"))
		}
	}
}

// rest is what is left on stderr of a process that has ended.
func (p *program) rest() string {
	var text []string
	for line := range p.log {
		text = append(text, line)
	}
	return strings.Join(text, "\n")
}

// startNodeAt starts a node and waits until it is up. It returns the line that says so.
func startNodeAt(t *testing.T, addr string, args ...string) (*program, string) {
	t.Helper()
	p := start(t, append([]string{"node", "--listen", addr, "--api", "127.0.0.1:0", "--log-format", "json"}, args...)...)
	line := p.next(p.out, "the node is up", func(line string) bool { return strings.Contains(line, " is up: ") })
	require.Contains(t, line, "strata: node "+addr+" is up: height ")
	return p, line
}

// tip is a record of the log.
type tip struct {
	Message string `json:"msg"`
	Number  uint64 `json:"number"`
	Hash    string `json:"hash"`
}

// everyTip has a node log each tip, and not only one a second.
var everyTip = []string{"--log-level", "debug"}

// waitTip waits for a new tip that is as wanted.
func (p *program) waitTip(what string, wanted func(tip) bool) tip {
	p.t.Helper()
	var found tip
	p.next(p.log, what, func(line string) bool {
		found = tip{}
		return json.Unmarshal([]byte(line), &found) == nil && (found.Message == "new tip" || found.Message == "tip moved") && wanted(found)
	})
	return found
}

// end sends the signal; the process has to end soon, with that status.
func (p *program) end(signal syscall.Signal, status int) {
	p.t.Helper()
	begin := time.Now()
	require.NoError(p.t, p.cmd.Process.Signal(signal))
	select {
	case <-p.exited:
	case <-time.After(patience):
		require.FailNow(p.t, "the process does not end", "%v", signal)
	}
	require.Equal(p.t, status, p.cmd.ProcessState.ExitCode())
	require.Less(p.t, time.Since(begin), soon)
}

// refusedProcess runs a strata that cannot run as asked and returns its one line.
func refusedProcess(t *testing.T, args ...string) string {
	t.Helper()
	p := start(t, args...)
	select {
	case <-p.exited:
	case <-time.After(patience):
		require.FailNow(t, "the process does not end")
	}
	require.Equal(t, 2, p.cmd.ProcessState.ExitCode())
	text := p.rest()
	require.NotContains(t, text, "\n", "one line")
	return text
}

func freeAddr(t *testing.T) string {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	return string(addrs[0])
}
