//go:build unix

package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/harness/sandbox"
)

// self is this test's executable with a task to do.
func self(t *testing.T, box sandbox.Box, task string, args ...string) (*sandbox.Cmd, *bytes.Buffer) {
	t.Helper()
	c, err := sandbox.Self(box, "test-"+task, args...)
	require.NoError(t, err)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	return c, &out
}

// run runs a task to its end, which has to come.
func run(t *testing.T, box sandbox.Box, task string, args ...string) (sandbox.End, string) {
	t.Helper()
	c, out := self(t, box, task, args...)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	end, err := c.Run(ctx)
	require.NoError(t, err)
	return end, out.String()
}

// linux skips what only Linux bounds.
func linux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("this bound is Linux's")
	}
}

func TestRun_AnOrdinaryProgram(t *testing.T) {
	end, _ := run(t, sandbox.Box{}, "exit")
	require.Equal(t, "exit status 3", end.String())
	require.False(t, end.OK())
	end, out := run(t, sandbox.Box{Memory: 1 << 30, CPU: time.Minute, Wall: time.Minute, FileSize: 1 << 20}, "say",
		"one", "two")
	require.True(t, end.OK(), end)
	require.Equal(t, "one two []\naside\n", out, "nothing of our environment")
	require.Contains(t, end.Held.String(), "limit of time")
}

// G13: of two values of one name the last counts, as in package exec, also if there are none at all.
func TestRun_LastValueCounts_G13(t *testing.T) {
	c, out := self(t, sandbox.Box{}, "say")
	c.Env = []string{"CGO_ENABLED=1", "A=b", "CGO_ENABLED=0"}
	end, err := c.Run(context.Background())
	require.NoError(t, err)
	require.True(t, end.OK())
	require.Contains(t, out.String(), "A=b")
	require.Contains(t, out.String(), "CGO_ENABLED=0")
	require.NotContains(t, out.String(), "CGO_ENABLED=1")
}

func TestStart_WhatIsNotThere(t *testing.T) {
	c := sandbox.Command(sandbox.Box{}, filepath.Join(t.TempDir(), "nothing"))
	_, err := c.Run(context.Background())
	require.ErrorIs(t, err, sandbox.ErrStart)
	require.ErrorContains(t, err, "no such file")
}

func TestRun_Bounds(t *testing.T) {
	linux(t)
	for _, c := range []struct {
		box   sandbox.Box
		task  string
		cause sandbox.Cause
	}{
		{sandbox.Box{Memory: 64 << 20}, "eat", sandbox.OutOfMemory},
		{sandbox.Box{Memory: 300 << 20}, "share", sandbox.OutOfMemory}, // each alone is within it
		{sandbox.Box{CPU: 300 * time.Millisecond}, "spin", sandbox.OutOfCPU},
		{sandbox.Box{Wall: 300 * time.Millisecond}, "sleep", sandbox.OutOfTime},
	} {
		t.Run(c.task, func(t *testing.T) {
			if c.box.Memory > 0 {
				needs.Limits(t)
			}
			end, out := run(t, c.box, c.task)
			require.Equal(t, c.cause, end.Cause, out)
			require.Less(t, end.Memory, int64(600<<20))
		})
	}
}

// What is killed at a bound of its own process says so itself; what writes on is ended by the system.
func TestRun_FileSize(t *testing.T) {
	file := filepath.Join(t.TempDir(), "large")
	end, out := run(t, sandbox.Box{FileSize: 4 << 20}, "write", file)
	require.False(t, end.OK())
	require.Contains(t, out+end.String(), "file", out)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, int64(4<<20), info.Size())
}

// gone waits until none of the processes runs.
func gone(t *testing.T, pids ...string) {
	t.Helper()
	require.NotEmpty(t, pids)
	for _, one := range pids {
		pid, err := strconv.Atoi(one)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH || zombie(pid) },
			2*time.Minute, 5*time.Millisecond)
	}
}

// zombie says whether the process is dead, and only not waited for.
func zombie(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return strings.Contains(string(stat), ") Z ")
}

// Who ends leaves nobody behind, whatever group or session it is in.
func TestRun_LeavesNobodyBehind(t *testing.T) {
	linux(t)
	end, out := run(t, sandbox.Box{}, "orphans")
	require.True(t, end.OK())
	gone(t, strings.Fields(out)[:3]...)
}

// The end of the context is the end of everything.
func TestRun_EndsWithTheContext(t *testing.T) {
	c, out := self(t, sandbox.Box{}, "tree")
	read, write, err := os.Pipe()
	require.NoError(t, err)
	c.Stdout = write
	ctx, cancel := context.WithCancel(context.Background())
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(read).ReadString('\n')
		line <- text
		cancel()
	}()
	end, err := c.Run(ctx)
	require.ErrorIs(t, err, context.Canceled, out)
	require.Equal(t, sandbox.Killed, end.Cause)
	gone(t, strings.Fields(<-line)...)
}

