//go:build !wasip1

package boundary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"strata/network"
)

// Command is how a process is started.
type Command struct {
	Args    []string        // the program and its arguments; not empty
	Dir     string          // where it runs; empty: here
	Environ []string        // its environment; nil: ours
	Timeout time.Duration   // real time that an answer may take; 0 means 10 s
	Context context.Context // its end ends the process; nil: nothing does
	Stderr  io.Writer       // gets what the process writes on standard error; nil: nobody
}

// Process is a process with layers. It is started when its first layer is made, and again for the run after one in
// which it crashed. It is for one goroutine.
type Process struct {
	command Command
	running *running // nil: none
	latest  atomic.Pointer[running]
}

// NewProcess starts nothing yet.
func NewProcess(c Command) *Process {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	return &Process{command: c}
}

// ErrStart reports a command that cannot be started.
var ErrStart = errors.New("boundary: the command cannot be started")

// running is one process.
type running struct {
	cmd    *exec.Cmd
	link   *Link
	stdin  io.Closer
	waits  *deadline
	killed sync.Once
}

// Start starts the process, if it does not run. The error wraps ErrStart or ErrProtocol.
func (p *Process) Start() error {
	if p.running != nil {
		return nil
	}
	ctx := p.command.Context
	if ctx == nil {
		ctx = context.Background()
	}
	cmd := exec.CommandContext(ctx, p.command.Args[0], p.command.Args[1:]...)
	cmd.Cancel = func() error { killAll(cmd.Process); return nil }
	cmd.Dir, cmd.Stderr = p.command.Dir, p.command.Stderr
	cmd.Env = p.command.Environ
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(slices.Clip(cmd.Env), "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1") // runs repeat, and leave nothing
	cmd.WaitDelay = time.Second
	apart(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStart, err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		in.Close()
		return fmt.Errorf("%w: %w", ErrStart, err)
	}
	r := &running{cmd: cmd, stdin: in}
	r.waits = newDeadline(p.command.Timeout, out, in, r.kill)
	if r.link, err = newLink(r.waits, r.waits); err != nil {
		r.end()
		return err
	}
	p.running = r
	p.latest.Store(r)
	return nil
}

// PID is the number of the process that was started last; 0: none was. It may be called from any goroutine.
func (p *Process) PID() int {
	if r := p.latest.Load(); r != nil {
		return r.cmd.Process.Pid
	}
	return 0
}

// Kill kills the process that was started last, with all that it has started. It may be called from any goroutine.
func (p *Process) Kill() {
	if r := p.latest.Load(); r != nil {
		r.kill()
	}
}

// Link is the link to the process, which is started if it does not run. It panics with what Start returns.
func (p *Process) Link(network.Host) *Link {
	if err := p.Start(); err != nil {
		panic(err)
	}
	return p.running.link
}

// Reset ends a run: the process forgets its layers. One that does not keep to the protocol, or has crashed, is ended.
func (p *Process) Reset() { _ = p.reset() }

// reset says what is wrong with a process that it has to end.
func (p *Process) reset() (err error) {
	r := p.running
	if r == nil {
		return nil
	}
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%v", value)
		}
		if err != nil {
			p.Close()
		}
	}()
	if r.link.failed != nil {
		return r.link.failed
	}
	r.link.do(callReset, layers)
	r.link.clear()
	return nil
}

// Close ends the process, if it runs, with all that it has started.
func (p *Process) Close() {
	if p.running != nil {
		p.running.end()
		p.running = nil
	}
}

// end closes the process's standard input, and kills it.
func (r *running) end() {
	r.stdin.Close()
	r.kill()
	_ = r.cmd.Wait()
}

// kill may be called from any goroutine.
func (r *running) kill() { r.killed.Do(func() { killAll(r.cmd.Process) }) }

// deadline reads from a process and writes to it, and gives it up if it lets one of both wait for too long.
type deadline struct {
	from  io.Reader
	to    io.Writer
	most  time.Duration
	timer *time.Timer
}

func newDeadline(most time.Duration, from io.Reader, to io.Writer, giveUp func()) *deadline {
	d := &deadline{from: from, to: to, most: most, timer: time.AfterFunc(time.Hour, giveUp)}
	d.timer.Stop()
	return d
}

func (d *deadline) Write(b []byte) (int, error) {
	d.timer.Reset(d.most)
	n, err := d.to.Write(b)
	d.timer.Stop()
	return n, err
}

func (d *deadline) Read(b []byte) (int, error) {
	d.timer.Reset(d.most)
	n, err := d.from.Read(b)
	d.timer.Stop()
	return n, err
}
