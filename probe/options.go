package probe

import (
	"fmt"

	"github.com/errata-cv/errata/matrix"
)

// Options say how to train. The zero value is a good choice.
type Options struct {
	// Folds is the number of parts; each is predicted by a model trained on
	// the others. Default 5, at most the number of groups.
	Folds int
	// L2 is the weight of the squared norm of the model against the mean
	// log-loss: that of the coefficients for rows scaled to a mean squared
	// length of one or, with landmarks, that of the kernel. 0 chooses the value
	// of [L2Grid] with the smallest out-of-fold log-loss.
	L2 float64
	// Landmarks is the number of rows that others are compared with by a
	// Gaussian kernel before the regression (kernel logistic regression by the
	// Nyström method). 0 stays linear; [DefaultLandmarks] is a good number.
	Landmarks int
	// Even, when not zero, is the number of leading columns that do not
	// distinguish left from right. Whether the others help is then decided by
	// the out-of-fold log-loss of linear models.
	Even int
	// Seed chooses the folds.
	Seed uint64
	// BalanceClasses gives every class the same total weight.
	BalanceClasses bool
	// MaxIter bounds the evaluations of the loss; default 200.
	MaxIter int
}

// DefaultLandmarks is a number of landmarks at which more help little.
const DefaultLandmarks = 2000

// trainRows bounds the number of rows that models are trained on, and with it
// the memory; rows beyond are left out evenly, and predicted all the same.
const trainRows = 1 << 16

// L2Grid holds the values that Options.L2 = 0 chooses from.
var L2Grid = []float64{1e-7, 3e-7, 1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2}

func (o Options) withDefaults() Options {
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.MaxIter == 0 {
		o.MaxIter = 200
	}
	return o
}

func (o Options) check() error {
	switch {
	case o.Folds < 2 || o.Folds > 100:
		return fmt.Errorf("probe: %d folds; their number must be between 2 and 100", o.Folds)
	case !(o.L2 >= 0) || o.L2-o.L2 != 0:
		return fmt.Errorf("probe: the L2 weight is %g, but must be finite and not negative", o.L2)
	case o.Landmarks < 0:
		return fmt.Errorf("probe: %d landmarks; their number must not be negative", o.Landmarks)
	case o.Even < 0:
		return fmt.Errorf("probe: %d even columns; their number must not be negative", o.Even)
	case o.MaxIter < 1:
		return fmt.Errorf("probe: at most %d evaluations are allowed; training needs at least one", o.MaxIter)
	}
	return nil
}

func checkData(x *matrix.Matrix, y []int, classes int) error {
	if x.Rows != len(y) {
		return fmt.Errorf("probe: %d rows of embeddings for %d labels; each label needs its own row", x.Rows, len(y))
	}
	if len(y) == 0 {
		return fmt.Errorf("probe: there are no labels to learn from")
	}
	for i, c := range y {
		if c < 0 || c >= classes {
			return fmt.Errorf("probe: label %d is class %d, but there are classes 0 to %d", i, c, classes-1)
		}
	}
	for i, v := range x.Data {
		if v-v != 0 {
			return fmt.Errorf("probe: the embedding of row %d, column %d is not finite; compute it again", i/x.Cols, i%x.Cols)
		}
	}
	return nil
}
