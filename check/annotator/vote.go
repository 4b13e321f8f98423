package annotator

import (
	"math/rand/v2"
	"slices"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// MajorityVote returns the class that most annotators chose for each image, and
// dataset.None for images without labels. Ties go, in this order, to the class
// that the model finds most probable (where models are given; several are
// averaged), that has the fewest labels in all, whose annotators agree most with
// the vote on images without ties, and last to chance with the seed. The same
// seed gives the same answer for an image whatever the others are.
func MajorityVote(l *Labels, models []class.Probs, seed uint64) ([]int, error) {
	ms, err := newModels(l, models)
	if err != nil {
		return nil, err
	}
	return widen(l.vote(ms.mean, seed)), nil
}

// vote is MajorityVote. mean gives the mean probabilities of an image, or is
// nil.
func (l *Labels) vote(mean func(i int) []float64, seed uint64) []int32 {
	b := l.ballot(nil)
	tied := b.tied
	if mean != nil {
		tied = narrow(tied, b.winner, func(i int, c int32) float64 { return mean(i)[c] })
	}
	if len(tied) == 0 {
		return b.winner
	}
	b.settle(l, tied, seed)
	return b.winner
}

// ballot is a count of votes: the winner of each image, or None where there is
// a tie or no label, and the classes tied.
type ballot struct {
	winner []int32
	tied   []tie
}

// tie is an image and the classes that may still win, ascending.
type tie struct {
	image   int
	classes []int32
}

// ballot counts the labels of each image, each with the weight of its
// annotator; nil weighs all the same. Only classes with a label can win.
func (l *Labels) ballot(weight []float64) ballot {
	b := ballot{winner: make([]int32, l.images)}
	grain, count := l.blocks()
	ties := make([][]tie, count)
	matrix.Parallel(l.images, grain, func(from, to int) {
		sum := make([]float64, l.classes)
		var chosen []int32
		for i := from; i < to; i++ {
			by, classes := l.Of(i)
			chosen = chosen[:0]
			for at, c := range classes {
				if !slices.Contains(chosen, c) {
					chosen, sum[c] = append(chosen, c), 0
				}
				if weight == nil {
					sum[c]++
				} else {
					sum[c] += weight[by[at]]
				}
			}
			slices.Sort(chosen)
			best := most(chosen, func(c int32) float64 { return sum[c] })
			switch len(best) {
			case 0:
				b.winner[i] = dataset.None
			case 1:
				b.winner[i] = best[0]
			default:
				b.winner[i] = dataset.None
				ties[from/grain] = append(ties[from/grain], tie{i, slices.Clone(best)})
			}
		}
	})
	b.tied = slices.Concat(ties...)
	return b
}

// most returns the classes with the largest value. It uses the memory of
// classes.
func most(classes []int32, value func(c int32) float64) []int32 {
	best := classes[:0]
	high := 0.0
	for _, c := range classes {
		switch v := value(c); {
		case len(best) == 0 || v > high:
			best, high = append(best[:0], c), v
		case v == high:
			best = append(best, c)
		}
	}
	return best
}

// narrow keeps the classes of the largest value in each tie, names the winner
// where one is left, and returns the ties that remain.
func narrow(tied []tie, winner []int32, value func(i int, c int32) float64) []tie {
	var left []tie
	for _, t := range tied {
		t.classes = most(t.classes, func(c int32) float64 { return value(t.image, c) })
		if len(t.classes) == 1 {
			winner[t.image] = t.classes[0]
		} else {
			left = append(left, t)
		}
	}
	return left
}

// settle decides ties that a model could not: for the rarer class, for the
// annotators who agree with the winners so far without ties, by chance.
func (b *ballot) settle(l *Labels, tied []tie, seed uint64) {
	total := make([]int, l.classes)
	for _, c := range l.class {
		total[c]++
	}
	clear := make([]bool, l.images)
	for i := range clear {
		clear[i] = l.count(i) > 0
	}
	for _, t := range b.tied {
		clear[t.image] = false
	}
	tied = narrow(tied, b.winner, func(_ int, c int32) float64 { return -float64(total[c]) })
	if len(tied) == 0 {
		return
	}
	skill := l.agreementWith(b.winner, clear)
	tied = narrow(tied, b.winner, func(i int, c int32) float64 {
		sum, n := 0.0, 0
		by, classes := l.Of(i)
		for at, k := range classes {
			if k == c {
				sum, n = sum+skill[by[at]], n+1
			}
		}
		return sum / float64(n)
	})
	for _, t := range tied {
		r := rand.New(rand.NewPCG(seed, uint64(t.image)))
		b.winner[t.image] = t.classes[r.IntN(len(t.classes))]
	}
}

// agreementWith returns the share of each annotator's labels that are those of
// the winners, over the images told, and the mean over the others for annotators
// who have none there; 1 when nobody has.
func (l *Labels) agreementWith(winner []int32, use []bool) []float64 {
	agree, n := make([]int, l.annotators), make([]int, l.annotators)
	for i := range l.images {
		if !use[i] {
			continue
		}
		by, classes := l.Of(i)
		for at, j := range by {
			n[j]++
			if classes[at] == winner[i] {
				agree[j]++
			}
		}
	}
	return shares(agree, n)
}

// shares divides part by whole. Where whole is 0 it gives the mean of the other
// shares, or 1 when there are none.
func shares(part, whole []int) []float64 {
	out := make([]float64, len(part))
	sum, n := 0.0, 0
	for j, w := range whole {
		if w > 0 {
			out[j] = float64(part[j]) / float64(w)
			sum, n = sum+out[j], n+1
		}
	}
	mean := 1.0
	if n > 0 {
		mean = sum / float64(n)
	}
	for j, w := range whole {
		if w == 0 {
			out[j] = mean
		}
	}
	return out
}

func widen(narrow []int32) []int {
	out := make([]int, len(narrow))
	for i, v := range narrow {
		out[i] = int(v)
	}
	return out
}
