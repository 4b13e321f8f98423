package probe

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/matrix"
)

// blobs makes n rows of d columns around one centre a class, apart units from
// each other, and their classes.
func blobs(n, d, classes int, apart float64, seed uint64) (*matrix.Matrix, []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	centres := matrix.New(classes, d)
	for i := range centres.Data {
		centres.Data[i] = float32(r.NormFloat64() * apart)
	}
	x, y := matrix.New(n, d), make([]int, n)
	for i := range y {
		y[i] = i % classes
		for j := range d {
			x.Row(i)[j] = centres.Row(y[i])[j] + float32(r.NormFloat64())
		}
	}
	return x, y
}

func validate(t testing.TB, x *matrix.Matrix, y []int, classes int, groups []int32, o Options) *Result {
	t.Helper()
	r, err := CrossValidate(context.Background(), x, y, classes, groups, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Probs.Rows != len(y) || r.Probs.Cols != classes || len(r.Fold) != len(y) {
		t.Fatalf("the probabilities are %d×%d, folds %d", r.Probs.Rows, r.Probs.Cols, len(r.Fold))
	}
	for i := range y {
		sum := 0.0
		for _, p := range r.Probs.Row(i) {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("row %d holds the probability %g", i, p)
			}
			sum += float64(p)
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Fatalf("row %d sums to %g", i, sum)
		}
	}
	return r
}

func TestSeparableClassesAreLearned(t *testing.T) {
	x, y := blobs(300, 10, 4, 6, 1)
	r := validate(t, x, y, 4, nil, Options{})
	if r.Accuracy != 1 {
		t.Errorf("accuracy is %g", r.Accuracy)
	}
	if r.LogLoss > 0.05 {
		t.Errorf("log-loss is %g", r.LogLoss)
	}
}

func TestScaleAndOffsetOfEmbeddingDoNotMatter(t *testing.T) {
	x, y := blobs(240, 6, 3, 1, 2)
	moved := matrix.New(x.Rows, x.Cols)
	for i, v := range x.Data {
		moved.Data[i] = 1024*v + 4096
	}
	a, b := validate(t, x, y, 3, nil, Options{}), validate(t, moved, y, 3, nil, Options{})
	for i, p := range a.Probs.Data {
		if math.Abs(float64(p-b.Probs.Data[i])) > 5e-3 {
			t.Fatalf("value %d is %g, and %g for the moved rows", i, p, b.Probs.Data[i])
		}
	}
}

func TestPlantedNoiseIsFound(t *testing.T) {
	x, truth := blobs(500, 12, 5, 2, 3)
	y := slices.Clone(truth)
	r := rand.New(rand.NewPCG(9, 9))
	wrong := map[int]bool{}
	for len(wrong) < 40 {
		i := r.IntN(len(y))
		wrong[i] = true
		y[i] = (truth[i] + 1 + r.IntN(4)) % 5
		if y[i] == truth[i] {
			t.Fatal("no noise was planted")
		}
	}
	res := validate(t, x, y, 5, nil, Options{})
	order := make([]int, len(y))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		pa, pb := res.Probs.Row(a)[y[a]], res.Probs.Row(b)[y[b]]
		if pa < pb {
			return -1
		}
		return 1
	})
	hits := 0
	for _, i := range order[:40] {
		if wrong[i] {
			hits++
		}
	}
	if hits < 37 {
		t.Errorf("%d of the 40 lowest probabilities are planted errors", hits)
	}
}

func TestSameBytesOnAnyNumberOfCores(t *testing.T) {
	x, y := blobs(2500, 8, 3, 0.5, 4)
	var first *Result
	for _, cores := range []int{1, 3} {
		was := runtime.GOMAXPROCS(cores)
		r := validate(t, x, y, 3, nil, Options{Seed: 5})
		runtime.GOMAXPROCS(was)
		if first == nil {
			first = r
		} else if !slices.Equal(first.Probs.Data, r.Probs.Data) || first.L2 != r.L2 || first.Temperature != r.Temperature {
			t.Fatal("the result differs with the number of cores")
		}
	}
}

func TestCopiesDoNotVouchForEachOther(t *testing.T) {
	// Two copies of each picture with pure noise as labels: only a model that
	// saw the twin could be right more often than by chance.
	r := rand.New(rand.NewPCG(6, 6))
	n, d := 200, 200
	x, y, groups := matrix.New(n, d), make([]int, n), make([]int32, n)
	for i := 0; i < n; i += 2 {
		for j := range d {
			x.Row(i)[j] = float32(r.NormFloat64())
		}
		copy(x.Row(i+1), x.Row(i))
		y[i] = r.IntN(2)
		y[i+1] = y[i]
		groups[i], groups[i+1] = int32(i), int32(i)
	}
	with, without := validate(t, x, y, 2, groups, Options{}), validate(t, x, y, 2, nil, Options{})
	if with.Accuracy > 0.7 {
		t.Errorf("with groups the labels are predicted with accuracy %g", with.Accuracy)
	}
	if without.Accuracy < 0.75 {
		t.Errorf("without groups twins should give labels away, accuracy is %g", without.Accuracy)
	}
}

