package command

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// gradingFile is the path of a file of deploy/grading.
func gradingFile(t *testing.T, parts ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(append([]string{packageDir, "../../../deploy/grading"}, parts...)...))
	require.NoError(t, err)
	return path
}

// fakeStrata is a program in the place of strata, which notes what it is asked and ends with a status.
func fakeStrata(t *testing.T, status, prints string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text := "#!/bin/sh\necho \"$PWD: $@\" >>" + filepath.Join(dir, "asked") + "\n" +
		"if [ \"$1\" = new ]; then mkdir -p \"$2\"; exit 0; fi\ncat <<'END'\n" + prints + "\nEND\nexit " + status + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "strata"), []byte(text), 0o700))
	return dir
}

// Gradescope's program grades the submission where strata has a workshop; fewer points are no fault, and a fault is told.
func TestGrading_Gradescope_NeedsBash(t *testing.T) {
	bash := needs.Program(t, "apt-get install bash", "bash")
	for _, name := range []string{"setup.sh", "run_autograder"} {
		out, err := exec.Command(bash, "-n", gradingFile(t, "gradescope", name)).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	for status, says := range map[string]string{"0": "", "1": "", "2": "strata could not grade this"} {
		at, dir := t.TempDir(), fakeStrata(t, status, "")
		cmd := exec.Command(bash, gradingFile(t, "gradescope", "run_autograder"))
		cmd.Env = append(os.Environ(), "AUTOGRADER="+at, "STRATA_ARGS=--layer gossip", "PATH="+dir+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		asked, err := os.ReadFile(filepath.Join(dir, "asked"))
		require.NoError(t, err)
		require.Regexp(t, `/desk: grade `+at+`/submission --sealed --gradescope `+at+`/results/results.json --quiet --layer gossip\n`, string(asked))
		text, err := os.ReadFile(filepath.Join(at, "results", "results.json"))
		if says == "" {
			require.ErrorIs(t, err, os.ErrNotExist, "strata writes it")
			continue
		}
		require.NoError(t, err)
		require.True(t, json.Valid(text))
		require.Contains(t, string(text), says)
	}
}

// Classroom 50's program makes a result of the report, with everything that Classroom 50 wants.
func TestGrading_Classroom50_NeedsPython(t *testing.T) {
	python := needs.Program(t, "apt-get install python3", "python3")
	report := `{"Points": 4, "Of": 12, "Steps": [{"ID": "gossip.1", "Title": "Header", "Status": "passed", "Points": 4, "Of": 4},
		{"ID": "gossip.2", "Title": "Seen", "Status": "failed", "Points": 0, "Of": 5},
		{"ID": "gossip.3", "Status": "failed", "Points": 0, "Of": 3}]}`
	run := func(status string) (dir string, err error) {
		dir = t.TempDir()
		cmd := exec.Command(python, gradingFile(t, "classroom50", "autograder.py"))
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "STRATA="+filepath.Join(fakeStrata(t, status, report), "strata"), "CLASSROOM=ds",
			"ASSIGNMENT=layers", "SUBMISSION_TAG=submit/1", "COMMIT_URL=c", "RELEASE_URL=r", "STRATA_ARGS=--layer gossip")
		return dir, cmd.Run()
	}
	dir, err := run("1")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "result.json"))
	require.NoError(t, err)
	var result map[string]any
	require.NoError(t, json.Unmarshal(text, &result))
	require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, result["datetime"])
	delete(result, "datetime")
	require.Equal(t, map[string]any{
		"schema": "classroom50/result/v1", "classroom": "ds", "assignment": "layers", "submission": "submit/1",
		"commit": "c", "release": "r", "review": "c", "score": 4., "max-score": 12., "tests": []any{
			map[string]any{"test-name": "gossip.1 Header", "passed": true, "score": 4., "max-score": 4.},
			map[string]any{"test-name": "gossip.2 Seen", "passed": false, "score": 0., "max-score": 5.},
			map[string]any{"test-name": "gossip.3", "passed": false, "score": 0., "max-score": 3.},
		}}, result)
	dir, err = run("2")
	require.Error(t, err)
	require.NoFileExists(t, filepath.Join(dir, "result.json"))
}

// The images have the Go that the workshop wants, and take nothing along but the program.
func TestGrading_Images(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(packageDir, "../../../go.mod"))
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)\.(\d+)$`).FindStringSubmatch(strings.ReplaceAll(string(mod), "\r", ""))
	require.Len(t, version, 3)
	for _, want := range []struct{ file, text string }{
		{gradingFile(t, "Dockerfile"), "FROM golang:" + version[1] + "\n"},
		{gradingFile(t, "Dockerfile"), "COPY bin/strata /usr/local/bin/strata\n"},
		{gradingFile(t, "Dockerfile"), "USER grader\n"},
		{gradingFile(t, "Dockerfile.dockerignore"), "*\n!bin/strata\n"},
		{gradingFile(t, "gradescope", "setup.sh"), "go_version=" + version[1] + "." + version[2] + "\n"},
		{gradingFile(t, "../../.devcontainer/devcontainer.json"), "devcontainers/go:" + version[1] + `"`},
	} {
		text, err := os.ReadFile(want.file)
		require.NoError(t, err)
		require.Contains(t, strings.ReplaceAll(string(text), "\r", ""), want.text, want.file)
	}
	text, err := os.ReadFile(gradingFile(t, "../../.devcontainer/devcontainer.json"))
	require.NoError(t, err)
	require.True(t, json.Valid(text))
}
