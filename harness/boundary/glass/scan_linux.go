package glass

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// scan has the system say which pages of a private memory are copies of their own. All that was written to is such a page, and
// stays one until it is dropped.
type scan struct {
	pagemap *os.File
	regions [128]region
	parts   []part
}

// region is struct page_region, and scanArgument struct pm_scan_arg.
//
// Source: linux/fs.h, PAGEMAP_SCAN, since Linux 6.7.
type region struct{ from, to, _ uint64 }

type scanArgument struct {
	size, flags            uint64
	from, to, walked       uint64
	regions, count, pages  uint64
	inverted, all, anyOf   uint64
	categoriesOfTheRegions uint64
}

const (
	pagemapScan = 3<<30 | unsafe.Sizeof(scanArgument{})<<16 | 'f'<<8 | 16 // where ioctls have read and write in the upper two bits

	// Categories of a page.
	ofFile   = 1 << 2
	present  = 1 << 3
	swapped  = 1 << 4
	zeroPage = 1 << 5 // the one of the system, which is there for all that only read
)

// newScan is one by the pagemap of this process, or one that is opened. The scan has the file. It is nil if this system does not
// say exactly what was written.
func newScan(pagemap *os.File) *scan {
	if pagemap == nil {
		var err error
		if pagemap, err = os.Open("/proc/self/pagemap"); err != nil {
			return nil
		}
	}
	s := &scan{pagemap: pagemap}
	if !s.right() {
		s.close()
		return nil
	}
	return s
}

func (s *scan) close() {
	if s != nil {
		s.pagemap.Close()
	}
}

// right tries the scan: of pages that are read and written by turns it has to find the latter, in a file's memory and behind it.
func (s *scan) right() bool {
	const pages = 16
	size := os.Getpagesize()
	fd, err := unix.MemfdCreate("strata-try", unix.MFD_CLOEXEC)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	memory, err := unix.Mmap(-1, 0, pages*size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return false
	}
	defer func() { _ = unix.Munmap(memory) }() // mapped above
	if _, err = unix.Pwrite(fd, make([]byte, pages/2*size), 0); err == nil {
		_, err = unix.MmapPtr(fd, 0, unsafe.Pointer(unsafe.SliceData(memory)), uintptr(pages/2*size),
			unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED)
	}
	var wrote []part
	read := byte(0)
	for i := 0; i < pages; i += 4 {
		read |= memory[i*size]
		memory[(i+2)*size] = 1 | read
		wrote = append(wrote, part{(i + 2) * size, (i + 3) * size})
	}
	found, errScan := s.own(memory, part{})
	return size == hotPage && errors.Join(err, errScan) == nil && slices.Equal(wrote, found)
}

// own are the parts of a memory that are its own copies, in ascending order, until the next call. What is fixed has none.
func (s *scan) own(memory []byte, fixed part) ([]part, error) {
	s.parts = s.parts[:0]
	if err := s.add(memory, part{0, fixed.from}); err != nil {
		return nil, err
	}
	if err := s.add(memory, part{fixed.to, len(memory)}); err != nil {
		return nil, err
	}
	return s.parts, nil
}

// add adds those that are in a part.
func (s *scan) add(memory []byte, in part) error {
	base := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(memory))))
	for at, end := base+uint64(in.from), base+uint64(in.to); at < end; {
		arg := scanArgument{size: uint64(unsafe.Sizeof(scanArgument{})), from: at, to: end,
			regions: uint64(uintptr(unsafe.Pointer(&s.regions))), count: uint64(len(s.regions)),
			inverted: ofFile | zeroPage, all: ofFile | zeroPage, anyOf: present | swapped}
		n, _, errno := unix.Syscall(unix.SYS_IOCTL, s.pagemap.Fd(), pagemapScan, uintptr(unsafe.Pointer(&arg)))
		if errno != 0 || arg.walked <= at || int(n) > len(s.regions) {
			return fmt.Errorf("glass: which pages were written to is not known: %w", errno)
		}
		for _, r := range s.regions[:n] {
			s.parts = append(s.parts, part{int(r.from - base), int(r.to - base)})
		}
		at = arg.walked
	}
	return nil
}
