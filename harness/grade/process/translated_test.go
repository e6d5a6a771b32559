package process

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is kept comes back whole, and those that were used last stay.
func TestTranslated_KeepsTheLast(t *testing.T) {
	kept, made := translated(filepath.Join(t.TempDir(), "kept")), t.TempDir()
	file := filepath.Join(made, "engine", "code")
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
	taken := func(name string) string {
		to := filepath.Join(t.TempDir(), "to")
		if !kept.take(name, to) {
			require.NoDirExists(t, to)
			return ""
		}
		text, err := os.ReadFile(filepath.Join(to, "engine", "code"))
		require.NoError(t, err)
		return string(text)
	}
	age := func(name string, hours int) {
		then := time.Now().Add(-time.Duration(hours) * time.Hour)
		require.NoError(t, os.Chtimes(filepath.Join(string(kept), name), then, then))
	}
	require.Empty(t, taken("0"))
	for i := range mostTranslated {
		require.NoError(t, os.WriteFile(file, fmt.Append(nil, "code ", i), 0o600))
		kept.keep(fmt.Sprint(i), made)
		age(fmt.Sprint(i), 9-i)
	}
	require.Equal(t, "code 0", taken("0"))
	kept.keep("more", made)
	require.Equal(t, "code 0", taken("0"), "it was used last")
	require.Empty(t, taken("1"), "it was not used for longest")

	kept.keep("0", made)
	require.Equal(t, "code 0", taken("0"), "the first stays")
	entries, err := os.ReadDir(string(kept))
	require.NoError(t, err)
	require.Len(t, entries, mostTranslated)
}

// What has been damaged since it was kept is not taken, and goes.
func TestTranslated_Damaged(t *testing.T) {
	kept, made := translated(filepath.Join(t.TempDir(), "kept")), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(made, "code"), []byte("machine code"), 0o600))
	kept.keep("name", made)
	found, err := filepath.Glob(filepath.Join(string(kept), "name", "*", "code"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.NoError(t, os.WriteFile(found[0], nil, 0o600))
	to := filepath.Join(t.TempDir(), "to")
	require.False(t, kept.take("name", to))
	require.NoDirExists(t, to)
	require.NoDirExists(t, filepath.Join(string(kept), "name"))
	kept.keep("name", made)
	require.True(t, kept.take("name", to))
}

// A build that leaves nothing in the user's cache keeps no machine code either, and takes none.
func TestTranslated_OfAClass(t *testing.T) {
	none := (&Build{Apart: true}).translated()
	none.keep("name", t.TempDir())
	require.False(t, none.take("name", filepath.Join(t.TempDir(), "to")))
	require.NotEmpty(t, (&Build{}).translated())
}
