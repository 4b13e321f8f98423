package neighbor

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/errata-cv/errata/matrix"
)

// clusters returns n rows in k clouds, shuffled, and the cloud of each.
func clusters(n, d, k int, spread float64, seed uint64) (x *matrix.Matrix, cloud []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	centres := random(k, d, seed+1)
	x, cloud = matrix.New(n, d), make([]int, n)
	for i := range n {
		cloud[i] = r.IntN(k)
		for j := range d {
			x.Row(i)[j] = centres.Row(cloud[i])[j] + float32(spread*r.NormFloat64())
		}
	}
	return x, cloud
}

func meanStep(x *matrix.Matrix, order []int32) float64 {
	var sum float64
	for i := 1; i < len(order); i++ {
		sum += math.Sqrt(float64(matrix.SquaredDistance(x.Row(int(order[i-1])), x.Row(int(order[i])))))
	}
	return sum / float64(len(order)-1)
}

// greedyNearest goes to the nearest row not yet met: exact, in quadratic time.
func greedyNearest(x *matrix.Matrix, members []int32) []int32 {
	left, order := slices.Clone(members[1:]), []int32{members[0]}
	for len(left) > 0 {
		best, least := 0, float32(math.Inf(1))
		for i, m := range left {
			if d := matrix.SquaredDistance(x.Row(int(order[len(order)-1])), x.Row(int(m))); d < least {
				best, least = i, d
			}
		}
		order = append(order, left[best])
		left = slices.Delete(left, best, best+1)
	}
	return order
}

func graph(t testing.TB, x *matrix.Matrix, k int) *Graph {
	t.Helper()
	g, err := KNN(context.Background(), x, k, Euclidean, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func everyOther(n int) []int32 {
	var m []int32
	for i := 0; i < n; i += 2 {
		m = append(m, int32(i))
	}
	return m
}

func checkPermutation(t *testing.T, order, members []int32) {
	t.Helper()
	if !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(members))) {
		t.Fatalf("%d rows come back as another set of %d", len(members), len(order))
	}
}

// TestSeriateStandsLookAlikesTogether measures the order on clouds of rows.
func TestSeriateStandsLookAlikesTogether(t *testing.T) {
	x, cloud := clusters(1600, 16, 40, 0.25, 1)
	members := everyOther(1600)
	order := Seriate(x, members, graph(t, x, 10))
	checkPermutation(t, order, members)
	step, random, greedy := meanStep(x, order), meanStep(x, members), meanStep(x, greedyNearest(x, members))
	runs := 1
	for i := 1; i < len(order); i++ {
		if cloud[order[i]] != cloud[order[i-1]] {
			runs++
		}
	}
	t.Logf("mean step %.3f, unordered %.3f, greedy nearest %.3f; %d runs of 40 clouds", step, random, greedy, runs)
	if step > 0.25*random || step > greedy {
		t.Errorf("mean step %.3f, unordered %.3f, greedy nearest %.3f", step, random, greedy)
	}
	if runs > 44 {
		t.Errorf("40 clouds are torn into %d runs", runs)
	}
}

// TestSeriateWithoutGraph has only distances to go by, of few and of many rows.
func TestSeriateWithoutGraph(t *testing.T) {
	for n, limit := range map[int]float64{300: 0.35, exactEnds + 2000: 0.5} {
		x, _ := clusters(n, 8, n/20, 0.15, 2)
		members := make([]int32, n)
		for i := range members {
			members[i] = int32(i)
		}
		order := Seriate(x, members, nil)
		checkPermutation(t, order, members)
		step, random := meanStep(x, order), meanStep(x, members)
		t.Logf("%d rows: mean step %.3f, unordered %.3f", n, step, random)
		if step > limit*random {
			t.Errorf("%d rows: mean step %.3f, unordered %.3f", n, step, random)
		}
	}
}

// TestSeriateFindsTheLine orders points of a line without fault.
func TestSeriateFindsTheLine(t *testing.T) {
	const n = 500
	x := matrix.New(n, 3)
	place := rand.New(rand.NewPCG(3, 3)).Perm(n)
	for i, p := range place {
		x.Row(i)[0], x.Row(i)[1] = float32(p), float32(2*p)
	}
	members := make([]int32, n)
	for i := range members {
		members[i] = int32(i)
	}
	order := Seriate(x, members, graph(t, x, 4))
	for i := 1; i < n; i++ {
		if step := place[order[i]] - place[order[i-1]]; step*step != 1 {
			t.Fatalf("step %d goes from %d to %d", i, place[order[i-1]], place[order[i]])
		}
	}
}

func TestSeriateOfLittle(t *testing.T) {
	x := random(40, 3, 4)
	for i := 10; i < 30; i++ { // many equal rows
		copy(x.Row(i), x.Row(10))
	}
	for i := 30; i < 34; i++ {
		x.Row(i)[1] = float32(math.NaN())
	}
	g := graph(t, x, 3)
	for _, members := range [][]int32{
		nil, {7}, {9, 2}, {3, 2, 1}, {30, 31, 32, 33}, {10, 11, 12, 13, 14, 15},
		{39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 20, 19, 18, 17, 5, 6, 7},
	} {
		for _, graph := range []*Graph{g, nil} {
			checkPermutation(t, Seriate(x, members, graph), members)
		}
	}
}

func TestSeriateBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x, _ := clusters(1200, 10, 30, 0.3, 5)
	members := everyOther(1200)
	g := graph(t, x, 8)
	want := Seriate(x, members, g)
	shuffled := slices.Clone(members)
	slices.Reverse(shuffled)
	for _, procs := range []int{1, 3} {
		runtime.GOMAXPROCS(procs)
		if got := Seriate(x, shuffled, g); !slices.Equal(got, want) {
			t.Error("the order depends on the processors or on the order of the members")
		}
	}
}

func BenchmarkSeriate(b *testing.B) {
	x, _ := clusters(20000, 64, 500, 0.4, 6)
	members := make([]int32, x.Rows)
	for i := range members {
		members[i] = int32(i)
	}
	g := graph(b, x, 10)
	for b.Loop() {
		Seriate(x, members, g)
	}
}
