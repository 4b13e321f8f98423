package probe

import (
	"context"
	"fmt"

	"github.com/errata-cv/errata/matrix"
)

// Model is a regression trained on all labels.
type Model struct {
	classes int
	present []int
	design  *design
	w       *matrix.Matrix // present × columns of the design
}

// Fit trains one model on every row of x (65,536 of them when there are more)
// with a weight of at least zero for each, or nil for equal weights. L2 = 0
// takes the middle of [L2Grid]. Classes without labels are never predicted.
func Fit(ctx context.Context, x *matrix.Matrix, y []int, classes int, weight []float32, o Options) (*Model, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkData(x, y, classes); err != nil {
		return nil, err
	}
	if err := checkWeights(weight, len(y)); err != nil {
		return nil, err
	}
	if o.L2 == 0 {
		o.L2 = L2Grid[len(L2Grid)/2]
	}
	v := newValidation(x, y, classes, make([]int8, len(y)), weight, o)
	d := newDesign(x, v.train, x.Cols, o.Landmarks)
	w, err := v.system(d, []int8{-1}, o.L2).minimize(ctx, nil, o.MaxIter)
	if err != nil {
		return nil, err
	}
	return &Model{classes: classes, present: v.present, design: d, w: w}, nil
}

func checkWeights(weight []float32, n int) error {
	if weight == nil {
		return nil
	}
	if len(weight) != n {
		return fmt.Errorf("probe: %d weights for %d labels; each label needs its own", len(weight), n)
	}
	total := float32(0)
	for i, w := range weight {
		if !(w >= 0) || w-w != 0 {
			return fmt.Errorf("probe: the weight of label %d is %g, but must be finite and not negative", i, w)
		}
		total += w
	}
	if total == 0 {
		return fmt.Errorf("probe: all %d labels have weight zero; at least one must count", n)
	}
	return nil
}

// Predict returns the class probabilities of the rows of x, x.Rows × classes.
// It panics unless x has as many columns as the rows learned from.
func (m *Model) Predict(x *matrix.Matrix) *matrix.Matrix {
	out := matrix.New(x.Rows, m.classes)
	rows := make([]int32, x.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	for from := 0; from < len(rows); from += designRows {
		part := rows[from:min(from+designRows, len(rows))]
		logits := matrix.New(len(part), m.w.Rows)
		matrix.MulT(logits, m.design.apply(x, part), m.w)
		softmax(logits, 1)
		for i, r := range part {
			for c, p := range logits.Row(i) {
				out.Row(int(r))[m.present[c]] = p
			}
		}
	}
	return out
}
