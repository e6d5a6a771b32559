package nets_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets"
)

const drawn = `[run]
protocol = "graph"
seeds = 3
[network]
nodes = 12
topology = { kind = "complete" }
[[sweep.axis]]
key = "network.nodes"
values = [12, 16]
[[sweep.axis]]
key = "network.topology.kind"
as = "graph"
values = ["complete", "star"]
[[expect]]
name = "links"
measure = "links"
theory = "links"
[[plot]]
name = "p"
x = "nodes"
y = ["max(0, seed - 2)"]
theory = ["nodes", "links"]
by = "graph"
[[plot]]
name = "signed"
x = "nodes"
y = ["seed - 2"]
`

// picture is a picture of an experiment, as SVG and as numbers.
func picture(t *testing.T, text, name string, set ...string) (svg string, rows [][]string) {
	dir := t.TempDir()
	collect(t, open(t, text, set...), dir, nets.Options{})
	drawing, err := os.ReadFile(filepath.Join(dir, "plots", name+".svg"))
	require.NoError(t, err)
	table, err := os.ReadFile(filepath.Join(dir, "plots", name+".csv"))
	require.NoError(t, err)
	rows, err = csv.NewReader(strings.NewReader(string(table))).ReadAll()
	require.NoError(t, err)
	return string(drawing), rows[1:]
}

func TestPictures_BarsAreIntervalsFromThreeRunsOn(t *testing.T) {
	for _, c := range []struct{ seeds, note, low, high string }{
		{"1", "4 runs, seed 1</text>", "", ""},
		{"2", "bars show both runs</text>", "-1", "0"},
		{"3", "intervals hold with 95 %</text>", "-2.48", "2.48"},
	} {
		svg, rows := picture(t, drawn, "signed", "run.seeds="+c.seeds)
		require.Contains(t, svg, c.note)
		require.True(t, strings.HasPrefix(rows[0][3], c.low) && strings.HasPrefix(rows[0][4], c.high), "%s runs: %v", c.seeds, rows[0])
		require.Equal(t, c.low == "", rows[0][3] == "", "a single run has no bar")
	}
}

func TestPictures_NoBarBelowZeroWhereNoRunIs(t *testing.T) {
	_, rows := picture(t, drawn, "p")
	require.Equal(t, "0", rows[0][3])
	high, err := strconv.ParseFloat(rows[0][4], 64)
	require.NoError(t, err)
	require.InDelta(t, 1.77, high, 0.01)
}

func TestPictures_TheLegendSaysWhatDiffers(t *testing.T) {
	svg, rows := picture(t, drawn, "p")
	require.NotContains(t, svg, `"start">max(0, seed - 2)`)
	series := map[string]int{}
	for _, row := range rows {
		series[row[0]]++
	}
	require.Equal(t, 2, series["nodes"], "the theory that is the same for both is there once: %v", series)
	require.Len(t, series, 5, "two measured ones, a theory of all, and two of one each")
	require.Equal(t, 1, strings.Count(svg, `"start">nodes</text>`))
	require.Equal(t, 1, strings.Count(svg, `"start">links</text>`))

	svg, _ = picture(t, drawn, "expectation-1", "sweep.axis.1.values=[\"star\"]")
	require.Contains(t, svg, `"start">measured</text>`, "what is the same for all is not said")
}
