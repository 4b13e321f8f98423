package matrix

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// stretched returns rows whose variance along hidden orthonormal directions is
// given, about a mean far from the origin, and the directions.
func stretched(n, d int, variance []float64, seed uint64) (x, directions *Matrix) {
	r := rand.New(rand.NewPCG(seed, 9))
	directions = random(len(variance), d, seed+1)
	orthonormalize(directions, r)
	x = New(n, d)
	for i := range n {
		row := x.Row(i)
		for j := range row {
			row[j] = 7 + 0.01*float32(r.NormFloat64())
		}
		for c, v := range variance {
			Axpy(float32(math.Sqrt(v)*r.NormFloat64()), directions.Row(c), row)
		}
	}
	return x, directions
}

func checkOrthonormal(t *testing.T, m *Matrix) {
	t.Helper()
	for i := range m.Rows {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if got := float64(Dot(m.Row(i), m.Row(j))); math.Abs(got-want) > 1e-5 {
				t.Fatalf("rows %d and %d have product %v", i, j, got)
			}
		}
	}
}

func TestPCAFindsDirections(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		variance := []float64{100, 49, 25, 9, 4}
		for _, s := range []struct{ n, d, k int }{
			{2000, 40, 5},   // all eigenvectors
			{1500, 300, 4},  // subspace of the covariance
			{250, 1100, 5},  // subspace without the covariance
			{3000, 130, 70}, // most directions are noise
		} {
			x, directions := stretched(s.n, s.d, variance, 3)
			p := FitPCA(x, s.k, 1)
			checkOrthonormal(t, p.Components)
			y := p.Transform(x)
			for c := range min(s.k, len(variance)) {
				along := make([]float32, len(variance))
				for i := range along {
					along[i] = Dot(p.Components.Row(c), directions.Row(i))
				}
				var mean, square float64
				for i := range y.Rows {
					v := float64(y.Row(i)[c])
					mean += v / float64(y.Rows)
					square += v * v / float64(y.Rows-1)
				}
				if math.Abs(mean) > 1e-3 || math.Abs(square/float64(p.Variance[c])-1) > 1e-3 {
					t.Errorf("%v component %d: coordinates have mean %v and variance %v, want 0 and %v", s, c, mean, square, p.Variance[c])
				}
				if got := math.Abs(float64(along[c])); got < 0.97 {
					t.Errorf("%v component %d lies along %v", s, c, along)
				}
			}
			if !slices.IsSortedFunc(p.Variance, func(a, b float32) int { return int(math.Copysign(1, float64(b-a))) }) {
				t.Errorf("%v: variances %v do not descend", s, p.Variance)
			}
		}
	})
}

// TestSubspaceEqualsEigen compares the iteration with the full solution.
func TestSubspaceEqualsEigen(t *testing.T) {
	variance := make([]float64, 60)
	for i := range variance {
		variance[i] = 50 * math.Pow(0.9, float64(i))
	}
	x, _ := stretched(3000, 160, variance, 5)
	c := covariance(x, columnMeans(x))
	want, _ := Eigen(c)
	p := FitPCA(x, 30, 2)
	for i, v := range p.Variance {
		if math.Abs(float64(v/want[i]-1)) > 2e-3 {
			t.Errorf("variance %d is %v, want %v", i, v, want[i])
		}
	}
}

func TestPCAOfLittle(t *testing.T) {
	flat := New(300, 200) // no variance at all
	for i := range flat.Data {
		flat.Data[i] = 3
	}
	line := New(300, 200) // rank one
	for i := range 300 {
		line.Row(i)[17] = float32(i)
	}
	for name, x := range map[string]*Matrix{
		"flat": flat, "line": line, "one row": random(1, 150, 1), "two rows": random(2, 1500, 1),
		"no rows": New(0, 5), "one column": random(9, 1, 1),
	} {
		p := FitPCA(x, 20, 1)
		k := min(20, x.Rows, x.Cols)
		if p.Components.Rows != k || p.Components.Cols != x.Cols || len(p.Variance) != k || len(p.Mean) != x.Cols {
			t.Fatalf("%s: %d×%d components, %d variances, want %d", name, p.Components.Rows, p.Components.Cols, len(p.Variance), k)
		}
		checkOrthonormal(t, p.Components)
		for i, v := range p.Variance {
			if v < 0 || v != v || name == "line" && i > 0 && v > 0.01 {
				t.Errorf("%s: variance %d is %v", name, i, v)
			}
		}
		if y := p.Transform(x); y.Rows != x.Rows || y.Cols != k {
			t.Errorf("%s: transformed to %d×%d", name, y.Rows, y.Cols)
		}
	}
}

func TestPCABits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, s := range [][2]int{{2500, 60}, {2500, 200}, {200, 1200}} {
		x := random(s[0], s[1], 4)
		var want *PCA
		for _, procs := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(procs)
			p := FitPCA(x, 12, 8)
			if want == nil {
				want = p
			}
			if !slices.Equal(p.Components.Data, want.Components.Data) || !slices.Equal(p.Variance, want.Variance) ||
				!slices.Equal(p.Transform(x).Data, want.Transform(x).Data) {
				t.Errorf("%v: the result depends on the number of processors", s)
			}
		}
	}
}

func TestEigen(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 17, 50} {
		a := random(n, n, uint64(n))
		for i := range n {
			for j := range i {
				a.Data[i*n+j] = a.Data[j*n+i]
			}
		}
		values, vectors := Eigen(a)
		checkOrthonormal(t, vectors)
		image := New(n, n)
		Mul(image, vectors, a)
		for i := range n {
			for j, v := range vectors.Row(i) {
				if math.Abs(float64(image.Row(i)[j]-values[i]*v)) > 1e-4 {
					t.Fatalf("order %d: vector %d is no eigenvector of %v", n, i, values[i])
				}
			}
			if i > 0 && values[i] > values[i-1] {
				t.Fatalf("order %d: values %v do not descend", n, values)
			}
		}
	}
}

func BenchmarkPCA(b *testing.B) {
	x := random(10000, 1000, 1)
	for b.Loop() {
		FitPCA(x, 64, 1)
	}
}
