package prove

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/probe"
)

const classes = 4

// clouds makes n rows of features around one centre for each class, and their
// true labels.
func clouds(n int, seed uint64) (x *matrix.Matrix, truth []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	x, truth = matrix.New(n, 6), make([]int, n)
	for i := range n {
		truth[i] = i % classes
		for k := range x.Row(i) {
			x.Row(i)[k] = float32(r.NormFloat64())
		}
		x.Row(i)[truth[i]] += 2
	}
	return x, truth
}

// confuse relabels a share of the rows of class 0 as class 1 and so on: a
// systematic error that misleads training.
func confuse(labels []int, share float64, seed uint64) []int {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]int, len(labels))
	for i, y := range labels {
		out[i] = y
		if r.Float64() < share {
			out[i] = (y + 1) % classes
		}
	}
	return out
}

var names = []string{"ant", "bee", "cat", "dog"}

func run(t *testing.T, d Data, o Options) *Result {
	t.Helper()
	if o.Resamples == 0 {
		o.Resamples = 400
	}
	d.Classes = names
	r, err := Run(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func logistic(x *matrix.Matrix) *Probe {
	return &Probe{Features: x, Options: probe.Options{L2: 1e-3}}
}

func TestFixingPlantedNoiseHelps(t *testing.T) {
	x, truth := clouds(1200, 1)
	noisy := confuse(truth, 0.4, 1)
	for _, all := range []bool{false, true} {
		o := Options{Trainer: logistic(x), AllParts: all}
		if all {
			o.Seeds = 2
		}
		r := run(t, Data{Before: noisy, After: truth}, o)
		d := r.Difference(Corrected, "accuracy")
		if r.Verdict != Helped || d.Low <= 0 || d.Delta < 0.02 {
			t.Errorf("the verdict is %q with %+v", r.Verdict, d)
		}
		if !strings.HasPrefix(r.Sentence, "Training on the corrected labels raised accuracy on the corrected validation labels from 0.") || !strings.HasSuffix(r.Sentence, ": the fix helped.") {
			t.Errorf("the sentence is %q", r.Sentence)
		}
		if got := r.Difference(Corrected, "log_loss"); got.High >= 0 {
			t.Errorf("the log loss did not fall: %+v", got)
		}
	}
}

func TestNoChangeMakesNoDifference(t *testing.T) {
	x, truth := clouds(300, 2)
	noisy := confuse(truth, 0.2, 2)
	r := run(t, Data{Before: noisy, After: noisy}, Options{Trainer: logistic(x)})
	if r.Verdict != Unclear {
		t.Errorf("the verdict is %q", r.Verdict)
	}
	for _, d := range r.Differences {
		if d.Delta != 0 || d.Low != 0 || d.High != 0 {
			t.Errorf("a difference is not zero: %+v", d)
		}
	}
	if !reflect.DeepEqual(r.Cells[0].Metrics, r.Cells[3].Metrics) {
		t.Errorf("the cells differ: %v and %v", r.Cells[0].Metrics, r.Cells[3].Metrics)
	}
}

func TestSpoilingLabelsDoesNotHelp(t *testing.T) {
	x, truth := clouds(1200, 3)
	r := run(t, Data{Before: truth, After: confuse(truth, 0.45, 3)}, Options{Trainer: logistic(x)})
	if d := r.Difference(Original, "accuracy"); d.High >= 0 {
		t.Errorf("spoilt training labels did not lower accuracy on the true ones: %+v", d)
	}
	random := make([]int, len(truth))
	g := rand.New(rand.NewPCG(3, 4))
	for i := range random {
		if random[i] = truth[i]; g.Float64() < 0.5 {
			random[i] = g.IntN(classes)
		}
	}
	if r := run(t, Data{Before: truth, After: random}, Options{Trainer: logistic(x)}); r.Verdict == Helped {
		t.Errorf("random relabelling helped: %s", r.Sentence)
	}
}

func TestFewImagesCannotTell(t *testing.T) {
	x, truth := clouds(60, 4)
	fixed := append([]int(nil), truth...)
	wrong := append([]int(nil), truth...)
	wrong[0] = (wrong[0] + 1) % classes
	r := run(t, Data{Before: wrong, After: fixed}, Options{Trainer: logistic(x)})
	if r.Verdict != Unclear || !strings.Contains(r.Sentence, "cannot be told") {
		t.Errorf("the verdict is %q: %s", r.Verdict, r.Sentence)
	}
}

// spy records its jobs and predicts the label of class zero.
type spy struct{ jobs []Job }

func (s *spy) Name() string { return "spy" }

func (s *spy) Train(_ context.Context, job Job) (*matrix.Matrix, error) {
	s.jobs = append(s.jobs, job)
	out := matrix.New(len(job.Predict), job.Classes)
	for i := range out.Rows {
		out.Row(i)[0] = 1
	}
	return out, nil
}

func TestGroupsStayOnOneSide(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	n := 200
	d := Data{Before: make([]int, n), After: make([]int, n), Groups: make([]int32, n), Split: make([]string, n)}
	for i := range n {
		d.Before[i], d.After[i] = i%classes, (i+i/90)%classes
		d.Groups[i] = int32(r.IntN(80))
		d.Split[i] = []string{"train", "train", "val", "test", ""}[r.IntN(5)]
	}
	for _, own := range []bool{false, true} {
		for _, all := range []bool{false, true} {
			data, s := d, new(spy)
			if !own {
				data.Split = nil
			}
			res := run(t, data, Options{Trainer: s, AllParts: all, Seeds: 3, Resamples: 100})
			for _, job := range s.jobs {
				side := make(map[int32]bool)
				for _, i := range job.Predict {
					side[d.Groups[i]] = true
				}
				for at, i := range job.Rows {
					if side[d.Groups[i]] {
						t.Fatalf("group %d is on both sides", d.Groups[i])
					}
					if own && d.Split[i] != "train" {
						t.Fatalf("row %d of split %q was trained on", i, d.Split[i])
					}
					if want := d.label(job.Variant, i); job.Labels[at] != want {
						t.Fatalf("row %d was trained on as %d, want %d", i, job.Labels[at], want)
					}
				}
				for _, i := range job.Predict {
					if own && d.Split[i] != "val" {
						t.Fatalf("row %d of split %q was validated on", i, d.Split[i])
					}
				}
			}
			if own && res.LeftOut == 0 {
				t.Error("no training row was left out though groups cross the splits")
			}
			if want := 3 * 2 * map[bool]int{true: 4, false: 1}[all && !own]; len(s.jobs) != want {
				t.Errorf("there were %d trainings, want %d", len(s.jobs), want)
			}
		}
	}
}

func TestDroppedImagesAreLeftOut(t *testing.T) {
	n := 80
	d := Data{Before: make([]int, n), After: make([]int, n), Split: make([]string, n)}
	for i := range n {
		d.Before[i], d.After[i] = i/8%classes, i/8%classes
		d.Split[i] = []string{"train", "val"}[i%2]
	}
	for i := 0; i < 8; i++ { // labelled class 0: four to train on, four to validate on
		d.After[i] = Dropped
	}
	s := new(spy)
	r := run(t, d, Options{Trainer: s, Seeds: 2})
	for _, job := range s.jobs {
		for _, i := range job.Rows {
			if job.Variant == Corrected && i < 8 {
				t.Errorf("dropped row %d was trained on", i)
			}
		}
	}
	if r.Training != (Counts{40, 0, 4}) || r.Validation != (Counts{40, 0, 4}) {
		t.Errorf("the counts are %v and %v", r.Training, r.Validation)
	}
	// The spy says class 0 (12 of 40 rows, of which 4 are dropped) to everything.
	if got := r.Cell(Original, Original).Accuracy; math.Abs(got-12.0/40) > 1e-12 {
		t.Errorf("accuracy on original labels is %v", got)
	}
	if got := r.Cell(Original, Corrected).Accuracy; math.Abs(got-8.0/36) > 1e-12 {
		t.Errorf("accuracy on corrected labels is %v", got)
	}
	c := r.Cell(Corrected, Corrected)
	if got := c.PerClass[0]; got.Support != 16 || math.Abs(got.Precision-8.0/36) > 1e-12 || got.Recall != 1 {
		t.Errorf("class 0 is %+v", got)
	}
	if got := c.Confusion[0]; got != (Confusion{0, 0, 16}) {
		t.Errorf("the first confusion count is %+v", got)
	}
	if want := 2.0 * 8 / (8 + 36) / classes; math.Abs(c.MacroF1-want) > 1e-12 {
		t.Errorf("macro F1 is %v, want %v", c.MacroF1, want)
	}
	if want := -math.Log(leastProbability) * 28 / 36; math.Abs(c.LogLoss-want) > 1e-9 {
		t.Errorf("log loss is %v, want %v", c.LogLoss, want)
	}
}

func TestSameResultOnAnyNumberOfCores(t *testing.T) {
	x, truth := clouds(400, 6)
	var want []byte
	for _, cores := range []int{1, 3} {
		old := runtime.GOMAXPROCS(cores)
		r := run(t, Data{Before: confuse(truth, 0.3, 6), After: truth}, Options{Trainer: &Probe{Features: x}, Seed: 9})
		runtime.GOMAXPROCS(old)
		got, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Error("the result depends on the number of cores")
		}
	}
	var back Result
	if err := json.Unmarshal(want, &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Cells) != 4 || back.Cells[3].Accuracy == 0 || len(back.Differences) != 6 {
		t.Errorf("JSON lost something: %s", want)
	}
}

func TestText(t *testing.T) {
	x, truth := clouds(400, 7)
	r := run(t, Data{Before: confuse(truth, 0.3, 7), After: truth}, Options{Trainer: logistic(x), Seeds: 2})
	var b bytes.Buffer
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Logistic regression on frozen features, 2 seeds, validated on one of 4 random parts",
		"trained on   validated on   accuracy", "corrected    corrected", "accuracy on corrected labels",
		"change of F1", "dog", "corrected label", r.Sentence,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, b.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	x, truth := clouds(40, 8)
	good := Data{Before: truth, After: truth, Classes: names}
	split := make([]string, len(truth))
	for i := range split {
		split[i] = "train"
	}
	dropAll := make([]int, len(truth))
	for i := range dropAll {
		dropAll[i] = Dropped
	}
	for says, c := range map[string]struct {
		d Data
		o Options
	}{
		"give a trainer":                     {good, Options{}},
		"no labelled images":                 {Data{Classes: names}, Options{Trainer: logistic(x)}},
		"40 original labels but 1 corrected": {Data{Before: truth, After: truth[:1], Classes: names}, Options{Trainer: logistic(x)}},
		"classes 0 to 1":                     {Data{Before: truth, After: truth, Classes: names[:2]}, Options{Trainer: logistic(x)}},
		"cut into 1 parts":                   {good, Options{Trainer: logistic(x), Parts: 1}},
		"repeated -1 times":                  {good, Options{Trainer: logistic(x), Seeds: -1}},
		"too few":                            {good, Options{Trainer: logistic(x), Resamples: 3}},
		"copies of one picture":              {Data{Before: truth, After: truth, Classes: names, Groups: make([]int32, 40)}, Options{Trainer: logistic(x)}},
		"in the split \"dev\"":               {Data{Before: truth, After: truth, Classes: names, Split: split}, Options{Trainer: logistic(x), ValidationSplit: "dev"}},
		"no validation split beside":         {Data{Before: truth, After: truth, Classes: names, Split: split}, Options{Trainer: logistic(x), TrainSplit: "train"}},
		"leave no image to train on":         {Data{Before: truth, After: dropAll, Classes: names}, Options{Trainer: logistic(x)}},
		"features of 10 images":              {good, Options{Trainer: logistic(x.Slice(0, 10))}},
	} {
		if _, err := Run(context.Background(), c.d, c.o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want one with %q", err, says)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, good, Options{Trainer: logistic(x)}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error of a cancelled run is %v", err)
	}
}
