package boundary

import (
	"time"
	"unsafe"

	"strata/network"
)

// hosted asks the host of this program directly.
type hosted struct{}

//go:wasmimport strata now
func hostNow(host uint32) int64

//go:wasmimport strata rand
func hostRand(host uint32) uint64

//go:wasmimport strata after
func hostAfter(host uint32, d int64, run uint32) uint64

//go:wasmimport strata cancel
func hostCancel(host uint32, timer uint64)

//go:wasmimport strata write
func hostWrite(stream uint32, head unsafe.Pointer, headSize uint32, body unsafe.Pointer, bodySize uint32)

//go:wasmimport strata queued
func hostQueued(stream uint32) uint32

func (hosted) now(host int) int64 { return hostNow(uint32(host)) }

func (hosted) rand(host int) uint64 { return hostRand(uint32(host)) }

func (hosted) after(host int, d time.Duration, run int) network.TimerID {
	return network.TimerID(hostAfter(uint32(host), int64(d), uint32(run)))
}

func (hosted) cancel(host int, id network.TimerID) { hostCancel(uint32(host), uint64(id)) }

func (hosted) write(stream int, head, body []byte) {
	hostWrite(uint32(stream), unsafe.Pointer(unsafe.SliceData(head)), uint32(len(head)),
		unsafe.Pointer(unsafe.SliceData(body)), uint32(len(body)))
}

func (hosted) queued(stream int) int { return int(hostQueued(uint32(stream))) }
