package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// apart puts the program into a process group of its own, and has it die with the supervisor.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// adopt makes this process the parent of whatever below it loses its own: so that nothing that goes
// its own way is lost.
func adopt() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// limitMemory limits what a process may map to write to.
func limitMemory(most int64, set func(int, uint64) bool) bool {
	return set(unix.RLIMIT_DATA, uint64(most))
}

// peak is the most that one process held.
func peak(use syscall.Rusage) int64 { return int64(use.Maxrss) << 10 }

// process is a line of the table of processes.
type process struct {
	pid, parent int
	cpu         time.Duration // its own, and that of children that it has waited for
	pages       int64
}

// tick is the unit of processor times in /proc, the same on all systems that Go runs on.
const tick = 10 * time.Millisecond

// parse reads /proc/PID/stat. The name of the program, in parentheses, may hold anything.
func parse(stat []byte) (p process, ok bool) {
	end := bytes.LastIndexByte(stat, ')')
	open := bytes.IndexByte(stat, '(')
	if open < 1 || end < open {
		return p, false
	}
	fields := strings.Fields(string(stat[end+1:])) // from the third on, the state
	if len(fields) < 22 {
		return p, false
	}
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		ok = ok && err == nil
		return n
	}
	ok = true
	p.pid = int(number(strings.TrimSpace(string(stat[:open]))))
	p.parent = int(number(fields[1]))
	for _, f := range fields[11:15] {
		p.cpu += time.Duration(number(f)) * tick
	}
	p.pages = number(fields[21])
	return p, ok
}

// below lists the processes that one has started, and those that they have.
func below(root int) (all []process) {
	if _, err := os.Stat("/proc/thread-self/children"); err != nil {
		return searched(root) // of a kernel without these lists
	}
	next := childrenOf(root)
	for len(next) > 0 {
		pid := next[0]
		next = append(next[1:], childrenOf(pid)...)
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
			if p, ok := parse(stat); ok {
				all = append(all, p)
			}
		}
	}
	return all
}

// childrenOf lists the processes that a process has started, by all of its threads.
func childrenOf(pid int) (pids []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list) // gone meanwhile: none
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

// searched does the same by looking at every process that there is.
func searched(root int) (all []process) {
	names, _ := filepath.Glob("/proc/[0-9]*/stat")
	children := make(map[int][]process)
	for _, name := range names {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // gone meanwhile
		}
		if p, ok := parse(stat); ok {
			children[p.parent] = append(children[p.parent], p)
		}
	}
	for next := children[root]; len(next) > 0; {
		p := next[0]
		all, next = append(all, p), append(next[1:], children[p.pid]...)
	}
	return all
}

// usage is what all processes below one hold, and have used, if there are any.
func usage(root int) (memory int64, cpu time.Duration, known bool) {
	all := below(root)
	for _, p := range all {
		memory += p.pages * int64(os.Getpagesize())
		cpu += p.cpu
	}
	return memory, cpu, len(all) > 0
}

// signalAll sends the signal to the program's group and to all others below this process. Bubblewrap
// itself is spared a request to quit, of which it would die, and its program with it. Others are sent that to their first
// thread. What runs before main is on it, and Go prints no stack of another thread; the system would choose one that has no
// other signal to take.
func signalAll(group int, sig syscall.Signal) {
	if sig == syscall.SIGKILL {
		_ = syscall.Kill(-group, sig)
	}
	for _, p := range below(os.Getpid()) {
		switch {
		case sig == syscall.SIGKILL:
			_ = syscall.Kill(p.pid, sig)
		case !isBwrap(p.pid):
			_ = unix.Tgkill(p.pid, p.pid, sig)
		}
	}
}

// isBwrap says whether the process is bubblewrap.
func isBwrap(pid int) bool {
	name, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/comm")
	return strings.TrimSpace(string(name)) == "bwrap"
}
