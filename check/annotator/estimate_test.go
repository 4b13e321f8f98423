package annotator

import (
	"math"
	"slices"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
)

// accuracy is the share of images whose class is the truth.
func (c *crowd) accuracy(got []int) float64 {
	n := 0
	for i, v := range got {
		if v == c.truth[i] {
			n++
		}
	}
	return float64(n) / float64(len(got))
}

// plainDawidSkene is the same over a dense confusion matrix of each annotator,
// rounds times, as the paper of 1979 has it.
func (c *crowd) plainDawidSkene(rounds int, oneCoin bool) (post [][]float64, rate [][][]float64) {
	k := c.Classes
	for _, row := range c.dense {
		p, n := make([]float64, k), 0.0
		for _, v := range row {
			if v >= 0 {
				p[v]++
				n++
			}
		}
		for t := range p {
			p[t] /= n
		}
		post = append(post, p)
	}
	for round := 0; ; round++ {
		prior := make([]float64, k)
		rate = nil
		for _, p := range post {
			for t, v := range p {
				prior[t] += v / float64(len(post))
			}
		}
		for j := range c.skill {
			m := make([][]float64, k) // by truth, then label
			seen := make([]bool, k)
			right, n := 0.0, 0.0
			for i, row := range c.dense {
				if row[j] >= 0 {
					seen[row[j]] = true
					right += post[i][row[j]]
					n++
				}
			}
			for t := range m {
				m[t] = make([]float64, k)
				for i, row := range c.dense {
					if row[j] >= 0 {
						m[t][row[j]] += post[i][t]
					}
				}
				total := 0.0
				for v := range m[t] {
					if seen[v] {
						m[t][v] = math.Max(1e-10, m[t][v])
						total += m[t][v]
					}
				}
				for v := range m[t] {
					m[t][v] /= total
					if oneCoin {
						m[t][v] = (1 - right/n) / float64(k-1)
						if v == t {
							m[t][v] = right / n
						}
					}
				}
			}
			rate = append(rate, m)
		}
		if round == rounds {
			return post, rate
		}
		for i, row := range c.dense {
			total := 0.0
			for t := range k {
				post[i][t] = prior[t]
				for j, v := range row {
					if v >= 0 {
						post[i][t] *= rate[j][t][v]
					}
				}
				total += post[i][t]
			}
			for t := range k {
				post[i][t] /= total
			}
		}
	}
}

func TestDawidSkeneIsThatOfThePaper(t *testing.T) {
	c := makeCrowd(11, 400, 3, 5, []float64{.9, .85, .4, .7, .6, .8})
	for _, oneCoin := range []bool{false, true} {
		e, err := DawidSkene(make1(t, c.Columns), DawidSkeneOptions{OneCoin: oneCoin})
		if err != nil {
			t.Fatal(err)
		}
		if e.Iterations < 3 || e.Iterations >= 100 {
			t.Errorf("it took %d rounds", e.Iterations)
		}
		post, rate := c.plainDawidSkene(e.Iterations, oneCoin)
		for i, p := range post {
			shared.Near(t, "posterior", e.Posterior[i*3:(i+1)*3], p)
			shared.Same(t, "class", e.Class[i], argmax(p))
		}
		for j := range c.skill {
			for truth := range 3 {
				for given := range 3 {
					shared.Near(t, "confusion", []float64{e.Confusion(j, truth, given)}, []float64{rate[j][truth][given]})
				}
			}
		}
	}
}

