// Command asm writes lanes_amd64.s: SHA-256 of many texts at a time, one in each lane of the vector
// registers. Run it by `go generate` in the directory above.
//
// A lane is one 32-bit word of a register: all lanes do the same steps on words of their own. In
// comments, a vector is such a register or as many bytes in memory.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	words("initial", initial[:])
	words("k", k[:])
	kernel{name: "hash8", lanes: 8, isa: avx2{}}.write()
	kernel{name: "hash16", lanes: 16, isa: avx512{}}.write()
	Generate()
}

// words puts a table into the object file.
func words(name string, values []uint32) {
	GLOBL(name, RODATA|NOPTR)
	for i, v := range values {
		DATA(4*i, U32(v))
	}
}

// table is word i of a table made by words.
func table(name string, i int) Mem {
	return Mem{Symbol: Symbol{Name: name, Static: true}, Base: reg.StaticBase}.Offset(4 * i)
}

// isa is how a set of instructions does what the rounds need, on vectors. Where there is a free, it may
// be overwritten.
type isa interface {
	// vector names the registers 0 to 15.
	vector(i int) reg.VecPhysical
	load(from Mem, to reg.VecPhysical)
	store(from reg.VecPhysical, to Mem)
	// broadcast copies a word to all lanes.
	broadcast(word Mem, to reg.VecPhysical)
	addBroadcast(word Mem, to, free reg.VecPhysical)
	// bigSigma is three rotations to the right, put together by xor.
	bigSigma(x, to reg.VecPhysical, r [3]uint8, f free)
	// smallSigma is two rotations and a shift.
	smallSigma(x, to reg.VecPhysical, r [3]uint8, f free)
	// choose takes bits of f where e has ones, else of g.
	choose(e, f, g, to reg.VecPhysical)
	// majority takes the bits that two of three have.
	majority(a, b, c, to reg.VecPhysical, f free)
	// zeros sets a bit for each lane of x that has no bit of mask.
	zeros(x, mask, free reg.VecPhysical, to reg.GPPhysical)
}

// free are registers that an instruction sequence may overwrite.
type free [3]reg.VecPhysical

// kernel is one function. The offsets are those of type message in lanes.go.
type kernel struct {
	name  string
	lanes int
	isa
}

const (
	atSlot  = 0
	atRight = 8
	atLeft  = 16
	atHigh  = 24
	atLow   = 28
	atWords = 64
)

func (kn kernel) size() int { return 4 * kn.lanes }

// The message of a lane, its schedule beyond word 15 (a ring), and the state between blocks.
func (kn kernel) word(m reg.Register, t int) Mem {
	if t < 16 {
		return Mem{Base: m, Disp: atWords + t*kn.size()}
	}
	return Mem{Base: m, Disp: atWords + (16+t%16)*kn.size()}
}

func (kn kernel) state(m reg.Register, i int) Mem {
	return Mem{Base: m, Disp: atWords + (32+i)*kn.size()}
}

var (
	message = reg.RDI
	later   = reg.RSI
	blocks  = reg.RCX
	digits  = reg.RDX
	mask    = reg.R10
	slot    = reg.R8
	rounds  = reg.R9
	result  = reg.RAX
)

func (kn kernel) write() {
	TEXT(kn.name, NOSPLIT, "func(m *uint64, later *uint32, blocks int, digits *uint32, mask uint32) uint32")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s hashes %d texts, which differ in the four digits that start at digits, and returns a bit for",
		kn.name, kn.lanes),
		"each whose hash has zeros where mask has ones, in its first word. later is the schedule, with the",
		"constants added, of the blocks after the first.")
	Load(Param("m"), message)
	Load(Param("later"), later)
	Load(Param("blocks"), blocks)
	Load(Param("digits"), digits)
	Load(Param("mask"), mask)

	kn.place()
	kn.first()
	kn.rest()
	VMOVD(mask.As32(), reg.X8)
	VPBROADCASTD(reg.X8, kn.vector(8))
	kn.zeros(kn.vector(0), kn.vector(8), kn.vector(9), result)
	VZEROUPPER()
	Store(result.As32().(reg.Register), ReturnIndex(0))
	RET()
}

