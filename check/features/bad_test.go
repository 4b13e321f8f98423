package features

import (
	"math"
	"strings"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"

	"github.com/errata-cv/errata/internal/shared"
)

func fails(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: fails with %v, want %q", name, err, want)
	}
}

func TestBadGraph(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		name string
		g    *neighbor.Graph
		want string
	}{
		{"nothing", nil, "at least two rows"},
		{"one row", &neighbor.Graph{K: 1, Index: []int32{-1}, Distance: []float32{inf}}, "at least two rows"},
		{"no neighbours", &neighbor.Graph{K: 1, Index: []int32{-1, -1}, Distance: []float32{inf, inf}}, "no row has a neighbour"},
		{"too few distances", &neighbor.Graph{K: 1, Index: []int32{1, 0}, Distance: []float32{1}}, "1 distances"},
		{"itself", &neighbor.Graph{K: 1, Index: []int32{0, 0}, Distance: []float32{1, 1}}, "row 0 has the neighbour 0"},
		{"no such row", &neighbor.Graph{K: 1, Index: []int32{2, 0}, Distance: []float32{1, 1}}, "row 0 has the neighbour 2"},
		{"not a number", &neighbor.Graph{K: 1, Index: []int32{1, 0}, Distance: []float32{nan, 1}}, "at the distance NaN"},
	} {
		_, err := NonIID(c.g, NonIIDOptions{})
		fails(t, c.name, err, c.want)
		_, err = Cluster(c.g, ClusterOptions{})
		fails(t, c.name, err, c.want)
		_, err = Values(c.g, []int{0, 1}, ValueOptions{})
		fails(t, c.name, err, c.want)
	}
	good := &neighbor.Graph{K: 1, Index: []int32{1, 0}, Distance: []float32{1, 1}}
	_, err := NonIID(good, NonIIDOptions{Permutations: 1})
	fails(t, "one permutation", err, "at least 2 permutations")
	_, err = NonIID(good, NonIIDOptions{Significance: 1})
	fails(t, "no significance", err, "between 0 and 1")
	_, err = Cluster(good, ClusterOptions{Radius: -1})
	fails(t, "negative radius", err, "radius above 0")
	_, err = Values(good, []int{0}, ValueOptions{})
	fails(t, "too few labels", err, "1 labels for 2 rows")
	_, err = Values(good, []int{0, -1}, ValueOptions{})
	fails(t, "label out of range", err, "label 1 is class -1")
	_, err = Values(good, []int{0, 1}, ValueOptions{K: -1})
	fails(t, "no voters", err, "at least 1")
}

func TestBadGroups(t *testing.T) {
	p := class.Of64(2, 2, []float64{.9, .1, .4, .6})
	for _, c := range []struct {
		name        string
		ids, labels []int
		p           class.Probs
		o           GroupOptions
		want        string
	}{
		{"no rows", nil, nil, class.Of64(0, 2, nil), GroupOptions{}, "there must be one row"},
		{"too few ids", []int{0}, []int{0, 1}, p, GroupOptions{}, "1 group ids for 2 rows"},
		{"too few labels", []int{0, 0}, []int{0}, p, GroupOptions{}, "1 labels for 2 rows"},
		{"label out of range", []int{0, 0}, []int{0, 2}, p, GroupOptions{}, "label 1 is class 2"},
		{"logits", []int{0, 0}, []int{0, 1}, class.Of64(2, 2, []float64{.9, .1, -4, 6}), GroupOptions{}, "apply softmax"},
		{"not a number", []int{0, 0}, []int{0, 1}, class.Of64(2, 2, []float64{.9, .1, 0, math.NaN()}), GroupOptions{}, "is NaN"},
		{"negative ratio", []int{0, 0}, []int{0, 1}, p, GroupOptions{Ratio: -1}, "must be above 0"},
	} {
		_, err := Groups(c.ids, c.labels, c.p, c.o)
		fails(t, c.name, err, c.want)
	}
	// No group that counts, and no probability for any label.
	r, err := Groups([]int{0, 1}, []int{0, 1}, p, GroupOptions{})
	if err != nil || len(r.All) != 0 || len(r.Worst) != 0 || r.Lowest != 1 {
		t.Errorf("small groups give %+v, %v", r, err)
	}
	r, err = Groups([]int{0, 1}, []int{1, 1}, class.Of64(2, 2, []float64{1, 0, 1, 0}), GroupOptions{Least: 1})
	if err != nil || len(r.All) != 2 || len(r.Worst) != 0 || r.Score[0] != 1 {
		t.Errorf("a model that is always wrong gives %+v, %v", r, err)
	}
}

