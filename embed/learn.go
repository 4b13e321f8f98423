package embed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/errata-cv/errata/matrix"
)

const (
	// patchPictures is how many pictures patches are taken from at most.
	patchPictures = 20000
	// picturePatches is how many patches are taken from a picture at most.
	picturePatches = 100
	// projectionPictures is how many pictures the projection is learned from.
	projectionPictures = 4096
	// iterations bounds the clustering of patches.
	iterations = 15

	streamPatches = 0x7061746368 // of random numbers
)

// LearnPatches learns an embedding from the pictures. It reads a sample of
// them, spread evenly, so its time and memory do not grow with their number
// beyond 20,000. progress, which may be nil, counts steps.
func LearnPatches(ctx context.Context, in Inputs, o PatchOptions, progress func(done, total int)) (*Patches, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if in.Len() == 0 {
		return nil, fmt.Errorf("patch embedding: there are no pictures to learn from")
	}
	sides := levels(in.Side(), o.Levels)
	if least := o.Patch + o.Pool - 1; sides[0] < least {
		return nil, fmt.Errorf("patch embedding: pictures of %d pixels a side are too small for patches of %d and %d regions a side; they need at least %d", in.Side(), o.Patch, o.Pool, least)
	}
	p := &Patches{options: o, side: in.Side()}
	steps, done := len(sides)+1, 0
	step := func() error {
		if progress != nil {
			progress(done, steps)
		}
		done++
		return ctx.Err()
	}
	for _, side := range sides {
		if err := step(); err != nil {
			return nil, err
		}
		// Levels too small for their patches are left out.
		if side >= o.Patch+o.Pool-1 {
			l, err := learnLevel(ctx, in, side, o)
			if err != nil {
				return nil, err
			}
			p.levels = append(p.levels, *l)
		}
	}
	if err := step(); err != nil {
		return nil, err
	}
	if err := p.learnProjection(ctx, in); err != nil {
		return nil, err
	}
	return p, step()
}

// spread returns index j of m spread evenly over [0, n).
func spread(j, m, n int) int { return int(int64(j) * int64(n) / int64(m)) }

func learnLevel(ctx context.Context, in Inputs, side int, o PatchOptions) (*level, error) {
	even, odd := samplePatches(in, side, o)
	l := &level{side: side}
	var evenWhite, oddWhite *matrix.Matrix
	l.even, evenWhite = whiten(even, columnMeans(even))
	l.odd, oddWhite = whiten(odd, make([]float32, odd.Cols)) // mirrored patches are as frequent
	// Each patch is turned so that its side of the strongest contrast is to
	// the same hand: then half of the atoms stand for all.
	e, d := evenWhite.Cols, evenWhite.Cols+oddWhite.Cols
	white := matrix.New(even.Rows, d)
	for i := range white.Rows {
		row := white.Row(i)
		copy(row, evenWhite.Row(i))
		sign := float32(1)
		if oddWhite.Row(i)[0] < 0 {
			sign = -1
		}
		for j, v := range oddWhite.Row(i) {
			row[e+j] = sign * v
		}
	}
	half := o.Centroids / 2
	k, err := matrix.FitKMeans(ctx, white, matrix.KMeansOptions{K: min(half, white.Rows), MaxIter: iterations, Seed: o.Seed})
	if err != nil {
		return nil, err
	}
	l.evenAtoms, l.oddAtoms = matrix.New(half, e), matrix.New(half, d-e)
	for j := range half {
		row := k.Centroids.Row(j % k.Centroids.Rows)
		copy(l.evenAtoms.Row(j), row[:e])
		copy(l.oddAtoms.Row(j), row[e:])
	}
	l.setNorms()
	return l, nil
}

func (l *level) setNorms() {
	l.norms = make([]float32, l.evenAtoms.Rows)
	for j := range l.norms {
		e, o := l.evenAtoms.Row(j), l.oddAtoms.Row(j)
		l.norms[j] = matrix.Dot(e, e) + matrix.Dot(o, o)
	}
}

// samplePatches takes the same number of patches from each of a fixed choice of
// pictures, at random places, and returns their halves.
func samplePatches(in Inputs, side int, o PatchOptions) (even, odd *matrix.Matrix) {
	pictures := min(in.Len(), o.Samples, patchPictures)
	places := side - o.Patch + 1
	each := min((o.Samples+pictures-1)/pictures, places*places, picturePatches)
	half := o.Patch * o.Patch * 3 / 2
	even, odd = matrix.New(pictures*each, half), matrix.New(pictures*each, half)
	matrix.Parallel(pictures, 256, func(from, to int) {
		shrink := newResampler(in.Side(), side)
		picture := make([]float32, side*side*3)
		buffer := make([]uint8, in.Side()*in.Side()*3)
		for j := from; j < to; j++ {
			shrink.run(picture, in.RGB(spread(j, pictures, in.Len()), buffer))
			random := rand.New(rand.NewPCG(o.Seed^streamPatches, uint64(j)))
			for k := range each {
				i := j*each + k
				fold(even.Row(i), odd.Row(i), picture, side, o.Patch, random.IntN(places), random.IntN(places))
			}
		}
	})
	return even, odd
}

