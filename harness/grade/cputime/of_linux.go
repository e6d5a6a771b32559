package cputime

import (
	"syscall"
	"time"
	"unsafe"
)

// of reads the clock that Linux has for each process: clock_getcpuclockid(3) makes its number like this.
func of(pid int) time.Duration {
	const scheduled = 2
	var t syscall.Timespec
	if _, _, failed := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, uintptr(^pid<<3|scheduled), uintptr(unsafe.Pointer(&t)),
		0); failed != 0 {
		return 0
	}
	return time.Duration(t.Nano())
}
