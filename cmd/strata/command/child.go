package command

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/boundary"
	"strata/harness/course/steps"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
	"strata/ledgers/electives"
	"strata/network"
	"strata/node/process/daemon"
	"strata/solutions"
)

// stackExercises is the stack of the student's layers, next to daemon.Reference; any other name is
// that of a directory.
const stackExercises = "exercises"

// addStack adds what goes with --stack: its completion with its two names and with directories, and
// --trust.
func addStack(cmd *cobra.Command) {
	cmd.Flags().Bool("trust", false, "run the layers of --stack even if they use what the grader refuses: files, the network, other programs")
	addExec(cmd)
	must(cmd.RegisterFlagCompletionFunc("stack", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{daemon.Reference, stackExercises}, cobra.ShellCompDirectiveDefault
	}))
}

// layerDir is where the student writes the step.
func layerDir(stack string, step network.NotWritten) string {
	layer, _, _ := strings.Cut(string(step), ".")
	return filepath.Join(stack, layer)
}

// stack is the implementation of every layer and elective that --stack names. For a student's, which strata
// does not link, the process becomes the child that does, and stack does not return.
func (w World) stack(cmd *cobra.Command, name string) (electives.Stack, error) {
	if w.Submission != nil {
		return *w.Submission, nil
	}
	words, err := execOf(cmd)
	if err != nil {
		return electives.Stack{}, err
	}
	if words != nil {
		return electives.Stack{Stack: boundary.PerNode(boundary.Command{Args: words, Stderr: w.Err})}, nil
	}
	if name == daemon.Reference {
		return solutions.Electives(), nil
	}
	at, err := w.place(cmd)
	if err != nil {
		return electives.Stack{}, err
	}
	child, err := buildChild(cmd, at, name)
	if err != nil {
		return electives.Stack{}, err
	}
	argv := append([]string{"strata"}, w.args...)
	return electives.Stack{}, fmt.Errorf("stack %s: %w", name, w.Exec(child, argv, os.Environ()))
}

// buildChild builds the child with the student's layers and returns its path. Each workshop and
// each directory of layers has one place in the user's cache, replaced in one step.
func buildChild(cmd *cobra.Command, at place, dir string) (string, error) {
	sub, err := layersOf(cmd, at, dir)
	if err != nil {
		return "", err
	}
	cache := cacheDir()
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(cache, "build-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	build := &process.Build{Root: at.root, Sub: sub, Temp: temp}
	binary := filepath.Join(temp, "node")
	if err := build.Program(cmd.Context(), process.Node, binary); err != nil {
		var faults *process.CompileError
		if errors.As(err, &faults) {
			return "", verbatim(faults.Error())
		}
		return "", fmt.Errorf("stack %s: %w", dir, err)
	}
	child := filepath.Join(cache, "node-"+fingerprint(at.root, at.named(dir)))
	return child, os.Rename(binary, child)
}

// layersOf reads the layers of a directory, as the grader does. The error reports a directory without any,
// and code that the grader refuses, unless the user says that it is to be trusted.
func layersOf(cmd *cobra.Command, at place, dir string) (*handin.Submission, error) {
	found, err := handin.Find(at.named(dir))
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", dir, err)
	}
	sub, err := handin.Inspect(cmd.Context(), at.root, found.Dir)
	if err != nil {
		return nil, err
	}
	some := false
	var reasons strings.Builder
	trusted, _ := cmd.Flags().GetBool("trust")
	for _, l := range sub.Layers {
		some = some || l.Status != report.Absent
		switch {
		case l.Status == report.Refused && trusted:
			l.Status = ""
		case l.Status == report.Refused:
			fmt.Fprintf(&reasons, "    %s\n", strings.Join(l.Why, "\n    "))
		}
	}
	switch {
	case !some:
		return nil, fmt.Errorf("stack %s: no such layers: want solutions, exercises, or a directory with %s", dir, strings.Join(steps.Layers, ", "))
	case reasons.Len() > 0:
		return nil, verbatim(fmt.Sprintf("strata: stack %s is not run: it uses what a layer must not:\n%sMend that; or, if you know whose code it is "+
			"and what it does, run it all the same with --trust", dir, reasons.String()))
	}
	return sub, nil
}

// fingerprint names a workshop and a directory of layers.
func fingerprint(root, dir string) string {
	if absolute, err := filepath.Abs(dir); err == nil {
		dir = absolute
	}
	sum := sha256.Sum256([]byte(root + "\x00" + dir))
	return hex.EncodeToString(sum[:6])
}
