package doctest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Pages, help texts, reports, errors and comments keep out turns of phrase that read as translated.
func TestProse(t *testing.T) {
	read := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "vendor" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		lines := spoken(t, name)
		read += len(lines)
		for _, s := range lines {
			for _, fault := range wrong(s.text, s.in) {
				t.Errorf("%s:%d: %s\n\t%s", strings.TrimPrefix(filepath.ToSlash(name), root+"/"), s.line, fault, strings.TrimSpace(s.text))
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, read, 10_000, "lines of prose")
}

// spoken is what a file says to people; nothing if it says nothing to them.
func spoken(t *testing.T, name string) []said {
	ours := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && filepath.Base(name) != "prose.go"
	page := strings.HasSuffix(name, ".md")
	bank := strings.HasSuffix(name, ".txt") && strings.Contains(filepath.ToSlash(name), "/proof/mutants/")
	if !ours && !page && !bank {
		return nil
	}
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	switch {
	case ours:
		return proseCode(text)
	case page:
		return prosePage(strings.Split(string(text), "\n"))
	}
	about, _, _ := strings.Cut(string(text), "\n\n")
	return []said{{1, strings.ReplaceAll(about, "\n", " "), prose}}
}

func TestWrong(t *testing.T) {
	for _, text := range []string{
		"A request so costs no switch.", "a value that cannot be, is an error", "It is not told any more.",
		"what is to stay belongs into the file", "What a grade can be trusted with is told in Trust.", "it waits for ever",
		"the system, its disk, and the own user are trusted", "Who pays himself loses the amount.", "how manieth it is",
		"every mistake is told with its place", "only then the next one comes in sight", "every change by the API",
		"It leaves a file alone that exists.", "In which order the connections end can be seen.", "a pool of which is noted what goes",
		"From which share on does it pay?", "whose each is", "all but the one whom it came from", "40 more, that can be chosen as well",
		"the token, which lies in its directory", "the hash first, and who wants the rest asks",
		"What is received is pooled.", "begin anew", "the one that he kept", "A key file is of no use to us.",
	} {
		require.NotEmpty(t, wrong(text, prose), text)
	}
	for _, text := range []string{
		"In which order do they come?", "only then does it count", "the page through the API", "those that can be chosen",
		"So it costs nothing.", "and so does the next one", "What is a peer?", "Who is listed?", "there are no more",
		"the blocks that wait", "It can be read.", "even so it finds nothing", "It waits forever.", "why so many?",
	} {
		require.Empty(t, wrong(text, prose), text)
	}
	require.Empty(t, wrong("what it is to be had", everywhere), "comments may speak in half sentences")
}
