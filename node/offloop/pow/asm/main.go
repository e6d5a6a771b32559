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
	kernel{name: "hash16", lanes: 8, vectors: 2, shared: true, first: 8, later: 2, isa: avx2{}}.write()
	kernel{name: "hash32", lanes: 16, vectors: 2, first: 1, later: 1, isa: avx512{}}.write()
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
	// vector names the registers, 16 for each vector of a kernel.
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

const (
	atSlot  = 0
	atRight = 8
	atLeft  = 16
	atHigh  = 24
	atLow   = 28
	atWords = 64
)

// size is the bytes that one word of each lane takes.
func (kn kernel) size() int { return 4 * kn.lanes * kn.vectors }

// at is the place of a vector, of those that have word i of each lane.
func (kn kernel) at(i int) int { return atWords + i*kn.size() + 4*kn.lanes*kn.now }

// The schedule of a lane, which begins with its message, the state between blocks, and the working variables that are
// put aside.
func (kn kernel) word(t int) Mem  { return Mem{Base: schedule, Disp: kn.at(t)} }
func (kn kernel) state(i int) Mem { return Mem{Base: message, Disp: kn.at(64 + i)} }
func (kn kernel) aside(i int) Mem { return Mem{Base: message, Disp: kn.at(64 + 8 + i)} }

var (
	message  = reg.RDI
	later    = reg.RSI
	blocks   = reg.RCX
	digits   = reg.RDX
	mask     = reg.R10
	slot     = reg.R8
	rounds   = reg.R9
	bits     = reg.R11
	result   = reg.RAX
	schedule = reg.R12 // message, and 16 words further with every 16 rounds
	constant = reg.R13 // k, which moves along
)

func (kn kernel) write() {
	TEXT(kn.name, NOSPLIT, "func(m *uint64, later *uint32, blocks int, digits *uint32, mask uint32) uint32")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s hashes %d texts, which differ in the four digits that start at digits, and returns a bit for",
		kn.name, kn.lanes*kn.vectors),
		"each whose hash has zeros where mask has ones, in its first word. later is the schedule, with the",
		"constants added, of the blocks after the first.")
	Load(Param("m"), message)
	Load(Param("later"), later)
	Load(Param("blocks"), blocks)
	Load(Param("digits"), digits)
	Load(Param("mask"), mask)

	kn.each(kernel.place)
	kn.firstBlock()
	kn.laterBlocks()
	kn.hits()
	VZEROUPPER()
	Store(result.As32().(reg.Register), ReturnIndex(0))
	RET()
}

// place puts the four digits of each lane into the two words that they touch.
func (kn kernel) place() {
	d, word, count, shifted := kn.isa.vector(8), kn.isa.vector(9), reg.X10, kn.isa.vector(11)
	MOVQ(Mem{Base: message, Disp: atSlot}, slot)
	kn.load(Mem{Base: digits, Disp: 4 * kn.lanes * kn.now}, d)
	for i, half := range []struct{ shift, rest int }{{atRight, atHigh}, {atLeft, atLow}} {
		VMOVQ(Mem{Base: message, Disp: half.shift}, count)
		kn.broadcast(Mem{Base: message, Disp: half.rest}, word)
		if i == 0 {
			VPSRLD(count, d, shifted)
		} else {
			VPSLLD(count, d, shifted)
		}
		VPADDD(shifted, word, word)
		kn.store(word, Mem{Base: message, Index: slot, Scale: 1, Disp: kn.at(i)})
	}
}

// firstBlock does the block that has the nonce: each lane has a schedule of its own.
func (kn kernel) firstBlock() {
	kn.each(func(kn kernel) {
		for i := range 8 {
			kn.broadcast(table("initial", i), kn.vector(i))
		}
		kn.putAside()
	})
	MOVQ(message, schedule)
	LEAQ(table("k", 0), constant)
	kn.sixteen(func(kn kernel, t int, h reg.VecPhysical) { VPADDD(kn.word(t), h, h) })
	MOVQ(U32(64/unrolled-1), rounds)
	Label(kn.name + "_first")
	ADDQ(U32(4*unrolled), constant)
	kn.sixteen(kernel.extend)
	ADDQ(U32(unrolled*kn.size()), schedule)
	DECQ(rounds)
	JNZ(LabelRef(kn.name + "_first"))
	kn.each(func(kn kernel) {
		kn.bring()
		for i := range 8 {
			kn.addBroadcast(table("initial", i), kn.vector(i), kn.vector(8))
		}
		kn.putAside()
	})
}

