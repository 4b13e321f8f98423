package probe

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/errata-cv/errata/matrix"
)

// A design turns embeddings into the columns that training works on. Raw
// columns are those of the embedding or, with landmarks, a kernel's values
// between the row and each landmark (the Nyström method, Williams & Seeger
// 2001). They are centred and multiplied by root, which makes them nearly
// uncorrelated, so that few iterations suffice; a column of ones follows.
type design struct {
	cols      int            // leading columns of the embedding that count
	landmarks *matrix.Matrix // nil: raw columns are the embedding's
	lengths   []float32      // squared, of the landmarks
	gamma     float32        // of the kernel exp(-gamma·d²)
	mean      []float32      // of the raw columns
	root      *matrix.Matrix // d×d
	penalty   *matrix.Matrix // d+1 × d+1, of coefficients: the squared norm
}

const (
	// designRows is the number of rows of raw columns in memory at once.
	designRows = 2048
	// typicalL2 is the penalty that root is made for. It matters for speed.
	typicalL2 = 1e-5
	// kernelWidth is the kernel's exponent at the median squared distance.
	kernelWidth = 0.5
)

// newDesign makes the design for the rows train of x.
func newDesign(x *matrix.Matrix, train []int32, cols, landmarks int) *design {
	d := &design{cols: cols}
	norm := matrix.New(cols, cols)
	if landmarks > 0 {
		d.place(x, train, min(landmarks, len(train)))
		norm = matrix.New(d.landmarks.Rows, d.landmarks.Rows)
		d.kernel(norm, d.landmarks)
	}
	gram, total := d.moments(x, train)
	if landmarks <= 0 {
		// Rows count as if their mean squared length was one.
		for j := range cols {
			norm.Row(j)[j] = float32(max(total, 1e-30))
		}
	}
	d.decorrelate(gram, norm)
	return d
}

// place chooses landmarks evenly among the rows, and the width of the kernel by
// the median squared distance between rows and landmarks.
func (d *design) place(x *matrix.Matrix, train []int32, m int) {
	d.landmarks = matrix.New(m, d.cols)
	d.lengths = make([]float32, m)
	for j := range m {
		row := x.Row(int(train[j*len(train)/m]))[:d.cols]
		copy(d.landmarks.Row(j), row)
		d.lengths[j] = matrix.Dot(row, row)
	}
	const sample = 256
	var distances []float32
	for i := range min(sample, len(train)) {
		row := x.Row(int(train[i*len(train)/min(sample, len(train))]))[:d.cols]
		for j := i % 7; j < m; j += 7 {
			distances = append(distances, matrix.SquaredDistance(row, d.landmarks.Row(j)))
		}
	}
	if typical := median(distances); typical > 0 {
		d.gamma = kernelWidth / typical
	}
}

// dim returns the number of raw columns.
func (d *design) dim() int {
	if d.landmarks != nil {
		return d.landmarks.Rows
	}
	return d.cols
}

// kernel sets dst to the kernel's values between the rows of x, of which the
// leading columns count, and the landmarks.
func (d *design) kernel(dst, x *matrix.Matrix) {
	matrix.MulT(dst, x, d.landmarks)
	matrix.Parallel(x.Rows, 64, func(from, to int) {
		for i := from; i < to; i++ {
			row := dst.Row(i)
			length := matrix.Dot(x.Row(i), x.Row(i))
			for j, v := range row {
				row[j] = exp(-d.gamma * max(0, length+d.lengths[j]-2*v))
			}
		}
	})
}

// raw sets dst to the raw columns of some rows of x, using buffer.
func (d *design) raw(dst, x, buffer *matrix.Matrix, rows []int32) {
	picked := dst
	if d.landmarks != nil {
		picked = buffer.Slice(0, len(rows))
	}
	for i, r := range rows {
		copy(picked.Row(i), x.Row(int(r))[:d.cols])
	}
	if d.landmarks != nil {
		d.kernel(dst, picked)
	}
}

