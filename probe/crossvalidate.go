package probe

import (
	"context"
	"fmt"

	"github.com/errata-cv/errata/matrix"
)

// Result is what cross-validation says of every label.
type Result struct {
	// Probs is n×classes: the probabilities of each label's picture from the
	// model that did not see it, temperature-scaled. Rows sum to one.
	Probs *matrix.Matrix
	// Fold is the part of each label.
	Fold []int8
	// Temperature is what the logits were divided by.
	Temperature float64
	// Accuracy is the share of labels that are their row's most probable class.
	Accuracy float64
	// LogLoss is the mean -ln of the probability of the given classes of the
	// labels that can be judged.
	LogLoss float64
	// L2 is the penalty used, chosen or given.
	L2 float64
	// Unjudged lists the labels, ascending, of whose class no other fold has
	// an example.
	Unjudged []int
}

// selectionRows is how many held-out labels are enough to choose the penalty.
const selectionRows = 10000

// CrossValidate predicts every label by a model that was trained on the other
// folds. x is n×d, one row for each label; y holds classes in [0, classes);
// labels of the same group are in the same fold, and groups may be nil. The
// penalty is chosen by the out-of-fold log-loss, over as many folds as hold
// 10,000 labels. progress, which may be nil, counts parts of the work.
//
// Where a regression would take too long, as with thousands of classes, or has
// too few labels of each of many classes, and the penalty is left open, labels
// are predicted by linear discriminant analysis instead; Result.L2 is then 0.
func CrossValidate(ctx context.Context, x *matrix.Matrix, y []int, classes int, groups []int32, o Options, progress func(done, total int)) (*Result, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkData(x, y, classes); err != nil {
		return nil, err
	}
	if groups != nil && len(groups) != len(y) {
		return nil, fmt.Errorf("probe: %d groups for %d labels; each label needs its own, or none", len(groups), len(y))
	}
	r := &Result{Fold: Folds(y, classes, groups, o.Folds, o.Seed), Temperature: 1, L2: o.L2}
	v := newValidation(x, y, classes, r.Fold, o)
	if progress != nil {
		v.tick = func(done, total int) { progress(done, total) }
	}
	switch {
	case v.folds > 1 && o.L2 == 0 && v.tooMany():
		if err := v.means(ctx, x, o.Seed); err != nil {
			return nil, err
		}
	case v.folds > 1:
		if o.L2 == 0 {
			l2, err := v.choose(ctx)
			if err != nil {
				return nil, err
			}
			r.L2 = l2
		}
		if err := v.final(ctx, r.L2); err != nil {
			return nil, err
		}
	}
	v.finish(r)
	return r, nil
}
