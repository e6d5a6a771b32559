package explore_test

import (
	"slices"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/harness/explore"
	"strata/harness/explore/orders"
	"strata/harness/reference"
	"strata/network/networktest"
)

// TestConsole plays the sessions in testdata. `go test ./harness/explore -run Console -rewrite`
// writes them anew. The first line of each names the scenario.
func TestConsole(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var console *explore.Console
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "debug" {
				all := orders.Suite(reference.Stack())
				name := d.CmdArgs[0].Key
				i := slices.IndexFunc(all, func(s networktest.Scenario) bool { return s.Name == name })
				require.GreaterOrEqual(t, i, 0, name)
				var err error
				console, err = explore.NewConsole(all[i], explore.Options{Seed: 1})
				require.NoError(t, err)
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
