package glass

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapped is memory whose pages the system puts back: what was kept lies in a file without a name, the pages are private
// copies of it, and a page is copied when it is written to. So a room costs what its run has touched.
type mapped struct {
	all  []byte // as much as there can ever be; of it size bytes can be used
	size int
}

// newMapped reserves addresses for the most bytes. The system takes none of its memory for them yet.
func newMapped(most uint64) (memory, error) {
	all, err := unix.Mmap(-1, 0, int(most), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("glass: no room for a memory: %w", err)
	}
	return &mapped{all: all}, nil
}

func (m *mapped) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil
	}
	if n := int(size); n > m.size {
		if unix.Mprotect(m.all[m.size:n], unix.PROT_READ|unix.PROT_WRITE) != nil {
			return nil
		}
		m.size = n
	}
	return m.all[:m.size:m.size]
}

func (m *mapped) Free() {
	_ = unix.Munmap(m.all) // mapped by us
	m.all, m.size = nil, 0
}

func (m *mapped) keep(e *Engine) error {
	if e.kept == nil {
		fd, err := unix.MemfdCreate("strata-room", unix.MFD_CLOEXEC)
		if err != nil {
			return fmt.Errorf("glass: %w", err)
		}
		e.kept = os.NewFile(uintptr(fd), "room")
		if _, err := e.kept.Write(m.all[:m.size]); err != nil {
			return fmt.Errorf("glass: %w", err)
		}
		e.keptSize = m.size
		e.hot.fresh = bytes.Clone(m.all[:m.size])
	}
	_, err := unix.MmapPtr(int(e.kept.Fd()), 0, unsafe.Pointer(unsafe.SliceData(m.all)), uintptr(e.keptSize),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED)
	runtime.KeepAlive(m)
	if err == nil && e.fixed.to > 0 {
		err = unix.Mprotect(m.all[e.fixed.from:e.fixed.to], unix.PROT_READ)
	}
	if err != nil {
		return fmt.Errorf("glass: %w", err)
	}
	return nil
}

func (m *mapped) restore(e *Engine) error {
	memory := m.all[:m.size]
	if e.scan == nil {
		return e.hot.restore(memory, e.fixed, m.drop)
	}
	own, err := e.scan.own(memory, e.fixed)
	if err != nil {
		return err
	}
	return e.hot.restoreOwn(memory, own, m.drop)
}

// drop has the system put back a part of the memory.
func (m *mapped) drop(from, to int) error {
	if err := unix.Madvise(m.all[from:to], unix.MADV_DONTNEED); err != nil {
		return fmt.Errorf("glass: %w", err)
	}
	return nil
}
