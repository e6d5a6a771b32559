package process

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"syscall"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/lab"
)

// Limits are what a child may use.
type Limits struct {
	Timeout time.Duration // of one run, in real time
	Memory  int64         // bytes in one run
}

// child is one process that runs the student's code. Reports come on a pipe of its own; what the
// student prints is kept, up to a bound, and never read as one.
type child struct {
	cmd     *exec.Cmd
	limits  Limits
	tasks   *pipe.Writer
	in      *os.File
	reports chan pipe.Message // closed when the child's pipe is
	printed *tail
	exited  chan struct{} // closed when the process is gone
}

// grace is what the child's own watchdog has beyond the timeout before we do its work.
const grace = 2 * time.Second

// start starts a child and waits until it is ready. The error is a *Crash, or ctx's.
func start(ctx context.Context, binary string, limits Limits) (*child, error) {
	tasksR, tasksW, err := os.Pipe()
	if err != nil {
		return nil, notStarted(err)
	}
	answersR, answersW, err := os.Pipe()
	if err != nil {
		tasksR.Close()
		tasksW.Close()
		return nil, notStarted(err)
	}
	c := newChild(binary, limits, tasksR, tasksW, answersW)
	err = c.cmd.Start()
	tasksR.Close()
	answersW.Close()
	if err != nil {
		tasksW.Close()
		answersR.Close()
		return nil, notStarted(err)
	}
	limitData(c.cmd.Process.Pid, limits.Memory)
	nonce := rand.Text()
	go c.read(answersR, nonce)
	go func() {
		_ = c.cmd.Wait() // how it ended stands in ProcessState
		close(c.exited)
	}()
	// An error here shows as a child that ends before it is ready.
	_ = c.tasks.Hello(pipe.Hello{Nonce: nonce, MemoryLimit: limits.Memory})
	m, err := c.next(ctx, limits.Timeout+grace)
	if err != nil {
		return nil, err
	}
	if _, ready := m.Body.(pipe.Ready); !ready {
		return nil, c.kill(lab.Died, "the child spoke before it was ready")
	}
	return c, nil
}

// newChild is a process that has not started.
func newChild(binary string, limits Limits, tasksR, tasksW, answersW *os.File) *child {
	c := &child{limits: limits, in: tasksW, tasks: pipe.NewWriter(tasksW), reports: make(chan pipe.Message, 64),
		printed: &tail{}, exited: make(chan struct{})}
	c.cmd = exec.Command(binary)
	c.cmd.ExtraFiles = []*os.File{tasksR, answersW}
	c.cmd.Stdout, c.cmd.Stderr = c.printed, c.printed
	c.cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=single", "TZ=UTC"} // time.Unix has the machine's place
	return c
}

// read passes on the messages that carry the nonce, until there is no reading on.
func (c *child) read(from *os.File, nonce string) {
	defer close(c.reports)
	defer from.Close()
	in := pipe.NewReader(from)
	for {
		m, err := in.Message()
		if err != nil {
			return
		}
		if m.Nonce == nonce {
			c.reports <- m
		}
	}
}

// next waits for a message; a child that ends or says nothing for too long is gone. The error is a
// *Crash, or ctx's.
func (c *child) next(ctx context.Context, timeout time.Duration) (pipe.Message, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case m, open := <-c.reports:
		if open {
			return m, nil
		}
		return m, c.postMortem()
	case <-timer.C:
		return pipe.Message{}, c.kill(lab.Hung, noEnd(timeout))
	case <-ctx.Done():
		c.stop()
		return pipe.Message{}, ctx.Err()
	}
}

// kill asks for the stack first.
func (c *child) kill(how lab.Ending, text string) *Crash {
	_ = c.cmd.Process.Signal(syscall.SIGQUIT) // may be gone already
	c.end()
	return newCrash(how, text, c.printed.String())
}

// postMortem says why a child that closed its pipe did so.
func (c *child) postMortem() *Crash {
	select {
	case <-c.exited:
	case <-time.After(time.Second):
		return c.kill(lab.Died, "the child closed its pipe")
	}
	stack := c.printed.String()
	how, text := causeOf(stack, c.cmd.ProcessState)
	return newCrash(how, text, stack)
}

// stop ends a child that is not needed any more.
func (c *child) stop() {
	c.in.Close()
	c.end()
}

// end gives the child a second to go by itself, and then no choice.
func (c *child) end() {
	select {
	case <-c.exited:
	case <-time.After(time.Second):
		_ = c.cmd.Process.Kill()
		<-c.exited
	}
	c.drain()
}

// drain lets the reader end.
func (c *child) drain() {
	c.in.Close()
	for range c.reports {
	}
}
