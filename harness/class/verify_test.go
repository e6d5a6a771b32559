package class_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
)

// verified is what comes of grading a sample again, by name.
func verified(t *testing.T, f *class.Folder, sample int) map[string]string {
	t.Helper()
	var did atomic.Int64
	all := make(map[string]string)
	require.NoError(t, f.Verify(t.Context(), "s", fake(&did), sample, func(a class.Again) { all[a.Name] = strings.Join(a.Differ, "\n") }))
	require.EqualValues(t, len(all), did.Load())
	return all
}

// A class that is graded again comes to what is kept, and whatever does not is told: points, and failures where points are the same.
func TestVerify_TellsWhatDiffers(t *testing.T) {
	f := begun(t, handins(t, students), t.TempDir())
	require.Empty(t, verified(t, f, 0), "nothing is graded yet")
	var did atomic.Int64
	_, err := f.Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	all := verified(t, f, 0)
	require.Len(t, all, 4, "equal ones are one")
	for name, differ := range all {
		require.Empty(t, differ, name)
	}
	require.Len(t, verified(t, f, 2), 2)
	require.Len(t, verified(t, f, 9), 4)

	require.NoError(t, os.WriteFile(filepath.Join(class.Handins(f.Dir), "amy", "gossip", "a.go"), []byte("package gossip // 110"), 0o600))
	require.Equal(t, "mempool.1 was passed with 4 of 4 points, and is failed with 0 of 4", verified(t, f, 0)["amy"])

	dan := f.List.Handins[3]
	require.Equal(t, "dan", dan.Name)
	key, ok := f.Key(dan)
	require.True(t, ok)
	results, err := filepath.Glob(filepath.Join(f.Dir, "results", "*", key.String()+".result"))
	require.NoError(t, err)
	require.Len(t, results, 1)
	kept, _, err := f.Store.Get(key)
	require.NoError(t, err)
	require.NoError(t, os.Remove(results[0]))
	require.NoError(t, f.Store.Put(key, []byte(strings.Replace(string(kept), `"Seed":7`, `"Seed":8`, 1))))
	require.Contains(t, verified(t, f, 0)["dan"], "the points are the same, and the runs that fail")
}

// Nobody can say of a class that was graded with another workshop.
func TestVerify_OtherWorkshop(t *testing.T) {
	f := begun(t, handins(t, students), t.TempDir())
	require.ErrorIs(t, f.Verify(t.Context(), "other", nil, 0, nil), class.ErrOtherWorkshop)
}
