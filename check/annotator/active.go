package annotator

import (
	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
)

// ActiveLearning returns a score in [0, 1] for each image: the lower, the more a
// further label would tell (Goh and Mueller, "ActiveLab: Active Learning with
// Re-Labeling by Humans", 2023). Scores of images with labels and of images
// without compare with each other.
//
// It is the quality of the consensus after [Crowdlab] with Calibrate, drawn
// towards 1/K by one more annotator who knows nothing, of mean weight. Of an
// image without labels the consensus is what most models find most probable,
// ties going as in [MajorityVote], and the quality the weighted mean of their
// probabilities of it. Where no image has two labels, every weight is 1 and
// nothing is scaled. [Options.Consensus], Quality and Calibrate are not used.
func ActiveLearning(l *Labels, probs []class.Probs, o Options) ([]float64, error) {
	o.Consensus, o.Quality, o.Calibrate = BestQuality, WeighedQuality, true
	r, err := weighed(l, probs, o)
	if err != nil {
		return nil, err
	}
	mean := 1.0
	if l.annotators > 0 {
		mean = sum(r.AnnotatorWeights) / float64(l.annotators)
	}
	guess, err := r.guesses()
	if err != nil {
		return nil, err
	}
	chance := 1 / float64(l.classes)
	out := make([]float64, l.images)
	r.rows(func(i int, post []float64) {
		weight := r.modelSum
		by, _ := l.Of(i)
		for _, j := range by {
			weight += r.AnnotatorWeights[j]
		}
		quality := post[guess[i]]
		out[i] = (quality*weight + chance*mean) / (weight + mean)
	})
	return out, nil
}

// weighed is Crowdlab, and without any labels a result whose weights are 1.
func weighed(l *Labels, probs []class.Probs, o Options) (*Result, error) {
	if l.Len() > 0 || len(probs) == 0 {
		return Crowdlab(l, probs, o)
	}
	m, err := newModels(l, probs)
	if err != nil {
		return nil, err
	}
	r := &Result{labels: l, models: m, o: o, solo: true}
	r.weigh()
	return r, nil
}

// guesses returns the consensus, and for images without labels what most models
// find most probable.
func (r *Result) guesses() ([]int32, error) {
	l := r.labels
	out := make([]int32, l.images)
	copy(out, r.consensus)
	var open []int
	for i := range out {
		if l.count(i) == 0 {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return out, nil
	}
	c := Columns{Images: len(open), Annotators: len(r.models.best), Classes: l.classes}
	for at, i := range open {
		for m, best := range r.models.best {
			c.Image, c.Annotator, c.Class = append(c.Image, at), append(c.Annotator, m), append(c.Class, int(best[i]))
		}
	}
	votes, err := New(c)
	if err != nil {
		return nil, err
	}
	for at, w := range votes.vote(func(at int) []float64 { return r.models.mean(open[at]) }, r.o.Seed) {
		if w != dataset.None {
			out[open[at]] = w
		}
	}
	return out, nil
}
