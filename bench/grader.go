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

// g2 is the time from saving a file of one layer to that layer's verdict. The baseline is what no
// grader can go below that runs Go: compiling the layer, linking a program with it, and running that.
func g2() []figure {
	var all []figure
	for _, layer := range steps.Layers {
		all = append(all, figure{id: "G2", title: "saved to verdict, " + layer, unit: "s",
			ours: side{"graded", func() (float64, error) { return saved([]string{layer}, verdict) }},
			base: side{"compiled, linked, run", func() (float64, error) { return saved([]string{layer}, program) }}})
	}
	return append(all,
		figure{id: "G2", title: "saved to verdict, the median layer", unit: "s", target: atMost(0.7),
			ours: side{"graded", func() (float64, error) { return saved(steps.Layers, verdict) }}},
		figure{id: "G2", title: "saved to verdict, the smallest layer", unit: "s", target: atMost(0.45),
			ours: side{"graded", func() (float64, error) { return saved([]string{"gossip"}, verdict) }}})
}

// saved touches a file of each layer in a copy of our solutions, so that it has to be compiled
// again, and returns the median time that what is done then takes.
func saved(which []string, then func(dir, layer string) error) (float64, error) {
	dir, err := os.MkdirTemp("", "strata-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "solutions"))); err != nil {
		return 0, err
	}
	var seconds []float64
	for _, layer := range which {
		file := filepath.Join(dir, layer, layer+".go")
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		text = fmt.Appendf(text, "\nvar saved = %d // never read: another program all the same\n",
			time.Now().UnixNano())
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := then(dir, layer); err != nil {
			return 0, err
		}
		seconds = append(seconds, time.Since(began).Seconds())
	}
	return median(seconds), nil
}

// verdict grades the layer.
func verdict(dir, layer string) error {
	var r graded
	if err := report(&r, "grade", dir, "--layer", layer, "--json"); err != nil {
		return err
	}
	if r.Points != r.Of || r.Of == 0 {
		return fmt.Errorf("the layer %s has %d of %d points", layer, r.Points, r.Of)
	}
	return nil
}

// program builds and runs a program that has the layer in it and does nothing.
func program(dir, layer string) error {
	temp, err := os.MkdirTemp("", "strata-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	module, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	replace := map[string]string{filepath.Join(module, "harness", "benchprogram",
		"main.go"): filepath.Join(temp, "main.go")}
	files, err := filepath.Glob(filepath.Join(dir, layer, "*.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		replace[filepath.Join(module, "solutions", layer, filepath.Base(file))] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	source := fmt.Sprintf("package main\n\nimport %q\n\nvar layer = %s.New\n\nfunc main() { _ = layer }\n",
		"strata/solutions/"+layer, layer)
	for name, text := range map[string][]byte{"main.go": []byte(source), "overlay.json": overlay} {
		if err := os.WriteFile(filepath.Join(temp, name), text, 0o600); err != nil {
			return err
		}
	}
	binary := filepath.Join(temp, "program")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-overlay",
		filepath.Join(temp, "overlay.json"), "-o", binary, "./harness/benchprogram")
	build.Dir = module
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, text)
	}
	return exec.Command(binary).Run()
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
