package dynamics

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/matrix"
)

// npy writes values and opens them.
func npy(t *testing.T, shape []int, data any) *matrix.Array {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.npy")
	f := must[*os.File](t)(os.Create(path))
	if err := matrix.WriteNPY(f, shape, data); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	a := must[*matrix.Array](t)(matrix.OpenNPY(path))
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func fails(t *testing.T, what string, err error, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: the error is %v; expected one with %q", what, err, words)
	}
}

func scores(t *testing.T, labels []int, f func(*Training) error) (*Scores, error) {
	t.Helper()
	tr := must[*Training](t)(New(labels, Options{}))
	if err := f(tr); err != nil {
		return nil, err
	}
	return tr.Scores()
}

// Two samples, three classes, two epochs, in every shape.
func TestAddArray(t *testing.T) {
	labels := []int{0, 2}
	stack := []float32{.7, .2, .1, .1, .1, .8, .2, .7, .1, .3, .3, .4}
	want := must[*Scores](t)(scores(t, labels, func(tr *Training) error {
		add(t, tr, stack[:6], stack[6:])
		return nil
	}))
	double := make([]float64, len(stack))
	for i, v := range stack {
		double[i] = float64(v)
	}
	for what, a := range map[string]*matrix.Array{"float32": npy(t, []int{2, 2, 3}, stack), "float64": npy(t, []int{2, 2, 3}, double)} {
		same(t, what, must[*Scores](t)(scores(t, labels, func(tr *Training) error { return tr.AddArray(a) })), want)
		same(t, "shape", a.Shape, []int{2, 2, 3})
	}
	same(t, "epoch by epoch", must[*Scores](t)(scores(t, labels, func(tr *Training) error {
		if err := tr.AddArray(npy(t, []int{2, 3}, stack[:6])); err != nil {
			return err
		}
		return tr.AddArray(npy(t, []int{2, 3}, stack[6:]))
	})), want)

	losses := []float64{.5, 1, .25, 2, .125, 4}
	want = must[*Scores](t)(scores(t, labels, func(tr *Training) error { return tr.AddSeries([][]float64{{.5, .25, .125}, {1, 2, 4}}) }))
	same(t, "losses", must[*Scores](t)(scores(t, labels, func(tr *Training) error { return tr.AddArray(npy(t, []int{3, 2}, losses)) })), want)
	same(t, "losses epoch by epoch", must[*Scores](t)(scores(t, labels, func(tr *Training) error {
		for e := range 3 {
			if err := tr.AddArray(npy(t, []int{2}, losses[2*e:2*e+2])); err != nil {
				return err
			}
		}
		return nil
	})), want)
	for words, shape := range map[string][]int{
		"may be losses or one epoch":       {2, 2},
		"has the shape [3 4], but 2":       {3, 4},
		"has the shape [6], but 2":         {6},
		"has the shape [1 1 2 2], but 2":   {1, 1, 2, 2},
		"[0 2 3] and holds no predictions": {0, 2, 3},
		"[0 2] and holds no losses":        {0, 2},
	} {
		n := 1
		for _, s := range shape {
			n *= s
		}
		_, err := scores(t, labels, func(tr *Training) error { return tr.AddArray(npy(t, shape, make([]float32, n))) })
		fails(t, words, err, words)
	}
}

