package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A tile keeps rows × vectors sums in registers and adds one outer product of a
// column of the left panel and a row of the right one at a time.
type tile struct {
	name          string
	rows, vectors int
	wide          bool // 512-bit registers
}

var (
	ymm = []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
	zmm = []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}
)

func (t tile) generate() {
	const unroll, ahead = 4, 24
	registers, bytes := ymm, 32
	if t.wide {
		registers, bytes = zmm, 64
	}
	sums := registers[:t.rows*t.vectors]
	right := registers[len(sums) : len(sums)+t.vectors]
	left := registers[len(sums)+t.vectors:]

	TEXT(t.name, NOSPLIT, "func(depth int, a, b, c *float32, ldc int, add bool)")
	Doc(fmt.Sprintf("%s multiplies panels of %d rows and %d columns.", t.name, t.rows, t.vectors*bytes/4))
	Pragma("noescape")
	depth := Load(Param("depth"), GP64())
	a := Mem{Base: Load(Param("a"), GP64())}
	b := Mem{Base: Load(Param("b"), GP64())}
	c := Load(Param("c"), GP64())
	ldc := Load(Param("ldc"), GP64())
	SHLQ(Imm(2), ldc)

	Comment("The product is touched last: fetch it while the sums are made.")
	at := GP64()
	MOVQ(c, at)
	for range t.rows {
		for v := 0; v < t.vectors*bytes; v += 64 {
			PREFETCHT0(Mem{Base: at, Disp: v})
		}
		ADDQ(ldc, at)
	}
	for _, s := range sums {
		if t.wide {
			VPXORD(s, s, s)
		} else {
			VXORPS(s, s, s)
		}
	}

	step := func(u int) {
		for v, r := range right {
			VMOVUPS(b.Offset((u*t.vectors+v)*bytes), r)
		}
		for i := range t.rows {
			x := left[i%len(left)]
			if t.wide && t.vectors == 1 {
				VFMADD231PS_BCST(a.Offset(4*(u*t.rows+i)), right[0], sums[i])
				continue
			}
			VBROADCASTSS(a.Offset(4*(u*t.rows+i)), x)
			for v, r := range right {
				VFMADD231PS(r, x, sums[i*t.vectors+v])
			}
		}
	}
	// fetch asks for the lines of both panels that begin in step u+ahead.
	fetch := func(u int) {
		for _, panel := range []struct {
			m    Mem
			size int // bytes a step
		}{{a, 4 * t.rows}, {b, t.vectors * bytes}} {
			for line := u * panel.size / 64; line < (u+1)*panel.size/64; line++ {
				PREFETCHT0(panel.m.Offset(ahead*panel.size + 64*line))
			}
		}
	}
	advance := func(u int) {
		ADDQ(U32(uint32(4*u*t.rows)), a.Base)
		ADDQ(U32(uint32(u*t.vectors*bytes)), b.Base)
	}
	four, one, done := t.name+"Four", t.name+"One", t.name+"Done"
	Label(four)
	CMPQ(depth, Imm(unroll))
	JL(LabelRef(one))
	for u := range unroll {
		fetch(u)
		step(u)
	}
	advance(unroll)
	SUBQ(Imm(unroll), depth)
	JMP(LabelRef(four))
	Label(one)
	TESTQ(depth, depth)
	JE(LabelRef(done))
	step(0)
	advance(1)
	DECQ(depth)
	JMP(LabelRef(one))
	Label(done)

	add := Load(Param("add"), GP8())
	store := t.name + "Store"
	each := func(f func(m Mem, s reg.VecPhysical)) {
		MOVQ(c, at)
		for i := range t.rows {
			for v := range t.vectors {
				f(Mem{Base: at, Disp: v * bytes}, sums[i*t.vectors+v])
			}
			if i+1 < t.rows {
				ADDQ(ldc, at)
			}
		}
	}
	TESTB(add, add)
	JE(LabelRef(store))
	each(func(m Mem, s reg.VecPhysical) { VADDPS(m, s, s) })
	Label(store)
	each(func(m Mem, s reg.VecPhysical) { VMOVUPS(s, m) })
	VZEROUPPER()
	RET()
}

