package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// words is a vector of sixteen equal 16-bit values in read-only memory.
func words(name string, v ...int16) Mem {
	m, ok := vectors[name]
	if !ok {
		m = GLOBL(name, RODATA|NOPTR)
		for i := range 16 {
			DATA(2*i, I16(v[i%len(v)]))
		}
		vectors[name] = m
	}
	return m
}

func widen(p reg.Register, disp int) reg.VecVirtual {
	r := YMM()
	VPMOVZXBW(Mem{Base: p, Disp: disp}, r)
	return r
}

// blocks runs body n/16 times; n is a multiple of 16.
func blocks(name string, n reg.Register, body func()) {
	Label(name)
	CMPQ(n, Imm(16))
	JL(LabelRef(name + "End"))
	body()
	SUBQ(Imm(16), n)
	JMP(LabelRef(name))
	Label(name + "End")
	VZEROUPPER()
	RET()
}

// fromYCC is fromYCC of picture.go in 16-bit arithmetic that rounds the same:
// (k·x + 2^15) >> 16 is (((k·2x) >> 16) + 1) >> 1, and the whole part of a
// factor is added apart.
func fromYCC() {
	TEXT("fromYCCAVX2", NOSPLIT, "func(dst, luma, cb, cr *byte, n int)")
	Doc("fromYCCAVX2 converts n pixels, a multiple of 16, to red, green, blue.")
	Pragma("noescape")
	dst, luma := Load(Param("dst"), GP64()), Load(Param("luma"), GP64())
	cb, cr := Load(Param("cb"), GP64()), Load(Param("cr"), GP64())
	n := Load(Param("n"), GP64())
	center, one := words("center", 128), words("one", 1)
	green := words("greenFactors", -22554, 18734) // of b, and of r beside the whole -1
	half := every(1 << 15)
	var masks [3][3]Mem
	for k := range masks {
		for c := range 3 {
			name := "take" + string(rune('0'+k)) + string("RGB"[c])
			masks[k][c] = GLOBL(name, RODATA|NOPTR)
			for i := range 16 {
				v := uint8(0x80)
				if j := 16*k + i; j%3 == c {
					v = uint8(j / 3)
				}
				DATA(i, U8(v))
			}
		}
	}
	blocks("ycc", n, func() {
		y, b, r := widen(luma, 0), widen(cb, 0), widen(cr, 0)
		VPSUBW(center, b, b)
		VPSUBW(center, r, r)
		scaled := func(double reg.VecVirtual, factor Mem) reg.VecVirtual {
			v := YMM()
			VPMULHW(factor, double, v)
			VPADDW(one, v, v)
			VPSRAW(Imm(1), v, v)
			return v
		}
		r2, b2 := YMM(), YMM()
		VPADDW(r, r, r2)
		VPADDW(b, b, b2)
		red := scaled(r2, words("redFactor", 26345)) // 1.402 = 1 + 26345/65536
		VPADDW(r, red, red)
		VPADDW(y, red, red)
		blue := scaled(b2, words("blueFactor", -14942)) // 1.772 = 2 - 14942/65536
		VPADDW(b2, blue, blue)
		VPADDW(y, blue, blue)
		part := func(pair reg.VecVirtual) reg.VecVirtual {
			VPMADDWD(green, pair, pair)
			VPADDD(half, pair, pair)
			VPSRAD(Imm(16), pair, pair)
			return pair
		}
		low, high := YMM(), YMM()
		VPUNPCKLWD(r, b, low)
		VPUNPCKHWD(r, b, high)
		g := YMM()
		VPACKSSDW(part(high), part(low), g)
		VPSUBW(r, g, g)
		VPADDW(y, g, g)
		var channels [3]reg.VecVirtual
		for i, v := range []reg.VecVirtual{red, g, blue} {
			upper := XMM()
			VEXTRACTI128(Imm(1), v, upper)
			channels[i] = XMM()
			VPACKUSWB(upper, v.AsX(), channels[i])
		}
		for k := range masks {
			sum, part := XMM(), XMM()
			VPSHUFB(masks[k][0], channels[0], sum)
			for c := 1; c < 3; c++ {
				VPSHUFB(masks[k][c], channels[c], part)
				VPOR(part, sum, sum)
			}
			VMOVDQU(sum, Mem{Base: dst, Disp: 16 * k})
		}
		ADDQ(Imm(16), luma)
		ADDQ(Imm(16), cb)
		ADDQ(Imm(16), cr)
		ADDQ(Imm(48), dst)
	})
}

// interleave stores sixteen even and sixteen odd pixels.
func interleave(dst reg.Register, even, odd reg.VecVirtual) {
	VPSLLW(Imm(8), odd, odd)
	VPOR(even, odd, odd)
	VMOVDQU(odd, Mem{Base: dst})
	ADDQ(Imm(32), dst)
}

func triple(v reg.VecVirtual) reg.VecVirtual {
	r := YMM()
	VPADDW(v, v, r)
	VPADDW(v, r, r)
	return r
}

func doubleRow() {
	TEXT("doubleAVX2", NOSPLIT, "func(dst, src *byte, n int)")
	Doc("doubleAVX2 doubles n samples, a multiple of 16, that have a neighbour on both sides.")
	Pragma("noescape")
	dst, src, n := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("n"), GP64())
	one, two := words("one", 1), words("two", 2)
	blocks("double", n, func() {
		v := triple(widen(src, 0))
		even, odd := widen(src, -1), widen(src, 1)
		VPADDW(v, even, even)
		VPADDW(one, even, even)
		VPSRLW(Imm(2), even, even)
		VPADDW(v, odd, odd)
		VPADDW(two, odd, odd)
		VPSRLW(Imm(2), odd, odd)
		interleave(dst, even, odd)
		ADDQ(Imm(16), src)
	})
}

func doubleBoth() {
	TEXT("doubleBothAVX2", NOSPLIT, "func(dst, near, far *byte, n int)")
	Doc("doubleBothAVX2 doubles n samples, a multiple of 16, that have a neighbour on both sides,",
		"between the row near and the row far.")
	Pragma("noescape")
	dst, near := Load(Param("dst"), GP64()), Load(Param("near"), GP64())
	far, n := Load(Param("far"), GP64()), Load(Param("n"), GP64())
	seven, eight := words("seven", 7), words("eight", 8)
	blocks("doubleBoth", n, func() {
		at := func(disp int) reg.VecVirtual {
			v := triple(widen(near, disp))
			VPADDW(widen(far, disp), v, v)
			return v
		}
		this := triple(at(0))
		even, odd := at(-1), at(1)
		VPADDW(this, even, even)
		VPADDW(eight, even, even)
		VPSRLW(Imm(4), even, even)
		VPADDW(this, odd, odd)
		VPADDW(seven, odd, odd)
		VPSRLW(Imm(4), odd, odd)
		interleave(dst, even, odd)
		ADDQ(Imm(16), near)
		ADDQ(Imm(16), far)
	})
}
