package pixel

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"
)

// photo draws something with the statistics of a photograph: smooth light,
// edges, texture and a little noise.
func photo(w, h int, seed uint64) *image.NRGBA {
	r := rand.New(rand.NewPCG(seed, 7))
	type wave struct{ fx, fy, phase, r, g, b float64 }
	waves := make([]wave, 12)
	for i := range waves {
		f := math.Pow(1.7, float64(i)) / 100
		a := r.Float64() * 2 * math.Pi
		s := 60 / (1 + 0.7*float64(i))
		waves[i] = wave{f * math.Cos(a), f * math.Sin(a), r.Float64() * 6, s * (0.5 + r.Float64()), s * (0.5 + r.Float64()), s * (0.5 + r.Float64())}
	}
	type disc struct{ x, y, rad, r, g, b float64 }
	discs := make([]disc, 14)
	for i := range discs {
		discs[i] = disc{r.Float64() * float64(w), r.Float64() * float64(h), (0.03 + 0.15*r.Float64()) * float64(min(w, h)),
			80 * r.NormFloat64(), 80 * r.NormFloat64(), 80 * r.NormFloat64()}
	}
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [3]float64{120, 115, 105}
			for _, v := range waves {
				s := math.Sin(v.fx*float64(x) + v.fy*float64(y) + v.phase)
				c[0] += s * v.r
				c[1] += s * v.g
				c[2] += s * v.b
			}
			for _, d := range discs {
				if math.Hypot(float64(x)-d.x, float64(y)-d.y) < d.rad {
					c[0] += d.r
					c[1] += d.g
					c[2] += d.b
				}
			}
			n := 4 * r.NormFloat64()
			for k := range c {
				m.Pix[m.PixOffset(x, y)+k] = byte(min(255, max(0, c[k]+n)))
			}
			m.Pix[m.PixOffset(x, y)+3] = 255
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkMeasure(b *testing.B) {
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"jpeg-32x32", asJPEG(b, photo(32, 32, 1), 90)},
		{"png-32x32", asPNG(b, photo(32, 32, 1))},
		{"jpeg-500x375", asJPEG(b, photo(500, 375, 2), 90)},
		{"png-500x375", asPNG(b, photo(500, 375, 2))},
		{"jpeg-4000x3000", asJPEG(b, photo(4000, 3000, 3), 90)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Measure(c.data, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
