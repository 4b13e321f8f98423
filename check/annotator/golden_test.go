package annotator

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/internal/shared"
)

// golden is what cleanlab gave for 80 images, 6 annotators and 3 classes.
type golden struct {
	Annotations  [][]*float64 `json:"annotations"`
	Probs        [][]float64  `json:"pred_probs"`
	True         []int        `json:"true"`
	MajorityVote []int        `json:"majority_vote"`
	LabelQuality struct {
		Consensus         []int     `json:"consensus_label"`
		Quality           []float64 `json:"consensus_quality_score"`
		Agreement         []float64 `json:"annotator_agreement"`
		Annotations       []int     `json:"num_annotations"`
		MajorityConsensus []int     `json:"consensus_label_majority_vote"`
		MajorityQuality   []float64 `json:"consensus_quality_score_majority_vote"`
		MajorityAgreement []float64 `json:"annotator_agreement_majority_vote"`
	} `json:"label_quality"`
	Detailed [][]*float64 `json:"detailed_label_quality"`
	Stats    struct {
		Annotator  []int     `json:"annotator"`
		Quality    []float64 `json:"annotator_quality"`
		Agreement  []float64 `json:"agreement_with_consensus"`
		WorstClass []int     `json:"worst_class"`
		Labels     []int     `json:"num_examples_labeled"`
	} `json:"annotator_stats"`
	ModelWeight         float64     `json:"model_weight"`
	AnnotatorWeight     []float64   `json:"annotator_weight"`
	BestTemp            float64     `json:"best_temp"`
	CalibratedQuality   []float64   `json:"calibrated_consensus_quality"`
	AgreementQuality    []float64   `json:"agreement_quality"`
	Unlabelled          [][]float64 `json:"pred_probs_unlabeled"`
	Active              []float64   `json:"active_learning"`
	ActiveUnlabelled    []float64   `json:"active_learning_unlabeled"`
	BestModelWeight     float64     `json:"model_weight_best_quality"`
	BestAnnotatorWeight []float64   `json:"annotator_weight_best_quality"`
}

func readGolden(t *testing.T) *golden {
	t.Helper()
	b, err := os.ReadFile(shared.Dir(t, "golden", "multiannotator.json"))
	if err != nil {
		t.Fatal(err)
	}
	g := new(golden)
	if err := json.Unmarshal(b, g); err != nil {
		t.Fatal(err)
	}
	return g
}

// labels returns the annotations, and further images without any.
func (g *golden) labels(t *testing.T, further int) *Labels {
	t.Helper()
	c := Columns{Images: len(g.Annotations) + further, Annotators: len(g.Annotations[0]), Classes: len(g.Probs[0])}
	for i, row := range g.Annotations {
		for j, v := range row {
			if v != nil {
				c.Image, c.Annotator, c.Class = append(c.Image, i), append(c.Annotator, j), append(c.Class, int(*v))
			}
		}
	}
	return make1(t, c)
}

func make1(t testing.TB, c Columns) *Labels {
	t.Helper()
	l, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func table(rows [][]float64) class.Probs {
	var flat []float64
	for _, r := range rows {
		flat = append(flat, r...)
	}
	return class.Of64(len(rows), len(rows[0]), flat)
}

func crowdlab(t testing.TB, l *Labels, o Options, models ...class.Probs) *Result {
	t.Helper()
	r, err := Crowdlab(l, models, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGoldenBestQuality(t *testing.T) {
	g := readGolden(t)
	l := g.labels(t, 0)
	r := crowdlab(t, l, Options{}, table(g.Probs))
	shared.Same(t, "consensus", r.Consensus, g.LabelQuality.Consensus)
	shared.Near(t, "quality", r.Quality, g.LabelQuality.Quality)
	shared.Near(t, "agreement", r.Agreement, g.LabelQuality.Agreement)
	shared.Same(t, "majority vote", r.Majority, g.MajorityVote)
	shared.Near(t, "model weight", r.ModelWeights, []float64{g.BestModelWeight})
	shared.Near(t, "annotator weights", r.AnnotatorWeights, g.BestAnnotatorWeight)
	at := 0
	for i, row := range g.Detailed {
		n := 0
		for j, want := range row {
			if (want != nil) != (g.Annotations[i][j] != nil) {
				t.Fatalf("image %d of annotator %d", i, j)
			}
			if want != nil {
				shared.Near(t, "label quality", r.LabelQuality[at:at+1], []float64{*want})
				at, n = at+1, n+1
			}
		}
		shared.Same(t, "labels", n, g.LabelQuality.Annotations[i])
	}
	rank := r.Rank()
	shared.Same(t, "annotators by quality", rank, g.Stats.Annotator)
	for at, j := range rank {
		s := r.Annotators[j]
		shared.Near(t, "annotator quality", []float64{s.Quality, s.Agreement}, []float64{g.Stats.Quality[at], g.Stats.Agreement[at]})
		shared.Same(t, "worst class, labels", []int{s.WorstClass, s.Labels}, []int{g.Stats.WorstClass[at], g.Stats.Labels[at]})
	}
}

func TestGoldenMajorityVote(t *testing.T) {
	g := readGolden(t)
	l := g.labels(t, 0)
	r := crowdlab(t, l, Options{Consensus: ByMajority}, table(g.Probs))
	shared.Same(t, "consensus", r.Consensus, g.LabelQuality.MajorityConsensus)
	shared.Near(t, "quality", r.Quality, g.LabelQuality.MajorityQuality)
	shared.Near(t, "agreement", r.Agreement, g.LabelQuality.MajorityAgreement)
	shared.Near(t, "model weight", r.ModelWeights, []float64{g.ModelWeight})
	shared.Near(t, "annotator weights", r.AnnotatorWeights, g.AnnotatorWeight)
	vote, err := MajorityVote(l, []class.Probs{table(g.Probs)}, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "majority vote", vote, g.MajorityVote)
}

// The temperature of cleanlab comes from miscounted labels.
func TestGoldenTemperature(t *testing.T) {
	g := readGolden(t)
	l := g.labels(t, 0)
	r := crowdlab(t, l, Options{Calibrate: true, Compat: true}, table(g.Probs))
	shared.Near(t, "temperature", r.Temperatures, []float64{g.BestTemp})
	shared.Near(t, "calibrated quality", r.Quality, g.CalibratedQuality)
	mended := crowdlab(t, l, Options{Calibrate: true}, table(g.Probs))
	shared.Near(t, "mended temperature", mended.Temperatures, []float64{1.75})
}

func TestGoldenAgreement(t *testing.T) {
	g := readGolden(t)
	l := g.labels(t, 0)
	r := crowdlab(t, l, Options{Quality: AgreementQuality, Compat: true}, table(g.Probs))
	shared.Near(t, "agreement quality", r.Quality, g.AgreementQuality)
	mended := crowdlab(t, l, Options{Quality: AgreementQuality}, table(g.Probs))
	shared.Same(t, "mended consensus", mended.Consensus, g.MajorityVote)
	shared.Near(t, "mended quality", mended.Quality, g.LabelQuality.MajorityAgreement)
}

func TestGoldenActiveLearning(t *testing.T) {
	g := readGolden(t)
	l := g.labels(t, len(g.Unlabelled))
	all := table(append(append([][]float64{}, g.Probs...), g.Unlabelled...))
	got, err := ActiveLearning(l, []class.Probs{all}, Options{Compat: true})
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "active learning", got, append(append([]float64{}, g.Active...), g.ActiveUnlabelled...))
}
