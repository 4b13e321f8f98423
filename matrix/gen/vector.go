package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// loop runs body over blocks of four 8-value vectors, then single over vectors
// and tail over what is left; each pointer moves along.
func loop(name string, n reg.Register, pointers []reg.Register, block func(), single func(), tail func()) {
	stage := func(label string, size int, body func()) {
		next := name + label + "End"
		Label(name + label)
		CMPQ(n, Imm(uint64(size)))
		JL(LabelRef(next))
		body()
		for _, p := range pointers {
			ADDQ(Imm(uint64(4*size)), p)
		}
		SUBQ(Imm(uint64(size)), n)
		JMP(LabelRef(name + label))
		Label(next)
	}
	stage("Block", 32, block)
	stage("Vector", 8, single)
	stage("Tail", 1, tail)
}

// reduce folds four vectors of eight sums into the lowest value of the first.
func reduce(op func(ops ...Op), sums []reg.VecVirtual) reg.VecVirtual {
	op(sums[2], sums[0], sums[0])
	op(sums[3], sums[1], sums[1])
	op(sums[1], sums[0], sums[0])
	low, high := sums[0].AsX(), XMM()
	VEXTRACTF128(Imm(1), sums[0], high)
	op(high, low, low)
	VPERMILPS(Imm(0b01001110), low, high)
	op(high, low, low)
	VPERMILPS(Imm(0b10110001), low, high)
	op(high, low, low)
	return sums[0]
}

func zeros(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = YMM()
		VXORPS(v[i], v[i], v[i])
	}
	return v
}

func dot() {
	TEXT("dotAVX2", NOSPLIT, "func(a, b []float32) float32")
	Doc("dotAVX2 returns the sum of products; b is at least as long as a.")
	Pragma("noescape")
	a, n := Load(Param("a").Base(), GP64()), Load(Param("a").Len(), GP64())
	b := Load(Param("b").Base(), GP64())
	sums := zeros(4)
	loop("dot", n, []reg.Register{a, b}, func() {
		for i, s := range sums {
			x := YMM()
			VMOVUPS(Mem{Base: a, Disp: 32 * i}, x)
			VFMADD231PS(Mem{Base: b, Disp: 32 * i}, x, s)
		}
	}, func() {
		x := YMM()
		VMOVUPS(Mem{Base: a}, x)
		VFMADD231PS(Mem{Base: b}, x, sums[0])
	}, func() {
		// A load of one value zeroes the other lanes, which then add nothing:
		// the sums of the block survive.
		x, y := XMM(), XMM()
		VMOVSS(Mem{Base: a}, x)
		VMOVSS(Mem{Base: b}, y)
		VFMADD231PS(x.AsY(), y.AsY(), sums[1])
	})
	finish(reduce(vaddps, sums))
}

func squaredDistance() {
	TEXT("squaredDistanceAVX2", NOSPLIT, "func(a, b []float32) float32")
	Doc("squaredDistanceAVX2 returns the sum of squared differences; b is at least as long as a.")
	Pragma("noescape")
	a, n := Load(Param("a").Base(), GP64()), Load(Param("a").Len(), GP64())
	b := Load(Param("b").Base(), GP64())
	sums := zeros(4)
	loop("squaredDistance", n, []reg.Register{a, b}, func() {
		for i, s := range sums {
			x := YMM()
			VMOVUPS(Mem{Base: a, Disp: 32 * i}, x)
			VSUBPS(Mem{Base: b, Disp: 32 * i}, x, x)
			VFMADD231PS(x, x, s)
		}
	}, func() {
		x := YMM()
		VMOVUPS(Mem{Base: a}, x)
		VSUBPS(Mem{Base: b}, x, x)
		VFMADD231PS(x, x, sums[0])
	}, func() {
		x, y := XMM(), XMM()
		VMOVSS(Mem{Base: a}, x)
		VMOVSS(Mem{Base: b}, y)
		VSUBPS(y, x, x)
		VFMADD231PS(x.AsY(), x.AsY(), sums[1])
	})
	finish(reduce(vaddps, sums))
}

