package matrix

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
)

// KMeansOptions say how many clusters to find and when to stop.
type KMeansOptions struct {
	// K is the number of clusters, at most the number of rows.
	K int
	// MaxIter bounds the iterations; 0 means 50.
	MaxIter int
	// Seed chooses the start.
	Seed uint64
	// Tol stops when an iteration lowers the inertia by a smaller fraction;
	// 0 means 1e-4.
	Tol float64
	// Spherical keeps centroids at length one, for rows of length one.
	Spherical bool
}

// KMeans is a partition of rows into clusters.
type KMeans struct {
	// Centroids is K×d.
	Centroids *Matrix
	// Assign holds the cluster of each row, the first among equally near ones.
	Assign []int32
	// Inertia is the sum of squared distances of rows to their centroids.
	Inertia float64
	// Iterations is the number of times that the centroids moved.
	Iterations int
}

// FitKMeans clusters the rows of x with Lloyd's algorithm from a k-means++ start
// (Arthur & Vassilvitskii 2007). A cluster that loses its last row restarts at
// the row that is farthest from its centroid.
func FitKMeans(ctx context.Context, x *Matrix, o KMeansOptions) (*KMeans, error) {
	if o.K < 1 || o.K > x.Rows {
		return nil, fmt.Errorf("k-means: %d clusters of %d rows; the number of clusters must be between 1 and the number of rows", o.K, x.Rows)
	}
	if o.MaxIter == 0 {
		o.MaxIter = 50
	}
	if o.Tol == 0 {
		o.Tol = 1e-4
	}
	m := &KMeans{Centroids: New(o.K, x.Cols), Assign: make([]int32, x.Rows)}
	if err := m.start(ctx, x, o); err != nil {
		return nil, err
	}
	distance := make([]float32, x.Rows)
	before := math.Inf(1)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.assign(x, distance)
		if m.Iterations == o.MaxIter || m.Iterations > 0 && before-m.Inertia <= o.Tol*before {
			return m, nil
		}
		before = m.Inertia
		m.move(x, distance, o.Spherical)
		m.Iterations++
	}
}

// start chooses centroids among the rows, each with a probability in proportion
// to its squared distance to those chosen before.
func (m *KMeans) start(ctx context.Context, x *Matrix, o KMeansOptions) error {
	random := rand.New(rand.NewPCG(o.Seed, 0x6b6d65616e73))
	nearest := make([]float64, x.Rows)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	next := random.IntN(x.Rows)
	for c := range o.K {
		if err := ctx.Err(); err != nil {
			return err
		}
		copy(m.Centroids.Row(c), x.Row(next))
		var total float64
		for i := range nearest {
			nearest[i] = min(nearest[i], float64(SquaredDistance(x.Row(i), x.Row(next))))
			total += nearest[i]
		}
		target := random.Float64() * total
		for i, v := range nearest {
			if target -= v; v > 0 {
				next = i
				if target <= 0 {
					break
				}
			}
		}
	}
	return nil
}

func (m *KMeans) assign(x *Matrix, distance []float32) {
	const block = 512
	norms := make([]float32, m.Centroids.Rows)
	for c := range norms {
		norms[c] = Dot(m.Centroids.Row(c), m.Centroids.Row(c))
	}
	Parallel(x.Rows, block, func(from, to int) {
		products := New(to-from, m.Centroids.Rows)
		multiply(products, rows(x.Slice(from, to)), columns(m.Centroids), true)
		for i := from; i < to; i++ {
			best, least := 0, float32(math.Inf(1))
			for c, p := range products.Row(i - from) {
				if d := norms[c] - 2*p; d < least {
					best, least = c, d
				}
			}
			m.Assign[i] = int32(best)
			distance[i] = SquaredDistance(x.Row(i), m.Centroids.Row(best))
		}
	})
	m.Inertia = 0
	for _, d := range distance {
		m.Inertia += float64(d)
	}
}

func (m *KMeans) move(x *Matrix, distance []float32, spherical bool) {
	k, d := m.Centroids.Rows, m.Centroids.Cols
	sums, counts := make([]float64, k*d), make([]int, k)
	for i, c := range m.Assign {
		counts[c]++
		sum := sums[int(c)*d : (int(c)+1)*d]
		for j, v := range x.Row(i) {
			sum[j] += float64(v)
		}
	}
	for c := range k {
		row := m.Centroids.Row(c)
		if counts[c] == 0 {
			far := TopK(distance, 1)[0]
			distance[far] = 0
			copy(row, x.Row(far))
			continue
		}
		for j := range row {
			row[j] = float32(sums[c*d+j] / float64(counts[c]))
		}
		if spherical {
			normalize(row)
		}
	}
}

func normalize(v []float32) {
	if length := float32(math.Sqrt(float64(Dot(v, v)))); length > 0 {
		for i := range v {
			v[i] /= length
		}
	}
}
