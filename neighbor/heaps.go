package neighbor

import (
	"math"

	"github.com/errata-cv/errata/matrix"
)

// heaps keeps, for each of n rows, the candidates of highest score; of equal
// scores the smaller index. Candidates must be offered by ascending index.
type heaps struct {
	size  int
	count []int32
	index []int32   // n×size, the worst of each row first
	score []float32 // in the same places
}

func newHeaps(n, size int) *heaps {
	return &heaps{size, make([]int32, n), make([]int32, n*size), make([]float32, n*size)}
}

// of returns the candidates of row i in no particular order.
func (h *heaps) of(i int) []int32 { return h.index[i*h.size : i*h.size+int(h.count[i])] }

// offer proposes rows from, from+1, … with the given scores to row i.
func (h *heaps) offer(i, from int, scores []float32) {
	index, score := h.index[i*h.size:(i+1)*h.size], h.score[i*h.size:(i+1)*h.size]
	at := 0
	for at < len(scores) {
		threshold := float32(math.Inf(-1))
		full := int(h.count[i]) == h.size
		if full {
			threshold = score[0]
		}
		// A score equal to the worst comes with a larger index: it never counts.
		at += matrix.Above(scores[at:], threshold)
		if at == len(scores) {
			return
		}
		if j := from + at; j != i {
			if full {
				index[0], score[0] = int32(j), scores[at]
				down(index, score)
			} else {
				last := int(h.count[i])
				index[last], score[last] = int32(j), scores[at]
				h.count[i]++
				up(index[:last+1], score[:last+1])
			}
		}
		at++
	}
}

// worse says whether a candidate ranks below another.
func worse(score float32, index int32, than float32, thanIndex int32) bool {
	return score < than || score == than && index > thanIndex
}

// up moves the last candidate to its place.
func up(index []int32, score []float32) {
	for at := len(index) - 1; at > 0; {
		parent := (at - 1) / 2
		if !worse(score[at], index[at], score[parent], index[parent]) {
			return
		}
		index[at], index[parent] = index[parent], index[at]
		score[at], score[parent] = score[parent], score[at]
		at = parent
	}
}

// down moves the first candidate to its place.
func down(index []int32, score []float32) {
	for at := 0; ; {
		child := 2*at + 1
		if child >= len(index) {
			return
		}
		if child+1 < len(index) && worse(score[child+1], index[child+1], score[child], index[child]) {
			child++
		}
		if !worse(score[child], index[child], score[at], index[at]) {
			return
		}
		index[at], index[child] = index[child], index[at]
		score[at], score[child] = score[child], score[at]
		at = child
	}
}