func TestBadSpurious(t *testing.T) {
	y := []int{0, 0, 0, 0, 0, 1}
	x := []float64{1, 2, 3, 4, 5, 6}
	for _, c := range []struct {
		name   string
		values [][]float64
		labels []int
		o      SpuriousOptions
		want   string
	}{
		{"no labels", [][]float64{{}}, nil, SpuriousOptions{}, "there must be one row"},
		{"label out of range", [][]float64{x}, []int{0, 0, 0, 0, 0, 9}, SpuriousOptions{}, "label 5 is class 9"},
		{"few labels", [][]float64{{1, 2}}, []int{0, 1}, SpuriousOptions{}, "2 labels for a cross-validation"},
		{"one class", [][]float64{x}, make([]int, 6), SpuriousOptions{}, "needs two classes"},
		{"small classes", [][]float64{x}, []int{0, 1, 0, 1, 0, 1}, SpuriousOptions{}, "no class has more than 3"},
		{"no name", [][]float64{x, x}, y, SpuriousOptions{}, "1 names for 2 properties"},
		{"too few values", [][]float64{{1}}, y, SpuriousOptions{}, "1 values for 6 labels"},
		{"not a number", [][]float64{{1, 2, math.NaN(), 4, 5, 6}}, y, SpuriousOptions{}, "NaN in row 2"},
		{"one fold", [][]float64{x}, y, SpuriousOptions{Folds: 1}, "at least 2 folds"},
		{"threshold", [][]float64{x}, y, SpuriousOptions{Threshold: 2}, "at most 1"},
	} {
		_, err := Spurious([]string{"bright"}, c.values, c.labels, 2, c.o)
		fails(t, c.name, err, c.want)
	}
	// A property that is the same everywhere is right as often as the baseline.
	r, err := Spurious([]string{"same"}, [][]float64{make([]float64, 10)}, []int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, 2, SpuriousOptions{})
	if err != nil || r[0].Score != 1 || math.Abs(r[0].Accuracy-.8) > 1e-12 || r[0].Issue {
		t.Errorf("a constant gives %+v, %v", r, err)
	}
}

func TestBadImbalance(t *testing.T) {
	_, err := Imbalance(nil, 2, 0)
	fails(t, "no labels", err, "there must be one row")
	_, err = Imbalance([]int{0, 2}, 2, 0)
	fails(t, "label out of range", err, "label 1 is class 2")
	_, err = Imbalance([]int{0, 1}, 2, 3)
	fails(t, "threshold", err, "at most 1")
	r, err := Imbalance([]int{0, 0, 2}, 3, 0)
	if err != nil || r.Class != 1 || r.Share != 0 || !r.Issue {
		t.Errorf("a class without labels gives %+v, %v", r, err)
	}
}

func TestNull(t *testing.T) {
	nan := float32(math.NaN())
	score, empty := Null(matrix.Wrap(4, 2, []float32{1, 2, nan, 0, nan, nan, float32(math.Inf(1)), 3}))
	shared.Near(t, "score", score, []float64{1, .5, 0, 1})
	shared.Same(t, "empty rows", empty, []int{2})
	if score, empty := Null(matrix.New(2, 0)); score[0] != 1 || empty != nil {
		t.Errorf("rows of no values give %v, %v", score, empty)
	}
}
