package parts_test

import (
	"embed"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"strata/web/kit/parts"
)

// Several file systems are one: the first that has a file has it, and a directory lists what all of them have, once.
func TestLayers_AreOne(t *testing.T) {
	l := parts.Layers{
		fstest.MapFS{"a.js": {Data: []byte("first")}, "views/b.js": {Data: []byte("b")}},
		fstest.MapFS{"a.js": {Data: []byte("second")}, "kit/c.js": {Data: []byte("c")}},
	}
	text, err := fs.ReadFile(l, "a.js")
	require.NoError(t, err)
	require.Equal(t, "first", string(text))
	var names []string
	require.NoError(t, fs.WalkDir(l, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	require.Equal(t, []string{"a.js", "kit/c.js", "views/b.js"}, names)
	_, err = fs.ReadFile(l, "kit/none.js")
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = fs.ReadDir(l, "nowhere")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestUnder_IsOfADirectoryThatIsThere(t *testing.T) {
	require.Panics(t, func() { parts.Under(embed.FS{}, "nothing") })
	text, err := fs.ReadFile(parts.Page, "kit/theme.css")
	require.NoError(t, err)
	same, err := fs.ReadFile(parts.Files, "theme.css")
	require.NoError(t, err)
	require.Equal(t, text, same)
}
