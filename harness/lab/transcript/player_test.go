package transcript_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab/transcript"
)

// A script that makes no sense is an error which names the line, and never a run of something else.
func TestPlay_RefusesWhatMakesNoSense(t *testing.T) {
	_, err := transcript.Play("nosuch", "")
	require.ErrorContains(t, err, `"nosuch" is no layer: want one of network`)
	for script, want := range map[string]string{
		"node":                                   "line 1: transcript: node: want one name",
		"node a max=many":                        `max="many" is no number`,
		"node a boots=soon":                      `boots="soon" is no time, such as 50ms`,
		"node a a=1 a=2":                         "a stands twice",
		"reset a at=1s":                          "want 2 names",
		"node a\nnode b\npartition a b at=1s":    `for="" is no time`,
		"node a\n----\n\n# why\nrun until=later": "line 5: ",
		"node a\npools":                          "the nodes of this script have none",
		"node a\ndial b a":                       "there is no node b",
		"node a\nmine a":                         "the nodes of this script have no such command",
		"node a\nbroadcast":                      "the nodes of this script have no such command",
		"node a\nrequest":                        "want the name of a node",
	} {
		_, err := transcript.Play("messaging", script)
		require.ErrorContains(t, err, want, script)
	}
	_, err = transcript.Play("mempool", "node a\nrun until=1s\npay a from=nobody to=bob\nrun until=2s")
	require.ErrorContains(t, err, `no account "nobody": want one of alice`)
}

// What a script prints is not a command, and a run has the faults that struck it.
func TestPlay_RecordsTheRun(t *testing.T) {
	run, err := transcript.Play("network", "# two\nnode a\n----\n\nnode b\n----\n\nreset a b at=50ms\n----\n\ndial b a\n----\n\nrun until=1s\n----\nanything at all\n")
	require.NoError(t, err)
	require.Len(t, run.Nodes, 2)
	require.Len(t, run.Faults, 1)
	require.NotEmpty(t, run.Events)
}
