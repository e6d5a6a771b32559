package doctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"strata/cmd/strata/command"
	"strata/harness/proof/needs"
)

// Every command that the book shows exists, with the flags and arguments shown.
func TestCommands(t *testing.T) {
	targets, variables := makefile(t)
	for _, b := range allBlocks(t) {
		if b.lang != "sh" && b.lang != "console" {
			continue
		}
		for i, line := range b.commands() {
			for part := range strings.SplitSeq(line, "&&") {
				if err := known(strings.Fields(part), targets, variables); err != nil {
					t.Errorf("%s: %s: %v", b.at(i), line, err)
				}
			}
		}
	}
}

// known says what is wrong with a command.
func known(words, targets, variables []string) error {
	switch words[0] {
	case "make":
		return knownMake(words[1:], targets, variables)
	case "strata", "bin/strata":
		return knownStrata(words[1:])
	case "git", "cd", "export", "alias":
		return nil
	case "strata-lattice": // its own test runs what the page shows
		return nil
	}
	return fmt.Errorf("%s is not a command that this test knows", words[0])
}

func knownMake(words, targets, variables []string) error {
	for _, w := range words {
		name, _, setting := strings.Cut(w, "=")
		if setting && !slices.Contains(variables, name) {
			return fmt.Errorf("the Makefile does not use %s", name)
		}
		if !setting && !slices.Contains(targets, name) {
			return fmt.Errorf("no target %s", name)
		}
	}
	return nil
}

func knownStrata(words []string) error {
	tree := command.Root()
	tree.InitDefaultHelpCmd()
	tree.InitDefaultCompletionCmd()
	cmd, rest, err := tree.Find(words)
	if err != nil {
		return err
	}
	if cmd.Name() == "help" || slices.Contains(words, "--help") {
		return nil
	}
	if cmd == tree && len(words) > 0 {
		return fmt.Errorf("no command %s", words[0])
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// makefile lists the targets and the variables of the Makefile.
func makefile(t *testing.T) (targets, variables []string) {
	lines, err := read(root, "Makefile")
	require.NoError(t, err)
	for _, line := range lines {
		if m := regexp.MustCompile(`^([a-z-]+):.*##`).FindStringSubmatch(line); m != nil {
			targets = append(targets, m[1])
		}
		for _, m := range regexp.MustCompile(`\$\((?:if \$\(|or \$\()?([A-Z]+)\)`).FindAllStringSubmatch(line, -1) {
			variables = append(variables, m[1])
		}
	}
	require.Contains(t, targets, "grade")
	require.Contains(t, variables, "LAYER")
	return targets, variables
}

// A variable that make itself sets is never empty: what it asks for would always be asked for.
func TestMakefile_VariablesAreOurs(t *testing.T) {
	_, used := makefile(t)
	database, err := exec.Command(needs.Program(t, "apt-get install make", "make"), "-pq", "-f", os.DevNull).Output()
	var status *exec.ExitError
	require.True(t, err == nil || errors.As(err, &status), "it ends without a target, and says so by its status: %v", err)
	preset := regexp.MustCompile(`(?m)^# default\n([A-Z]+) :?= .`).FindAllSubmatch(database, -1)
	require.NotEmpty(t, preset)
	for _, m := range preset {
		if name := string(m[1]); name != "MAKE" {
			require.NotContains(t, used, name)
		}
	}
}

// Every command of the tree explains itself, and what costs nothing runs.
func TestCheapCommandsRun(t *testing.T) {
	run := func(args ...string) {
		var out, log bytes.Buffer
		w := command.World{Out: &out, Err: &log, LookupEnv: func(string) (string, bool) { return "", false }}
		require.Zero(t, command.Main(context.Background(), w, args), "strata %v: %s", args, log.String())
		require.NotEmpty(t, out.String(), "strata %v", args)
	}
	run("version")
	run("help")
	var walk func(c *cobra.Command, path []string)
	walk = func(c *cobra.Command, path []string) {
		run(append(path, "--help")...)
		for _, sub := range c.Commands() {
			walk(sub, append(slices.Clone(path), sub.Name()))
		}
	}
	walk(command.Root(), nil)
}

func TestKnown(t *testing.T) {
	require.Error(t, knownStrata([]string{"nosuch"}))
	require.Error(t, knownStrata([]string{"grade", "--nosuch"}))
	require.Error(t, knownMake([]string{"nosuch"}, []string{"grade"}, nil))
	require.Error(t, knownMake([]string{"grade", "NOSUCH=1"}, []string{"grade"}, nil))
	require.NoError(t, knownStrata([]string{"version"}))
}