// eachBlock calls f with the raw columns of consecutive parts of rows.
func (d *design) eachBlock(x *matrix.Matrix, rows []int32, f func(from int, raw *matrix.Matrix)) {
	block := matrix.New(min(designRows, len(rows)), d.dim())
	buffer := matrix.New(block.Rows, d.cols)
	for from := 0; from < len(rows); from += designRows {
		part := rows[from:min(from+designRows, len(rows))]
		d.raw(block.Slice(0, len(part)), x, buffer, part)
		f(from, block.Slice(0, len(part)))
	}
}

// moments sets the mean and returns the covariance of the raw columns and its
// trace.
func (d *design) moments(x *matrix.Matrix, rows []int32) (*matrix.Matrix, float64) {
	dim := d.dim()
	sum := make([]float64, dim)
	// Any point near the mean keeps the sums small; the exact mean comes out.
	var near []float32
	total, part := matrix.New(dim, dim), matrix.New(dim, dim)
	d.eachBlock(x, rows, func(_ int, raw *matrix.Matrix) {
		if near == nil {
			near = columnMeans(raw)
		}
		for i := range raw.Rows {
			row := raw.Row(i)
			matrix.Axpy(-1, near, row)
			for j, v := range row {
				sum[j] += float64(v)
			}
		}
		matrix.TMul(part, raw, raw)
		matrix.Axpy(1, part.Data, total.Data)
	})
	n := float64(len(rows))
	d.mean = make([]float32, dim)
	trace := 0.0
	for i := range dim {
		row := total.Row(i)
		for j := range row {
			row[j] = float32(float64(row[j])/n - sum[i]/n*sum[j]/n)
		}
		trace += float64(row[i])
		d.mean[i] = near[i] + float32(sum[i]/n)
	}
	return total, trace
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

// decorrelate sets root to the inverse of the Cholesky factor of the curvature
// that the loss has at about equal probabilities, and penalty to norm in the
// new columns. Any invertible root gives the same model.
func (d *design) decorrelate(gram, norm *matrix.Matrix) {
	dim := d.dim()
	trace := 0.0
	for i := range dim {
		trace += float64(gram.Row(i)[i])
	}
	curvature := mat.NewSymDense(max(dim, 1), nil)
	var factor mat.Cholesky
	for jitter := 1e-6 * (trace/float64(max(dim, 1)) + 1e-30); ; jitter *= 10 {
		for i := range dim {
			for j := i; j < dim; j++ {
				curvature.SetSym(i, j, float64(gram.Row(i)[j])+10*typicalL2*float64(norm.Row(i)[j]))
			}
			curvature.SetSym(i, i, curvature.At(i, i)+jitter)
		}
		if dim == 0 || factor.Factorize(curvature) {
			break
		}
	}
	d.root = matrix.New(dim, dim)
	d.penalty = matrix.New(dim+1, dim+1)
	if dim == 0 {
		return
	}
	var lower, inverse mat.TriDense
	factor.LTo(&lower)
	// The factor of a positive definite matrix can be inverted; a large
	// condition number is no harm here.
	_ = inverse.InverseTri(&lower)
	for i := range dim {
		for j := 0; j <= i; j++ {
			d.root.Row(i)[j] = float32(inverse.At(i, j))
		}
	}
	half, whole := matrix.New(dim, dim), matrix.New(dim, dim)
	matrix.Mul(half, d.root, norm)
	matrix.MulT(whole, half, d.root)
	for i := range dim {
		for j := range dim {
			d.penalty.Row(i)[j] = (whole.Row(i)[j] + whole.Row(j)[i]) / 2
		}
	}
}

// apply returns the columns of some rows of x.
func (d *design) apply(x *matrix.Matrix, rows []int32) *matrix.Matrix {
	dim := d.dim()
	out := matrix.New(len(rows), dim+1)
	buffer := matrix.New(min(designRows, len(rows)), dim)
	d.eachBlock(x, rows, func(from int, raw *matrix.Matrix) {
		for i := range raw.Rows {
			matrix.Axpy(-1, d.mean, raw.Row(i))
		}
		y := buffer.Slice(0, raw.Rows)
		matrix.MulT(y, raw, d.root)
		for i := range y.Rows {
			row := out.Row(from + i)
			copy(row, y.Row(i))
			row[dim] = 1
		}
	})
	return out
}

// median returns the middle value of v, which it sorts.
func median(v []float32) float32 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}
