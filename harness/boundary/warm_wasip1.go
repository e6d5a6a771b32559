package boundary

// Every node begins with a copy of this program's memory as it is after Offer. So what a program of Go sets up when it first
// needs it is set up there, once, and no node has to: a stack that is deep enough for most calls, and for objects of each size a
// place to take them from.

// warmed holds what is made to that end.
var warmed []any

// warm sets it up. No collection may come after it: that takes the places, and most of the stack, away.
func warm() {
	deep(0)
	for size := 8; size <= mostWarm; size += step(size) {
		words := make([]*byte, size/8)
		warmed = append(warmed, make([]byte, size), words)
	}
	warmed = nil
}

// mostWarm is the size of the largest objects that places are set up for. Objects above are few.
const mostWarm = 2 << 10

// step is how far the sizes are apart that the runtime tells apart.
func step(size int) int {
	switch {
	case size < 32:
		return 8
	case size < 256:
		return 16
	case size < 512:
		return 32
	case size < 1024:
		return 64
	}
	return 128
}

// deep needs the stack of a deep call.
//
//go:noinline
func deep(n int) int {
	var frame [1 << 10]byte
	if n < 48 {
		frame[n] = byte(deep(n + 1))
	}
	return int(frame[n/2])
}