// So is the end of the parent, also by a SIGKILL that it does not see coming.
func TestRun_EndsWithItsParent(t *testing.T) {
	executable, err := os.Executable()
	require.NoError(t, err)
	parent := exec.Command(executable, "strata-task:test-parent")
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait() // it was killed
	gone(t, strings.Fields(line)...)
}

// begun is a task that has printed its first line, and what it prints to standard error.
func begun(t *testing.T, box sandbox.Box, task string) (*sandbox.Cmd, *bytes.Buffer) {
	t.Helper()
	c, out := self(t, box, task)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { read.Close() })
	c.Stdout = write
	require.NoError(t, c.Start())
	write.Close()
	_, err = bufio.NewReader(read).ReadString('\n')
	require.NoError(t, err)
	return c, out
}

// A request to quit brings the stacks of the program's goroutines.
func TestQuit(t *testing.T) {
	for _, closed := range []bool{false, true} {
		c, out := begun(t, sandbox.Box{Closed: closed, Read: libraries}, "sleep")
		c.Quit()
		end := c.Wait()
		require.False(t, end.OK())
		require.Contains(t, out.String(), "SIGQUIT")
		require.Contains(t, out.String(), "goroutine 1")
	}
}

// The stack of what runs before main is among them, however busy the machine is.
func TestQuit_BeforeMain(t *testing.T) {
	linux(t)
	type spinner struct {
		*sandbox.Cmd
		out *bytes.Buffer
	}
	var all []spinner
	for range 12 {
		c, out := begun(t, sandbox.Box{}, "spin")
		all = append(all, spinner{c, out})
	}
	for _, one := range all {
		one.Quit()
		require.False(t, one.Wait().OK())
		require.Contains(t, one.out.String(), "tasks_test.go:")
	}
}

// libraries are what this test's executable needs, which is linked as the system likes.
var libraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64"}

// A closed box keeps files and the network away, by whatever there is.
func TestRun_Closed(t *testing.T) {
	linux(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	secret, readable, writable := filepath.Join(t.TempDir(), "secret"), filepath.Join(t.TempDir(), "in"), t.TempDir()
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	require.NoError(t, os.WriteFile(readable, []byte("text"), 0o600))
	box := sandbox.Box{Closed: true, Read: append([]string{readable}, libraries...), Write: []string{writable}}
	look := func(t *testing.T) {
		end, out := run(t, box, "pry", secret, readable, writable, listener.Addr().String())
		if end.Held.Files == "" {
			t.Skip("this system has neither bubblewrap nor landlock")
		}
		require.Equal(t, "read false list false allowed text write true outside false dial false\n", out,
			end.Held.Files)
		require.FileExists(t, filepath.Join(writable, "new"))
		require.NoFileExists(t, secret+".new")
	}
	t.Run("by what there is", look)
	t.Run("by landlock", func(t *testing.T) {
		defer sandbox.WithoutBwrap()()
		look(t)
	})
}

// The program's further descriptors are its own: it alone holds them open.
func TestExtraFiles(t *testing.T) {
	read, write, err := os.Pipe()
	require.NoError(t, err)
	c, _ := self(t, sandbox.Box{}, "exit")
	c.ExtraFiles = []*os.File{write}
	require.NoError(t, c.Start())
	write.Close()
	n, err := read.Read(make([]byte, 1))
	require.Zero(t, n)
	require.Error(t, err, "the end of the pipe")
	c.Wait()
}

// What was prepared runs what is said when it is started, and nothing else is started for it. What is abandoned is gone.
func TestPrepare_G2(t *testing.T) {
	c, out := self(t, sandbox.Box{Wall: time.Minute}, "say", "one")
	require.NoError(t, c.Prepare())
	c.Args = append(c.Args, "two")
	c.Env = []string{"A=b"}
	end, err := c.Run(context.Background())
	require.NoError(t, err)
	require.True(t, end.OK(), end)
	require.Equal(t, "one two [A=b]\naside\n", out.String())
	c.Abandon() // which changes nothing
	read, write, err := os.Pipe()
	require.NoError(t, err)
	c, _ = self(t, sandbox.Box{}, "exit")
	c.ExtraFiles = []*os.File{write}
	require.NoError(t, c.Prepare())
	write.Close()
	c.Abandon()
	_, err = read.Read(make([]byte, 1))
	require.Error(t, err, "the end of the pipe: nobody holds it")
	c.Abandon()
}
