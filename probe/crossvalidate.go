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
	// Columns is the number of leading columns of the embedding used.
	Columns int
	// Unjudged lists the labels, ascending, of whose class no other fold has
	// an example.
	Unjudged []int
}

// selectionRows is how many held-out labels are enough to choose a model.
const selectionRows = 5000

// CrossValidate predicts every label by a model that was trained on the other
// folds. x is n×d, one row for each label; y holds classes in [0, classes);
// labels of the same group are in the same fold, and groups may be nil. Columns
// and penalty are chosen by the out-of-fold log-loss, over as many folds as hold
// 5,000 labels. At most 65,536 rows are trained on. progress, which may be nil,
// counts steps.
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
	r := &Result{Fold: Folds(y, classes, groups, o.Folds, o.Seed), Temperature: 1, L2: o.L2, Columns: x.Cols}
	v := newValidation(x, y, classes, r.Fold, nil, o)
	var err error
	switch {
	case v.folds > 1 && o.L2 == 0 && v.tooMany():
		err = v.means(ctx, o.Seed, progress)
	case v.folds > 1:
		err = v.run(ctx, r, o, progress)
	}
	if err != nil {
		return nil, err
	}
	v.finish(r, classes)
	return r, nil
}

func (v *validation) run(ctx context.Context, r *Result, o Options, progress func(done, total int)) error {
	steps, done := 3, 0 // the last models count as three steps
	if o.L2 == 0 {
		steps += len(L2Grid)
	}
	both := o.Even > 0 && o.Even < v.x.Cols
	if both {
		steps += 2 * len(L2Grid)
	}
	step := func() {
		done++
		if progress != nil {
			progress(done, steps)
		}
	}
	if both {
		least := -1.0
		for _, cols := range []int{o.Even, v.x.Cols} {
			d := newDesign(v.x, v.train, cols, 0)
			_, loss, err := v.choose(ctx, d, v.system(d, nil, 0), step)
			if err != nil {
				return err
			}
			if least < 0 || loss < least {
				least, r.Columns = loss, cols
			}
		}
	}
	d := newDesign(v.x, v.train, r.Columns, o.Landmarks)
	s := v.system(d, nil, 0)
	if o.L2 == 0 {
		var err error
		if r.L2, _, err = v.choose(ctx, d, s, step); err != nil {
			return err
		}
	}
	all := make([]int8, v.folds)
	for f := range all {
		all[f] = int8(f)
	}
	s.retask(all, r.L2)
	w, err := s.minimize(ctx, nil, v.maxIter)
	if err != nil {
		return err
	}
	v.predict(d, s, w)
	done = steps - 1
	step()
	return nil
}
