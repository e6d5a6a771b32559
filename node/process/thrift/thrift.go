// Package thrift keeps a process that lives long and is mostly idle small: what catching up or a flood took, the system
// gets back as soon as the process is calm again.
package thrift

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// A node lives long and is mostly idle, so that it trades a little of the processor for memory. The
// usual variables of Go, GOGC and GOMEMLIMIT, say otherwise.
const (
	gcPercent = 50              // of what is alive: garbage that is let lie before the next collection
	lookEvery = 5 * time.Second // at how busy the node is
	calm      = 2 << 20         // bytes made between two looks: below that it is idle
	worth     = 4 << 20         // bytes made since memory was given back: above that it is worth a collection
	allMade   = "/gc/heap/allocs:bytes"
)

// rester is what may hold memory that it can do without for a while.
type rester interface{ Rest() }

// Thrift keeps the process small until it is stopped. What catching up or a flood took, the system gets back as soon as
// the node is calm again: the runtime alone would take minutes, and what a store has mapped would stay.
type Thrift struct {
	mu          sync.Mutex
	resters     []rester
	quit, ended chan struct{}
}

// Begin keeps the process small from now on.
func Begin() *Thrift {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	t := &Thrift{quit: make(chan struct{}), ended: make(chan struct{})}
	go t.run()
	return t
}

// With has somebody rest when the process is calm, on a goroutine of Thrift's. One that cannot is left alone.
func (t *Thrift) With(one any) {
	if r, ok := one.(rester); ok {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.resters = append(t.resters, r)
	}
}

// Stop ends that.
func (t *Thrift) Stop() {
	close(t.quit)
	<-t.ended
}

func (t *Thrift) run() {
	defer close(t.ended)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var last, given uint64 // bytes made until the last look, and until memory was given back
	for {
		select {
		case <-t.quit:
			return
		case <-look.C:
			now := made()
			if now-last < calm && now-given > worth {
				t.giveBack()
				given = now
			}
			last = now
		}
	}
}

func (t *Thrift) giveBack() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.resters {
		r.Rest()
	}
	debug.FreeOSMemory()
}

// made is how many bytes were allocated since the start.
func made() uint64 {
	sample := []metrics.Sample{{Name: allMade}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
