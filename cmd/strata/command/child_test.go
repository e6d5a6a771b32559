package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// workshopRoot is the root of the module under test. Go keeps its build cache where it was, strata
// puts children into a directory of the test's.
func workshopRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	return root
}

// layer is a student's directory with one layer in it.
func layer(t *testing.T, name, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
	write(t, filepath.Join(dir, name, name+".go"), text)
	return dir
}

const gossipHead = `package gossip

import (
	"strata/gossip"
	"strata/network"
	"strata/p2p"
)

func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
`

func TestStack_StepNotWritten(t *testing.T) {
	root := workshopRoot(t)
	dir := layer(t, "gossip", gossipHead+"\tpanic(network.NotWritten(\"gossip.2\"))\n}\n")
	want := "strata: step gossip.2 is not written yet: " + filepath.Join(dir, "gossip")
	require.Equal(t, want, refusedProcess(t, "node", "--root", root, "--stack", dir, "--listen", freeAddr(t)))
	require.Equal(t, want, refusedProcess(t, "demo", "--root", root, "--stack", dir))
}

func TestStack_DoesNotCompile(t *testing.T) {
	root := workshopRoot(t)
	dir := layer(t, "gossip", gossipHead+"\treturn nothing\n}\n")
	p := start(t, "node", "--root", root, "--stack", dir, "--listen", freeAddr(t))
	<-p.exited
	require.Equal(t, 2, p.cmd.ProcessState.ExitCode())
	require.Contains(t, p.rest(), filepath.Join(dir, "gossip", "gossip.go")+":10:9: undefined: nothing", "the compiler's own words, and the student's file")
}

func TestStack_NoLayersThere(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	require.Contains(t, s.refused(t, "node", "--root", root, "--stack", t.TempDir()),
		"no such layers: want solutions, exercises, or a directory with network, ")
}

// C12: what the grader refuses is not run either, unless the user says that it is to be trusted.
func TestStack_Unchecked(t *testing.T) {
	root := workshopRoot(t)
	head := strings.Replace(gossipHead, "import (", "import (\n\t\"os\"\n", 1)
	dir := layer(t, "gossip", head+"\tos.Exit(7)\n\treturn nil\n}\n")
	for _, command := range []string{"node", "demo"} {
		status, out, errs := newSession(t).run(t, command, "--root", root, "--stack", dir)
		require.Equal(t, 2, status)
		require.Empty(t, out)
		require.Contains(t, errs, filepath.Join(dir, "gossip", "gossip.go")+`:4: import of "os" is not allowed`)
		require.Contains(t, errs, "--trust")
	}
	p := start(t, "demo", "--root", root, "--stack", dir, "--trust")
	<-p.exited
	require.Equal(t, 7, p.cmd.ProcessState.ExitCode(), p.rest())
}
