package annotator

import (
	"cmp"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// Stats tells how good one annotator is.
type Stats struct {
	Annotator int
	// Quality is how far to trust a label of this annotator, in [0, 1]: the mean
	// of the qualities of the labels and of how many are the consensus, weighed as
	// the models and the annotators are. It is NaN only with Compat.
	Quality float64
	// Low and High bound Quality with 95 % confidence (Wilson 1927, for as many
	// labels as are on images that others labelled too, or for all where none is).
	Low, High float64
	// Agreement is the share of the labels that are the consensus.
	Agreement float64
	// Labels counts the labels, and Shared those on images that others labelled.
	Labels, Shared int
	// WorstClass is the class whose labels are least often the consensus; of
	// several, the one with more labels, then that on images of higher quality,
	// then the first.
	WorstClass int
}

// Rank returns the annotators from the lowest quality up, equal ones by
// agreement, then by index. A quality that is no number comes last.
func (r *Result) Rank() []int {
	out := make([]int, len(r.Annotators))
	for j := range out {
		out[j] = j
	}
	slices.SortStableFunc(out, func(a, b int) int {
		x, y := r.Annotators[a], r.Annotators[b]
		if math.IsNaN(x.Quality) || math.IsNaN(y.Quality) {
			return cmp.Compare(btoi(math.IsNaN(x.Quality)), btoi(math.IsNaN(y.Quality)))
		}
		return cmp.Or(cmp.Compare(x.Quality, y.Quality), cmp.Compare(x.Agreement, y.Agreement))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// peerAgreement returns how often each annotator agrees with another one on the
// same image, over all such pairs, and the mean of the others where there is
// none.
func (l *Labels) peerAgreement() []float64 {
	grain, count := l.blocks()
	agree, pairs := make([][]int, count), make([][]int, count)
	matrix.Parallel(l.images, grain, func(from, to int) {
		a, p := make([]int, l.annotators), make([]int, l.annotators)
		for i := from; i < to; i++ {
			by, classes := l.Of(i)
			for at, j := range by {
				p[j] += len(by) - 1
				a[j]--
				for _, c := range classes {
					if c == classes[at] {
						a[j]++
					}
				}
			}
		}
		agree[from/grain], pairs[from/grain] = a, p
	})
	for b := 1; b < count; b++ {
		for j := range l.annotators {
			agree[0][j] += agree[b][j]
			pairs[0][j] += pairs[b][j]
		}
	}
	return shares(agree[0], pairs[0])
}

// judge fills what callers read from the consensus and the weights.
func (r *Result) judge() {
	l := r.labels
	r.Consensus = widen(r.consensus)
	r.Quality, r.Agreement = make([]float64, l.images), make([]float64, l.images)
	r.LabelQuality = make([]float64, l.Len())
	r.rows(func(i int, post []float64) {
		_, classes := l.Of(i)
		r.Quality[i] = post[r.consensus[i]]
		if len(classes) > 0 {
			r.Agreement[i] = agreeing(classes, r.consensus[i])
		}
		if r.o.Quality == AgreementQuality && len(classes) > 0 {
			r.Quality[i] = r.Agreement[i]
		}
		for at, c := range classes {
			r.LabelQuality[l.row[l.start[i]+at]] = post[c]
		}
	})
	r.describe()
}

// describe fills Annotators.
func (r *Result) describe() {
	l := r.labels
	labelled, _ := l.labelled()
	people := sum(r.AnnotatorWeights) * float64(l.Len()) / float64(labelled) / float64(l.annotators)
	mean := r.modelSum / float64(len(r.ModelWeights))
	w := mean / (mean + people)
	image := l.imageOf()
	r.Annotators = make([]Stats, l.annotators)
	matrix.Parallel(l.annotators, 64, func(from, to int) {
		t := newByClass(l.classes)
		for j := from; j < to; j++ {
			r.Annotators[j] = r.statsOf(j, w, image, t)
		}
	})
}

// statsOf describes annotator j; w is the weight of the models in the quality.
func (r *Result) statsOf(j int, w float64, image []int32, t *byClass) Stats {
	l := r.labels
	s := Stats{Annotator: j}
	quality, right, rightShared := 0.0, 0, 0
	for _, at := range l.byLabel[l.byStart[j]:l.byStart[j+1]] {
		i, c := image[at], l.class[at]
		agrees := c == r.consensus[i]
		s.Labels++
		if agrees {
			right++
		}
		if l.count(int(i)) > 1 {
			s.Shared++
			if agrees {
				rightShared++
			}
		}
		quality += r.LabelQuality[l.row[at]]
		t.add(c, agrees, r.Quality[i])
	}
	quality /= float64(s.Labels)
	s.Agreement = float64(right) / float64(s.Labels)
	s.WorstClass = t.worst()
	n := s.Shared
	switch {
	case s.Shared > 0 && r.o.Quality == AgreementQuality:
		s.Quality = float64(rightShared) / float64(s.Shared)
	case s.Shared > 0:
		s.Quality = w*quality + (1-w)*float64(rightShared)/float64(s.Shared)
	case r.o.Compat && !r.solo:
		s.Quality, s.Low, s.High = math.NaN(), math.NaN(), math.NaN()
		return s
	default:
		s.Quality, n = quality, s.Labels
	}
	s.Low, s.High = wilson(s.Quality, float64(n), twoSided(0.95))
	return s
}

// byClass counts the labels of one annotator by class.
type byClass struct {
	right, count []int
	quality      []float64 // sum over the images
	chosen       []int32
}

func newByClass(classes int) *byClass {
	return &byClass{right: make([]int, classes), count: make([]int, classes), quality: make([]float64, classes)}
}

func (t *byClass) add(c int32, agrees bool, quality float64) {
	if t.count[c] == 0 {
		t.chosen = append(t.chosen, c)
	}
	t.count[c]++
	t.quality[c] += quality
	if agrees {
		t.right[c]++
	}
}

// worst returns the worst class and empties the counts.
func (t *byClass) worst() int {
	slices.Sort(t.chosen)
	worst := int32(dataset.None)
	for _, c := range t.chosen {
		if worst == dataset.None || t.worse(c, worst) {
			worst = c
		}
	}
	for _, c := range t.chosen {
		t.right[c], t.count[c], t.quality[c] = 0, 0, 0
	}
	t.chosen = t.chosen[:0]
	return int(worst)
}

func (t *byClass) worse(a, b int32) bool {
	x, y := float64(t.right[a])/float64(t.count[a]), float64(t.right[b])/float64(t.count[b])
	if x != y {
		return x < y
	}
	if t.count[a] != t.count[b] {
		return t.count[a] > t.count[b]
	}
	return t.quality[a]/float64(t.count[a]) > t.quality[b]/float64(t.count[b])
}

func sum(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s
}

// twoSided returns the standard normal quantile of a two-sided interval.
func twoSided(confidence float64) float64 { return math.Sqrt2 * math.Erfinv(confidence) }

// wilson returns the score interval of a mean p of n values in [0, 1] for the
// normal quantile z (Wilson 1927). No variable in [0, 1] of that mean varies
// more than one that is 0 or 1, so it is never too narrow for lack of spread.
func wilson(p, n, z float64) (low, high float64) {
	p = min(1, max(0, p))
	f := 1 + z*z/n
	mid := (p + z*z/(2*n)) / f
	half := z / f * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}
