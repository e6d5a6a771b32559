package daemon

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
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

// beSmall keeps the process small until stop is called. What catching up or a flood took, the system
// gets back as soon as the node is calm again: the runtime alone would take minutes.
func beSmall() (stop func()) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		var last, given uint64 // bytes made until the last look, and until memory was given back
		for {
			select {
			case <-quit:
				return
			case <-look.C:
				now := made()
				if now-last < calm && now-given > worth {
					debug.FreeOSMemory()
					given = now
				}
				last = now
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

// made is how many bytes were allocated since the start.
func made() uint64 {
	sample := []metrics.Sample{{Name: allMade}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
