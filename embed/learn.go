package embed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/errata-cv/errata/matrix"
)

const (
	// projectionSample is how many pictures the projection is learned from.
	projectionSample = 5000
	// patchPictures is how many pictures patches are taken from.
	patchPictures = 20000

	streamPatches = 0x7061746368 // of random numbers
)

// LearnPatches learns an embedding from the pictures. It reads a bounded
// sample of them, spread evenly, so its time and memory do not grow with their
// number beyond 20,000. progress, which may be nil, counts steps.
func LearnPatches(ctx context.Context, in Inputs, o PatchOptions, progress func(done, total int)) (*Patches, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if in.Len() == 0 {
		return nil, fmt.Errorf("patch embedding: there are no pictures to learn from")
	}
	if in.Side() < o.Patch+o.Pool {
		return nil, fmt.Errorf("patch embedding: pictures of %d pixels a side are too small for patches of %d and %d pooling regions; they need at least %d", in.Side(), o.Patch, o.Pool, o.Patch+o.Pool)
	}
	const steps = 4
	step := func(done int) error {
		if progress != nil {
			progress(done, steps)
		}
		return ctx.Err()
	}
	if err := step(0); err != nil {
		return nil, err
	}
	p := &Patches{options: o, side: in.Side()}
	patches := samplePatches(in, o)
	if err := step(1); err != nil {
		return nil, err
	}
	turn := p.learnWhitening(patches)
	if err := p.learnAtoms(ctx, patches, turn); err != nil {
		return nil, err
	}
	if err := step(2); err != nil {
		return nil, err
	}
	if err := p.learnProjection(ctx, in); err != nil {
		return nil, err
	}
	return p, step(steps)
}

// spread returns index j of m spread evenly over [0, n).
func spread(j, m, n int) int { return int(int64(j) * int64(n) / int64(m)) }

// samplePatches takes the same number of normalised patches from each of a
// fixed choice of pictures, at random places.
func samplePatches(in Inputs, o PatchOptions) *matrix.Matrix {
	pictures := min(in.Len(), o.Samples, patchPictures)
	side := in.Side()
	places := side - o.Patch + 1
	each := min((o.Samples+pictures-1)/pictures, places*places)
	out := matrix.New(pictures*each, o.Patch*o.Patch*3)
	matrix.Parallel(pictures, 64, func(from, to int) {
		buffer := make([]uint8, side*side*3)
		for j := from; j < to; j++ {
			rgb := in.RGB(spread(j, pictures, in.Len()), buffer)
			random := rand.New(rand.NewPCG(o.Seed^streamPatches, uint64(j)))
			for k := range each {
				row := out.Row(j*each + k)
				readPatch(row, rgb, side, o.Patch, random.IntN(places), random.IntN(places))
				normalise(row)
			}
		}
	})
	return out
}

// learnWhitening sets mean and whiten so that the patches become uncorrelated
// (ZCA), makes both symmetric under mirroring, and replaces the patches by the
// whitened ones. It returns the strongest direction that a mirror negates.
func (p *Patches) learnWhitening(patches *matrix.Matrix) (turn []float32) {
	side, d := p.options.Patch, patches.Cols
	p.mean = columnMeans(patches)
	symmetricVector(p.mean, side)
	center(patches, p.mean)
	covariance := matrix.New(d, d)
	matrix.TMul(covariance, patches, patches)
	c := matrix.New(d, d)
	for i := range d {
		for j := range d {
			v := covariance.Row(i)[j] + covariance.Row(mirrored(i, side))[mirrored(j, side)]
			c.Row(i)[j] = v / float32(2*patches.Rows)
		}
	}
	values, vectors := matrix.Eigen(c)
	turn = strongestOdd(values, vectors, side)
	scaled := matrix.New(d, d)
	for k, v := range values {
		scale := 1 / float32(math.Sqrt(float64(max(v, 0)+whitenFloor)))
		for i, x := range vectors.Row(k) {
			scaled.Row(k)[i] = x * scale
		}
	}
	p.whiten = matrix.New(d, d)
	matrix.TMul(p.whiten, scaled, vectors)
	const block = 8192
	rows := matrix.New(min(block, patches.Rows), d)
	for from := 0; from < patches.Rows; from += block {
		part := patches.Slice(from, min(from+block, patches.Rows))
		matrix.Mul(rows.Slice(0, part.Rows), part, p.whiten)
		copy(part.Data, rows.Data)
	}
	return turn
}

// strongestOdd returns the direction of largest variance among those that a
// mirror negates. Eigenvectors of a symmetric covariance are even or odd, or
// mixtures where variances coincide; the odd part of a mixture will do.
func strongestOdd(values []float32, vectors *matrix.Matrix, side int) []float32 {
	odd := make([]float32, vectors.Cols)
	best := make([]float32, vectors.Cols)
	most := float32(0)
	for k, variance := range values {
		row := vectors.Row(k)
		for i := range row {
			odd[i] = (row[i] - row[mirrored(i, side)]) / 2
		}
		if share := variance * matrix.Dot(odd, odd); share > most {
			most = share
			copy(best, odd)
		}
	}
	return best
}

func symmetricVector(v []float32, side int) {
	for i := range v {
		if j := mirrored(i, side); i < j {
			v[i] = (v[i] + v[j]) / 2
			v[j] = v[i]
		}
	}
}

