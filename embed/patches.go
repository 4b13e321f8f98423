package embed

import (
	"fmt"

	"github.com/errata-cv/errata/matrix"
)

// Patches is a learned embedding. It is not changed after it was learned or
// read, so any number of goroutines may use it.
type Patches struct {
	options PatchOptions
	side    int // of the pictures
	levels  []level
}

// A level knows the patches of pictures of one side.
type level struct {
	side int
	// The even and odd halves of a patch, whitened, are its coordinates.
	even, odd whitening
	// atoms are the centroids in these coordinates, the even and the odd part;
	// the mirror image of an atom has the odd part negated.
	evenAtoms, oddAtoms *matrix.Matrix // Centroids/2 × coordinates
	norms               []float32      // squared lengths of the atoms
	// The pooled activities, split into what a mirror keeps and what it
	// negates, are projected on their directions of largest variance.
	evenOut, oddOut projection
}

// A whitening maps x to axes·x - offset.
type whitening struct {
	axes   *matrix.Matrix // coordinates × values of half a patch
	offset []float32
}

// A projection maps f to axes·f - offset.
type projection struct {
	axes   *matrix.Matrix // columns of the embedding × features
	offset []float32
}

// Options returns the options it was learned with, defaults filled in.
func (p *Patches) Options() PatchOptions { return p.options }

// Name returns the name of its options, for cache keys.
func (p *Patches) Name() string { return p.options.Name() }

// Side returns the side of the pictures it takes.
func (p *Patches) Side() int { return p.side }

// Dim returns the number of columns of the embedding.
func (p *Patches) Dim() int { return p.options.Dim }

// Levels returns the sides at which a picture is looked at, largest first.
func (p *Patches) Levels() []int {
	out := make([]int, len(p.levels))
	for i := range p.levels {
		out[i] = p.levels[i].side
	}
	return out
}

// Grid returns the activity of every learned patch at every place of one
// picture, seen at one of the Levels: row y*w+x belongs to the patch whose
// upper left corner is at (x, y) in pixels of that level. The second half of
// the columns are the mirror images of the first. Activities are at least zero.
func (p *Patches) Grid(rgb []uint8, level int) (grid *matrix.Matrix, h, w int, err error) {
	if len(rgb) != p.side*p.side*3 {
		return nil, 0, 0, fmt.Errorf("patch embedding: a picture has %d bytes, but %d×%d RGB pictures have %d", len(rgb), p.side, p.side, p.side*p.side*3)
	}
	if level < 0 || level >= len(p.levels) {
		return nil, 0, 0, fmt.Errorf("patch embedding: there is no level %d, but levels 0 to %d", level, len(p.levels)-1)
	}
	e := p.encoder()
	defer e.free()
	w = p.levels[level].places(p.options.Patch)
	grid = matrix.New(w*w, p.options.Centroids)
	e.scratch().activities(level, rgb, func(place int, mean float32, distances []float32) {
		accumulate(grid.Row(place), distances, mean)
	})
	return grid, w, w, nil
}

// places returns how many positions a side a patch can take.
func (l *level) places(patch int) int { return l.side - patch + 1 }

// features returns the number of pooled activities of each half of a level.
func (o PatchOptions) features() int { return o.Pool * o.Pool * o.Centroids / 2 }
