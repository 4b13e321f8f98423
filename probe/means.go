package probe

import (
	"context"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// A logistic regression has a coefficient for each class and column, and
// trains once a fold and penalty. With thousands of classes that takes hours,
// and with few labels each it has nothing to learn that the mean of a class
// does not say.
const (
	manyClasses = 200  // classes from which on fewLabels counts
	fewLabels   = 10   // mean number of labels of a class
	mostWork    = 1e11 // rows × columns × classes × folds of one evaluation
)

// tooMany tells whether class means take the place of the regression.
func (v *validation) tooMany() bool {
	n, k := float64(len(v.y)), float64(len(v.present))
	return k >= manyClasses && n < fewLabels*k || n*float64(v.x.Cols)*k*float64(v.folds) > mostWork
}

// meansDim is the number of principal components that means are compared in.
const meansDim = 128

// means fills the logits by linear discriminant analysis: each row is compared
// with the mean of every class over the other folds, in principal components of
// equal variance. A mean counts one row at the centre of all more, which tames
// the means of few rows.
func (v *validation) means(ctx context.Context, seed uint64, progress func(done, total int)) error {
	pca := matrix.FitPCA(v.x, meansDim, seed)
	z := pca.Transform(v.x)
	whiten(z, pca.Variance)
	k := len(v.present)
	sums, counts := v.classSums(z, nil)
	for f := range v.folds {
		if err := ctx.Err(); err != nil {
			return err
		}
		inside := func(i int) bool { return int(v.fold[i]) == f }
		fold, foldCounts := v.classSums(z, inside)
		means, bias := matrix.New(k, z.Cols), make([]float32, k)
		for c := range k {
			rest := counts[c] - foldCounts[c]
			row := means.Row(c)
			for j, s := range sums.Row(c) {
				row[j] = (s - fold.Row(c)[j]) / float32(rest+1)
			}
			bias[c] = float32(math.Log(float64(rest)+0.5)) - matrix.Dot(row, row)/2
		}
		v.compare(z, means, bias, inside)
		if progress != nil {
			progress(f+1, v.folds)
		}
	}
	return nil
}

// whiten gives the columns of z nearly equal variance: directions that hardly
// vary are not blown up.
func whiten(z *matrix.Matrix, variance []float32) {
	mean := float32(0)
	for _, s := range variance {
		mean += s / float32(len(variance))
	}
	for j, s := range variance {
		factor := float32(0)
		if mean > 0 {
			factor = float32(1 / math.Sqrt(float64(s+0.1*mean)))
		}
		for i := range z.Rows {
			z.Row(i)[j] *= factor
		}
	}
}

// classSums adds up the rows of each class, all of them or those that use says.
func (v *validation) classSums(z *matrix.Matrix, use func(i int) bool) (*matrix.Matrix, []int) {
	out, counts := matrix.New(len(v.present), z.Cols), make([]int, len(v.present))
	for i, c := range v.y {
		if use == nil || use(i) {
			matrix.Axpy(1, z.Row(i), out.Row(c))
			counts[c]++
		}
	}
	return out, counts
}

// compare sets the logits of the rows that use says.
func (v *validation) compare(z, means *matrix.Matrix, bias []float32, use func(i int) bool) {
	rows := make([]int, 0, lossRows)
	block, logits := matrix.New(lossRows, z.Cols), matrix.New(lossRows, means.Rows)
	flush := func() {
		out := logits.Slice(0, len(rows))
		matrix.MulT(out, block.Slice(0, len(rows)), means)
		for at, i := range rows {
			to := v.logits.Row(i)
			for c, l := range out.Row(at) {
				to[c] = l + bias[c]
			}
		}
		rows = rows[:0]
	}
	for i := range z.Rows {
		if !use(i) {
			continue
		}
		copy(block.Row(len(rows)), z.Row(i))
		if rows = append(rows, i); len(rows) == lossRows {
			flush()
		}
	}
	if len(rows) > 0 {
		flush()
	}
}
