package outlier

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
)

// Method names how a row of probabilities is scored.
type Method string

// The methods.
const (
	// Entropy is one minus the entropy of the row, divided by ln K.
	Entropy Method = "entropy"
	// LeastConfidence is the largest probability.
	LeastConfidence Method = "least_confidence"
	// GEN is the generalised entropy of Liu, Lochman and Zach, "GEN: Pushing the
	// Limits of Softmax-Based Out-of-Distribution Detection", CVPR 2023, of the
	// softmax of the row: 1 − Σ pᵞ(1 − p)ᵞ/M over the M largest.
	GEN Method = "gen"
)

// Methods lists the methods.
func Methods() []Method { return []Method{Entropy, LeastConfidence, GEN} }

// ProbabilityOptions say how probabilities are judged.
type ProbabilityOptions struct {
	// Method is Entropy when empty.
	Method Method
	// Thresholds are the class thresholds of confident learning, which make up
	// for classes that the model likes: p − t + max t, divided by the sum. nil
	// takes the probabilities as they are. A threshold above 1, as a class
	// without labels has it, counts as the largest of the others.
	Thresholds []float64
	// Share of the median score below which a row is an outlier; 0 stands for
	// DefaultShare.
	Share float64
	// M and Gamma are those of GEN; 0 stands for 100 and 0.1.
	M     int
	Gamma float64
	// Compat divides by M in GEN even where there are fewer than M classes, as
	// cleanlab does, so that with 10 classes no score is below 0.9. The mended
	// form divides by the number of classes taken.
	Compat bool
}

// ByProbability judges each row by how undecided the model is. A row of zeros is
// as undecided as can be. Probabilities lie in [0, 1]; there must be two classes
// at least.
func ByProbability(p class.Probs, o ProbabilityOptions) (*Result, error) {
	n, k := p.Shape()
	if err := o.prepare(n, k); err != nil {
		return nil, err
	}
	r := &Result{Score: make([]float64, n), Outlier: make([]bool, n)}
	shift := o.shift()
	bad := make([]bool, n)
	matrix.Parallel(n, 1024, func(from, to int) {
		buf, row := make([]float64, k), make([]float64, k)
		for i := from; i < to; i++ {
			copy(row, p.Row(i, buf))
			bad[i] = slices.ContainsFunc(row, func(v float64) bool { return !(v >= 0 && v <= maxProbability) })
			if !bad[i] {
				r.Score[i] = o.score(row, shift)
			}
		}
	})
	if i := slices.Index(bad, true); i >= 0 {
		return nil, rowError(i, p.Row(i, make([]float64, k)))
	}
	r.Threshold = o.Share * medianOf(r.Score)
	for i, s := range r.Score {
		r.Outlier[i] = s < r.Threshold
	}
	return r, nil
}

// maxProbability leaves room for rounding.
const maxProbability = 1.001

func rowError(i int, row []float64) error {
	for k, v := range row {
		switch {
		case math.IsNaN(v):
			return fmt.Errorf("the probability of class %d in row %d is not a number; remove the row or predict it again", k, i)
		case !(v >= 0 && v <= maxProbability):
			return fmt.Errorf("the probability of class %d in row %d is %g, but a probability lies between 0 and 1; if these are logits, apply softmax to them first", k, i, v)
		}
	}
	return nil
}

func (o *ProbabilityOptions) prepare(n, k int) error {
	if n < 1 || k < 2 {
		return fmt.Errorf("there are %d rows of probabilities of %d classes; outliers need at least one row and two classes", n, k)
	}
	if o.Thresholds != nil && len(o.Thresholds) != k {
		return fmt.Errorf("there are %d thresholds for %d classes; each class needs one", len(o.Thresholds), k)
	}
	for c, t := range o.Thresholds {
		if !(t >= 0) || math.IsInf(t, 1) {
			return fmt.Errorf("the threshold of class %d is %g; it is a mean probability", c, t)
		}
	}
	if o.Method == "" {
		o.Method = Entropy
	}
	if !slices.Contains(Methods(), o.Method) {
		return fmt.Errorf("the method %q is unknown; there are %q", o.Method, Methods())
	}
	if o.Share == 0 {
		o.Share = DefaultShare
	}
	if o.M == 0 {
		o.M = 100
	}
	if o.Gamma == 0 {
		o.Gamma = 0.1
	}
	if !(o.Share > 0) || math.IsInf(o.Share, 1) || o.M < 0 || !(o.Gamma > 0) || math.IsInf(o.Gamma, 1) {
		return fmt.Errorf("the share %g of the median, M %d and gamma %g must all be above 0", o.Share, o.M, o.Gamma)
	}
	return nil
}

// shift is what each class gets added; nil when nothing is.
func (o *ProbabilityOptions) shift() []float64 {
	if o.Thresholds == nil {
		return nil
	}
	most := 0.0
	for _, t := range o.Thresholds {
		if t <= maxProbability {
			most = max(most, t)
		}
	}
	shift := make([]float64, len(o.Thresholds))
	for c, t := range o.Thresholds {
		shift[c] = max(0, most-t)
	}
	return shift
}

// score changes row.
func (o *ProbabilityOptions) score(row, shift []float64) float64 {
	if shift != nil {
		sum := 0.0
		for c := range row {
			row[c] += shift[c]
			sum += row[c]
		}
		for c := range row {
			if sum > 0 {
				row[c] /= sum
			}
		}
	}
	switch o.Method {
	case LeastConfidence:
		return min(1, slices.Max(row))
	case GEN:
		return o.gen(row)
	}
	entropy, sum := 0.0, 0.0
	for _, v := range row {
		if v > 0 {
			entropy -= v * math.Log(v)
			sum += v
		}
	}
	if sum == 0 {
		return 0
	}
	return min(1, max(0, 1-entropy/math.Log(float64(len(row)))))
}

func (o *ProbabilityOptions) gen(row []float64) float64 {
	most, sum := slices.Max(row), 0.0
	for c, v := range row {
		row[c] = math.Exp(v - most)
		sum += row[c]
	}
	slices.Sort(row)
	m := min(o.M, len(row))
	total := 0.0
	for _, v := range row[len(row)-m:] {
		v /= sum
		total += math.Pow(v*(1-v), o.Gamma)
	}
	if o.Compat {
		m = o.M
	}
	return 1 - total/float64(m)
}
