//go:build unix

package sandbox

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

var _ = Task("supervise", supervise)

// killTime is how long a supervisor tries to kill what comes again all the time.
const killTime = 5 * time.Second

// watchEvery is how often it looks at what the processes use, unless the box says it. What a process can take
// in that time is bounded by its own limit.
const watchEvery = 50 * time.Millisecond

// supervisor is the process between us and the program.
type supervisor struct {
	order  order
	status *json.Encoder
	life   *bufio.Reader
	held   Held

	pid   int
	began time.Time
	cause atomic.Pointer[Cause] // why everything was killed; nil: it was not
	most  atomic.Int64          // memory seen
	cpu   atomic.Int64          // nanoseconds seen
}

// supervise is the supervisor's main function.
func supervise() int {
	// The limits of landlock are those of a thread. What is started from it inherits them, and dies
	// with it.
	runtime.LockOSThread()
	files, err := descriptors(os.Args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "strata: the supervisor of a sandbox is not started by hand")
		return 2
	}
	// A terminal's signals reach its own group only; these are for a group that somebody kills by hand.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	s := &supervisor{status: json.NewEncoder(files[1]), life: bufio.NewReader(files[0])}
	line, err := s.life.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s.order)
	}
	if err == nil {
		err = s.start()
	}
	if err != nil {
		_ = s.status.Encode(report{Error: err.Error(), Held: s.held})
		return 1
	}
	_ = s.status.Encode(report{Held: s.held}) // who does not hear it is gone: the lifeline tells
	go s.listen()
	go s.watch()
	end := s.reap()
	_ = s.status.Encode(report{Held: s.held, End: &end})
	return 0
}

// descriptors are the lifeline and the status pipe.
func descriptors(args []string) (files [2]*os.File, err error) {
	if len(args) != 4 {
		return files, strconv.ErrSyntax
	}
	for i := range files {
		fd, err := strconv.Atoi(args[2+i])
		if err != nil {
			return files, err
		}
		syscall.CloseOnExec(fd)
		files[i] = os.NewFile(uintptr(fd), "control")
	}
	return files, nil
}

// start starts the program within its bounds.
func (s *supervisor) start() error {
	adopt()
	s.began = time.Now()
	s.order.Path = resolved(s.order.Path)
	path, args := s.order.Path, s.order.Args
	if s.order.Bwrap != "" {
		path, args = s.order.Bwrap, wrapped(s.order)
		s.held.Files = Bubblewrap
	} else if s.order.Box.Closed && confine(s.order) == nil {
		s.held.Files = Landlock
	}
	s.held.Limits = s.order.Box.setLimits()
	attr := &syscall.ProcAttr{Dir: s.order.Dir, Env: s.order.Env, Files: []uintptr{0, 1, 2}, Sys: apart()}
	for i := range s.order.Extra {
		attr.Files = append(attr.Files, uintptr(3+i))
	}
	pid, err := syscall.ForkExec(path, args, attr)
	if err != nil {
		return err
	}
	s.pid = pid
	// What we hold of the program's would keep a pipe open that it has closed.
	for fd := range 3 + s.order.Extra {
		syscall.Close(fd)
	}
	return nil
}

// listen does what comes over the lifeline. Its end is the end of everything.
func (s *supervisor) listen() {
	for {
		word, err := s.life.ReadByte()
		if err != nil {
			s.kill(Killed)
			return
		}
		if word == quitWord {
			signalAll(s.pid, syscall.SIGQUIT)
		}
	}
}

// watch kills everything once a bound is reached.
func (s *supervisor) watch() {
	box := s.order.Box
	for range time.Tick(cmp.Or(box.Look, watchEvery)) {
		memory, cpu, _ := usage(os.Getpid())
		s.most.Store(max(s.most.Load(), memory))
		s.cpu.Store(max(s.cpu.Load(), int64(cpu)))
		switch {
		case box.Memory > 0 && memory > box.Memory:
			s.kill(OutOfMemory)
		case box.CPU > 0 && cpu > box.CPU:
			s.kill(OutOfCPU)
		case box.Wall > 0 && time.Since(s.began) > box.Wall:
			s.kill(OutOfTime)
		}
	}
}

// kill kills the program and what it started; the first cause stays.
func (s *supervisor) kill(why Cause) {
	s.cause.CompareAndSwap(nil, &why)
	signalAll(s.pid, syscall.SIGKILL)
}

// reap waits for the program, then kills what it has left behind, until nothing is left.
func (s *supervisor) reap() End {
	var end End
	var use syscall.Rusage
	for gone := false; ; {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, &use)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil: // nobody is left
			return end
		case status.Stopped():
			continue
		case pid == s.pid:
			end, gone = s.ended(status), true
			time.AfterFunc(killTime, func() { // what forks faster than it can be killed
				_ = s.status.Encode(report{Held: s.held, End: &end})
				os.Exit(0)
			})
		}
		if gone {
			signalAll(s.pid, syscall.SIGKILL)
		}
	}
}

// ended is the end of the program itself.
func (s *supervisor) ended(status syscall.WaitStatus) End {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &use)
	spent := time.Duration(use.Utime.Nano() + use.Stime.Nano())
	end := End{Held: s.held, CPU: max(spent, time.Duration(s.cpu.Load())), Memory: max(s.most.Load(), peak(use))}
	why := s.cause.Load()
	switch {
	case why != nil:
		end.Cause = *why
	case status.Exited():
		end.Cause, end.Code = Exited, status.ExitStatus()
		// Bubblewrap passes on a signal as a shell does.
		if s.order.Bwrap != "" && end.Code > 128 && end.Code < 128+65 {
			end.signalled(syscall.Signal(end.Code - 128))
		}
	default:
		end.signalled(status.Signal())
	}
	return end
}

// signalled says what a signal means.
func (e *End) signalled(by syscall.Signal) {
	e.Cause, e.Code, e.Signal = Signalled, 0, by
	switch by {
	case syscall.SIGXCPU:
		e.Cause = OutOfCPU
	case syscall.SIGXFSZ:
		e.Cause = FileTooBig
	}
}
