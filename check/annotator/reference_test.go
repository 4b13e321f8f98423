package annotator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/errata-cv/errata/check/class"

	"github.com/errata-cv/errata/internal/shared"
)

// crowd is a made-up dataset: truth, labels and the probabilities of models.
type crowd struct {
	truth  []int
	dense  [][]int // by image and annotator, -1 without a label
	models [][][]float64
	skill  []float64
	Columns
}

// makeCrowd lets annotators of the given skills label n images of k classes,
// each image with one to most labels, and the models guess.
func makeCrowd(seed uint64, n, k, most int, skill []float64, models ...float64) *crowd {
	r := rand.New(rand.NewPCG(seed, 1))
	c := &crowd{skill: skill, Columns: Columns{Images: n, Annotators: len(skill), Classes: k}}
	for i := range n {
		truth := r.IntN(k)
		c.truth = append(c.truth, truth)
		row := slices.Repeat([]int{-1}, len(skill))
		for _, j := range r.Perm(len(skill))[:1+r.IntN(most)] {
			row[j] = truth
			if r.Float64() > skill[j] {
				row[j] = (truth + 1 + r.IntN(k-1)) % k
			}
			c.Image, c.Annotator, c.Class = append(c.Image, i), append(c.Annotator, j), append(c.Class, row[j])
		}
		c.dense = append(c.dense, row)
	}
	for _, good := range models {
		var rows [][]float64
		for _, truth := range c.truth {
			row, sum := make([]float64, k), 0.0
			for t := range row {
				row[t] = r.Float64()
				if t == truth {
					row[t] += good * r.Float64()
				}
				sum += row[t]
			}
			for t := range row {
				row[t] /= sum
			}
			rows = append(rows, row)
		}
		c.models = append(c.models, rows)
	}
	return c
}

func (c *crowd) probs() []class.Probs {
	var out []class.Probs
	for _, m := range c.models {
		out = append(out, table(m))
	}
	return out
}

// plain is CROWDLAB as the paper writes it, over a dense matrix, after the
// majority vote.
func (c *crowd) plain(consensus []int) (post [][]float64, wm, wj []float64) {
	mean := func(v []float64) float64 { return sum(v) / float64(len(v)) }
	given := func(row []int) (out []int) {
		for _, v := range row {
			if v >= 0 {
				out = append(out, v)
			}
		}
		return out
	}
	var agree, many []float64
	var modal []int
	for i, row := range c.dense {
		labels := given(row)
		many = append(many, float64(len(labels)))
		if len(labels) == 1 {
			continue
		}
		same := 0.0
		for _, v := range labels {
			if v == consensus[i] {
				same++
			}
		}
		agree, modal = append(agree, same/float64(len(labels))), append(modal, consensus[i])
	}
	likely := mean(agree)
	unlikely := (1 - likely) / float64(c.Classes-1)
	count := make([]int, c.Classes)
	for _, v := range modal {
		count[v]++
	}
	b := math.Max(1e-6, 1-float64(slices.Max(count))/float64(len(modal)))
	for j := range c.skill {
		num, den := 0.0, 0.0
		for _, row := range c.dense {
			for other, v := range row {
				if other != j && v >= 0 && row[j] >= 0 {
					den++
					if v == row[j] {
						num++
					}
				}
			}
		}
		wj = append(wj, math.Max(1e-6, 1-(1-num/den)/b))
	}
	for _, m := range c.models {
		wrong := 0.0
		for i, row := range c.dense {
			if len(given(row)) > 1 && argmax(m[i]) != consensus[i] {
				wrong++
			}
		}
		wm = append(wm, math.Max(1e-6, 1-wrong/float64(len(modal))/b)*math.Sqrt(mean(many)))
	}
	for i, row := range c.dense {
		p := make([]float64, c.Classes)
		for t := range p {
			total := 0.0
			for m, w := range wm {
				p[t] += w * c.models[m][i][t]
				total += w
			}
			for j, v := range row {
				switch {
				case v < 0:
					continue
				case v == t:
					p[t] += wj[j] * likely
				default:
					p[t] += wj[j] * unlikely
				}
				total += wj[j]
			}
			p[t] /= total
		}
		post = append(post, p)
	}
	return post, wm, wj
}

