package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// useKernel runs the rest of the test with one kernel.
func useKernel(t testing.TB, k *kernel) {
	before := active
	active = k
	t.Cleanup(func() { active = before })
}

// eachKernel runs f with every kernel that this processor has.
func eachKernel(t *testing.T, f func(t *testing.T)) {
	for _, k := range kernels() {
		t.Run(k.name, func(t *testing.T) {
			useKernel(t, k)
			f(t)
		})
	}
}

func random(rows, cols int, seed uint64) *Matrix {
	r := rand.New(rand.NewPCG(seed, 0))
	m := New(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

func transposed(m *Matrix) *Matrix {
	t := New(m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			t.Data[j*t.Cols+i] = v
		}
	}
	return t
}

// lengths are the sizes at which blocking can go wrong: nothing, one, primes,
// and the neighbours of tile widths.
var lengths = []int{0, 1, 2, 3, 5, 8, 11, 12, 13, 16, 17, 31, 33}

// TestProducts compares every product with the naive one in float64.
func TestProducts(t *testing.T) {
	for _, m := range lengths {
		for _, n := range lengths {
			for _, k := range lengths {
				testProduct(t, m, n, k)
			}
		}
	}
	for _, s := range [][3]int{
		{1, 1, 1000}, {193, 3, 383}, {192, 33, 384}, {7, 2049, 5}, {33, 4100, 7},
		{200, 67, 385}, {10, 120, 1500}, {120, 10, 1500}, {97, 64, 770}, {1009, 37, 24},
	} {
		testProduct(t, s[0], s[1], s[2])
	}
}

func testProduct(t *testing.T, m, n, k int) {
	t.Helper()
	a, b := random(m, k, uint64(m*7+k)), random(k, n, uint64(n*5+k))
	at, bt := transposed(a), transposed(b)
	want, slack := make([]float64, m*n), make([]float64, m*n)
	for i := range m {
		for j := range n {
			sum, size := 0.0, 0.0
			for p, x := range a.Row(i) {
				v := float64(x) * float64(bt.Data[j*k+p])
				sum += v
				size += math.Abs(v)
			}
			want[i*n+j], slack[i*n+j] = sum, 1e-6*size
		}
	}
	const guard = 9
	nan := float32(math.NaN()) // must be overwritten in dst and stay after it
	stale := slices.Repeat([]float32{nan}, m*n+guard)
	data := make([]float32, m*n+guard)
	dst := Wrap(m, n, data[:m*n])
	products := []struct {
		name string
		run  func()
	}{
		{"Mul", func() { Mul(dst, a, b) }},
		{"MulT", func() { MulT(dst, a, bt) }},
		{"TMul", func() { TMul(dst, at, b) }},
	}
	defer func(k *kernel) { active = k }(active)
	for _, active = range kernels() {
		for _, product := range products {
			copy(data, stale)
			product.run()
			for i, v := range dst.Data {
				if !(math.Abs(float64(v)-want[i]) <= slack[i]) {
					t.Fatalf("%s %s %d×%d×%d at %d: %v, want %v", active.name, product.name, m, n, k, i, v, want[i])
				}
			}
			for i, v := range data[m*n:] {
				if v == v {
					t.Fatalf("%s %s %d×%d×%d wrote %d values past its end", active.name, product.name, m, n, k, i+1)
				}
			}
		}
	}
}

// TestProductBits checks the promise of the package comment: an element has the
// same bits whatever the processors, the shape around it and the operand order.
func TestProductBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	eachKernel(t, func(t *testing.T) {
		a, b := random(153, 600, 1), random(600, 111, 2)
		at, bt := transposed(a), transposed(b)
		var want *Matrix
		for _, procs := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(procs)
			mul, mult, tmul := New(153, 111), New(153, 111), New(153, 111)
			Mul(mul, a, b)
			MulT(mult, a, bt)
			TMul(tmul, at, b)
			if want == nil {
				want = mul
			}
			for name, got := range map[string]*Matrix{"Mul": mul, "MulT": mult, "TMul": tmul} {
				if !slices.Equal(got.Data, want.Data) {
					t.Errorf("%s differs on %d processors", name, procs)
				}
			}
			for _, rows := range [][2]int{{0, 1}, {5, 18}, {100, 153}} {
				part := New(rows[1]-rows[0], 111)
				Mul(part, a.Slice(rows[0], rows[1]), b)
				if !slices.Equal(part.Data, want.Slice(rows[0], rows[1]).Data) {
					t.Errorf("rows %v alone differ on %d processors", rows, procs)
				}
			}
			column := New(153, 1)
			Mul(column, a, Wrap(600, 1, bt.Row(77)))
			for i, v := range column.Data {
				if v != want.Data[i*111+77] {
					t.Fatalf("a column alone differs on %d processors", procs)
				}
			}
		}
	})
}

