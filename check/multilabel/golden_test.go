package multilabel

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/internal/shared"
)

// golden is what cleanlab gave for 200 pictures of 4 classes.
type golden struct {
	Labels   [][]int     `json:"labels"`
	Probs    [][]float64 `json:"pred_probs"`
	Default  []float64   `json:"scores_default"`
	Softmin  []float64   `json:"scores_softmin_0.1"`
	PerClass [][]float64 `json:"scores_per_class"`
	Issues   []int       `json:"issues"`
	Learning []int       `json:"issues_confident_learning"`
	Ranked   []int       `json:"issues_ranked_self_confidence"`
	ByClass  [][]int     `json:"issues_per_class"`
	Health   float64     `json:"health"`
	Common   struct {
		Class       []int     `json:"Class Index"`
		Given       []bool    `json:"In Given Label"`
		Suggested   []bool    `json:"In Suggested Label"`
		Examples    []int     `json:"Num Examples"`
		Probability []float64 `json:"Issue Probability"`
	} `json:"common"`
}

// table lays rows out for class.Of64.
func table(rows [][]float64) class.Probs {
	return class.Of64(len(rows), len(rows[0]), slices.Concat(rows...))
}

func learn(t testing.TB, sets [][]int, rows [][]float64) *Learning {
	t.Helper()
	labels, err := Sets(len(rows[0]), sets)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Learn(labels, table(rows))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// must takes away an error that ends the test.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func readGolden(t *testing.T) (*golden, *Learning) {
	t.Helper()
	b, err := os.ReadFile(shared.Dir(t, "golden", "multilabel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return &g, learn(t, g.Labels, g.Probs)
}

// TestGolden compares every entry of the golden file.
func TestGolden(t *testing.T) {
	g, l := readGolden(t)
	floats, rows := must[[]float64](t), must[[]int](t)
	scores := floats(l.Scores(ScoreOptions{}))
	shared.Near(t, "scores_default", scores, g.Default)
	shared.Near(t, "scores_softmin_0.1", floats(l.Scores(ScoreOptions{Aggregate: Softmin(0.1)})), g.Softmin)
	shared.Near(t, "scores_per_class", floats(l.ClassScores(class.SelfConfidence, false)), slices.Concat(g.PerClass...))
	issues := rows(l.Filter(class.PruneByNoiseRate, FilterOptions{}))
	shared.Same(t, "issues", issues, g.Issues)
	shared.Same(t, "issues_confident_learning", rows(l.Filter(class.ConfidentLearning, FilterOptions{})), g.Learning)
	shared.Same(t, "issues_ranked_self_confidence", class.Rank(issues, scores), g.Ranked)
	byClass := must[[][]int](t)(l.FilterClasses(class.PruneByNoiseRate, FilterOptions{}))
	for c, got := range byClass {
		var want []int
		for i, mask := range g.ByClass {
			if mask[c] == 1 {
				want = append(want, i)
			}
		}
		shared.Same(t, "issues_per_class", got, want)
	}
	shared.Near(t, "health", []float64{l.Health()}, []float64{g.Health})
	// The reference sorts with an unstable sort: equal counts are compared as sets.
	var want []Common
	for i, c := range g.Common.Class {
		want = append(want, Common{c, g.Common.Given[i], g.Common.Examples[i], g.Common.Probability[i]})
		shared.Same(t, "In Suggested Label", g.Common.Suggested[i], !g.Common.Given[i])
	}
	got := l.Common()
	shared.Same(t, "number of common issues", len(got), len(want))
	for i, w := range want {
		at := slices.IndexFunc(got, func(c Common) bool { return c.Class == w.Class && c.Given == w.Given })
		shared.Same(t, "count at the same place", got[i].Examples, w.Examples)
		shared.Same(t, "common", got[at].Examples, w.Examples)
		shared.Near(t, "Issue Probability", []float64{got[at].Probability}, []float64{w.Probability})
	}
}

// TestReference compares what the golden file does not hold with cleanlab 2.9.0
// on the same labels: all scores and aggregators by Σ (i mod 7 + 1) · score_i,
// all filters by number and sum of the rows.
func TestReference(t *testing.T) {
	_, l := readGolden(t)
	for _, c := range []struct {
		o    ScoreOptions
		want float64
	}{
		{ScoreOptions{}, 459.41342912},
		{ScoreOptions{Adjust: true}, 449.1403770116777},
		{ScoreOptions{Score: class.NormalizedMargin}, 459.41342912},
		{ScoreOptions{Score: class.NormalizedMargin, Adjust: true}, 449.1403770116777},
		{ScoreOptions{Score: class.ConfidenceWeightedEntropy}, 471.29153880476656},
		{ScoreOptions{Aggregate: EMA(.3)}, 592.0297990199999},
		{ScoreOptions{Aggregate: EMA(2. / 5)}, 557.73698384},
		{ScoreOptions{Aggregate: Softmin(.05)}, 436.5362047533926},
		{ScoreOptions{Aggregate: Min}, 427.1231},
		{ScoreOptions{Aggregate: Max}, 725.57364},
		{ScoreOptions{Aggregate: Mean}, 592.8222425},
		{ScoreOptions{Aggregate: Median}, 609.296115},
	} {
		sum := 0.0
		for i, v := range must[[]float64](t)(l.Scores(c.o)) {
			sum += v * float64(i%7+1)
		}
		shared.Near(t, string(c.o.Score), []float64{sum}, []float64{c.want})
	}
	for _, c := range []struct {
		f    class.Filter
		frac float64
		want [2]int
	}{
		{class.PruneByNoiseRate, 1, [2]int{42, 3753}},
		{class.PruneByNoiseRate, .5, [2]int{21, 1999}},
		{class.PruneByClass, 1, [2]int{42, 3753}},
		{class.PruneByClass, .5, [2]int{27, 2499}},
		{class.Both, 1, [2]int{42, 3753}},
		{class.Both, .5, [2]int{21, 1999}},
		{class.ConfidentLearning, 1, [2]int{32, 2992}},
		{class.PredictedNeqGiven, 1, [2]int{60, 5687}},
		{class.LowNormalizedMargin, 1, [2]int{32, 2965}},
		{class.LowSelfConfidence, 1, [2]int{32, 2965}},
	} {
		rows := must[[]int](t)(l.Filter(c.f, FilterOptions{FracNoise: c.frac}))
		sum := 0
		for _, i := range rows {
			sum += i
		}
		shared.Same(t, string(c.f), [2]int{len(rows), sum}, c.want)
	}
}
