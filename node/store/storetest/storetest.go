// Package storetest holds what every store.Store has to do, as a test that each runs through, and a
// store that fails on purpose.
package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/store"
)

const (
	fruit store.Bucket = "fruit"
	trees store.Bucket = "trees"
)

// Run tests a kind of store. open makes a new, empty one.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	tests := map[string]func(t *testing.T, s store.Store){
		"empty":                 testEmpty,
		"reads what it wrote":   testReadsOwnWrites,
		"all or nothing, FRK-6": testAtomic,
		"scan in order":         testScan,
		"values may be kept":    testKeep,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			test(t, s)
			require.NoError(t, s.Close())
			require.NoError(t, s.Close(), "closing twice does nothing")
		})
	}
}

// Contents lists the entries of the buckets as "bucket/key=value".
func Contents(t testing.TB, s store.Store, buckets ...store.Bucket) []string {
	var all []string
	require.NoError(t, s.View(func(r store.Reader) error {
		for _, b := range buckets {
			err := r.Scan(b, func(key, value []byte) error {
				all = append(all, fmt.Sprintf("%s/%s=%s", b, key, value))
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return all
}

func put(t *testing.T, s store.Store, b store.Bucket, pairs ...string) {
	require.NoError(t, s.Update(func(w store.Writer) error {
		for i := 0; i < len(pairs); i += 2 {
			w.Put(b, []byte(pairs[i]), []byte(pairs[i+1]))
		}
		return nil
	}))
}

func testEmpty(t *testing.T, s store.Store) {
	require.Empty(t, Contents(t, s, fruit))
	require.NoError(t, s.Update(func(w store.Writer) error {
		_, ok := w.Get(fruit, []byte("apple"))
		require.False(t, ok)
		w.Delete(fruit, []byte("apple"))
		return nil
	}))
	put(t, s, fruit, "apple", "")
	require.NoError(t, s.View(func(r store.Reader) error {
		value, ok := r.Get(fruit, []byte("apple"))
		require.True(t, ok, "an empty value is a value")
		require.Empty(t, value)
		return nil
	}))
}

func testReadsOwnWrites(t *testing.T, s store.Store) {
	put(t, s, fruit, "apple", "red", "plum", "blue")
	require.NoError(t, s.Update(func(w store.Writer) error {
		w.Put(fruit, []byte("apple"), []byte("green"))
		w.Delete(fruit, []byte("plum"))
		w.Put(trees, []byte("oak"), []byte("tall"))
		value, ok := w.Get(fruit, []byte("apple"))
		require.True(t, ok)
		require.Equal(t, "green", string(value))
		_, ok = w.Get(fruit, []byte("plum"))
		require.False(t, ok)
		return nil
	}))
	require.Equal(t, []string{"fruit/apple=green", "trees/oak=tall"}, Contents(t, s, fruit, trees))
}

func testAtomic(t *testing.T, s store.Store) {
	put(t, s, fruit, "apple", "red", "plum", "blue")
	spoil := func(w store.Writer) {
		w.Put(fruit, []byte("apple"), []byte("brown"))
		w.Put(fruit, []byte("apple"), []byte("black"))
		w.Delete(fruit, []byte("plum"))
		w.Put(fruit, []byte("pear"), []byte("yellow"))
		w.Put(trees, []byte("oak"), []byte("tall"))
	}
	own := errors.New("own error")
	err := s.Update(func(w store.Writer) error {
		spoil(w)
		return own
	})
	require.ErrorIs(t, err, own)
	require.Equal(t, []string{"fruit/apple=red", "fruit/plum=blue"}, Contents(t, s, fruit, trees))

	require.Panics(t, func() {
		_ = s.Update(func(w store.Writer) error {
			spoil(w)
			panic("own panic")
		})
	})
	require.Equal(t, []string{"fruit/apple=red", "fruit/plum=blue"}, Contents(t, s, fruit, trees))
	put(t, s, fruit, "fig", "violet")
	require.Equal(t, []string{"fruit/apple=red", "fruit/fig=violet", "fruit/plum=blue"}, Contents(t, s, fruit))
}

func testScan(t *testing.T, s store.Store) {
	put(t, s, fruit, "b", "2", "\xff", "4", "a", "1", "ba", "3")
	require.Equal(t, []string{"fruit/a=1", "fruit/b=2", "fruit/ba=3", "fruit/\xff=4"}, Contents(t, s, fruit))
	stop := errors.New("stop")
	count := 0
	err := s.View(func(r store.Reader) error {
		return r.Scan(fruit, func(_, _ []byte) error {
			count++
			return stop
		})
	})
	require.ErrorIs(t, err, stop)
	require.Equal(t, 1, count)
}

func testKeep(t *testing.T, s store.Store) {
	put(t, s, fruit, "apple", "red")
	var kept []byte
	require.NoError(t, s.View(func(r store.Reader) error {
		kept, _ = r.Get(fruit, []byte("apple"))
		return nil
	}))
	for i := range 100 {
		put(t, s, fruit, "apple", fmt.Sprint("another ", i))
	}
	require.Equal(t, "red", string(kept))
}