func axpy() {
	TEXT("axpyAVX2", NOSPLIT, "func(alpha float32, x, y []float32)")
	Doc("axpyAVX2 adds alpha times x to y, which is at least as long.")
	Pragma("noescape")
	alpha := YMM()
	address, err := Param("alpha").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(address.Addr, alpha)
	x, n := Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64())
	y := Load(Param("y").Base(), GP64())
	vector := func(i int) {
		v := YMM()
		VMOVUPS(Mem{Base: y, Disp: 32 * i}, v)
		VFMADD231PS(Mem{Base: x, Disp: 32 * i}, alpha, v)
		VMOVUPS(v, Mem{Base: y, Disp: 32 * i})
	}
	loop("axpy", n, []reg.Register{x, y}, func() {
		for i := range 4 {
			vector(i)
		}
	}, func() { vector(0) }, func() {
		v := XMM()
		VMOVSS(Mem{Base: y}, v)
		VFMADD231SS(Mem{Base: x}, alpha.AsX(), v)
		VMOVSS(v, Mem{Base: y})
	})
	VZEROUPPER()
	RET()
}

func maximum() {
	TEXT("maximumAVX2", NOSPLIT, "func(values []float32) float32")
	Doc("maximumAVX2 returns the largest value that is not NaN, or minus infinity.")
	Pragma("noescape")
	p, n := Load(Param("values").Base(), GP64()), Load(Param("values").Len(), GP64())
	least, bits := XMM(), GP32()
	MOVL(U32(0xff800000), bits) // minus infinity
	VMOVD(bits, least)
	best := zeros(4)
	for _, b := range best {
		VBROADCASTSS(least, b)
	}
	// With the sum so far as the second source, a NaN in the first is dropped.
	vector := func(i int) {
		v := YMM()
		VMOVUPS(Mem{Base: p, Disp: 32 * i}, v)
		VMAXPS(best[i], v, best[i])
	}
	loop("maximum", n, []reg.Register{p}, func() {
		for i := range best {
			vector(i)
		}
	}, func() { vector(0) }, func() {
		v := YMM()
		VBROADCASTSS(Mem{Base: p}, v)
		VMAXPS(best[0], v, best[0])
	})
	finish(reduce(vmaxps, best))
}

func above() {
	TEXT("aboveAVX2", NOSPLIT, "func(values []float32, threshold float32) int")
	Doc("aboveAVX2 returns the index of the first value above threshold, or len(values).")
	Pragma("noescape")
	start, left := Load(Param("values").Base(), GP64()), Load(Param("values").Len(), GP64())
	p := GP64()
	MOVQ(start, p)
	threshold := YMM()
	address, err := Param("threshold").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(address.Addr, threshold)
	const greater = 30 // GT_OQ: ordered, so NaN is not above
	bits := GP32()
	loop("above", left, []reg.Register{p}, func() {
		masks := []reg.VecVirtual{YMM(), YMM(), YMM(), YMM()}
		for i, m := range masks {
			v := YMM()
			VMOVUPS(Mem{Base: p, Disp: 32 * i}, v)
			VCMPPS(Imm(greater), threshold, v, m)
		}
		VORPS(masks[1], masks[0], masks[0])
		VORPS(masks[3], masks[2], masks[2])
		VORPS(masks[2], masks[0], masks[0])
		VMOVMSKPS(masks[0], bits)
		TESTL(bits, bits)
		JNE(LabelRef("aboveVector"))
	}, func() {
		v := YMM()
		VMOVUPS(Mem{Base: p}, v)
		VCMPPS(Imm(greater), threshold, v, v)
		VMOVMSKPS(v, bits)
		TESTL(bits, bits)
		JNE(LabelRef("aboveFound"))
	}, func() {
		v := XMM()
		VMOVSS(Mem{Base: p}, v)
		VUCOMISS(threshold.AsX(), v)
		JHI(LabelRef("aboveHere"))
	})
	JMP(LabelRef("aboveHere"))
	Label("aboveFound")
	offset := GP32()
	BSFL(bits, offset)
	LEAQ(Mem{Base: p, Index: offset.As64(), Scale: 4}, p)
	Label("aboveHere")
	SUBQ(start, p)
	SHRQ(Imm(2), p)
	VZEROUPPER()
	Store(p, ReturnIndex(0))
	RET()
}

func vaddps(ops ...Op) { VADDPS(ops...) }

func vmaxps(ops ...Op) { VMAXPS(ops...) }

func finish(v reg.VecVirtual) {
	VZEROUPPER()
	Store(v.AsX(), ReturnIndex(0))
	RET()
}
