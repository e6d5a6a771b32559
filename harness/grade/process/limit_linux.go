package process

import "golang.org/x/sys/unix"

// limitData bounds the memory of a child from its first moments on: package variables are set
// before the child can do so itself. An error shows as a child that is gone.
func limitData(pid int, memory int64) {
	size := uint64(2*memory + 256<<20) // as the child's own
	_ = unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: size, Max: size}, nil)
}
