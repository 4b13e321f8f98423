package duplicate

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// Columns describe the images of a dataset: each column has one element for
// each image or is nil.
type Columns struct {
	// SHA256 is the hash of each file.
	SHA256 [][32]byte
	// Pixels is the hash of each picture's mode, size and pixels.
	Pixels [][32]byte
	// PHash is the 64-bit perceptual hash of each picture.
	PHash []uint64
	// Contrast is the spread of each picture's brightness, in [0, 1], for
	// example the 99th minus the 5th percentile.
	Contrast []float64
	// Inputs are small pictures, by which near duplicates are confirmed.
	Inputs Inputs
	// Unreadable images are left out altogether.
	Unreadable []bool
}

// Inputs gives each picture stretched to the same small square of RGB bytes, row
// by row. RGB may fill dst, of 3·Side·Side bytes, or return memory of its own; it
// is called from many goroutines.
type Inputs interface {
	Len() int
	Side() int
	RGB(i int, dst []uint8) []uint8
}

// Pair is two images that something else found to be nearly the same.
type Pair struct {
	A, B int32
	// Distance between the two, at least 0; its unit is the caller's.
	Distance float32
}

// Options say what counts as nearly the same. The zero value takes equal
// perceptual hashes only.
type Options struct {
	// Distance is the number of bits, 0 to 16, in which the perceptual hashes
	// of two near duplicates may differ. DefaultDistance suits pictures that
	// are confirmed by Columns.Inputs; without those, more than 0 takes
	// different pictures for the same.
	Distance int
	// Correlation is the least correlation, in (0, 1], of the small pictures
	// of near duplicates, each channel about its own mean; 0 stands for 0.9.
	Correlation float64
	// Contrast is the least contrast at which a perceptual hash is believed;
	// 0 stands for 0.05.
	Contrast float64
	// Pairs are further near duplicates.
	Pairs []Pair
}

// DefaultDistance is the Options.Distance to use together with Columns.Inputs.
const DefaultDistance = 10

const (
	maxDistance        = 16
	defaultCorrelation = 0.9
	defaultContrast    = 0.05
	leastBits          = 24
	mostBits           = 40
)

// Components are the images tied together. A component is named by its smallest
// member; an image alone is a component of its own.
type Components struct {
	// Exact and Near hold the component of each image. Near is what belongs in
	// one fold when a model is trained on a part of the images.
	Exact, Near []int32

	columns Columns
	options Options
}

// Find ties the images of c together. A million perceptual hashes take seconds.
// The result is the same on any number of cores.
func Find(c Columns, o Options) (*Components, error) {
	n, err := c.check()
	if err != nil {
		return nil, err
	}
	if o.Distance < 0 || o.Distance > maxDistance {
		return nil, fmt.Errorf("near duplicates may differ in %d bits, but that number must lie between 0 and %d", o.Distance, maxDistance)
	}
	if o.Contrast == 0 {
		o.Contrast = defaultContrast
	}
	if o.Correlation == 0 {
		o.Correlation = defaultCorrelation
	}
	if !(o.Correlation > 0 && o.Correlation <= 1) {
		return nil, fmt.Errorf("near duplicates must correlate by %g, but that number must be above 0 and at most 1", o.Correlation)
	}
	for i, p := range o.Pairs {
		if p.A < 0 || p.B < 0 || int(p.A) >= n || int(p.B) >= n {
			return nil, fmt.Errorf("pair %d names the images %d and %d, but there are only %d images", i, p.A, p.B, n)
		}
	}
	f := newForest(n)
	c.tieEqual(f, c.SHA256)
	c.tieEqual(f, c.Pixels)
	out := &Components{columns: c, options: o, Exact: f.roots()}
	c.tieHashes(f, o, out.Exact)
	for _, p := range o.Pairs {
		if c.readable(int(p.A)) && c.readable(int(p.B)) {
			f.union(p.A, p.B)
		}
	}
	out.Near = f.roots()
	return out, nil
}

// check returns the number of images, which all columns must agree on.
func (c *Columns) check() (n int, err error) {
	lengths := []struct {
		name string
		n    int
		is   bool
	}{
		{"file hashes", len(c.SHA256), c.SHA256 != nil},
		{"pixel hashes", len(c.Pixels), c.Pixels != nil},
		{"perceptual hashes", len(c.PHash), c.PHash != nil},
		{"contrasts", len(c.Contrast), c.Contrast != nil},
		{"small pictures", c.inputs(), c.Inputs != nil},
		{"marks of unreadable images", len(c.Unreadable), c.Unreadable != nil},
	}
	first := ""
	for _, l := range lengths {
		switch {
		case !l.is:
		case first == "":
			first, n = l.name, l.n
		case l.n != n:
			return 0, fmt.Errorf("there are %d %s but %d %s; each image needs one of both", n, first, l.n, l.name)
		}
	}
	return n, nil
}

func (c *Columns) inputs() int {
	if c.Inputs == nil {
		return 0
	}
	return c.Inputs.Len()
}

func (c *Columns) readable(i int) bool { return c.Unreadable == nil || !c.Unreadable[i] }

// tieEqual joins the readable images with equal hashes.
func (c *Columns) tieEqual(f *forest, hashes [][32]byte) {
	order := make([]int32, 0, len(hashes))
	for i := range hashes {
		if c.readable(i) {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return bytes.Compare(hashes[a][:], hashes[b][:]) })
	for i := 1; i < len(order); i++ {
		if hashes[order[i-1]] == hashes[order[i]] {
			f.union(order[i-1], order[i])
		}
	}
}

// telling tells whether the perceptual hash of image i says anything.
func (c *Columns) telling(i int, o Options) bool {
	set := bits.OnesCount64(c.PHash[i])
	return c.readable(i) && set >= leastBits && set <= mostBits && (c.Contrast == nil || c.Contrast[i] >= o.Contrast)
}

// sizes counts the members of each component, by its name.
func sizes(component []int32) map[int32]int {
	n := make(map[int32]int)
	for _, c := range component {
		n[c]++
	}
	return n
}

// groups lists the components of more than one image, in order of their names,
// with members ascending.
func groups(component []int32) [][]int {
	n := sizes(component)
	at := make(map[int32]int)
	var out [][]int
	for i, c := range component {
		if n[c] < 2 {
			continue
		}
		g, ok := at[c]
		if !ok {
			g = len(out)
			at[c] = g
			out = append(out, make([]int, 0, n[c]))
		}
		out[g] = append(out[g], i)
	}
	return out
}

// Groups lists the near components of more than one image, members ascending.
func (c *Components) Groups() [][]int { return groups(c.Near) }

// distance returns the number of bits in which two perceptual hashes differ, or
// dataset.None when either says nothing.
func (c *Components) distance(a, b int) int {
	if c.columns.PHash == nil || !c.columns.telling(a, c.options) || !c.columns.telling(b, c.options) {
		return dataset.None
	}
	return bits.OnesCount64(c.columns.PHash[a] ^ c.columns.PHash[b])
}
