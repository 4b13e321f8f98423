package probe

import (
	"context"
	"math"

	"github.com/errata-cv/errata/matrix"
)

const (
	memory    = 8    // pairs that approximate the curvature
	tolerance = 2e-5 // relative decrease of the loss at which a task is done
)

// solver is the state of L-BFGS (Liu & Nocedal 1989) for one task.
type solver struct {
	w, grad   []float32 // accepted point
	loss      float64
	direction []float32
	slope     float64
	step      float64
	s, y      [][]float32 // last moves and changes of gradient, newest last
	rho       []float64
	done      bool
	small     int // accepted steps in a row with a small decrease
}

// minimize trains all tasks together until each has converged or the loss was
// evaluated maxIter times, starting from start or, when nil, from zero. It
// returns the coefficients, classes rows for each task in order.
func (s *system) minimize(ctx context.Context, start *matrix.Matrix, maxIter int) (*matrix.Matrix, error) {
	size := s.classes * s.x.Cols
	solvers := make([]*solver, len(s.tasks))
	for t := range solvers {
		solvers[t] = &solver{w: make([]float32, size)}
		if start != nil {
			copy(solvers[t].w, start.Data[t*size:(t+1)*size])
		}
	}
	which := make([]int, len(s.tasks))
	for t := range which {
		which[t] = t
	}
	trial, grad := matrix.New(len(which)*s.classes, s.x.Cols), matrix.New(len(which)*s.classes, s.x.Cols)
	for iter := 0; iter < maxIter && len(which) > 0; iter++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w := matrix.Wrap(len(which)*s.classes, s.x.Cols, trial.Data[:len(which)*size])
		g := matrix.Wrap(w.Rows, w.Cols, grad.Data[:len(which)*size])
		for at, t := range which {
			solvers[t].propose(w.Data[at*size : (at+1)*size])
		}
		losses := s.evaluate(which, w, g)
		var left []int
		for at, t := range which {
			solvers[t].judge(w.Data[at*size:(at+1)*size], g.Data[at*size:(at+1)*size], losses[at])
			if !solvers[t].done {
				left = append(left, t)
			}
		}
		which = left
	}
	out := matrix.New(len(s.tasks)*s.classes, s.x.Cols)
	for t, v := range solvers {
		copy(out.Data[t*size:], v.w)
	}
	return out, nil
}

// propose writes the point to try next.
func (v *solver) propose(trial []float32) {
	copy(trial, v.w)
	if v.direction != nil {
		matrix.Axpy(float32(v.step), v.direction, trial)
	}
}

// judge takes the loss and gradient at the proposed point and either accepts it
// or shortens the step.
func (v *solver) judge(trial, grad []float32, loss float64) {
	if v.direction == nil {
		v.loss, v.grad = loss, append([]float32(nil), grad...)
		v.turn()
		return
	}
	if !(loss <= v.loss+1e-4*v.step*v.slope) {
		// The minimum of the parabola through both losses and the slope.
		better := -v.slope * v.step * v.step / (2 * (loss - v.loss - v.slope*v.step))
		v.step = max(0.1*v.step, min(0.5*v.step, better))
		if !(v.step > 1e-6) {
			v.done = true
		}
		return
	}
	move, change := make([]float32, len(trial)), make([]float32, len(trial))
	if len(v.s) == memory {
		move, change = v.s[0], v.y[0]
		v.s, v.y, v.rho = v.s[1:], v.y[1:], v.rho[1:]
	}
	for i := range trial {
		move[i] = trial[i] - v.w[i]
		change[i] = grad[i] - v.grad[i]
	}
	if curvature := dot(move, change); curvature > 0 {
		v.s, v.y, v.rho = append(v.s, move), append(v.y, change), append(v.rho, 1/curvature)
	}
	if v.loss-loss <= tolerance*math.Abs(v.loss) {
		v.small++
	} else {
		v.small = 0
	}
	copy(v.w, trial)
	copy(v.grad, grad)
	v.loss = loss
	if v.small == 2 {
		v.done = true
		return
	}
	v.turn()
}

// turn sets the direction from the gradient and the remembered curvature.
func (v *solver) turn() {
	if v.direction == nil {
		v.direction = make([]float32, len(v.grad))
	}
	q := v.direction
	copy(q, v.grad)
	alpha := make([]float64, len(v.s))
	for i := len(v.s) - 1; i >= 0; i-- {
		alpha[i] = v.rho[i] * dot(v.s[i], q)
		matrix.Axpy(float32(-alpha[i]), v.y[i], q)
	}
	scale := 4.0 // the columns have unit variance and p(1-p) is at most 1/4
	if last := len(v.s) - 1; last >= 0 {
		scale = 1 / (v.rho[last] * dot(v.y[last], v.y[last]))
	}
	for i := range q {
		q[i] *= float32(scale)
	}
	for i := range v.s {
		beta := v.rho[i] * dot(v.y[i], q)
		matrix.Axpy(float32(alpha[i]-beta), v.s[i], q)
	}
	for i := range q {
		q[i] = -q[i]
	}
	v.slope = dot(q, v.grad)
	v.step = 1
	if !(v.slope < 0) {
		v.done = true
	}
}

// dot is matrix.Dot with sums of long vectors kept in float64.
func dot(a, b []float32) float64 {
	var sum float64
	for len(a) > 4096 {
		sum += float64(matrix.Dot(a[:4096], b[:4096]))
		a, b = a[4096:], b[4096:]
	}
	return sum + float64(matrix.Dot(a, b))
}
