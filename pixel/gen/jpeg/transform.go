package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	constBits = 13
	passBits  = 2
)

var vectors = map[string]Mem{}

// every is a vector of eight equal 32-bit values in read-only memory.
func every(v int32) Mem {
	name := fmt.Sprintf("every%d", v)
	if v < 0 {
		name = fmt.Sprintf("everyMinus%d", -v)
	}
	m, ok := vectors[name]
	if !ok {
		m = GLOBL(name, RODATA|NOPTR)
		for i := range 8 {
			DATA(4*i, I32(v))
		}
		vectors[name] = m
	}
	return m
}

func add(a, b Op) reg.VecVirtual       { r := YMM(); VPADDD(b, a, r); return r }
func sub(a, b Op) reg.VecVirtual       { r := YMM(); VPSUBD(b, a, r); return r }
func mul(a Op, k int32) reg.VecVirtual { r := YMM(); VPMULLD(every(k), a, r); return r }

// inverse8 is the transform of inverse8 in idct.go on all columns, then on all
// rows at once, in the same 32-bit arithmetic.
func inverse8() {
	const rowShift = constBits + passBits + 3
	TEXT("inverse8AVX2", NOSPLIT, "func(b *[64]int32, out *byte, stride int)")
	Doc("inverse8AVX2 transforms the coefficients b into 8 rows of 8 pixels.")
	Pragma("noescape")
	b := Load(Param("b"), GP64())
	var v [8]reg.VecVirtual
	for i := range v {
		v[i] = YMM()
		VMOVDQU(Mem{Base: b, Disp: 32 * i}, v[i])
	}
	v = oneWay(v, 1<<(constBits-passBits-1), constBits-passBits)
	v = transpose(v)
	v = oneWay(v, 1<<(rowShift-1)+128<<rowShift, rowShift)
	storeColumns(v)
	VZEROUPPER()
	RET()
}

func oneWay(in [8]reg.VecVirtual, half int32, shift uint64) (out [8]reg.VecVirtual) {
	z1 := mul(add(in[2], in[6]), 4433)
	t3 := add(z1, mul(in[2], 6270))
	t2 := add(z1, mul(in[6], -15137))
	even := func(v reg.VecVirtual) reg.VecVirtual {
		VPSLLD(Imm(constBits), v, v)
		return add(v, every(half))
	}
	t0, t1 := even(add(in[0], in[4])), even(sub(in[0], in[4]))
	t10, t13, t11, t12 := add(t0, t3), sub(t0, t3), add(t1, t2), sub(t1, t2)

	z1, z2 := mul(add(in[7], in[1]), -7373), mul(add(in[5], in[3]), -20995)
	z3, z4 := add(in[7], in[3]), add(in[5], in[1])
	z5 := mul(add(z3, z4), 9633)
	z3, z4 = add(z5, mul(z3, -16069)), add(z5, mul(z4, -3196))
	o0 := add(add(mul(in[7], 2446), z1), z3)
	o1 := add(add(mul(in[5], 16819), z2), z4)
	o2 := add(add(mul(in[3], 25172), z2), z3)
	o3 := add(add(mul(in[1], 12299), z1), z4)

	pair := func(i int, t, o reg.VecVirtual) {
		out[i], out[7-i] = add(t, o), sub(t, o)
		VPSRAD(Imm(shift), out[i], out[i])
		VPSRAD(Imm(shift), out[7-i], out[7-i])
	}
	pair(0, t10, o3)
	pair(1, t11, o2)
	pair(2, t12, o1)
	pair(3, t13, o0)
	return out
}

// transpose exchanges rows and columns of an 8×8 matrix.
func transpose(r [8]reg.VecVirtual) (c [8]reg.VecVirtual) {
	two := func(op func(...Op), a, b reg.VecVirtual) reg.VecVirtual { d := YMM(); op(b, a, d); return d }
	low, high := func(o ...Op) { VPUNPCKLDQ(o[0], o[1], o[2]) }, func(o ...Op) { VPUNPCKHDQ(o[0], o[1], o[2]) }
	lowQ, highQ := func(o ...Op) { VPUNPCKLQDQ(o[0], o[1], o[2]) }, func(o ...Op) { VPUNPCKHQDQ(o[0], o[1], o[2]) }
	var b [8]reg.VecVirtual
	for i := 0; i < 8; i += 4 {
		a0, a1 := two(low, r[i], r[i+1]), two(high, r[i], r[i+1])
		a2, a3 := two(low, r[i+2], r[i+3]), two(high, r[i+2], r[i+3])
		b[i], b[i+1] = two(lowQ, a0, a2), two(highQ, a0, a2)
		b[i+2], b[i+3] = two(lowQ, a1, a3), two(highQ, a1, a3)
	}
	for i := range 4 {
		c[i], c[i+4] = YMM(), YMM()
		VPERM2I128(Imm(0x20), b[i+4], b[i], c[i])
		VPERM2I128(Imm(0x31), b[i+4], b[i], c[i+4])
	}
	return c
}

// storeColumns clamps eight columns to bytes and stores them as rows.
func storeColumns(v [8]reg.VecVirtual) {
	turn := GLOBL("turn4x4", RODATA|NOPTR)
	for i := range 32 {
		DATA(i, U8(uint8(i%4*4+i%16/4)))
	}
	half := func(i int) reg.VecVirtual {
		a, b := YMM(), YMM()
		VPACKSSDW(v[i+1], v[i], a)
		VPACKSSDW(v[i+3], v[i+2], b)
		VPACKUSWB(b, a, a)
		VPSHUFB(turn, a, a)
		return a
	}
	left, right := half(0), half(4)
	first, second := YMM(), YMM()
	VPUNPCKLDQ(right, left, first)  // rows 0, 1 and 4, 5
	VPUNPCKHDQ(right, left, second) // rows 2, 3 and 6, 7
	out, stride := Load(Param("out"), GP64()), Load(Param("stride"), GP64())
	store := func(x reg.VecVirtual) {
		VMOVQ(x, Mem{Base: out})
		VMOVHPS(x, Mem{Base: out, Index: stride, Scale: 1})
		LEAQ(Mem{Base: out, Index: stride, Scale: 2}, out)
	}
	store(first.AsX().(reg.VecVirtual))
	store(second.AsX().(reg.VecVirtual))
	lower := XMM()
	VEXTRACTI128(Imm(1), first, lower)
	store(lower)
	VEXTRACTI128(Imm(1), second, lower)
	store(lower)
}
