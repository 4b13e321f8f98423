package synth

import (
	"math/rand/v2"
	"sync"
)

const tileSide = 512 // a power of two

// tile is a seamless square of noise that every picture looks at from another
// place: the texture of clouds, leaves, stone and sensors.
type tile [tileSide * tileSide]float32

// at returns the noise at a point, with bilinear interpolation.
func (t *tile) at(x, y float32) float32 {
	fx, fy := floor(x), floor(y)
	ix, iy := int(fx), int(fy)
	dx, dy := x-fx, y-fy
	x0, x1 := ix&(tileSide-1), (ix+1)&(tileSide-1)
	y0, y1 := iy&(tileSide-1)*tileSide, (iy+1)&(tileSide-1)*tileSide
	a := t[y0+x0] + (t[y0+x1]-t[y0+x0])*dx
	b := t[y1+x0] + (t[y1+x1]-t[y1+x0])*dx
	return a + (b-a)*dy
}

func floor(v float32) float32 {
	i := float32(int(v))
	if i > v {
		i--
	}
	return i
}

// tiles are the textures; values of soft and rough lie in [0,1], those of
// grain have mean 0 and deviation 1.
type tiles struct {
	soft  tile // long waves: clouds, hills, stains
	rough tile // waves of all lengths: leaves, stone, grass
	grain tile // none longer than two pixels: the noise of a sensor
}

var textures = sync.OnceValue(func() *tiles {
	t := new(tiles)
	fractal(&t.soft, 1, 64, .5)
	fractal(&t.rough, 2, 16, .72)
	rng := rand.New(rand.NewPCG(3, 0x6e6f697365))
	white := make([]float32, len(t.grain))
	for i := range white {
		white[i] = float32(rng.NormFloat64())
	}
	for i := range t.grain {
		x, y := i%tileSide, i/tileSide
		right := y*tileSide + (x+1)&(tileSide-1)
		below := (y+1)&(tileSide-1)*tileSide + x
		t.grain[i] = white[i]*.86 + white[right]*.36 + white[below]*.36
	}
	return t
})

// fractal adds octaves of value noise, the longest wave being period pixels,
// and stretches the sum to [0,1] by its rank, so that every threshold cuts off
// a known share of the tile.
func fractal(t *tile, seed uint64, period int, persistence float32) {
	rng := rand.New(rand.NewPCG(seed, 0x6672616374616c))
	amplitude := float32(1)
	for ; period >= 2; period /= 2 {
		n := tileSide / period
		lattice := make([]float32, n*n)
		for i := range lattice {
			lattice[i] = rng.Float32()
		}
		for y := range tileSide {
			gy, dy := y/period, ease(float32(y%period)/float32(period))
			for x := range tileSide {
				gx, dx := x/period, ease(float32(x%period)/float32(period))
				r0, r1, c1 := gy*n, (gy+1)%n*n, (gx+1)%n
				a := lattice[r0+gx] + (lattice[r0+c1]-lattice[r0+gx])*dx
				b := lattice[r1+gx] + (lattice[r1+c1]-lattice[r1+gx])*dx
				t[y*tileSide+x] += amplitude * (a + (b-a)*dy)
			}
		}
		amplitude *= persistence
	}
	lo, hi := t[0], t[0]
	for _, v := range t {
		lo, hi = min(lo, v), max(hi, v)
	}
	const bins = 4096
	var count [bins + 1]float32
	bin := func(v float32) int { return min(int((v-lo)/(hi-lo)*bins), bins-1) }
	for _, v := range t {
		count[bin(v)+1]++
	}
	for i := 1; i <= bins; i++ {
		count[i] += count[i-1]
	}
	for i, v := range t {
		t[i] = count[bin(v)+1] / count[bins]
	}
}

func ease(t float32) float32 { return t * t * (3 - 2*t) }
