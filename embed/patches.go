package embed

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// Patches is a learned embedding. It is not changed after it was learned or
// read, so any number of goroutines may use it.
type Patches struct {
	options PatchOptions
	side    int // of the pictures
	// A normalised patch x becomes z = (x - mean)·whiten; d = Patch·Patch·3.
	mean   []float32      // d
	whiten *matrix.Matrix // d×d, symmetric
	// atoms are the centroids among the z; atom j and j + Centroids/2 are
	// mirror images of each other.
	atoms *matrix.Matrix // Centroids×d
	norms []float32      // squared lengths of the atoms
	// The pooled activities, split into what a mirror keeps and what it
	// negates, are projected on their directions of largest variance.
	even, odd projection
}

// A projection maps f to (f - offset)·axesᵀ.
type projection struct {
	offset []float32
	axes   *matrix.Matrix // columns of the embedding × features
}

// reg is what is added to the variance of a patch, in squared levels of 0 to
// 255, before it is brought to unit contrast: flat patches stay weak.
const reg = 10

// whitenFloor is added to the variance of whitened directions, so that the
// noise in the weakest ones is not blown up.
const whitenFloor = 0.1

// Options returns the options it was learned with, defaults filled in.
func (p *Patches) Options() PatchOptions { return p.options }

// Name returns the name of its options, for cache keys.
func (p *Patches) Name() string { return p.options.Name() }

// Side returns the side of the pictures it takes.
func (p *Patches) Side() int { return p.side }

// Dim returns the number of columns of the embedding.
func (p *Patches) Dim() int { return p.even.axes.Rows + p.odd.axes.Rows }

// Even returns how many leading columns are the same for a picture and its
// mirror image; the others change sign.
func (p *Patches) Even() int { return p.even.axes.Rows }

// Grid returns the activity of every learned patch at every place of one
// picture: row y*w+x belongs to the patch whose upper left corner is at (x, y).
// Activities are at least zero.
func (p *Patches) Grid(rgb []uint8) (grid *matrix.Matrix, h, w int, err error) {
	if len(rgb) != p.side*p.side*3 {
		return nil, 0, 0, fmt.Errorf("patch embedding: a picture has %d bytes, but %d×%d RGB pictures have %d", len(rgb), p.side, p.side, p.side*p.side*3)
	}
	h = p.places()
	s := p.scratch()
	s.dots(p, rgb)
	for i := range s.products.Rows {
		row := s.products.Row(i)
		activity(row, p.norms, s.lengths[i])
	}
	return s.products, h, h, nil
}

// places returns how many positions a side a patch can take.
func (p *Patches) places() int { return p.side - p.options.Patch + 1 }

// features returns the number of pooled activities, mirror images included.
func (p *Patches) features() int { return p.options.Pool * p.options.Pool * p.options.Centroids }

// mirrored returns where value i of a patch goes in its mirror image.
func mirrored(i, side int) int {
	pixel, channel := i/3, i%3
	y, x := pixel/side, pixel%side
	return (y*side+side-1-x)*3 + channel
}

// normalise brings a patch to mean zero and, nearly, unit variance.
func normalise(patch []float32) {
	var sum float32
	for _, v := range patch {
		sum += v
	}
	mean := sum / float32(len(patch))
	var square float32
	for i, v := range patch {
		v -= mean
		patch[i] = v
		square += v * v
	}
	scale := 1 / float32(math.Sqrt(float64(square/float32(len(patch))+reg)))
	for i := range patch {
		patch[i] *= scale
	}
}

// readPatch copies the patch at (x, y) of a picture of the given side.
func readPatch(dst []float32, rgb []uint8, side, patch, x, y int) {
	run := patch * 3
	for dy := range patch {
		src := rgb[((y+dy)*side+x)*3:][:run]
		out := dst[dy*run:][:run]
		for i, v := range src {
			out[i] = float32(v)
		}
	}
}
