package features

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

// NonIIDOptions say how the order is tested.
type NonIIDOptions struct {
	// Permutations is how many random orders stand for chance; 0 stands for 25.
	Permutations int
	// Seed is that of numpy.random.seed.
	Seed uint32
	// Significance is the p-value below which the order is not random; 0 stands
	// for 0.05.
	Significance float64
	// Compat compares, as cleanlab does, the share of neighbours strictly before
	// each one, equal distances counted one after the other, with the share of
	// all pairs up to its distance. Distances are whole numbers, so that the two
	// differ even when the distributions are the same. The mended form takes the
	// shares up to each distance.
	Compat bool
}

// Order says whether neighbours stand nearer to each other in the order of the
// rows than chance would have it.
type Order struct {
	// KS is the largest difference between the distribution of |i − j| over all
	// rows i and neighbours j and that over all pairs, in [0, 1].
	KS float64
	// Permuted holds the same of each random order.
	Permuted []float64
	// P is the probability of a value as large as KS, from the Gaussian kernel
	// density of Permuted (Scott's rule).
	P float64
	// Issue tells that P is below the significance.
	Issue bool
	// Score is, for each row, low where its neighbours do not stand at random
	// places: 1 − tanh of the area between the distribution of the places of its
	// neighbours and that of all rows, as a share of the largest distance.
	Score []float64
	// Lowest is the row of the lowest score.
	Lowest int
}

// NonIID tests whether the order of the rows tells what they are: a change of
// camera, drift, one class after the other (Cummings et al., "Detecting Dataset
// Drift and Non-IID Sampling via k-Nearest Neighbors", 2023). The order must
// mean something: files sorted by folders of classes are never in a random one.
// It takes O(N·k) time for each permutation, and needs at least two rows.
func NonIID(g *neighbor.Graph, o NonIIDOptions) (*Order, error) {
	if err := checkGraph(g); err != nil {
		return nil, err
	}
	if o.Permutations == 0 {
		o.Permutations = 25
	}
	if o.Significance == 0 {
		o.Significance = 0.05
	}
	if o.Permutations < 2 || !(o.Significance > 0 && o.Significance < 1) {
		return nil, fmt.Errorf("%d permutations and significance %g were asked for; there must be at least 2 permutations and a significance between 0 and 1", o.Permutations, o.Significance)
	}
	n := g.Len()
	r := &Order{Permuted: make([]float64, o.Permutations)}
	m := newMersenne(o.Seed)
	orders := make([][]int32, o.Permutations)
	for i := range orders {
		orders[i] = m.permutation(n)
	}
	matrix.Parallel(len(orders), 1, func(from, to int) {
		for i := from; i < to; i++ {
			r.Permuted[i] = ks(g, orders[i], o.Compat)
		}
	})
	r.KS = ks(g, nil, o.Compat)
	r.P = tail(r.Permuted, r.KS)
	r.Issue = r.P < o.Significance
	r.Score = make([]float64, n)
	matrix.Parallel(n, 1024, func(from, to int) {
		steps := make([]int, 0, g.K+1)
		for i := from; i < to; i++ {
			r.Score[i] = placeScore(g, i, steps)
		}
	})
	r.Lowest = lowest(r.Score)
	return r, nil
}

func lowest(scores []float64) int {
	low := 0
	for i, s := range scores {
		if s < scores[low] {
			low = i
		}
	}
	return low
}

// ks compares the distances of neighbours in an order, nil for that of the
// rows, with those of all pairs.
func ks(g *neighbor.Graph, order []int32, compat bool) float64 {
	n := g.Len()
	at := func(i int32) int {
		if order == nil {
			return int(i)
		}
		return int(order[i])
	}
	count := make([]int, n)
	pairs := 0
	for i := range n {
		index, _ := g.Neighbors(i)
		for _, j := range index {
			count[abs(at(int32(i))-at(j))]++
		}
		pairs += len(index)
	}
	most, seen, expected := 0.0, 0, 0.0
	all := float64(n) * float64(n-1) / 2
	for d := 1; d < n; d++ {
		expected += float64(n-d) / all
		if compat && count[d] > 0 {
			most = max(most, math.Abs(float64(seen)/float64(pairs)-expected),
				math.Abs(float64(seen+count[d]-1)/float64(pairs)-expected))
		}
		seen += count[d]
		if !compat {
			most = max(most, math.Abs(float64(seen)/float64(pairs)-expected))
		}
	}
	return most
}

