package handin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tree makes files, each with a text, below a directory of its own.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		text := "package x\n"
		if filepath.Base(name) == "go.mod" {
			text = "module strata\r\n"
		}
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

// G1, G11: layers are found wherever they lie.
func TestFind_WhereverTheyLie(t *testing.T) {
	clone := []string{"go.mod", "network/doc.go", "chain/doc.go", "solutions/network/conn.go", "harness/grade/x.go",
		"harness/x/testdata/network/a.go",
		"exercises/network/conn.go", ".git/config"}
	within := func(dir string, names ...string) (all []string) {
		for _, name := range names {
			all = append(all, dir+name)
		}
		return all
	}
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"the exercises themselves":   {[]string{"network/conn.go", "gossip/a.go"}, "."},
		"one layer":                  {[]string{"chain/a.go"}, "."},
		"the exercises' parent":      {[]string{"exercises/network/conn.go", "README.md"}, "exercises"},
		"another spelling":           {[]string{"Exercises/network/conn.go"}, "Exercises"},
		"a clone":                    {clone, "exercises"},
		"contracts without a module": {[]string{"network/doc.go", "exercises/network/conn.go"}, "exercises"},
		"an archive's directory": {[]string{"work/network/conn.go", "__MACOSX/work/network/conn.go",
			"__MACOSX/work/._network"}, "work"},
		"a clone in an archive": {within("strata-main/", clone...), "strata-main/exercises"},
		"a folder of a platform": {within("Amy_1234_assignsubmission_file/strata-main/", clone...),
			"Amy_1234_assignsubmission_file/strata-main/exercises"},
		"two levels down": {[]string{"a/b/gossip/a.go", "node_modules/x/gossip/a.go", ".cache/gossip/a.go"},
			"a/b"},
		"beside other things": {[]string{"docs/a.md", "notes.txt", "work/p2p/a.go"}, "work"},
		"nothing":             {[]string{"notes.txt", "src/a.go"}, "."},
		"no Go":               {[]string{"network/notes.txt"}, "."},
		"too deep":            {[]string{"a/b/c/d/e/network/a.go"}, "."},
		"names of any bytes":  {[]string{"a\nb\xff\x1b[31m/network/a.go"}, "a\nb\xff\x1b[31m"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, c.files...)
			f, err := Find(dir)
			require.NoError(t, err)
			require.Equal(t, filepath.Join(dir, filepath.FromSlash(c.want)), f.Dir)
			if c.want != "." {
				require.Contains(t, f.Notes[0], "taken: ")
			}
			require.NotContains(t, strings.Join(f.Notes, ""), "\x1b")
			require.NotContains(t, strings.Join(f.Notes, ""), "\n")
		})
	}
}

// What could be meant two ways is not chosen, and what cannot be is said.
func TestFind_WhatIsNotClear(t *testing.T) {
	dir := tree(t, "v1/network/a.go", "v2/network/a.go")
	_, err := Find(dir)
	require.ErrorIs(t, err, ErrSeveral)
	require.ErrorContains(t, err, filepath.Join(dir, "v1")+", "+filepath.Join(dir, "v2"))

	dir = tree(t, "go.mod", "network/doc.go", "harness/grade/x.go", "solutions/network/conn.go")
	f, err := Find(dir)
	require.NoError(t, err)
	require.Contains(t, strings.Join(f.Notes, "\n"), "is the workshop, but its exercises directory holds no layers")

	f, err = Find(tree(t, "work.zip"))
	require.NoError(t, err)
	require.Contains(t, strings.Join(f.Notes, "\n"), "work.zip is packed: unpack it")

	_, err = Find(filepath.Join(dir, "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Links are not followed, in circles least of all; a layer that is one is for the check of sources.
func TestFind_Links(t *testing.T) {
	outside := tree(t, "network/a.go")
	dir := tree(t, "notes.txt")
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "work")))
	require.NoError(t, os.Symlink(dir, filepath.Join(dir, "round")))
	f, err := Find(dir)
	require.NoError(t, err)
	require.Equal(t, dir, f.Dir)
	require.Len(t, f.Notes, 2)
	require.Contains(t, f.Notes[1], "work is a link, which was not followed")

	require.NoError(t, os.MkdirAll(filepath.Join(dir, "mine"), 0o700))
	require.NoError(t, os.Symlink(filepath.Join(outside, "network"), filepath.Join(dir, "mine", "network")))
	f, err = Find(dir)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "mine"), f.Dir)
}

// A tree without end has an end.
func TestFind_TooLarge(t *testing.T) {
	dir := t.TempDir()
	for i := range 50 {
		for j := range 50 {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, strings.Repeat("a", i+1), strings.Repeat("b", j+1)),
				0o700))
		}
	}
	_, err := Find(dir)
	require.ErrorIs(t, err, ErrTooLarge)
}

// C10: names of any bytes are shown in one line, and not at any length.
func TestShown(t *testing.T) {
	require.Equal(t, "students/dan o'neil größe 学生", Shown("students/dan o'neil größe 学生"))
	require.Equal(t, `a\x0ab\x1b[2J\xff\u202e`, Shown("a\nb\x1b[2J\xff\u202e"))
	long := Shown(strings.Repeat("\n", 252))
	require.LessOrEqual(t, len(long), 100)
	require.Contains(t, long, "...")
}

// G10: reports are named by what differs; C10: whatever that is.
func TestFileNames(t *testing.T) {
	for _, c := range []struct{ dirs, want []string }{
		{[]string{"students/amy/exercises", "students/bob/exercises"}, []string{"amy", "bob"}},
		{[]string{"students/amy", "students/dan o'neil"}, []string{"amy", "dan o'neil"}},
		{[]string{"a/amy/x", "b/amy/x"}, []string{"a", "b"}},
		{[]string{"a/amy", "b/bob/work"}, []string{"a-amy", "b-bob-work"}},
		{[]string{"students/amy/exercises"}, []string{"amy"}},
		{[]string{"students/größe", "students/学生"}, []string{"größe", "学生"}},
		{[]string{"students/.hidden", "students/-rf"}, []string{"%2ehidden", "_-rf"}},
		{[]string{"students/a\nb", "students/a\xff"}, []string{"a%0ab", "a%ff"}},
		{[]string{"students/Amy", "students/amy"}, []string{"Amy", "amy-c0b24843"}},
		{[]string{"students/amy", "students/amy"}, []string{"amy", "amy-c0b24843"}},
	} {
		got := FileNames(c.dirs)
		for i, want := range c.want {
			if name, _, hash := strings.Cut(want, "-c0b24843"); hash {
				require.Regexp(t, "^"+name+"-[0-9a-f]{8}$", got[i])
			} else {
				require.Equal(t, want, got[i])
			}
		}
	}
	long := FileNames([]string{"s/" + strings.Repeat("é", 126), "s/" + strings.Repeat("é", 125)})
	require.NotEqual(t, long[0], long[1])
	require.Less(t, len(long[0]), 110)
}
