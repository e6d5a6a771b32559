package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Box is what a program may use. Zero fields mean no bound.
type Box struct {
	Memory   int64         // bytes that all its processes may hold together; each may map a quarter of a GiB more
	CPU      time.Duration // processor time of all its processes together
	Wall     time.Duration // real time from the start
	FileSize int64         // bytes of the largest file that it may write
	Look     time.Duration // between two looks at what all its processes use together; 0 means 50 ms

	// Closed keeps it from all files but its own executable and those below Read and Write, and from the
	// network. Where the system has nothing to that end it runs all the same: Held says so.
	Closed bool
	Read   []string
	Write  []string
}

// Cmd is a program that is about to run, or runs. The fields are those of exec.Cmd.
type Cmd struct {
	Path       string // resolved: Start looks nothing up
	Args       []string
	Dir        string
	Env        []string // nil: none at all; of two values of one name the last counts, as in package exec
	Stdin      io.Reader
	Stdout     io.Writer
	Stderr     io.Writer
	ExtraFiles []*os.File // Unix only: the program's descriptors from 3 on

	box      Box
	prepared *running // waits to be told what the program is; nil: nothing does
	run      *running
}

// Command is a program with its arguments; path has to name a file, not a word to look up.
func Command(box Box, path string, args ...string) *Cmd {
	return &Cmd{Path: path, Args: append([]string{path}, args...), box: box}
}

// Prepare starts what Start would have to start before the program itself, so that Start takes less time. Standard
// streams and ExtraFiles are taken as they are now, all else as it is when Start is called. What is prepared is started, or
// abandoned. Where nothing comes before the program it does nothing. The error wraps ErrStart.
func (c *Cmd) Prepare() error {
	run, err := prepare(c)
	if err != nil {
		return fmt.Errorf("sandbox: %w: %w", ErrStart, err)
	}
	c.prepared = run
	return nil
}

// Abandon ends what was prepared and not started. If there is nothing of that kind it does nothing.
func (c *Cmd) Abandon() {
	if c.prepared != nil {
		c.prepared.kill()
		c.prepared.wait()
		c.prepared = nil
	}
}

// ErrStart reports a program that could not be started: there is none, or the system has no room for it.
var ErrStart = errors.New("cannot be started")

// Start returns once the program runs in its box. The error wraps ErrStart.
func (c *Cmd) Start() error {
	if c.run != nil {
		return fmt.Errorf("sandbox: %s %w: it was started before", c.Path, ErrStart)
	}
	run, err := start(c)
	if err != nil {
		return fmt.Errorf("sandbox: %s %w: %w", c.Path, ErrStart, err)
	}
	c.run = run
	return nil
}

// Wait returns when the program and everything that it started are gone. Call it once.
func (c *Cmd) Wait() End { return c.run.wait() }

// Kill ends the program and everything that it started. Killing what is gone does nothing.
func (c *Cmd) Kill() { c.run.kill() }

// Quit asks the program for its goroutines' stacks and its end, by SIGQUIT; where there is no such
// signal it kills.
func (c *Cmd) Quit() { c.run.quit() }

// Held is what holds the program, once Start has returned.
func (c *Cmd) Held() Held { return c.run.held }

// CPU is the processor time that the program and all that it started have had so far, and whether that can be
// known: on Linux, while the program runs.
func (c *Cmd) CPU() (time.Duration, bool) { return c.run.cpu() }

// Run starts the program and waits for its end, which comes at the latest with that of ctx. The error
// is that of Start, or that of ctx.
func (c *Cmd) Run(ctx context.Context) (End, error) {
	if err := ctx.Err(); err != nil {
		return End{}, err
	}
	if err := c.Start(); err != nil {
		return End{}, err
	}
	defer context.AfterFunc(ctx, c.Kill)()
	end := c.Wait()
	return end, ctx.Err()
}

// Cause is what ended a program.
type Cause string

// The causes.
const (
	Exited      Cause = "exited"                   // by itself, also by a panic
	Signalled   Cause = "was ended by a signal"    // of its own, or of somebody outside
	OutOfMemory Cause = "used too much memory"     // Box.Memory
	OutOfCPU    Cause = "used too much processor"  // Box.CPU
	OutOfTime   Cause = "did not end in time"      // Box.Wall
	FileTooBig  Cause = "wrote too large a file"   // Box.FileSize
	Killed      Cause = "was killed by its grader" // Kill, or the end of this program
)

// End is how a program ended.
type End struct {
	Cause  Cause
	Code   int            // the exit status, if it exited
	Signal syscall.Signal // that ended it, if one did
	CPU    time.Duration  // of all its processes, as far as it was seen
	Memory int64          // bytes that they held together at the most, as far as it was seen
	Held   Held
}

// OK says whether the program ended by itself and well.
func (e End) OK() bool { return e.Cause == Exited && e.Code == 0 }

// String is the end in words.
func (e End) String() string {
	switch e.Cause {
	case Exited:
		return fmt.Sprintf("exit status %d", e.Code)
	case Signalled:
		return fmt.Sprintf("%s: %v", e.Cause, e.Signal)
	}
	return string(e.Cause)
}

// Held is what held the program.
type Held struct {
	Files  string // what kept it from files and network: Bubblewrap, Landlock, or nothing
	Limits []string
}

// What can keep a program from files and the network.
const (
	Bubblewrap = "bubblewrap"
	Landlock   = "landlock"
)

// String is a line for a report.
func (h Held) String() string {
	all := slices.Clone(h.Limits)
	if h.Files != "" {
		all = slices.Insert(all, 0, h.Files)
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, ", ")
}

// limits names the bounds that a box has, of those that the system knows.
func (b Box) limits(known ...string) (all []string) {
	for _, one := range []struct {
		name string
		set  bool
	}{
		{"memory", b.Memory > 0}, {"processor time", b.CPU > 0}, {"time", b.Wall > 0}, {"file size", b.FileSize > 0},
	} {
		if one.set && slices.Contains(known, one.name) {
			all = append(all, "limit of "+one.name)
		}
	}
	return all
}
