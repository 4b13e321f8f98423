package class

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
)

// golden is what cleanlab gave for 300 labels of 4 classes.
type golden struct {
	Labels      []int       `json:"labels"`
	Probs       [][]float64 `json:"pred_probs"`
	Probs2      [][]float64 `json:"pred_probs2"`
	Thresholds  []float64   `json:"confident_thresholds"`
	Joint       [][]int     `json:"confident_joint_uncalibrated"`
	Calibrated  [][]int     `json:"confident_joint_calibrated"`
	Fraction    [][]float64 `json:"joint"`
	OffDiagonal []int       `json:"off_diagonal_indices"`
	Prior       []float64   `json:"py"`
	Noise       [][]float64 `json:"noise_matrix"`
	Inverse     [][]float64 `json:"inverse_noise_matrix"`
	NumIssues   int         `json:"num_label_issues_off_diagonal"`
	NumIssuesC  int         `json:"num_label_issues_off_diagonal_calibrated"`
	Health      float64     `json:"health_score"`
	Ranked      []int       `json:"ranked_self_confidence"`
	Half        []int       `json:"filter_prune_by_noise_rate_frac0.5"`
	Classes     struct {
		Class         []int     `json:"Class Index"`
		Issues        []int     `json:"Label Issues"`
		InverseIssues []int     `json:"Inverse Label Issues"`
		Noise         []float64 `json:"Label Noise"`
		InverseNoise  []float64 `json:"Inverse Label Noise"`
		Quality       []float64 `json:"Label Quality Score"`
	} `json:"classes_by_label_quality"`
	Overlap struct {
		A        []int     `json:"Class Index A"`
		B        []int     `json:"Class Index B"`
		Examples []int     `json:"Num Overlapping Examples"`
		P        []float64 `json:"Joint Probability"`
	} `json:"overlapping_classes"`
	all map[string]json.RawMessage
}

func readGolden(t *testing.T) (*golden, *Learning) {
	t.Helper()
	b, err := os.ReadFile(shared.Dir(t, "golden", "classification.json"))
	if err != nil {
		t.Fatal(err)
	}
	g := new(golden)
	if err := json.Unmarshal(b, g); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g.all); err != nil {
		t.Fatal(err)
	}
	return g, learn(t, g.Labels, g.Probs)
}

func (g *golden) get(t *testing.T, name string, v any) {
	t.Helper()
	raw, ok := g.all[name]
	if !ok {
		t.Fatalf("the golden file has no %s", name)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

// learn is Learn over rows of float64.
func learn(t testing.TB, labels []int, rows [][]float64) *Learning {
	t.Helper()
	l, err := Learn(labels, table(rows))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func table(rows [][]float64) Probs {
	var flat []float64
	for _, r := range rows {
		flat = append(flat, r...)
	}
	return Of64(len(rows), len(rows[0]), flat)
}

func TestGoldenJoint(t *testing.T) {
	g, l := readGolden(t)
	shared.Near(t, "thresholds", l.Thresholds, g.Thresholds)
	shared.Same(t, "joint", l.Joint.Dense(), g.Joint)
	shared.Same(t, "off diagonal", l.OffDiagonal(), g.OffDiagonal)
	calibrated := l.Calibrated()
	shared.Same(t, "calibrated joint", calibrated.Dense(), g.Calibrated)
	for given, row := range calibrated.Dense() {
		var q []float64
		for _, c := range row {
			q = append(q, float64(c)/float64(calibrated.Total()))
		}
		shared.Near(t, "joint probabilities", q, g.Fraction[given])
	}
	shared.Same(t, "issues", l.NumIssues(), g.NumIssues)
	shared.Same(t, "issues, calibrated", l.NumIssuesCalibrated(nil), g.NumIssuesC)
	shared.Near(t, "health", []float64{l.Health()}, []float64{g.Health})
}

func TestGoldenLatent(t *testing.T) {
	g, l := readGolden(t)
	e, err := l.Latent(FromCounts, false)
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "prior", e.Prior, g.Prior)
	for k := range e.Noise {
		shared.Near(t, "noise", e.Noise[k], g.Noise[k])
		shared.Near(t, "inverse noise", e.Inverse[k], g.Inverse[k])
	}
}

func TestGoldenFilters(t *testing.T) {
	g, l := readGolden(t)
	for _, f := range Filters() {
		var want []int
		g.get(t, "filter_"+string(f), &want)
		got, err := l.Filter(f, FilterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		shared.Same(t, string(f), got, want)
	}
	half, err := l.Filter(PruneByNoiseRate, FilterOptions{FracNoise: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "half of the noise", half, g.Half)
	all, err := l.Filter(PruneByNoiseRate, FilterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "ranked", Rank(all, l.PGiven), g.Ranked)
}

func TestGoldenScores(t *testing.T) {
	g, l := readGolden(t)
	for _, s := range QualityScores() {
		for _, adjust := range []bool{false, true} {
			name := "score_"
			if adjust {
				if s == ConfidenceWeightedEntropy {
					continue
				}
				name += "adj_"
			}
			var want []float64
			g.get(t, name+string(s), &want)
			got, err := l.Scores(s, adjust)
			if err != nil {
				t.Fatal(err)
			}
			shared.Near(t, name+string(s), got, want)
		}
	}
}

func TestGoldenEnsembles(t *testing.T) {
	g, l := readGolden(t)
	models := []*Learning{l, learn(t, g.Labels, g.Probs2)}
	for _, w := range []Weighting{Uniform, ByAccuracy, ByLogLoss} {
		var want []float64
		g.get(t, "ensemble_"+string(w), &want)
		got, _, err := Ensemble(models, EnsembleOptions{Weighting: w})
		if err != nil {
			t.Fatal(err)
		}
		shared.Near(t, string(w), got, want)
	}
}

func TestGoldenHealth(t *testing.T) {
	g, l := readGolden(t)
	ranked := l.RankClasses()
	for i, q := range ranked {
		shared.Same(t, "class", []int{q.Class, q.Issues, q.InverseIssues}, []int{g.Classes.Class[i], g.Classes.Issues[i], g.Classes.InverseIssues[i]})
		shared.Near(t, "class quality", []float64{q.Noise, q.InverseNoise, q.Quality}, []float64{g.Classes.Noise[i], g.Classes.InverseNoise[i], g.Classes.Quality[i]})
	}
	shared.Same(t, "classes", len(ranked), len(g.Classes.Class))
	pairs := l.OverlappingClasses()
	shared.Same(t, "pairs", len(pairs), len(g.Overlap.A))
	for i, o := range pairs {
		shared.Same(t, "pair", []int{o.A, o.B, o.Examples}, []int{g.Overlap.A[i], g.Overlap.B[i], g.Overlap.Examples[i]})
		shared.Near(t, "pair probability", []float64{o.Probability}, []float64{g.Overlap.P[i]})
	}
}
