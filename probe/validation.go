package probe

import (
	"context"

	"github.com/errata-cv/errata/matrix"
)

// A validation holds the data of one cross-validation.
type validation struct {
	x       *matrix.Matrix
	y       []int // position of the class of each label in present
	present []int // the classes that have labels
	fold    []int8
	folds   int
	weight  []float32
	train   []int32 // rows that models may learn from, ascending
	maxIter int

	logits   *matrix.Matrix // n × present, out of sample
	unjudged []bool
}

func newValidation(x *matrix.Matrix, y []int, classes int, fold []int8, weight []float32, o Options) *validation {
	v := &validation{x: x, fold: fold, maxIter: o.MaxIter, y: make([]int, len(y)), unjudged: make([]bool, len(y))}
	for _, f := range fold {
		v.folds = max(v.folds, int(f)+1)
	}
	counts := make([]int, classes)
	inFold := make(map[[2]int]int)
	for i, c := range y {
		counts[c]++
		inFold[[2]int{c, int(fold[i])}]++
	}
	for i, c := range y {
		v.unjudged[i] = inFold[[2]int{c, int(fold[i])}] == counts[c]
	}
	index := make([]int, classes)
	for c, n := range counts {
		if n > 0 {
			index[c] = len(v.present)
			v.present = append(v.present, c)
		}
	}
	v.weight = make([]float32, len(y))
	for i, c := range y {
		v.y[i] = index[c]
		v.weight[i] = 1
		if weight != nil {
			v.weight[i] = weight[i]
		}
		if o.BalanceClasses {
			v.weight[i] *= float32(len(y)) / float32(len(v.present)*counts[c])
		}
	}
	n := min(len(y), trainRows)
	for j := range n {
		v.train = append(v.train, int32(j*len(y)/n))
	}
	v.logits = matrix.New(len(y), len(v.present))
	return v
}

// system returns the regressions of the first folds on a design, one for each;
// fold -1 alone stands for a regression on everything.
func (v *validation) system(d *design, folds []int8, l2 float64) *system {
	s := &system{x: d.apply(v.x, v.train), penalty: d.penalty, classes: len(v.present)}
	for _, i := range v.train {
		s.y = append(s.y, int32(v.y[i]))
		s.fold = append(s.fold, v.fold[i])
		s.weight = append(s.weight, v.weight[i])
	}
	s.retask(folds, l2)
	return s
}

// retask replaces the regressions by one for each fold to hold out.
func (s *system) retask(folds []int8, l2 float64) {
	s.tasks = nil
	for _, f := range folds {
		t := task{holdout: f, l2: l2}
		for i, w := range s.weight {
			if s.fold[i] != f {
				t.total += float64(w)
			}
		}
		s.tasks = append(s.tasks, t)
	}
}

// predict fills the logits of the rows in the folds that the tasks of s hold
// out, and returns their mean log-loss at the best temperature.
func (v *validation) predict(d *design, s *system, w *matrix.Matrix) float64 {
	task := map[int8]int{}
	for t, of := range s.tasks {
		task[of.holdout] = t
	}
	var rows, judged []int32
	for i, f := range v.fold {
		if _, ok := task[f]; ok {
			rows = append(rows, int32(i))
			if !v.unjudged[i] {
				judged = append(judged, int32(i))
			}
		}
	}
	k := s.classes
	for from := 0; from < len(rows); from += designRows {
		part := rows[from:min(from+designRows, len(rows))]
		var x *matrix.Matrix
		if len(v.train) == len(v.fold) {
			x = pick(s.x, part) // the columns of every row are at hand
		} else {
			x = d.apply(v.x, part)
		}
		all := matrix.New(len(part), w.Rows)
		matrix.MulT(all, x, w)
		for i, r := range part {
			t := task[v.fold[r]]
			copy(v.logits.Row(int(r)), all.Row(i)[t*k:(t+1)*k])
		}
	}
	_, loss := fitTemperature(v.logits, v.y, judged)
	return loss
}

func pick(x *matrix.Matrix, rows []int32) *matrix.Matrix {
	out := matrix.New(len(rows), x.Cols)
	for i, r := range rows {
		copy(out.Row(i), x.Row(int(r)))
	}
	return out
}

// selection returns enough folds to hold out as many labels as it takes to
// choose between models.
func (v *validation) selection() []int8 {
	size := make([]int, v.folds)
	for _, f := range v.fold {
		size[f]++
	}
	var out []int8
	for f, held := 0, 0; f < v.folds && held < selectionRows; f++ {
		out = append(out, int8(f))
		held += size[f]
	}
	return out
}

// choose returns the penalty of the grid with the smallest out-of-fold
// log-loss, and that loss. It walks from the largest penalty down and stops
// when the loss has risen twice in a row; each model starts from the one before.
func (v *validation) choose(ctx context.Context, d *design, s *system, step func()) (l2, loss float64, err error) {
	folds := v.selection()
	var w *matrix.Matrix
	loss = -1
	rising := 0
	for g := len(L2Grid) - 1; g >= 0; g-- {
		if rising < 2 {
			s.retask(folds, L2Grid[g])
			if w, err = s.minimize(ctx, w, v.maxIter); err != nil {
				return 0, 0, err
			}
			if at := v.predict(d, s, w); loss < 0 || at < loss {
				l2, loss, rising = L2Grid[g], at, 0
			} else {
				rising++
			}
		}
		step()
	}
	return l2, loss, nil
}

// finish turns the logits into the result.
func (v *validation) finish(r *Result, classes int) {
	var judged []int32
	for i, u := range v.unjudged {
		if u {
			r.Unjudged = append(r.Unjudged, i)
		} else {
			judged = append(judged, int32(i))
		}
	}
	r.Temperature, r.LogLoss = fitTemperature(v.logits, v.y, judged)
	softmax(v.logits, r.Temperature)
	trust := 1.0
	if len(judged) > 0 {
		trust = 0
		for _, i := range judged {
			trust += float64(v.logits.Row(int(i))[v.y[i]])
		}
		trust /= float64(len(judged))
	}
	r.Probs = matrix.New(len(v.y), classes)
	right := 0
	for i, given := range v.y {
		row := v.logits.Row(i)
		if v.unjudged[i] {
			trusted(row, given, float32(trust))
		}
		for c, p := range row {
			r.Probs.Row(i)[v.present[c]] = p
		}
		if matrix.ArgMax(row) == given {
			right++
		}
	}
	r.Accuracy = float64(right) / float64(len(v.y))
}

// trusted gives the class at position given the probability p and scales the
// others to share the rest.
func trusted(row []float32, given int, p float32) {
	rest := float32(0)
	for c, v := range row {
		if c != given {
			rest += v
		}
	}
	if rest <= 0 {
		clear(row)
		row[given] = 1
		return
	}
	for c := range row {
		row[c] *= (1 - p) / rest
	}
	row[given] = p
}
