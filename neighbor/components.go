package neighbor

import "fmt"

// Components returns the connected component of each of n nodes, named by its
// smallest node. It panics on an edge that leaves [0, n).
func Components(n int, edges [][2]int32) []int32 {
	f := newForest(n)
	for _, e := range edges {
		if e[0] < 0 || e[1] < 0 || int(e[0]) >= n || int(e[1]) >= n {
			panic(fmt.Sprintf("neighbor: edge %v among %d nodes", e, n))
		}
		f.join(e[0], e[1])
	}
	for i := range f {
		f[i] = f.root(int32(i))
	}
	return f
}

// A forest holds the parent of each node; the root of a tree is its smallest
// node.
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) root(i int32) int32 {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

// join unites the trees of two nodes and says whether they were apart.
func (f forest) join(a, b int32) bool {
	a, b = f.root(a), f.root(b)
	if a == b {
		return false
	}
	f[max(a, b)] = min(a, b)
	return true
}