func TestOddData(t *testing.T) {
	x, y := blobs(60, 5, 3, 3, 7)
	one := make([]int, 60)
	single := slices.Clone(y)
	single[0] = 3 // the only one of its class
	distinct := make([]int, 60)
	for i := range distinct {
		distinct[i] = i * 160
	}
	flat := matrix.New(60, 5)
	for name, try := range map[string]struct {
		x       *matrix.Matrix
		y       []int
		classes int
		groups  []int32
	}{
		"one class":            {x, one, 1, nil},
		"one of two classes":   {x, one, 2, nil},
		"one label":            {x.Slice(0, 1), y[:1], 3, nil},
		"two labels":           {x.Slice(0, 2), y[:2], 3, nil},
		"lonely class":         {x, single, 4, nil},
		"ten thousand classes": {x, distinct, 10000, nil},
		"constant rows":        {flat, y, 3, nil},
		"no columns":           {matrix.New(60, 0), y, 3, nil},
		"all in one group":     {x, y, 3, make([]int32, 60)},
		"huge values":          {huge(x), y, 3, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := validate(t, try.x, try.y, try.classes, try.groups, Options{})
			switch name {
			case "lonely class":
				if !slices.Equal(r.Unjudged, []int{0}) {
					t.Errorf("unjudged are %v", r.Unjudged)
				}
			case "ten thousand classes", "all in one group", "one label", "two labels":
				if len(r.Unjudged) != len(try.y) {
					t.Errorf("%d of %d labels are unjudged", len(r.Unjudged), len(try.y))
				}
				if p := r.Probs.Row(0)[try.y[0]]; p != 1 {
					t.Errorf("a label nothing speaks against has probability %g", p)
				}
			case "one class", "one of two classes":
				if p := r.Probs.Row(7)[0]; p < 0.99 {
					t.Errorf("the only class has probability %g", p)
				}
			case "constant rows", "no columns":
				if p := r.Probs.Row(0)[0]; p < 0.2 || p > 0.5 {
					t.Errorf("rows that say nothing give probability %g for a third", p)
				}
			case "huge values":
				if r.Accuracy < 0.95 {
					t.Errorf("accuracy is %g", r.Accuracy)
				}
			}
		})
	}
}

func huge(x *matrix.Matrix) *matrix.Matrix {
	out := matrix.New(x.Rows, x.Cols)
	for i, v := range x.Data {
		out.Data[i] = v * 1e15
	}
	return out
}

func TestBalancedClassesHelpTheRare(t *testing.T) {
	x, y := blobs(400, 4, 2, 0.4, 8)
	for i := range y {
		if y[i] == 1 && i%20 != 1 {
			y[i] = 0
			copy(x.Row(i), x.Row((i/20)*20))
			x.Row(i)[i%4] += float32(i) / 400
		}
	}
	mean := func(r *Result) (sum float64) {
		for i := range y {
			sum += float64(r.Probs.Row(i)[1])
		}
		return sum / float64(len(y))
	}
	plain, balanced := validate(t, x, y, 2, nil, Options{}), validate(t, x, y, 2, nil, Options{BalanceClasses: true})
	if mean(balanced) < 2*mean(plain) {
		t.Errorf("the rare class gets probability %g, balanced %g", mean(plain), mean(balanced))
	}
}

