package matrix

import "math"

// PCA is a projection onto the directions of largest variance.
type PCA struct {
	// Mean holds the d column means.
	Mean []float32
	// Components is k×d; its rows are orthonormal, each with its largest
	// coordinate positive.
	Components *Matrix
	// Variance holds the sample variance along each component, descending.
	Variance []float32
}

const (
	// pcaRows is the number of rows that are centred at a time.
	pcaRows = 1024
	// fullEigen is the number of columns up to which all eigenvectors of the
	// covariance are computed.
	fullEigen = 128
	// covarianceCols is the number of columns up to which the covariance is
	// formed when there are fewer rows than that would pay for.
	covarianceCols = 1024
)

// FitPCA finds the k components of largest variance among the rows of x. k is
// lowered to min(n, d), as n rows of d columns have no more.
//
// Few columns are solved exactly. Otherwise the components come from randomised
// subspace iteration (Halko, Martinsson & Tropp 2011, "Finding structure with
// randomness") until the variance that they hold together settles to one part
// in 10⁵: directions of nearly equal variance may then be turned into each
// other.
func FitPCA(x *Matrix, k int, seed uint64) *PCA {
	k = max(min(k, x.Rows, x.Cols), 0)
	p := &PCA{Mean: columnMeans(x)}
	if x.Cols > covarianceCols && 4*x.Rows < x.Cols {
		apply := func(dst, q *Matrix) { applyCovariance(dst, q, x, p.Mean) }
		p.Components, p.Variance = dominant(apply, x.Cols, k, seed)
	} else {
		c := covariance(x, p.Mean)
		if x.Cols <= fullEigen || 2*k > x.Cols {
			values, vectors := Eigen(c)
			p.Components, p.Variance = vectors.Slice(0, k), values[:k]
		} else {
			apply := func(dst, q *Matrix) { Mul(dst, q, c) }
			p.Components, p.Variance = dominant(apply, x.Cols, k, seed)
		}
	}
	for i, v := range p.Variance {
		p.Variance[i] = max(v, 0)
	}
	return p
}

// Transform returns the n×k coordinates of the rows of x.
func (p *PCA) Transform(x *Matrix) *Matrix {
	y := New(x.Rows, p.Components.Rows)
	check("Transform", y, x.Rows, y.Cols, x.Cols, p.Components.Cols)
	eachCentred(x, p.Mean, func(c *Matrix, from int) {
		MulT(y.Slice(from, from+c.Rows), c, p.Components)
	})
	return y
}

// eachCentred calls f with copies of successive rows of x less mean, and with
// the index of the first.
func eachCentred(x *Matrix, mean []float32, f func(c *Matrix, from int)) {
	b := borrow(min(pcaRows, x.Rows)*x.Cols + 1)
	defer giveBack(b)
	for from := 0; from < x.Rows; from += pcaRows {
		part := x.Slice(from, min(from+pcaRows, x.Rows))
		c := Wrap(part.Rows, part.Cols, b.data[:len(part.Data)])
		Parallel(c.Rows, 64, func(from, to int) {
			for i := from; i < to; i++ {
				copy(c.Row(i), part.Row(i))
				Axpy(-1, mean, c.Row(i))
			}
		})
		f(c, from)
	}
}

// columnMeans adds rows in order, in float64.
func columnMeans(x *Matrix) []float32 {
	mean := make([]float32, x.Cols)
	Parallel(x.Cols, 256, func(from, to int) {
		sum := make([]float64, to-from)
		for i := range x.Rows {
			for j, v := range x.Row(i)[from:to] {
				sum[j] += float64(v)
			}
		}
		for j, s := range sum {
			mean[from+j] = float32(s / float64(max(x.Rows, 1)))
		}
	})
	return mean
}

// covariance returns the d×d sample covariance.
func covariance(x *Matrix, mean []float32) *Matrix {
	d := x.Cols
	c := New(d, d)
	eachCentred(x, mean, func(part *Matrix, _ int) {
		multiply(c, columns(part), rows(part), accumulate|upper)
	})
	scale := 1 / float32(max(x.Rows-1, 1))
	Parallel(d, 64, func(from, to int) {
		for i := from; i < to; i++ {
			for j := i; j < d; j++ {
				c.Data[i*d+j] *= scale
			}
		}
	})
	Parallel(d, 64, func(from, to int) {
		for i := from; i < to; i++ {
			for j := range i {
				c.Data[i*d+j] = c.Data[j*d+i]
			}
		}
	})
	return c
}

// applyCovariance sets dst = q·C for the covariance C of x, which has too many
// columns to be formed.
func applyCovariance(dst, q, x *Matrix, mean []float32) {
	clear(dst.Data)
	part := New(q.Rows, q.Cols)
	eachCentred(x, mean, func(c *Matrix, _ int) {
		along := New(q.Rows, c.Rows)
		MulT(along, q, c)
		Mul(part, along, c)
		Axpy(1, part.Data, dst.Data)
	})
	scale := 1 / float32(max(x.Rows-1, 1))
	for i := range dst.Data {
		dst.Data[i] *= scale
	}
}

// normalize scales v to length one and returns the length it had; a vector of
// zeros stays.
func normalize(v []float32) float32 {
	length := float32(math.Sqrt(float64(Dot(v, v))))
	if length > 0 {
		for i := range v {
			v[i] /= length
		}
	}
	return length
}
