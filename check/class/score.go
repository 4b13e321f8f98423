package class

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// Score names a label quality score. It is in [0, 1]; low is suspicious.
type Score string

// The scores (Kuan and Mueller, "Model-agnostic label quality scoring to detect
// real-world label errors", 2022).
const (
	// SelfConfidence is P(given).
	SelfConfidence Score = "self_confidence"
	// NormalizedMargin is (P(given) - the largest other P + 1) / 2.
	NormalizedMargin Score = "normalized_margin"
	// ConfidenceWeightedEntropy divides the normalised entropy of the row by
	// P(given), and rescales: q = H/ln K / P(given), score = ln(q+1)/q, which
	// tends to 1 as q tends to 0. (cleanlab lets it fall to 0 for q below 1e-6,
	// so that the surest labels look like the worst.)
	ConfidenceWeightedEntropy Score = "confidence_weighted_entropy"
)

// QualityScores lists all scores, the default first.
func QualityScores() []Score {
	return []Score{SelfConfidence, NormalizedMargin, ConfidenceWeightedEntropy}
}

// Scores returns the quality of each label, one for each. With adjust the
// probabilities are first shifted so that classes the model is unsure of in
// general are not blamed for it: P(k) - threshold(k) + the largest threshold,
// divided by the row's sum. A class without labels keeps its P(k). The entropy
// score cannot be adjusted.
func (l *Learning) Scores(s Score, adjust bool) ([]float64, error) {
	switch s {
	case SelfConfidence, NormalizedMargin:
		if adjust {
			return l.adjusted(s), nil
		}
		if s == NormalizedMargin {
			return l.normalizedMargin(), nil
		}
		return append([]float64(nil), l.PGiven...), nil
	case ConfidenceWeightedEntropy:
		if adjust {
			return nil, fmt.Errorf("the score %s cannot be adjusted by class thresholds; use %s or %s", s, SelfConfidence, NormalizedMargin)
		}
		return l.weightedEntropy(), nil
	}
	return nil, fmt.Errorf("there is no score %q; the scores are %v", s, QualityScores())
}

func (l *Learning) normalizedMargin() []float64 {
	out := make([]float64, len(l.Labels))
	for i := range out {
		out[i] = (l.PGiven[i] - l.POther[i] + 1) / 2
	}
	return out
}

// eachRow calls f for every row on all cores.
func (l *Learning) eachRow(f func(i int, row []float64)) {
	matrix.Parallel(len(l.Labels), blockRows(l.Probs.k), func(from, to int) {
		buf := make([]float64, l.Probs.k)
		for i := from; i < to; i++ {
			f(i, l.Probs.Row(i, buf))
		}
	})
}

func (l *Learning) weightedEntropy() []float64 {
	out := make([]float64, len(l.Labels))
	norm := math.Log(float64(l.Probs.k))
	l.eachRow(func(i int, row []float64) {
		entropy := 0.0
		if norm > 0 {
			for _, v := range row {
				if v > 0 {
					entropy -= v * math.Log(v)
				}
			}
			entropy /= norm
		}
		q := max(slack, entropy/max(slack, l.PGiven[i]))
		out[i] = math.Log(q+1) / q
	})
	return out
}

// shift returns what adjusting adds to the probability of each class.
func (l *Learning) shift() []float64 {
	top := 0.0
	for k, t := range l.Thresholds {
		if l.Counts[k] > 0 {
			top = max(top, t)
		}
	}
	shift := make([]float64, len(l.Thresholds))
	for k, t := range l.Thresholds {
		if l.Counts[k] > 0 {
			shift[k] = top - t
		}
	}
	return shift
}

func (l *Learning) adjusted(s Score) []float64 {
	out := make([]float64, len(l.Labels))
	shift := l.shift()
	l.eachRow(func(i int, row []float64) {
		y := l.Labels[i]
		sum, other := 0.0, 0.0
		for k, v := range row {
			v += shift[k]
			sum += v
			if k != y {
				other = max(other, v)
			}
		}
		if sum == 0 {
			sum = 1
		}
		given := (row[y] + shift[y]) / sum
		if s == NormalizedMargin {
			given = (given - other/sum + 1) / 2
		}
		out[i] = given
	})
	return out
}
