package annotator

import (
	"errors"
	"math"
	"slices"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// leastWeight is the least weight of an annotator or model, and the least error
// that always naming one class makes.
const leastWeight = 1e-6

// Method says how the consensus of an image is chosen.
type Method string

// The methods.
const (
	// BestQuality takes the class of the highest quality; ties go to the vote.
	BestQuality Method = "best_quality"
	// ByMajority takes the class that MajorityVote returns.
	ByMajority Method = "majority_vote"
)

// Quality says what quality means.
type Quality string

// The qualities.
const (
	// WeighedQuality weighs annotators and models by how often they are right.
	WeighedQuality Quality = "crowdlab"
	// AgreementQuality is the share of the annotators who chose the class; models
	// only break ties.
	AgreementQuality Quality = "agreement"
)

// Options choose among the forms of CROWDLAB. The zero value is the one that
// the paper recommends.
type Options struct {
	// Consensus is BestQuality when empty.
	Consensus Method
	// Quality is WeighedQuality when empty.
	Quality Quality
	// Calibrate scales the probabilities of each model by a temperature first,
	// found from how the annotators divide.
	Calibrate bool
	// Seed decides ties of the vote that nothing else does.
	Seed uint64
	// Compat repeats two faults of cleanlab 2.9. Where it counts the labels of an
	// image (for the temperature and for AgreementQuality), it counts the classes
	// that occur as if they were the first ones, unless all occur. And the quality
	// of an annotator who never shares an image is not a number; without Compat it
	// is the mean quality of the labels.
	Compat bool
}

// Result is what CROWDLAB finds. The slices of images have one element for each
// image and must not be changed.
type Result struct {
	// Consensus is the class of each image. An image without labels has the class
	// that the models find most probable, with their probability as quality.
	Consensus []int
	// Quality is how sure the consensus is, in [0, 1]: the value of Posterior.
	Quality []float64
	// Agreement is the share of the image's labels that are the consensus; 0 for
	// an image without labels.
	Agreement []float64
	// Majority is what MajorityVote returns.
	Majority []int
	// LabelQuality is the quality of each label, in the order of the columns.
	LabelQuality []float64
	// Annotators has one element for each annotator.
	Annotators []Stats
	// ModelWeights and AnnotatorWeights are what the weighing uses: about how
	// much better each is than always naming the most common class. They are 1
	// where no image has two labels.
	ModelWeights, AnnotatorWeights []float64
	// Temperatures has one element for each model; 1 where it is not scaled.
	Temperatures []float64

	labels *Labels
	models *models
	o      Options
	// solo tells that no image has two labels, so that nobody can be weighed.
	solo             bool
	likely, unlikely float64 // share of labels that are the consensus, and of each other class
	consensus, vote  []int32
	peers            []float64 // agreement of each annotator with the others
	modelSum         float64
}

// Crowdlab weighs the labels of several annotators and the class probabilities
// of one or more models, which must be out-of-sample, against each other (Goh,
// Tkachenko and Mueller 2022). With a_j the agreement of annotator j with the
// others who labelled the same images, err_m the share of images that model m
// puts into another class than the consensus, and b that of always naming the
// most common class, the weights are
//
//	w_j = max(1e-6, 1 − (1 − a_j)/b)
//	w_m = max(1e-6, 1 − err_m/b) · √(labels per image)
//
// and the quality of class k on an image is the weighted mean of the models'
// P(k) and, for each of its labels, of c where the label is k and
// (1 − c)/(K − 1) where it is not; c is the mean share of labels that are the
// consensus. All but the last use images with two or more labels only. It starts
// from the majority vote; BestQuality then takes the best class of each image
// and weighs once more.
//
// Where no image has two labels, nobody can be weighed: the consensus is the
// label and its quality the mean probability of the models, not scaled. When all
// labels are the same, b is 1e-6. It fails on no labels at all, without models,
// and on probabilities of another shape, below 0, above 1 or not finite; rows
// need not sum to one and are taken as they are.
//
// It takes O(labels·K + images·K) time for K classes and one model, and memory
// for the labels and results alone.
func Crowdlab(l *Labels, probs []class.Probs, o Options) (*Result, error) {
	if o.Consensus == "" {
		o.Consensus = BestQuality
	}
	if o.Quality == "" {
		o.Quality = WeighedQuality
	}
	switch {
	case o.Consensus != BestQuality && o.Consensus != ByMajority:
		return nil, errors.New("the consensus " + string(o.Consensus) + " is not known; use best_quality or majority_vote")
	case o.Quality != WeighedQuality && o.Quality != AgreementQuality:
		return nil, errors.New("the quality " + string(o.Quality) + " is not known; use crowdlab or agreement")
	case l.Len() == 0:
		return nil, errors.New("there are no labels; CROWDLAB needs at least one")
	case len(probs) == 0:
		return nil, errors.New("there are no class probabilities; use the majority vote, Dawid-Skene or GLAD, which need no model")
	}
	m, err := newModels(l, probs)
	if err != nil {
		return nil, err
	}
	r := &Result{labels: l, models: m, o: o}
	_, shared := l.labelled()
	r.solo = shared == 0
	if o.Calibrate && !r.solo {
		m.calibrate(l, o.Compat)
	}
	r.Temperatures = slices.Clone(m.temperature)
	for at, t := range r.Temperatures {
		if t == 0 {
			r.Temperatures[at] = 1
		}
	}
	r.vote = l.vote(m.mean, o.Seed)
	r.Majority = widen(r.vote)
	r.consensus = r.filled()
	r.weigh()
	if o.Consensus == BestQuality && !r.solo {
		r.chooseBest()
		r.weigh()
	}
	r.judge()
	return r, nil
}

// filled is the vote, and the most probable class of images without labels.
func (r *Result) filled() []int32 {
	out := slices.Clone(r.vote)
	for i, c := range out {
		if c == dataset.None {
			out[i] = int32(argmax(r.models.mean(i)))
		}
	}
	return out
}

// argmax returns the index of the largest value, the first on ties.
func argmax(v []float64) int {
	best := 0
	for k := range v {
		if v[k] > v[best] {
			best = k
		}
	}
	return best
}

// tally is what one pass over images with two or more labels counts.
type tally struct {
	images    int
	agreement float64 // sum of the share of labels that are the consensus
	classes   []int   // images of each consensus class
	wrong     []int   // images that each model puts into another class
}

// count adds the image to the tally.
func (t *tally) count(r *Result, i int) {
	_, classes := r.labels.Of(i)
	if len(classes) < 2 {
		return
	}
	t.images++
	t.agreement += agreeing(classes, r.consensus[i])
	t.classes[r.consensus[i]]++
	for m, best := range r.models.best {
		if best[i] != r.consensus[i] {
			t.wrong[m]++
		}
	}
}

// merge adds another tally.
func (t *tally) merge(o *tally) {
	t.images += o.images
	t.agreement += o.agreement
	for k, n := range o.classes {
		t.classes[k] += n
	}
	for m, n := range o.wrong {
		t.wrong[m] += n
	}
}

// agreeing returns the share of the classes that are c.
func agreeing(classes []int32, c int32) float64 {
	n := 0
	for _, k := range classes {
		if k == c {
			n++
		}
	}
	return float64(n) / float64(len(classes))
}

// weigh finds the weights for the consensus at hand.
func (r *Result) weigh() {
	l := r.labels
	r.ModelWeights = slices.Repeat([]float64{1}, len(r.models.probs))
	if r.solo {
		r.AnnotatorWeights = slices.Repeat([]float64{1}, l.annotators)
		r.modelSum = float64(len(r.ModelWeights))
		return
	}
	grain, count := l.blocks()
	parts := make([]tally, count)
	matrix.Parallel(l.images, grain, func(from, to int) {
		t := &parts[from/grain]
		t.classes, t.wrong = make([]int, l.classes), make([]int, len(r.models.best))
		for i := from; i < to; i++ {
			t.count(r, i)
		}
	})
	t := parts[0]
	for at := range parts[1:] {
		t.merge(&parts[at+1])
	}
	r.likely = t.agreement / float64(t.images)
	r.unlikely = (1 - r.likely) / float64(l.classes-1)
	b := max(leastWeight, 1-float64(slices.Max(t.classes))/float64(t.images))
	if r.peers == nil {
		r.peers = l.peerAgreement()
	}
	r.AnnotatorWeights = make([]float64, l.annotators)
	for j, a := range r.peers {
		r.AnnotatorWeights[j] = max(leastWeight, 1-(1-a)/b)
	}
	labelled, _ := l.labelled()
	many := math.Sqrt(float64(l.Len()) / float64(labelled))
	r.modelSum = 0
	for m, wrong := range t.wrong {
		r.ModelWeights[m] = max(leastWeight, 1-float64(wrong)/float64(t.images)/b) * many
		r.modelSum += r.ModelWeights[m]
	}
}

// chooseBest makes the class of the highest quality the consensus; ties go to
// the vote.
func (r *Result) chooseBest() {
	next := make([]int32, r.labels.images)
	r.rows(func(i int, post []float64) {
		best, tied := 0, false
		for k, v := range post {
			switch {
			case v > post[best]:
				best, tied = k, false
			case v == post[best] && k > best:
				tied = true
			}
		}
		next[i] = int32(best)
		if tied && r.vote[i] != dataset.None {
			next[i] = r.vote[i]
		}
	})
	r.consensus = next
}

// rows calls f with the posterior of every image, on several goroutines.
func (r *Result) rows(f func(i int, post []float64)) {
	k := r.labels.classes
	matrix.Parallel(r.labels.images, rows(k), func(from, to int) {
		post, buf := make([]float64, k), make([]float64, k)
		for i := from; i < to; i++ {
			r.posterior(i, post, buf)
			f(i, post)
		}
	})
}

// Posterior writes the quality of every class on image i into out, which has
// room for one value a class, and returns it. Where the probabilities of the
// models sum to one, so does it.
func (r *Result) Posterior(i int, out []float64) []float64 {
	out = out[:r.labels.classes]
	r.posterior(i, out, make([]float64, len(out)))
	return out
}

func (r *Result) posterior(i int, post, buf []float64) {
	by, classes := r.labels.Of(i)
	if r.o.Quality == AgreementQuality && len(classes) > 0 {
		clear(post)
		for _, s := range shareOut(nil, classes, r.labels.classes, r.o.Compat) {
			post[s.class] = s.of
		}
		return
	}
	if r.solo {
		r.models.average(i, post, buf)
		return
	}
	clear(post)
	for m, w := range r.ModelWeights {
		for k, v := range r.models.row(m, i, buf) {
			post[k] += w * v
		}
	}
	total := r.modelSum
	for at, j := range by {
		w := r.AnnotatorWeights[j]
		total += w
		yes, no := w*r.likely, w*r.unlikely
		c := int(classes[at])
		for k := range post {
			if k == c {
				post[k] += yes
			} else {
				post[k] += no
			}
		}
	}
	for k := range post {
		post[k] /= total
	}
}
