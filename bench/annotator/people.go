package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/check/annotator"
	"github.com/errata-cv/errata/matrix"
)

const (
	images  = 50_000
	persons = 747
	each    = 3
	classes = 10
)

// people is the dataset: labels as columns, the model's probabilities, the true
// classes and how often each person is right.
type people struct {
	columns annotator.Columns
	probs   *matrix.Matrix
	truth   []int
	skill   []float64
}

func makePeople() (*people, error) {
	r := rand.New(rand.NewPCG(1, 1))
	p := &people{columns: annotator.Columns{Images: images, Annotators: persons, Classes: classes}}
	if err := p.load(r); err != nil {
		return nil, err
	}
	p.skill = make([]float64, persons)
	for j := range p.skill {
		p.skill[j] = 0.88 + 0.06*r.NormFloat64()
		if j%20 == 0 { // one of twenty hardly looks
			p.skill[j] = 0.3 + 0.2*r.Float64()
		}
		p.skill[j] = min(0.99, max(0.1, p.skill[j]))
	}
	n := images * each
	p.columns.Image, p.columns.Annotator, p.columns.Class = make([]int, 0, n), make([]int, 0, n), make([]int, 0, n)
	for i, truth := range p.truth {
		first := r.IntN(persons)
		for _, j := range []int{first, (first + 1 + r.IntN(300)) % persons, (first + 301 + r.IntN(300)) % persons} {
			c := truth
			if r.Float64() > p.skill[j] {
				c = wrongClass(r, p.probs.Row(i), truth)
			}
			p.columns.Image, p.columns.Annotator, p.columns.Class = append(p.columns.Image, i), append(p.columns.Annotator, j), append(p.columns.Class, c)
		}
	}
	return p, nil
}

// wrongClass draws another class than the true one: half of the time what the
// model takes the image for, else any.
func wrongClass(r *rand.Rand, probs []float32, truth int) int {
	if r.IntN(2) == 0 {
		rest := float32(0)
		for k, v := range probs {
			if k != truth {
				rest += v
			}
		}
		at := r.Float32() * rest
		for k, v := range probs {
			if k != truth {
				if at -= v; at <= 0 && v > 0 {
					return k
				}
			}
		}
	}
	return (truth + 1 + r.IntN(classes-1)) % classes
}

// load reads the probabilities and true classes, or draws them.
func (p *people) load(r *rand.Rand) error {
	dir := filepath.Join(sharedRoot(), "data", "pred-probs", "cifar10n_agg_resnet18")
	if _, err := os.Stat(dir); err != nil {
		p.draw(r)
		return nil
	}
	a, err := matrix.OpenNPY(filepath.Join(dir, "pred_probs.npy"))
	if err != nil {
		return err
	}
	if p.probs, err = a.Float32(); err != nil {
		return err
	}
	y, err := matrix.OpenNPY(filepath.Join(dir, "true_labels.npy"))
	if err != nil {
		return err
	}
	defer y.Close()
	p.truth, err = y.Ints()
	return err
}

func (p *people) draw(r *rand.Rand) {
	p.truth, p.probs = make([]int, images), matrix.New(images, classes)
	for i := range p.truth {
		p.truth[i] = r.IntN(classes)
		row, sum := p.probs.Row(i), float32(0)
		for k := range row {
			row[k] = r.Float32()
			if k == p.truth[i] {
				row[k] += 5 * r.Float32()
			}
			sum += row[k]
		}
		for k := range row {
			row[k] /= sum
		}
	}
}

func sharedRoot() string {
	if dir := os.Getenv("ERRATA_SHARED"); dir != "" {
		return dir
	}
	for dir, _ := os.Getwd(); filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		candidate := filepath.Join(filepath.Dir(dir), "shared")
		if _, err := os.Stat(filepath.Join(candidate, "data", "pred-probs")); err == nil {
			return candidate
		}
	}
	return "shared"
}
