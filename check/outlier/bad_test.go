package outlier

import (
	"math"
	"strings"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"

	"github.com/errata-cv/errata/internal/shared"
)

func TestBadNeighbors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		g    Neighbors
		want string
	}{
		{"nothing", Of(&neighbor.Graph{}), "at least one of each"},
		{"one row", Of64(1, 1, []int32{-1}, []float64{inf}), "no row has a neighbour"},
		{"too few distances", Of64(2, 1, []int32{1, 0}, []float64{1}), "need 2"},
		{"itself", Of64(2, 1, []int32{0, 0}, []float64{1, 1}), "row 0 has the neighbour 0"},
		{"no such row", Of64(2, 1, []int32{2, 0}, []float64{1, 1}), "row 0 has the neighbour 2"},
		{"not a number", Of64(2, 1, []int32{1, 0}, []float64{nan, 1}), "at the distance NaN"},
		{"infinite", Of64(2, 1, []int32{1, 0}, []float64{inf, 1}), "at the distance +Inf"},
		{"negative", Of64(2, 1, []int32{1, 0}, []float64{-1, 1}), "at the distance -1"},
		{"not sorted", Of64(3, 2, []int32{1, 2, 0, 2, 0, 1}, []float64{2, 1, 1, 1, 1, 1}), "the nearest comes first"},
	} {
		if _, err := ByDistance(c.g, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: outliers fail with %v, want %q", c.name, err, c.want)
		}
		if _, err := NearDuplicates(c.g, 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: near duplicates fail with %v, want %q", c.name, err, c.want)
		}
	}
	good := Of64(2, 1, []int32{1, 0}, []float64{1, 1})
	for _, v := range []float64{-1, 2, nan, inf} {
		if _, err := ByDistance(good, Options{Fence: v}); err == nil {
			t.Errorf("the fence %g does not fail", v)
		}
	}
	for _, v := range []float64{-1, nan, inf} {
		if _, err := NearDuplicates(good, v); err == nil {
			t.Errorf("the share %g of near duplicates does not fail", v)
		}
	}
}

func TestBadProbabilities(t *testing.T) {
	good := class.Of64(2, 2, []float64{.5, .5, .9, .1})
	nan := math.NaN()
	for _, c := range []struct {
		name string
		p    class.Probs
		o    ProbabilityOptions
		want string
	}{
		{"no rows", class.Of64(0, 2, nil), ProbabilityOptions{}, "at least one row"},
		{"one class", class.Of64(2, 1, []float64{1, 1}), ProbabilityOptions{}, "two classes"},
		{"logits", class.Of64(1, 2, []float64{4, -3}), ProbabilityOptions{}, "apply softmax"},
		{"not a number", class.Of64(1, 2, []float64{nan, 1}), ProbabilityOptions{}, "not a number"},
		{"thresholds of other classes", good, ProbabilityOptions{Thresholds: []float64{1}}, "1 thresholds for 2 classes"},
		{"a threshold that is none", good, ProbabilityOptions{Thresholds: []float64{1, nan}}, "threshold of class 1"},
		{"unknown method", good, ProbabilityOptions{Method: "energy"}, `"energy" is unknown`},
		{"negative share", good, ProbabilityOptions{Share: -1}, "must all be above 0"},
		{"negative M", good, ProbabilityOptions{M: -1}, "must all be above 0"},
		{"gamma that is no number", good, ProbabilityOptions{Gamma: nan}, "must all be above 0"},
	} {
		if _, err := ByProbability(c.p, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: fails with %v, want %q", c.name, err, c.want)
		}
	}
}

