package doctest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"strata/harness/proof/layering"

	"github.com/stretchr/testify/require"
)

const mapPage = "docs/architecture.md"

var roomName = regexp.MustCompile(`\*\*\[([a-z0-9/]+)\]\(\.\./([^)]+)\)\*\*`)

// The map names every room of the house, and none that is not there.
func TestMap_NamesTheRooms(t *testing.T) {
	lines, err := read(root, mapPage)
	require.NoError(t, err)
	var named []string
	for _, m := range roomName.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
		require.Equal(t, m[1], m[2], "a room's link leads to it")
		named = append(named, m[1])
	}
	slices.Sort(named)
	require.Equal(t, directories(t, "."), named)
}

// The maps of node and harness have a paragraph for each room in them, which names all packages inside.
func TestMap_OfNodeAndHarness(t *testing.T) {
	for _, house := range []string{"node", "harness"} {
		rooms := paragraphs(t, house)
		require.Equal(t, directories(t, house), slices.Sorted(maps.Keys(rooms)), "rooms of %s/doc.go", house)
		for room, text := range rooms {
			words := strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
			for _, inner := range packages(t, path.Join(house, room)) {
				if !slices.Contains(words, inner) {
					t.Errorf("%s/doc.go: the paragraph of %s does not name %s", house, room, inner)
				}
			}
		}
	}
}

// The walks point into the code by what stands there, and have the length of walks.
func TestMap_Walks(t *testing.T) {
	lines, err := read(root, mapPage)
	require.NoError(t, err)
	rows := map[string]int{} // by heading
	heading := ""
	for i, line := range lines {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			heading = title
		}
		if checkWalkRow(t, mapPage, i, line) {
			rows[heading]++
		}
	}
	require.GreaterOrEqual(t, rows["From a payload to a block and back"], 20)
	require.GreaterOrEqual(t, rows["From a seed to a report"], 12)
	require.Len(t, rows, 2)
}

// directories lists those in dir that belong to the project.
func directories(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(filepath.Join(root, dir))
	require.NoError(t, err)
	ignored, err := read(root, ".gitignore")
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() && !layering.Ignored(e.Name()) && !slices.Contains(ignored, "/"+path.Join(dir, e.Name())+"/") {
			names = append(names, e.Name())
		}
	}
	return names
}

// packages lists the directories below dir that have Go files, by their last names, but for modules of
// their own.
func packages(t *testing.T, dir string) (names []string) {
	err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if layering.Ignored(d.Name()) || layering.IsModule(name) {
			return fs.SkipDir
		}
		files, _ := filepath.Glob(filepath.Join(name, "*.go"))
		if len(files) > 0 && d.Name() != path.Base(dir) {
			names = append(names, d.Name())
		}
		return nil
	})
	require.NoError(t, err)
	return names
}

// paragraphs are those of a package's comment after the heading Rooms, by their first word.
func paragraphs(t *testing.T, dir string) map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, dir, "doc.go"), nil, parser.ParseComments)
	require.NoError(t, err)
	_, text, found := strings.Cut(file.Doc.Text(), "# Rooms\n")
	require.True(t, found, "%s/doc.go has no heading Rooms", dir)
	rooms := map[string]string{}
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		first, _, _ := strings.Cut(p, " ")
		rooms[first] = p
	}
	return rooms
}

// One word has one entry in the glossary, and so one meaning.
func TestGlossary_OneEntryAWord(t *testing.T) {
	lines, err := read(root, "docs/glossary.md")
	require.NoError(t, err)
	seen := map[string]int{}
	for i, line := range lines {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) != 2 || cells[0] == "| word" {
			continue
		}
		for word := range strings.SplitSeq(strings.TrimPrefix(cells[0], "| "), ", ") {
			require.Zero(t, seen[word], "docs/glossary.md:%d: %s is explained before", i+1, word)
			seen[word] = i + 1
		}
	}
	require.Greater(t, len(seen), 100)
}