func TestReadCSV(t *testing.T) {
	labels := []int{0, 2}
	predicted := must[*Scores](t)(scores(t, labels, func(tr *Training) error {
		add(t, tr, []float32{.7, .2, .1, .1, .1, .8}, []float32{.2, .7, .1, nan, nan, nan})
		return nil
	}))
	lost := must[*Scores](t)(scores(t, labels, func(tr *Training) error { return tr.AddSeries([][]float64{{.5, .25}, {1}}) }))
	for what, c := range map[string]struct {
		table string
		want  *Scores
	}{
		"predictions":           {"epoch,sample,cat,dog,owl\n0,0,.7,.2,.1\n0,1,.1,.1,.8\n1,0,.2,.7,.1\n", predicted},
		"another order":         {"\uFEFFIter;cat;dog;owl;Index\r\n10; .1;.1;.8; 1\r\n10;.7;.2;.1;0\r\n20;.2;.7;.1;0", predicted},
		"losses":                {"epoch,index,loss\n0,0,.5\n0,1,1\n1,0,.25\n", lost},
		"losses and other":      {"epoch,id,split,loss,note\n0,0,train,.5,\n0,1,train,1,late\n1,0,train,.25,\n1,1,train,NaN,\n", lost},
		"one record a sample":   {"sample\tfirst\tsecond\n1\t1\t\n0\t.5\t.25\n", lost},
		"without a header":      {".5,.25\n1,\n", lost},
		"no header, blank line": {".5 , .25\n\n1,nan", lost},
	} {
		got, err := scores(t, labels, func(tr *Training) error { return tr.ReadCSV(strings.NewReader(c.table), nil) })
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		same(t, what, fmt.Sprint(*got), fmt.Sprint(*c.want))
	}
	paths := map[string]int{"a.jpg": 0, "b.jpg": 1}
	find := func(name string) (int, bool) { i, ok := paths[name]; return i, ok }
	got := must[*Scores](t)(scores(t, labels, func(tr *Training) error {
		return tr.ReadCSV(strings.NewReader("image,0,1\n\"b.jpg\",1,\na.jpg,.5,.25\n"), find)
	}))
	same(t, "by path", fmt.Sprint(*got), fmt.Sprint(*lost))
}

func TestReadCSVRefuses(t *testing.T) {
	for table, words := range map[string]string{
		"":                                    "empty",
		"epoch,sample,loss\n":                 "no records",
		"epoch,loss\n0,1\n":                   "names no samples",
		"epoch,sample\n0,1\n":                 "has no values",
		"epoch,sample,loss\nx,0,1\n":          "line 2: \"x\" is no number of an epoch",
		"epoch,sample,loss\n1,0,1\n0,0,1\n":   "line 3: epoch 0 comes after epoch 1",
		"epoch,sample,loss\n0,0,1\n0,0,1\n":   "line 3: sample 0 is in epoch 0 twice",
		"epoch,sample,loss\n0,2,1\n":          "line 2: sample \"2\" is number 2, but there are samples 0 to 1",
		"epoch,sample,loss\n0,-1,1\n":         "sample \"-1\" is number -1",
		"epoch,sample,loss\n0,a.jpg,1\n":      "line 2: there is no sample \"a.jpg\"",
		"epoch,sample,loss\n0,0,high\n":       "line 2: \"high\" is no number",
		"epoch,sample,loss\n0,0,inf\n":        "loss of sample 0 in epoch 0 is infinite",
		"epoch,sample,loss\n0,0\n":            "wrong number of fields",
		"epoch,sample,a,b\n0,0,.5,\n":         "class 1 for sample 0 in epoch 0 is not a number",
		"epoch,sample,a,b\n0,0,1e99,1\n":      "class 0 for sample 0 in epoch 0 is infinite",
		"sample,1,2\n0,.5,.6\n0,.5,.6\n":      "line 3: sample 0 is there twice",
		"sample,1,2\n0,.5,x\n":                "line 2: \"x\" is no loss",
		"sample,1,2\n":                        "no loss that is a number",
		"1,2\n3,4\n5,6\n":                     "line 3: there are more records than the 2 labels",
		"1,2\n3,\"4\n":                        "quote",
		"epoch,sample,loss\n0,0,\n0,1,\n":     "epoch 0 has no loss that is a number",
		"epoch,sample,loss\n0,0,1\n0,\"1\n,1": "quote",
	} {
		_, err := scores(t, []int{0, 1}, func(tr *Training) error { return tr.ReadCSV(strings.NewReader(table), nil) })
		fails(t, fmt.Sprintf("%q", table), err, words)
	}
}

