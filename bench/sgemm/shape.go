package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/errata-cv/errata/matrix"
)

// A shape is an m×n product of depth k; a or b may be given by columns.
type shape struct {
	what           string
	m, n, k        int
	transA, transB bool
	multiply       func(dst, a, b *matrix.Matrix)
	aRows, aCols   int
	bRows, bCols   int
}

func mul(what string, m, n, k int) shape {
	return shape{what, m, n, k, false, false, matrix.Mul, m, k, k, n}
}

func mulT(what string, m, n, k int) shape {
	return shape{what, m, n, k, false, true, matrix.MulT, m, k, n, k}
}

func tMul(what string, m, n, k int) shape {
	return shape{what, m, n, k, true, false, matrix.TMul, k, m, k, n}
}

var shapes = []shape{
	mul("square", 512, 512, 512),
	mul("square", 1024, 1024, 1024),
	mul("square", 2048, 2048, 2048),
	mulT("neighbours", 4000, 10000, 384),
	mul("patches", 50000, 1000, 108),
	tMul("covariance", 1000, 1000, 25000),
	mulT("class scores", 25000, 10, 512),
	tMul("gradient", 10, 512, 25000),
}

func (s shape) String() string {
	return fmt.Sprintf("%-12s %6d×%-6d depth %d", s.what, s.m, s.n, s.k)
}

// measure returns the median rates and the median of the rounds' ratios.
func (s shape) measure(blas *openBLAS, rounds int) (ours, theirs, ratio float64, err error) {
	random := rand.New(rand.NewPCG(1, 1))
	fill := func(rows, cols int) *matrix.Matrix {
		m := matrix.New(rows, cols)
		for i := range m.Data {
			m.Data[i] = random.Float32() - 0.5
		}
		return m
	}
	a, b := fill(s.aRows, s.aCols), fill(s.bRows, s.bCols)
	got, want := matrix.New(s.m, s.n), matrix.New(s.m, s.n)
	mine := func() { s.multiply(got, a, b) }
	other := func() { blas.multiply(want, a, b, s.transA, s.transB) }
	mine()
	other()
	for i, v := range got.Data {
		if d := v - want.Data[i]; d > 1e-2 || d < -1e-2 {
			return 0, 0, 0, fmt.Errorf("the products of %v differ by %v at %d", s, d, i)
		}
	}
	flops := 2 * float64(s.m) * float64(s.n) * float64(s.k)
	repeat := max(1, int(2e9/flops))
	rate := func(f func()) float64 {
		start := processorTime()
		for range repeat {
			f()
		}
		return flops * float64(repeat) / float64((processorTime() - start).Nanoseconds())
	}
	x, y, r := make([]float64, rounds), make([]float64, rounds), make([]float64, rounds)
	for i := range rounds {
		x[i], y[i] = rate(mine), rate(other)
		r[i] = x[i] / y[i]
	}
	return median(x), median(y), median(r), nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}
