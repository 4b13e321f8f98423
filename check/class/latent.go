package class

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// PriorMethod names a way to estimate how frequent each true class is.
type PriorMethod string

// The methods.
const (
	// FromCounts corrects each class's share of the labels by its two rates of
	// being right: I[k][k] / M[k][k] · share. The default.
	FromCounts PriorMethod = "cnt"
	// FromEquation solves M · prior = shares.
	FromEquation PriorMethod = "eqn"
	// FromMarginal takes the column sums of the joint.
	FromMarginal PriorMethod = "marginal"
	// FromMarginalShares multiplies I with the shares of the labels.
	FromMarginalShares PriorMethod = "marginal_ps"
)

// Latent describes the noise of the labels. Its tables are dense, K×K.
type Latent struct {
	// Prior is the share of each true class; it sums to one.
	Prior []float64
	// Noise[given][true] is P(given | true); its columns sum to one.
	Noise [][]float64
	// Inverse[true][given] is P(true | given); its columns sum to one.
	Inverse [][]float64
}

const (
	leastPrior   = 1e-6
	leastSettled = 1e-5
	mostNoise    = 0.9999
	tiny         = 1e-100
)

// Latent estimates the priors of the true classes and the two noise matrices
// from the calibrated joint. converge alternates between them until they agree
// with each other more closely. It takes K×K memory several times over.
func (l *Learning) Latent(method PriorMethod, converge bool) (*Latent, error) {
	joint := l.Calibrated()
	given, truth := joint.sums()
	k := joint.Classes()
	shares := make([]float64, k)
	for c, n := range l.Counts {
		shares[c] = float64(n) / float64(len(l.Labels))
	}
	e := &Latent{Noise: square(k), Inverse: square(k)}
	for s, row := range joint.rows {
		for _, c := range row {
			e.Noise[s][c.Guess] = float64(c.Count) / float64(truth[c.Guess])
			e.Inverse[c.Guess][s] = float64(c.Count) / float64(given[s])
		}
	}
	var err error
	if e.Prior, err = prior(method, shares, e.Noise, e.Inverse, truth); err != nil {
		return nil, err
	}
	clipNoise(e.Noise)
	clipNoise(e.Inverse)
	if converge {
		e.settle(shares)
	}
	return e, nil
}

func prior(method PriorMethod, shares []float64, noise, inverse [][]float64, truth []int) ([]float64, error) {
	k := len(shares)
	out := make([]float64, k)
	switch method {
	case FromCounts, "":
		for c := range out {
			out[c] = inverse[c][c] / max(noise[c][c], tiny) * shares[c]
		}
	case FromEquation:
		flat := mat.NewDense(k, k, nil)
		for r, row := range noise {
			flat.SetRow(r, row)
		}
		var solved mat.VecDense
		if err := solved.SolveVec(flat, mat.NewVecDense(k, shares)); err != nil {
			return nil, fmt.Errorf("the noise matrix cannot be inverted, so the method %q has no answer; use %q", method, FromCounts)
		}
		for c := range out {
			out[c] = solved.AtVec(c)
		}
	case FromMarginal:
		total := 0
		for _, n := range truth {
			total += n
		}
		for c := range out {
			out[c] = float64(truth[c]) / float64(total)
		}
	case FromMarginalShares:
		for c := range out {
			for s, share := range shares {
				out[c] += inverse[c][s] * share
			}
		}
	default:
		return nil, fmt.Errorf("there is no method %q for class priors; the methods are %q, %q, %q and %q", method, FromCounts, FromEquation, FromMarginal, FromMarginalShares)
	}
	clipPrior(out, leastPrior)
	return out, nil
}

// settle makes the three estimates agree with the shares of the labels.
func (e *Latent) settle(shares []float64) {
	k := len(shares)
	for range 3 {
		for range 5 {
			for s := range k {
				for y := range k {
					e.Inverse[y][s] = e.Noise[s][y] * e.Prior[y] / max(shares[s], tiny)
				}
			}
			for c := range k {
				e.Prior[c] = e.Inverse[c][c] / max(e.Noise[c][c], tiny) * shares[c]
			}
			clipPrior(e.Prior, leastPrior)
		}
		for s := range k {
			for y := range k {
				e.Noise[s][y] = e.Inverse[y][s] * shares[s] / max(e.Prior[y], tiny)
			}
		}
	}
	clipPrior(e.Prior, leastSettled)
	clipNoise(e.Noise)
	clipNoise(e.Inverse)
}

// clipPrior bounds every share below and makes them sum to one.
func clipPrior(p []float64, least float64) {
	sum := 0.0
	for i, v := range p {
		p[i] = min(1, max(least, v))
		sum += p[i]
	}
	for i := range p {
		p[i] /= max(sum, tiny)
	}
}

// clipNoise bounds the rates off the diagonal and makes columns sum to one.
func clipNoise(m [][]float64) {
	for c := range m {
		sum := 0.0
		for r := range m {
			if r != c {
				m[r][c] = min(mostNoise, max(0, m[r][c]))
			}
			sum += m[r][c]
		}
		for r := range m {
			m[r][c] /= max(sum, tiny)
		}
	}
}

func square(k int) [][]float64 {
	flat := make([]float64, k*k)
	out := make([][]float64, k)
	for r := range out {
		out[r] = flat[r*k : (r+1)*k]
	}
	return out
}
