package annotator

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"

	"github.com/errata-cv/errata/internal/shared"
)

// peers is what cleanlab 2.9.0 and crowd-kit 1.4.2 gave for 60 images with
// labels and 10 without, 6 annotators, 3 classes and 3 models; see
// testdata/reference.py.
type peers struct {
	Labels             [][3]int       `json:"labels"`
	Truth              []int          `json:"truth"`
	Probs              [][][]float64  `json:"probs"`
	Crowdlab           peersOfQuality `json:"crowdlab"`
	CrowdlabCalibrated peersOfQuality `json:"crowdlab_calibrated"`
	Active             []float64      `json:"active"`
	ActiveOneLabel     []float64      `json:"active_one_label"`
	DawidSkene         peersOfEM      `json:"dawid_skene"`
	OneCoin            peersOfEM      `json:"one_coin"`
	Wawa               peersOfVote    `json:"wawa"`
	Gold               peersOfVote    `json:"gold"`
	Krippendorff       float64        `json:"krippendorff"`
}

type peersOfQuality struct {
	Consensus        []int     `json:"consensus"`
	Quality          []float64 `json:"quality"`
	Agreement        []float64 `json:"agreement"`
	Rank             []int     `json:"rank"`
	AnnotatorQuality []float64 `json:"annotator_quality"`
	WorstClass       []int     `json:"worst_class"`
	ModelWeight      []float64 `json:"model_weight"`
	AnnotatorWeight  []float64 `json:"annotator_weight"`
}

type peersOfEM struct {
	Rounds    int       `json:"rounds"`
	Posterior []float64 `json:"posterior"`
}

type peersOfVote struct {
	Skill []float64 `json:"skill"`
	Share []float64 `json:"share"`
}

func readPeers(t *testing.T) *peers {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	p := new(peers)
	if err := json.Unmarshal(b, p); err != nil {
		t.Fatal(err)
	}
	return p
}

// labels returns the labels of n images: all of them, or one of each.
func (p *peers) labels(t *testing.T, n int, all bool) *Labels {
	t.Helper()
	rows := make([][][3]int, n)
	for _, row := range p.Labels {
		rows[row[0]] = append(rows[row[0]], row)
	}
	c := Columns{Images: n, Annotators: 6, Classes: 3}
	for i, of := range rows {
		if !all && len(of) > 0 {
			of = of[i%len(of):][:1]
		}
		for _, row := range of {
			c.Image, c.Annotator, c.Class = append(c.Image, row[0]), append(c.Annotator, row[1]), append(c.Class, row[2])
		}
	}
	return make1(t, c)
}

// models returns the probabilities of the first n images.
func (p *peers) models(n int) []class.Probs {
	var out []class.Probs
	for _, m := range p.Probs {
		out = append(out, table(m[:n]))
	}
	return out
}

func TestEnsembleIsThatOfCleanlab(t *testing.T) {
	p := readPeers(t)
	l := p.labels(t, 60, true)
	for _, calibrate := range []bool{false, true} {
		want := p.Crowdlab
		if calibrate {
			want = p.CrowdlabCalibrated
		}
		r := crowdlab(t, l, Options{Calibrate: calibrate, Compat: true}, p.models(60)...)
		shared.Same(t, "consensus", r.Consensus, want.Consensus)
		shared.Near(t, "quality", r.Quality, want.Quality)
		shared.Near(t, "agreement", r.Agreement, want.Agreement)
		shared.Near(t, "model weights", r.ModelWeights, want.ModelWeight)
		shared.Near(t, "annotator weights", r.AnnotatorWeights, want.AnnotatorWeight)
		shared.Same(t, "rank", r.Rank(), want.Rank)
		for at, j := range r.Rank() {
			shared.Near(t, "annotator quality", []float64{r.Annotators[j].Quality}, want.AnnotatorQuality[at:at+1])
			shared.Same(t, "worst class", r.Annotators[j].WorstClass, want.WorstClass[at])
		}
	}
	for all, want := range map[bool][]float64{true: p.Active, false: p.ActiveOneLabel} {
		got, err := ActiveLearning(p.labels(t, 70, all), p.models(70), Options{Compat: true})
		if err != nil {
			t.Fatal(err)
		}
		shared.Near(t, "active learning", got, want)
	}
}

func TestVotesAreThoseOfCrowdKit(t *testing.T) {
	p := readPeers(t)
	l := p.labels(t, 60, true)
	gold := make([]int, 60)
	for i := range gold {
		gold[i] = dataset.None
		if i < 20 {
			gold[i] = p.Truth[i]
		}
	}
	g, err := GoldMajority(l, gold, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "skill by gold", g.Skill, p.Gold.Skill)
	// Where the first vote is tied, crowd-kit takes the first class and not the
	// rarer; the second vote is counted with its skills.
	w := l.weighted(p.Wawa.Skill, 0)
	for i := range 60 {
		for name, v := range map[string][2]*[]float64{"gold": {&g.Share, &p.Gold.Share}, "Wawa": {&w.Share, &p.Wawa.Share}} {
			theirs := (*v[1])[i*3:][:3]
			shared.Near(t, name, (*v[0])[i:i+1], theirs[argmax(theirs):][:1])
		}
	}
	a, err := Krippendorff(l, Interval{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "alpha", []float64{a.Value}, []float64{p.Krippendorff})
	for oneCoin, want := range map[bool]peersOfEM{false: p.DawidSkene, true: p.OneCoin} {
		e, err := DawidSkene(l, DawidSkeneOptions{OneCoin: oneCoin, Rounds: Rounds{Most: want.Rounds, Gain: -1}})
		if err != nil {
			t.Fatal(err)
		}
		shared.Same(t, "rounds", e.Iterations, want.Rounds)
		shared.Near(t, "Dawid-Skene", e.Posterior, want.Posterior)
	}
}
