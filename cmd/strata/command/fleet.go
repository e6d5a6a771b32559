package command

import (
	"errors"
	"os"
	"sync"
)

// fleet is the nodes of a demo, each of which runs or is stopped. Its methods are for any goroutine.
type fleet[N interface {
	comparable
	Stop() error
}] struct {
	run func(i int) (N, error)
	dir string // of all nodes' files

	mu      sync.Mutex
	running []N // the zero value: it is stopped
}

// start starts a node that is stopped.
func (f *fleet[N]) start(i int) error {
	n, err := f.run(i)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running[i] = n
	return nil
}

// halt stops a node if it runs. Errors: a panic of its code.
func (f *fleet[N]) halt(i int) error {
	var none N
	f.mu.Lock()
	n := f.running[i]
	f.running[i] = none
	f.mu.Unlock()
	if n == none {
		return nil
	}
	return n.Stop()
}

// node is one that runs; the zero value if it is stopped.
func (f *fleet[N]) node(i int) N {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running[i]
}

// stop ends all nodes and removes their files.
func (f *fleet[N]) stop() error {
	var faults []error
	for i := range f.running {
		faults = append(faults, f.halt(i))
	}
	return errors.Join(append(faults, os.RemoveAll(f.dir))...)
}
