// Package apart opens the layers that a child of the grader does not have built in: those behind glass, and those that a
// command of the student's runs. A child that needs neither is linked without it.
package apart

import (
	"os"
	"time"

	"strata/harness/boundary"
	"strata/harness/boundary/glass"
	"strata/harness/grade/pipe"
	"strata/harness/grade/runner"
	"strata/ledgers/electives"
)

// foreignTimeout is real time, which a busy machine may need for little: the grader counts processor time besides.
const foreignTimeout = 2 * time.Minute

// Open finds the layers that a greeting names; nil: they are built in. The error says what is wrong with those that are
// WebAssembly.
func Open(hello pipe.Hello) (*runner.Apart, error) {
	switch {
	case hello.Glass != "":
		opt := glass.Options{Printed: os.Stdout}
		if hello.Pagemap {
			opt.Pagemap = glass.AskPagemap(pipe.PagemapFD)
		}
		engine, err := glass.Open(hello.Glass, opt)
		if err != nil {
			return nil, err
		}
		return &runner.Apart{Stack: stackOf(engine), Reset: engine.Reset, Order: engine.Order, Kept: keptInRooms}, nil
	case len(hello.Exec) > 0:
		p := boundary.NewProcess(boundary.Command{Args: hello.Exec, Environ: hello.Environ, Stderr: os.Stderr,
			Timeout: foreignTimeout})
		return &runner.Apart{Stack: stackOf(p), Reset: p.Reset, Process: p, Kept: keptInProcess}, nil
	}
	return nil, nil
}

// stackOf is the stack of the layers on a side of the boundary.
func stackOf(side boundary.Side) electives.Stack { return boundary.Stack(side) }

// How many nodes an exploration keeps: a process never forgets one, and a room is used again.
const (
	keptInProcess = 4
	keptInRooms   = 32
)
