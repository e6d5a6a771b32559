// Package transcripttest holds a layer to the scripts in its testdata.
package transcripttest

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/harness/lab/transcript"
)

// Walk plays the scripts of a layer in a directory, and compares what they print. `go test -rewrite` writes that
// again.
func Walk(t *testing.T, layer, dir string) {
	datadriven.Walk(t, dir, func(t *testing.T, path string) {
		p, err := transcript.New(layer)
		require.NoError(t, err)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			line := d.Cmd
			for _, arg := range d.CmdArgs {
				line += " " + strings.ReplaceAll(arg.String(), ", ", ",") // of a list
			}
			printed, err := p.Do(line)
			require.NoError(t, err, d.Pos)
			return printed
		})
	})
}