const (
	// whitenFloor is added to the variance of whitened directions, so that the
	// noise in the weakest ones is not blown up.
	whitenFloor = 0.1
	// weakest is the variance below which a direction is left out.
	weakest = whitenFloor / 20
)

// whiten returns the map that makes the columns of x, which have the given
// means, uncorrelated and of nearly unit variance, and the mapped rows.
func whiten(x *matrix.Matrix, mean []float32) (whitening, *matrix.Matrix) {
	for i := range x.Rows {
		matrix.Axpy(-1, mean, x.Row(i))
	}
	covariance := matrix.New(x.Cols, x.Cols)
	matrix.TMul(covariance, x, x)
	for i := range covariance.Data {
		covariance.Data[i] /= float32(x.Rows)
	}
	values, vectors := matrix.Eigen(covariance)
	keep := 1
	for keep < len(values) && values[keep] > weakest {
		keep++
	}
	w := whitening{matrix.New(keep, x.Cols), make([]float32, keep)}
	for k := range keep {
		scale := float32(1 / math.Sqrt(float64(max(values[k], 0)+whitenFloor)))
		for j, v := range vectors.Row(k) {
			w.axes.Row(k)[j] = v * scale
		}
		w.offset[k] = matrix.Dot(w.axes.Row(k), mean)
	}
	white := matrix.New(x.Rows, keep)
	matrix.MulT(white, x, w.axes)
	return w, white
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

// learnProjection finds, for each level, the directions of largest variance of
// the pooled activities, each of which is first brought to unit variance.
func (p *Patches) learnProjection(ctx context.Context, in Inputs) error {
	n, width := min(in.Len(), projectionPictures), p.options.features()
	even, odd := make([]*matrix.Matrix, len(p.levels)), make([]*matrix.Matrix, len(p.levels))
	for l := range p.levels {
		even[l], odd[l] = matrix.New(n, width), matrix.New(n, width)
	}
	err := p.eachBlock(ctx, sample{in, n}, nil, func(from int, e, o []*matrix.Matrix) {
		for l := range p.levels {
			copy(even[l].Data[from*width:], e[l].Data)
			copy(odd[l].Data[from*width:], o[l].Data)
		}
	})
	if err != nil {
		return err
	}
	evens, odds := p.options.EvenDim(), p.options.Dim-p.options.EvenDim()
	for i := range p.levels {
		l, m := &p.levels[i], len(p.levels)
		l.evenOut = project(even[i], spread(i+1, m, evens)-spread(i, m, evens), p.options.Seed)
		l.oddOut = project(odd[i], spread(i+1, m, odds)-spread(i, m, odds), p.options.Seed)
		clear(l.oddOut.offset) // so that a mirror negates the columns exactly
	}
	return nil
}

// project returns the projection of the columns of x, each brought to unit
// variance, on k principal directions. A column of the result is divided by the
// fourth root of its variance: half way to whitening, where the many weak
// directions that tell classes apart count beside the few strong ones. Columns
// beyond the rank of x are zero. It changes x.
func project(x *matrix.Matrix, k int, seed uint64) projection {
	scale := inverseDeviations(x)
	for i := range x.Rows {
		row := x.Row(i)
		for j := range row {
			row[j] *= scale[j]
		}
	}
	pca := matrix.FitPCA(x, k, seed)
	out := projection{matrix.New(k, x.Cols), make([]float32, k)}
	for i, variance := range pca.Variance {
		if !(variance > 1e-6*pca.Variance[0]) {
			break
		}
		weight := float32(math.Pow(float64(variance), -0.25))
		row := out.axes.Row(i)
		for j, v := range pca.Components.Row(i) {
			row[j] = v * weight
		}
		out.offset[i] = matrix.Dot(row, pca.Mean)
		for j := range row {
			row[j] *= scale[j]
		}
	}
	return out
}

// inverseDeviations returns 1/standard deviation of each column; columns that
// hardly vary are not blown up to the weight of the others.
func inverseDeviations(x *matrix.Matrix) []float32 {
	mean := columnMeans(x)
	square := make([]float64, x.Cols)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			square[j] += float64(v-mean[j]) * float64(v-mean[j])
		}
	}
	total := 0.0
	for j := range square {
		square[j] = math.Sqrt(square[j] / float64(x.Rows))
		total += square[j]
	}
	floor := 1e-3*total/float64(x.Cols) + 1e-12
	out := make([]float32, x.Cols)
	for j := range out {
		out[j] = float32(1 / (square[j] + floor))
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
