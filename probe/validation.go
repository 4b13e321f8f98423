package probe

import (
	"context"

	"github.com/errata-cv/errata/matrix"
)

// A validation holds the data of one cross-validation.
type validation struct {
	y       []int
	classes int
	folds   int
	fold    []int8
	system  *system // over the classes that have labels
	present []int   // class of each of the system's classes
	maxIter int

	logits   *matrix.Matrix // n × present, out of sample
	unjudged []bool
	tick     func(done, total int)
	ticks    int
	planned  int
}

func newValidation(x *matrix.Matrix, y []int, classes int, fold []int8, o Options) *validation {
	v := &validation{y: y, classes: classes, fold: fold, maxIter: o.MaxIter}
	for _, f := range fold {
		v.folds = max(v.folds, int(f)+1)
	}
	counts := make([]int, classes)
	inFold := make([]map[int8]int, classes)
	for i, c := range y {
		counts[c]++
		if inFold[c] == nil {
			inFold[c] = map[int8]int{}
		}
		inFold[c][fold[i]]++
	}
	v.unjudged = make([]bool, len(y))
	for i, c := range y {
		v.unjudged[i] = inFold[c][fold[i]] == counts[c]
	}
	index := make([]int32, classes)
	for c, n := range counts {
		if n > 0 {
			index[c] = int32(len(v.present))
			v.present = append(v.present, c)
		}
	}
	scale := newScaling(x)
	v.system = &system{
		x: scale.apply(x, nil), y: make([]int32, len(y)), fold: fold,
		weight: weights(y, counts, len(v.present), nil, o), penalty: scale.penalty, classes: len(v.present),
	}
	for i, c := range y {
		v.system.y[i] = index[c]
	}
	v.logits = matrix.New(len(y), len(v.present))
	return v
}

// weights returns the weight of each row: 1 or what base says, times n/(K·n_c)
// with balanced classes.
func weights(y, counts []int, present int, base []float32, o Options) []float32 {
	w := make([]float32, len(y))
	for i, c := range y {
		w[i] = 1
		if base != nil {
			w[i] = base[i]
		}
		if o.BalanceClasses {
			w[i] *= float32(len(y)) / float32(present*counts[c])
		}
	}
	return w
}

// task returns the training of everything but one fold.
func (s *system) task(holdout int8, l2 float64) task {
	t := task{holdout: holdout, l2: l2}
	for i, w := range s.weight {
		if s.fold[i] != holdout {
			t.total += float64(w)
		}
	}
	return t
}

// choose returns the penalty with the smallest out-of-fold log-loss.
func (v *validation) choose(ctx context.Context) (float64, error) {
	size := make([]int, v.folds)
	for _, f := range v.fold {
		size[f]++
	}
	folds, held := 0, 0
	for folds < v.folds && held < selectionRows {
		held += size[folds]
		folds++
	}
	v.planned += len(L2Grid) + 1
	best, least := L2Grid[0], -1.0
	rising := 0
	for g := len(L2Grid) - 1; g >= 0 && rising < 2; g-- {
		if err := v.train(ctx, folds, L2Grid[g]); err != nil {
			return 0, err
		}
		var use []int32
		for i, f := range v.fold {
			if int(f) < folds && !v.unjudged[i] {
				use = append(use, int32(i))
			}
		}
		_, loss := fitTemperature(v.logits, systemLabels(v.system), use)
		if least < 0 || loss < least {
			best, least, rising = L2Grid[g], loss, 0
		} else {
			rising++
		}
		v.step()
	}
	return best, nil
}

func systemLabels(s *system) []int {
	y := make([]int, len(s.y))
	for i, c := range s.y {
		y[i] = int(c)
	}
	return y
}

func (v *validation) step() {
	v.ticks++
	if v.tick != nil {
		v.tick(min(v.ticks, v.planned), v.planned)
	}
}

// final fills the logits of every fold.
func (v *validation) final(ctx context.Context, l2 float64) error {
	v.planned++
	if err := v.train(ctx, v.folds, l2); err != nil {
		return err
	}
	v.ticks = v.planned - 1
	v.step()
	return nil
}

// train predicts the first folds out of sample.
func (v *validation) train(ctx context.Context, folds int, l2 float64) error {
	s := v.system
	s.tasks = nil
	for f := range folds {
		s.tasks = append(s.tasks, s.task(int8(f), l2))
	}
	w, err := s.minimize(ctx, nil, v.maxIter, nil)
	if err != nil {
		return err
	}
	rows := matrix.New(min(lossRows, s.x.Rows), w.Rows)
	for from := 0; from < s.x.Rows; from += lossRows {
		x := s.x.Slice(from, min(from+lossRows, s.x.Rows))
		l := rows.Slice(0, x.Rows)
		matrix.MulT(l, x, w)
		for i := range x.Rows {
			if f := int(v.fold[from+i]); f < folds {
				copy(v.logits.Row(from+i), l.Row(i)[f*s.classes:])
			}
		}
	}
	return nil
}

// finish turns the logits into the result.
func (v *validation) finish(r *Result) {
	var use []int32
	for i, u := range v.unjudged {
		if u {
			r.Unjudged = append(r.Unjudged, i)
		} else {
			use = append(use, int32(i))
		}
	}
	labels := systemLabels(v.system)
	r.Temperature, r.LogLoss = fitTemperature(v.logits, labels, use)
	softmax(v.logits, r.Temperature)
	trust := 0.0
	for _, i := range use {
		trust += float64(v.logits.Row(int(i))[labels[i]])
	}
	trust /= float64(max(1, len(use)))
	if len(use) == 0 {
		trust = 1
	}
	r.Probs = matrix.New(len(v.y), v.classes)
	right := 0
	for i := range v.y {
		row := v.logits.Row(i)
		if v.unjudged[i] {
			trusted(row, labels[i], float32(trust))
		}
		best := 0
		for c, p := range row {
			r.Probs.Row(i)[v.present[c]] = p
			if p > row[best] {
				best = c
			}
		}
		if best == labels[i] {
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
