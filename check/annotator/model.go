package annotator

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
)

// maxProbability leaves room for rounding, as package class does.
const maxProbability = 1.001

// models are the classifiers, each with the temperature it is scaled by; 0
// takes its probabilities as they are.
type models struct {
	probs       []class.Probs
	temperature []float64
	best        [][]int32 // most probable class of each image, by model
	classes     int
	mean        func(i int) []float64 // nil without models; not for several goroutines
}

// newModels checks the probabilities: the same images and classes as the
// labels, and every value finite and in [0, 1].
func newModels(l *Labels, probs []class.Probs) (*models, error) {
	m := &models{probs: probs, temperature: make([]float64, len(probs)), classes: l.classes}
	for at, p := range probs {
		if n, k := p.Shape(); n != l.images || k != l.classes {
			return nil, fmt.Errorf("the probabilities of model %d are of %d images and %d classes, but the labels are of %d images and %d classes", at, n, k, l.images, l.classes)
		}
	}
	if err := m.findBest(l.images); err != nil {
		return nil, err
	}
	if len(probs) > 0 {
		m.mean = m.cached()
	}
	return m, nil
}

// rows is how many rows of k values make a block worth handing to a core.
func rows(k int) int { return max(1, 1<<15/max(k, 1)) }

// findBest fills best; it reads every probability and returns the first that is
// none.
func (m *models) findBest(images int) error {
	grain := rows(m.classes)
	for at, p := range m.probs {
		best := make([]int32, images)
		bad := make([]error, (images+grain-1)/grain)
		matrix.Parallel(images, grain, func(from, to int) {
			buf := make([]float64, m.classes)
			for i := from; i < to; i++ {
				row := p.Row(i, buf)
				for k, v := range row {
					if !(v >= 0 && v <= maxProbability) {
						bad[from/grain] = badProbability(at, i, k, v)
						return
					}
					if v > row[best[i]] {
						best[i] = int32(k)
					}
				}
			}
		})
		for _, err := range bad {
			if err != nil {
				return err
			}
		}
		m.best = append(m.best, best)
	}
	return nil
}

func badProbability(model, i, k int, v float64) error {
	switch {
	case math.IsNaN(v):
		return fmt.Errorf("model %d gives image %d no number as the probability of class %d; predict the image again", model, i, k)
	case math.IsInf(v, 0):
		return fmt.Errorf("model %d gives image %d an infinite probability of class %d; these look like logits, apply softmax to them first", model, i, k)
	default:
		return fmt.Errorf("model %d gives image %d the probability %g of class %d, but a probability lies between 0 and 1; if these are logits, apply softmax to them first", model, i, v, k)
	}
}

// row returns the probabilities of one model for image i, scaled by its
// temperature: in buf, or in the model's own memory, which must not be changed.
func (m *models) row(model, i int, buf []float64) []float64 {
	p := m.probs[model].Row(i, buf)
	if m.temperature[model] == 0 {
		return p
	}
	scale(buf, p, m.temperature[model])
	return buf
}

// average writes the mean of all models for image i into out.
func (m *models) average(i int, out, buf []float64) {
	clear(out)
	for model := range m.probs {
		for k, v := range m.row(model, i, buf) {
			out[k] += v
		}
	}
	if n := float64(len(m.probs)); n > 1 {
		for k := range out {
			out[k] /= n
		}
	}
}

// cached returns average with a memory of the last image.
func (m *models) cached() func(i int) []float64 {
	out, buf := make([]float64, m.classes), make([]float64, m.classes)
	last := -1
	return func(i int) []float64 {
		if i != last {
			m.average(i, out, buf)
			last = i
		}
		return out
	}
}
