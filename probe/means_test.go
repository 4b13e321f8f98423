package probe

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"
)

// With many classes of few labels each, the means of classes tell them apart
// and find the label that was planted wrong.
func TestManyClassesAreComparedByTheirMeans(t *testing.T) {
	const classes, each = 400, 4
	x, y := blobs(classes*each, 32, classes, 12, 1)
	truth := slices.Clone(y)
	for i := 0; i < len(y); i += 41 {
		y[i] = (y[i] + 7) % classes
	}
	r := validate(t, x, y, classes, nil, Options{})
	if r.L2 != 0 {
		t.Fatalf("a regression with the penalty %g was trained", r.L2)
	}
	right := 0
	fit, order := make([]float32, len(y)), make([]int, len(y))
	for i := range y {
		row := r.Probs.Row(i)
		best := 0
		for c, p := range row {
			if p > row[best] {
				best = c
			}
		}
		if best == truth[i] {
			right++
		}
		fit[i], order[i] = row[y[i]]/row[best], i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(fit[a], fit[b]) })
	wrong, caught := (len(y)+40)/41, 0
	for _, i := range order[:wrong] {
		if y[i] != truth[i] {
			caught++
		}
	}
	if right < len(y)*9/10 || caught < wrong*8/10 {
		t.Errorf("%d of %d rows get their true class, %d of %d wrong labels are the worst", right, len(y), caught, wrong)
	}
	was := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(was)
	if again := validate(t, x, y, classes, nil, Options{}); !slices.Equal(again.Probs.Data, r.Probs.Data) {
		t.Error("the probabilities differ with the number of cores")
	}
}

func TestClassesOfOneLabelEach(t *testing.T) {
	const classes = 300
	x, y := blobs(classes, 8, classes, 3, 2)
	r := validate(t, x, y, classes, nil, Options{})
	if len(r.Unjudged) != classes {
		t.Errorf("%d of %d labels are said to be judged", classes-len(r.Unjudged), classes)
	}
	for _, p := range r.Probs.Data {
		if math.IsNaN(float64(p)) {
			t.Fatal("a probability is not a number")
		}
	}
	clear(x.Data) // pictures that are all the same
	validate(t, x, y, classes, nil, Options{})
}

func TestMeansStopWhenTheContextEnds(t *testing.T) {
	x, y := blobs(600, 8, 300, 3, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CrossValidate(ctx, x, y, 300, nil, Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
