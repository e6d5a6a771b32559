package main

import "github.com/mmcloughlin/avo/reg"

// kernel is one function. The offsets are those of type message in lanes.go.
//
// A round needs what the one before it has computed, one instruction after the other, and would leave most of
// the processor idle. A kernel with two vectors does rounds for one of them, then for the other. The processor looks far
// enough ahead to begin with the second while the first waits.
//
// Where there are not registers enough for two, they share them: at the end of its turn a vector puts its working variables
// aside, in memory. A turn of two rounds is short enough for the processor to see the other's, and long enough to
// be worth it. In the first block there is more to do between two rounds that wait for each other, and longer turns are best.
type kernel struct {
	name    string
	lanes   int // of a vector
	vectors int
	shared  bool // all vectors have the same registers
	first   int  // rounds in a turn, in the first block
	later   int  // and in others
	isa

	now int // the vector that the next instructions are for
}

// each does the same for one vector after the other.
func (kn kernel) each(do func(kernel)) {
	for kn.now = range kn.vectors {
		do(kn)
	}
}

// bring loads the working variables of the vector that it is now about, if they have been put aside.
func (kn kernel) bring() {
	for i := 0; kn.shared && i < 8; i++ {
		kn.load(kn.aside(i), kn.vector(i))
	}
}

// putAside makes room for another vector, if that needs the same registers.
func (kn kernel) putAside() {
	for i := 0; kn.shared && i < 8; i++ {
		kn.store(kn.vector(i), kn.aside(i))
	}
}

// The rounds of a loop. After 8 the names of the registers are those of the first again; in the first block, 16 words of
// its schedule come of those 16 before.
const (
	unrolled      = 16
	unrolledLater = 8
)

// turns does the rounds of a loop, so many in a turn.
func (kn kernel) turns(loop, rounds int, do func(kn kernel, t int)) {
	for from := 0; from < loop; from += rounds {
		kn.each(func(kn kernel) {
			kn.bring()
			for t := from; t < from+rounds; t++ {
				do(kn, t)
			}
			kn.putAside()
		})
	}
}

// vector is register i of the vector that it is now about.
func (kn kernel) vector(i int) reg.VecPhysical {
	if kn.shared {
		return kn.isa.vector(i)
	}
	return kn.isa.vector(16*kn.now + i)
}
