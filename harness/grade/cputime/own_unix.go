//go:build unix

package cputime

import (
	"time"

	"golang.org/x/sys/unix"
)

func own() time.Duration {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
