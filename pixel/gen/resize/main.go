// Resize writes the assembly of package pixel: run "go generate" there after a
// change.
package main

import (
	"sync"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const fraction = 22

func main() {
	ConstraintExpr("amd64")

	accumulate()
	line1()
	line3()

	Generate()
}

// accumulate is the vertical pass of one row into one row of sums.
func accumulate() {
	TEXT("accumulateAVX2", NOSPLIT, "func(sums *int32, line *byte, weight int32, n int)")
	Doc("accumulateAVX2 adds weight times line to n sums, a multiple of 16.")
	Pragma("noescape")
	sums, line := Load(Param("sums"), GP64()), Load(Param("line"), GP64())
	weight, one := YMM(), XMM()
	VMOVD(Load(Param("weight"), GP32()), one)
	VPBROADCASTD(one, weight)
	n := Load(Param("n"), GP64())
	Label("next")
	CMPQ(n, Imm(16))
	JL(LabelRef("done"))
	for i := range 2 {
		v := YMM()
		VPMOVZXBD(Mem{Base: line, Disp: 8 * i}, v)
		VPMULLD(weight, v, v)
		VPADDD(Mem{Base: sums, Disp: 32 * i}, v, v)
		VMOVDQU(v, Mem{Base: sums, Disp: 32 * i})
	}
	ADDQ(Imm(16), line)
	ADDQ(Imm(64), sums)
	SUBQ(Imm(16), n)
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}

// A walk goes over the outputs of a horizontal pass: for each, it sums products
// of weights and samples in steps, and leaves the clamped result to store.
type walk struct {
	name     string
	channels int
	step     int // taps in one step
}

func (w walk) generate(prepare func(), step func(in, weights reg.Register, sum reg.VecVirtual), store func(dst reg.Register, sum reg.VecVirtual)) {
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	weights, first := Load(Param("weights"), GP64()), Load(Param("first"), GP64())
	count, taps := Load(Param("count"), GP64()), Load(Param("taps"), GP64())
	n := Load(Param("n"), GP64())
	SHLQ(Imm(2), taps) // bytes
	prepare()
	Label(w.name)
	TESTQ(n, n)
	JZ(LabelRef(w.name + "Done"))
	in, k, left := GP64(), GP64(), GP64()
	MOVLQSX(Mem{Base: first}, in)
	if w.channels == 3 {
		LEAQ(Mem{Base: in, Index: in, Scale: 2}, in)
	}
	ADDQ(src, in)
	MOVLQSX(Mem{Base: count}, left)
	MOVQ(weights, k)
	sum := YMM()
	VPXOR(sum, sum, sum)
	Label(w.name + "Taps")
	step(in, k, sum)
	ADDQ(Imm(uint64(w.step*w.channels)), in)
	ADDQ(Imm(uint64(4*w.step)), k)
	SUBQ(Imm(uint64(w.step)), left)
	JG(LabelRef(w.name + "Taps"))
	store(dst, sum)
	ADDQ(Imm(uint64(w.channels)), dst)
	ADDQ(taps, weights)
	ADDQ(Imm(4), first)
	ADDQ(Imm(4), count)
	DECQ(n)
	JMP(LabelRef(w.name))
	Label(w.name + "Done")
	VZEROUPPER()
	RET()
}

const signature = "func(dst, src *byte, weights, first, count *int32, taps, n int)"

// line1 resamples a row of one channel.
func line1() {
	TEXT("line1AVX2", NOSPLIT, signature)
	Doc("line1AVX2 computes n outputs of a row of one channel. Weights are padded with zeros to a",
		"multiple of 8 each, and src may be read 8 bytes beyond its last sample.")
	Pragma("noescape")
	walk{"line1", 1, 8}.generate(func() {}, func(in, weights reg.Register, sum reg.VecVirtual) {
		v := YMM()
		VPMOVZXBD(Mem{Base: in}, v)
		VPMULLD(Mem{Base: weights}, v, v)
		VPADDD(v, sum, sum)
	}, func(dst reg.Register, sum reg.VecVirtual) {
		x := fold(sum)
		turned := XMM()
		VPSHUFD(Imm(0x4e), x, turned)
		VPADDD(turned, x, x)
		VPSHUFD(Imm(0xb1), x, turned)
		VPADDD(turned, x, x)
		bytes := clamp(x)
		VPEXTRB(Imm(0), bytes, Mem{Base: dst})
	})
}

// line3 resamples a row of packed red, green and blue.
func line3() {
	var spread [2]Mem // of four pixels: the first two, the last two
	for i := range spread {
		spread[i] = GLOBL("spread"+string(rune('0'+i)), RODATA|NOPTR)
		for j := range 32 {
			pixel, c, b := 2*i+j/16, j%16/4, j%4
			v := uint8(0x80)
			if c < 3 && b == 0 {
				v = uint8(3*pixel + c)
			}
			DATA(j, U8(v))
		}
	}
	var pick [2]Mem // of four weights: the first two, the last two
	for i := range pick {
		pick[i] = GLOBL("pick"+string(rune('0'+i)), RODATA|NOPTR)
		for j := range 8 {
			DATA(4*j, U32(uint32(2*i+j/4)))
		}
	}
	TEXT("line3AVX2", NOSPLIT, signature)
	Doc("line3AVX2 computes n outputs of a row of red, green and blue. Weights are padded with",
		"zeros to a multiple of 4 each, and src may be read 16 bytes beyond its last sample.")
	Pragma("noescape")
	walk{"line3", 3, 4}.generate(func() {}, func(in, weights reg.Register, sum reg.VecVirtual) {
		pixels, k := YMM(), YMM()
		VBROADCASTI128(Mem{Base: in}, pixels)
		VBROADCASTI128(Mem{Base: weights}, k)
		for i := range 2 {
			v, kk := YMM(), YMM()
			VPSHUFB(spread[i], pixels, v)
			VPERMILPS(pick[i], k, kk)
			VPMULLD(kk, v, v)
			VPADDD(v, sum, sum)
		}
	}, func(dst reg.Register, sum reg.VecVirtual) {
		bytes := clamp(fold(sum))
		VPEXTRW(Imm(0), bytes, Mem{Base: dst})
		VPEXTRB(Imm(2), bytes, Mem{Base: dst, Disp: 2})
	})
}

// fold adds the halves of a vector.
func fold(v reg.VecVirtual) reg.VecVirtual {
	upper := XMM()
	VEXTRACTI128(Imm(1), v, upper)
	VPADDD(v.AsX(), upper, upper)
	return upper
}

// clamp rounds sums of four values and turns them into bytes.
func clamp(x reg.VecVirtual) reg.VecVirtual {
	VPADDD(half(), x, x)
	VPSRAD(Imm(fraction), x, x)
	VPACKSSDW(x, x, x)
	VPACKUSWB(x, x, x)
	return x
}

// half is what rounding adds.
var half = sync.OnceValue(func() Mem {
	m := GLOBL("half", RODATA|NOPTR)
	for i := range 4 {
		DATA(4*i, U32(1<<(fraction-1)))
	}
	return m
})
