package simdisk_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/simdisk"
	"strata/node/store"
	"strata/node/store/storetest"
)

const box store.Bucket = "box"

func TestDisk_IsAStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return simdisk.New(1) })
}

// write does one update of two keys, and takes away a third.
func write(t *testing.T, d *simdisk.Disk, n int) {
	require.NoError(t, d.Update(func(w store.Writer) error {
		w.Put(box, []byte("a"), fmt.Append(nil, n))
		w.Put(box, []byte("b"), fmt.Append(nil, n))
		w.Delete(box, fmt.Appendf(nil, "c%d", n-1))
		w.Put(box, fmt.Appendf(nil, "c%d", n), nil)
		return nil
	}))
}

func state(n int) []string {
	return []string{fmt.Sprintf("box/a=%d", n), fmt.Sprintf("box/b=%d", n), fmt.Sprintf("box/c%d=", n)}
}

func TestDisk_KeepsWhatItSynced(t *testing.T) {
	d := simdisk.New(1)
	for n := 1; n <= 3; n++ {
		write(t, d, n)
		require.Zero(t, d.Unsynced())
		d.Crash(0)
		require.Equal(t, state(n), storetest.Contents(t, d, box))
	}
}

// Wherever the journal is torn, whole updates are left: all that were synced and as many others as
// were written out.
func TestDisk_TornAnywhereHoldsWholeUpdates_FRK6(t *testing.T) {
	probe := simdisk.New(4)
	for n := 1; n <= 7; n++ {
		write(t, probe, n)
	}
	seen := map[string]bool{}
	for keep := range probe.Unsynced() + 1 {
		d := simdisk.New(4)
		for n := 1; n <= 7; n++ {
			write(t, d, n)
		}
		d.Crash(keep)
		left := storetest.Contents(t, d, box)
		seen[left[0]] = true
		require.Contains(t, [][]string{state(4), state(5), state(6), state(7)}, left)
		require.Zero(t, d.Unsynced())
		write(t, d, 9)
		d.Crash(1 << 20)
		require.Contains(t, storetest.Contents(t, d, box), "box/a=9")
	}
	require.Len(t, seen, 4)
}

func TestDisk_AFailedUpdateIsNotWritten(t *testing.T) {
	d := simdisk.New(1)
	write(t, d, 1)
	require.Error(t, d.Update(func(w store.Writer) error {
		w.Put(box, []byte("a"), []byte("x"))
		return fmt.Errorf("no")
	}))
	d.Crash(0)
	require.Equal(t, state(1), storetest.Contents(t, d, box))
}

func TestDisk_StopsWithinAnUpdate(t *testing.T) {
	d := simdisk.New(1)
	d.StopAt = 2
	write(t, d, 1)
	require.ErrorIs(t, d.Update(func(w store.Writer) error { w.Put(box, []byte("a"), []byte("2")); return nil }), simdisk.ErrStopped)
	require.ErrorIs(t, d.Update(func(store.Writer) error { return nil }), simdisk.ErrStopped)
	require.ErrorIs(t, d.View(func(store.Reader) error { return nil }), simdisk.ErrStopped)
	size := d.Unsynced()
	require.Equal(t, state(1), storetest.Contents(t, d.After(size-1, 0, 0), box))
	require.Equal(t, state(1), storetest.Contents(t, d.After(size, size-3, 1), box), "a lost byte")
	require.Equal(t, "box/a=2", storetest.Contents(t, d.After(size, 0, 0), box)[0])
}
