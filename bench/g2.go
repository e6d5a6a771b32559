package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
)

// g2 is the time from saving a file of one layer to that layer's verdict, as `strata watch` shows it, and to the line
// that says that all is well with the first seeds of each check, when a student knows enough to go on. The baseline
// is what no grader can go below that runs Go: compiling the layer, linking a program with it, and running that.
func g2() []figure {
	var all []figure
	for _, layer := range steps.Layers {
		only := []string{layer}
		all = append(all, figure{id: "G2", title: "saved to verdict, " + layer, unit: "s",
			ours: save{median, only, another, watched("verdict: ")}.side("watched"),
			base: save{median, only, another, compiled}.side("compiled, linked, run")})
	}
	for _, f := range []struct {
		title, begins string
		one           func([]float64) float64
		atMost        float64
	}{
		{"saved to the first 40 seeds, the median of the layers", "so far: ", median, 0.7},
		{"saved to the first 40 seeds, the smallest of the layers", "so far: ", slices.Min[[]float64], 0.45},
		{"saved to verdict, the median of the layers", "verdict: ", median, 0.7},
		{"saved to verdict, the smallest of the layers", "verdict: ", slices.Min[[]float64], 0.45},
	} {
		all = append(all, figure{id: "G2", title: f.title, unit: "s", target: atMost(f.atMost),
			ours: save{f.one, steps.Layers, another, watched(f.begins)}.side("watched")})
	}
	return append(all, figure{id: "G2", title: "saved to the first check that fails", unit: "s", target: atMost(0.6),
		ours: save{median, []string{"gossip"}, broken, watched("fails: ")}.side("watched")})
}

// another is a layer's text that has to be compiled again.
func another(text []byte) []byte {
	return fmt.Appendf(text, "\nvar saved = %d // never read: another program all the same\n", time.Now().UnixNano())
}

// broken is the text of a layer that does not stop.
func broken(text []byte) []byte {
	const stop = "func (l *layer) Stop() {"
	return bytes.Replace(text, []byte(stop), []byte(stop+"\n\treturn"), 1)
}

// waiting waits for what comes of a save.
type waiting struct {
	done func() error
	end  func()
}

// save is a change of a file in each of some layers, and what is begun before it.
type save struct {
	one    func([]float64) float64 // which of the layers' times counts
	layers []string
	change func([]byte) []byte
	begin  func(dir, layer string) (waiting, error)
}

func (s save) side(name string) side { return side{name, s.measure} }

// measure saves in a copy of our solutions, and returns the seconds until what was begun is done.
func (s save) measure() (float64, error) {
	dir, err := os.MkdirTemp("", "strata-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "solutions"))); err != nil {
		return 0, err
	}
	var seconds []float64
	for _, layer := range s.layers {
		took, err := savedOne(dir, layer, s.change, s.begin)
		if err != nil {
			return 0, err
		}
		seconds = append(seconds, took.Seconds())
	}
	return s.one(seconds), nil
}

// savedOne measures one layer.
func savedOne(dir, layer string, change func([]byte) []byte, begin func(dir, layer string) (waiting, error)) (time.Duration, error) {
	w, err := begin(dir, layer)
	if err != nil {
		return 0, err
	}
	defer w.end()
	file := filepath.Join(dir, layer, layer+".go")
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := os.WriteFile(file, change(text), 0o600); err != nil {
		return 0, err
	}
	err = w.done()
	return time.Since(began), err
}

// watched has strata watch grade a layer, and waits for the first line after the save that begins so.
func watched(begins string) func(dir, layer string) (waiting, error) {
	return func(dir, layer string) (w waiting, err error) {
		path, err := strata()
		if err != nil {
			return w, err
		}
		cmd := exec.Command(path, "watch", dir, "--layer", layer)
		cmd.Dir = root
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			return w, err
		}
		lines := bufio.NewScanner(out)
		until := func(begins string) error {
			for lines.Scan() {
				if strings.HasPrefix(lines.Text(), begins) {
					return nil
				}
			}
			return fmt.Errorf("strata watch ends before a line that begins with %q: %w", begins, errors.Join(lines.Err(), cmd.Wait()))
		}
		w = waiting{done: func() error { return until(begins) }, end: func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }}
		if err := until("verdict: "); err != nil { // of what is there
			w.end()
			return w, err
		}
		time.Sleep(2 * time.Second) // nobody saves sooner
		return w, nil
	}
}

// compiled does after the save what no grader can do without.
func compiled(dir, layer string) (waiting, error) {
	return waiting{done: func() error { return program(dir, layer) }, end: func() {}}, nil
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