// learnAtoms clusters the whitened patches, each turned so that its stronger
// side is to the same hand, and adds the mirror images of the centroids.
func (p *Patches) learnAtoms(ctx context.Context, patches *matrix.Matrix, turn []float32) error {
	side, half := p.options.Patch, p.options.Centroids/2
	matrix.Parallel(patches.Rows, 4096, func(from, to int) {
		for i := from; i < to; i++ {
			row := patches.Row(i)
			if matrix.Dot(row, turn) >= 0 {
				continue
			}
			for a := range row {
				if b := mirrored(a, side); a < b {
					row[a], row[b] = row[b], row[a]
				}
			}
		}
	})
	p.atoms = matrix.New(2*half, patches.Cols)
	k, err := matrix.FitKMeans(ctx, patches, matrix.KMeansOptions{K: min(half, patches.Rows), MaxIter: 15, Seed: p.options.Seed})
	if err != nil {
		return err
	}
	for j := range half {
		row := k.Centroids.Row(j % k.Centroids.Rows)
		copy(p.atoms.Row(j), row)
		for i, v := range row {
			p.atoms.Row(j + half)[mirrored(i, side)] = v
		}
	}
	p.setNorms()
	return nil
}

func (p *Patches) setNorms() {
	p.norms = make([]float32, p.atoms.Rows)
	for j := range p.norms {
		p.norms[j] = matrix.Dot(p.atoms.Row(j), p.atoms.Row(j))
	}
}

// learnProjection finds the directions of largest variance of the pooled
// activities, each of which is first brought to unit variance.
func (p *Patches) learnProjection(ctx context.Context, in Inputs) error {
	n := min(in.Len(), projectionSample)
	pick := sample{in, n}
	width := p.features() / 2
	even, odd := matrix.New(n, width), matrix.New(n, width)
	err := p.eachBlock(ctx, pick, nil, func(from int, e, o *matrix.Matrix) {
		copy(even.Data[from*width:], e.Data)
		copy(odd.Data[from*width:], o.Data)
	})
	if err != nil {
		return err
	}
	first, second := newAxes(even, p.options), newAxes(odd, p.options)
	e, o := share(first.Variance, second.Variance, p.options.Dim)
	p.even, p.odd = first.projection(e), second.projection(o)
	clear(p.odd.offset) // a mirror must negate the odd columns exactly
	return nil
}

// sample is n pictures spread evenly over an Inputs.
type sample struct {
	Inputs
	n int
}

func (s sample) Len() int { return s.n }

func (s sample) RGB(i int, dst []uint8) []uint8 {
	return s.Inputs.RGB(spread(i, s.n, s.Inputs.Len()), dst)
}

// axes are the principal directions of standardised features.
type axes struct {
	*matrix.PCA
	scale []float32 // 1 / standard deviation of each feature
}

func newAxes(x *matrix.Matrix, o PatchOptions) axes {
	mean := columnMeans(x)
	scale := make([]float32, x.Cols)
	square := make([]float64, x.Cols)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			square[j] += float64(v-mean[j]) * float64(v-mean[j])
		}
	}
	var total float64
	for j := range square {
		square[j] = math.Sqrt(square[j] / float64(x.Rows))
		total += square[j]
	}
	// A feature that hardly varies is not blown up to the weight of others.
	floor := 1e-3*total/float64(x.Cols) + 1e-12
	for j := range scale {
		scale[j] = float32(1 / (square[j] + floor))
	}
	for i := range x.Rows {
		row := x.Row(i)
		for j := range row {
			row[j] *= scale[j]
		}
	}
	return axes{matrix.FitPCA(x, min(o.Dim, x.Cols, x.Rows), o.Seed), scale}
}

// share splits dim columns between two descending lists of variances, largest
// first; each gets at least one.
func share(a, b []float32, dim int) (fromA, fromB int) {
	fromA, fromB = 1, 1
	for fromA+fromB < min(dim, len(a)+len(b)) {
		if fromB == len(b) || fromA < len(a) && a[fromA] >= b[fromB] {
			fromA++
		} else {
			fromB++
		}
	}
	return fromA, fromB
}

// projection keeps the first k directions. Each column is divided by the
// fourth root of its variance: half way to whitening, where the many weak
// directions that tell classes apart count beside the few strong ones.
func (a axes) projection(k int) projection {
	width := len(a.scale)
	out := projection{offset: make([]float32, width), axes: matrix.New(k, width)}
	for j := range width {
		out.offset[j] = a.Mean[j] / a.scale[j]
	}
	for i := range k {
		weight := float32(0)
		if v := a.Variance[i]; v > 0 {
			weight = float32(math.Pow(float64(v), -0.25))
		}
		for j, v := range a.Components.Row(i) {
			out.axes.Row(i)[j] = v * a.scale[j] * weight
		}
	}
	return out
}

func columnMeans(x *matrix.Matrix) []float32 {
	sum := make([]float64, x.Cols)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			sum[j] += float64(v)
		}
	}
	mean := make([]float32, x.Cols)
	for j := range mean {
		mean[j] = float32(sum[j] / float64(max(1, x.Rows)))
	}
	return mean
}

func center(x *matrix.Matrix, mean []float32) {
	matrix.Parallel(x.Rows, 1024, func(from, to int) {
		for i := from; i < to; i++ {
			matrix.Axpy(-1, mean, x.Row(i))
		}
	})
}
