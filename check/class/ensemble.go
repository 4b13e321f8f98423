package class

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// Weighting names a way to weigh several models against each other.
type Weighting string

// The weightings.
const (
	// Uniform gives every model the same weight.
	Uniform Weighting = "uniform"
	// ByAccuracy weighs each model by its accuracy against the given labels;
	// the default.
	ByAccuracy Weighting = "accuracy"
	// ByLogLoss weighs each model by exp(-T · its log-loss), with the T that
	// gives the averaged model the smallest log-loss.
	ByLogLoss Weighting = "log_loss_search"
	// Custom takes the weights the caller gives.
	Custom Weighting = "custom"
)

// temperatures are what ByLogLoss tries, in order; the first of equals wins.
var temperatures = []float64{1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 2e2}

// EnsembleOptions say how scores of several models are averaged.
type EnsembleOptions struct {
	Score     Score     // SelfConfidence when empty
	Adjust    bool      // see Learning.Scores
	Weighting Weighting // ByAccuracy when empty
	Weights   []float64 // for Custom: one for each model, not negative
}

// Ensemble returns the weighted mean of the scores that several models give the
// same labels, and the weights used, which sum to one.
func Ensemble(models []*Learning, o EnsembleOptions) (scores, weights []float64, err error) {
	if len(models) == 0 {
		return nil, nil, fmt.Errorf("there are no models to average; an ensemble needs at least one")
	}
	for m, l := range models {
		if len(l.Labels) != len(models[0].Labels) || l.Probs.k != models[0].Probs.k {
			return nil, nil, fmt.Errorf("model %d has %d rows of %d classes, but model 0 has %d rows of %d classes", m, len(l.Labels), l.Probs.k, len(models[0].Labels), models[0].Probs.k)
		}
		if !slices.Equal(l.Labels, models[0].Labels) {
			return nil, nil, fmt.Errorf("model %d has other labels than model 0; an ensemble judges one set of labels", m)
		}
	}
	if o.Score == "" {
		o.Score = SelfConfidence
	}
	if weights, err = ensembleWeights(models, o); err != nil {
		return nil, nil, err
	}
	scores = make([]float64, len(models[0].Labels))
	for m, l := range models {
		s, err := l.Scores(o.Score, o.Adjust)
		if err != nil {
			return nil, nil, err
		}
		for i := range scores {
			scores[i] += weights[m] * s[i]
		}
	}
	return scores, weights, nil
}

func ensembleWeights(models []*Learning, o EnsembleOptions) ([]float64, error) {
	w := make([]float64, len(models))
	switch o.Weighting {
	case Uniform:
		for m := range w {
			w[m] = 1
		}
	case ByAccuracy, "":
		for m, l := range models {
			for i, b := range l.Best {
				if int(b) == l.Labels[i] {
					w[m]++
				}
			}
		}
	case ByLogLoss:
		return searchLogLoss(models), nil
	case Custom:
		if len(o.Weights) != len(models) {
			return nil, fmt.Errorf("there are %d weights for %d models; each model needs one", len(o.Weights), len(models))
		}
		for m, v := range o.Weights {
			if !(v >= 0) || math.IsInf(v, 1) {
				return nil, fmt.Errorf("the weight of model %d is %g, but weights must be finite and not negative", m, v)
			}
		}
		copy(w, o.Weights)
	default:
		return nil, fmt.Errorf("there is no weighting %q; the weightings are %q, %q, %q and %q", o.Weighting, Uniform, ByAccuracy, ByLogLoss, Custom)
	}
	if !normalise(w) {
		if o.Weighting == Custom {
			return nil, fmt.Errorf("the weights of all %d models are zero; at least one must count", len(w))
		}
		for m := range w { // no model is ever right: none is better than another
			w[m] = 1 / float64(len(w))
		}
	}
	return w, nil
}

func searchLogLoss(models []*Learning) []float64 {
	loss := make([]float64, len(models))
	for m := range models {
		one := make([]float64, len(models))
		one[m] = 1
		loss[m] = logLoss(models, one)
	}
	least := math.Inf(1)
	for _, v := range loss {
		least = min(least, v)
	}
	var best []float64
	bestLoss := math.Inf(1)
	for _, t := range temperatures {
		w := make([]float64, len(models))
		for m := range w {
			w[m] = math.Exp(-t * (loss[m] - least)) // the shift cancels and keeps large T from underflowing
		}
		normalise(w)
		if v := logLoss(models, w); v < bestLoss {
			best, bestLoss = w, v
		}
	}
	return best
}

// logLoss is the mean -ln P(given) of the weighted mean of the models, each
// probability clipped to [eps, 1-eps] and the row divided by its sum.
func logLoss(models []*Learning, weights []float64) float64 {
	const eps = 0x1p-52
	k := models[0].Probs.k
	labels := models[0].Labels
	per := make([]float64, len(labels))
	matrix.Parallel(len(labels), blockRows(k), func(from, to int) {
		mean, buf := make([]float64, k), make([]float64, k)
		for i := from; i < to; i++ {
			clear(mean)
			for m, l := range models {
				if weights[m] == 0 {
					continue
				}
				for c, v := range l.Probs.Row(i, buf) {
					mean[c] += weights[m] * v
				}
			}
			sum := 0.0
			for c, v := range mean {
				mean[c] = min(1-eps, max(eps, v))
				sum += mean[c]
			}
			per[i] = -math.Log(mean[labels[i]] / sum)
		}
	})
	sum := 0.0
	for _, v := range per {
		sum += v
	}
	return sum / float64(len(per))
}

// normalise makes w sum to one; it returns false when the sum is zero.
func normalise(w []float64) bool {
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	if sum == 0 {
		return false
	}
	for m := range w {
		w[m] /= sum
	}
	return true
}
