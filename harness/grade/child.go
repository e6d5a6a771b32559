package grade

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/lab"
)

// child is one process that runs the student's code. Verdicts come on a pipe of its own; what the
// student prints is kept, up to a bound, and never read as one.
type child struct {
	cmd      *exec.Cmd
	jobs     *json.Encoder
	in       *os.File
	messages chan pipe.Message // closed when the child's pipe is
	printed  *tail
	exited   chan struct{} // closed when the process is gone
}

// start starts a child and waits until it is ready.
func start(binary string, opt Options) (*child, *crash) {
	jobsR, jobsW, err := os.Pipe()
	if err != nil {
		return nil, &crash{ending: lab.Died, reason: err.Error()}
	}
	verdictsR, verdictsW, err := os.Pipe()
	if err != nil {
		jobsR.Close()
		jobsW.Close()
		return nil, &crash{ending: lab.Died, reason: err.Error()}
	}
	c := newChild(binary, jobsR, jobsW, verdictsW)
	err = c.cmd.Start()
	jobsR.Close()
	verdictsW.Close()
	if err != nil {
		jobsW.Close()
		verdictsR.Close()
		return nil, &crash{ending: lab.Died, reason: err.Error()}
	}
	limitData(c.cmd.Process.Pid, opt.MemoryLimit)
	nonce := rand.Text()
	go c.read(verdictsR, nonce)
	go func() {
		_ = c.cmd.Wait() // how it ended stands in ProcessState
		close(c.exited)
	}()
	// An error here shows as a child that ends before it is ready.
	_ = c.jobs.Encode(pipe.Hello{Nonce: nonce, MemoryLimit: opt.MemoryLimit})
	m, gone := c.next(opt.Timeout + grace)
	if gone == nil && m.Kind != pipe.Ready {
		gone = c.kill(lab.Died, "the child spoke before it was ready")
	}
	if gone != nil {
		return nil, gone
	}
	return c, nil
}

// newChild is a process that has not started.
func newChild(binary string, jobsR, jobsW, verdictsW *os.File) *child {
	c := &child{in: jobsW, jobs: json.NewEncoder(jobsW), messages: make(chan pipe.Message, 64), printed: &tail{}, exited: make(chan struct{})}
	c.cmd = exec.Command(binary)
	c.cmd.ExtraFiles = []*os.File{jobsR, verdictsW}
	c.cmd.Stdout, c.cmd.Stderr = c.printed, c.printed
	c.cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=single", "TZ=UTC"} // time.Unix has the machine's place
	return c
}

// grace is what the child's own watchdog has beyond the timeout before we do its work.
const grace = 2 * time.Second

// read passes on the messages that carry the nonce.
func (c *child) read(from *os.File, nonce string) {
	defer close(c.messages)
	defer from.Close()
	dec := json.NewDecoder(bufio.NewReader(from))
	for {
		var m pipe.Message
		if dec.Decode(&m) != nil {
			return
		}
		if m.Nonce == nonce {
			c.messages <- m
		}
	}
}

// crash is the end of a child before its job's.
type crash struct {
	ending lab.Ending
	reason string
	stack  string
}

// failure is that of the run that took the child with it.
func (c *crash) failure() *lab.Failure {
	return &lab.Failure{Ending: c.ending, Text: c.reason, Frame: c.frame(), Stack: c.stack}
}

// next waits for a message; a child that ends or says nothing for too long is gone.
func (c *child) next(timeout time.Duration) (pipe.Message, *crash) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case m, open := <-c.messages:
		if open {
			return m, nil
		}
		return m, c.postMortem()
	case <-timer.C:
		return pipe.Message{}, c.kill(lab.Hung, fmt.Sprintf("no end within %v", timeout))
	}
}

// kill asks for the stack first.
func (c *child) kill(ending lab.Ending, reason string) *crash {
	_ = c.cmd.Process.Signal(syscall.SIGQUIT) // may be gone already
	c.end()
	return &crash{ending: ending, reason: reason, stack: c.printed.String()}
}

// postMortem says why a child that closed its pipe did so.
func (c *child) postMortem() *crash {
	select {
	case <-c.exited:
	case <-time.After(time.Second):
		return c.kill(lab.Died, "the child closed its pipe")
	}
	stack := c.printed.String()
	ending, cause := causeOf(stack, c.cmd.ProcessState)
	return &crash{ending: ending, reason: cause, stack: stack}
}

// causeOf puts the runtime's last words into plain ones: it says in no other way what it ended for.
func causeOf(stack string, state *os.ProcessState) (lab.Ending, string) {
	for _, known := range []struct {
		words  string
		ending lab.Ending
		cause  string
	}{
		{"stack overflow", lab.Died, "stack overflow: a recursion without end"},
		{"stack exceeds", lab.Died, "stack overflow: a recursion without end"},
		{"out of memory", lab.OutOfMemory, "out of memory"},
		{"cannot allocate memory", lab.OutOfMemory, "out of memory"},
		{"makeslice: len out of range", lab.OutOfMemory, "out of memory: a slice of impossible size"},
	} {
		if strings.Contains(stack, known.words) {
			return known.ending, known.cause
		}
	}
	for _, line := range strings.Split(stack, "\n") {
		if strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "panic: ") {
			return lab.Died, line
		}
	}
	return lab.Died, "the process ended: " + state.String()
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
	for range c.messages {
	}
}

// frame is where in the student's layers the child was.
func (c *crash) frame() string { return lab.Frame(c.stack) }

// tail keeps the last 30 kB that are written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 30 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if len(t.text) > 2*tailSize {
		t.text = append(t.text[:0], t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// reset forgets what was written so far.
func (t *tail) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = t.text[:0]
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text[max(0, len(t.text)-tailSize):])
}

var _ io.Writer = (*tail)(nil)