// What is odd and no mistake follows the documented rules.
func TestOddInput(t *testing.T) {
	inf := math.Inf(1)
	equal, err := ByDistance(Of64(3, 2, []int32{1, 2, 0, 2, 0, 1}, make([]float64, 6)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range equal.Score {
		if s != 1 || equal.Outlier[i] {
			t.Errorf("row %d of equal ones scores %g, outlier %t", i, s, equal.Outlier[i])
		}
	}
	// Row 3 lies apart from three equal ones; row 4 has no neighbours.
	apart := Of64(5, 2, []int32{1, 2, 0, 2, 0, 1, 0, -1, -1, -1}, []float64{0, 0, 0, 0, 0, 0, .5, inf, inf, inf})
	r, err := ByDistance(apart, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Score[3] != 0 || !r.Outlier[3] || r.Distance[3] != .5 {
		t.Errorf("the row apart scores %g at %g, outlier %t", r.Score[3], r.Distance[3], r.Outlier[3])
	}
	if r.Score[4] != 1 || r.Outlier[4] || !math.IsNaN(r.Distance[4]) {
		t.Errorf("the row without neighbours scores %g at %g, outlier %t", r.Score[4], r.Distance[4], r.Outlier[4])
	}
	d, err := NearDuplicates(apart, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "near-duplicate score", d.Score, []float64{0, 0, 0, 1, 1}, 0)
	if len(d.Sets[0]) != 2 || len(d.Sets[3]) != 0 {
		t.Errorf("the sets are %v", d.Sets)
	}
	// Zeros are undecided, rows need not sum to one, a class without labels has
	// the threshold 2.
	p := class.Of64(3, 3, []float64{0, 0, 0, 1, 0, 0, .2, .2, .2})
	r, err = ByProbability(p, ProbabilityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "score", []float64{r.Score[0], r.Score[1]}, []float64{0, 1}, 0)
	a, err := ByProbability(p, ProbabilityOptions{Thresholds: []float64{.5, .7, 2}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := ByProbability(p, ProbabilityOptions{Thresholds: []float64{.5, .7, .7}})
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "score without labels of a class", a.Score, b.Score, 0)
}

// With fewer classes than M, the mended GEN divides by the number of classes.
func TestGENOfFewClasses(t *testing.T) {
	p := class.Of64(1, 2, []float64{1, 0})
	q := 1 / (1 + math.Exp(-1))
	term := 2 * math.Pow(q*(1-q), .1)
	for compat, want := range map[bool]float64{false: 1 - term/2, true: 1 - term/100} {
		r, err := ByProbability(p, ProbabilityOptions{Method: GEN, Compat: compat})
		if err != nil {
			t.Fatal(err)
		}
		shared.Within(t, "score", r.Score, []float64{want}, 1e-12)
	}
}

func TestFindings(t *testing.T) {
	x := []float64{0, 1, 2, 3, 4, 60, 100}
	var index []int32
	var distance []float64
	for i := range x {
		// The two nearest of points on a line.
		a, b := i-1, i+1
		if i == 0 {
			a = 2
		}
		if i == len(x)-1 {
			b = i - 2
		}
		da, db := math.Abs(x[i]-x[a]), math.Abs(x[i]-x[b])
		if da > db {
			a, b, da, db = b, a, db, da
		}
		index, distance = append(index, int32(a), int32(b)), append(distance, da, db)
	}
	r, err := ByDistance(Of64(len(x), 2, index, distance), Options{Fence: .9, Metric: MetricFor(1)})
	if err != nil {
		t.Fatal(err)
	}
	ds := &dataset.Dataset{Images: []dataset.Image{{Path: "a"}, {Path: "b"}, {Path: "c"}, {Path: "d"}}}
	if _, err := r.Findings(ds, nil); err == nil {
		t.Error("7 rows are taken for 4 images")
	}
	if _, err := r.Findings(ds, []int{0, 1, 2, 3, 0, 1, 4}); err == nil {
		t.Error("image 4 of 4 is taken")
	}
	findings, err := r.Findings(ds, []int{0, 0, 0, 1, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 2 || findings[0].Image != 3 || findings[1].Image != 2 {
		t.Fatalf("findings are %+v", findings)
	}
	f := findings[0]
	want := 1 - r.Threshold/68
	if f.Kind != dataset.Outlier || math.Abs(f.Probability-want) > 1e-12 || f.Evidence["distance"] != 68.0 {
		t.Errorf("the finding is %+v, want probability %g", f, want)
	}
	if nearest, _ := f.Evidence["nearest"].([]string); len(nearest) != 2 || nearest[0] != "c" || nearest[1] != "b" {
		t.Errorf("the nearest pictures are %v", f.Evidence["nearest"])
	}
	one, err := r.Findings(ds, []int{0, 0, 0, 1, 1, 2, 2})
	if err != nil || len(one) != 1 {
		t.Errorf("an image with two outlying rows has %d findings, %v", len(one), err)
	}
}

func FuzzByDistance(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6}, uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, k uint8) {
		if k == 0 || k > 8 {
			return
		}
		x := matrix.New(len(b), 1)
		for i, v := range b {
			x.Data[i] = float32(v)
		}
		g, err := neighbor.KNN(t.Context(), x, int(k), neighbor.Euclidean, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ByDistance(Of(g), Options{Metric: neighbor.Euclidean})
		if len(b) < 2 {
			if err == nil {
				t.Fatal("too few rows are judged")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range r.Score {
			if !(s >= 0 && s <= 1) || r.Outlier[i] && r.Distance[i] <= r.Threshold {
				t.Fatalf("row %d scores %g at %g", i, s, r.Distance[i])
			}
		}
	})
}
