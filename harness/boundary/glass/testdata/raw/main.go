//go:build wasip1

// Command raw keeps to the form of a module, and to nothing else: its answer is what the amount of a transaction says.
package main

import (
	"unsafe"
)

var in [64 << 10]byte

var out []byte

//go:wasmimport strata call
func hostCall(call unsafe.Pointer, size uint32) uint32

//go:wasmimport strata take
func hostTake(into unsafe.Pointer)

//go:wasmimport strata now
func hostNow(host uint32) int64

//go:wasmimport strata write
func hostWrite(stream uint32, head unsafe.Pointer, headSize uint32, body unsafe.Pointer, bodySize uint32)

//go:wasmimport strata sha256
func hostSum256(text unsafe.Pointer, size uint32, sum unsafe.Pointer)

//go:wasmimport strata verify
func hostVerify(key, message unsafe.Pointer, size uint32, signature unsafe.Pointer) uint32

//go:wasmexport strata_buffer
func buffer() uint64 { return uint64(len(in))<<32 | uint64(uintptr(unsafe.Pointer(&in))) }

//go:wasmexport strata_call
func call(size uint32) uint64 {
	message := in[:min(int(size), len(in))]
	out = []byte("\x01\x03\x01\x00\x00\x00\x00\x00\x00\x00")
	switch {
	case has(message, 1):
		out = []byte("garbage")
	case has(message, 2):
		return 1<<40 | 0xffffff00
	case has(message, 3):
		out = []byte("\x00\x01\x01\x00\x00\x00")
	case has(message, 4):
		ask("\x00\xff\x01\x00\x00\x00")
	case has(message, 5):
		ask("\x00\x01\xff\xff\x00\x00")
	case has(message, 6):
		hostCall(unsafe.Pointer(uintptr(0xfffffff0)), 1<<20)
	case has(message, 7):
		hostTake(unsafe.Pointer(uintptr(0xfffffff0)))
		hostCall(unsafe.Pointer(&in), 0)
	case has(message, 8):
		out = []byte("\x01\x81")
	case has(message, 10):
		hostNow(1)
	case has(message, 11):
		hostNow(1 << 31)
	case has(message, 12):
		hostWrite(1, nil, 0, nil, 0)
	case has(message, 13):
		ask("\x00\x28\x02\x00\x00\x00\x04\x01\x00\x00\x00\x00")
	case has(message, 14):
		out = []byte("\x01\x04\xff\xff\xff\xff")
	case has(message, 15):
		ask("\x00\x28\x02\x00\x00\x00\x04\xff\xff\xff\x7f\x00")
	case has(message, 16):
		ask("\x00\x28\x02\x00\x00\x00\x03\x01")
	case has(message, 17):
		hostSum256(unsafe.Pointer(uintptr(0xfffffff0)), 1<<20, unsafe.Pointer(&in))
	case has(message, 18):
		hostSum256(unsafe.Pointer(&in), 1, unsafe.Pointer(uintptr(0xfffffff0)))
	case has(message, 19):
		hostVerify(unsafe.Pointer(&in), unsafe.Pointer(&in), 1, unsafe.Pointer(uintptr(0xfffffff0)))
	case has(message, 9):
		out = []byte("\x02\xa1\x64name\x70network.ErrNothing\x00")
	}
	return uint64(len(out))<<32 | uint64(uintptr(unsafe.Pointer(unsafe.SliceData(out))))
}

//go:wasmexport strata_run
func run(uint32) uint64 { return 0 }

//go:wasmexport strata_receive
func receive(uint32, uint32) uint64 { return 0 }

// has says whether a message executes a transaction of this amount, which is before a signature of 64 bytes.
func has(message []byte, n byte) bool {
	const execute, signature = 37, 64
	return len(message) > signature && message[1] == execute && message[len(message)-signature-1] == n
}

func ask(text string) { hostCall(unsafe.Pointer(unsafe.StringData(text)), uint32(len(text))) }

func main() {}
