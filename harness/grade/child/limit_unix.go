//go:build unix

package main

import "golang.org/x/sys/unix"

// limitData makes the allocation that goes beyond the limit fail. Where the system has no such
// limit the watchdog stands alone.
func limitData(bytes int64) {
	size := unix.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)}
	_ = unix.Setrlimit(unix.RLIMIT_DATA, &size)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
