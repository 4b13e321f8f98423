package matrix

import (
	"context"
	"fmt"
	"math"
)

// KMeansOptions say how many clusters to find and when to stop.
type KMeansOptions struct {
	// K is the number of clusters, between 1 and the number of rows.
	K int
	// MaxIter bounds the iterations; 0 means 50.
	MaxIter int
	// Seed chooses the start.
	Seed uint64
	// Tol stops when an iteration lowers the inertia by a smaller fraction;
	// 0 means 1e-4.
	Tol float64
	// Spherical scales centroids to length one. It clusters rows of length
	// one by their angles.
	Spherical bool
}

// KMeans is a partition of rows into clusters.
type KMeans struct {
	// Centroids is K×d.
	Centroids *Matrix
	// Assign holds the cluster of each row, the first of equally near ones.
	Assign []int32
	// Inertia is the sum of squared distances of rows to their centroids.
	Inertia float64
	// Iterations is the number of times that the centroids moved.
	Iterations int
}

// FitKMeans clusters the rows of x with Lloyd's algorithm from a k-means++ start
// (Arthur & Vassilvitskii 2007) on a sample of them. A cluster that loses its
// last row restarts at a row that is far from its centroid. It fails when K does
// not fit the rows or ctx ends.
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
	m := &KMeans{Assign: make([]int32, x.Rows)}
	var err error
	if m.Centroids, err = spread(ctx, x, o.K, o.Seed); err != nil {
		return nil, err
	}
	distance := make([]float32, x.Rows)
	before := math.Inf(1)
	for {
		m.assign(ctx, x, distance)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		settled := m.Iterations > 0 && before-m.Inertia <= o.Tol*before
		if settled || m.Iterations == o.MaxIter {
			return m, nil
		}
		before = m.Inertia
		m.move(x, distance, o.Spherical)
		m.Iterations++
	}
}

// assign finds the nearest centroid of every row and its squared distance. With
// μ the mean centroid and c' = c−μ, the nearest is the one with the largest
// x·c' − μ·c' − ‖c'‖²/2: less is lost to rounding than without μ.
func (m *KMeans) assign(ctx context.Context, x *Matrix, distance []float32) {
	const block = rowBlock
	k, d := m.Centroids.Rows, m.Centroids.Cols
	mean := columnMeans(m.Centroids)
	shifted, bias := New(k, d), make([]float32, k)
	for c := range k {
		var sum float64
		row := shifted.Row(c)
		for j, v := range m.Centroids.Row(c) {
			row[j] = v - mean[j]
			sum += float64(row[j]) * (float64(mean[j]) + float64(row[j])/2)
		}
		bias[c] = float32(-sum)
	}
	packed := Pack(shifted)
	defer packed.Free()
	Parallel(x.Rows, block, func(from, to int) {
		if ctx.Err() != nil {
			return
		}
		b := borrow((to - from) * k)
		defer giveBack(b)
		scores := Wrap(to-from, k, b.data)
		for i := range scores.Rows {
			copy(scores.Row(i), bias)
		}
		packed.AddMulT(scores, x.Slice(from, to))
		for i := from; i < to; i++ {
			nearest := ArgMax(scores.Row(i - from))
			m.Assign[i] = int32(nearest)
			distance[i] = SquaredDistance(x.Row(i), m.Centroids.Row(nearest))
		}
	})
	m.Inertia = 0
	for _, v := range distance {
		m.Inertia += float64(v)
	}
}

// move sets each centroid to the mean of its rows, summed in order in float64.
func (m *KMeans) move(x *Matrix, distance []float32, spherical bool) {
	k, d := m.Centroids.Rows, m.Centroids.Cols
	start := make([]int, k+1) // where the members of each cluster begin
	for _, c := range m.Assign {
		start[c+1]++
	}
	var empty []int
	for c := range k {
		if start[c+1] == 0 {
			empty = append(empty, c)
		}
		start[c+1] += start[c]
	}
	members, next := make([]int32, x.Rows), append([]int(nil), start...)
	for i, c := range m.Assign {
		members[next[c]] = int32(i)
		next[c]++
	}
	Parallel(k, 4, func(from, to int) {
		sum := make([]float64, d)
		for c := from; c < to; c++ {
			own := members[start[c]:start[c+1]]
			if len(own) == 0 {
				continue
			}
			clear(sum)
			for _, i := range own {
				for j, v := range x.Row(int(i)) {
					sum[j] += float64(v)
				}
			}
			row := m.Centroids.Row(c)
			for j, s := range sum {
				row[j] = float32(s / float64(len(own)))
			}
			if spherical {
				normalize(row)
			}
		}
	})
	for n, far := range TopK(distance, len(empty)) {
		if distance[far] > 0 {
			copy(m.Centroids.Row(empty[n]), x.Row(far))
		}
	}
}
