package glass

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// exact is a scan, where the system has one.
func exact(t *testing.T) *scan {
	t.Helper()
	s := newScan(nil)
	if s == nil {
		t.Skip("this system does not say which pages were written to")
	}
	t.Cleanup(s.close)
	return s
}

// Of a memory over a file and behind it, the scan names all pages that were written to and no others, however many parts they make.
// What was dropped was not written to.
func TestScan_NamesWhatWasWritten(t *testing.T) {
	const pages, ofTheFile = 1200, 700
	s := exact(t)
	fd, err := unix.MemfdCreate("test", unix.MFD_CLOEXEC)
	require.NoError(t, err)
	defer unix.Close(fd)
	_, err = unix.Write(fd, make([]byte, ofTheFile*hotPage))
	require.NoError(t, err)
	m, err := newMapped(pages * hotPage)
	require.NoError(t, err)
	defer m.Free()
	all := m.Reallocate(pages * hotPage)
	_, err = unix.MmapPtr(fd, 0, unsafe.Pointer(unsafe.SliceData(all)), ofTheFile*hotPage,
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED)
	require.NoError(t, err)

	r, written, sum := rand.New(rand.NewPCG(1, 2)), make(map[int]bool), byte(0)
	for range 20 {
		for range 100 {
			at := r.IntN(pages)
			all[at*hotPage+r.IntN(hotPage)]++
			written[at] = true
			sum += all[r.IntN(len(all))] // reading is no writing
		}
		parts, err := s.own(all, part{})
		require.NoError(t, err)
		found := make(map[int]bool)
		for _, p := range parts {
			for at := p.from; at < p.to; at += hotPage {
				found[at/hotPage] = true
			}
		}
		require.Equal(t, written, found, sum)
		at := r.IntN(pages)
		require.NoError(t, m.(*mapped).drop(at*hotPage, (at+1)*hotPage))
		delete(written, at)
	}
	require.Greater(t, len(written), len(s.regions))
}

// The pagemap of another process is not taken for that of this one: it would have rooms keep what a run wrote.
func TestScan_OfAnotherProcess(t *testing.T) {
	exact(t)
	file, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", os.Getppid()))
	if err != nil {
		t.Skip(err)
	}
	require.Nil(t, newScan(file))
	file, err = os.Open(os.DevNull)
	require.NoError(t, err)
	require.Nil(t, newScan(file))
}
