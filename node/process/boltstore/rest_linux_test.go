package boltstore_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/boltstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

// A store that rests holds next to nothing of its file in memory, loses nothing, and is read and written as before (F1).
func TestRest_GivesMemoryBack_F1(t *testing.T) {
	dir := t.TempDir()
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	for i := range 8 {
		require.NoError(t, s.Update(func(w store.Writer) error {
			for j := range 256 {
				w.Put("large", fmt.Append(nil, i, j), bytes.Repeat([]byte{byte(j)}, 1000))
			}
			return nil
		}))
	}
	content := storetest.Contents(t, s, "large")
	before := mapped(t, dir)
	require.Greater(t, before, 1<<20)
	s.Rest()
	require.Less(t, mapped(t, dir), before/10)
	require.Equal(t, content, storetest.Contents(t, s, "large"))
	require.NoError(t, s.Update(func(w store.Writer) error { w.Delete("large", []byte("0 0")); return nil }))
	require.Len(t, storetest.Contents(t, s, "large"), len(content)-1)
	require.NoError(t, s.Close())
	s.Rest()
}

// mapped is how many bytes of the files in a directory this process has in memory.
func mapped(t *testing.T, dir string) (bytes int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	require.NoError(t, err)
	ours := false
	for line := range strings.Lines(string(text)) {
		if first, _, _ := strings.Cut(line, " "); !strings.HasSuffix(first, ":") {
			ours = strings.Contains(line, dir)
		} else if first == "Rss:" && ours {
			kib, err := strconv.Atoi(strings.Fields(line)[1])
			require.NoError(t, err)
			bytes += kib << 10
		}
	}
	return bytes
}
