package boundary

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"unsafe"

	"strata/ledgers/electives"
)

// guest is this program, as WebAssembly.
var guest struct {
	in   [64 << 10]byte // what the host hands over, unless it is longer
	link *Link
}

// What most runs need no more than: of the bytes of calls under way, their arguments, and a node's objects.
const (
	usualBytes   = 2 << 10
	usualValues  = 64
	usualObjects = 128
)

// spare is nothing: what is assigned to it is on the heap.
var spare []byte

// Offer has the layers made for whoever runs this program. Call it while packages are initialised.
func Offer(layers electives.Stack) {
	debug.SetGCPercent(200)
	debug.SetMaxStack(64 << 20)
	debug.SetTraceback("single")
	spare = make([]byte, 4<<20)
	spare = nil
	runtime.GC()
	guest.link = &Link{codec: inBrief{}, post: imported{}, direct: hosted{}, draws: true, compact: true,
		factory: &factory{layers: layers, hosts: make(map[int]*farHost, 1)},
		in:      make([]byte, 0, usualBytes), out: make([]byte, 0, usualBytes), stack: make([]raw, 0, usualValues),
		objects: make([]object, 0, usualObjects)}
	warm()
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

// strataFixed is where what the compiler has laid down ends, as far as can be known: types, texts and, last, what the runtime knows
// of functions. Where a system has memory that cannot be written to, Go has all this in it.
//
//go:wasmexport strata_fixed
func strataFixed() uint32 {
	end, data := uintptr(0), uintptr(unsafe.Pointer(&guest))
	for pc := firstFunction; ; pc += functionSize {
		f := runtime.FuncForPC(pc)
		if f == nil {
			return uint32(end)
		}
		if at := uintptr(unsafe.Pointer(f)); at < data { // else it was made for this call
			end = max(end, at)
		}
	}
}

// How Go counts its functions in WebAssembly (cmd/internal/obj/wasm).
const (
	firstFunction uintptr = 0x1000 << 16
	functionSize  uintptr = 1 << 16
)

// strataCall serves the call that the host has handed over. It returns where the answer is, and its size in the upper half.
//
//go:wasmexport strata_call
func strataCall(size uint32) uint64 {
	var answer []byte
	if crash := guest.link.outside(func() { answer = guest.link.heard(handed(size)) }); crash != nil {
		return crashed(crash)
	}
	return place(answer)
}

// strataRun runs a function without arguments. It returns 0, or as strataCall does what it panicked with.
//
//go:wasmexport strata_run
func strataRun(f uint32) uint64 {
	return crashed(guest.link.outside(func() {
		_, _ = guest.link.serve(callRun, int(f), nil)
	}))
}

// strataReceive hands a receiver the bytes that the host has handed over, so many. It returns what strataRun does.
//
//go:wasmexport strata_receive
func strataReceive(receiver, size uint32) uint64 {
	return crashed(guest.link.outside(func() {
		near[nearReceiver](guest.link, int(receiver)).Receive(taken(size))
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

// strataAllocated is how many bytes this program has allocated since it began.
//
//go:wasmexport strata_allocated
func strataAllocated() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// crashed is where a crash is told; 0 for none.
func crashed(c *Crash) uint64 {
	if c == nil {
		return 0
	}
	guest.link.out = appendCrash(append(guest.link.out[:0], briefCrash), c)
	return place(guest.link.out)
}

// place is where a message is, and its size in the upper half; 0 for none.
func place(m []byte) uint64 {
	if len(m) == 0 {
		return 0
	}
	return uint64(len(m))<<32 | uint64(uintptr(unsafe.Pointer(unsafe.SliceData(m))))
}

// handed is what the host hands over, which is there until it hands over something else.
func handed(size uint32) []byte {
	if size <= uint32(len(guest.in)) {
		return guest.in[:size:size]
	}
	b := make([]byte, size)
	hostTake(unsafe.Pointer(unsafe.SliceData(b)))
	return b
}

// taken is a copy of it.
func taken(size uint32) []byte {
	if size <= uint32(len(guest.in)) {
		return bytes.Clone(guest.in[:size])
	}
	return handed(size)
}

// imported carries messages to the host.
type imported struct{}

func (imported) Exchange(call []byte) (answer []byte, err error) {
	size := hostCall(unsafe.Pointer(unsafe.SliceData(call)), uint32(len(call)))
	if size == 0 {
		return nil, nil
	}
	return handed(size), nil
}
