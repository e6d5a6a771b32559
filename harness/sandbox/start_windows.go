package sandbox

import (
	"errors"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// running is a program in its job object. The system ends the job with its last handle, which is ours.
type running struct {
	cmd   *exec.Cmd
	job   windows.Handle
	held  Held
	timer *time.Timer
	once  sync.Once
	cause atomic.Pointer[Cause]
}

// prepare does nothing: no process comes before the program.
func prepare(*Cmd) (*running, error) { return nil, nil }

// start starts the program and puts it into a job. What it starts before it is in the job, which is at
// once, would not be.
func start(c *Cmd) (*running, error) {
	if len(c.ExtraFiles) > 0 {
		return nil, errors.New("further files cannot be handed to a program on Windows")
	}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, err
	}
	r := &running{job: job, held: Held{Limits: c.box.limits("memory", "processor time", "time")}}
	if err := limit(job, c.box); err != nil {
		windows.CloseHandle(job)
		return nil, err
	}
	r.cmd = &exec.Cmd{Path: c.Path, Args: c.Args, Dir: c.Dir, Env: c.Env, Stdin: c.Stdin, Stdout: c.Stdout,
		Stderr: c.Stderr}
	r.cmd.WaitDelay = time.Second
	if err := r.cmd.Start(); err != nil {
		windows.CloseHandle(job)
		return nil, err
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false,
		uint32(r.cmd.Process.Pid))
	if err == nil {
		err = windows.AssignProcessToJobObject(job, process)
		windows.CloseHandle(process)
	}
	if err != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		windows.CloseHandle(job)
		return nil, err
	}
	if c.box.Wall > 0 {
		r.timer = time.AfterFunc(c.box.Wall, func() { r.end(OutOfTime) })
	}
	return r, nil
}

// limit sets the bounds of a job.
func limit(job windows.Handle, box Box) error {
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	basic := &info.BasicLimitInformation
	basic.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if box.Memory > 0 {
		basic.LimitFlags |= windows.JOB_OBJECT_LIMIT_JOB_MEMORY
		info.JobMemoryLimit = uintptr(box.Memory + 256<<20)
	}
	if box.CPU > 0 {
		basic.LimitFlags |= windows.JOB_OBJECT_LIMIT_JOB_TIME
		basic.PerJobUserTimeLimit = int64(box.CPU / 100) // in units of 100 ns
	}
	_, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	return err
}

func (r *running) wait() End {
	_ = r.cmd.Wait() // how it ended stands in ProcessState
	why := r.cause.Load()
	if r.timer != nil {
		r.timer.Stop()
	}
	r.kill()
	state := r.cmd.ProcessState
	end := End{Cause: Exited, Code: state.ExitCode(), CPU: state.UserTime() + state.SystemTime(), Held: r.held}
	if why != nil {
		end.Cause = *why
	}
	return end
}

// end ends every process of the job; the first cause stays.
func (r *running) end(why Cause) {
	r.cause.CompareAndSwap(nil, &why)
	r.once.Do(func() {
		_ = windows.TerminateJobObject(r.job, 1)
		windows.CloseHandle(r.job)
	})
}

func (r *running) kill() { r.end(Killed) }

// cpu is known at the end only.
func (r *running) cpu() (time.Duration, bool) { return 0, false }

// quit kills: there is no such signal.
func (r *running) quit() { r.kill() }