// place puts the four digits of each lane into the two words that they touch.
func (kn kernel) place() {
	d, word, count := kn.vector(8), kn.vector(9), reg.X10
	MOVQ(Mem{Base: message, Disp: atSlot}, slot)
	kn.load(Mem{Base: digits}, d)
	for i, half := range []struct{ shift, rest int }{{atRight, atHigh}, {atLeft, atLow}} {
		VMOVQ(Mem{Base: message, Disp: half.shift}, count)
		kn.broadcast(Mem{Base: message, Disp: half.rest}, word)
		shifted := kn.vector(11)
		if i == 0 {
			VPSRLD(count, d, shifted)
		} else {
			VPSLLD(count, d, shifted)
		}
		VPADDD(shifted, word, word)
		kn.store(word, Mem{Base: message, Index: slot, Scale: 1, Disp: atWords + i*kn.size()})
	}
}

// first does the block that has the nonce: each lane has a schedule of its own.
func (kn kernel) first() {
	for i := range 8 {
		kn.broadcast(table("initial", i), kn.vector(i))
	}
	for t := range 64 {
		_, _, _, _, _, _, _, h := kn.names(t)
		if t < 16 {
			VPADDD(kn.word(message, t), h, h)
		} else {
			kn.extend(t, h)
		}
		kn.addBroadcast(table("k", t), h, kn.vector(8))
		kn.round(t)
	}
	for i := range 8 {
		kn.addBroadcast(table("initial", i), kn.vector(i), kn.vector(8))
	}
}

// extend computes word t of the schedule and adds it to h.
func (kn kernel) extend(t int, h reg.VecPhysical) {
	x, sum, s := kn.vector(8), kn.vector(9), kn.vector(10)
	f := free{kn.vector(11), kn.vector(12), kn.vector(13)}
	kn.load(kn.word(message, t-15), x)
	kn.smallSigma(x, sum, [3]uint8{7, 18, 3}, f)
	kn.load(kn.word(message, t-2), x)
	kn.smallSigma(x, s, [3]uint8{17, 19, 10}, f)
	VPADDD(kn.word(message, t-16), sum, sum)
	VPADDD(kn.word(message, t-7), sum, sum)
	VPADDD(s, sum, sum)
	if t < 64-2 { // no later word needs the last two
		kn.store(sum, kn.word(message, t))
	}
	VPADDD(sum, h, h)
}

// rest does all later blocks. Their words are the same in all lanes, so their schedules are known.
func (kn kernel) rest() {
	const unrolled = 16
	Label(kn.name + "_block")
	TESTQ(blocks, blocks)
	JZ(LabelRef(kn.name + "_done"))
	for i := range 8 {
		kn.store(kn.vector(i), kn.state(message, i))
	}
	MOVQ(U32(64/unrolled), rounds)
	Label(kn.name + "_rounds")
	for t := range unrolled {
		_, _, _, _, _, _, _, h := kn.names(t)
		kn.addBroadcast(Mem{Base: later, Disp: 4 * t}, h, kn.vector(8))
		kn.round(t)
	}
	ADDQ(U32(4*unrolled), later)
	DECQ(rounds)
	JNZ(LabelRef(kn.name + "_rounds"))
	for i := range 8 {
		VPADDD(kn.state(message, i), kn.vector(i), kn.vector(i))
	}
	DECQ(blocks)
	JMP(LabelRef(kn.name + "_block"))
	Label(kn.name + "_done")
}

// names are the registers of the working variables in round t. Instead of moving each variable to
// the next one's register, the names move.
func (kn kernel) names(t int) (a, b, c, d, e, f, g, h reg.VecPhysical) {
	v := func(i int) reg.VecPhysical { return kn.vector((i + 64 - t) % 8) }
	return v(0), v(1), v(2), v(3), v(4), v(5), v(6), v(7)
}

// round does round t, with the schedule's word and the constant already in h (FIPS 180-4, 6.2.2).
func (kn kernel) round(t int) {
	a, b, c, d, e, f, g, h := kn.names(t)
	s, m := kn.vector(8), kn.vector(9)
	fr := free{kn.vector(10), kn.vector(11), kn.vector(12)}
	kn.choose(e, f, g, m)
	VPADDD(m, h, h)
	kn.bigSigma(e, s, [3]uint8{6, 11, 25}, fr)
	VPADDD(s, h, h)
	VPADDD(h, d, d)
	kn.bigSigma(a, s, [3]uint8{2, 13, 22}, fr)
	kn.majority(a, b, c, m, fr)
	VPADDD(m, h, h)
	VPADDD(s, h, h)
}