func TestCrowdlabIsThatOfThePaper(t *testing.T) {
	for models := 1; models <= 3; models++ {
		c := makeCrowd(uint64(models), 300, 5, 4, []float64{.9, .8, .7, .6, .5, .95, .3}, []float64{2, 4, 1}[:models]...)
		l := make1(t, c.Columns)
		vote, err := MajorityVote(l, c.probs(), 7)
		if err != nil {
			t.Fatal(err)
		}
		post, _, _ := c.plain(vote)
		best := make([]int, len(post))
		for i, p := range post {
			best[i] = argmax(p)
		}
		post, wm, wj := c.plain(best)
		r := crowdlab(t, l, Options{Seed: 7}, c.probs()...)
		shared.Same(t, "consensus", r.Consensus, best)
		shared.Near(t, "model weights", r.ModelWeights, wm)
		shared.Near(t, "annotator weights", r.AnnotatorWeights, wj)
		buf := make([]float64, c.Classes)
		for i, p := range post {
			shared.Near(t, "posterior", r.Posterior(i, buf), p)
			shared.Near(t, "quality", r.Quality[i:i+1], p[best[i]:best[i]+1])
		}
		for row, i := range c.Image {
			shared.Near(t, "label quality", r.LabelQuality[row:row+1], post[i][c.Class[row]:][:1])
		}
		active, err := ActiveLearning(l, c.probs(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		calibrated := crowdlab(t, l, Options{Calibrate: true}, c.probs()...)
		mean := sum(calibrated.AnnotatorWeights) / float64(c.Annotators)
		for i, row := range c.dense {
			w := sum(calibrated.ModelWeights)
			for j, v := range row {
				if v >= 0 {
					w += calibrated.AnnotatorWeights[j]
				}
			}
			shared.Near(t, "active learning", active[i:i+1], []float64{(calibrated.Quality[i]*w + mean/5) / (w + mean)})
		}
	}
}

// Several models that see images without labels vote, and their weighted
// probability of the winner counts.
func TestActiveLearningOfUnlabelledImages(t *testing.T) {
	l := make1(t, Columns{Images: 2, Classes: 3})
	a := class.Of64(2, 3, []float64{.6, .3, .1, .1, .8, .1})
	b := class.Of64(2, 3, []float64{.5, .4, .1, .7, .2, .1})
	c := class.Of64(2, 3, []float64{0, .9, .1, .1, .1, .8})
	got, err := ActiveLearning(l, []class.Probs{a, b, c}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Two of three choose class 0 first; then all differ, and class 1 has most.
	shared.Near(t, "scores", got, []float64{(1.1 + 1./3) / 4, (1.1 + 1./3) / 4})
}

func TestMajorityVoteBreaksTies(t *testing.T) {
	// Image 0 is tied between 0 and 1, image 1 is not.
	c := Columns{
		Images: 4, Annotators: 3, Classes: 3,
		Image: []int{0, 0, 1, 1, 1, 2, 2, 3}, Annotator: []int{0, 1, 0, 1, 2, 0, 2, 0},
		Class: []int{0, 1, 2, 0, 2, 1, 1, 0},
	}
	vote := func(c Columns, p ...float64) []int {
		t.Helper()
		var models []class.Probs
		if p != nil {
			models = append(models, class.Of64(c.Images, c.Classes, p))
		}
		v, err := MajorityVote(make1(t, c), models, 3)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	shared.Same(t, "the model decides", vote(c, .1, .3, .6, 1, 0, 0, 1, 0, 0, 1, 0, 0), []int{1, 2, 1, 0})
	// Three labels each of class 0 and 1; annotator 0 agrees with images 1, 2 and
	// 3, annotator 1 with none.
	shared.Same(t, "the better annotator decides", vote(c), []int{0, 2, 1, 0})
	c.Class[7] = 1
	shared.Same(t, "the rarer class decides", vote(c), []int{0, 2, 1, 1})
	c.Class[7] = 0
	shared.Same(t, "an undecided model passes on", vote(c, .2, .2, .6, 1, 0, 0, 1, 0, 0, 1, 0, 0), []int{0, 2, 1, 0})
	// Nothing but chance is left.
	pairs := Columns{Images: 200, Annotators: 2, Classes: 2}
	for i := range pairs.Images {
		pairs.Image, pairs.Annotator, pairs.Class = append(pairs.Image, i, i), append(pairs.Annotator, 0, 1), append(pairs.Class, 0, 1)
	}
	first := vote(pairs)
	ones := 0
	for _, v := range first {
		ones += v
	}
	if ones < 70 || ones > 130 {
		t.Errorf("chance gives class 1 in %d of 200", ones)
	}
	shared.Same(t, "again", vote(pairs), first)
}

// Nothing depends on the number of cores or on the order of the rows.
func TestSameOnAnyNumberOfCores(t *testing.T) {
	c := makeCrowd(5, 8_000, 4, 3, []float64{.9, .8, .7, .6, .5, .95, .3}, 2, 1)
	describe := func(c Columns) string {
		l := make1(t, c)
		r := crowdlab(t, l, Options{Calibrate: true}, makeCrowd(5, 8_000, 4, 3, []float64{.9, .8, .7, .6, .5, .95, .3}, 2, 1).probs()...)
		d, err := DawidSkene(l, DawidSkeneOptions{})
		if err != nil {
			t.Fatal(err)
		}
		a, err := Krippendorff(l, Interval{Replicates: 20, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(r.Consensus, r.Quality, r.Annotators, r.ModelWeights, r.Temperatures, d.Class, d.LogLikelihood, a)
	}
	want := describe(c.Columns)
	before := runtime.GOMAXPROCS(1)
	alone := describe(c.Columns)
	runtime.GOMAXPROCS(before)
	if alone != want {
		t.Error("one core gives another answer")
	}
	turned := c.Columns
	turned.Image, turned.Annotator, turned.Class = slices.Clone(c.Image), slices.Clone(c.Annotator), slices.Clone(c.Class)
	slices.Reverse(turned.Image)
	slices.Reverse(turned.Annotator)
	slices.Reverse(turned.Class)
	if describe(turned) != want {
		t.Error("rows in another order give another answer")
	}
}
