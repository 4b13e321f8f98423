package features

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
	Features [][]float64 `json:"features"`
	Labels   []int       `json:"labels"`
	Index    [][]int32   `json:"knn_indices"`
	Distance [][]float64 `json:"knn_distances"`
	Probs    [][]float64 `json:"pred_probs"`
	Shapley  []float64   `json:"shapley_k10"`

	Shuffled  flagged `json:"non_iid_shuffled"`
	Sorted    flagged `json:"non_iid_sorted"`
	Imbalance flagged `json:"class_imbalance_95_103_2"`
	Groups    flagged `json:"underperforming_group_threshold0.9"`
	Given     flagged `json:"underperforming_group_given_clusters_mod5"`
	Valuation flagged `json:"data_valuation"`
	Label     flagged `json:"label_from_features_k10"`
	Spurious  struct {
		Data   map[string][]float64 `json:"data"`
		Labels []int                `json:"labels"`
		Result struct {
			Property []string  `json:"property"`
			Score    []float64 `json:"score"`
		} `json:"result"`
	} `json:"spurious"`
}

type flagged struct {
	Score        []float64 `json:"score"`
	Issue        []bool    `json:"is_issue"`
	P            float64   `json:"p_value"`
	KS           float64   `json:"ks"`
	Order        []int     `json:"order"`
	Permutations [][]int32 `json:"permutations_seed0"`
	Permuted     []float64 `json:"perm_ks"`
	Clusters     []int     `json:"clusters"`
	Summary      struct {
		Score []float64 `json:"score"`
	} `json:"summary"`
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

func (g *golden) graph() *neighbor.Graph {
	out := &neighbor.Graph{K: len(g.Index[0]), Index: slices.Concat(g.Index...)}
	for _, row := range g.Distance {
		for _, d := range row {
			out.Distance = append(out.Distance, float32(d))
		}
	}
	return out
}

func (g *golden) probs() class.Probs {
	return class.Of64(len(g.Probs), len(g.Probs[0]), slices.Concat(g.Probs...))
}

// reorder is the graph of the same rows in another order: row i of it is row
// order[i] of g.
func reorder(g *neighbor.Graph, order []int) *neighbor.Graph {
	place := make([]int32, len(order))
	for i, j := range order {
		place[j] = int32(i)
	}
	out := &neighbor.Graph{K: g.K}
	for _, j := range order {
		index, distance := g.Neighbors(j)
		for _, n := range index {
			out.Index = append(out.Index, place[n])
		}
		out.Distance = append(out.Distance, distance...)
	}
	return out
}

func TestGoldenOrder(t *testing.T) {
	g := readGolden(t)
	m := newMersenne(0)
	for i, want := range g.Sorted.Permutations {
		shared.Same(t, "permutation", m.permutation(len(want)), g.Sorted.Permutations[i])
	}
	for _, c := range []struct {
		name  string
		graph *neighbor.Graph
		want  flagged
	}{
		{"shuffled", g.graph(), g.Shuffled},
		{"sorted", reorder(g.graph(), g.Sorted.Order), g.Sorted},
	} {
		r, err := NonIID(c.graph, NonIIDOptions{Compat: true})
		if err != nil {
			t.Fatal(err)
		}
		shared.Near(t, c.name+" KS and p", []float64{r.KS, r.P}, []float64{c.want.KS, c.want.P})
		shared.Near(t, c.name+" score", r.Score, c.want.Score)
		if c.want.Permuted != nil {
			shared.Near(t, c.name+" permuted", r.Permuted, c.want.Permuted)
		}
		shared.Same(t, c.name+" issue", r.Issue, slices.Contains(c.want.Issue, true))
		if r.Issue {
			shared.Same(t, c.name+" lowest", r.Lowest, slices.Index(c.want.Issue, true))
		}
	}
}

func TestGoldenImbalance(t *testing.T) {
	g := readGolden(t)
	var y []int
	for c, n := range []int{95, 103, 2} {
		y = append(y, slices.Repeat([]int{c}, n)...)
	}
	r, err := Imbalance(y, 3, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "score", r.Score, g.Imbalance.Score)
	shared.Near(t, "share", []float64{r.Share}, g.Imbalance.Summary.Score)
	for i, want := range g.Imbalance.Issue {
		shared.Same(t, "issue", r.Issue && y[i] == r.Class, want)
	}
}

func TestGoldenGroups(t *testing.T) {
	g := readGolden(t)
	clusters, err := Cluster(g.graph(), ClusterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "clusters", clusters, g.Groups.Clusters)
	given := make([]int, len(g.Labels))
	for i := range given {
		given[i] = i % 5
	}
	for _, c := range []struct {
		ids  []int
		o    GroupOptions
		want flagged
	}{
		{clusters, GroupOptions{Ratio: 0.9}, g.Groups},
		{given, GroupOptions{}, g.Given},
	} {
		for _, compat := range []bool{true, false} {
			c.o.Compat = compat
			r, err := Groups(c.ids, g.Labels, g.probs(), c.o)
			if err != nil {
				t.Fatal(err)
			}
			shared.Near(t, "score", r.Score, c.want.Score)
			shared.Same(t, "groups that underperform", len(r.Worst) > 0, slices.Contains(c.want.Issue, true))
			if want := c.want.Summary.Score; compat && want != nil {
				shared.Near(t, "lowest", []float64{r.Lowest}, want)
			}
			if !compat {
				shared.Near(t, "lowest", []float64{r.Lowest}, []float64{slices.Min(r.Score)})
			}
		}
	}
}

func TestGoldenValues(t *testing.T) {
	g := readGolden(t)
	v, err := Values(g.graph(), g.Labels, ValueOptions{Compat: true})
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "values", v, g.Shapley)
	shared.Near(t, "values", v, g.Valuation.Score)
	for i, want := range g.Valuation.Issue {
		shared.Same(t, "harm", v[i] < .5, want)
	}
}

