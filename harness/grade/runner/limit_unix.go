//go:build unix

package runner

import "golang.org/x/sys/unix"

// limitData makes the allocation that goes beyond the limit fail. Where the system has no such
// limit the watchdog stands alone.
func limitData(bytes int64) {
	var size unix.Rlimit
	fill(&size.Cur, bytes)
	fill(&size.Max, bytes)
	_ = unix.Setrlimit(unix.RLIMIT_DATA, &size)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}

// ours keeps our descriptors from the programs that this process starts: the pipes, and the file that has the seed.
func ours(descriptors ...int) {
	for _, fd := range descriptors {
		unix.CloseOnExec(fd)
	}
}

// fill sets a limit, which is signed on some systems and unsigned on others.
func fill[T int64 | uint64](limit *T, bytes int64) { *limit = T(bytes) }
