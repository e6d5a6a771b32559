package typecheck

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/harness/grade/sourcecheck"
	"strata/harness/grade/toolchain"
	"strata/harness/sandbox"
)

// Source is one layer, as it was read and checked by sourcecheck.
type Source struct {
	Layer string
	Dir   string            // begins the paths in findings
	Files map[string][]byte // the Go files that make the package, by base name
}

// Check checks the layers against the contracts of the workshop in root, and returns the findings of
// each, in the order of the layers and of the places in them. The error wraps toolchain.ErrUnusable, or is ctx's.
func Check(ctx context.Context, root string, layers []Source) (found [][]sourcecheck.Finding, err error) {
	if len(layers) == 0 {
		return nil, nil
	}
	exports, err := exportsOf(ctx, root)
	if err != nil {
		return nil, err
	}
	found = make([][]sourcecheck.Finding, len(layers))
	var fresh []int // those not checked before
	for i, one := range layers {
		var ok bool
		if found[i], ok = known.find(exports, one); !ok {
			fresh = append(fresh, i)
		}
	}
	return found, checkFresh(ctx, exports, layers, fresh, found)
}

// checkFresh checks those of the layers whose indices are in fresh, and sets their findings.
func checkFresh(ctx context.Context, exports map[string]string, layers []Source, fresh []int,
	found [][]sourcecheck.Finding) error {
	if len(fresh) == 0 {
		return nil
	}
	var sources []Source
	for _, i := range fresh {
		sources = append(sources, layers[i])
	}
	all, end, err := ask(ctx, exports, sources)
	if err != nil {
		return err
	}
	if end.OK() {
		for n, i := range fresh {
			found[i] = all[n]
			known.keep(exports, layers[i], all[n])
		}
		return nil
	}
	for _, i := range fresh { // one of them is too much: which one?
		all, end, err := ask(ctx, exports, layers[i:i+1])
		switch {
		case err != nil:
			return err
		case end.OK():
			found[i] = all[0]
			known.keep(exports, layers[i], all[0])
		default: // not remembered: it depends on the machine as well
			found[i] = []sourcecheck.Finding{tooMuch(layers[i], end)}
		}
	}
	return nil
}

// tooMuch is the finding of a layer whose types could not be told within bounds.
func tooMuch(one Source, end sandbox.End) sourcecheck.Finding {
	return sourcecheck.Finding{
		File:   one.Dir,
		Reason: "whoever reads the layer's constants and types " + end.String(),
		Remedy: "write smaller constants, fewer generic types within each other, and shorter expressions",
	}
}

// question is what the process is asked. The answer has the findings of each layer.
type question struct {
	Exports map[string]string // file of export data by import path
	Layers  []Source
}

// box is enough for a hundred times what layers are.
var box = sandbox.Box{Memory: 1 << 30, CPU: 10 * time.Second, Wall: 2 * time.Minute, FileSize: 1}

// ask has the layers checked in a process of its own. The end says whether it could do so.
func ask(ctx context.Context, exports map[string]string, layers []Source) (all [][]sourcecheck.Finding, end sandbox.End,
	err error) {
	text, err := json.Marshal(question{exports, layers})
	if err != nil {
		return nil, end, fmt.Errorf("typecheck: %w", err)
	}
	cmd, err := sandbox.Self(box, taskName)
	if err != nil {
		return nil, end, fmt.Errorf("typecheck: %w", err)
	}
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &out, io.Discard
	cmd.Env = []string{"GOMAXPROCS=1"}
	if end, err = cmd.Run(ctx); err != nil {
		return nil, end, fmt.Errorf("typecheck: %w", err)
	}
	if !end.OK() {
		return nil, end, nil
	}
	if err := json.Unmarshal(out.Bytes(), &all); err != nil || len(all) != len(layers) {
		return nil, end, fmt.Errorf("typecheck: the answer of its process makes no sense: %w", err)
	}
	return all, end, nil
}

// exports remembers, by root, where the export data are: a class asks once.
var exports = struct {
	sync.Mutex
	of map[string]map[string]string
}{of: make(map[string]map[string]string)}

// exportsOf asks the go command for what the contracts, and the libraries that layers may import, declare.
func exportsOf(ctx context.Context, root string) (map[string]string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("typecheck: %w", err)
	}
	exports.Lock()
	defer exports.Unlock()
	if found, ok := exports.of[root]; ok && readable(found) {
		return found, nil
	}
	args := slices.Concat([]string{"list"}, toolchain.Flags(), []string{"-export", "-deps", "-f",
		"{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}, sourcecheck.Importable())
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = toolchain.Env()
	var faults bytes.Buffer
	cmd.Stderr = &faults
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		if cause := toolchain.Cause(ctx, root); cause != nil {
			return nil, cause
		}
		return nil, fmt.Errorf("%w: %w: %s", toolchain.ErrUnusable, err, strings.TrimSpace(faults.String()))
	}
	found := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			found[path] = file
		}
	}
	exports.of[root] = found
	return found, nil
}

// readable says whether the build cache still has the files.
func readable(files map[string]string) bool {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			return false
		}
	}
	return true
}
