//go:build unix

package sandbox_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"strata/harness/sandbox"
)

// What the programs of these tests do: this test's own executable, as a task.
var (
	_ = sandbox.Task("test-exit", func() int { return 3 })
	_ = sandbox.Task("test-say", func() int {
		fmt.Println(strings.Join(os.Args[2:], " "), os.Environ())
		fmt.Fprintln(os.Stderr, "aside")
		return 0
	})
	_ = sandbox.Task("test-eat", func() int { // memory, in pieces and all at once touched
		var kept [][]byte
		for {
			piece := make([]byte, 8<<20)
			for i := 0; i < len(piece); i += 4096 {
				piece[i] = 1
			}
			kept = append(kept, piece)
			runtime.KeepAlive(kept)
			time.Sleep(time.Millisecond)
		}
	})
	_ = sandbox.Task("test-share", func() int { // what each may have, several times
		self, _ := os.Executable()
		for range 4 {
			_ = exec.Command(self, "strata-task:test-hold").Start()
		}
		time.Sleep(time.Hour)
		return 0
	})
	_ = sandbox.Task("test-hold", func() int {
		piece := make([]byte, 100<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		time.Sleep(time.Hour)
		return int(piece[0])
	})
	_ = sandbox.Task("test-spin", func() int {
		fmt.Println("spinning")
		for spins := 0; ; spins++ {
			runtime.KeepAlive(spins)
		}
	})
	_ = sandbox.Task("test-sleep", func() int {
		fmt.Println("sleeping")
		time.Sleep(time.Hour)
		return 0
	})
	_ = sandbox.Task("test-write", func() int { // a large file
		f, err := os.Create(os.Args[2])
		for block := make([]byte, 1<<20); err == nil; {
			_, err = f.Write(block)
		}
		fmt.Println(err)
		return 4
	})
	_ = sandbox.Task("test-orphans", func() int { // leaves processes behind, each its own session
		self, _ := os.Executable()
		for range 3 {
			cmd := exec.Command(self, "strata-task:test-sleep")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			_ = cmd.Start()
			fmt.Println(cmd.Process.Pid)
		}
		return 0
	})
	_ = sandbox.Task("test-parent", func() int { // starts a sandbox and waits for its own end
		c, _ := sandbox.Self(sandbox.Box{}, "test-tree")
		c.Stdout = os.Stdout
		_ = c.Start()
		time.Sleep(time.Hour)
		return 0
	})
	_ = sandbox.Task("test-tree", func() int { // says its own process and one that it starts
		self, _ := os.Executable()
		cmd := exec.Command(self, "strata-task:test-sleep")
		_ = cmd.Start()
		fmt.Println(os.Getpid(), cmd.Process.Pid)
		time.Sleep(time.Hour)
		return 0
	})
	_ = sandbox.Task("test-pry", func() int { // what a closed box keeps away
		_, read := os.ReadFile(os.Args[2])
		_, list := os.ReadDir("/etc")
		allowed, _ := os.ReadFile(os.Args[3])
		write := os.WriteFile(os.Args[4]+"/new", nil, 0o600)
		outside := os.WriteFile(os.Args[2]+".new", nil, 0o600)
		_, dial := net.DialTimeout("tcp", os.Args[5], time.Second)
		fmt.Printf("read %t list %t allowed %s write %t outside %t dial %t\n",
			read == nil, list == nil, allowed, write == nil, outside == nil, dial == nil)
		return 0
	})
)
