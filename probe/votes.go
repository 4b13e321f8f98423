package probe

import (
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

// KNNVotes returns, for each of n pictures, the share of its neighbours in g
// that carry each class: n×classes, rows sum to one, or are zero where no
// neighbour votes. A neighbour below 0 in g, or with a label below 0, has no
// vote. The picture itself has none.
func KNNVotes(g *neighbor.Graph, y []int, classes int) *matrix.Matrix {
	n := len(y)
	votes := matrix.New(n, classes)
	matrix.Parallel(n, 1024, func(from, to int) {
		for i := from; i < to; i++ {
			row, cast := votes.Row(i), 0
			for _, j := range g.Index[i*g.K : (i+1)*g.K] {
				if j >= 0 && y[j] >= 0 {
					row[y[j]]++
					cast++
				}
			}
			for c := range row {
				row[c] /= float32(max(1, cast))
			}
		}
	})
	return votes
}
