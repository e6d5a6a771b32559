package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"strata/node/process/atomicfile"
)

// noteOther says which other watches and desks work on the same exercises, and leaves word of this one until end. The
// word is a line with the number of the process in .strata/watch.pid. Lines of processes that are gone are dropped.
func (w World) noteOther(home string) (end func()) {
	file := filepath.Join(home, ".strata", "watch.pid")
	others, err := watchers(file)
	for _, pid := range others {
		fmt.Fprintf(w.Err, "strata: note: another watch, process %d, grades these exercises too\n", pid)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = writeWatchers(file, append(others, os.Getpid()))
	}
	if err != nil {
		fmt.Fprintf(w.Err, "strata: note: %s cannot be written: %v\n", file, cause(err))
	}
	return func() {
		if others, err := watchers(file); err == nil {
			_ = writeWatchers(file, others) // a line too much is dropped by the next one
		}
	}
}

// watchers are the processes, but for this one, that left word in the file and are there.
func watchers(file string) (pids []int, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for line := range strings.Lines(string(text)) {
		pid, wrong := strconv.Atoi(strings.TrimSpace(line))
		if wrong == nil && pid > 0 && pid != os.Getpid() && alive(pid) && !slices.Contains(pids, pid) {
			pids = append(pids, pid)
		}
	}
	return pids, err
}

// writeWatchers has the file name these processes; without any there is none.
func writeWatchers(file string, pids []int) error {
	if len(pids) == 0 {
		return os.Remove(file)
	}
	text := ""
	for _, pid := range pids {
		text += strconv.Itoa(pid) + "\n"
	}
	return atomicfile.Replace(file, []byte(text))
}

// alive says whether there is a process of that number.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" {
		return err == nil
	}
	err = process.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission) // somebody else's
}
