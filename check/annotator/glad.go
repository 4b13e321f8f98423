package annotator

import (
	"errors"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// Rounds of conjugate gradients in each maximisation of GLAD, at most, and the
// gradient that ends them.
const (
	gladRounds   = 25
	gladGradient = 1e-2
)

// GLAD estimates the class of each image, how hard it is and the ability of each
// annotator together (Whitehill et al., "Whose Vote Should Count More: Optimal
// Integration of Labels from Labelers of Unknown Expertise", NIPS 2009). A label
// is right with probability σ(α_j·exp(β_i)) and else any other class alike; α
// and β have normal priors with mean 1 and deviation 1, all classes are as likely
// as each other. Each maximisation takes up to 25 rounds of conjugate gradients
// (Polak and Ribière), as in crowd-kit. It stops after 100 rounds, or when the
// logarithm of the posterior of α and β gains less than 1e-5 a label; crowd-kit
// 1.4 follows the expected log-likelihood, which may fall, and most often ends
// after two rounds. It fails without labels.
func GLAD(l *Labels, o Rounds) (*Estimate, error) {
	o.fill()
	if l.Len() == 0 {
		return nil, errors.New("there are no labels; GLAD needs at least one")
	}
	g := newGlad(l)
	e := &Estimate{Posterior: make([]float64, l.images*l.classes), Prior: make([]float64, l.classes)}
	for t := range e.Prior {
		e.Prior[t] = 1 / float64(l.classes)
	}
	e.LogLikelihood = g.expect(e)
	last := e.LogLikelihood - penalty(g.x)
	for e.Iterations < o.Most {
		g.maximise()
		e.LogLikelihood = g.expect(e)
		e.Iterations++
		now := e.LogLikelihood - penalty(g.x)
		if (now-last)/float64(l.Len()) < o.Gain {
			break
		}
		last = now
	}
	e.Class = l.mostProbable(e.Posterior)
	e.Ability = append([]float64(nil), g.x[:l.annotators]...)
	e.Difficulty = make([]float64, l.images)
	labelled, _ := l.labelled()
	mean := 0.0
	for i := range e.Difficulty {
		if l.count(i) == 0 {
			continue
		}
		e.Difficulty[i] = -g.x[l.annotators+i]
		mean += g.x[l.annotators+i] / float64(labelled)
	}
	e.Skill = make([]float64, l.annotators)
	for j, a := range e.Ability {
		e.Skill[j] = sigmoid(a * math.Exp(mean))
	}
	return e, nil
}

// glad is the state of GLAD: x holds α of each annotator and then β of each
// image, right the probability that each label is right.
type glad struct {
	l       *Labels
	x       []float64
	right   []float64
	byImage int
	parts   []float64 // loss by block
	slope   []float64 // derivative by α·exp(β), of each label
}

func newGlad(l *Labels) *glad {
	grain, count := l.blocks()
	g := &glad{l: l, x: make([]float64, l.annotators+l.images), right: make([]float64, l.Len()), byImage: grain, parts: make([]float64, count), slope: make([]float64, l.Len())}
	for at := range g.x {
		g.x[at] = 1
	}
	return g
}

func sigmoid(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

// softplus is log(1 + exp(v)).
func softplus(v float64) float64 { return max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))) }

// expect writes the posterior and returns the log-likelihood of the labels.
func (g *glad) expect(e *Estimate) float64 {
	l, k := g.l, g.l.classes
	others := math.Log(float64(k - 1))
	matrix.Parallel(l.images, g.byImage, func(from, to int) {
		total := 0.0
		for i := from; i < to; i++ {
			post := e.Posterior[i*k : (i+1)*k]
			for t := range post {
				post[t] = math.Log(e.Prior[t])
			}
			if l.count(i) == 0 {
				softmax(post)
				continue
			}
			beta := math.Exp(g.x[l.annotators+i])
			wrong := 0.0
			for label := l.start[i]; label < l.start[i+1]; label++ {
				v := g.x[l.by[label]] * beta
				no := -softplus(v) - others
				wrong += no
				post[l.class[label]] += -softplus(-v) - no
			}
			total += softmax(post) + wrong
			for label := l.start[i]; label < l.start[i+1]; label++ {
				g.right[label] = post[l.class[label]]
			}
		}
		g.parts[from/g.byImage] = total
	})
	return sum(g.parts)
}

// loss is minus the expected log-likelihood with the priors of α and β.
func (g *glad) loss(x []float64) float64 {
	l := g.l
	others := math.Log(float64(l.classes - 1))
	matrix.Parallel(l.images, g.byImage, func(from, to int) {
		total := 0.0
		for i := from; i < to; i++ {
			beta := math.Exp(x[l.annotators+i])
			for label := l.start[i]; label < l.start[i+1]; label++ {
				v := x[l.by[label]] * beta
				// log σ(v) is log(1 − σ(v)) + v.
				total += softplus(v) - g.right[label]*v + (1-g.right[label])*others
			}
		}
		g.parts[from/g.byImage] = total
	})
	return sum(g.parts) + penalty(x)
}

// penalty is minus the logarithm of the prior of α and β, up to a constant.
func penalty(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += (v - 1) * (v - 1) / 2
	}
	return total
}

// gradient writes that of loss.
func (g *glad) gradient(out, x []float64) {
	l := g.l
	matrix.Parallel(l.images, g.byImage, func(from, to int) {
		for i := from; i < to; i++ {
			at := l.annotators + i
			beta := math.Exp(x[at])
			out[at] = x[at] - 1
			for label := l.start[i]; label < l.start[i+1]; label++ {
				v := x[l.by[label]] * beta
				d := sigmoid(v) - g.right[label]
				g.slope[label] = d * beta
				out[at] += d * v
			}
		}
	})
	matrix.Parallel(l.annotators, 16, func(from, to int) {
		for j := from; j < to; j++ {
			out[j] = x[j] - 1
			for _, label := range l.byLabel[l.byStart[j]:l.byStart[j+1]] {
				out[j] += g.slope[label]
			}
		}
	})
}

// maximise moves x to where the loss is less.
func (g *glad) maximise() { descend(g.x, g.loss, g.gradient, gladRounds, gladGradient) }
