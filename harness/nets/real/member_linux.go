package real

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/sys/unix"

	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
	"strata/node/process/tcphost"
)

// Serve is the process of one node. It reads what it is from in, tells on out what happens there, and runs until in ends.
// stacks brings the layers that it runs. Errors: it cannot start; a panic of its code, as *tcphost.PanicError.
func Serve(in io.Reader, out, log io.Writer, stacks func(names []string) (map[string]electives.Stack, error)) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	var o order
	if err := next(lines, &o); err != nil {
		return err
	}
	job, err := o.job(stacks)
	if err != nil {
		return err
	}
	w := &writer{to: json.NewEncoder(out)}
	w.write(line{Kind: ready})
	var s start
	if err := next(lines, &s); errors.Is(err, io.EOF) {
		return nil // there will be no run
	} else if err != nil {
		return err
	}
	began := time.Now().Add(time.Duration(s.Began) - monotonic())
	return live(job, o.Node, began, w, log, lines)
}

// live runs the node until no more lines come.
func live(job run.Job, node int, began time.Time, w *writer, log io.Writer, lines *bufio.Scanner) error {
	m, err := run.NewMember(job, node, began, func(t run.Told) { w.write(lineOf(t)) })
	if err != nil {
		return err
	}
	loop := tcphost.NewLoop(tcphost.LoopConfig{Log: slog.NewTextHandler(log, nil)})
	host := loop.Host(m.Addr())
	time.Sleep(time.Until(began))
	if !loop.Do(func() { m.Boot(host) }) {
		return loop.Err()
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		for lines.Scan() {
		}
	}()
	select {
	case <-over:
		loop.Do(m.Stop)
		loop.Close()
	case <-loop.Done():
	}
	return errors.Join(loop.Err(), w.err)
}

// job is the run that the order is about.
func (o order) job(stacks func([]string) (map[string]electives.Stack, error)) (job run.Job, err error) {
	f, err := spec.Read("order", []byte(o.Spec))
	if err != nil {
		return job, err
	}
	job = run.Job{Spec: f.Spec, Dir: o.Dir, Seed: o.Seed}
	job.Stacks, err = stacks(f.StackNames())
	return job, err
}

// orderOf is the order for a node of a job.
func orderOf(job run.Job, node int) (order, error) {
	text, err := toml.Marshal(job.Spec.Essence())
	if err != nil {
		return order{}, fmt.Errorf("real: %w", err)
	}
	return order{Spec: string(text), Dir: job.Dir, Seed: job.Seed, Node: node}, nil
}

// next reads a line. Error: io.EOF, and that it is not understood.
func next(lines *bufio.Scanner, into any) error {
	if !lines.Scan() {
		return errors.Join(io.EOF, lines.Err())
	}
	if err := json.Unmarshal(lines.Bytes(), into); err != nil {
		return fmt.Errorf("no order for a node: %w", err)
	}
	return nil
}

// monotonic is the clock that all processes of this machine share.
func monotonic() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		panic("real: no monotonic clock: " + err.Error()) // every Linux has one
	}
	return time.Duration(t.Nano())
}

// writer writes lines. It may be used by several goroutines.
type writer struct {
	mu  sync.Mutex
	to  *json.Encoder
	err error // the first
}

func (w *writer) write(l line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errors.Join(w.err, w.to.Encode(l))
}
