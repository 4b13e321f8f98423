// Sgemm measures matrix.Mul and matrix.MulT against OpenBLAS on one thread.
//
// Both run in one process on the same operands and take turns, and what is
// counted is the processor time of the process, so that a busy machine disturbs
// neither more than the other. Each line shows the median of the rounds.
//
//	cd bench && go run ./sgemm
//
// OpenBLAS is loaded at run time; on Debian: apt-get install libopenblas0-pthread.
// OPENBLAS_CORETYPE (for example SkylakeX, Zen, Haswell) chooses its kernels and
// ERRATA_KERNEL ours.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/errata-cv/errata/matrix"
)

func main() {
	rounds := flag.Int("rounds", 15, "rounds of each shape")
	library := flag.String("openblas", "", "path of the OpenBLAS library (default: where Debian puts it)")
	flag.Parse()
	if err := run(*rounds, *library); err != nil {
		fmt.Fprintln(os.Stderr, "sgemm:", err)
		os.Exit(1)
	}
}

// A shape is an m×n product of depth k; transposed takes the right operand by
// rows, as searches for neighbours do.
type shape struct {
	name       string
	m, n, k    int
	transposed bool
}

var shapes = []shape{
	{"512", 512, 512, 512, false},
	{"1024", 1024, 1024, 1024, false},
	{"2048", 2048, 2048, 2048, false},
	{"neighbours, 4000 queries in 10000 rows of 384", 4000, 10000, 384, true},
}

func run(rounds int, library string) error {
	runtime.GOMAXPROCS(1)
	blas, err := load(library)
	if err != nil {
		return err
	}
	fmt.Printf("ours: %s kernel; theirs: %s\n", matrix.Kernel(), blas)
	fmt.Printf("one thread, GFLOP/s by processor time, median of %d rounds in turns\n\n", rounds)
	fmt.Printf("%-46s %9s %9s %7s\n", "shape", "errata", "OpenBLAS", "ratio")
	for _, s := range shapes {
		ours, theirs, ratio, err := s.measure(blas, rounds)
		if err != nil {
			return err
		}
		fmt.Printf("%-46s %9.1f %9.1f %6.0f%%\n", s.name, ours, theirs, 100*ratio)
	}
	return nil
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
	a, b := fill(s.m, s.k), fill(s.k, s.n)
	multiply := matrix.Mul
	if s.transposed {
		b, multiply = fill(s.n, s.k), matrix.MulT
	}
	c, want := matrix.New(s.m, s.n), matrix.New(s.m, s.n)
	flops := 2 * float64(s.m) * float64(s.n) * float64(s.k)
	repeat := max(1, int(2e9/flops))
	rate := func(f func()) float64 {
		start := processorTime()
		for range repeat {
			f()
		}
		return flops * float64(repeat) / float64((processorTime() - start).Nanoseconds())
	}
	mine := func() { multiply(c, a, b) }
	other := func() { blas.multiply(want, a, b, s.transposed) }
	mine()
	other()
	for i := range c.Data {
		if d := c.Data[i] - want.Data[i]; d > 1e-2 || d < -1e-2 {
			return 0, 0, 0, fmt.Errorf("the products of shape %s differ by %v at %d", s.name, d, i)
		}
	}
	var x, y, r []float64
	for range rounds {
		x, y = append(x, rate(mine)), append(y, rate(other))
		r = append(r, x[len(x)-1]/y[len(y)-1])
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
