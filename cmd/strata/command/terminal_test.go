package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// A watch takes back the word that it left of itself, and leaves that of another: whoever comes third hears of both.
func TestNoteOther_KeepsTheWordOfOthers_I13(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, ".strata", "watch.pid")
	var errs bytes.Buffer
	w := World{Err: &errs}
	word := func() string {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		return string(text)
	}
	end := w.noteOther(home)
	require.Equal(t, strconv.Itoa(os.Getpid())+"\n", word())
	end()
	require.NoFileExists(t, file)
	require.Empty(t, errs.String())

	other := os.Getppid()
	write(t, file, fmt.Sprintf("%d\n4194304999\nx\n", other))
	end = w.noteOther(home)
	require.Contains(t, errs.String(), fmt.Sprintf("another watch, process %d, grades these exercises too", other))
	require.Equal(t, fmt.Sprintf("%d\n%d\n", other, os.Getpid()), word(), "who is gone is dropped")
	end()
	require.Equal(t, fmt.Sprintf("%d\n", other), word())
}
