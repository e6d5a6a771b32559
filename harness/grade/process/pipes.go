package process

import (
	"errors"
	"os"
)

// conduit is a pipe between us and a child.
type conduit struct{ ours, theirs *os.File }

// pipes are those of one child.
type pipes struct {
	tasks, answers, stack conduit
	pagemap               conduit  // empty if the child's layers are not behind glass, or the system has no pagemaps
	seed                  *os.File // a file without a name, that both have
}

// newPipes opens them. If one cannot be opened, none is.
func newPipes(glass bool) (*pipes, error) {
	p := &pipes{}
	var faults [5]error
	p.tasks.theirs, p.tasks.ours, faults[0] = os.Pipe()
	p.answers.ours, p.answers.theirs, faults[1] = os.Pipe()
	p.stack.ours, p.stack.theirs, faults[2] = os.Pipe()
	p.seed, faults[3] = nameless()
	if glass {
		p.pagemap.ours, p.pagemap.theirs, faults[4] = newPagemap()
	}
	if err := errors.Join(faults[:]...); err != nil {
		p.closeTheirs()
		p.closeOurs()
		return nil, err
	}
	return p, nil
}

// closeTheirs closes the child's ends: it has its own of them.
func (p *pipes) closeTheirs() {
	for _, c := range []conduit{p.tasks, p.answers, p.stack, p.pagemap} {
		c.theirs.Close() // of nil it is an error, and no more
	}
}

func (p *pipes) closeOurs() {
	for _, c := range []conduit{p.tasks, p.answers, p.stack, p.pagemap} {
		c.ours.Close()
	}
	p.seed.Close()
}

// nameless is a file that goes with whoever has it open.
func nameless() (*os.File, error) {
	file, err := os.CreateTemp("", "strata-seed-")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}
