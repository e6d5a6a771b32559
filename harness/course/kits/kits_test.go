package kits

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// The skeletons are those that `strata skeletons` makes.
func TestGenerate_NoDrift(t *testing.T) {
	files, err := Generate("../../..")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../../..", name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(checkout.LF(got)), "%s: run make skeletons", name)
	}
}

// Every step of the six layers is missing in each kit, and nothing is left of a marker.
func TestGenerate_EveryStep(t *testing.T) {
	files, err := Generate("../../..")
	require.NoError(t, err)
	for _, kit := range All {
		var text strings.Builder
		for name, one := range files {
			if strings.HasPrefix(name, "kits/"+kit.Name+"/") {
				text.Write(one)
			}
		}
		for _, s := range steps.List {
			if slices.Contains(steps.Layers, s.Layer) {
				require.Contains(t, text.String(), `"`+s.ID+`"`, kit.Name)
			}
		}
		require.NotContains(t, text.String(), "strata:")
	}
}

// Students get the skeleton and what it needs, and neither solutions nor what programs leave behind.
func TestFresh(t *testing.T) {
	for _, kit := range All {
		found, ok := Named(kit.Name)
		require.True(t, ok)
		files, err := found.Fresh(os.DirFS("../../.."))
		require.NoError(t, err)
		require.Contains(t, files, "workshop/gossip"+kit.Ext)
		for name := range files {
			require.NotRegexp(t, `^(reference|mutants)/|pycache|README`, name)
		}
	}
	_, ok := Named("cobol")
	require.False(t, ok)
	require.Equal(t, []string{"python", "typescript"}, Names())
	_, err := All[0].Fresh(os.DirFS(t.TempDir()))
	require.ErrorContains(t, err, "kits: ")
}

func TestCommand(t *testing.T) {
	require.Equal(t, []string{"python3", "-m", "workshop"}, All[0].Command("workshop"))
	require.Equal(t, []string{"node", "strata.js", "reference"}, All[1].Command("reference"))
}

func TestCut(t *testing.T) {
	kit := All[0]
	text, err := kit.cut("import reference\ndef f():\n    # strata:begin gossip.1\n    return 1\n    # strata:end\n")
	require.NoError(t, err)
	require.Equal(t, "import workshop\ndef f():\n    raise NotWritten(\"gossip.1\")\n", text)
	for text, want := range map[string]string{
		"# strata:begin gossip.9\n":                          `line 1: "gossip.9" is no step`,
		"\n# strata:end\n":                                   "line 2: an end without a begin",
		"# strata:begin gossip.1\n":                          "line 1: a begin without an end",
		"# strata:begin gossip.1\n# strata:begin gossip.2\n": "line 2: a begin inside of another, of line 1",
	} {
		_, err := kit.cut(text)
		require.EqualError(t, err, want)
	}
}
