package rank

import (
	"math"

	"github.com/errata-cv/errata/matrix"
)

const (
	// anchorShare is the share of a class's size that serves as its anchors.
	anchorShare = 0.1
	// priorAnchors is how many anchors the prior counts as.
	priorAnchors = 5
	// priorRight and priorWrong are what is supposed of the labels before any
	// is seen, in anchors: with a handful of pictures, whose anchors are no
	// better than chance, about one label in ten is wrong.
	priorRight, priorWrong = 9, 1
)

// noise is an estimate of how labels go wrong: the probability of each given
// class for each true class. Most entries of a row are the same small number.
type noise struct {
	rest   []float64   // of true class k, every given class not listed
	listed [][]listing // of given class y, ascending in true
	anchor []int       // number of anchors of true class k
	seen   int         // anchors with another label
	wrong  []float64   // estimated share of the pictures of class k with another label
}

type listing struct {
	true  int
	value float64
}

// estimateNoise looks at the anchors of each class, the pictures that the model
// is most sure belong to it, and counts which labels they were given (Patrini
// et al. 2017 use the single most certain picture). Even a weak model is right
// about its anchors, so what their labels disagree with is noise. The counts
// are shrunk towards the mean over all classes.
func estimateNoise(y []int, probs *matrix.Matrix) *noise {
	k := probs.Cols
	sizes := make([]int, k)
	for _, c := range y {
		sizes[c]++
	}
	counts := make([]map[int]int, k)
	anchors := make([]int, k)
	column := make([]float32, probs.Rows)
	total, right := 0.0, 0.0
	for c := range k {
		m := int(math.Round(anchorShare * float64(sizes[c])))
		if sizes[c] > 0 {
			m = max(m, 1)
		}
		for i := range column {
			column[i] = probs.Row(i)[c]
		}
		counts[c] = map[int]int{}
		anchors[c] = m
		for _, i := range matrix.TopK(column, m) {
			counts[c][y[i]]++
		}
		total += float64(m)
		right += float64(counts[c][c])
	}
	seen := int(total - right)
	share := (right + priorRight) / (total + priorRight + priorWrong)
	n := &noise{rest: make([]float64, k), listed: make([][]listing, k), anchor: anchors, seen: seen, wrong: make([]float64, k)}
	for c := range k {
		all := float64(anchors[c] + priorAnchors)
		other := 0.0
		if k > 1 {
			other = priorAnchors * (1 - share) / float64(k-1)
		}
		n.rest[c] = other / all
		for g := range k {
			v := other
			if g == c {
				v = priorAnchors * share
			} else if counts[c][g] == 0 {
				continue
			}
			n.listed[g] = append(n.listed[g], listing{c, (v + float64(counts[c][g])) / all})
		}
		n.wrong[c] = 1 - (priorAnchors*share+float64(counts[c][c]))/all
	}
	return n
}

// temper raises the estimate to the power at which it counts.
func (n *noise) temper() {
	power := tempering * float64(n.seen) / float64(n.seen+someWrong)
	for i := range n.rest {
		n.rest[i] = math.Pow(n.rest[i], power)
	}
	for _, l := range n.listed {
		for i := range l {
			l[i].value = math.Pow(l[i].value, power)
		}
	}
}