// sixteen does as many rounds, each with the constant that is next and what add adds to h for it.
func (kn kernel) sixteen(add func(kn kernel, t int, h reg.VecPhysical)) {
	kn.turns(unrolled, kn.first, func(kn kernel, t int) {
		_, _, _, _, _, _, _, h := kn.names(t)
		add(kn, t, h)
		kn.addBroadcast(Mem{Base: constant, Disp: 4 * t}, h, kn.vector(8))
		kn.round(t)
	})
}

// extend computes the word 16 words after word t of the schedule, and adds it to h.
func (kn kernel) extend(t int, h reg.VecPhysical) {
	t += 16
	x, sum, s := kn.vector(8), kn.vector(9), kn.vector(10)
	f := free{kn.vector(11), kn.vector(12), kn.vector(13)}
	kn.load(kn.word(t-15), x)
	kn.smallSigma(x, sum, [3]uint8{7, 18, 3}, f)
	kn.load(kn.word(t-2), x)
	kn.smallSigma(x, s, [3]uint8{17, 19, 10}, f)
	VPADDD(kn.word(t-16), sum, sum)
	VPADDD(kn.word(t-7), sum, sum)
	VPADDD(s, sum, sum)
	kn.store(sum, kn.word(t))
	VPADDD(sum, h, h)
}

// laterBlocks does all others. Their words are the same in all lanes, so their schedules are known.
func (kn kernel) laterBlocks() {
	Label(kn.name + "_block")
	TESTQ(blocks, blocks)
	JZ(LabelRef(kn.name + "_done"))
	kn.each(func(kn kernel) {
		kn.bring()
		for i := range 8 {
			kn.store(kn.vector(i), kn.state(i))
		}
	})
	MOVQ(U32(64/unrolledLater), rounds)
	Label(kn.name + "_rounds")
	kn.turns(unrolledLater, kn.later, func(kn kernel, t int) {
		_, _, _, _, _, _, _, h := kn.names(t)
		kn.addBroadcast(Mem{Base: later, Disp: 4 * t}, h, kn.vector(8))
		kn.round(t)
	})
	ADDQ(U32(4*unrolledLater), later)
	DECQ(rounds)
	JNZ(LabelRef(kn.name + "_rounds"))
	kn.each(func(kn kernel) {
		kn.bring()
		for i := range 8 {
			VPADDD(kn.state(i), kn.vector(i), kn.vector(i))
		}
		kn.putAside()
	})
	DECQ(blocks)
	JMP(LabelRef(kn.name + "_block"))
	Label(kn.name + "_done")
}

// hits sets a bit of the result for each lane of each vector.
func (kn kernel) hits() {
	VMOVD(mask.As32(), reg.X8)
	VPBROADCASTD(reg.X8, kn.isa.vector(8))
	XORL(result.As32(), result.As32())
	kn.each(func(kn kernel) {
		kn.bring()
		kn.zeros(kn.vector(0), kn.isa.vector(8), kn.vector(9), bits)
		SHLL(U8(kn.lanes*kn.now), bits.As32())
		ORL(bits.As32(), result.As32())
	})
}

// names are the registers of the working variables in round t. Instead of moving each variable to
// the next one's register, the names move.
func (kn kernel) names(t int) (a, b, c, d, e, f, g, h reg.VecPhysical) {
	v := func(i int) reg.VecPhysical { return kn.vector((i + 64 - t) % 8) }
	return v(0), v(1), v(2), v(3), v(4), v(5), v(6), v(7)
}

// round does round t, with the schedule's word and the constant already in h (FIPS 180-4, 6.2.2). The next round waits for
// d, so what else goes into it is added before the sum that comes last: one addition more, and one less to wait for.
func (kn kernel) round(t int) {
	a, b, c, d, e, f, g, h := kn.names(t)
	s, m := kn.vector(8), kn.vector(9)
	fr := free{kn.vector(10), kn.vector(11), kn.vector(12)}
	kn.bigSigma(e, s, [3]uint8{6, 11, 25}, fr)
	kn.choose(e, f, g, m)
	VPADDD(m, h, h)
	VPADDD(h, d, d)
	VPADDD(s, d, d)
	VPADDD(s, h, h)
	kn.bigSigma(a, s, [3]uint8{2, 13, 22}, fr)
	kn.majority(a, b, c, m, fr)
	VPADDD(m, h, h)
	VPADDD(s, h, h)
}
