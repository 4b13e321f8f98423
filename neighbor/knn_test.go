package neighbor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/matrix"
)

func random(n, d int, seed uint64) *matrix.Matrix {
	r := rand.New(rand.NewPCG(seed, 0))
	x := matrix.New(n, d)
	for i := range x.Data {
		x.Data[i] = float32(r.NormFloat64())
	}
	return x
}

// naive measures all pairs in float64.
func naive(x *matrix.Matrix, metric Metric) [][]float64 {
	distance := make([][]float64, x.Rows)
	for i := range distance {
		distance[i] = make([]float64, x.Rows)
		for j := range distance[i] {
			var dot, a, b, square float64
			for c, v := range x.Row(i) {
				v, w := float64(v), float64(x.Row(j)[c])
				dot, a, b, square = dot+v*w, a+v*v, b+w*w, square+(v-w)*(v-w)
			}
			switch {
			case metric == Euclidean:
				distance[i][j] = math.Sqrt(square)
			case a == 0 || b == 0:
				distance[i][j] = 1
			default:
				distance[i][j] = 1 - dot/math.Sqrt(a*b)
			}
		}
	}
	return distance
}

func TestKNNEqualsNaive(t *testing.T) {
	for _, metric := range []Metric{Cosine, Euclidean} {
		for _, s := range []struct{ n, d, k int }{{1, 3, 2}, {2, 3, 1}, {5, 2, 9}, {130, 17, 10}, {1300, 5, 3}} {
			x := random(s.n, s.d, 1)
			for i := range x.Data {
				x.Data[i] += 30 // far from the origin, where rounding hurts
			}
			for i := 3; i < s.n; i += 7 { // equal rows
				copy(x.Row(i), x.Row(i/2))
			}
			if s.n > 20 {
				clear(x.Row(11))
			}
			g, err := KNN(context.Background(), x, s.k, metric, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range naive(x, metric) {
				checkNeighbors(t, g, i, row, fmt.Sprintf("%v %v", metric, s))
			}
		}
	}
}

// checkNeighbors compares the neighbours of row i with its true distances.
func checkNeighbors(t *testing.T, g *Graph, i int, distance []float64, name string) {
	t.Helper()
	others := make([]int, 0, len(distance))
	for j := range distance {
		if j != i {
			others = append(others, j)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int { return cmp.Compare(distance[a], distance[b]) })
	index, got := g.Neighbors(i)
	if len(index) != min(g.K, len(others)) {
		t.Fatalf("%s: row %d has %d neighbours", name, i, len(index))
	}
	for place, j := range index {
		want := distance[others[place]]
		if int(j) == i || math.Abs(distance[j]-want) > 1e-5 || math.Abs(float64(got[place])-want) > 1e-5 {
			t.Fatalf("%s: neighbour %d of row %d is %d at %v, truly at %v, want distance %v",
				name, place, i, j, got[place], distance[j], want)
		}
		if place > 0 && (got[place] < got[place-1] || got[place] == got[place-1] && j <= index[place-1]) {
			t.Fatalf("%s: neighbours %v of row %d at %v are out of order", name, index, i, got)
		}
	}
}

// TestEqualRowsAreAtZero also checks that of many equal rows the first are kept.
func TestEqualRowsAreAtZero(t *testing.T) {
	for _, metric := range []Metric{Cosine, Euclidean} {
		x := random(1500, 33, 2)
		for i := 100; i < 200; i++ {
			copy(x.Row(i), x.Row(100))
		}
		g, err := KNN(context.Background(), x, 5, metric, nil)
		if err != nil {
			t.Fatal(err)
		}
		index, distance := g.Neighbors(150)
		if !slices.Equal(index, []int32{100, 101, 102, 103, 104}) || !slices.Equal(distance, make([]float32, 5)) {
			t.Errorf("%v: neighbours of an equal row are %v at %v", metric, index, distance)
		}
	}
}

func TestRowsThatAreNotFiniteHaveNoNeighbors(t *testing.T) {
	for _, metric := range []Metric{Cosine, Euclidean} {
		x := random(50, 4, 3)
		x.Row(7)[1] = float32(math.NaN())
		x.Row(8)[0] = float32(math.Inf(-1))
		x.Row(9)[0] = math.MaxFloat32
		g, err := KNN(context.Background(), x, 60, metric, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			index, _ := g.Neighbors(i)
			want := 46
			if i >= 7 && i <= 9 {
				want = 0
			}
			if len(index) != want || slices.Contains(index, 7) || slices.Contains(index, 8) {
				t.Errorf("%v: row %d has neighbours %v", metric, i, index)
			}
		}
		if g.Index[7*60] != -1 || !math.IsInf(float64(g.Distance[7*60]), 1) {
			t.Errorf("%v: places without neighbour hold %d at %v", metric, g.Index[7*60], g.Distance[7*60])
		}
	}
}

func TestKNNBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x := random(2100, 19, 4)
	var want *Graph
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		g, err := KNN(context.Background(), x, 6, Euclidean, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = g
		}
		if !slices.Equal(g.Index, want.Index) || !slices.Equal(g.Distance, want.Distance) {
			t.Error("the graph depends on the number of processors")
		}
	}
}

