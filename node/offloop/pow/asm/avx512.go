package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// avx512 has an instruction for rotations, and one for any function of three bits, which is given
// as the table of its eight values.
type avx512 struct{}

const (
	tableXor      = 0x96
	tableChoose   = 0xca
	tableMajority = 0xe8
)

func (avx512) vector(i int) reg.VecPhysical {
	return [...]reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}[i]
}

func (avx512) load(from Mem, to reg.VecPhysical)      { VMOVDQU32(from, to) }
func (avx512) store(from reg.VecPhysical, to Mem)     { VMOVDQU32(from, to) }
func (avx512) broadcast(word Mem, to reg.VecPhysical) { VPBROADCASTD(word, to) }

func (avx512) addBroadcast(word Mem, to, _ reg.VecPhysical) { VPADDD_BCST(word, to, to) }

func (avx512) bigSigma(x, to reg.VecPhysical, r [3]uint8, f free) {
	VPRORD(U8(r[0]), x, to)
	VPRORD(U8(r[1]), x, f[0])
	VPRORD(U8(r[2]), x, f[1])
	VPTERNLOGD(U8(tableXor), f[0], f[1], to)
}

func (avx512) smallSigma(x, to reg.VecPhysical, r [3]uint8, f free) {
	VPRORD(U8(r[0]), x, to)
	VPRORD(U8(r[1]), x, f[0])
	VPSRLD(U8(r[2]), x, f[1])
	VPTERNLOGD(U8(tableXor), f[0], f[1], to)
}

func (avx512) choose(e, f, g, to reg.VecPhysical) {
	VMOVDQA32(e, to)
	VPTERNLOGD(U8(tableChoose), g, f, to)
}

func (avx512) majority(a, b, c, to reg.VecPhysical, _ free) {
	VMOVDQA32(a, to)
	VPTERNLOGD(U8(tableMajority), c, b, to)
}

func (avx512) zeros(x, mask, _ reg.VecPhysical, to reg.GPPhysical) {
	VPTESTNMD(mask, x, reg.K1)
	KMOVW(reg.K1, to.As32())
}
