package duplicate

import (
	"math"
	"sync"

	"github.com/errata-cv/errata/matrix"
)

// verifier confirms pairs of images by the correlation of their small pictures.
// Most pairs are refused by their sketches alone: a sketch holds the means of
// 4×4 blocks of the centred and normalised picture, and for unit vectors split
// into block means l and rest h, <x,y> <= <lx,ly> + |hx||hy|.
type verifier struct {
	inputs Inputs // nil: every pair is taken
	least  float64
	at     map[int32]int32 // image to its sketch
	sketch []sketch

	buffers sync.Pool // *[]uint8 with room for two small pictures
}

// sketchSide is how many blocks a sketch has to a side.
const sketchSide = 4

type sketch struct {
	means [3 * sketchSide * sketchSide]float32 // of unit length together with rest
	rest  float32
	mean  [3]float64 // of each channel
	scale float64    // length of the centred picture
}

func newVerifier(c *Columns, o Options, images []int32) *verifier {
	v := &verifier{inputs: c.Inputs, least: o.Correlation}
	if v.inputs == nil {
		return v
	}
	v.buffers.New = func() any { b := make([]uint8, 2*v.bytes()); return &b }
	v.at = make(map[int32]int32, len(images))
	for s, i := range images {
		v.at[i] = int32(s)
	}
	v.sketch = make([]sketch, len(images))
	matrix.Parallel(len(images), 256, func(from, to int) {
		buf := make([]uint8, v.bytes())
		for s := from; s < to; s++ {
			v.sketch[s] = newSketch(v.inputs.RGB(int(images[s]), buf), v.inputs.Side())
		}
	})
	return v
}

func (v *verifier) bytes() int { return 3 * v.inputs.Side() * v.inputs.Side() }

func newSketch(rgb []uint8, side int) sketch {
	var s sketch
	n := float64(side * side)
	for i, p := range rgb {
		s.mean[i%3] += float64(p) / n
	}
	var sums [len(s.means)]float64
	var count [sketchSide * sketchSide]float64
	squares := 0.0
	for y := range side {
		for x := range side {
			block := y*sketchSide/side*sketchSide + x*sketchSide/side
			count[block]++
			for ch := range 3 {
				d := float64(rgb[3*(y*side+x)+ch]) - s.mean[ch]
				squares += d * d
				sums[3*block+ch] += d
			}
		}
	}
	s.scale = math.Sqrt(squares)
	if s.scale == 0 {
		return s
	}
	inBlocks := 0.0
	for i, sum := range sums {
		if count[i/3] > 0 {
			m := sum / math.Sqrt(count[i/3]) / s.scale
			s.means[i] = float32(m)
			inBlocks += m * m
		}
	}
	s.rest = float32(math.Sqrt(max(0, 1-inBlocks)))
	return s
}

// alike tells whether two small pictures correlate enough; flat ones never do.
func (v *verifier) alike(a, b int32) bool {
	if v.inputs == nil {
		return true
	}
	x, y := &v.sketch[v.at[a]], &v.sketch[v.at[b]]
	const rounding = 1e-5
	if float64(matrix.Dot(x.means[:], y.means[:])+x.rest*y.rest)+rounding < v.least {
		return false
	}
	buf := v.buffers.Get().(*[]uint8)
	defer v.buffers.Put(buf)
	p, q := v.inputs.RGB(int(a), (*buf)[:v.bytes()]), v.inputs.RGB(int(b), (*buf)[v.bytes():])
	var products [3]int
	for i := 0; i+2 < len(p) && i+2 < len(q); i += 3 {
		products[0] += int(p[i]) * int(q[i])
		products[1] += int(p[i+1]) * int(q[i+1])
		products[2] += int(p[i+2]) * int(q[i+2])
	}
	n := float64(len(p) / 3)
	sum := 0.0
	for ch := range 3 {
		sum += float64(products[ch]) - n*x.mean[ch]*y.mean[ch]
	}
	return sum/(x.scale*y.scale) >= v.least
}

// tieWithin joins the members of one run that are alike.
func (v *verifier) tieWithin(f *forest, members []int32) {
	var parts [][]int32 // members that are joined already
	for _, m := range members {
		var mine []int32
		rest := parts[:0]
		for _, part := range parts {
			joined := false
			for _, other := range part {
				if v.alike(m, other) {
					f.union(m, other)
					joined = true
					break
				}
			}
			if joined {
				mine = append(mine, part...)
			} else {
				rest = append(rest, part)
			}
		}
		parts = append(rest, append(mine, m))
	}
}

// tieAcross joins the members of two runs that are alike.
func (v *verifier) tieAcross(f *forest, a, b []int32) {
	for _, x := range a {
		for _, y := range b {
			if f.find(x) != f.find(y) && v.alike(x, y) {
				f.union(x, y)
			}
		}
	}
}
