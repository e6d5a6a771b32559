package real

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"

	"strata/harness/nets/run"
	"strata/network"
)

// process is a node's process in its namespace.
type process struct {
	node   int
	addr   network.Addr
	tun    *os.File
	cmd    *exec.Cmd
	orders io.WriteCloser // its standard input; closed: it is to end
	log    tail
	ended  chan struct{} // closed when the process is gone
	err    error         // of its end; not before
	done   bool          // it was told to end, or killed by a fault; the run's goroutine alone uses it
}

// report is something that a process wrote.
type report struct {
	node  int
	told  run.Told
	ready bool
	err   error // it wrote something else
}

// begin starts the process of a node. What it writes goes to reports until the process is gone. ctx kills it.
func begin(ctx context.Context, cfg Config, o order, addr network.Addr, reports func(report)) (*process, error) {
	p := &process{node: o.Node, addr: addr, ended: make(chan struct{})}
	started := make(chan error)
	go p.run(ctx, cfg, reports, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("node %d (%s): %w", p.node, addr, err)
	}
	return p, p.say(o)
}

// run makes the namespace, starts the process in it and waits for its end, all on one thread: the kernel kills the process
// when the thread that started it ends, as it does when this program is killed.
func (p *process) run(ctx context.Context, cfg Config, reports func(report), started chan<- error) {
	var err error
	if p.tun, err = enter(p.addr, cmp.Or(cfg.Congestion, Reno)); err != nil {
		started <- err
		return
	}
	p.cmd = exec.CommandContext(ctx, cfg.Program[0], cfg.Program[1:]...)
	p.cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p.cmd.Stdout = &lineWriter{each: func(text []byte) {
		told, ready, err := parseLine(text)
		reports(report{p.node, told, ready, err})
	}}
	p.cmd.Stderr = &lineWriter{each: p.log.add}
	p.cmd.WaitDelay = time.Second
	if p.orders, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	started <- err
	if err != nil {
		p.tun.Close()
		return
	}
	p.err = p.cmd.Wait()
	close(p.ended)
}

// say writes a line to the process. One that reads no longer is noticed by its end.
func (p *process) say(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("real: %w", err)
	}
	if _, err := p.orders.Write(append(text, '\n')); err != nil && !errors.Is(err, syscall.EPIPE) {
		return fmt.Errorf("node %d (%s): %w", p.node, p.addr, err)
	}
	return nil
}

// end tells the process to end, and kills it if it has not by then. It waits until the process and its device are gone.
func (p *process) end(within time.Duration) {
	p.done = true
	p.orders.Close()
	_ = p.cmd.Process.Signal(syscall.SIGCONT) // if a fault has stopped it
	select {
	case <-p.ended:
	case <-time.After(within):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	p.tun.Close()
}

// dead is the error of a process that ended by itself.
func (p *process) dead() error {
	err := p.err
	if err == nil {
		err = errors.New("exit status 0")
	}
	return &DeadError{p.node, p.addr, err, p.log.last()}
}

// tail keeps the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

// kept is how many lines a tail has, and widest how long they are.
const (
	kept   = 10
	widest = 400
)

func (t *tail) add(text []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines[max(0, len(t.lines)-kept+1):], string(text[:min(len(text), widest)]))
}

func (t *tail) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lines)
}

// lineWriter hands on what is written to it line by line; the lines are the writer's own. The last one may lack its end.
type lineWriter struct {
	each func(text []byte)
	rest []byte
}

// longestLine is more than any line of a node: what is longer comes in parts.
const longestLine = 1 << 20

// Write is io.Writer's.
func (w *lineWriter) Write(b []byte) (int, error) {
	w.rest = append(w.rest, b...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 && len(w.rest) < longestLine {
			return len(b), nil
		}
		if i < 0 {
			i = len(w.rest) - 1
		}
		w.each(bytes.TrimSuffix(w.rest[:i+1], []byte("\n")))
		w.rest = w.rest[i+1:]
	}
}
