package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/extras"
	"strata/harness/grade/handin"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/harness/sandbox"
)

// The programs that link a student's layers, from the workshop's root.
const (
	childProgram = "./harness/grade/child"
	// Node is strata itself, with the student's layers.
	Node = "./cmd/strata-exercises"
	// Guest is the student's layers alone, behind the boundary.
	Guest = "./harness/grade/guest"
)

// Build builds a program with a submission laid over exercises/. It is the one way in which a
// student's code is built.
type Build struct {
	Root     string // directory of the workshop's module
	Sub      *handin.Submission
	Temp     string            // a directory for what is made on the way
	Provided map[string]string // the new files for some of the workshop, by the path from the root
	Limits   Limits            // of the child
	Apart    bool              // leave nothing of it in the user's build cache
	Held     sandbox.Held      // what holds the child, once Child has seen it start
	Sealed   bool              // the layers are WebAssembly beside the child, and not in it
	Core     bool              // the six layers alone are wanted: no elective of the submission is built
	Warm     *Warm             // what was kept of builds before; nil: nothing
	Layer    string            // whose scenarios alone are wanted; empty: any
	First    *Client           // gets the child that Child has seen start, to use it on; nil: that one is ended

	Scenarios *extras.Suite // that an instructor adds; nil: none

	// Engine and Module are the digests of a sealed child and of the WebAssembly, once Child has returned.
	Engine, Module string

	copied bool   // the checked files are in Temp
	only   string // a layer: the reference stands in for all others; empty: build all
}

// Child builds the child and sees that it starts. A layer that does not compile, or keeps the child from
// starting by what it does before there is a node, is marked in the submission and replaced by the
// reference, so that the others can be graded. Errors: ctx's; what wraps toolchain.ErrUnusable,
// ErrStart or ErrVersion, or that the workshop itself does not compile.
func (b *Build) Child(ctx context.Context) (binary string, err error) {
	for {
		if binary, err = b.child(ctx); err != nil {
			return "", err
		}
		gone, err := b.starts(ctx, binary)
		if gone == nil {
			return binary, err
		}
		l, gone, err := b.culprit(ctx, gone)
		if err != nil {
			return "", err
		}
		if l == nil {
			return "", fmt.Errorf("%w: %s\n%s", ErrStart, gone.Failure.Text, gone.Printed)
		}
		l.Status = report.Failed
		where := l.Dir
		if frame := lab.Frame(gone.Printed); handin.LayerOf(frame) == l.Name {
			where = cmp.Or(b.Sub.Ours(frame), where)
		}
		l.Why = []string{fmt.Sprintf("%s: before there is a node: %s; have package variables set in New", where,
			gone.Failure.Text)}
	}
}

// starts starts a child and ends it. It returns the crash of one that does not start.
func (b *Build) starts(ctx context.Context, binary string) (*Crash, error) {
	c, err := start(ctx, binary, b.Limits, b.Warm.standing(b.Limits))
	var gone *Crash
	if errors.As(err, &gone) {
		return gone, nil
	}
	if errors.Is(err, ErrVersion) {
		return nil, fmt.Errorf("%w, and grades would be wrong: rebuild it in %s: make build", err, b.Root)
	}
	if err == nil {
		b.Held = c.cmd.Held()
		if b.First != nil && b.only == "" {
			b.First.take(c, b, binary)
		} else {
			c.stop()
		}
	}
	return nil, err
}

// child builds the child. Layers that do not compile are marked and replaced by the reference.
func (b *Build) child(ctx context.Context) (binary string, err error) {
	binary = filepath.Join(b.Temp, "gradechild")
	if b.Warm.build(ctx, b, binary) {
		return binary, nil
	}
	defer func() {
		if err == nil {
			b.Warm.learn(b)
		}
	}()
	faults, err := b.layers(ctx, binary)
	if err != nil || faults == nil {
		return binary, err
	}
	if err := b.first(ctx); err != nil { // nobody is blamed for what the machine lacks
		return "", err
	}
	for _, blame := range []func(context.Context) error{b.blame, b.blameLinking} {
		if err := blame(ctx); err != nil {
			return "", err
		}
		if faults, err = b.layers(ctx, binary); err != nil || faults == nil {
			return binary, err
		}
	}
	return "", b.unusable(ctx, string(faults))
}

// blameLinking marks the layers with which alone the child is not built, though each compiles: what
// is too large for a program, say.
func (b *Build) blameLinking(ctx context.Context) error {
	return b.alone(func(l *handin.Layer) error {
		faults, err := b.compile(ctx, nil, "-o", os.DevNull, childProgram)
		b.mark(l, faults)
		return err
	})
}

