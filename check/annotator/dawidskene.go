package annotator

import (
	"errors"
	"math"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// leastRate is that of a confusion that was never seen.
const leastRate = 1e-10

// Rounds say when expectation and maximisation end.
type Rounds struct {
	// Most is the greatest number of rounds; 0 stands for 100.
	Most int
	// Gain is how much a round must add to the logarithm of what is maximised, a
	// label; 0 stands for 1e-5.
	Gain float64
}

func (r *Rounds) fill() {
	if r.Most <= 0 {
		r.Most = 100
	}
	if r.Gain == 0 {
		r.Gain = 1e-5
	}
}

// Estimate is what a model of the annotators says of the images.
type Estimate struct {
	// Class is the most probable class of each image, the first on ties, and
	// dataset.None without labels.
	Class []int
	// Posterior holds the probability of every class, image by image; it is the
	// prior for an image without labels.
	Posterior []float64
	// Prior is the share of each class.
	Prior []float64
	// Skill is, for each annotator, the probability that a label is right: of
	// Dawid–Skene over images as the prior has them, of GLAD on an image of mean
	// difficulty.
	Skill []float64
	// Iterations is how many rounds it took, and LogLikelihood what they reached:
	// the natural logarithm of the probability of all labels.
	Iterations    int
	LogLikelihood float64
	// Ability and Difficulty are those of GLAD, and nil else: α of each annotator
	// and −β of each image, so that P(right) = 1/(1 + exp(−α·exp(−Difficulty))).
	Ability, Difficulty []float64

	confusion *confusion
}

// Confusion returns the probability that annotator j labels an image of class
// truth as given, as Dawid–Skene estimates it; 0 when the annotator never gave
// that label, and NaN for other models.
func (e *Estimate) Confusion(j, truth, given int) float64 {
	if e.confusion == nil {
		return math.NaN()
	}
	if row := e.confusion.find(j, given); row >= 0 {
		return e.confusion.rate[row*len(e.Prior)+truth]
	}
	return 0
}

// DawidSkeneOptions choose a form of Dawid–Skene.
type DawidSkeneOptions struct {
	// OneCoin gives each annotator one skill for all classes, with the errors
	// spread evenly, in place of a confusion matrix: better where annotators have
	// few labels.
	OneCoin bool
	Rounds  Rounds
}

// DawidSkene estimates the class of each image and the confusion matrix of each
// annotator together, by expectation and maximisation (Dawid and Skene, "Maximum
// Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied
// Statistics 1979). It starts from the shares of the votes and stops after 100
// rounds, or when the log-likelihood gains less than 1e-5 a label; crowd-kit 1.4
// follows a bound of it that counts the prior once a label, and ends sooner or
// later. Confusions
// never seen count as 1e-10, as in crowd-kit. It fails without labels.
//
// Memory is 8 bytes for each image and class, and for each class that an
// annotator used and class.
func DawidSkene(l *Labels, o DawidSkeneOptions) (*Estimate, error) {
	if l.Len() == 0 {
		return nil, errors.New("there are no labels; Dawid-Skene needs at least one")
	}
	o.Rounds.fill()
	e := &Estimate{Posterior: l.shares(), confusion: newConfusion(l)}
	last := math.Inf(-1)
	for e.Iterations < o.Rounds.Most {
		e.Prior = l.prior(e.Posterior)
		e.confusion.maximise(l, e, o.OneCoin)
		e.LogLikelihood = e.confusion.expect(l, e)
		e.Iterations++
		if (e.LogLikelihood-last)/float64(l.Len()) < o.Rounds.Gain {
			break
		}
		last = e.LogLikelihood
	}
	e.Prior = l.prior(e.Posterior)
	e.confusion.maximise(l, e, o.OneCoin)
	e.Class = l.mostProbable(e.Posterior)
	return e, nil
}

// shares returns the share of each class among the labels of each image, and
// nothing for images without.
func (l *Labels) shares() []float64 {
	out := make([]float64, l.images*l.classes)
	for i := range l.images {
		_, classes := l.Of(i)
		for _, c := range classes {
			out[i*l.classes+int(c)] += 1 / float64(len(classes))
		}
	}
	return out
}

// prior returns the mean posterior of the images with labels.
func (l *Labels) prior(posterior []float64) []float64 {
	k := l.classes
	out := make([]float64, k)
	n := 0
	for i := range l.images {
		if l.count(i) == 0 {
			continue
		}
		n++
		for c, p := range posterior[i*k : (i+1)*k] {
			out[c] += p
		}
	}
	for c := range out {
		out[c] /= float64(n)
	}
	return out
}

func (l *Labels) mostProbable(posterior []float64) []int {
	out := make([]int, l.images)
	for i := range out {
		out[i] = dataset.None
		if l.count(i) > 0 {
			out[i] = argmax(posterior[i*l.classes : (i+1)*l.classes])
		}
	}
	return out
}

// confusion holds a row for each class that an annotator used: the probability
// of that label for each true class.
type confusion struct {
	start []int   // first row of each annotator
	given []int32 // label of each row, ascending for an annotator
	row   []int32 // row of each label
	rate  []float64
	logs  []float64
}

func newConfusion(l *Labels) *confusion {
	c := &confusion{start: make([]int, l.annotators+1), row: make([]int32, l.Len())}
	at := make([]int32, l.classes)
	for j := range l.annotators {
		mine := l.byLabel[l.byStart[j]:l.byStart[j+1]]
		clear(at)
		for _, label := range mine {
			at[l.class[label]] = 1
		}
		for k, used := range at {
			if used == 1 {
				at[k] = int32(len(c.given))
				c.given = append(c.given, int32(k))
			}
		}
		for _, label := range mine {
			c.row[label] = at[l.class[label]]
		}
		c.start[j+1] = len(c.given)
	}
	c.rate, c.logs = make([]float64, len(c.given)*l.classes), make([]float64, len(c.given)*l.classes)
	return c
}

// find returns the row of a label of annotator j, or -1.
func (c *confusion) find(j, given int) int {
	for row := c.start[j]; row < c.start[j+1]; row++ {
		if int(c.given[row]) == given {
			return row
		}
	}
	return -1
}

// maximise estimates the rates and the skills from the posterior.
func (c *confusion) maximise(l *Labels, e *Estimate, oneCoin bool) {
	k := l.classes
	e.Skill = make([]float64, l.annotators)
	image := l.imageOf()
	matrix.Parallel(l.annotators, 16, func(from, to int) {
		total := make([]float64, k)
		for j := from; j < to; j++ {
			rate := c.rate[c.start[j]*k : c.start[j+1]*k]
			clear(rate)
			right := 0.0
			mine := l.byLabel[l.byStart[j]:l.byStart[j+1]]
			for _, label := range mine {
				post := e.Posterior[int(image[label])*k:][:k]
				right += post[l.class[label]]
				for t, p := range post {
					c.rate[int(c.row[label])*k+t] += p
				}
			}
			if oneCoin {
				e.Skill[j] = right / float64(len(mine))
				for row := c.start[j]; row < c.start[j+1]; row++ {
					for t := range k {
						p := (1 - e.Skill[j]) / float64(k-1)
						if t == int(c.given[row]) {
							p = e.Skill[j]
						}
						c.rate[row*k+t] = min(1-leastRate, max(leastRate, p))
					}
				}
			} else {
				clear(total)
				for at, v := range rate {
					rate[at] = max(leastRate, v)
					total[at%k] += rate[at]
				}
				for at := range rate {
					rate[at] /= total[at%k]
				}
				for row := c.start[j]; row < c.start[j+1]; row++ {
					t := int(c.given[row])
					e.Skill[j] += e.Prior[t] * c.rate[row*k+t]
				}
			}
			for at, v := range rate {
				c.logs[c.start[j]*k+at] = math.Log(v)
			}
		}
	})
}

// expect writes the posterior from the rates and returns the log-likelihood.
func (c *confusion) expect(l *Labels, e *Estimate) float64 {
	k := l.classes
	prior := make([]float64, k)
	for t, p := range e.Prior {
		prior[t] = math.Log(p)
	}
	grain := rows(k)
	parts := make([]float64, (l.images+grain-1)/grain)
	matrix.Parallel(l.images, grain, func(from, to int) {
		for i := from; i < to; i++ {
			post := e.Posterior[i*k : (i+1)*k]
			copy(post, prior)
			for label := l.start[i]; label < l.start[i+1]; label++ {
				for t, v := range c.logs[int(c.row[label])*k:][:k] {
					post[t] += v
				}
			}
			parts[from/grain] += softmax(post)
		}
	})
	return sum(parts)
}

// softmax turns logarithms into probabilities and returns the logarithm of what
// they summed to.
func softmax(v []float64) float64 {
	high := v[argmax(v)]
	total := 0.0
	for t := range v {
		v[t] = math.Exp(v[t] - high)
		total += v[t]
	}
	for t := range v {
		v[t] /= total
	}
	return high + math.Log(total)
}
