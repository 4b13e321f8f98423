package matrix

import (
	"runtime"
	"sync/atomic"
	"testing"
)

func TestParallelCoversEveryIndexOnceInFixedBlocks(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		for _, n := range []int{0, 1, 9, 10, 11, 1000} {
			hits := make([]atomic.Int32, n)
			Parallel(n, 10, func(from, to int) {
				if from%10 != 0 || to != min(from+10, n) {
					t.Errorf("block [%d, %d) of %d", from, to, n)
				}
				for i := from; i < to; i++ {
					hits[i].Add(1)
				}
			})
			for i := range hits {
				if hits[i].Load() != 1 {
					t.Fatalf("index %d of %d was met %d times", i, n, hits[i].Load())
				}
			}
		}
	}
}

func TestParallelRaisesPanicInCaller(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer func() {
		if got := recover(); got != "broken" {
			t.Errorf("recovered %v", got)
		}
	}()
	Parallel(100, 1, func(from, _ int) {
		if from == 17 {
			panic("broken")
		}
	})
	t.Error("no panic")
}
