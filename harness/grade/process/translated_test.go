package process

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/toolchain"
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

// The child that was built last is laid where the next is to be, and what the go command has not built is replaced by it.
func TestBuild_OurChild(t *testing.T) {
	cache, err := toolchain.Cache(t.Context())
	require.NoError(t, err)
	t.Setenv("GOCACHE", cache)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	child := func() string {
		b := build(t)
		binary := filepath.Join(b.Temp, "gradechild")
		require.NoError(t, b.ourChild(t.Context(), binary))
		sum, err := digest(binary)
		require.NoError(t, err)
		return sum
	}
	first := child()
	kept := inCache()
	held, err := filepath.Glob(filepath.Join(string(kept), "child", "*", "gradechild"))
	require.NoError(t, err)
	require.Len(t, held, 1)
	require.Equal(t, first, child())

	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "gradechild"), []byte("another program"), 0o700))
	kept.drop("child")
	kept.keep("child", other)
	require.Equal(t, first, child())
	require.True(t, kept.take("child", filepath.Join(t.TempDir(), "to")))
}
