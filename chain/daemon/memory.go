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
	gcPercent  = 50              // of what is alive: garbage that is let lie before the next collection
	lookEvery  = 5 * time.Second // at what is free and was not given back
	mayBeFree  = 4 << 20         // bytes, besides half of what is alive
	heapFree   = "/memory/classes/heap/free:bytes"
	heapInside = "/memory/classes/heap/objects:bytes"
)

// beSmall keeps the process small until stop is called. What catching up or a flood took, the system
// gets back within seconds: the runtime alone would take minutes.
func beSmall() (stop func()) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		for {
			select {
			case <-quit:
				return
			case <-look.C:
				giveBack()
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

// giveBack gives free memory back to the system if that is worth a collection.
func giveBack() {
	samples := []metrics.Sample{{Name: heapFree}, {Name: heapInside}}
	metrics.Read(samples)
	if free, inside := samples[0].Value.Uint64(), samples[1].Value.Uint64(); free > mayBeFree+inside/2 {
		debug.FreeOSMemory()
	}
}
