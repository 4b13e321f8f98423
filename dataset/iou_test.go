package dataset

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"
)

// grid samples two outlines at n·n points, each part by the even-odd rule.
func grid(a, b Polygon, size float64, n int) float64 {
	inside := func(p Polygon, x, y float64) bool {
		for _, part := range p.Parts {
			in := false
			for i, k := 0, len(part)/2; i < k; i++ {
				j := (i + 1) % k
				x0, y0, x1, y1 := part[2*i], part[2*i+1], part[2*j], part[2*j+1]
				if (y0 > y) != (y1 > y) && x < x0+(y-y0)/(y1-y0)*(x1-x0) {
					in = !in
				}
			}
			if in {
				return true
			}
		}
		return false
	}
	both, any := 0, 0
	for i := range n {
		for j := range n {
			x, y := (float64(i)+.5)/float64(n)*size, (float64(j)+.5)/float64(n)*size
			inA, inB := inside(a, x, y), inside(b, x, y)
			if inA && inB {
				both++
			}
			if inA || inB {
				any++
			}
		}
	}
	return float64(both) / float64(max(any, 1))
}

func TestIoUOfOutlinesEqualsSampling(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	outline := func() (p Polygon) {
		for range 1 + rng.IntN(3) {
			var part []float64
			for range 3 + rng.IntN(6) {
				part = append(part, 100*rng.Float64(), 100*rng.Float64())
			}
			p.Parts = append(p.Parts, part)
		}
		return p
	}
	for range 40 {
		a, b := outline(), outline()
		if got, want := IoU(a, b), grid(a, b, 100, 300); math.Abs(got-want) > 0.01 {
			t.Errorf("IoU %g, sampled %g, of %v and %v", got, want, a.Parts, b.Parts)
		}
		if got := IoU(a, a); math.Abs(got-1) > 1e-12 {
			t.Errorf("IoU with itself is %g: %v", got, a.Parts)
		}
	}
}

func TestIoUByHand(t *testing.T) {
	box := Box{0, 0, 10, 10}
	square := Polygon{Parts: [][]float64{{0, 0, 10, 0, 10, 10, 0, 10}}}
	ell := Polygon{Parts: [][]float64{{0, 0, 10, 0, 10, 5, 5, 5, 5, 10, 0, 10}}}
	bow := Polygon{Parts: [][]float64{{0, 0, 10, 10, 10, 0, 0, 10}}}
	twice := Polygon{Parts: [][]float64{square.Parts[0], square.Parts[0]}}
	mask := box.Mask(20, 20)
	for i, c := range []struct {
		a, b Geometry
		want float64
	}{
		{box, box, 1},
		{box, Box{5, 0, 10, 10}, 1. / 3},
		{box, Box{10, 0, 10, 10}, 0},
		{box, Box{0, 0, 10, 0}, 0},
		{box, Box{10, 10, -10, -10}, 0},
		{box, Box{0, 0, math.NaN(), 10}, 0},
		{box, Box{0, 0, math.Inf(1), 10}, 0},
		{Box{0, 0, 0, 0}, Box{0, 0, 0, 0}, 0},
		{box, RotatedBox{5, 5, 10, 10, 90}, 1},
		{box, RotatedBox{5, 5, 10, 10, 45}, math.Sqrt2 / 2}, // the octagon, 2(√2-1)·100, over the rest
		{RotatedBox{5, 5, 20, 4, 30}, RotatedBox{5, 5, 20, 4, 210}, 1},
		{RotatedBox{5, 5, 20, 4, 0}, RotatedBox{5, 5, 20, 4, 90}, 16. / 144},
		{RotatedBox{5, 5, -20, 4, 0}, box, 0},
		{square, box, 1},
		{ell, box, .75},
		{ell, Box{5, 5, 5, 5}, 0},
		{bow, box, .5},
		{twice, box, 1},
		{Polygon{}, box, 0},
		{Polygon{Parts: [][]float64{{0, 0, 10, 0, 10, math.NaN()}}}, box, 0},
		{Polygon{Parts: square.Parts, Stated: Box{50, 50, 1, 1}}, box, 1},
		{mask, box, 1},
		{mask, Box{5, 0, 5, 10}, .5},
		{mask, Box{5.5, 0, 5, 10}, 45. / 105},
		{mask, square, 1},
		{mask, ell, .75},
		{mask, RotatedBox{5, 5, 10, 10, 90}, 1},
		{mask, mask, 1},
		{mask, box.Mask(20, 30), 1},
		{mask, box.Mask(11, 10), 1},
		{mask, Box{5, 0, 10, 10}.Mask(20, 30), 1. / 3},
		{mask, Mask{}, 0},
		{Mask{}, Mask{}, 0},
		{Invalid{Reason: "it is not spelled", Stated: box}, box, 0},
		{nil, box, 0},
	} {
		for _, got := range []float64{IoU(c.a, c.b), IoU(c.b, c.a)} {
			if math.Abs(got-c.want) > 1e-12 {
				t.Errorf("case %d: IoU of %v and %v is %g, expected %g", i, c.a, c.b, got, c.want)
			}
		}
	}
}

