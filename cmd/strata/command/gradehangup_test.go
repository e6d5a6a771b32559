package command

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// G17: a terminal that goes away in the middle of a class takes no results with it.
func TestGrade_HangupKeepsTheTable(t *testing.T) {
	caught := make(chan os.Signal, 1) // who ignores it, as under nohup, has children that ignore it
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	root := workshopRoot(t)
	newSession(t)
	require.NoError(t, os.MkdirAll("students/amy/gossip", 0o700))
	write(t, "students/amy/gossip/a.go", "package gossip\n\nimport \"os\"\n")
	require.NoError(t, os.CopyFS("students/bob", os.DirFS(filepath.Join(root, "solutions"))))
	p := start(t, "grade", "--root", root, "--layer", "gossip", "--seeds", "100000", "students/amy", "students/bob")
	p.next(p.log, "amy is graded", func(line string) bool { return strings.HasPrefix(line, "1 of 2  students/amy") })
	p.end(syscall.SIGHUP, 2)
	p.next(p.out, "the table", func(line string) bool { return strings.HasPrefix(line, "students/amy  ") })
	require.Contains(t, p.rest(), "strata: interrupted")
}

// A signal in the middle of a class keeps what was finished, and the same command goes on from there.
func TestClass_HangupKeepsTheResults(t *testing.T) {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	root := workshopRoot(t)
	newSession(t)
	require.NoError(t, os.MkdirAll("students/amy/gossip", 0o700))
	write(t, "students/amy/gossip/a.go", "package gossip\n\nimport \"os\"\n")
	require.NoError(t, os.CopyFS("students/bob/gossip", os.DirFS(filepath.Join(root, "solutions/gossip"))))
	args := []string{"class", "grade", "students", "--root", root, "--layer", "gossip", "--seeds", "1000000", "--budget", "10h"}
	p := start(t, args...)
	require.Eventually(t, func() bool {
		done, err := filepath.Glob("results/results/*/*.result")
		return err == nil && len(done) == 1
	}, time.Minute, 10*time.Millisecond)
	p.end(syscall.SIGHUP, 2)
	require.Contains(t, p.rest(), "interrupted after 1 hand-in; the same command goes on from here")

	p = start(t, "class", "show", "results")
	p.next(p.out, "what is left", func(line string) bool {
		return strings.HasPrefix(line, "1 of 2 hand-ins are graded; 1 can be: strata class grade goes on.")
	})
}
