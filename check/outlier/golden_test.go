package outlier

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

// golden is what cleanlab gave for 120 rows of 8 features and 3 classes.
type golden struct {
	Features  [][]float64 `json:"features"`
	Labels    []int       `json:"labels"`
	Index     [][]int32   `json:"knn_indices"`
	Distance  [][]float64 `json:"knn_distances"`
	OOD       []float64   `json:"ood_features_scores"`
	Probs     [][]float64 `json:"pred_probs"`
	Entropy   []float64   `json:"ood_entropy_adj"`
	LeastConf []float64   `json:"ood_least_conf"`
	GEN       []float64   `json:"ood_gen_M3"`

	Outlier       flagged `json:"outlier"`
	OutlierProbs  flagged `json:"outlier_pred_probs"`
	NearDuplicate flagged `json:"near_duplicate"`
}

type flagged struct {
	Score     []float64 `json:"score"`
	Issue     []bool    `json:"is_issue"`
	Threshold float64   `json:"issue_threshold"`
	Median    float64   `json:"median"`
	Sets      [][]int32 `json:"sets"`
}

func readGolden(t *testing.T) *golden {
	t.Helper()
	g := new(golden)
	for _, name := range []string{"knn.json", "datalab.json"} {
		b, err := os.ReadFile(shared.Dir(t, "golden", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, g); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func (g *golden) neighbors() Neighbors {
	return Of64(len(g.Index), len(g.Index[0]), slices.Concat(g.Index...), slices.Concat(g.Distance...))
}

func (g *golden) probs() class.Probs {
	return class.Of64(len(g.Probs), len(g.Probs[0]), slices.Concat(g.Probs...))
}

func TestGoldenDistance(t *testing.T) {
	g := readGolden(t)
	r, err := ByDistance(g.neighbors(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "score", r.Score, g.Outlier.Score, 1e-9)
	shared.Within(t, "OOD score", r.Score, g.OOD, 1e-9)
	shared.Within(t, "threshold", []float64{r.Threshold}, []float64{g.Outlier.Threshold}, 1e-9)
	if !slices.Equal(r.Outlier, g.Outlier.Issue) {
		t.Errorf("outliers are %v, want %v", r.Outlier, g.Outlier.Issue)
	}
}

// Our own graph has the same neighbours, and the same outliers.
func TestGoldenGraph(t *testing.T) {
	g := readGolden(t)
	x := matrix.New(len(g.Features), len(g.Features[0]))
	for i, row := range g.Features {
		for c, v := range row {
			x.Row(i)[c] = float32(v)
		}
	}
	own, err := neighbor.KNN(context.Background(), x, 10, MetricFor(x.Cols), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range g.Index { // sets: equal rows stand in another order there
		got, _ := own.Neighbors(i)
		got = slices.Sorted(slices.Values(got))
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("the neighbours of row %d are %v, want %v", i, got, want)
		}
	}
	r, err := ByDistance(Of(own), Options{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "score", r.Score, g.Outlier.Score, 1e-6)
	if !slices.Equal(r.Outlier, g.Outlier.Issue) {
		t.Errorf("outliers are %v, want %v", r.Outlier, g.Outlier.Issue)
	}
	d, err := NearDuplicates(Of(own), 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "near-duplicate score", d.Score, g.NearDuplicate.Score, 1e-6)
}

func TestGoldenNearDuplicates(t *testing.T) {
	g := readGolden(t)
	d, err := NearDuplicates(g.neighbors(), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := g.NearDuplicate
	shared.Within(t, "score", d.Score, want.Score, 1e-9)
	shared.Within(t, "median", []float64{d.Median}, []float64{want.Median}, 1e-9)
	for i, set := range want.Sets {
		slices.Sort(set)
		if !slices.Equal(d.Sets[i], set) || len(set) > 0 != want.Issue[i] {
			t.Errorf("near duplicates of row %d are %v, want %v", i, d.Sets[i], set)
		}
	}
}

func TestGoldenProbability(t *testing.T) {
	g := readGolden(t)
	l, err := class.Learn(g.Labels, g.probs())
	if err != nil {
		t.Fatal(err)
	}
	r, err := ByProbability(g.probs(), ProbabilityOptions{Thresholds: l.Thresholds})
	if err != nil {
		t.Fatal(err)
	}
	shared.Within(t, "score", r.Score, g.OutlierProbs.Score, 1e-9)
	shared.Within(t, "adjusted entropy", r.Score, g.Entropy, 1e-9)
	shared.Within(t, "threshold", []float64{r.Threshold}, []float64{g.OutlierProbs.Threshold}, 1e-9)
	if !slices.Equal(r.Outlier, g.OutlierProbs.Issue) {
		t.Errorf("outliers are %v, want %v", r.Outlier, g.OutlierProbs.Issue)
	}
	for _, compat := range []bool{false, true} {
		for m, want := range map[Method][]float64{LeastConfidence: g.LeastConf, GEN: g.GEN} {
			r, err := ByProbability(g.probs(), ProbabilityOptions{Method: m, M: 3, Compat: compat})
			if err != nil {
				t.Fatal(err)
			}
			shared.Within(t, string(m), r.Score, want, 1e-9)
		}
	}
}
