package sim

import (
	"runtime"
	"syscall"
)

// reserve has the heap grow by so many bytes, but by no more than a quarter of the machine's memory. They lie on
// large pages where the kernel has any. Nothing is used up by that: the bytes are free again at once, and what is made
// next comes there.
func reserve(size uint64) {
	var system syscall.Sysinfo_t
	if syscall.Sysinfo(&system) != nil {
		return
	}
	room := make([]byte, min(size, uint64(system.Totalram)*uint64(system.Unit)/4))
	_ = syscall.Madvise(room, syscall.MADV_HUGEPAGE) // without it all is as it was, only slower
	runtime.KeepAlive(room)
	runtime.GC()
}
