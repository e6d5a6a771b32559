package debugger_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/explain/debugger"
	"strata/harness/explore"
	"strata/harness/lab"
	"strata/scenario"
	"strata/solutions"
)

// TestConsole plays the sessions in testdata. `go test ./harness/explain/debugger -run Console -rewrite`
// writes them again. The first line of each names the scenario: explored, or simulated with a seed.
func TestConsole(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var console *debugger.Console
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "debug":
				s := find(t, suites.All(solutions.Stack()), d.CmdArgs[0].Key)
				session, err := explore.NewSession(s, explore.Options{Seed: 1})
				require.NoError(t, err)
				console = debugger.New(s.Name, "", session)
				return console.Greeting() + "\n"
			case "simulate":
				probes := &debugger.Probes{}
				s := find(t, suites.All(probes.Stack(solutions.Stack())), d.CmdArgs[0].Key)
				seed, err := strconv.ParseUint(d.CmdArgs[1].Key, 10, 64)
				require.NoError(t, err)
				run, err := debugger.Simulated(s, lab.Options{Seed: seed}, probes)
				require.NoError(t, err)
				console = debugger.New(s.Name, "", run)
				return console.Greeting() + "\n"
			}
			text, over := console.Do(d.Input)
			if over {
				return "over\n"
			}
			return text + "\n"
		})
	})
}

func find(t *testing.T, all []scenario.Scenario, name string) scenario.Scenario {
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// TestProbes_ChangeNothing: a run that is watched is the run that is graded.
func TestProbes_ChangeNothing(t *testing.T) {
	probes := &debugger.Probes{}
	watched, plain := suites.All(probes.Stack(solutions.Stack())), suites.All(solutions.Stack())
	for _, name := range []string{"messaging/conversation", "gossip/once", "mempool/evict", "chain/build-full", "stack/restart"} {
		for seed := range uint64(3) {
			probes.Forget()
			require.Equal(t, lab.Run(find(t, plain, name), lab.Options{Seed: seed}).Hash,
				lab.Run(find(t, watched, name), lab.Options{Seed: seed}).Hash, name)
		}
	}
}

// TestBook_ShowsARealSession plays the session in docs/exploring.md.
func TestBook_ShowsARealSession(t *testing.T) {
	book, err := os.ReadFile("../../../docs/exploring.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(book), "```text\n(strata) ")
	require.True(t, found)
	session, _, _ := strings.Cut(after, "```")
	probes := &debugger.Probes{}
	run, err := debugger.Simulated(find(t, suites.All(probes.Stack(solutions.Stack())), "gossip/cost"),
		lab.Options{Seed: 1}, probes)
	require.NoError(t, err)
	console := debugger.New("", "", run)
	var played strings.Builder
	for part := range strings.SplitSeq("\n"+session, "\n(strata) ") {
		line, _, _ := strings.Cut(strings.TrimPrefix(part, "\n"), "\n")
		text, _ := console.Do(line)
		fmt.Fprintf(&played, "(strata) %s\n%s\n", line, text)
	}
	require.Equal(t, strings.TrimSuffix(played.String(), "\n"), "(strata) "+strings.TrimSuffix(session, "\n"),
		played.String())
}
