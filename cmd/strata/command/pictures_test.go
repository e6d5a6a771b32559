package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/trace"
)

func TestReplay_WritesPictures(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	write(t, "run.html", "an older one")
	require.NoError(t, os.Symlink("run.html", "link.html"))
	status, out, errs := s.run(t, "replay", "gossip/layout/3", "--root", root, "--dir", filepath.Join(root, "solutions"),
		"--html", "link.html", "--pcap", "run.pcapng", "--jsonl", "run.jsonl")
	require.Zero(t, status, errs)
	require.Contains(t, out, "passed")
	for _, name := range []string{"run.html", "run.pcapng", "run.jsonl"} {
		require.Contains(t, errs, "written to "+name+"\n")
	}

	page, err := os.ReadFile("run.html")
	require.NoError(t, err)
	require.Contains(t, string(page), "gossip/layout")
	lines, err := os.Open("run.jsonl")
	require.NoError(t, err)
	defer lines.Close()
	run, err := trace.ReadJSONL(lines)
	require.NoError(t, err)
	require.Equal(t, "gossip/layout", run.Scenario)
	require.EqualValues(t, 3, run.Seed)
	names, err := filepath.Glob(".*")
	require.NoError(t, err)
	require.Empty(t, names, "nothing unfinished is left")

	status, again, errs := s.run(t, "trace", "read", "run.pcapng", "--html", "again.html")
	require.Zero(t, status, errs)
	require.FileExists(t, "again.html")
	for line := range strings.Lines(again) {
		at, rest, _ := strings.Cut(strings.TrimSpace(line), " s ")
		require.Contains(t, out, at, "the capture tells what the replay told")
		require.Contains(t, strings.Join(strings.Fields(out), " "), strings.Join(strings.Fields(rest), " "))
	}
}

func TestPictures_Refuse(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	require.NoError(t, os.Mkdir("there", 0o755))
	for _, c := range []struct {
		want string
		args []string
	}{
		{"none/run.html cannot be written: no such file or directory", []string{"replay", "gossip/layout/1", "--html", "none/run.html"}},
		{"there is a directory, want a file", []string{"replay", "gossip/layout/1", "--html", "run.html", "--pcap", "there"}},
		{"no such file or directory", []string{"trace", "read", "none.pcap"}},
	} {
		require.Contains(t, s.refused(t, append(c.args, "--root", root)...), c.want)
	}
	write(t, "text.pcap", "not a capture")
	require.Contains(t, s.refused(t, "trace", "read", "text.pcap", "--jsonl", "run.jsonl"), "text.pcap: pcap: not a capture")
	left, err := filepath.Glob("*run*")
	require.NoError(t, err)
	hidden, err := filepath.Glob(".*")
	require.NoError(t, err)
	require.Empty(t, append(left, hidden...))
}
