package command

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A watch takes back the word that it left of itself, and leaves that of another.
func TestNoteOther_LeavesNoWordBehind(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, ".strata", "watch.pid")
	var errs bytes.Buffer
	w := World{Err: &errs}
	end := w.noteOther(home)
	require.FileExists(t, file)
	end()
	require.NoFileExists(t, file)

	end = w.noteOther(home)
	write(t, file, "1\n")
	end()
	require.FileExists(t, file)
	require.Empty(t, errs.String())
}
