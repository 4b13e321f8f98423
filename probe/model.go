package probe

import (
	"context"
	"fmt"

	"github.com/errata-cv/errata/matrix"
)

// Model is multinomial logistic regression trained on all labels.
type Model struct {
	classes int
	present []int
	scale   *scaling
	w       *matrix.Matrix // present × d+1
}

// Fit trains one model on every row of x with a weight of at least zero for
// each, or nil for equal weights. L2 = 0 takes the middle of [L2Grid]. Classes
// without labels are never predicted.
func Fit(ctx context.Context, x *matrix.Matrix, y []int, classes int, weight []float32, o Options) (*Model, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkData(x, y, classes); err != nil {
		return nil, err
	}
	if weight != nil && len(weight) != len(y) {
		return nil, fmt.Errorf("probe: %d weights for %d labels; each label needs its own", len(weight), len(y))
	}
	total := float32(0)
	for i, w := range weight {
		if !(w >= 0) || w-w != 0 {
			return nil, fmt.Errorf("probe: the weight of label %d is %g, but must be finite and not negative", i, w)
		}
		total += w
	}
	if weight != nil && total == 0 {
		return nil, fmt.Errorf("probe: all %d labels have weight zero; at least one must count", len(y))
	}
	if o.L2 == 0 {
		o.L2 = L2Grid[len(L2Grid)/2]
	}
	v := newValidation(x, y, classes, make([]int8, len(y)), o)
	counts := make([]int, classes)
	for _, c := range y {
		counts[c]++
	}
	v.system.weight = weights(y, counts, len(v.present), weight, o)
	v.system.tasks = []task{v.system.task(-1, o.L2)}
	w, err := v.system.minimize(ctx, nil, o.MaxIter, nil)
	if err != nil {
		return nil, err
	}
	return &Model{classes: classes, present: v.present, scale: newScaling(x), w: w}, nil
}

// Predict returns the class probabilities of the rows of x, x.Rows × classes.
// It panics unless x has as many columns as the rows learned from.
func (m *Model) Predict(x *matrix.Matrix) *matrix.Matrix {
	logits := matrix.New(x.Rows, m.w.Rows)
	matrix.MulT(logits, m.scale.apply(x, nil), m.w)
	softmax(logits, 1)
	out := matrix.New(x.Rows, m.classes)
	for i := range x.Rows {
		for c, p := range logits.Row(i) {
			out.Row(i)[m.present[c]] = p
		}
	}
	return out
}