func TestFitAndPredict(t *testing.T) {
	x, y := blobs(300, 6, 3, 3, 10)
	m, err := Fit(context.Background(), x, y, 4, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := m.Predict(x)
	right := 0
	for i := range y {
		if matrix.TopK(p.Row(i), 1)[0] == y[i] {
			right++
		}
		if p.Row(i)[3] != 0 {
			t.Fatalf("a class without labels has probability %g", p.Row(i)[3])
		}
	}
	if right < 295 {
		t.Errorf("%d of 300 rows are predicted right", right)
	}
	weight := make([]float32, 300)
	for i := range weight {
		if y[i] != 2 {
			weight[i] = 1
		}
	}
	m, err = Fit(context.Background(), x, y, 3, weight, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict(x).Row(2)[2]; got > 0.2 {
		t.Errorf("a class whose labels weigh nothing has probability %g", got)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	x, y := blobs(10, 2, 2, 1, 11)
	bad := matrix.New(10, 2)
	bad.Data[5] = float32(math.NaN())
	ctx := context.Background()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for want, try := range map[string]func() error{
		"each label needs":   func() error { _, err := CrossValidate(ctx, x, y[:9], 2, nil, Options{}, nil); return err },
		"label 1 is class 1": func() error { _, err := CrossValidate(ctx, x, y, 1, nil, Options{}, nil); return err },
		"no labels":          func() error { _, err := CrossValidate(ctx, matrix.New(0, 2), nil, 2, nil, Options{}, nil); return err },
		"row 2, column 1":    func() error { _, err := CrossValidate(ctx, bad, y, 2, nil, Options{}, nil); return err },
		"between 2 and 100":  func() error { _, err := CrossValidate(ctx, x, y, 2, nil, Options{Folds: 1}, nil); return err },
		"canceled":           func() error { _, err := CrossValidate(cancelled, x, y, 2, nil, Options{}, nil); return err },
		"groups":             func() error { _, err := CrossValidate(ctx, x, y, 2, make([]int32, 3), Options{}, nil); return err },
		"weight of label 3": func() error {
			_, err := Fit(ctx, x, y, 2, []float32{1, 1, 1, -1, 1, 1, 1, 1, 1, 1}, Options{})
			return err
		},
		"weight zero": func() error { _, err := Fit(ctx, x, y, 2, make([]float32, 10), Options{}); return err },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	if _, err := CrossValidate(cancelled, x, y, 2, nil, Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run returned %v", err)
	}
}

func TestExpIsExact(t *testing.T) {
	for i := range 200000 {
		x := -float32(i) / 2000
		want := math.Exp(float64(x))
		if got := float64(exp(x)); math.Abs(got-want) > 3e-7*want+1e-37 {
			t.Fatalf("exp(%g) is %g, want %g", x, got, want)
		}
	}
}

func TestLandmarksLearnWhatIsNotLinear(t *testing.T) {
	// Two rings: no line tells them apart.
	r := rand.New(rand.NewPCG(12, 1))
	n := 400
	x, y := matrix.New(n, 2), make([]int, n)
	for i := range y {
		y[i] = i % 2
		angle, radius := r.Float64()*2*math.Pi, 1+2*float64(y[i])+0.2*r.NormFloat64()
		x.Row(i)[0], x.Row(i)[1] = float32(radius*math.Cos(angle)), float32(radius*math.Sin(angle))
	}
	if got := validate(t, x, y, 2, nil, Options{}).Accuracy; got > 0.7 {
		t.Errorf("a linear model has accuracy %g on rings", got)
	}
	for _, landmarks := range []int{50, 10000} {
		if got := validate(t, x, y, 2, nil, Options{Landmarks: landmarks}).Accuracy; got < 0.98 {
			t.Errorf("with %d landmarks the accuracy is %g", landmarks, got)
		}
	}
	m, err := Fit(context.Background(), x, y, 2, nil, Options{Landmarks: 50})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i := range y {
		if matrix.ArgMax(m.Predict(x.Slice(i, i+1)).Data) == y[i] {
			right++
		}
	}
	if right < 392 {
		t.Errorf("%d of 400 rows are predicted right", right)
	}
}

func TestLandmarksOnOddData(t *testing.T) {
	x, y := blobs(40, 3, 2, 3, 13)
	for name, x := range map[string]*matrix.Matrix{"constant": matrix.New(40, 3), "huge": huge(x), "two rows": x.Slice(0, 2)} {
		validate(t, x, y[:x.Rows], 2, nil, Options{Landmarks: 2000})
		if r := validate(t, x, y[:x.Rows], 2, nil, Options{Landmarks: 7, Even: 2}); name == "constant" && r.Columns != 2 {
			t.Errorf("%d columns of zeros were preferred to 2", r.Columns)
		}
	}
}

func TestEvenColumnsAreUsedAloneWhenTheOthersAreNoise(t *testing.T) {
	x, y := blobs(300, 40, 3, 0, 14)
	for i, c := range y {
		x.Row(i)[c] += 2
	}
	if got := validate(t, x, y, 3, nil, Options{Even: 5}).Columns; got != 5 {
		t.Errorf("%d columns are used, want the 5 that tell classes apart", got)
	}
	for i, c := range y {
		x.Row(i)[c] -= 2
		x.Row(i)[20+c] += 3
	}
	if got := validate(t, x, y, 3, nil, Options{Even: 5}).Columns; got != 40 {
		t.Errorf("%d columns are used, want all 40", got)
	}
}
