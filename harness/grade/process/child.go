package process

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/lab"
)

// Limits are what a child may use.
type Limits struct {
	Timeout time.Duration // of one run, in processor time
	Memory  int64         // bytes in one run
}

// ErrStart reports a child that the machine could not start: it is no fault of the code in it.
var ErrStart = errors.New("grade: a child cannot be started")

// child is one process that runs the student's code. Reports come on a pipe of its own, and so do the
// runtime's last words; what the student prints is kept, up to a bound, and never read as either.
type child struct {
	cmd     *exec.Cmd
	limits  Limits
	tasks   *pipe.Writer
	in      *os.File
	reports chan pipe.Message // closed when the child's pipe is
	printed *tail
	stack   *head
	seed    *os.File      // has the seed of the last run
	exited  chan struct{} // closed when the process is gone
}

// grace is what the child's own watchdog has beyond the timeout before we do its work.
const grace = 2 * time.Second

// start starts a child and waits until it is ready. The error is a *Crash, ctx's, or wraps ErrStart.
func start(ctx context.Context, binary string, limits Limits) (*child, error) {
	p, err := newPipes()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	nonce := rand.Text()
	c := newChild(limits, p)
	c.printed.mark = pipe.Mark(nonce)
	err = c.launch(ctx, binary, p)
	p.closeTheirs()
	if err != nil {
		p.closeOurs()
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	limitData(c.cmd.Process.Pid, limits.Memory)
	go c.read(p.answers.ours, nonce)
	go func() {
		_, _ = io.Copy(c.stack, p.stack.ours) // ends with the child
		p.stack.ours.Close()
		_ = c.cmd.Wait() // how it ended stands in ProcessState
		close(c.exited)
	}()
	// An error here shows as a child that ends before it is ready.
	_ = c.tasks.Hello(pipe.Hello{Nonce: nonce, MemoryLimit: limits.Memory})
	m, err := c.next(ctx, limits.Timeout+grace)
	if _, ready := m.Body.(pipe.Ready); err == nil && !ready {
		err = c.kill(lab.Died, "the child spoke before it was ready")
	}
	if err != nil {
		return nil, c.early(err)
	}
	return c, nil
}

// early completes the crash of a child that was never ready. The runtime had no descriptor for its last
// words yet: what happened is read off what the child printed, to be shown, and for no other use.
func (c *child) early(err error) error {
	var gone *Crash
	if errors.As(err, &gone) {
		gone.Early, gone.Printed = true, c.printed.String()
		if gone.Failure.Ending != lab.Hung {
			gone.Failure = postMortem(gone.Printed, gone.Failure.Stack, c.cmd.ProcessState).Failure
		}
	}
	return err
}

// launch starts the process. A machine that has no room for one now may have it soon.
func (c *child) launch(ctx context.Context, binary string, p *pipes) error {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		c.cmd = c.command(binary, p)
		err := c.cmd.Start()
		if err == nil {
			return nil
		}
		if pause > time.Second || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// newChild is a child that has not started.
func newChild(limits Limits, p *pipes) *child {
	return &child{limits: limits, in: p.tasks.ours, tasks: pipe.NewWriter(p.tasks.ours), reports: make(chan pipe.Message, 64),
		printed: &tail{}, seed: p.seed, stack: &head{most: headSize}, exited: make(chan struct{})}
}

// command is its process.
func (c *child) command(binary string, p *pipes) *exec.Cmd {
	cmd := exec.Command(binary)
	cmd.ExtraFiles = []*os.File{p.tasks.theirs, p.answers.theirs, p.stack.theirs, p.seed} // 3, 4, 5, 6: as package pipe has them
	cmd.Stdout, cmd.Stderr = c.printed, c.printed
	cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=single", "TZ=UTC"} // time.Unix has the machine's place
	return cmd
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

// next waits for a message; a child that ends, or says nothing for so much processor time, is gone. The
// error is a *Crash, or ctx's.
func (c *child) next(ctx context.Context, allowed time.Duration) (pipe.Message, error) {
	timer := time.NewTimer(look)
	defer timer.Stop()
	wait := newPatience(allowed)
	for {
		select {
		case m, open := <-c.reports:
			if open {
				return m, nil
			}
			return m, c.postMortem()
		case <-timer.C:
			if wait.over(c.cmd.Process.Pid) {
				return pipe.Message{}, c.kill(lab.Hung, noEnd(allowed))
			}
			timer.Reset(look)
		case <-ctx.Done():
			c.stop()
			return pipe.Message{}, ctx.Err()
		}
	}
}

// kill asks for the stack first.
func (c *child) kill(how lab.Ending, text string) *Crash {
	_ = c.cmd.Process.Signal(syscall.SIGQUIT) // may be gone already
	c.end()
	return c.withSeed(newCrash(how, text, c.stack.String()))
}

// withSeed adds to a crash the seed of the run that began last. The child is gone.
func (c *child) withSeed(crash *Crash) *Crash {
	var seed [8]byte
	if _, err := c.seed.ReadAt(seed[:], 0); err == nil { // else it was at no run
		crash.Seed = binary.BigEndian.Uint64(seed[:])
	}
	c.seed.Close()
	return crash
}

// postMortem says why a child that closed its pipe did so.
func (c *child) postMortem() *Crash {
	select {
	case <-c.exited:
	case <-time.After(time.Second):
		return c.kill(lab.Died, "the child closed its pipe")
	}
	stack := c.stack.String()
	return c.withSeed(postMortem(lastLine(c.printed.String(), stack)+"\n"+stack, stack, c.cmd.ProcessState))
}

// stop ends a child that is no longer needed.
func (c *child) stop() {
	c.in.Close()
	c.end()
	c.seed.Close()
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

// said is what a child that is gone printed during its last task, without what the runtime printed at the end.
func (c *child) said() string {
	<-c.exited
	printed, stack := c.printed.String(), c.stack.String()
	if line := lastLine(printed, stack); line != "" {
		printed = strings.TrimSuffix(strings.TrimRight(strings.TrimSuffix(printed, stack), "\n"), line)
	}
	return printed
}

// used is the processor time that a child that is gone has had.
func (c *child) used() time.Duration {
	<-c.exited
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}

// drain lets the reader end.
func (c *child) drain() {
	c.in.Close()
	for range c.reports {
	}
}
