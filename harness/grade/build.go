package grade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// builder makes the child's binary.
type builder struct {
	opt  Options
	sub  *submission
	temp string // holds the overlay and the binary
	only string // a layer: the reference stands in for all others; empty: build all
}

// build builds the child. Layers that do not compile are marked, replaced by the reference, and
// do not keep the others from being graded.
func (b *builder) build(ctx context.Context) (binary string, err error) {
	binary = filepath.Join(b.temp, "gradechild")
	message, err := b.compile(ctx, nil, "-o", binary, "./harness/grade/child")
	if err != nil || message == "" {
		return binary, err
	}
	var again string
	for _, blame := range []func(context.Context) error{b.blame, b.blameLinking} {
		if err := blame(ctx); err != nil {
			return "", err
		}
		if again, err = b.compile(ctx, nil, "-o", binary, "./harness/grade/child"); err != nil || again == "" {
			return binary, err
		}
	}
	return "", fmt.Errorf("grade: the grader itself does not compile:\n%s", again)
}

// blameLinking marks the layers with which alone the child is not built, though each compiles: what
// is too large for a program, say.
func (b *builder) blameLinking(ctx context.Context) error {
	return b.alone(func(l *layer) error {
		message, err := b.compile(ctx, nil, "-o", os.DevNull, "./harness/grade/child")
		if message != "" {
			l.status, l.why = DoesNotCompile, b.messages(l, message)
		}
		return err
	})
}

// alone has each usable layer looked at while the reference stands in for all others.
func (b *builder) alone(look func(*layer) error) error {
	defer func() { b.only = "" }()
	for _, l := range b.sub.layers {
		if !l.usable() {
			continue
		}
		b.only = l.name
		if err := look(l); err != nil {
			return err
		}
	}
	return nil
}

// culprit finds the layer that keeps the child from starting, where no stack tells: by starting one
// with each layer alone. It is nil if none does so alone.
func (b *builder) culprit(ctx context.Context, gone *crash) (found *layer, why *crash, err error) {
	why = gone
	err = b.alone(func(l *layer) error {
		binary := filepath.Join(b.temp, "alone")
		if message, err := b.compile(ctx, nil, "-o", binary, "./harness/grade/child"); err != nil || message != "" || found != nil {
			return err
		}
		c, gone := start(binary, b.opt)
		if gone == nil {
			c.stop()
		} else {
			found, why = l, gone
		}
		return nil
	})
	return found, why, err
}

// blame compiles each layer by itself, together with a file that holds its New against the
// contract, and marks those at fault.
func (b *builder) blame(ctx context.Context) error {
	for _, l := range b.sub.layers {
		if !l.usable() {
			continue
		}
		file := filepath.Join(b.temp, l.name+"_contract.go")
		source := fmt.Sprintf("package %s\n\nimport contract %q\n\nvar _ contract.New = New\n", l.name, "strata/"+l.name)
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			return fmt.Errorf("grade: %w", err)
		}
		contract := map[string]string{filepath.Join(b.opt.Root, "exercises", l.name, "the_contract_wants_New.go"): file}
		message, err := b.compile(ctx, contract, "-o", os.DevNull, "./exercises/"+l.name)
		if err != nil {
			return err
		}
		if message != "" {
			l.status, l.why = DoesNotCompile, b.messages(l, message)
		}
	}
	return nil
}

// messages are the compiler's lines, with the student's own paths.
func (b *builder) messages(l *layer, output string) []string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(output), "\n") {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		lines = append(lines, b.ownPath(l, line))
	}
	return lines
}

// ownPath has a line of the compiler's name the student's file as the student does. The compiler calls it
// by the place that it is laid over, or by its own, from the root or in full.
func (b *builder) ownPath(l *layer, line string) string {
	const slash = string(filepath.Separator)
	names := []string{filepath.Join(b.opt.Root, "exercises", l.name)}
	if whole, err := filepath.Abs(l.dir); err == nil {
		names = append(names, whole)
		if near, err := filepath.Rel(b.opt.Root, whole); err == nil {
			names = append(names, near)
		}
	}
	for _, name := range append(names, filepath.Join("exercises", l.name)) {
		for _, start := range []string{"." + slash + name + slash, name + slash} {
			if rest, ok := strings.CutPrefix(line, start); ok {
				return filepath.Join(l.dir, rest)
			}
		}
	}
	return line
}

// compileTime is what one build may take; on an empty cache it compiles the libraries, too.
const compileTime = 5 * time.Minute

// compile runs go build. A non-empty message is the compiler's: the code is at fault. An error
// means that there is no compiler, or that ctx ended.
func (b *builder) compile(ctx context.Context, extra map[string]string, args ...string) (message string, err error) {
	overlay := filepath.Join(b.temp, "overlay.json")
	if err := b.writeOverlay(overlay, extra); err != nil {
		return "", err
	}
	args = append([]string{"build", "-trimpath", "-overlay", overlay, "-ldflags=-s -w"}, args...)
	limited, cancel := context.WithTimeout(ctx, compileTime)
	defer cancel()
	cmd := exec.CommandContext(limited, "go", args...)
	cmd.Dir = b.opt.Root
	// Neither a workspace above the root nor a vendor directory has a say in what is built.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly")
	cmd.WaitDelay = time.Second // the compiler that the go command has started may live on
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "", nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return fmt.Sprintf("the compiler does not end within %v", compileTime), nil
	case errors.As(err, &exit):
		return string(output) + " ", nil
	}
	return "", fmt.Errorf("grade: the Go compiler is needed to grade: %w", err)
}

// writeOverlay says which file stands for which of exercises/: the student's, or the reference's
// where the student's cannot be used. Nothing else of the submission gets into the build.
func (b *builder) writeOverlay(file string, extra map[string]string) error {
	replace := make(map[string]string)
	for _, l := range b.sub.layers {
		from, names := l.dir, l.check.Files
		if !l.usable() || b.only != "" && b.only != l.name {
			from = filepath.Join(b.opt.Root, "solutions", l.name)
			names = goFiles(from)
		}
		target := filepath.Join(b.opt.Root, "exercises", l.name)
		hide(replace, target) // not in the submission: not there
		for _, name := range names {
			path, err := filepath.Abs(filepath.Join(from, name))
			if err != nil {
				return fmt.Errorf("grade: %w", err)
			}
			replace[filepath.Join(target, name)] = path
		}
	}
	for _, name := range []string{"go.mod", "go.work"} { // would make another module of the exercises
		replace[filepath.Join(b.opt.Root, "exercises", name)] = ""
	}
	for name, path := range extra {
		replace[name] = path
	}
	for name, path := range b.opt.Provided {
		replace[filepath.Join(b.opt.Root, filepath.FromSlash(name))] = path
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("grade: overlay: %w", err)
	}
	return nil
}

// hide has the build see none of a directory's files: assembly, objects and a go.mod as little as Go.
func hide(replace map[string]string, dir string) {
	entries, _ := os.ReadDir(dir) // no directory, no files
	for _, e := range entries {
		if !e.IsDir() {
			replace[filepath.Join(dir, e.Name())] = ""
		}
	}
}

// goFiles lists the Go files of a directory that are not tests; none if there is no directory.
func goFiles(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	var names []string
	for _, p := range paths {
		if !strings.HasSuffix(p, "_test.go") {
			names = append(names, filepath.Base(p))
		}
	}
	return names
}
