package neighbor

// Graph holds the nearest neighbours of n rows.
type Graph struct {
	// K is the number of places for the neighbours of a row.
	K int
	// Index holds the neighbours of row i at [i*K, (i+1)*K), nearest first,
	// equally near ones in ascending order, without i itself. Where a row has
	// fewer than K neighbours -1 fills the rest.
	Index []int32
	// Distance holds the distances in the same places; +Inf fills the rest.
	Distance []float32
}

// Len returns the number of rows.
func (g *Graph) Len() int {
	if g.K == 0 {
		return 0
	}
	return len(g.Index) / g.K
}

// Neighbors returns the neighbours of row i, nearest first, and their
// distances. Both share memory with g.
func (g *Graph) Neighbors(i int) (index []int32, distance []float32) {
	index, distance = g.Index[i*g.K:(i+1)*g.K], g.Distance[i*g.K:(i+1)*g.K]
	for n, j := range index {
		if j < 0 {
			return index[:n], distance[:n]
		}
	}
	return index, distance
}
