package annotator

import (
	"math"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
)

func measured(t *testing.T) func(Agreement, error) Agreement {
	return func(a Agreement, err error) Agreement {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

func close1(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %.6f, want %.6f", what, got, want)
	}
}

// The example of 50 proposals that two people read: both yes 20, both no 15,
// only the first 5, only the second 10.
func TestCohen(t *testing.T) {
	c := Columns{Images: 50, Annotators: 2, Classes: 2}
	for i := range 50 {
		a, b := 0, 0
		switch {
		case i < 20:
			a, b = 1, 1
		case i < 25:
			a = 1
		case i < 35:
			b = 1
		}
		c.Image, c.Annotator, c.Class = append(c.Image, i, i), append(c.Annotator, 0, 1), append(c.Class, a, b)
	}
	l := make1(t, c)
	got := measured(t)(Cohen(l, 0, 1, Interval{}))
	shared.Near(t, "Cohen", []float64{got.Value, got.Observed, got.Expected}, []float64{.4, .7, .5})
	// Fleiss, Cohen and Everitt 1969, equation 13, by hand.
	p := [2][2]float64{{.3, .2}, {.1, .4}}
	row, col := [2]float64{.5, .5}, [2]float64{.4, .6} // no, yes of the first; of the second
	kappa, po, pe := .4, .7, .5
	v := 0.0
	square := func(x float64) float64 { return x * x }
	for i := range 2 {
		v += p[i][i] * square(1-pe-(row[i]+col[i])*(1-po))
		for j := range 2 {
			if i != j {
				v += (1 - po) * (1 - po) * p[i][j] * square(col[i]+row[j])
			}
		}
	}
	v -= square(po*pe - 2*pe + po)
	half := 1.959963984540054 * math.Sqrt(v/50) / ((1 - pe) * (1 - pe))
	shared.Near(t, "interval", []float64{got.Low, got.High}, []float64{kappa - half, kappa + half})
	shared.Same(t, "the other way round", measured(t)(Cohen(l, 1, 0, Interval{})).Value, got.Value)
	boot := measured(t)(Cohen(l, 0, 1, Interval{Replicates: 4000, Seed: 1}))
	close1(t, "low of the bootstrap", boot.Low, got.Low, .04)
	close1(t, "high of the bootstrap", boot.High, got.High, .04)
	shared.Same(t, "again", measured(t)(Cohen(l, 0, 1, Interval{Replicates: 4000, Seed: 1})), boot)
	wide := measured(t)(Cohen(l, 0, 1, Interval{Confidence: .99}))
	close1(t, "99 %", (wide.High-wide.Low)/(got.High-got.Low), 2.5758/1.96, 1e-4)
}

// byCounts lets a row of counts of classes be an image.
func byCounts(rows [][]int) Columns {
	c := Columns{Images: len(rows), Classes: len(rows[0])}
	for i, row := range rows {
		j := 0
		for k, n := range row {
			for range n {
				c.Image, c.Annotator, c.Class = append(c.Image, i), append(c.Annotator, j), append(c.Class, k)
				j++
			}
		}
		c.Annotators = max(c.Annotators, j)
	}
	return c
}

// The example of ten subjects, fourteen raters and five classes; kappa is 0.210.
func TestFleiss(t *testing.T) {
	l := make1(t, byCounts([][]int{
		{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
		{7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7},
	}))
	got := measured(t)(Fleiss(l, Interval{}))
	close1(t, "kappa", got.Value, .210, .0005)
	close1(t, "observed", got.Observed, .378, .0005)
	close1(t, "expected", got.Expected, .213, .0005)
	shared.Same(t, "images", got.Images, 10)
}

// The example of Krippendorff, "Computing Krippendorff's Alpha-Reliability"
// (2011): twelve units, four observers, missing values; alpha is 0.743.
func TestKrippendorff(t *testing.T) {
	c := Columns{Images: 12, Annotators: 4, Classes: 6}
	for j, row := range [][]int{
		{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
		{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
		{0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
		{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0},
	} {
		for i, v := range row {
			if v > 0 {
				c.Image, c.Annotator, c.Class = append(c.Image, i), append(c.Annotator, j), append(c.Class, v)
			}
		}
	}
	got := measured(t)(Krippendorff(make1(t, c), Interval{}))
	close1(t, "alpha", got.Value, .743, .0005)
	shared.Same(t, "images", got.Images, 11)
}

// The linearised interval is that of a jackknife that leaves out each image.
func TestIntervalIsThatOfTheJackknife(t *testing.T) {
	c := makeCrowd(41, 2000, 4, 4, []float64{.9, .8, .7, .5, .6})
	l := make1(t, c.Columns)
	for name, m := range map[string]statistic{
		"fleiss": &fleiss{newCounts(l)}, "krippendorff": &krippendorff{newCounts(l)},
	} {
		all := &sums{cells: make([]float64, m.cells())}
		for u := range m.units() {
			m.add(all, u, 1)
		}
		value := func() float64 {
			o, e := m.value(all)
			return (o - e) / (1 - e)
		}
		n := float64(m.units())
		first, second := 0.0, 0.0
		for u := range m.units() {
			m.add(all, u, -1)
			v := value()
			first, second = first+v, second+v*v
			m.add(all, u, 1)
		}
		want := math.Sqrt((n - 1) * (second/n - first/n*first/n))
		o, e := m.value(all)
		got := deviation(m, all, Agreement{Observed: o, Expected: e})
		close1(t, name, got/want, 1, .005)
		boot, err := measure(m, Interval{Confidence: .95, Replicates: 1000, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		close1(t, name+" by bootstrap", (boot.High-boot.Low)/(2*1.96*got), 1, .1)
	}
}

func TestAgreementOfAFewImages(t *testing.T) {
	l := make1(t, byCounts([][]int{{1, 1}}))
	got := measured(t)(Fleiss(l, Interval{}))
	shared.Near(t, "one image", []float64{got.Value, got.Low, got.High}, []float64{-1, -1, 1})
	// A sample of one class counts as full agreement.
	l = make1(t, byCounts([][]int{{2, 0}, {0, 2}}))
	got = measured(t)(Krippendorff(l, Interval{Replicates: 50}))
	shared.Near(t, "two images", []float64{got.Value, got.Low, got.High}, []float64{1, 1, 1})
}
