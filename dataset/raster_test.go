package dataset

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

type noise struct{ Pixels, RLE string }

type rasterCase struct {
	W, H           int
	AParts, BParts [][]float64
	A, B           string
	Area           [2]float64
	IoU            float64
	ANoise, BNoise *noise
}

// The outlines of testdata/rle.json are filled as pycocotools did.
func TestRasterEqualsPycocotools(t *testing.T) {
	b, err := os.ReadFile("testdata/rle.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []rasterCase
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for i, c := range cases {
		var masks [2]Mask
		for k, s := range []struct {
			parts [][]float64
			want  string
			noise *noise
		}{{c.AParts, c.A, c.ANoise}, {c.BParts, c.B, c.BNoise}} {
			m := Polygon{Parts: s.parts}.Mask(c.W, c.H)
			masks[k] = m
			if got := m.EncodeRLE(); got != s.want {
				t.Errorf("case %d: %v in %d × %d gives %q, pycocotools %q", i, s.parts, c.W, c.H, got, s.want)
				continue
			}
			back, err := DecodeRLE(s.want, c.W, c.H)
			if err != nil || !slices.Equal(back.Counts, m.Counts) {
				t.Errorf("case %d: %q decodes to %v, %v", i, s.want, back.Counts, err)
			}
			if m.Area() != c.Area[k] {
				t.Errorf("case %d: area %g, pycocotools %g", i, m.Area(), c.Area[k])
			}
			if s.noise == nil {
				continue
			}
			pix := make([]bool, c.W*c.H)
			for j := range pix {
				pix[j] = s.noise.Pixels[j] == '1'
			}
			n := MaskOf(c.W, c.H, pix)
			if got := n.EncodeRLE(); got != s.noise.RLE {
				t.Errorf("case %d: noise gives %q, pycocotools %q", i, got, s.noise.RLE)
			}
			if !slices.Equal(n.Pixels(), pix) {
				t.Errorf("case %d: the pixels do not come back", i)
			}
		}
		if got := IoU(masks[0], masks[1]); math.Abs(got-c.IoU) > 1e-12 {
			t.Errorf("case %d: IoU %g, pycocotools %g", i, got, c.IoU)
		}
	}
}

func TestBoxMaskCoversWholePixels(t *testing.T) {
	m := Box{2, 1, 3, 2}.Mask(7, 4)
	want := NewMask(7, 4, func(x, y int) bool { return x >= 2 && x < 5 && y >= 1 && y < 3 })
	if !slices.Equal(m.Counts, want.Counts) || m.Bounds() != (Box{2, 1, 3, 2}) {
		t.Errorf("the box became %v around %v", m.Counts, m.Bounds())
	}
}

func TestRasterOfAbsurdOutlines(t *testing.T) {
	far := Polygon{Parts: [][]float64{{-1e300, -1e300, 1e300, -1e300, 1e300, 1e300, -1e300, 1e300}}}
	if m := far.Mask(10, 10); m.Area() != 100 {
		t.Errorf("an outline far around the picture covers %g of its 100 pixels", m.Area())
	}
	for _, p := range [][][]float64{nil, {nil}, {{1, 2}}, {{1, 2, math.NaN(), 3, 4, 5}}} {
		if m := (Polygon{Parts: p}).Mask(10, 10); m.Area() != 0 || m.Check() != nil {
			t.Errorf("%v covers %g pixels; %v", p, m.Area(), m.Check())
		}
	}
	if m := far.Mask(1<<20, 1<<20); len(m.Counts) != 0 || m.Width != 0 {
		t.Errorf("a picture of 2^40 pixels gave a mask of %d runs", len(m.Counts))
	}
}

func TestPolygonOfMask(t *testing.T) {
	ring := NewMask(5, 5, func(x, y int) bool { return x != 2 || y != 2 })
	if p := ring.Polygon(); len(p.Parts) != 1 || !slices.Equal(p.Parts[0], []float64{0, 0, 5, 0, 5, 5, 0, 5}) {
		t.Errorf("a ring has the outline %v", p.Parts)
	}
	diagonal := MaskOf(2, 2, []bool{true, false, false, true})
	want := [][]float64{{0, 0, 1, 0, 1, 1, 0, 1}, {1, 1, 2, 1, 2, 2, 1, 2}}
	if p := diagonal.Polygon(); !slices.EqualFunc(p.Parts, want, slices.Equal[[]float64]) {
		t.Errorf("two pixels at a corner have the outlines %v", p.Parts)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		w, h, share := 1+rng.IntN(12), 1+rng.IntN(12), rng.Float64()
		m := NewMask(w, h, func(int, int) bool { return rng.Float64() < share })
		filled := MaskOf(w, h, withoutHoles(m))
		p := m.Polygon()
		if got := p.Mask(w, h); !slices.Equal(got.Counts, filled.Counts) {
			t.Fatalf("%d × %d %v: the outlines %v fill to %v, expected %v", w, h, m.Counts, p.Parts, got.Counts, filled.Counts)
		}
	}
}

// withoutHoles fills what cannot be reached from outside, corners included.
func withoutHoles(m Mask) []bool {
	pix := m.Pixels()
	outside := make([]bool, len(pix))
	var stack [][2]int
	for x := -1; x <= m.Width; x++ {
		for y := -1; y <= m.Height; y++ {
			if x < 0 || y < 0 || x == m.Width || y == m.Height {
				stack = append(stack, [2]int{x, y})
			}
		}
	}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				x, y := p[0]+dx, p[1]+dy
				if x < 0 || y < 0 || x >= m.Width || y >= m.Height || pix[y*m.Width+x] || outside[y*m.Width+x] {
					continue
				}
				outside[y*m.Width+x] = true
				stack = append(stack, [2]int{x, y})
			}
		}
	}
	for i := range outside {
		outside[i] = !outside[i]
	}
	return outside
}