func TestRefuses(t *testing.T) {
	inf := float32(math.Inf(1))
	start := func(o Options, labels ...int) error { _, err := New(labels, o); return err }
	fails(t, "no labels", start(Options{}), "no labels")
	fails(t, "negative class", start(Options{}, 0, -1), "label 1 is class -1")
	fails(t, "alpha", start(Options{Alpha: 1.5}, 0), "above 0 and at most 1")
	fails(t, "alpha", start(Options{Alpha: math.NaN()}, 0), "above 0 and at most 1")
	fails(t, "values", start(Options{Values: "x"}, 0), "no values")
	_, err := scores(t, []int{0}, func(*Training) error { return nil })
	fails(t, "no epochs", err, "no epochs")

	good := []float32{.5, .5, .1, .9}
	for what, c := range map[string]struct {
		values Values
		epochs [][]float32
		cols   int
		words  string
	}{
		"rows":               {"", [][]float32{good[:2]}, 2, "1 rows of predictions for 2 labels"},
		"one class":          {"", [][]float32{{1, 1}}, 1, "needs at least 2"},
		"label out of range": {"", [][]float32{good}, 2, ""},
		"another width":      {"", [][]float32{good, {1, 0, 0, 1, 0, 0}}, 0, "of 3 classes, but the epochs before it of 2"},
		"nan":                {"", [][]float32{{nan, 1, 0, 1}}, 2, "class 0 for sample 0 in epoch 0 is not a number"},
		"all nan":            {"", [][]float32{good, {nan, nan, nan, nan}}, 2, "epoch 1 has no prediction that is a number"},
		"infinite":           {"", [][]float32{{1, 2, inf, 1}}, 2, "class 0 for sample 1 in epoch 0 is infinite"},
		"logits":             {Probabilities, [][]float32{{1, 2, 3, -1}}, 2, "is 2, but a probability"},
		"logits later":       {"", [][]float32{good, {1, 2, 3, -1}}, 2, "sample 0 in epoch 1 is 2, but a probability"},
	} {
		tr := must[*Training](t)(New([]int{0, 1}, Options{Values: c.values}))
		var err error
		for _, e := range c.epochs {
			cols := c.cols
			if cols == 0 {
				cols = len(e) / 2
			}
			before := fmt.Sprint(tr.states)
			if err = tr.AddPredictions(matrix.Wrap(len(e)/cols, cols, e)); err != nil && fmt.Sprint(tr.states) != before {
				t.Errorf("%s: a refused epoch left something behind", what)
			}
		}
		if c.words == "" {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		fails(t, what, err, c.words)
	}
	tr := must[*Training](t)(New([]int{0, 2}, Options{}))
	fails(t, "class out of range", tr.AddPredictions(matrix.Wrap(2, 2, good)), "label 1 is class 2, but the predictions have columns for classes 0 to 1")
	fails(t, "losses", tr.AddLosses([]float64{1}), "1 losses for 2 labels")
	fails(t, "losses", tr.AddLosses([]float64{math.NaN(), math.NaN()}), "no loss that is a number")
	fails(t, "losses", tr.AddLosses([]float64{math.Inf(1), 1}), "infinite")
	fails(t, "lists", tr.AddSeries([][]float64{{1}}), "1 lists of losses for 2 labels")
	fails(t, "lists", tr.AddSeries([][]float64{{1}, {math.NaN()}}), "no finite number")
	fails(t, "lists", tr.AddSeries([][]float64{{}, nil}), "all lists of losses are empty")
	if err := tr.AddLosses([]float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	fails(t, "both", tr.AddPredictions(matrix.Wrap(2, 2, good)), "one or the other")
	s := must[*Scores](t)(tr.Scores())
	_, err = s.Quality(AUM)
	fails(t, "quality", err, "needs predictions")
	_, err = s.Quality("x")
	fails(t, "quality", err, "no signal")
	predicted := add(t, must[*Training](t)(New([]int{0, 1}, Options{})), good)
	fails(t, "both", predicted.AddLosses([]float64{1, 2}), "one or the other")
	fails(t, "both", predicted.AddSeries([][]float64{{1}, {1}}), "one or the other")
	fails(t, "merge", tr.Merge(predicted), "other labels")
	same1 := must[*Training](t)(New([]int{0, 1}, Options{}))
	if err := same1.AddLosses([]float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	fails(t, "merge", predicted.Merge(same1), "has losses, this one probabilities of 2 classes")
	fails(t, "merge", predicted.Merge(must[*Training](t)(New([]int{0, 1}, Options{Alpha: .5}))), "weighs new losses by 0.5")
	if err := predicted.Merge(must[*Training](t)(New([]int{0, 1}, Options{}))); err != nil || predicted.Epochs() != 1 {
		t.Errorf("merging no epochs gives %d epochs and %v", predicted.Epochs(), err)
	}
}

func TestThresholdRefuses(t *testing.T) {
	pick := func(n, k, round int) error { _, err := ThresholdSamples(n, k, round, 0); return err }
	fails(t, "few", pick(3, 3, 0), "too few")
	fails(t, "none", pick(0, 3, 0), "were asked for")
	fails(t, "round", pick(8, 3, 4), "there are rounds 0 to 3")
	found := func(runs ...AUMRun) error { _, err := Mislabelled(runs...); return err }
	fails(t, "empty", found(AUMRun{AUM: []float64{1}}), "no threshold sample has an AUM")
	fails(t, "nan", found(AUMRun{AUM: []float64{math.NaN()}, Threshold: []int{0}}), "no threshold sample has an AUM")
	fails(t, "range", found(AUMRun{AUM: []float64{1}, Threshold: []int{1}}), "threshold sample 1")
	fails(t, "percentile", found(AUMRun{AUM: []float64{1}, Threshold: []int{0}, Percentile: 101}), "between 0 and 100")
	fails(t, "sizes", found(AUMRun{AUM: []float64{1}, Threshold: []int{0}}, AUMRun{}), "run 1 has 0 samples")
}

// Datumaro's own test sets: its moving average of 6 label losses, from its
// definition, ranks them so.
func TestDatumaro(t *testing.T) {
	for _, c := range []struct {
		set, key string
		order    []string // of the first
	}{
		{"noisy_label_detection_cls", "loss_dynamics", []string{"label_1/label_1_3", "label_1/label_1_1", "label_0/label_0_1", "label_0/label_0_3", "label_1/label_1_2", "label_0/label_0_2"}},
		{"noisy_label_detection_det", "loss_dynamics_cls", nil},
		{"noisy_label_detection_det", "loss_dynamics_bbox", nil},
	} {
		var file struct {
			Items []struct {
				ID          string `json:"id"`
				Annotations []struct {
					Label      int                        `json:"label_id"`
					Attributes map[string]json.RawMessage `json:"attributes"`
				} `json:"annotations"`
			} `json:"items"`
		}
		b := must[[]byte](t)(os.ReadFile(shared.Dir(t, "data", "formats", "datumaro-assets", "algorithms", c.set, "annotations", "train.json")))
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		var names []string
		var labels []int
		var series [][]float64
		var want []float64
		for _, item := range file.Items {
			for _, a := range item.Annotations {
				var list []float64
				if err := json.Unmarshal(a.Attributes[c.key], &list); err != nil {
					t.Fatal(err)
				}
				ema := 0.0
				for j, v := range list { // as a sum, not as the recursion
					ema += DefaultAlpha * math.Pow(1-DefaultAlpha, float64(len(list)-1-j)) * v
				}
				names, labels, series, want = append(names, item.ID), append(labels, a.Label), append(series, list), append(want, ema)
			}
		}
		s := must[*Scores](t)(scores(t, labels, func(tr *Training) error { return tr.AddSeries(series) }))
		near(t, c.set, s.EMALoss, want)
		for at, name := range c.order {
			same(t, "place", names[s.Order(Loss)[at]], name)
		}
	}
}

func Example() {
	labels := []int{0, 1, 1}
	t, err := New(labels, Options{})
	if err != nil {
		panic(err)
	}
	for _, probs := range [][]float32{{.6, .4, .3, .7, .8, .2}, {.9, .1, .1, .9, .7, .3}} {
		if err := t.AddPredictions(matrix.Wrap(3, 2, probs)); err != nil {
			panic(err)
		}
	}
	s, err := t.Scores()
	if err != nil {
		panic(err)
	}
	for _, i := range s.Order(AUM) {
		fmt.Printf("sample %d: AUM %.2f, loss %.2f\n", i, s.AUM[i], s.MeanLoss[i])
	}
	// Output:
	// sample 2: AUM -1.12, loss 1.41
	// sample 0: AUM 1.30, loss 0.31
	// sample 1: AUM 1.52, loss 0.23
}

func BenchmarkAddPredictions(b *testing.B) {
	labels, epochs, _ := blobs(100000, 10, 1, nil)
	tr := must[*Training](b)(New(labels, Options{}))
	b.SetBytes(int64(4 * len(epochs[0].Data)))
	for b.Loop() {
		if err := tr.AddPredictions(epochs[0]); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"epoch,sample,loss\n0,0,1\n", "epoch,sample,a,b\n0,0,1,2\n", "1,2\n3,4\n", "sample;x\n0;1\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tr := must[*Training](t)(New([]int{0, 1, 1}, Options{}))
		if err := tr.ReadCSV(strings.NewReader(s), nil); err != nil {
			return
		}
		got := must[*Scores](t)(tr.Scores())
		if len(got.Order(Loss)) != 3 {
			t.Errorf("%q gives %v", s, got)
		}
	})
}