// TestVectorKernelsAgree holds because they add in the same order.
func TestVectorKernelsAgree(t *testing.T) {
	list := kernels()
	if len(list) < 3 {
		t.Skip("this processor has fewer than two vector kernels")
	}
	a, b := random(101, 999, 1), random(999, 203, 2)
	var products []*Matrix
	for _, k := range list[:2] {
		useKernel(t, k)
		dst := New(101, 203)
		Mul(dst, a, b)
		products = append(products, dst)
	}
	if !slices.Equal(products[0].Data, products[1].Data) {
		t.Errorf("%s and %s give different bits", list[0].name, list[1].name)
	}
}

func TestProductSpreadsInfinities(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		a, b := New(5, 9), New(9, 5)
		for i := range a.Data {
			a.Data[i], b.Data[i] = 1, 1
		}
		a.Data[9+3] = float32(math.Inf(1))
		dst := New(5, 5)
		Mul(dst, a, b)
		for i := range 5 {
			for j := range 5 {
				if got := math.IsInf(float64(dst.Data[i*5+j]), 1); got != (i == 1) {
					t.Fatalf("element (%d, %d) is %v", i, j, dst.Data[i*5+j])
				}
			}
		}
	})
}

func TestShapesThatDoNotFitPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"Mul":             func() { Mul(New(2, 2), New(2, 3), New(4, 2)) },
		"MulT":            func() { MulT(New(2, 2), New(2, 3), New(2, 4)) },
		"TMul":            func() { TMul(New(2, 3), New(4, 2), New(4, 2)) },
		"Wrap":            func() { Wrap(2, 2, make([]float32, 3)) },
		"Slice":           func() { New(2, 2).Slice(1, 3) },
		"Dot":             func() { Dot(make([]float32, 1), make([]float32, 2)) },
		"Axpy":            func() { Axpy(1, make([]float32, 1), make([]float32, 2)) },
		"SquaredDistance": func() { SquaredDistance(make([]float32, 1), make([]float32, 2)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func TestChoose(t *testing.T) {
	list := []*kernel{{name: "fast"}, {name: "slow"}}
	for name, want := range map[string]string{"": "fast", "slow": "slow", "nonsense": "fast"} {
		if got := choose(name, list).name; got != want {
			t.Errorf("choose(%q) = %s, want %s", name, got, want)
		}
	}
}

// BenchmarkProduct runs the shapes that the checks need: square, neighbours,
// classifier scores, gradients, covariances and patches.
func BenchmarkProduct(b *testing.B) {
	for _, s := range []struct {
		name    string
		m, n, k int
		product func(dst, a, b *Matrix)
	}{
		{"Mul", 512, 512, 512, Mul},
		{"Mul", 1024, 1024, 1024, Mul},
		{"MulT", 2000, 10000, 384, MulT},
		{"Mul", 25000, 10, 512, Mul},
		{"MulT", 25000, 10, 512, MulT},
		{"TMul", 512, 10, 25000, TMul},
		{"TMul", 10, 512, 25000, TMul},
		{"TMul", 500, 500, 25000, TMul},
		{"TMul", 4000, 4000, 5000, TMul},
		{"Mul", 50000, 1000, 108, Mul},
		{"MulT", 50000, 1000, 108, MulT},
		{"Mul", 16, 16, 16, Mul},
	} {
		b.Run(fmt.Sprintf("%s/%dx%dx%d", s.name, s.m, s.n, s.k), func(b *testing.B) {
			x, y := random(s.m, s.k, 1), random(s.k, s.n, 2)
			switch fmt.Sprintf("%p", s.product) {
			case fmt.Sprintf("%p", MulT):
				y.Rows, y.Cols = s.n, s.k
			case fmt.Sprintf("%p", TMul):
				x.Rows, x.Cols = s.k, s.m
			}
			dst := New(s.m, s.n)
			for b.Loop() {
				s.product(dst, x, y)
			}
			flops := 2 * float64(s.m) * float64(s.n) * float64(s.k)
			b.ReportMetric(flops*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}
