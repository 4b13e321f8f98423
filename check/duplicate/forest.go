package duplicate

import "sync/atomic"

// forest is a union-find over images that many goroutines may change at once.
// Roots only ever point to smaller roots, so in the end the root of a component
// is its smallest member, whatever order the unions came in.
type forest struct{ parent []atomic.Int32 }

func newForest(n int) *forest {
	f := &forest{parent: make([]atomic.Int32, n)}
	for i := range f.parent {
		f.parent[i].Store(int32(i))
	}
	return f
}

func (f *forest) find(i int32) int32 {
	for {
		p := f.parent[i].Load()
		if p == i {
			return i
		}
		above := f.parent[p].Load()
		f.parent[i].CompareAndSwap(p, above)
		i = above
	}
}

func (f *forest) union(a, b int32) {
	for {
		a, b = f.find(a), f.find(b)
		if a == b {
			return
		}
		if a < b {
			a, b = b, a
		}
		if f.parent[a].CompareAndSwap(a, b) {
			return
		}
	}
}

func (f *forest) roots() []int32 {
	out := make([]int32, len(f.parent))
	for i := range out {
		out[i] = f.find(int32(i))
	}
	return out
}
