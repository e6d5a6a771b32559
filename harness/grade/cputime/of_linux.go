package cputime

import (
	"time"

	"golang.org/x/sys/unix"
)

// of reads the clock that Linux has for each process: clock_getcpuclockid(3) makes its number like this.
func of(pid int) time.Duration {
	const scheduled = 2
	var t unix.Timespec
	if unix.ClockGettime(int32(^pid<<3|scheduled), &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