// wants says whether a layer of the submission is to be built. Else the reference stands in for it.
func (b *Build) wants(l *handin.Layer) bool {
	return l.Usable() && !(b.Core && !slices.Contains(steps.Layers, l.Name))
}

// alone has each usable layer looked at while the reference stands in for all others.
func (b *Build) alone(look func(*handin.Layer) error) error {
	defer func() { b.only = "" }()
	for _, l := range b.Sub.Layers {
		if !b.wants(l) {
			continue
		}
		b.only = l.Name
		if err := look(l); err != nil {
			return err
		}
	}
	return nil
}

// culprit finds the layer that keeps the child from starting, by starting one with each layer alone: what
// the child printed may name any. It is nil if none does so alone.
func (b *Build) culprit(ctx context.Context, gone *Crash) (found *handin.Layer, why *Crash, err error) {
	why = gone
	named := handin.LayerOf(lab.Frame(gone.Printed)) // who is likely is tried first
	for _, likely := range []bool{true, false} {
		err = b.alone(func(l *handin.Layer) error {
			if found != nil || likely != (l.Name == named) {
				return nil
			}
			binary := filepath.Join(b.Temp, "alone")
			if faults, err := b.layers(ctx, binary); err != nil || faults != nil {
				return err
			}
			gone, err := b.starts(ctx, binary)
			if gone != nil {
				found, why = l, gone
			}
			return err
		})
	}
	return found, why, err
}

// blame compiles each layer by itself, together with a file that holds its New against the
// contract, and marks those at fault.
func (b *Build) blame(ctx context.Context) error {
	for _, l := range b.Sub.Layers {
		if !b.wants(l) {
			continue
		}
		file := filepath.Join(b.Temp, l.Name+"_contract.go")
		source := fmt.Sprintf("package %s\n\nimport contract %q\n\nvar _ contract.New = New\n", l.Name,
			"strata/"+steps.Contract(l.Name))
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			return fmt.Errorf("grade: %w", err)
		}
		contract := map[string]string{filepath.Join(b.Root, "exercises", l.Name, "the_contract_wants_New.go"): file}
		faults, err := b.compile(ctx, contract, "-o", os.DevNull, "./exercises/"+l.Name)
		if err != nil {
			return err
		}
		b.mark(l, faults)
	}
	return nil
}

// mark notes that a layer does not compile, unless faults is nil.
func (b *Build) mark(l *handin.Layer, faults []byte) {
	if faults == nil {
		return
	}
	l.Status, l.Why = report.DoesNotCompile, nil
	for _, line := range strings.Split(strings.TrimSpace(string(faults)), "\n") {
		if !strings.HasPrefix(line, "# ") {
			l.Why = append(l.Why, b.ownPath(l, line))
		}
	}
}

// Program builds one of the programs that link a student's layers. Layers that the submission lacks are
// the reference's. The error of code that does not compile is a *CompileError.
func (b *Build) Program(ctx context.Context, program, binary string) error {
	faults, err := b.compile(ctx, nil, "-o", binary, program)
	if err != nil || faults == nil {
		return err
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(string(faults)), "\n") {
		for _, l := range b.Sub.Layers {
			line = b.ownPath(l, line)
		}
		lines = append(lines, line)
	}
	return &CompileError{Lines: lines}
}

// CompileError has the compiler's lines, with the student's own paths.
type CompileError struct{ Lines []string }

// Error has all lines.
func (e *CompileError) Error() string { return strings.Join(e.Lines, "\n") }

// ownPath has a line of the compiler's name the student's file as the student does. The compiler calls it
// by the place that it is laid over, or by its own, from the root or in full.
func (b *Build) ownPath(l *handin.Layer, line string) string {
	const slash = string(filepath.Separator)
	names := []string{filepath.Join(b.Root, "exercises", l.Name), b.copyOf(l)}
	if near, err := filepath.Rel(b.Root, b.copyOf(l)); err == nil {
		names = append(names, near)
	}
	if whole, err := filepath.Abs(l.Dir); err == nil {
		names = append(names, whole)
		if near, err := filepath.Rel(b.Root, whole); err == nil {
			names = append(names, near)
		}
	}
	for _, name := range append(names, filepath.Join("exercises", l.Name)) {
		for _, start := range []string{"." + slash + name + slash, name + slash} {
			if rest, ok := strings.CutPrefix(line, start); ok {
				return filepath.Join(l.Dir, rest)
			}
		}
	}
	return line
}
