package matrix

import (
	"math"
	"slices"
	"testing"
)

func TestVectors(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for n := range 140 {
			a, b := random(1, n, uint64(n)).Data, random(1, n, uint64(n+1000)).Data
			var dot, square, size float64
			sum := make([]float64, n)
			for i := range a {
				x, y := float64(a[i]), float64(b[i])
				dot += x * y
				square += (x - y) * (x - y)
				size += math.Abs(x*y) + (x-y)*(x-y)
				sum[i] = y - 1.5*x
			}
			if got := float64(Dot(a, b)); math.Abs(got-dot) > 1e-6*size {
				t.Fatalf("Dot of %d values: %v, want %v", n, got, dot)
			}
			if got := float64(SquaredDistance(a, b)); math.Abs(got-square) > 1e-6*size {
				t.Fatalf("SquaredDistance of %d values: %v, want %v", n, got, square)
			}
			if got := SquaredDistance(a, slices.Clone(a)); got != 0 {
				t.Fatalf("SquaredDistance of equal vectors of %d values: %v", n, got)
			}
			y := append(slices.Clone(b), 77)
			Axpy(-1.5, a, y[:n])
			for i, want := range sum {
				if math.Abs(float64(y[i])-want) > 1e-6*(math.Abs(want)+3) {
					t.Fatalf("Axpy of %d values at %d: %v, want %v", n, i, y[i], want)
				}
			}
			if y[n] != 77 {
				t.Fatalf("Axpy of %d values wrote past its end", n)
			}
		}
	})
}

func TestMaximumAndAbove(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	eachKernel(t, func(t *testing.T) {
		if got := active.maximum(nil); got != -inf {
			t.Errorf("maximum of nothing is %v", got)
		}
		if got := active.maximum([]float32{nan, nan, nan}); got != -inf {
			t.Errorf("maximum of NaN is %v", got)
		}
		for n := 1; n < 140; n++ {
			values := random(1, n, uint64(n)).Data
			for _, at := range []int{0, n / 3, n - 1} {
				peak := slices.Clone(values)
				peak[at] = 50
				if at > 0 {
					peak[at-1] = nan
				}
				if n > 2 {
					peak[(at+1)%n] = nan
				}
				if got := active.maximum(peak); got != 50 {
					t.Fatalf("maximum of %d values with 50 at %d: %v", n, at, got)
				}
				if got := active.above(peak, 49.5); got != at {
					t.Fatalf("above of %d values with 50 at %d: %d", n, at, got)
				}
			}
			if got := active.above(values, slices.Max(values)); got != n {
				t.Fatalf("above the largest of %d values: %d", n, got)
			}
			if got := active.above(values, nan); got != n {
				t.Fatalf("above NaN in %d values: %d", n, got)
			}
		}
	})
}

func BenchmarkVectors(b *testing.B) {
	x, y := random(1, 512, 1).Data, random(1, 512, 2).Data
	for name, f := range map[string]func(){
		"Dot":             func() { Dot(x, y) },
		"SquaredDistance": func() { SquaredDistance(x, y) },
		"Axpy":            func() { Axpy(1e-9, x, y) },
		"maximum":         func() { active.maximum(x) },
		"above":           func() { active.above(x, 1e9) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(2 * 512 * 4)
			for b.Loop() {
				f()
			}
		})
	}
}
