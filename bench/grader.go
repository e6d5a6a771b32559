package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/harness/course/steps"
)

// root is the workshop, seen from here.
const root = ".."

// strata builds the command once, and returns its path. It is measured as a student runs it.
var strata = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs(filepath.Join(os.TempDir(), fmt.Sprintf("strata-bench-%d", os.Getpid())))
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", path, "./cmd/strata")
	build.Dir = root
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, text)
	}
	built = path
	return path, nil
})

// built is the command's path once it is there.
var built string

// removeStrata takes the command away again, if it was built.
func removeStrata() {
	if built != "" {
		_ = os.Remove(built) // it lies in the directory for what is temporary
	}
}

// report runs the command and decodes what it prints. Exit status 1 says "not all points": no error here.
func report(into any, args ...string) error {
	path, err := strata()
	if err != nil {
		return err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = root
	text, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return fmt.Errorf("strata %s: %w", strings.Join(args, " "), err)
	}
	return json.Unmarshal(text, into)
}

// graded is what of a report is looked at.
type graded struct {
	Points, Of     int
	Steps          []struct{ Scenarios int }
	Build, Elapsed time.Duration
}

// scenarios counts what was run.
func (g graded) scenarios() (n int) {
	for _, step := range g.Steps {
		n += step.Scenarios
	}
	return n
}

// g1 is grading everything: our solutions, every scenario over 200 seeds. The baseline is the same
// work on one process, which a grader does that lets its scenarios wait for each other.
func g1() []figure {
	grade := func(what func(graded) time.Duration, args ...string) func() (float64, error) {
		return func() (float64, error) {
			var r graded
			err := report(&r, append([]string{"grade", "solutions", "--json", "--seeds", "200"}, args...)...)
			if err == nil && (r.Points != r.Of || r.Of == 0) {
				err = fmt.Errorf("our solutions have %d of %d points", r.Points, r.Of)
			}
			return what(r).Seconds(), err
		}
	}
	all := func(r graded) time.Duration { return r.Elapsed }
	runs := func(r graded) time.Duration { return r.Elapsed - r.Build }
	each := func(r graded) time.Duration { return runs(r) / time.Duration(max(1, r.scenarios())) }
	return []figure{
		{id: "G1", title: "grading everything, 200 seeds", unit: "s", ours: side{"build and runs", grade(all)},
			target: atMost(8)},
		{id: "G1", title: "the runs, a scenario over 200 seeds", unit: "s",
			ours: side{"runs", grade(each)}, target: atMost(0.020)},
		{id: "G1", title: "the runs on all cores and on one", unit: "s",
			ours: side{"all cores", grade(runs)}, base: side{"one process", grade(runs, "--jobs", "1")}},
	}
}

// parts is in how many parts the bank is shrunk: a part for each time that a figure is measured.
const parts = 5

// shrunk is what of a mutant is looked at.
type shrunk struct {
	Name   string
	Shrunk *struct {
		Seconds float64
		Events  int
	}
}

// g4 is making the failures of the bank of wrong solutions small. Each time another fifth of the bank
// has its turn. Both figures come of the same runs.
func g4() []figure {
	done := make(map[int][]shrunk)
	part := func(n int) ([]shrunk, error) {
		n %= parts
		if done[n] != nil {
			return done[n], nil
		}
		files, err := filepath.Glob(filepath.Join(root, "harness", "proof", "mutants", "*", "*.txt"))
		if err != nil {
			return nil, err
		}
		args := []string{"mutants", "--json", "--quiet", "--shrink"}
		for i, file := range files {
			dir, name := filepath.Split(file)
			if layer := filepath.Base(dir); slices.Contains(steps.Layers, layer) && i%parts == n {
				args = append(args, layer+"/"+strings.TrimSuffix(name, ".txt"))
			}
		}
		var kills []shrunk
		err = report(&kills, args...)
		kills = slices.DeleteFunc(kills, func(k shrunk) bool { return k.Shrunk == nil })
		if err == nil && len(kills) == 0 {
			err = errors.New("no failure was shrunk")
		}
		done[n] = kills
		return kills, err
	}
	of := func(what func(shrunk) float64) func() (float64, error) {
		turn := 0
		return func() (float64, error) {
			kills, err := part(turn)
			turn++
			var values []float64
			for _, k := range kills {
				values = append(values, what(k))
			}
			if err != nil {
				return 0, err
			}
			return median(values), nil
		}
	}
	return []figure{
		{id: "G4", title: "shrinking a failure of the bank, median", unit: "s", target: atMost(0.1),
			ours: side{"shrunk", of(func(k shrunk) float64 { return k.Shrunk.Seconds })}},
		{id: "G4", title: "events of a shrunk failure, median", unit: "events", target: atMost(8),
			ours: side{"shown", of(func(k shrunk) float64 { return float64(k.Shrunk.Events) })}},
	}
}
