package spec_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/spec"
)

// What is written is read as it was, of every experiment that there is.
func TestEncode_IsReadAsItWas(t *testing.T) {
	files, err := filepath.Glob("../../../experiments/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		f, err := spec.ReadFile(name)
		require.NoError(t, err)
		points, err := f.Points()
		require.NoError(t, err)
		for _, i := range []int{0, points.Len() - 1} {
			was := points.At(i).Spec
			again, err := spec.Read(name, was.Encode())
			require.NoError(t, err, "%s\n%s", name, was.Encode())
			require.NoError(t, again.Check())
			require.Equal(t, string(was.Encode()), string(again.Spec.Encode()))
			if len(f.Sweep.Axes) == 0 { // else some keys may mean nothing at this point
				was.Expect, was.Plots, was.Short = nil, nil, nil
				require.Equal(t, was, again.Spec)
			}
		}
	}
}

// A file that is saved elsewhere finds the files that it names.
func TestRooted_KnowsItsFiles(t *testing.T) {
	dir := t.TempDir()
	f := read(t, good+"[places]\nregions = \"mine.csv\"\nbandwidth = \"simblock2019\"\n")
	s := f.Rooted(dir)
	require.Equal(t, filepath.Join(dir, "mine.csv"), s.Places.Regions)
	require.Equal(t, "simblock2019", s.Places.Bandwidth)
	require.Equal(t, "mine.csv", f.Places.Regions, "the file itself stays")
	here, err := os.Getwd()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(here, "x", "mine.csv"), f.Rooted("x").Places.Regions)
}
