package farm_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/farm"
)

func open(t *testing.T) (*farm.Store, string) {
	dir := t.TempDir()
	s, err := farm.Open(dir)
	require.NoError(t, err)
	return s, dir
}

// squares are n jobs, of which did counts those that were done.
func squares(n int, did *atomic.Int64) iter.Seq[farm.Job] {
	return func(yield func(farm.Job) bool) {
		for i := range n {
			if !yield(farm.Job{Key: key(i), Name: fmt.Sprint("job ", i), Do: func(context.Context) ([]byte, error) {
				did.Add(1)
				return fmt.Append(nil, i*i), nil
			}}) {
				return
			}
		}
	}
}

func key(i int) farm.Key { return farm.KeyOf([]byte("square"), fmt.Append(nil, i)) }

func keys(n int) (all []farm.Key) {
	for i := range n {
		all = append(all, key(i))
	}
	return all
}

func TestKeyOf_KnowsWhereAPartEnds(t *testing.T) {
	require.NotEqual(t, farm.KeyOf([]byte("ab"), []byte("c")), farm.KeyOf([]byte("a"), []byte("bc")))
	require.NotEqual(t, farm.KeyOf(), farm.KeyOf(nil))
	require.Len(t, key(1).String(), 64)
	found, err := farm.ParseKey(key(3).String()[:10], keys(9))
	require.NoError(t, err)
	require.Equal(t, key(3), found)
	_, err = farm.ParseKey("", keys(9))
	require.ErrorContains(t, err, "no run")
	_, err = farm.ParseKey("z", keys(9))
	require.ErrorContains(t, err, "no run")
}

func TestRun_DoesNothingTwice(t *testing.T) {
	s, _ := open(t)
	var did atomic.Int64
	r, err := farm.Run(t.Context(), s, squares(50, &did), farm.Options{Workers: 3, Total: 50})
	require.NoError(t, err)
	require.Equal(t, farm.Report{Done: 50}, r)

	var last farm.Progress
	r, err = farm.Run(
		t.Context(),
		s,
		squares(60, &did),
		farm.Options{Total: 60, Progress: func(p farm.Progress) { last = p }},
	)
	require.NoError(t, err)
	require.Equal(t, farm.Report{Done: 10, Known: 50}, r)
	require.EqualValues(t, 60, did.Load())
	require.Equal(t, []int{10, 50, 0, 60}, []int{last.Done, last.Known, last.Failed, last.Total})
	require.Zero(t, last.Left())
	result, ok, err := s.Get(key(7))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "49", string(result))
}

