package command

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"strata/chain"
	"strata/network"
	"strata/node/process/daemon"
	"strata/solutions"
)

// stackExercises is the stack of the student's layers, next to daemon.Reference; any other name is
// that of a directory.
const stackExercises = "exercises"

// childPackage is the main package that links the student's layers.
const childPackage = "./cmd/strata-exercises"

// completeStack completes --stack with its two names and with directories.
func completeStack(cmd *cobra.Command) {
	must(cmd.RegisterFlagCompletionFunc("stack", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{daemon.Reference, stackExercises}, cobra.ShellCompDirectiveDefault
	}))
}

// layerDir is where the student writes the step.
func layerDir(stack string, step network.NotWritten) string {
	layer, _, _ := strings.Cut(string(step), ".")
	return filepath.Join(stack, layer)
}

// stack is the implementation of every layer that --stack names. For a student's, which strata
// does not link, the process becomes the child that does, and stack does not return.
func (w World) stack(cmd *cobra.Command, name string) (chain.Stack, error) {
	if w.Submission != nil {
		return *w.Submission, nil
	}
	if name == daemon.Reference {
		return solutions.Stack(), nil
	}
	root, err := w.moduleRoot(cmd)
	if err != nil {
		return chain.Stack{}, err
	}
	child, err := buildChild(cmd, root, name)
	if err != nil {
		return chain.Stack{}, err
	}
	argv := append([]string{"strata"}, w.args...)
	return chain.Stack{}, fmt.Errorf("stack %s: %w", name, w.Exec(child, argv, os.Environ()))
}

// buildChild builds the child with the student's layers and returns its path. Each workshop and
// each directory of layers has one place in the user's cache, replaced in one step.
func buildChild(cmd *cobra.Command, root, dir string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	cache = filepath.Join(cache, "strata")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(cache, "build-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	args := []string{"build", "-o", filepath.Join(temp, "node")}
	if dir != stackExercises {
		overlay, err := writeOverlay(root, dir, temp)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	build := exec.CommandContext(cmd.Context(), "go", append(args, childPackage)...)
	build.Dir = root
	var messages bytes.Buffer
	build.Stdout, build.Stderr = &messages, &messages
	if err := build.Run(); err != nil {
		if messages.Len() > 0 {
			return "", verbatim(ownPaths(messages.String(), root, dir))
		}
		return "", fmt.Errorf("stack %s: go build: %w", dir, err)
	}
	child := filepath.Join(cache, "node-"+fingerprint(root, dir))
	return child, os.Rename(filepath.Join(temp, "node"), child)
}

// fingerprint names a workshop and a directory of layers.
func fingerprint(root, dir string) string {
	if absolute, err := filepath.Abs(dir); err == nil {
		dir = absolute
	}
	sum := sha256.Sum256([]byte(root + "\x00" + dir))
	return hex.EncodeToString(sum[:6])
}
