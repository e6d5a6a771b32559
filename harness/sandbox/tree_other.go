//go:build unix && !linux

package sandbox

import (
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// apart puts the program into a process group of its own.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// adopt does nothing: what leaves the group leaves the sandbox.
func adopt() {}

// limitMemory limits what a process may map, where the system does that.
func limitMemory(most int64, set func(int, uint64) bool) bool {
	return set(unix.RLIMIT_DATA, uint64(most)) && runtime.GOOS != "darwin"
}

// peak is the most that one process held.
func peak(use syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return int64(use.Maxrss) // in bytes there
	}
	return int64(use.Maxrss) << 10
}

// usage is known at the end only.
func usage(int) (memory int64, cpu time.Duration, known bool) { return 0, 0, false }

// signalAll sends the signal to the program's group.
func signalAll(group int, sig syscall.Signal) { _ = syscall.Kill(-group, sig) }