func TestRun_GoesOnAfterAnInterrupt(t *testing.T) {
	s, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	var did atomic.Int64
	r, err := farm.Run(ctx, s, squares(1000, &did), farm.Options{Workers: 1, Progress: func(p farm.Progress) {
		if p.Done == 20 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 20, r.Done, "what was finished is kept, and no other is begun")
	r, err = farm.Run(t.Context(), s, squares(1000, &did), farm.Options{})
	require.NoError(t, err)
	require.Equal(t, farm.Report{Done: 980, Known: 20}, r)
	require.EqualValues(t, 1000, did.Load())
}

func TestRun_OneFailureIsNoOthers(t *testing.T) {
	s, _ := open(t)
	broken := errors.New("broken")
	jobs := func(yield func(farm.Job) bool) {
		for i := range 10 {
			yield(farm.Job{Key: key(i), Name: fmt.Sprint(i), Do: func(context.Context) ([]byte, error) {
				switch i {
				case 3:
					panic("three")
				case 5:
					return nil, broken
				}
				return nil, nil
			}})
		}
	}
	r, err := farm.Run(t.Context(), s, jobs, farm.Options{Workers: 2})
	require.NoError(t, err)
	require.Equal(t, 8, r.Done)
	require.Len(t, r.Failed, 2)
	var panicked *farm.PanicError
	require.ErrorAs(t, r.Failed[0].Err, &panicked)
	require.Contains(t, string(panicked.Stack), "farm_test.go")
	require.ErrorIs(t, r.Failed[1].Err, broken)
	missing, err := s.Missing(keys(10))
	require.NoError(t, err)
	require.Equal(t, []farm.Key{key(3), key(5)}, missing, "they can be offered again")
}

func TestShards_TogetherAreOneProcess(t *testing.T) {
	whole, _ := open(t)
	var did atomic.Int64
	_, err := farm.Run(t.Context(), whole, squares(47, &did), farm.Options{})
	require.NoError(t, err)

	merged, _ := open(t)
	for i := 1; i <= 5; i++ {
		shard, err := farm.ParseShard(fmt.Sprintf("%d/5", i))
		require.NoError(t, err)
		part, _ := open(t)
		_, err = farm.Run(t.Context(), part, func(yield func(farm.Job) bool) {
			n := 0
			for job := range squares(47, &did) {
				if n++; shard.Has(n-1) && !yield(job) {
					return
				}
			}
		}, farm.Options{})
		require.NoError(t, err)
		if i == 3 { // lost on its way
			missing, err := merged.Missing(keys(47))
			require.NoError(t, err)
			require.NotEmpty(t, missing)
		}
		m, err := merged.Merge(part)
		require.NoError(t, err)
		require.Empty(t, m.Differ)
		require.Zero(t, m.Known)
	}
	require.EqualValues(t, 94, did.Load(), "each job once in each of the two")
	a, err := whole.Keys()
	require.NoError(t, err)
	b, err := merged.Keys()
	require.NoError(t, err)
	require.Equal(t, a, b)
	for _, k := range a {
		one, _, err := whole.Get(k)
		require.NoError(t, err)
		other, _, err := merged.Get(k)
		require.NoError(t, err)
		require.Equal(t, one, other)
	}
	for _, bad := range []string{"", "0/5", "6/5", "1", "a/b", "1/0", "-1/3"} {
		_, err := farm.ParseShard(bad)
		require.ErrorContains(t, err, "want i/n", bad)
	}
	require.True(t, farm.Shard{}.Has(3))
}

func TestStore_KeepsBothOfTwoResults(t *testing.T) {
	s, dir := open(t)
	require.NoError(t, s.Put(key(1), []byte("one")))
	require.NoError(t, s.Put(key(1), []byte("one")), "the same again is no news")
	require.ErrorIs(t, s.Put(key(1), []byte("two")), farm.ErrDiffers)
	result, ok, err := s.Get(key(1))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "one", string(result))
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.differs"))
	require.NoError(t, err)
	require.Len(t, files, 1)

	other, _ := open(t)
	require.NoError(t, other.Put(key(1), []byte("three")))
	require.NoError(t, other.Put(key(2), []byte("four")))
	m, err := s.Merge(other)
	require.NoError(t, err)
	require.Equal(t, farm.Merged{New: 1, Differ: []farm.Key{key(1)}}, m)
}

func TestStore_ADamagedResultIsMissing(t *testing.T) {
	s, dir := open(t)
	require.NoError(t, s.Put(key(1), []byte("a result that is long enough")))
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.result"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for _, bad := range [][]byte{nil, text[:len(text)-3], append([]byte("x"), text[1:]...)} {
		require.NoError(t, os.WriteFile(files[0], bad, 0o600))
		_, ok, err := s.Get(key(1))
		require.NoError(t, err)
		require.False(t, ok)
		require.FileExists(t, files[0]+".damaged")
	}
	require.NoError(t, s.Put(key(1), []byte("again")))
	_, ok, err := s.Get(key(1))
	require.NoError(t, err)
	require.True(t, ok)
}

func TestRun_AFullDiskLosesNothing(t *testing.T) {
	s, dir := open(t)
	var did atomic.Int64
	_, err := farm.Run(t.Context(), s, squares(5, &did), farm.Options{Workers: 1})
	require.NoError(t, err)
	// From now on nothing can be written: where the next results would go stand files instead of directories.
	for i := range 256 {
		path := filepath.Join(dir, fmt.Sprintf("%02x", i))
		if _, err := os.Stat(path); err != nil {
			require.NoError(t, os.WriteFile(path, nil, 0o600))
		}
	}
	r, err := farm.Run(t.Context(), s, squares(200, &did), farm.Options{Workers: 1})
	require.Error(t, err)
	require.Contains(t, err.Error(), "farm: ")
	require.Equal(t, 5, r.Known)
	for i := range 5 {
		_, ok, err := s.Get(key(i))
		require.NoError(t, err)
		require.True(t, ok)
	}
}
