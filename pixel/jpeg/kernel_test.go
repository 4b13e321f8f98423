package jpeg

import (
	"bytes"
	"image/color"
	"math/rand/v2"
	"testing"
)

// The vector code must give the bytes of the portable code.

func TestTransformKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		var b [64]int32
		columns := uint8(0)
		for range 1 + r.IntN(64) {
			z := r.IntN(64)
			b[z] = int32(float64(int(1)<<r.IntN(16)) * r.NormFloat64())
			columns |= columnOf[z]
		}
		c := b
		want, got := make([]byte, 100), make([]byte, 100)
		inverse8(&b, columns, want, 11)
		inverse(&c, columns, got, 11)
		if !bytes.Equal(want, got) {
			t.Fatalf("block %d differs", i)
		}
	}
}

func TestRowKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.IntN(256))
			if r.IntN(4) == 0 {
				b[i] = byte(255 * r.IntN(2))
			}
		}
		return b
	}
	for n := 3; n < 200; n++ {
		a, b, c := random(n), random(n), random(n)
		want, got := make([]byte, 3*n), make([]byte, 3*n)
		fromYCC(want, a, b, c)
		convert(got, a, b, c)
		if !bytes.Equal(want, got) {
			t.Fatalf("conversion of %d pixels differs", n)
		}
		want, got = make([]byte, 2*n), make([]byte, 2*n)
		doubleFrom(want, a, 1)
		double(got, a)
		if !bytes.Equal(want, got) {
			t.Fatalf("doubling of %d samples differs", n)
		}
		doubleBothFrom(want, a, b, 1)
		doubleBoth(got, a, b)
		if !bytes.Equal(want, got) {
			t.Fatalf("doubling of %d samples in both directions differs", n)
		}
	}
}

func TestConversionOfEveryColour(t *testing.T) {
	luma, cb, cr, rgb := make([]byte, 256), make([]byte, 256), make([]byte, 256), make([]byte, 768)
	for i := range luma {
		luma[i] = byte(i)
	}
	want := make([]byte, 768)
	for b := 0; b < 256; b += 3 {
		for r := 0; r < 256; r++ {
			for i := range cb {
				cb[i], cr[i] = byte(b), byte(r)
			}
			convert(rgb, luma, cb, cr)
			fromYCC(want, luma, cb, cr)
			if !bytes.Equal(rgb, want) {
				t.Fatalf("the vector code differs for chroma %d, %d", b, r)
			}
			for _, y := range []int{0, 77, 128, 255} {
				x, g, z := color.YCbCrToRGB(byte(y), byte(b), byte(r))
				for i, v := range []byte{x, g, z} {
					if d := int(rgb[3*y+i]) - int(v); d > 1 || d < -1 {
						t.Fatalf("colour %d,%d,%d channel %d is %d, expected about %d", y, b, r, i, rgb[3*y+i], v)
					}
				}
			}
		}
	}
}

func TestDoublingIsLinear(t *testing.T) {
	src := make([]byte, 40)
	for i := range src {
		src[i] = byte(4 * i)
	}
	dst := make([]byte, 80)
	double(dst, src)
	for i := 1; i < 79; i++ {
		if want := 2*i - 1; int(dst[i]) < want-1 || int(dst[i]) > want+1 {
			t.Errorf("pixel %d of a ramp is %d, expected about %d", i, dst[i], want)
		}
	}
	doubleBoth(dst, src, src)
	for i := 1; i < 79; i++ {
		if want := 2*i - 1; int(dst[i]) < want-1 || int(dst[i]) > want+1 {
			t.Errorf("pixel %d of a ramp is %d, expected about %d", i, dst[i], want)
		}
	}
}
