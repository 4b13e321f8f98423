package annotator

import "math"

// Constants of the line search: the decrease that a step must bring, the slope
// that may be left, and how many steps are tried (Nocedal and Wright, "Numerical
// Optimization", 2006, chapters 3 and 5).
const (
	decrease = 1e-4
	flatness = 0.2
	searches = 20
)

// descend lowers f from x, in place, by rounds of conjugate gradients at most
// (Polak and Ribière, started anew where the direction would climb). It ends when
// no derivative is above least, or no step lowers f.
func descend(x []float64, f func(x []float64) float64, gradient func(out, x []float64), rounds int, least float64) {
	n := len(x)
	g, next, d, at := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	value := f(x)
	gradient(g, x)
	for i, v := range g {
		d[i] = -v
	}
	step := 1 / math.Max(1, math.Sqrt(dot(g, g)))
	for range rounds {
		if flat(g, least) {
			return
		}
		slope := dot(g, d)
		if !(slope < 0) {
			for i, v := range g {
				d[i] = -v
			}
			slope = -dot(g, g)
		}
		t, low, ok := search(x, d, at, next, value, slope, step, f, gradient)
		if !ok {
			return
		}
		copy(x, at)
		value = low
		// The next step changes f about as much as this one did.
		was := dot(g, g)
		beta := math.Max(0, (dot(next, next)-dot(next, g))/was)
		for i := range d {
			d[i] = beta*d[i] - next[i]
		}
		g, next = next, g
		step = t * slope / math.Min(dot(g, d), -1e-300)
	}
}

// search finds a step along d by which f falls enough and is flat enough. It
// leaves the place in at and the gradient there in g.
func search(x, d, at, g []float64, value, slope, t float64, f func([]float64) float64, gradient func(out, x []float64)) (step, low float64, ok bool) {
	from, slopeFrom, to := 0.0, slope, math.Inf(1)
	if !(t > 0) || math.IsInf(t, 1) {
		t = 1
	}
	for range searches {
		for i := range at {
			at[i] = x[i] + t*d[i]
		}
		low = f(at)
		if !(low <= value+decrease*t*slope) {
			to = t
			t = (from + to) / 2
			continue
		}
		gradient(g, at)
		now := dot(g, d)
		step, ok = t, true
		if math.Abs(now) <= -flatness*slope {
			return step, low, true
		}
		secant := t - now*(t-from)/(now-slopeFrom)
		if now > 0 {
			to = t
		} else {
			from, slopeFrom = t, now
		}
		switch {
		case math.IsInf(to, 1):
			t = math.Max(2*t, math.Min(secant, 10*t))
		default:
			t = math.Min(math.Max(secant, from+0.1*(to-from)), to-0.1*(to-from))
			if math.IsNaN(t) {
				t = (from + to) / 2
			}
		}
	}
	if ok { // the last step that lowered f enough, flat or not
		for i := range at {
			at[i] = x[i] + step*d[i]
		}
		low = f(at)
		gradient(g, at)
	}
	return step, low, ok
}

func flat(g []float64, least float64) bool {
	for _, v := range g {
		if math.Abs(v) > least {
			return false
		}
	}
	return true
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
