package matrix

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Parallel calls f for the blocks [0, grain), [grain, 2·grain), … of [0, n) on
// up to GOMAXPROCS goroutines and returns when all are done. The blocks are the
// same on every machine, their order is not: f must write only what belongs to
// its own block. A panic in f is raised again in the caller.
func Parallel(n, grain int, f func(from, to int)) {
	if n <= 0 {
		return
	}
	grain = max(grain, 1)
	blocks := (n + grain - 1) / grain
	workers := min(runtime.GOMAXPROCS(0), blocks)
	if workers == 1 {
		for from := 0; from < n; from += grain {
			f(from, min(from+grain, n))
		}
		return
	}
	var (
		next  atomic.Int64
		group sync.WaitGroup
		once  sync.Once
		cause any
	)
	work := func() {
		defer func() {
			if r := recover(); r != nil {
				once.Do(func() { cause = r })
				next.Store(int64(blocks))
			}
		}()
		for {
			block := int(next.Add(1)) - 1
			if block >= blocks {
				return
			}
			from := block * grain
			f(from, min(from+grain, n))
		}
	}
	for range workers - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	if cause != nil {
		panic(cause)
	}
}
