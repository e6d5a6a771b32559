package boltstore_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/boltstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

const sector = 512 // bytes that a disk writes wholly or not at all

// In an update bbolt writes pages, waits for the disk, writes a root, and waits again. So a crash
// leaves any of the pages' sectors with the former root, or all of them with the new one. Each update
// of a workload crashes after every sector, with any one lost, and with random ones lost.
func TestCrashWithinEveryUpdate_FRK6(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "strata.db")
	random := rand.New(rand.NewPCG(7, 8))
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	image := func() []byte {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		return b
	}
	crashDir := t.TempDir()
	check := func(image []byte, want []string, what string) {
		require.NoError(t, os.WriteFile(filepath.Join(crashDir, "strata.db"), image, 0o600))
		got, err := read(t, crashDir)
		require.NoError(t, err, what)
		require.Equal(t, want, got, what)
	}
	roots := 2 * os.Getpagesize()
	crashes := 0
	before, content := image(), []string(nil)
	for i := range 12 {
		require.NoError(t, s.Update(func(w store.Writer) error {
			for j := range 8 {
				w.Put("sorted", fmt.Append(nil, (i*7+j*31)%50), bytes.Repeat([]byte{'a' + byte(i)}, 10+20*j))
			}
			w.Put("large", fmt.Append(nil, i%4), bytes.Repeat([]byte{'A' + byte(i)}, 300*i))
			w.Put("inline", []byte("x"), fmt.Append(nil, i))
			w.Delete("sorted", fmt.Append(nil, (i*11)%50))
			return nil
		}))
		after, contentAfter := image(), storetest.Contents(t, s, buckets...)
		grown := append(bytes.Clone(before), make([]byte, max(0, len(after)-len(before)))...)
		var written []int
		for at := roots; at < len(after); at += sector {
			if !bytes.Equal(grown[at:at+sector], after[at:at+sector]) {
				written = append(written, at)
			}
		}
		crash := func(reached func(n int) bool, what string) {
			torn := bytes.Clone(grown)
			for n, at := range written {
				if reached(n) {
					copy(torn[at:at+sector], after[at:])
				}
			}
			check(torn, content, fmt.Sprintf("update %d, %s", i, what))
			crashes++
		}
		for k := range len(written) + 1 {
			crash(func(n int) bool { return n < k }, fmt.Sprintf("%d sectors", k))
			if k%4 == i%4 {
				crash(func(n int) bool { return n != k }, fmt.Sprintf("without sector %d", k))
				crash(func(int) bool { return random.IntN(2) == 0 }, "random sectors")
			}
		}
		check(after, contentAfter, fmt.Sprintf("update %d", i))
		before, content = after, contentAfter
	}
	require.NoError(t, s.Close())
	require.Greater(t, crashes, 200)
	t.Logf("%d crashes", crashes)
}
