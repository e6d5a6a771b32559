package command

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"strata/harness/grade"
)

// Every command says in one line what it does, and shows how.
func TestCommands_HaveHelpAndExamples(t *testing.T) {
	var names []string
	for _, c := range newRoot(Process()).Commands() {
		names = append(names, c.Name())
		require.NotEmpty(t, c.Short, c.Name())
		require.LessOrEqual(t, len(c.Short), 80, c.Name())
		if len(c.Commands()) == 0 {
			require.Contains(t, c.Example, "  strata "+c.Name(), c.Name())
		}
	}
	require.Subset(t, names, []string{"grade", "replay", "reset", "skeletons", "node", "demo", "keys", "version"})
}

// The help lists every command in a group, and those that students need first come first.
func TestCommands_AreInGroups_I13(t *testing.T) {
	root := newRoot(Process())
	for _, c := range root.Commands() {
		require.True(t, root.ContainsGroup(c.GroupID), c.Name())
	}
	require.Equal(t, "new", root.Commands()[0].Name())
	require.Equal(t, "desk", root.Commands()[1].Name())
}

// The examples name only flags that there are.
func TestCommands_ExamplesUseTheirFlags(t *testing.T) {
	root := newRoot(Process())
	each(root, func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			line, _, _ = strings.Cut(line, " # ")
			line, _, _ = strings.Cut(line, "|")
			line, _, _ = strings.Cut(line, " -- ") // a command of the user's follows
			words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "sudo "))
			if len(words) < 2 {
				continue
			}
			found, _, err := root.Find(words[1:])
			require.NoError(t, err, line)
			for _, word := range words {
				if name, ok := strings.CutPrefix(word, "--"); ok {
					name, _, _ = strings.Cut(name, "=")
					require.NotNil(t, found.Flags().Lookup(name), "%s: %s", c.CommandPath(), word)
				}
			}
		}
	})
}

func TestReplay_ExamplesAreScenarios(t *testing.T) {
	names := map[string]bool{}
	for _, s := range grade.Scenarios() {
		names[s.Name] = true
	}
	cmd, _, err := newRoot(Process()).Find([]string{"replay"})
	require.NoError(t, err)
	for line := range strings.Lines(cmd.Example) {
		name, _, err := grade.ParseRun(strings.Fields(line)[2])
		if err != nil {
			name = strings.Fields(line)[2] // without a seed
		}
		require.True(t, names[name], name)
	}
}

func each(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		each(sub, f)
	}
}

func TestCompletion_KnowsLayersStepsScenariosAndWords(t *testing.T) {
	s := newSession(t)
	complete := func(args ...string) string {
		t.Helper()
		status, out, errs := s.run(t, append([]string{"__complete"}, args...)...)
		require.Zero(t, status, errs)
		return out
	}
	require.Contains(t, complete("reset", ""), "gossip\n")
	require.Contains(t, complete("grade", "--layer", ""), "stack\n")
	require.Contains(t, complete("grade", "--step", "p2p."), "p2p.4\n")
	require.Contains(t, complete("replay", "network/"), "network/")
	require.Contains(t, complete("node", "--stack", ""), "exercises\n")
	require.Contains(t, complete("node", "--log-format", ""), "json\n")
	require.Contains(t, complete("de"), "demo\t")
	_, script, _ := s.run(t, "completion", "bash")
	require.Contains(t, script, "__complete")
}