// The label check of Datalab on features is confident learning on the votes of
// the 10 nearest neighbours by Euclidean distance.
func TestGoldenLabel(t *testing.T) {
	g := readGolden(t)
	x := matrix.New(len(g.Features), len(g.Features[0]))
	for i, row := range g.Features {
		for c, v := range row {
			x.Row(i)[c] = float32(v)
		}
	}
	graph, err := neighbor.KNN(context.Background(), x, 10, neighbor.Euclidean, nil)
	if err != nil {
		t.Fatal(err)
	}
	votes := make([]float64, len(g.Labels)*3)
	for i := range g.Labels {
		index, _ := graph.Neighbors(i)
		for _, j := range index {
			votes[i*3+g.Labels[j]] += 0.1
		}
	}
	l, err := class.Learn(g.Labels, class.Of64(len(g.Labels), 3, votes))
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "score", l.PGiven, g.Label.Score)
	rows, err := l.Filter(class.PruneByNoiseRate, class.FilterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var want []int
	for i, is := range g.Label.Issue {
		if is {
			want = append(want, i)
		}
	}
	shared.Same(t, "labels", rows, want)
}

func TestGoldenSpurious(t *testing.T) {
	g := readGolden(t)
	names := g.Spurious.Result.Property
	var values [][]float64
	for _, name := range names {
		values = append(values, g.Spurious.Data[name])
	}
	r, err := Spurious(names, values, g.Spurious.Labels, 3, SpuriousOptions{Compat: true})
	if err != nil {
		t.Fatal(err)
	}
	var score []float64
	for _, c := range r {
		score = append(score, c.Score)
	}
	shared.Near(t, "score", score, g.Spurious.Result.Score)
	count := make([]float64, 3)
	for _, y := range g.Spurious.Labels {
		count[y]++
	}
	mended, err := Spurious(names, values, g.Spurious.Labels, 3, SpuriousOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for p, c := range mended {
		base := slices.Max(count) / 120
		shared.Near(t, "mended", []float64{c.Accuracy, c.Baseline, c.Score}, []float64{r[p].Accuracy, base, min(1, (1-c.Accuracy)/(1-base))})
	}
}
