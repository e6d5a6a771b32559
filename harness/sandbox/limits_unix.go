//go:build unix

package sandbox

import (
	"time"

	"golang.org/x/sys/unix"
)

// spare is what a process may map beyond the memory of its box: much that is mapped is never touched.
const spare = 256 << 20

// setLimits takes on the limits of the box, for this process and those that it starts, and names them.
func (b Box) setLimits() []string {
	set := func(which int, most uint64) bool {
		return unix.Setrlimit(which, &unix.Rlimit{Cur: rlim(most), Max: rlim(most)}) == nil
	}
	_ = set(unix.RLIMIT_CORE, 0)
	known := []string{"time"}
	if b.Memory > 0 && limitMemory(b.Memory+spare, set) {
		known = append(known, "memory")
	}
	// The second more lets whoever watches all processes speak first.
	if b.CPU > 0 && set(unix.RLIMIT_CPU, uint64((b.CPU+2*time.Second-1)/time.Second)) {
		known = append(known, "processor time")
	}
	if b.FileSize > 0 && set(unix.RLIMIT_FSIZE, uint64(b.FileSize)) {
		known = append(known, "file size")
	}
	return b.limits(known...)
}
