package boundary

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"unsafe"

	"strata/chain"
)

// guest is this program, as WebAssembly.
var guest struct {
	in   [64 << 10]byte // what the host hands over, unless it is longer
	out  []byte         // what was handed over last
	link *Link
}

// spare is nothing: what is assigned to it is on the heap.
var spare []byte

// Offer has the layers made for whoever runs this program. Call it while packages are initialised.
func Offer(layers chain.Stack) {
	debug.SetGCPercent(200)
	debug.SetMaxStack(64 << 20)
	debug.SetTraceback("single")
	spare = make([]byte, 4<<20)
	spare = nil
	runtime.GC()
	guest.link = &Link{codec: inCBOR{}, carrier: imported{}, direct: hosted{}, draws: true, compact: true, factory: &factory{layers: layers}}
}

// hostCall hands a call to the host and returns how long the answer is.
//
//go:wasmimport strata call
func hostCall(call unsafe.Pointer, size uint32) (answer uint32)

// hostTake copies what the host has that is longer than guest.in.
//
//go:wasmimport strata take
func hostTake(into unsafe.Pointer)

// strataBuffer is where guest.in is, and its size in the upper half.
//
//go:wasmexport strata_buffer
func strataBuffer() uint64 {
	return uint64(len(guest.in))<<32 | uint64(uintptr(unsafe.Pointer(&guest.in)))
}

// strataCall serves the call that the host has handed over. It returns where the answer is, and its size in the upper half.
//
//go:wasmexport strata_call
func strataCall(size uint32) uint64 {
	m, err := guest.link.codec.parse(taken(size))
	if err != nil {
		panic(fmt.Sprintf("boundary: the host: %v", err))
	}
	return handed(guest.link.respond(m))
}

// strataRun runs a function without arguments. It returns 0, or as strataCall does what it panicked with.
//
//go:wasmexport strata_run
func strataRun(function uint32) uint64 {
	return handed(guest.link.respond(message{kind: isCall, call: "run", on: int(function)}))
}

// strataReceive hands a receiver the bytes that the host has handed over, so many. It returns what strataRun does.
//
//go:wasmexport strata_receive
func strataReceive(receiver, size uint32) uint64 {
	piece := taken(size)
	return handed(guest.link.outside(func() message {
		near[nearReceiver](guest.link, int(receiver)).Receive(piece)
		return message{kind: isReturn}
	}))
}

// strataOrder has maps be ranged over in another order, of 1024. The runtime draws it from where these numbers come from.
//
//go:wasmexport strata_order
func strataOrder(n uint32) {
	for range n % 1024 {
		_ = rand.Uint64()
	}
}

// handed is 0 if a call is done, else where the message is that says more, and its size in the upper half.
func handed(m message) uint64 {
	if m.kind == isReturn && m.value == nil {
		return 0
	}
	guest.out = guest.link.codec.append(guest.out[:0], m)
	return uint64(len(guest.out))<<32 | uint64(uintptr(unsafe.Pointer(unsafe.SliceData(guest.out))))
}

// taken is a copy of what the host hands over.
func taken(size uint32) []byte {
	if size <= uint32(len(guest.in)) {
		return bytes.Clone(guest.in[:size])
	}
	b := make([]byte, size)
	hostTake(unsafe.Pointer(unsafe.SliceData(b)))
	return b
}

// imported carries messages to the host.
type imported struct{}

func (imported) exchange(l *Link, call message) message {
	guest.out = l.codec.append(guest.out[:0], call)
	size := hostCall(unsafe.Pointer(unsafe.SliceData(guest.out)), uint32(len(guest.out)))
	m, err := l.codec.parse(taken(size))
	if err != nil {
		panic(fmt.Sprintf("boundary: the host: %v", err))
	}
	return m
}