func abs(d int) int { return max(d, -d) }

// tail is the mass of the kernel density of values from x to 100. Where all
// values are equal there is no density: 1 up to that value, 0 beyond.
func tail(values []float64, x float64) float64 {
	n := float64(len(values))
	mean, square := 0.0, 0.0
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		square += (v - mean) * (v - mean)
	}
	sigma := math.Sqrt(square/(n-1)) * math.Pow(n, -0.2)
	if sigma < 1e-12 {
		if x <= mean+1e-12 {
			return 1
		}
		return 0
	}
	p := 0.0
	for _, v := range values {
		p += (normal((100-v)/sigma) - normal((x-v)/sigma)) / n
	}
	return min(1, max(0, p))
}

// normal is the cumulative distribution of the standard normal.
func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// placeScore is the score of row i; 1 when it has no neighbours. steps is
// scratch.
func placeScore(g *neighbor.Graph, i int, steps []int) float64 {
	index, _ := g.Neighbors(i)
	if len(index) == 0 {
		return 1
	}
	n := g.Len()
	steps = steps[:0]
	for _, j := range index {
		steps = append(steps, abs(i-int(j)))
	}
	slices.Sort(steps)
	steps = append(steps, n-1)
	near := min(i, n-1-i)
	area, last, under := 0.0, 0, 0.0
	for s, d := range steps {
		to := areaUnder(d, near, n)
		area += math.Abs(float64(s)/float64(len(index))*float64(d-last) - (to - under))
		last, under = d, to
	}
	return 1 - math.Tanh(area/float64(max(i, n-i)))
}

// areaUnder integrates, from 0 to x, the share of the other rows within a
// distance of one that has near rows on its shorter side: two rows a step up to
// there, then one, then none.
func areaUnder(x, near, n int) float64 {
	rest, d, v := float64(n-1), float64(near), float64(x)
	if x <= near {
		return v * v / rest
	}
	far := min(v, rest-d)
	area := d*d/rest + (far+3*d)*(far-d)/2/rest
	return area + v - far
}

// checkGraph tells what is wrong with a graph.
func checkGraph(g *neighbor.Graph) error {
	if g == nil || g.K < 1 || g.Len() < 2 {
		return fmt.Errorf("the neighbour graph must have at least two rows and one neighbour for each")
	}
	n := g.Len()
	if len(g.Index) != n*g.K || len(g.Distance) != len(g.Index) {
		return fmt.Errorf("the neighbour graph holds %d neighbours and %d distances for %d rows of %d", len(g.Index), len(g.Distance), n, g.K)
	}
	found := false
	for i := range n {
		index, distance := g.Neighbors(i)
		for p, j := range index {
			switch {
			case int(j) >= n || int(j) == i:
				return fmt.Errorf("row %d has the neighbour %d; neighbours are other rows, 0 to %d", i, j, n-1)
			case !(distance[p] >= 0):
				return fmt.Errorf("neighbour %d of row %d is at the distance %g; distances are not negative", j, i, distance[p])
			}
			found = true
		}
	}
	if !found {
		return fmt.Errorf("no row has a neighbour: no two rows have finite values")
	}
	return nil
}

// checkLabels tells what is wrong with n labels of k classes.
func checkLabels(labels []int, n, k int) error {
	if len(labels) != n || n == 0 {
		return fmt.Errorf("there are %d labels for %d rows; each row needs one, and there must be one row", len(labels), n)
	}
	for i, y := range labels {
		if y < 0 || y >= k {
			return fmt.Errorf("label %d is class %d, but there are classes 0 to %d", i, y, k-1)
		}
	}
	return nil
}

// none is the cluster of what belongs to none.
const none = dataset.None
