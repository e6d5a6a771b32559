package sim

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
)

// worker is what runs nodes, with what it has for itself. Under TotalOrder there is one.
type worker struct {
	net     *Net
	number  int
	now     int64 // of the event under way
	stats   counts
	fired   []uint64 // per fault
	written written

	// Windows only:
	out      outbox
	starts   []int32   // of each node's events in events, see count
	events   []event   // of the shard that is run now
	payloads []payload // theirs
	taken    []*chunk  // where they came from
	touched  uint32    // keeps touch from being optimised away
	node     int32     // that is run now
	own      []event   // that it has made for itself in this window, sorted; next is own[ownDone]
	ownDone  int
	panics   []*PanicError
	_        [64]byte // keeps workers off each other's cache lines
}

// PanicError is what Run panics with when a node's code has panicked on another goroutine.
type PanicError struct {
	Value any    // what the node's code panicked with
	Stack []byte // of the goroutine where that was
	at    int64
	node  int32
}

// Error says what the panic was and where.
func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", p.Value, p.Stack) }

// Unwrap is the value that the code panicked with, if it is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// startWorkers starts all workers but the first, which is the caller.
func (w *windows) startWorkers() (stop func()) {
	others := w.net.workers[1:]
	w.wake = make([]chan struct{}, len(others))
	var ended sync.WaitGroup
	for i, k := range others {
		wake := make(chan struct{}, 1)
		w.wake[i] = wake
		ended.Go(func() {
			for range wake {
				w.runShards(k)
				w.busy.Done()
			}
		})
	}
	return func() {
		for _, wake := range w.wake {
			close(wake)
		}
		ended.Wait()
	}
}

// runWindow runs all shards through the window, and returns when all are done.
func (w *windows) runWindow(events int) {
	w.next.Store(0)
	w.together = min(w.shards, 1+togetherEvents*w.shards/events)
	if len(w.wake) == 0 {
		for shard := 0; shard < w.shards; shard += w.together {
			w.net.workers[0].runShards(w, shard, min(shard+w.together, w.shards)) // a panic passes through
		}
		return
	}
	if events >= fewEvents {
		w.busy.Add(len(w.wake))
		for _, wake := range w.wake {
			wake <- struct{}{}
		}
	}
	w.runShards(w.net.workers[0])
	w.busy.Wait()
	w.rethrow()
}

// runShards runs shards until none is left.
func (w *windows) runShards(k *worker) {
	for {
		shard := (int(w.next.Add(1)) - 1) * w.together
		if shard >= w.shards {
			return
		}
		w.guard(k, shard, min(shard+w.together, w.shards))
	}
}

// guard runs shards that are run together. If a node's code panics, the others still run, so that always the
// same one of several panics is reported.
func (w *windows) guard(k *worker, shard, end int) {
	defer func() {
		if value := recover(); value != nil {
			k.panics = append(k.panics, &PanicError{Value: value, Stack: debug.Stack(), at: k.now, node: k.node})
		}
	}()
	k.runShards(w, shard, end)
}

// rethrow panics on the caller's goroutine with the first of the panics of this window.
func (w *windows) rethrow() {
	var all []*PanicError
	for _, k := range w.net.workers {
		all = append(all, k.panics...)
	}
	if len(all) > 0 {
		panic(slices.MinFunc(all, func(a, b *PanicError) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.node, b.node))
		}))
	}
}
