package matrix

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// blobs returns n rows around k centres and the centre of each row.
func blobs(n, d, k int, spread float64, seed uint64) (x *Matrix, truth []int) {
	r := rand.New(rand.NewPCG(seed, 5))
	centres := random(k, d, seed+1)
	x, truth = New(n, d), make([]int, n)
	for i := range n {
		truth[i] = r.IntN(k)
		row := x.Row(i)
		for j := range row {
			row[j] = 20 + 3*centres.Row(truth[i])[j] + float32(spread*r.NormFloat64())
		}
	}
	return x, truth
}

func TestKMeansFindsBlobs(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		x, truth := blobs(3000, 20, 12, 0.3, 1)
		m, err := FitKMeans(context.Background(), x, KMeansOptions{K: 36, Seed: 2})
		if err != nil {
			t.Fatal(err)
		}
		owner := map[int32]int{}
		for i, c := range m.Assign {
			if at, ok := owner[c]; ok && at != truth[i] {
				t.Fatalf("cluster %d holds rows of blobs %d and %d", c, at, truth[i])
			}
			owner[c] = truth[i]
		}
		checkAssignment(t, x, m)
	})
}

// checkAssignment compares with the naive nearest centroid in float64.
func checkAssignment(t *testing.T, x *Matrix, m *KMeans) {
	t.Helper()
	var inertia float64
	for i := range x.Rows {
		distance := func(c int) (sum float64) {
			for j, v := range x.Row(i) {
				d := float64(v) - float64(m.Centroids.Row(c)[j])
				sum += d * d
			}
			return sum
		}
		least := math.Inf(1)
		for c := range m.Centroids.Rows {
			least = min(least, distance(c))
		}
		own := distance(int(m.Assign[i]))
		inertia += own
		if own > least*(1+1e-4)+1e-4 {
			t.Fatalf("row %d is %v from its centroid and %v from the nearest", i, own, least)
		}
	}
	if math.Abs(inertia-m.Inertia) > 1e-3*inertia {
		t.Errorf("inertia is %v, want %v", m.Inertia, inertia)
	}
}

func TestKMeansBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x := random(3001, 30, 3)
	var want *KMeans
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		m, err := FitKMeans(context.Background(), x, KMeansOptions{K: 70, Seed: 4, MaxIter: 12})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = m
		}
		if !slices.Equal(m.Centroids.Data, want.Centroids.Data) || !slices.Equal(m.Assign, want.Assign) ||
			m.Inertia != want.Inertia || m.Iterations != want.Iterations {
			t.Errorf("the result depends on the number of processors")
		}
	}
	other, err := FitKMeans(context.Background(), x, KMeansOptions{K: 70, Seed: 5, MaxIter: 12})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(other.Centroids.Data, want.Centroids.Data) {
		t.Error("another seed gave the same centroids")
	}
}

func TestKMeansSpherical(t *testing.T) {
	x := random(500, 8, 1)
	for i := range x.Rows {
		normalize(x.Row(i))
	}
	m, err := FitKMeans(context.Background(), x, KMeansOptions{K: 9, Seed: 1, Spherical: true})
	if err != nil {
		t.Fatal(err)
	}
	for c := range m.Centroids.Rows {
		if n := Dot(m.Centroids.Row(c), m.Centroids.Row(c)); math.Abs(float64(n)-1) > 1e-5 {
			t.Errorf("centroid %d has squared length %v", c, n)
		}
	}
}

// TestKMeansReseedsEmptyClusters starts from duplicates, which leave clusters
// empty at once.
func TestKMeansReseedsEmptyClusters(t *testing.T) {
	x := New(64, 2)
	for i := range 64 {
		x.Row(i)[0] = float32(i % 8)
	}
	m := &KMeans{Centroids: New(8, 2), Assign: make([]int32, 64)}
	distance := make([]float32, 64)
	for range 9 {
		m.assign(context.Background(), x, distance)
		m.move(x, distance, false)
	}
	m.assign(context.Background(), x, distance)
	if m.Inertia != 0 {
		t.Errorf("eight clusters of eight points leave inertia %v", m.Inertia)
	}
	for _, k := range []int{1, 8, 9, 64} {
		m, err := FitKMeans(context.Background(), x, KMeansOptions{K: k, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if k >= 8 && m.Inertia != 0 {
			t.Errorf("%d clusters of eight points leave inertia %v", k, m.Inertia)
		}
	}
}

func TestKMeansRefuses(t *testing.T) {
	for _, k := range []int{-1, 0, 5} {
		if _, err := FitKMeans(context.Background(), random(4, 2, 1), KMeansOptions{K: k}); err == nil {
			t.Errorf("%d clusters of 4 rows gave no error", k)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := FitKMeans(ctx, random(400, 2, 1), KMeansOptions{K: 3}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled fit gave %v", err)
	}
	nan := random(100, 3, 1)
	nan.Data[7] = float32(math.NaN())
	if _, err := FitKMeans(context.Background(), nan, KMeansOptions{K: 3, MaxIter: 3}); err != nil {
		t.Errorf("a row that is not finite gave %v", err)
	}
}

func BenchmarkKMeansAssign(b *testing.B) {
	x := random(50000, 108, 1)
	m := &KMeans{Centroids: random(1000, 108, 2), Assign: make([]int32, 50000)}
	distance := make([]float32, 50000)
	for b.Loop() {
		m.assign(context.Background(), x, distance)
	}
	b.ReportMetric(2*50000*1000*108*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
