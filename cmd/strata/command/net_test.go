package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const experiment = `title = "Links"
question = "How many?"
[run]
protocol = "graph"
seeds = 4
[network]
nodes = 60
topology = { kind = "dials", dials = 3 }
[[sweep.axis]]
key = "network.topology.dials"
values = [2, 3]
[[expect]]
name = "mean degree"
measure = "degree_mean"
theory = "2*dials"
[[short]]
key = "run.seeds"
value = 2
`

func experimentFile(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "links.toml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestNet_FromAFileToAFolderAndBack(t *testing.T) {
	s, file, dir := newSession(t), experimentFile(t, experiment), t.TempDir()
	status, out, errs := s.run(t, "net", "explain", file)
	require.Zero(t, status, errs)
	for _, want := range []string{"How many?", "2 points, 4 seeds each from 1", "0  dials = 2", "expects: mean degree: degree_mean = 2*dials", "8 runs, about"} {
		require.Contains(t, out, want)
	}
	one, other := filepath.Join(dir, "one"), filepath.Join(dir, "other")
	status, out, errs = s.run(t, "net", "run", file, "--out", one)
	require.Zero(t, status, errs)
	require.Contains(t, out, "all 2 expectations hold")
	require.Contains(t, out, filepath.Join(one, "report.html"))
	require.Contains(t, errs, "8 of 8 runs")

	status, out, errs = s.run(t, "verify", one, "--sample", "3")
	require.Zero(t, status, errs)
	require.Contains(t, out, "3 of 8 runs done again: 3 the same")

	status, _, errs = s.run(t, "net", "run", file, "--out", other, "--short", "--set", "network.nodes=80")
	require.Zero(t, status, errs)
	status, out, _ = s.run(t, "net", "diff", one, other, "--all")
	require.Equal(t, exitNo, status)
	require.Contains(t, out, "4 runs in both, 0 with the same trace")
	require.Contains(t, out, "links")
	status, out, errs = s.run(t, "net", "diff", one, one)
	require.Zero(t, status, errs)
	require.Contains(t, out, "8 runs in both, 8 with the same trace")
}

func TestNet_ShardsAndMerge(t *testing.T) {
	s, file, dir := newSession(t), experimentFile(t, experiment), t.TempDir()
	parts := []string{filepath.Join(dir, "1"), filepath.Join(dir, "2")}
	status, out, errs := s.run(t, "net", "run", file, "--shard", "1/2", "--out", parts[0])
	require.Zero(t, status, errs)
	require.Contains(t, out, "4 runs are missing")
	whole := filepath.Join(dir, "whole")
	status, out, _ = s.run(t, "net", "merge", file, parts[0], "--out", whole)
	require.Equal(t, exitNo, status)
	require.Contains(t, out, "4 runs are missing: strata net run "+file+" --out "+whole+" does them")
	status, _, errs = s.run(t, "net", "run", file, "--shard", "2/2", "--out", parts[1])
	require.Zero(t, status, errs)
	status, out, errs = s.run(t, "net", "merge", file, parts[0], parts[1], "--out", whole)
	require.Zero(t, status, errs)
	require.Contains(t, out, "4 new runs, 0 known")
	require.Contains(t, out, "all 2 expectations hold")
}

func TestNet_AnExpectationThatDoesNotHoldIsStatus1(t *testing.T) {
	s := newSession(t)
	wrong := regexp.MustCompile(`2\*dials`).ReplaceAllString(experiment, "2*dials+1")
	status, out, _ := s.run(t, "net", "run", experimentFile(t, wrong), "--out", t.TempDir())
	require.Equal(t, exitNo, status)
	require.Contains(t, out, "does not hold")
	require.Contains(t, out, "2 of 2 expectations do not hold")
}

func TestNet_Refuses(t *testing.T) {
	s := newSession(t)
	file := experimentFile(t, experiment)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"want i/n with i from 1 to n", []string{"net", "run", file, "--shard", "3/2"}},
		{`unknown key "nods" in [network]; did you mean "nodes"?`, []string{"net", "run", file, "--set", "network.nods=3"}},
		{"say --yes to begin, or vary less", []string{"net", "run", file, "--set", "run.seeds=500000"}},
		{"no such file", []string{"net", "explain", "none.toml"}},
		{"dials is 30: want 1 to 29", []string{"net", "explain", file, "--set", "sweep.axis.0.values=[30]"}},
		{"wants the file of an experiment", []string{"net", "run"}},
		{"want a folder that", []string{"verify", t.TempDir()}},
		{"wants a folder of results, or the file of a sealed grade", []string{"verify"}},
		{"it is no grade", []string{"verify", file}},
		{"layers go with the file of a sealed grade", []string{"verify", t.TempDir(), "solutions"}},
		{"want a folder that", []string{"net", "open", t.TempDir(), "0/1"}},
		{"wants the file of the experiment and the folders", []string{"net", "merge", file}},
		{"not in the workshop", []string{"net", "run", file, "--set", "network.stack=/nowhere"}},
	} {
		require.Contains(t, s.refused(t, c.args...), c.want)
	}
}

func TestNet_OpenWritesThePageOfARun(t *testing.T) {
	s, dir := newSession(t), filepath.Join(t.TempDir(), "out")
	text := "[run]\nprotocol = \"chain\"\nblocks = 10\nseeds = 1\n[network]\nnodes = 4\ntopology = { kind = \"complete\" }\n[miners]\ncount = 2\ninterval = \"10s\"\n"
	status, _, errs := s.run(t, "net", "run", experimentFile(t, text), "--out", dir)
	require.Zero(t, status, errs)
	status, out, errs := s.run(t, "net", "open", dir, "0/1", "--from", "20s", "--to", "60s")
	require.Zero(t, status, errs)
	require.Contains(t, out, "seed 1, from 20s to 1m0s:")
	pages, err := filepath.Glob(filepath.Join(dir, "pages", "*.html"))
	require.NoError(t, err)
	require.Len(t, pages, 1)
	status, out, errs = s.run(t, "net", "open", dir, "0/1", "--why", "blocks", "--times", "2", "--futures", "3")
	require.Zero(t, status, errs)
	require.Contains(t, out, "of 3")
	s.in = strings.NewReader("next 3\ninspect 12.0.0.7\ntrace\nback 2\nagain\nquit\n")
	status, out, errs = s.run(t, "net", "open", dir, "0/1", "--debug", "--from", "20s", "--to", "60s")
	require.Zero(t, status, errs)
	for _, want := range []string{"Type help for the commands.", "3: ", "12.0.0.7:4000, node 1, at ", "pool: 0 transactions", "1 event has happened", "--debug --from 20s --to 1m0s, then: next 1"} {
		require.Contains(t, out, want)
	}
	require.Contains(t, s.refused(t, "net", "open", dir, "0/1", "--from", "5s", "--to", "5s"), "want a time after it")
	require.Contains(t, s.refused(t, "net", "open", dir, "9/9"), "no run")
}

func TestNet_SchemaIsJSON(t *testing.T) {
	s := newSession(t)
	status, out, errs := s.run(t, "net", "schema")
	require.Zero(t, status, errs)
	require.True(t, json.Valid([]byte(out)))
	status, out, errs = s.run(t, "net", "schema", "--list")
	require.Zero(t, status, errs)
	require.Contains(t, out, "miners.interval")
}

func TestGarbagePercent(t *testing.T) {
	require.Equal(t, 800, garbagePercent(0))
	require.Equal(t, 800, garbagePercent(10<<20))
	require.Equal(t, 200, garbagePercent(512<<20))
	require.Equal(t, 100, garbagePercent(4<<30))
}
