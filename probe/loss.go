package probe

import (
	"math"

	"github.com/errata-cv/errata/matrix"
)

// A task is one logistic regression: it learns from every row that is not in
// its held-out fold.
type task struct {
	holdout int8 // -1 holds out nothing
	l2      float64
	total   float64 // weight of the rows it learns from
}

// A system is the data that several tasks share. Training them together turns
// many narrow products into a few wide ones.
type system struct {
	x       *matrix.Matrix // n×d, last column ones
	y       []int32
	fold    []int8
	weight  []float32      // of each row
	penalty *matrix.Matrix // d×d: l2/2·wᵀ·penalty·w is added to the loss
	classes int
	tasks   []task
}

const lossRows = 1024 // rows of logits in memory at once

// evaluate returns the loss of tasks which, and sets their gradients, at the
// coefficients w. Task which[t] has rows t·classes … of w and grad, one a class.
func (s *system) evaluate(which []int, w, grad *matrix.Matrix) []float64 {
	k := s.classes
	losses := make([]float64, len(which))
	clear(grad.Data)
	part := matrix.New(grad.Rows, grad.Cols)
	rows := min(lossRows, s.x.Rows)
	logits := matrix.New(rows, len(which)*k)
	each := matrix.New(rows, len(which))
	for from := 0; from < s.x.Rows; from += lossRows {
		x := s.x.Slice(from, min(from+lossRows, s.x.Rows))
		l, e := logits.Slice(0, x.Rows), each.Slice(0, x.Rows)
		matrix.MulT(l, x, w)
		matrix.Parallel(x.Rows, 64, func(a, b int) {
			for i := a; i < b; i++ {
				row, loss := l.Row(i), e.Row(i)
				for t, at := range which {
					loss[t] = s.residual(row[t*k:(t+1)*k], from+i, &s.tasks[at])
				}
			}
		})
		for i := range e.Rows {
			for t, v := range e.Row(i) {
				losses[t] += float64(v)
			}
		}
		matrix.TMul(part, l, x)
		matrix.Axpy(1, part.Data, grad.Data)
	}
	matrix.MulT(part, w, s.penalty)
	for t, at := range which {
		of := &s.tasks[at]
		losses[t] /= of.total
		for c := t * k; c < (t+1)*k; c++ {
			pull, g := part.Row(c), grad.Row(c)
			losses[t] += of.l2 / 2 * dot(w.Row(c), pull)
			for j, v := range pull {
				g[j] = g[j]/float32(of.total) + float32(of.l2)*v
			}
		}
	}
	return losses
}

// residual turns the logits of row i into weight·(probability - truth) and
// returns weight·loss; both are zero when the task does not learn from the row.
func (s *system) residual(logits []float32, i int, t *task) float32 {
	weight := s.weight[i]
	if s.fold[i] == t.holdout || weight == 0 {
		clear(logits)
		return 0
	}
	given := logits[s.y[i]]
	most := logits[0]
	for _, v := range logits {
		most = max(most, v)
	}
	var sum float32
	for c, v := range logits {
		v = exp(v - most)
		logits[c] = v
		sum += v
	}
	scale := weight / sum
	for c := range logits {
		logits[c] *= scale
	}
	logits[s.y[i]] -= weight
	return weight * (most - given + float32(math.Log(float64(sum))))
}

// exp returns e to the power x for x ≤ 0 with a relative error below 2e-7. It is
// several times as fast as math.Exp.
func exp(x float32) float32 {
	if x < -87 {
		return 0
	}
	const (
		log2e = 1.44269504088896341
		high  = 0.693359375
		low   = -2.12194440e-4
	)
	n := float32(int32(x*log2e - 0.5))
	r := x - n*high - n*low
	p := float32(1.9875691500e-4)
	p = p*r + 1.3981999507e-3
	p = p*r + 8.3334519073e-3
	p = p*r + 4.1665795894e-2
	p = p*r + 1.6666665459e-1
	p = p*r + 5.0000001201e-1
	p = p*r*r + r + 1
	return math.Float32frombits(math.Float32bits(p) + uint32(int32(n))<<23)
}
