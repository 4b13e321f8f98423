package matrix

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

// FitPCA finds the k components of largest variance among the rows of x. k is
// lowered to what n rows of d columns can have, min(n, d).
func FitPCA(x *Matrix, k int, seed uint64) *PCA {
	k = max(min(k, x.Rows, x.Cols), 0)
	mean := columnMeans(x)
	values, vectors := Eigen(covariance(x, mean))
	p := &PCA{Mean: mean, Components: vectors.Slice(0, k), Variance: values[:k]}
	for i, v := range p.Variance {
		p.Variance[i] = max(v, 0)
	}
	return p
}

// Transform returns the n×k coordinates of the rows of x.
func (p *PCA) Transform(x *Matrix) *Matrix {
	y := New(x.Rows, p.Components.Rows)
	MulT(y, x, p.Components)
	shift := New(1, y.Cols)
	MulT(shift, Wrap(1, len(p.Mean), p.Mean), p.Components)
	for i := range y.Rows {
		Axpy(-1, shift.Data, y.Row(i))
	}
	return y
}

// columnMeans sums blocks of rows one after the other in float64.
func columnMeans(x *Matrix) []float32 {
	sum := make([]float64, x.Cols)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			sum[j] += float64(v)
		}
	}
	mean := make([]float32, x.Cols)
	for j := range mean {
		mean[j] = float32(sum[j] / float64(max(x.Rows, 1)))
	}
	return mean
}

// covariance returns the d×d sample covariance.
func covariance(x *Matrix, mean []float32) *Matrix {
	const block = 4096
	d := x.Cols
	total, part, centred := New(d, d), New(d, d), New(min(block, x.Rows), d)
	for from := 0; from < x.Rows; from += block {
		rows := x.Slice(from, min(from+block, x.Rows))
		c := centred.Slice(0, rows.Rows)
		copy(c.Data, rows.Data)
		for i := range c.Rows {
			Axpy(-1, mean, c.Row(i))
		}
		TMul(part, c, c)
		Axpy(1, part.Data, total.Data)
	}
	scale := 1 / float32(max(x.Rows-1, 1))
	for i := range total.Data {
		total.Data[i] *= scale
	}
	return total
}
