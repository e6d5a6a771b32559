package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// avx2 makes a rotation of two shifts, whose halves are put together by the xor that follows
// anyway.
type avx2 struct{}

func (avx2) vector(i int) reg.VecPhysical {
	return [...]reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}[i]
}

func (avx2) load(from Mem, to reg.VecPhysical)      { VMOVDQU(from, to) }
func (avx2) store(from reg.VecPhysical, to Mem)     { VMOVDQU(from, to) }
func (avx2) broadcast(word Mem, to reg.VecPhysical) { VPBROADCASTD(word, to) }

func (avx2) addBroadcast(word Mem, to, free reg.VecPhysical) {
	VPBROADCASTD(word, free)
	VPADDD(free, to, to)
}

func (avx2) bigSigma(x, to reg.VecPhysical, r [3]uint8, f free) {
	VPSRLD(U8(r[0]), x, to)
	VPSLLD(U8(32-r[0]), x, f[0])
	for _, n := range r[1:] {
		VPSRLD(U8(n), x, f[1])
		VPSLLD(U8(32-n), x, f[2])
		VPXOR(f[1], to, to)
		VPXOR(f[2], f[0], f[0])
	}
	VPXOR(f[0], to, to)
}

func (avx2) smallSigma(x, to reg.VecPhysical, r [3]uint8, f free) {
	VPSRLD(U8(r[2]), x, to)
	for _, n := range r[:2] {
		VPSRLD(U8(n), x, f[0])
		VPSLLD(U8(32-n), x, f[1])
		VPXOR(f[0], to, to)
		VPXOR(f[1], to, to)
	}
}

func (avx2) choose(e, f, g, to reg.VecPhysical) {
	VPXOR(f, g, to)
	VPAND(e, to, to)
	VPXOR(g, to, to)
}

func (avx2) majority(a, b, c, to reg.VecPhysical, f free) {
	VPXOR(a, b, to)
	VPXOR(b, c, f[0])
	VPAND(f[0], to, to)
	VPXOR(b, to, to)
}

func (avx2) zeros(x, mask, free reg.VecPhysical, to reg.GPPhysical) {
	VPAND(mask, x, x)
	VPXOR(free, free, free)
	VPCMPEQD(free, x, x)
	VMOVMSKPS(x, to.As32())
}