func TestKNNRefusesAndReports(t *testing.T) {
	x := random(3000, 2, 5)
	if _, err := KNN(context.Background(), x, 0, Cosine, nil); err == nil {
		t.Error("no neighbours gave no error")
	}
	if _, err := KNN(context.Background(), x, 1, Metric(9), nil); err == nil {
		t.Error("an unknown metric gave no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	var seen []int
	_, err := KNN(ctx, x, 3, Cosine, func(done, total int) {
		seen = append(seen, done, total)
		cancel()
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(seen, []int{corpusBlock, 3000}) {
		t.Errorf("cancelled after one block: %v, progress %v", err, seen)
	}
	g, err := KNN(context.Background(), matrix.New(0, 4), 3, Cosine, nil)
	if err != nil || g.Len() != 0 {
		t.Errorf("no rows: %v", err)
	}
}

func TestGoldenKNN(t *testing.T) {
	raw, err := os.ReadFile(shared.Dir(t, "golden", "knn.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Features  [][]float32 `json:"features"`
		Distances [][]float64 `json:"knn_distances"`
		Indices   [][]int32   `json:"knn_indices"`
	}
	if err := json.Unmarshal(raw, &golden); err != nil {
		t.Fatal(err)
	}
	x := matrix.New(len(golden.Features), len(golden.Features[0]))
	for i, f := range golden.Features {
		copy(x.Row(i), f)
	}
	g, err := KNN(context.Background(), x, len(golden.Indices[0]), Cosine, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range golden.Distances {
		index, distance := g.Neighbors(i)
		for place := range want {
			if math.Abs(float64(distance[place])-want[place]) > 1e-6 {
				t.Fatalf("row %d: distances %v, want %v", i, distance, want)
			}
			// Where the next is equally near, the order is free.
			alone := (place == 0 || want[place]-want[place-1] > 1e-6) && (place+1 < len(want) && want[place+1]-want[place] > 1e-6)
			if alone && index[place] != golden.Indices[i][place] {
				t.Fatalf("row %d: neighbours %v, want %v", i, index, golden.Indices[i])
			}
		}
	}
}

func TestComponents(t *testing.T) {
	got := Components(7, [][2]int32{{5, 2}, {6, 5}, {3, 4}, {3, 3}, {4, 3}})
	if want := []int32{0, 1, 2, 3, 3, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("components are %v, want %v", got, want)
	}
	if got := Components(0, nil); len(got) != 0 {
		t.Errorf("components of nothing are %v", got)
	}
	chain := make([][2]int32, 0, 9999)
	for i := range 9999 {
		chain = append(chain, [2]int32{int32(9999 - i), int32(9998 - i)})
	}
	for i, c := range Components(10000, chain) {
		if c != 0 {
			t.Fatalf("node %d of a chain is in component %d", i, c)
		}
	}
}

func BenchmarkKNN(b *testing.B) {
	x := random(20000, 128, 1)
	for b.Loop() {
		if _, err := KNN(context.Background(), x, 10, Cosine, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(2*20000*20000*128*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