// An annotator who always swaps two classes is worth as much as a good one to
// Dawid-Skene, and spoils the vote.
func TestDawidSkeneUnderstandsTheSwapped(t *testing.T) {
	c := makeCrowd(12, 600, 2, 4, []float64{.9, .9, .05, .9})
	l := make1(t, c.Columns)
	e, err := DawidSkene(l, DawidSkeneOptions{})
	if err != nil {
		t.Fatal(err)
	}
	vote, err := MajorityVote(l, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := c.accuracy(e.Class), c.accuracy(vote); a < b+.05 || e.Skill[2] > .2 || e.Skill[0] < .8 {
		t.Errorf("Dawid-Skene has %.3f right, the vote %.3f; the skills are %.2f", a, b, e.Skill)
	}
}

// The log-likelihood of a round is never below that of the one before.
func TestDawidSkeneClimbs(t *testing.T) {
	c := makeCrowd(13, 300, 3, 3, []float64{.9, .8, .5, .6})
	l := make1(t, c.Columns)
	e := &Estimate{Posterior: l.shares(), confusion: newConfusion(l)}
	last := math.Inf(-1)
	for range 30 {
		e.Prior = l.prior(e.Posterior)
		e.confusion.maximise(l, e, false)
		v := e.confusion.expect(l, e)
		if v < last-1e-9 {
			t.Fatalf("the log-likelihood falls from %v to %v", last, v)
		}
		last = v
	}
}

func TestGLAD(t *testing.T) {
	c := makeCrowd(21, 500, 4, 5, []float64{.95, .9, .8, .55, .3, .7})
	c.Images++ // one without labels
	l := make1(t, c.Columns)
	e, err := GLAD(l, Rounds{})
	if err != nil {
		t.Fatal(err)
	}
	vote, err := MajorityVote(l, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "class without labels", e.Class[500], -1)
	last := math.Inf(-1)
	for rounds := 1; rounds <= e.Iterations; rounds += 5 {
		part, err := GLAD(l, Rounds{Most: rounds})
		if err != nil || part.Iterations != rounds {
			t.Fatalf("it took %d rounds of %d: %v", part.Iterations, rounds, err)
		}
		x := append([]float64{}, part.Ability...)
		for i := range c.dense {
			x = append(x, -part.Difficulty[i])
		}
		now := part.LogLikelihood - penalty(x)
		if now < last-1e-9 {
			t.Fatalf("the posterior falls from %v to %v", last, now)
		}
		last = now
	}
	if a, b := c.accuracy(e.Class[:500]), c.accuracy(vote[:500]); a < b+.01 {
		t.Errorf("GLAD has %.3f right, the vote %.3f", a, b)
	}
	for _, pair := range [][2]int{{0, 2}, {1, 3}, {2, 3}, {3, 4}, {5, 4}} {
		if e.Skill[pair[0]] <= e.Skill[pair[1]] || e.Ability[pair[0]] <= e.Ability[pair[1]] {
			t.Errorf("the skills are %.3f, of annotators with %v", e.Skill, c.skill)
		}
	}
	// Images on which the annotators disagree are harder.
	all, mixed, n, m := 0.0, 0.0, 0.0, 0.0
	for i, row := range c.dense {
		labels := slices.DeleteFunc(slices.Clone(row), func(v int) bool { return v < 0 })
		if len(labels) < 3 {
			continue
		}
		if slices.Min(labels) == slices.Max(labels) {
			all, n = all+e.Difficulty[i], n+1
		} else {
			mixed, m = mixed+e.Difficulty[i], m+1
		}
	}
	if all/n >= mixed/m {
		t.Errorf("images of one mind have the difficulty %.3f, mixed ones %.3f", all/n, mixed/m)
	}
	for i := range 500 {
		shared.Near(t, "sum of the posterior", []float64{sum(e.Posterior[i*4 : (i+1)*4])}, []float64{1})
	}
	if !math.IsNaN(e.Confusion(0, 0, 0)) {
		t.Error("GLAD has a confusion matrix")
	}
}

func TestGLADGradient(t *testing.T) {
	c := makeCrowd(22, 30, 3, 3, []float64{.9, .8, .4, .6})
	l := make1(t, c.Columns)
	g := newGlad(l)
	g.expect(&Estimate{Posterior: make([]float64, 90), Prior: []float64{.2, .3, .5}})
	x := slices.Clone(g.x)
	for at := range x {
		x[at] = math.Sin(float64(at))
	}
	got := make([]float64, len(x))
	g.gradient(got, x)
	for at := range x {
		const h = 1e-5
		was := x[at]
		x[at] = was + h
		up := g.loss(x)
		x[at] = was - h
		down := g.loss(x)
		x[at] = was
		if want := (up - down) / (2 * h); math.Abs(got[at]-want) > 1e-6 {
			t.Fatalf("the derivative by parameter %d is %v, want %v", at, got[at], want)
		}
	}
	g.maximise()
	g.gradient(got, g.x)
	if worst := slices.MaxFunc(got, func(a, b float64) int { return int(math.Copysign(1, math.Abs(a)-math.Abs(b))) }); math.Abs(worst) > .05 {
		t.Errorf("a derivative of %v is left", worst)
	}
}

func TestWawaAndGold(t *testing.T) {
	// The vote is 0, 0, 1 and a tie; annotators agree with it in 3/3, 2/3 and 1/3,
	// the tie going to class 1, which is rarer.
	l := make1(t, Columns{
		Images: 5, Annotators: 3, Classes: 2,
		Image:     []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3},
		Annotator: []int{0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2},
		Class:     []int{0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1},
	})
	w := Wawa(l, 0)
	shared.Near(t, "skill", w.Skill, []float64{1, 2. / 4, 2. / 4})
	shared.Same(t, "class", w.Class, []int{0, 0, 1, 1, -1})
	shared.Near(t, "share", w.Share, []float64{.75, .75, .75, .5, 0})

	g, err := GoldMajority(l, []int{1, 1, -1, -1, -1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "skill", g.Skill, []float64{0, 0, 1})
	shared.Same(t, "class", g.Class, []int{1, 1, 1, 1, -1})
	shared.Near(t, "share", g.Share, []float64{1, 1, 1, 1, 0})
	g, err = GoldMajority(l, []int{-1, -1, -1, 0, -1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "skill, one without gold", g.Skill, []float64{.5, 1, 0})
	g, err = GoldMajority(l, []int{-1, -1, -1, -1, 1}, 0)
	fails(t, err, "none of the labels")
	if g != nil {
		t.Error("there is a vote beside the error")
	}
	c := makeCrowd(31, 500, 3, 5, []float64{.95, .9, .4, .4, .4, .9})
	l = make1(t, c.Columns)
	vote, err := MajorityVote(l, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	gold, err := GoldMajority(l, c.truth, 0)
	if err != nil {
		t.Fatal(err)
	}
	if a, b, v := c.accuracy(Wawa(l, 0).Class), c.accuracy(gold.Class), c.accuracy(vote); a < v+.005 || b < a-.02 {
		t.Errorf("Wawa has %.3f right, gold %.3f, the vote %.3f", a, b, v)
	}
}

// Rosenbrock's valley in ten dimensions ends at ones.
func TestDescend(t *testing.T) {
	f := func(x []float64) float64 {
		s := 0.0
		for i := range len(x) - 1 {
			a, b := x[i+1]-x[i]*x[i], 1-x[i]
			s += 100*a*a + b*b
		}
		return s
	}
	calls := 0
	gradient := func(out, x []float64) {
		calls++
		clear(out)
		for i := range len(x) - 1 {
			a := x[i+1] - x[i]*x[i]
			out[i] += -400*a*x[i] - 2*(1-x[i])
			out[i+1] += 200 * a
		}
	}
	x := slices.Repeat([]float64{-.5}, 10)
	last := f(x)
	for range 20 {
		descend(x, f, gradient, 25, 1e-8)
		if now := f(x); now > last {
			t.Fatalf("it climbs from %v to %v", last, now)
		} else {
			last = now
		}
	}
	if last > 1e-12 || calls > 2000 {
		t.Errorf("after %d gradients the valley is %v deep at %v", calls, last, x)
	}
	// A slope without end is left where the steps end.
	y := []float64{0}
	descend(y, func(x []float64) float64 { return -x[0] }, func(out, _ []float64) { out[0] = -1 }, 2, 1e-9)
	if !(y[0] > 0) || math.IsInf(y[0], 0) {
		t.Errorf("it ends at %v", y)
	}
	// Nowhere lower: it stays.
	y[0] = 3
	descend(y, func(x []float64) float64 { return math.Abs(x[0] - 3) }, func(out, _ []float64) { out[0] = 1 }, 5, 1e-9)
	shared.Same(t, "place", y[0], 3.)
}