// transpose turns four rows into columns, four values of each at a time. Rows of
// a large matrix come from memory: those eight further on are fetched meanwhile.
func transpose() {
	TEXT("transposeAVX", NOSPLIT, "func(n int, src *float32, stride int, dst *float32, dstStride int)")
	Doc("transposeAVX copies four rows of n values into columns.")
	Pragma("noescape")
	n := Load(Param("n"), GP64())
	row0 := Load(Param("src"), GP64())
	stride := Load(Param("stride"), GP64())
	SHLQ(Imm(2), stride)
	dst := Load(Param("dst"), GP64())
	dstStride := Load(Param("dstStride"), GP64())
	SHLQ(Imm(2), dstStride)
	row2, dst3 := GP64(), GP64()
	LEAQ(Mem{Base: row0, Index: stride, Scale: 2}, row2)
	source := []Mem{{Base: row0}, {Base: row0, Index: stride, Scale: 1}, {Base: row2}, {Base: row2, Index: stride, Scale: 1}}

	row4, row6 := GP64(), GP64()
	LEAQ(Mem{Base: row0, Index: stride, Scale: 8}, row4)
	LEAQ(Mem{Base: row2, Index: stride, Scale: 8}, row6)
	ahead := []Mem{{Base: row4}, {Base: row4, Index: stride, Scale: 1}, {Base: row6}, {Base: row6, Index: stride, Scale: 1}}

	Label("transposeFour")
	CMPQ(n, Imm(4))
	JL(LabelRef("transposeOne"))
	for _, m := range ahead {
		PREFETCHT0(m)
	}
	r := []reg.VecVirtual{XMM(), XMM(), XMM(), XMM()}
	for i := range r {
		VMOVUPS(source[i], r[i])
	}
	low01, high01, low23, high23 := XMM(), XMM(), XMM(), XMM()
	VUNPCKLPS(r[1], r[0], low01)
	VUNPCKHPS(r[1], r[0], high01)
	VUNPCKLPS(r[3], r[2], low23)
	VUNPCKHPS(r[3], r[2], high23)
	column := []reg.VecVirtual{XMM(), XMM(), XMM(), XMM()}
	VUNPCKLPD(low23, low01, column[0])
	VUNPCKHPD(low23, low01, column[1])
	VUNPCKLPD(high23, high01, column[2])
	VUNPCKHPD(high23, high01, column[3])
	LEAQ(Mem{Base: dst, Index: dstStride, Scale: 2}, dst3)
	VMOVUPS(column[0], Mem{Base: dst})
	VMOVUPS(column[1], Mem{Base: dst, Index: dstStride, Scale: 1})
	VMOVUPS(column[2], Mem{Base: dst3})
	VMOVUPS(column[3], Mem{Base: dst3, Index: dstStride, Scale: 1})
	LEAQ(Mem{Base: dst, Index: dstStride, Scale: 4}, dst)
	ADDQ(Imm(16), row0)
	ADDQ(Imm(16), row2)
	ADDQ(Imm(16), row4)
	ADDQ(Imm(16), row6)
	SUBQ(Imm(4), n)
	JMP(LabelRef("transposeFour"))

	Label("transposeOne")
	TESTQ(n, n)
	JE(LabelRef("transposeDone"))
	for i := range source {
		x := XMM()
		VMOVSS(source[i], x)
		VMOVSS(x, Mem{Base: dst, Disp: 4 * i})
	}
	ADDQ(dstStride, dst)
	ADDQ(Imm(4), row0)
	ADDQ(Imm(4), row2)
	DECQ(n)
	JMP(LabelRef("transposeOne"))
	Label("transposeDone")
	RET()
}

// gather copies the same columns of many rows, eight values at a time. Where
// the width is no multiple of eight, what is written too much is overwritten by
// the next row, and rows eight further on are fetched meanwhile.
func gather() {
	TEXT("gatherAVX", NOSPLIT, "func(n int, src *float32, stride int, dst *float32, width int)")
	Doc("gatherAVX copies width values of each of n rows, stride apart, one after the other. It",
		"reads and writes up to seven values beyond the last.")
	Pragma("noescape")
	n := Load(Param("n"), GP64())
	src := Load(Param("src"), GP64())
	stride := Load(Param("stride"), GP64())
	SHLQ(Imm(2), stride)
	dst := Load(Param("dst"), GP64())
	width := Load(Param("width"), GP64())
	SHLQ(Imm(2), width)
	ahead := GP64()
	LEAQ(Mem{Base: src, Index: stride, Scale: 8}, ahead)
	at := GP64()

	Label("gatherRow")
	TESTQ(n, n)
	JE(LabelRef("gatherDone"))
	XORQ(at, at)
	Label("gatherEight")
	PREFETCHT0(Mem{Base: ahead, Index: at, Scale: 1})
	v := YMM()
	VMOVUPS(Mem{Base: src, Index: at, Scale: 1}, v)
	VMOVUPS(v, Mem{Base: dst, Index: at, Scale: 1})
	ADDQ(Imm(32), at)
	CMPQ(at, width)
	JL(LabelRef("gatherEight"))
	ADDQ(stride, src)
	ADDQ(stride, ahead)
	ADDQ(width, dst)
	DECQ(n)
	JMP(LabelRef("gatherRow"))
	Label("gatherDone")
	VZEROUPPER()
	RET()
}
