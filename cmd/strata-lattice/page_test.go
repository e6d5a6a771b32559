package main

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/process/tcphost"
)

// envMain makes this test binary the program.
const envMain = "STRATA_LATTICE_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(envMain) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// session runs the page's commands as processes, in a directory of their own. Addresses are free ones.
type session struct {
	t     *testing.T
	dir   string
	words map[string]string // what a word of the page means here
}

func (s *session) command(line string) *exec.Cmd {
	s.t.Helper()
	program, err := os.Executable()
	require.NoError(s.t, err)
	for _, word := range slices.SortedFunc(maps.Keys(s.words), func(a, b string) int { return len(b) - len(a) }) {
		line = strings.ReplaceAll(line, word, s.words[word])
	}
	words := strings.Fields(line)
	require.Equal(s.t, "strata-lattice", words[0])
	cmd := exec.CommandContext(s.t.Context(), program, words[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), envMain+"=1", "STRATA_PASSWORD=long enough")
	return cmd
}

// run runs a command to its end.
func (s *session) run(line string) string {
	s.t.Helper()
	return s.output(s.command(line))
}

func (s *session) output(cmd *exec.Cmd) string {
	s.t.Helper()
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	require.NoError(s.t, cmd.Run(), "%v: %s", cmd.Args, log.String())
	return out.String()
}

// start starts a node, and waits until it is up.
func (s *session) start(line string) *exec.Cmd {
	s.t.Helper()
	if !strings.Contains(line, "--listen") {
		line += " --listen 127.0.0.1:7176 --api 127.0.0.1:0"
	}
	return s.up(s.command(line))
}

// up starts a command that is a node, and waits until it is up.
func (s *session) up(cmd *exec.Cmd) *exec.Cmd {
	s.t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, cmd.Start())
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	up := make(chan bool, 1)
	go func() {
		found := false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if !found && strings.Contains(lines.Text(), "pages and API at") {
				found = true
				up <- true
			}
		}
		up <- found
	}()
	select {
	case is := <-up:
		require.True(s.t, is, cmd.Args)
	case <-time.After(time.Minute):
		require.Fail(s.t, "the node did not come up", cmd.Args)
	}
	return cmd
}

// What the page of the docs shows runs as it stands there: three processes, and a wallet's way over their API. A new
// node's directory begins with a checkpoint that all three have signed (LAT-11). One that is killed in the middle comes back, and takes part.
func TestLattice_ThreeProcesses_N35(t *testing.T) {
	addrs, err := tcphost.LoopbackAddrs(3)
	require.NoError(t, err)
	s := &session{t: t, dir: t.TempDir(), words: map[string]string{
		"127.0.0.1:7176": string(addrs[0]), "127.0.0.1:7186": string(addrs[1]), "127.0.0.1:7196": string(addrs[2]),
		"127.0.0.1:7187": "127.0.0.1:0", "127.0.0.1:7197": "127.0.0.1:0",
	}}
	var last *exec.Cmd
	var startsLast, signed string
	ran := 0
	for _, line := range pageCommands(t) {
		ran++
		switch {
		case strings.HasPrefix(line, "strata-lattice node"):
			last, startsLast = s.start(line), line
		case strings.HasPrefix(line, "strata-lattice wallet addresses"):
			all := strings.Fields(s.run(line))
			s.words["$A"], s.words["$B"], s.words["$C"] = all[0], all[1], all[2]
		case strings.HasPrefix(line, "strata-lattice checkpoint sign"):
			fields := strings.Fields(s.run(line))
			s.words["$ROOT"] = fields[1]
			signed = fields[len(fields)-1]
		default:
			s.run(line)
		}
	}
	require.Equal(t, "enough", signed)
	require.Greater(t, ran, 10)
	require.NoError(t, last.Process.Kill())
	_ = last.Wait() // it was killed
	require.Contains(t, s.run("strata-lattice wallet list --data net/0"), "3333334.833333333333333333333333, pending 0")
	s.start(startsLast)
	s.run("strata-lattice wallet send --data net/2 --from 1 --to $C --amount 2")
	require.Contains(t, s.run("strata-lattice wallet list --data net/0"), ", pending 2\n")
	wrong := s.command("strata-lattice wallet send --data net/2 --to $C --amount 1.0000000000000000000000001")
	text, err := wrong.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, 2, wrong.ProcessState.ExitCode())
	require.Equal(t, 1, strings.Count(string(text), "\n"), "%s", text)
}

// pageCommands are the lines of the page's sh blocks.
func pageCommands(t *testing.T) (lines []string) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "lattice.md"))
	require.NoError(t, err)
	for i, part := range strings.Split(string(text), "```") {
		if block, ok := strings.CutPrefix(part, "sh\n"); ok && i%2 == 1 {
			lines = append(lines, strings.Split(strings.TrimSpace(block), "\n")...)
		}
	}
	return lines
}
