//go:build unix

package runner

import "syscall"

// limitData makes the allocation that goes beyond the limit fail. Where the system has no such
// limit the watchdog stands alone.
func limitData(bytes int64) {
	var size syscall.Rlimit
	fill(&size.Cur, bytes)
	fill(&size.Max, bytes)
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &size)
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}

// ours keeps our descriptors from the programs that this process starts: the pipes, and the file that has the seed.
func ours(descriptors ...int) {
	for _, fd := range descriptors {
		syscall.CloseOnExec(fd)
	}
}

// fill sets a limit, which is signed on some systems and unsigned on others.
func fill[T int64 | uint64](limit *T, bytes int64) { *limit = T(bytes) }
