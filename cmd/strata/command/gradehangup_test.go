package command

import (
	"fmt"
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

// Whatever ends a class in the middle, what was finished is kept, nothing is there in part, and the same command goes on from
// there without grading it again. The second time the process is killed, which nobody can prepare for.
func TestClass_SignalsKeepTheResults(t *testing.T) {
	caught := make(chan os.Signal, 1) // who ignores one has children that ignore it
	ends := []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM}
	signal.Notify(caught, ends...)
	t.Cleanup(func() { signal.Stop(caught) })
	root := workshopRoot(t)
	newSession(t)
	require.NoError(t, os.MkdirAll("students/amy/gossip", 0o700))
	write(t, "students/amy/gossip/a.go", "package gossip\n\nimport \"os\"\n")
	require.NoError(t, os.CopyFS("students/bob/gossip", os.DirFS(filepath.Join(root, "solutions/gossip"))))
	for i, end := range ends {
		out, late := fmt.Sprint("results", i), fmt.Sprint("students/eve", i)
		args := []string{"class", "grade", "students", "--out", out, "--root", root, "--layer", "gossip", "--seeds", "1000000",
			"--budget", "10h", "--jobs", "2"}
		p := start(t, args...)
		report := waitForOne(t, out)
		p.end(end.(syscall.Signal), 2)
		require.Contains(t, p.rest(), "interrupted after 1 hand-in; the same command goes on from here")
		require.Empty(t, halfWritten(t, out), end)
		before, err := os.Stat(report)
		require.NoError(t, err)

		require.NoError(t, os.MkdirAll(filepath.Join(late, "gossip"), 0o700))
		write(t, late+"/gossip/a.go", "package gossip\n\nimport \"net\"\n")
		p = start(t, args...)
		require.Eventually(t, func() bool { return len(results(t, out)) == 2 }, patience, 10*time.Millisecond)
		require.NoError(t, p.cmd.Process.Kill())
		<-p.exited
		after, err := os.Stat(report)
		require.NoError(t, err)
		require.Equal(t, before.ModTime(), after.ModTime(), "it is not graded again")
		p = start(t, "class", "show", out)
		p.next(p.out, "what is left", func(line string) bool {
			return strings.HasPrefix(line, "2 of 3 hand-ins are graded; 1 can be: strata class grade goes on.")
		})
		require.NoError(t, os.RemoveAll(late))
	}
}

// waitForOne waits for the first result of a class, and returns the file of its report.
func waitForOne(t *testing.T, out string) string {
	t.Helper()
	require.Eventually(t, func() bool { return len(results(t, out)) == 1 }, patience, 10*time.Millisecond)
	reports, err := filepath.Glob(filepath.Join(out, "reports", "*.json"))
	require.NoError(t, err)
	require.Len(t, reports, 1)
	return reports[0]
}

// results are the files of results.
func results(t *testing.T, out string) []string {
	found, err := filepath.Glob(filepath.Join(out, "results", "*", "*.result"))
	require.NoError(t, err)
	return found
}

// halfWritten lists what is still being written, in the folder of a class.
func halfWritten(t *testing.T, out string) (left []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), ".") {
			left = append(left, path)
		}
		return err
	}))
	return left
}
