package process

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/harness/sandbox"
)

// Limits are what a child may use. Beyond them it is in a box of package sandbox: of files it has its own executable
// and no other, and no network, where the system can see to that.
type Limits struct {
	Timeout time.Duration // of one run, in processor time
	Memory  int64         // bytes in one run
	Exec    []string      // the command that runs the student's layers; nil: they are built into the child
	Glass   string        // a directory with these layers as WebAssembly, as Build makes it; empty: they are built in
	Layer   string        // whose scenarios alone the child has, as Build made it; empty: it has those of all
}

// ErrStart reports a child that the machine could not start: it is no fault of the code in it.
var ErrStart = errors.New("grade: a child cannot be started")

// ErrVersion reports a child that has other scenarios, steps or messages than this program: its tree is of another
// version, and a grade would be wrong.
var ErrVersion = errors.New("this strata is of another version than the workshop that it grades with")

// child is one process that runs the student's code. Reports come on a pipe of its own, and so do the
// runtime's last words; what the student prints is kept, up to a bound, and never read as either.
type child struct {
	cmd     *sandbox.Cmd
	limits  Limits
	tasks   *pipe.Writer
	in      *os.File
	reports chan pipe.Message // closed when the child's pipe is
	printed *tail
	stack   *head
	seed    *os.File      // has the seed of the last run
	exited  chan struct{} // closed when the process is gone, and all that it printed is read
	gone    sandbox.End   // how it ended, once it is gone
}

// grace is what the child's own watchdog has beyond the timeout before we do its work.
const grace = 2 * time.Second

// start starts a child and waits until it is ready. early is one that stands by; nil: none does. The error is a *Crash,
// ctx's, ErrVersion, or wraps ErrStart.
func start(ctx context.Context, binary string, limits Limits, early *standby) (*child, error) {
	if early == nil {
		var err error
		if early, err = newStandby(limits); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrStart, err)
		}
	}
	c, p, nonce := early.child, early.pipes, early.nonce
	c.limits = limits
	err := c.launch(ctx, binary, p)
	p.closeTheirs()
	if err != nil {
		p.closeOurs()
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	go c.read(p.answers.ours, nonce)
	go func() {
		_, _ = io.Copy(c.stack, p.stack.ours) // ends with the child
		p.stack.ours.Close()
		c.gone = c.cmd.Wait()
		close(c.exited)
	}()
	// An error here shows as a child that ends before it is ready.
	greeting := hello(nonce, limits)
	if p.pagemap.ours != nil {
		greeting.Pagemap = true
		go showPagemap(p.pagemap.ours) // ends with the child
	}
	_ = c.tasks.Hello(greeting)
	m, err := c.next(ctx, limits.Timeout+grace)
	ready, is := m.Body.(pipe.Ready)
	if err == nil && !is {
		err = c.kill(lab.Died, "the child spoke before it was ready")
	}
	if err != nil {
		return nil, c.early(err)
	}
	if ready.Fingerprint != fingerprint(limits.Layer) {
		c.stop()
		return nil, ErrVersion
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
			gone.Failure = postMortem(gone.Printed, gone.Failure.Stack, c.gone).Failure
		}
	}
	return err
}

// hello greets a child. Only one that starts a command of the student's gets our environment.
func hello(nonce string, limits Limits) pipe.Hello {
	h := pipe.Hello{Nonce: nonce, MemoryLimit: limits.Memory, Exec: limits.Exec, Glass: limits.Glass}
	if h.Exec != nil {
		h.Environ = os.Environ()
	}
	return h
}

// launch starts the process. A machine that has no room for one now may have it soon.
func (c *child) launch(ctx context.Context, binary string, p *pipes) error {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		c.cmd.Path, c.cmd.Args = binary, []string{binary}
		err := c.cmd.Start()
		if err == nil {
			return nil
		}
		if _, missing := os.Stat(binary); missing != nil || pause > time.Second {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
		c.cmd = c.command(p)
	}
}

