package skeleton

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
)

// root is that of the module.
const root = "../../.."

// Students edit the exercises, and their tests are to pass all the same: this one is for us.
func TestExercisesAreFresh(t *testing.T) {
	if os.Getenv("STRATA_CHECK") == "" {
		t.Skip("`make check` looks for drift")
	}
	drift, err := Diff(root, Steps)
	require.NoError(t, err)
	require.Empty(t, drift, "`make skeletons` makes them again")
}

// Every step is something that the student finds unwritten, and nothing of ours is left.
func TestSkeletonsAreUnwritten(t *testing.T) {
	files, err := Generate(root, Steps)
	require.NoError(t, err)
	var all []byte
	for _, text := range files {
		all = append(all, text...)
	}
	for _, s := range steps.List {
		if s.Layer == steps.Whole || slices.Contains(steps.Practice, s.Layer) {
			continue
		}
		require.True(t, bytes.Contains(all, fmt.Appendf(nil, "panic(network.NotWritten(%q))", s.ID)), "no panic for %s", s.ID)
	}
	require.NotContains(t, string(all), "strata:")
	require.NotContains(t, string(all), "reference implementation")
}

// ordered is what tells in which order to do things. That is what hints are for: a comment promises, and names rules.
var ordered = regexp.MustCompile(`\b([Ff]irst(ly)?|[Ff]inally|[Aa]fterwards|[Aa]t last|[Aa]fter that|and then|in the order)\b`)

// The comment above what is to be written promises something, and leaves to the student in which order it is done.
func TestSkeletonsLeaveTheOrder(t *testing.T) {
	files, err := Generate(root, Steps)
	require.NoError(t, err)
	cut := 0
	for name, text := range files {
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			if !strings.Contains(line, "NotWritten(") {
				continue
			}
			cut++
			for !strings.HasPrefix(lines[i], "func ") {
				i--
			}
			for i--; strings.HasPrefix(lines[i], "//"); i-- {
				require.Empty(t, ordered.FindString(lines[i]), "%s:%d: %s", name, i+1, lines[i])
			}
		}
	}
	require.Greater(t, cut, 50)
}

// Nobody is sent to our solutions before theirs pass: the contracts do not name them, and the chapters' walks say when.
func TestSolutionsAreReadLate(t *testing.T) {
	contracts, err := filepath.Glob(filepath.Join(root, "*", "doc.go"))
	require.NoError(t, err)
	electives, err := filepath.Glob(filepath.Join(root, "ledgers", "*", "doc.go"))
	require.NoError(t, err)
	read := 0
	for _, doc := range append(contracts, electives...) {
		layer := filepath.Base(filepath.Dir(doc))
		if !slices.Contains(steps.Layers, layer) && !slices.Contains(steps.Electives, layer) {
			continue
		}
		text, err := os.ReadFile(doc)
		require.NoError(t, err)
		require.NotContains(t, string(text), "solutions/", doc)
		read++
	}
	require.Equal(t, len(steps.Layers)+len(steps.Electives), read)
	chapters, err := filepath.Glob(filepath.Join(root, "docs", "[1-7]-*.md"))
	require.NoError(t, err)
	require.Len(t, chapters, 7)
	for _, chapter := range chapters {
		text, err := os.ReadFile(chapter)
		require.NoError(t, err)
		_, walk, found := strings.Cut(string(text), "\n## A walk through our code")
		require.True(t, found, chapter)
		require.True(t, strings.HasPrefix(strings.TrimSpace(walk), "Read it when yours passes, or when you are stuck"), chapter)
	}
}

// The list of steps tells the true length of our solution.
func TestStepsTellTheLength(t *testing.T) {
	lines, err := Lines(root)
	require.NoError(t, err)
	for _, s := range steps.List {
		require.Equal(t, lines[s.ID], s.Lines, "lines of our solution of %s", s.ID)
	}
}