// Upright boxes give the same as boxes, as corners and as masks.
func TestIoUAgreesBetweenForms(t *testing.T) {
	same := func(v [8]uint8) bool {
		a := Box{float64(v[0] % 20), float64(v[1] % 20), 1 + float64(v[2]%20), 1 + float64(v[3]%20)}
		b := Box{float64(v[4] % 20), float64(v[5] % 20), 1 + float64(v[6]%20), 1 + float64(v[7]%20)}
		want := IoU(a, b)
		turned := func(b Box) RotatedBox { return RotatedBox{b.X + b.W/2, b.Y + b.H/2, b.H, b.W, 90} }
		for _, got := range []float64{
			IoU(turned(a), turned(b)), IoU(a.Mask(40, 40), b.Mask(40, 40)), IoU(a.Mask(40, 40), b),
			IoU(a.Mask(40, 40), turned(b)), IoU(a.Mask(40, 45).Polygon(), b.Mask(45, 40)),
		} {
			if math.Abs(got-want) > 1e-9 {
				return false
			}
		}
		return true
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestCrossing(t *testing.T) {
	for i, c := range []struct {
		part []float64
		x, y float64
		want bool
	}{
		{[]float64{0, 0, 10, 10, 10, 0, 0, 10}, 5, 5, true},
		{[]float64{0, 0, 10, 0, 10, 10, 0, 10}, 0, 0, false},
		{[]float64{0, 0, 4, 0, 4, 4, 4, 0, 8, 0, 8, 8, 0, 8}, 0, 0, false}, // there and back
		{[]float64{0, 0, 10, 0, 5, 5, 10, 10, 0, 10, 5, 5}, 0, 0, false},   // touches itself
		{[]float64{0, 0, 10, 0, 10, 5, 2, 5, 2, -5, 0, -5}, 2, 0, true},    // a level edge
		{[]float64{0, 0, 10, 10, 10, 0, 0, math.NaN()}, 0, 0, false},       // said elsewhere
		{[]float64{0, 0, 1, 1}, 0, 0, false},                               // no area
	} {
		x, y, got := Polygon{Parts: [][]float64{c.part}}.Crossing()
		if got != c.want || math.Abs(x-c.x)+math.Abs(y-c.y) > 1e-9 {
			t.Errorf("case %d: %v crosses at %g, %g: %v", i, c.part, x, y, got)
		}
	}
}

// A star whose edges cross a million times is still compared, in slabs.
func TestIoUOfWildOutlines(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var part []float64
	for range 3000 {
		part = append(part, 100*rng.Float64(), 100*rng.Float64())
	}
	p := Polygon{Parts: [][]float64{part}}
	if got := IoU(p, p); math.Abs(got-1) > 1e-9 {
		t.Errorf("IoU with itself is %g", got)
	}
	// Even and odd are about half of the square.
	if got := IoU(p, Box{0, 0, 100, 100}); got < 0.4 || got > 0.6 {
		t.Errorf("IoU with the square is %g", got)
	}
}

func FuzzOutlines(f *testing.F) {
	f.Add([]byte{0, 0, 9, 0, 9, 9, 0, 9}, []byte{3, 3, 12, 3, 12, 12}, uint8(20), uint8(10))
	f.Add([]byte{0, 0, 9, 9, 9, 0, 0, 9}, []byte{}, uint8(1), uint8(1))
	f.Add([]byte{5}, []byte{1, 1, 1, 1, 1, 1}, uint8(0), uint8(255))
	f.Fuzz(func(t *testing.T, a, b []byte, w, h uint8) {
		if len(a)+len(b) > 400 {
			return
		}
		outline := func(b []byte) Polygon {
			var part []float64
			for _, v := range b {
				x := float64(int8(v)) / 4
				if v == 0x80 {
					x = math.Inf(1)
				}
				part = append(part, x)
			}
			return Polygon{Parts: [][]float64{part}}
		}
		p, q := outline(a), outline(b)
		m := p.Mask(int(w), int(h))
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		if back, err := DecodeRLE(m.EncodeRLE(), int(w), int(h)); err != nil || back.Area() != m.Area() {
			t.Fatalf("%v came back as %v, %v", m.Counts, back.Counts, err)
		}
		v, r := IoU(p, q), IoU(q, p)
		if !(v >= 0 && v <= 1) || math.Abs(v-r) > 1e-9 {
			t.Fatalf("IoU is %g, and %g the other way", v, r)
		}
		p.Crossing()
		if v := IoU(m, q); !(v >= 0 && v <= 1) {
			t.Fatalf("IoU with the mask is %g", v)
		}
	})
}
