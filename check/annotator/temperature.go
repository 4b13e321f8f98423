package annotator

import (
	"math"

	"github.com/errata-cv/errata/matrix"
)

// least stands for a probability of zero where a logarithm is taken.
const least = 1e-30

// Temperatures that the first search tries, and into how many steps the second
// divides the way to each neighbour of the best.
var coarse = []float64{0.1, 0.2, 0.5, 0.8, 1, 2, 3, 5, 8}

const fine = 4

// scale writes softmax(log p / t) into out, which may be p. A row of zeros
// becomes uniform.
func scale(out, p []float64, t float64) {
	high := least
	for _, v := range p {
		high = max(high, v)
	}
	high = math.Log(high)
	sum := 0.0
	for k, v := range p {
		v = math.Exp((math.Log(max(v, least)) - high) / t)
		out[k] = v
		sum += v
	}
	for k := range out {
		out[k] /= sum
	}
}

// calibrate finds the temperature of each model that brings its probabilities
// nearest to how the annotators divide: the least cross-entropy from the shares
// of the classes among an image's labels (Guo et al., "On Calibration of Modern
// Neural Networks", ICML 2017, with the shares in place of one label). It tries
// nine temperatures from 0.1 to 8 and then four steps to either side of the
// best.
func (m *models) calibrate(l *Labels, compat bool) {
	for model := range m.probs {
		best := m.coolest(l, model, coarse, compat)
		var near []float64
		if best > 0 {
			near = append(near, steps(coarse[best-1], coarse[best])...)
		}
		if best < len(coarse)-1 {
			near = append(append(near, steps(coarse[best], coarse[best+1])...), coarse[best+1])
		}
		m.temperature[model] = near[m.coolest(l, model, near, compat)]
	}
	if m.mean != nil {
		m.mean = m.cached()
	}
}

// steps returns a and further points up to, not with, b.
func steps(a, b float64) []float64 {
	out := make([]float64, fine)
	for s := range out {
		out[s] = a + float64(s)*((b-a)/fine)
	}
	return out
}

// coolest returns the index of the temperature with the least cross-entropy, the
// first on ties.
func (m *models) coolest(l *Labels, model int, temperatures []float64, compat bool) int {
	grain := rows(m.classes)
	parts := make([][]float64, (l.images+grain-1)/grain)
	matrix.Parallel(l.images, grain, func(from, to int) {
		sum := make([]float64, len(temperatures))
		buf := make([]float64, m.classes)
		logs := make([]float64, m.classes)
		shares := make([]share, 0, 8)
		for i := from; i < to; i++ {
			_, labels := l.Of(i)
			if len(labels) == 0 {
				continue
			}
			shares = shareOut(shares[:0], labels, l.classes, compat)
			high := math.Inf(-1)
			for k, v := range m.probs[model].Row(i, buf) {
				logs[k] = math.Log(v)
				high = max(high, logs[k])
			}
			if math.IsInf(high, -1) {
				clear(logs)
				high = 0
			}
			for at, t := range temperatures {
				z := 0.0
				for _, v := range logs {
					z += math.Exp((v - high) / t)
				}
				z = math.Log(z)
				for _, s := range shares {
					sum[at] -= s.of * max((logs[s.class]-high)/t-z, math.Log(least))
				}
			}
		}
		parts[from/grain] = sum
	})
	total := make([]float64, len(temperatures))
	for _, p := range parts {
		for at, v := range p {
			total[at] += v
		}
	}
	best := 0
	for at, v := range total {
		if v < total[best] {
			best = at
		}
	}
	return best
}

// share is the part of an image's labels that are of a class.
type share struct {
	class int32
	of    float64
}

// shareOut appends the shares of the classes among the labels of an image, by
// ascending class. cleanlab 2.9 counts labels that are floating-point numbers,
// as all of several annotators are, from the first class on: an image whose
// labels are all of class 2 counts as one of class 0, unless every class has a
// label. That is done with compat.
func shareOut(out []share, labels []int32, classes int, compat bool) []share {
	n := 1 / float64(len(labels))
	for _, c := range labels {
		at := 0
		for at < len(out) && out[at].class < c {
			at++
		}
		if at == len(out) || out[at].class != c {
			out = append(out, share{})
			copy(out[at+1:], out[at:])
			out[at] = share{class: c}
		}
		out[at].of++
	}
	for at := range out {
		out[at].of *= n
		if compat && len(out) != classes {
			out[at].class = int32(at)
		}
	}
	return out
}
