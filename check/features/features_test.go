package features

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"

	"github.com/errata-cv/errata/internal/shared"
)

// blobs are n rows of two dimensions around one centre for each class, the
// classes in turn.
func blobs(t *testing.T, n, classes, k int) (*neighbor.Graph, []int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x, labels := matrix.New(n, 2), make([]int, n)
	for i := range labels {
		labels[i] = i % classes
		x.Row(i)[0] = float32(3*labels[i]) + float32(r.NormFloat64())
		x.Row(i)[1] = float32(r.NormFloat64())
	}
	g, err := neighbor.KNN(context.Background(), x, k, neighbor.Euclidean, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g, labels
}

// shapley is the value by its definition: the mean, over all orders of the
// others, of what adding a row changes.
func shapley(index []int32, labels []int, y, k int) []float64 {
	n := len(index)
	utility := func(set int) float64 {
		votes, sum := 0, 0.0
		for p, j := range index {
			if set>>p&1 == 1 && votes < k {
				votes++
				if labels[j] == y {
					sum++
				}
			}
		}
		return sum / float64(k)
	}
	factorial := func(m int) float64 { return math.Gamma(float64(m + 1)) }
	out := make([]float64, n)
	for p := range index {
		for set := range 1 << n {
			if set>>p&1 == 1 {
				continue
			}
			size := 0
			for b := set; b > 0; b &= b - 1 {
				size++
			}
			weight := factorial(size) * factorial(n-size-1) / factorial(n)
			out[p] += weight * (utility(set|1<<p) - utility(set))
		}
	}
	return out
}

func TestValuesAreShapleyValues(t *testing.T) {
	const n = 9
	g, labels := blobs(t, n, 2, n-1)
	labels[3] = 1 - labels[3]
	for _, k := range []int{1, 3, 8} {
		want := make([]float64, n)
		for i, y := range labels {
			index, _ := g.Neighbors(i)
			for p, s := range shapley(index, labels, y, k) {
				want[index[p]] += s / n
			}
		}
		for i := range want {
			want[i] = (want[i] + 1) / 2
		}
		got, err := Values(g, labels, ValueOptions{K: k})
		if err != nil {
			t.Fatal(err)
		}
		shared.Near(t, "values", got, want)
	}
}

// A graph of a few neighbours comes nearer to the exact values when what is
// beyond is not taken for worthless.
func TestValuesOfAPart(t *testing.T) {
	const n = 300
	all, labels := blobs(t, n, 3, n-1)
	few, _ := blobs(t, n, 3, 10)
	exact, err := Values(all, labels, ValueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	off := func(o ValueOptions) (sum float64) {
		v, err := Values(few, labels, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v {
			sum += math.Abs(v[i]-exact[i]) / n
		}
		return sum
	}
	if mended, compat := off(ValueOptions{}), off(ValueOptions{Compat: true}); mended > compat/2 {
		t.Errorf("the mean error is %g, and %g with Compat", mended, compat)
	}
}

func TestOrderOfDrift(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	x := matrix.New(200, 1)
	found := 0
	for trial := range 40 {
		for i := range x.Data {
			x.Data[i] = r.Float32()
		}
		if trial == 0 {
			slices.Sort(x.Data)
		}
		g, err := neighbor.KNN(context.Background(), x, 5, neighbor.Euclidean, nil)
		if err != nil {
			t.Fatal(err)
		}
		o, err := NonIID(g, NonIIDOptions{Seed: uint32(trial)})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case trial == 0:
			ds := &dataset.Dataset{Images: make([]dataset.Image, 200)}
			findings, err := o.Finding(ds, nil)
			if err != nil || len(findings) != 1 || findings[0].Probability != 25./26 {
				t.Errorf("sorted rows give p = %g and the findings %+v, %v", o.P, findings, err)
			}
		case o.Issue:
			found++
		}
	}
	if found > 8 { // 2 expected of 39
		t.Errorf("%d of 39 random orders are found not to be random", found)
	}
}

// Two rows have one order but for mirroring: nothing can be told.
func TestOrderOfTwo(t *testing.T) {
	g := &neighbor.Graph{K: 1, Index: []int32{1, 0}, Distance: []float32{1, 1}}
	o, err := NonIID(g, NonIIDOptions{})
	if err != nil || o.P != 1 || o.Issue || o.KS != 0 {
		t.Errorf("two rows give %+v, %v", o, err)
	}
}

func TestClusters(t *testing.T) {
	// Two runs of points on a line and one point alone.
	x := matrix.Wrap(13, 1, []float32{0, .1, .2, .3, .4, .5, 9, 9.1, 9.2, 9.3, 9.4, 9.5, 50})
	g, err := neighbor.KNN(context.Background(), x, 5, neighbor.Euclidean, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Cluster(g, ClusterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "clusters", got, []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, none})
	if got, err = Cluster(g, ClusterOptions{Radius: .01}); err != nil || slices.Max(got) != none {
		t.Errorf("a small radius gives %v, %v", got, err)
	}
}

// The worst group is found whatever the order of the ids; with Compat it may be
// passed over.
func TestWorstGroup(t *testing.T) {
	means := []float64{.5, 1, 1, .45, 0.9}
	var p []float64
	var ids []int
	for i := range 50 {
		ids = append(ids, i%5)
		p = append(p, means[i%5], 1-means[i%5])
	}
	probs, labels := class.Of64(50, 2, p), make([]int, 50)
	r, err := Groups(ids, labels, probs, GroupOptions{Ratio: .7})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "worst groups", r.Worst, []int{3, 0})
	shared.Near(t, "lowest", []float64{r.Lowest}, []float64{.45 / .77})
	ds := &dataset.Dataset{Images: make([]dataset.Image, 50)}
	findings, err := r.Findings(ds, nil)
	if err != nil || len(findings) != 2 {
		t.Fatalf("%d findings, %v", len(findings), err)
	}
	f := findings[0]
	if f.Kind != dataset.UnderperformingGroup || f.Evidence["group"] != 3 || !slices.Equal(f.Others, []int{3, 8, 13, 18, 23, 28, 33, 38, 43, 48}) {
		t.Errorf("the finding is %+v", f)
	}
	if _, err := r.Findings(&dataset.Dataset{}, nil); err == nil {
		t.Error("50 rows are taken for no image")
	}
	// The mean of group 0, .8, is compared with the ratio of group 1, which is
	// larger: with Compat the last group of these wins.
	means = []float64{.70, .71, 1, 1, 1}
	for i := range p {
		p[i] = means[i/2%5]
		if i%2 == 1 {
			p[i] = 1 - means[i/2%5]
		}
	}
	for compat, want := range map[bool][]int{false: {0, 1}, true: {1}} {
		r, err := Groups(ids, labels, probs, GroupOptions{Ratio: .9, Compat: compat})
		if err != nil {
			t.Fatal(err)
		}
		shared.Same(t, "worst groups", r.Worst, want)
	}
}

func TestTelltaleProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var bright, size []float64
	var labels []int
	for i := range 200 {
		labels = append(labels, i/100)
		bright = append(bright, float64(i/100)+r.NormFloat64()*.1)
		size = append(size, r.NormFloat64())
	}
	got, err := Spurious([]string{"bright", "size"}, [][]float64{bright, size}, labels, 2, SpuriousOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !got[0].Issue || got[0].Accuracy < .99 || got[0].Baseline != .5 || got[1].Issue {
		t.Errorf("the correlations are %+v", got)
	}
	findings := Findings(got)
	if len(findings) != 1 || findings[0].Kind != dataset.SpuriousCorrelation || findings[0].Evidence["property"] != "bright" {
		t.Errorf("the findings are %+v", findings)
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	g, labels := blobs(t, 3000, 3, 10)
	run := func(cores int) (*Order, []float64) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		o, err := NonIID(g, NonIIDOptions{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := Values(g, labels, ValueOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return o, v
	}
	o1, v1 := run(1)
	o8, v8 := run(8)
	shared.Same(t, "order", o8, o1)
	shared.Same(t, "values", v8, v1)
}
