//go:build unix

package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// order is what the supervisor is to do.
type order struct {
	Box   Box
	Path  string
	Args  []string
	Dir   string
	Env   []string
	Extra int    // descriptors from 3 on that are the program's
	Bwrap string // the path of bubblewrap, if that is to be used
}

// report is what the supervisor says: that the program runs, or why not, and later how it ended.
type report struct {
	Error string `json:",omitempty"`
	Held  Held
	End   *End `json:",omitempty"`
}

// running is a program under its supervisor.
type running struct {
	cmd      *exec.Cmd
	lifeline *os.File
	status   *json.Decoder
	close    io.Closer
	held     Held
	once     sync.Once
	over     chan struct{} // closed when the supervisor has been waited for
}

// drainTime is how long what was printed is read after the supervisor has gone, should somebody still hold the
// pipe: far longer than it takes to read a full one, also on a machine that has much else to do.
const drainTime = 20 * time.Second

// What may go over the lifeline after the order. Its end means kill.
const quitWord = 'q'

// start has the supervisor start the program: the one that was prepared, or another.
func start(c *Cmd) (r *running, err error) {
	if r = c.prepared; r == nil {
		if r, err = prepare(c); err != nil {
			return nil, err
		}
	}
	c.prepared = nil
	if err := r.launch(c.order()); err != nil {
		r.wait()
		return nil, err
	}
	return r, nil
}

// prepare starts the supervisor.
func prepare(c *Cmd) (*running, error) {
	path, err := self()
	if err != nil {
		return nil, err
	}
	lifeR, lifeW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	statusR, statusW, err := os.Pipe()
	if err != nil {
		lifeR.Close()
		lifeW.Close()
		return nil, err
	}
	r := &running{lifeline: lifeW, status: json.NewDecoder(statusR), close: statusR, over: make(chan struct{})}
	r.cmd = supervisorOf(c, path, lifeR, statusW)
	err = r.cmd.Start()
	lifeR.Close()
	statusW.Close()
	if err != nil {
		lifeW.Close()
		statusR.Close()
		return nil, err
	}
	return r, nil
}

// launch has the supervisor start the program. The error says why it does not run.
func (r *running) launch(o order) error {
	var up report
	err := json.NewEncoder(r.lifeline).Encode(o)
	if err == nil {
		err = r.status.Decode(&up)
	}
	switch {
	case err != nil:
		return fmt.Errorf("its supervisor is gone: %w", err)
	case up.Error != "":
		return errors.New(up.Error)
	}
	r.held = up.Held
	return nil
}

// supervisorOf is this executable as the program's supervisor, in a process group of its own, so that
// what a terminal sends does not reach it.
func supervisorOf(c *Cmd, path string, lifeR, statusW *os.File) *exec.Cmd {
	first := 3 + len(c.ExtraFiles)
	cmd := &exec.Cmd{
		Path: path, Args: []string{path, taskPrefix + "supervise", strconv.Itoa(first), strconv.Itoa(first + 1)},
		Env:   []string{"GOMAXPROCS=2", "GOTRACEBACK=single", "GORACE=" + os.Getenv("GORACE")},
		Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr,
		ExtraFiles:  append(append([]*os.File(nil), c.ExtraFiles...), lifeR, statusW),
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
		WaitDelay:   drainTime,
	}
	return cmd
}

// lastValues is the environment with each name once. A program of Go's would take the first value.
func lastValues(env []string) []string { return (&exec.Cmd{Env: append([]string{}, env...)}).Environ() }

// order is the program as the supervisor is told it.
func (c *Cmd) order() order {
	o := order{Box: c.box, Path: c.Path, Args: c.Args, Dir: c.Dir, Env: lastValues(c.Env), Extra: len(c.ExtraFiles)}
	if c.box.Closed {
		o.Bwrap = bwrap()
	}
	return o
}

// wait waits for the supervisor's word, and its end.
func (r *running) wait() End {
	var last report
	for {
		var next report
		if r.status.Decode(&next) != nil {
			break
		}
		last = next
	}
	r.close.Close()
	r.kill() // the lifeline is not needed anymore
	_ = r.cmd.Wait()
	close(r.over)
	if last.End == nil { // somebody killed the supervisor: its program has died with it
		return End{Cause: Killed, Held: last.Held}
	}
	return *last.End
}

// kill breaks the lifeline. A supervisor that does not answer is killed itself.
func (r *running) kill() {
	r.once.Do(func() {
		r.lifeline.Close()
		time.AfterFunc(killTime+time.Second, func() {
			select {
			case <-r.over:
			default:
				_ = r.cmd.Process.Kill()
			}
		})
	})
}

// cpu looks at what the supervisor has started.
func (r *running) cpu() (time.Duration, bool) {
	_, used, known := usage(r.cmd.Process.Pid)
	return used, known
}

// quit has the supervisor pass on a SIGQUIT.
func (r *running) quit() { _, _ = r.lifeline.Write([]byte{quitWord}) } // an error: it is gone