// newChild is a child that has not started.
func newChild(limits Limits, p *pipes) *child {
	return &child{limits: limits, in: p.tasks.ours, tasks: pipe.NewWriter(p.tasks.ours),
		reports: make(chan pipe.Message, 64),
		printed: &tail{}, seed: p.seed, stack: &head{most: headSize}, exited: make(chan struct{})}
}

// rarely is how often the supervisor of a child looks at it: the child is one process, which its own limit bounds, and
// looks cost.
const rarely = time.Second

// mostWritten is the largest file that a child may write, in bytes: it writes none but that of the seed.
const mostWritten = 1 << 20

// mostKept is that of a child whose layers are behind glass, which keeps what a room begins with in a file of memory.
const mostKept = 64 << 20

// command is its process. The box has a child's memory limited from its first moments on: package variables are
// set before the child can do so itself. It is closed unless it has to start a command of the student's, which is
// run with the student's own rights; that command ends with the box all the same.
func (c *child) command(p *pipes) *sandbox.Cmd {
	box := sandbox.Box{Memory: 2 * c.limits.Memory, FileSize: mostWritten, Look: rarely, Closed: c.limits.Exec == nil}
	if c.limits.Glass != "" {
		box.Read, box.FileSize = []string{c.limits.Glass}, mostKept
		box.Memory *= pipe.GlassMemory
	}
	cmd := sandbox.Command(box, "") // launch says which
	// 3, 4, 5, 6, 7: as package pipe has them.
	cmd.ExtraFiles = []*os.File{p.tasks.theirs, p.answers.theirs, p.stack.theirs, p.seed}
	if p.pagemap.theirs != nil {
		cmd.ExtraFiles = append(cmd.ExtraFiles, p.pagemap.theirs)
	}
	cmd.Stdout, cmd.Stderr = c.printed, c.printed
	processors := 1
	if c.limits.Glass != "" {
		processors = 2 // WebAssembly never yields: the watchdog needs one of its own
	}
	cmd.Env = []string{fmt.Sprintf("GOMAXPROCS=%d", processors), "GOTRACEBACK=single", "TZ=UTC"} // time.Unix has the machine's place
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
	wait := newPatience(allowed, c.cmd.CPU)
	for {
		select {
		case m, open := <-c.reports:
			if open {
				return m, nil
			}
			return m, c.postMortem()
		case <-timer.C:
			if wait.over() {
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
	c.cmd.Quit()
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
	if !c.leaves() {
		return c.kill(lab.Died, "the child closed its pipe")
	}
	stack := c.stack.String()
	return c.withSeed(postMortem(lastLine(c.printed.String(), stack)+"\n"+stack, stack, c.gone))
}

// stop ends a child that is no longer needed: one that does nothing goes at once.
func (c *child) stop() {
	c.in.Close()
	select {
	case <-c.exited:
	case <-time.After(time.Second):
	}
	c.finish()
	c.seed.Close()
}

// end waits until the child has gone by itself, as long as that can take, and then gives it no choice.
func (c *child) end() {
	c.leaves()
	c.finish()
}

// leaves waits for a child that is about to go. False: it does not.
func (c *child) leaves() bool { return newPatience(time.Second, c.cmd.CPU).until(c.exited, nil) }

// finish sees to it that the child is gone.
func (c *child) finish() {
	c.cmd.Kill()
	<-c.exited
	c.drain()
}

// printedDuring is what the child printed during its n-th task, which it has answered. The mark behind that was
// printed before the answer was sent: it is there as soon as whoever copies it gets to run.
func (c *child) printedDuring(n int) string {
	newPatience(time.Second, c.cmd.CPU).until(c.printed.reached(n), c.exited)
	return c.printed.of(n)
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
	return c.gone.CPU
}

// drain lets the reader end.
func (c *child) drain() {
	c.in.Close()
	for range c.reports {
	}
}
