package neighbor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/errata-cv/errata/matrix"
)

// Metric says how far two rows are from each other.
type Metric int

const (
	// Cosine is one minus the cosine of the angle between the rows, from 0 to
	// 2. A row of zeros is at distance 1 from every row.
	Cosine Metric = iota
	// Euclidean is the length of the difference.
	Euclidean
)

func (m Metric) String() string {
	switch m {
	case Cosine:
		return "cosine"
	case Euclidean:
		return "euclidean"
	}
	return fmt.Sprintf("metric %d", int(m))
}

const (
	corpusBlock = 1024
	queryBlock  = 96
	// spare candidates beyond k are measured again, exactly, for products
	// round what is nearly equal.
	spare = 8
)

// KNN finds the k nearest other rows of every row of x by measuring all pairs:
// products of blocks choose k and a few more, whose distances are then computed
// from differences, so that equal rows are at distance 0. Beside the result it
// needs memory for one block.
//
// Rows with values that are not finite have no neighbours and are none.
// progress, which may be nil, is told how many rows have been compared with all
// others. KNN fails when k < 1, when the metric is unknown or when ctx ends.
func KNN(ctx context.Context, x *matrix.Matrix, k int, metric Metric, progress func(done, total int)) (*Graph, error) {
	if k < 1 {
		return nil, fmt.Errorf("nearest neighbours: %d neighbours asked for, need at least 1", k)
	}
	if metric != Cosine && metric != Euclidean {
		return nil, fmt.Errorf("nearest neighbours: %v is unknown", metric)
	}
	n := x.Rows
	s := newSearch(x, metric)
	candidates := newHeaps(n, min(k+spare, max(n-1, 1)))
	for from := 0; from < n; from += corpusBlock {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		to := min(from+corpusBlock, n)
		s.compare(ctx, from, to, candidates)
		if progress != nil {
			progress(to, n)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.rank(candidates, k), nil
}

// A search prepares what all comparisons share.
type search struct {
	x      *matrix.Matrix
	metric Metric
	finite []bool
	scale  []float32 // for Cosine: 1/length, or 0
	mean   []float32 // for Euclidean: subtracted to lose less to rounding
	scores sync.Pool // of *[]float32, queryBlock×corpusBlock
}

func newSearch(x *matrix.Matrix, metric Metric) *search {
	s := &search{x: x, metric: metric, finite: make([]bool, x.Rows), scale: make([]float32, x.Rows)}
	matrix.Parallel(x.Rows, 256, func(from, to int) {
		for i := from; i < to; i++ {
			square := float64(matrix.Dot(x.Row(i), x.Row(i)))
			s.finite[i] = !math.IsInf(square, 0) && !math.IsNaN(square)
			if square > 0 && s.finite[i] {
				s.scale[i] = float32(1 / math.Sqrt(square))
			}
		}
	})
	sum := make([]float64, x.Cols)
	for i := range x.Rows {
		if s.finite[i] {
			for j, v := range x.Row(i) {
				sum[j] += float64(v)
			}
		}
	}
	s.mean = make([]float32, x.Cols)
	for j, v := range sum {
		s.mean[j] = float32(v / float64(max(x.Rows, 1)))
	}
	return s
}

// compare offers rows [from, to) as neighbours to all rows. What it compares
// grows as the distance falls: the product with the row of length one, or
// x·y' − μ·y' − ‖y'‖²/2 for y' = y−μ.
func (s *search) compare(ctx context.Context, from, to int, candidates *heaps) {
	block, bias := matrix.New(to-from, s.x.Cols), make([]float32, to-from)
	for j := range block.Rows {
		if bias[j] = s.prepare(block.Row(j), from+j); !s.finite[from+j] {
			bias[j] = float32(math.Inf(-1))
		}
	}
	packed := matrix.Pack(block)
	defer packed.Free()
	matrix.Parallel(s.x.Rows, queryBlock, func(first, last int) {
		if ctx.Err() != nil {
			return
		}
		buffer, ok := s.scores.Get().(*[]float32)
		if !ok {
			buffer = new(make([]float32, queryBlock*corpusBlock))
		}
		defer s.scores.Put(buffer)
		scores := matrix.Wrap(last-first, to-from, (*buffer)[:(last-first)*(to-from)])
		for i := range scores.Rows {
			copy(scores.Row(i), bias)
		}
		packed.AddMulT(scores, s.x.Slice(first, last))
		for i := first; i < last; i++ {
			if s.finite[i] {
				candidates.offer(i, from, scores.Row(i-first))
			}
		}
	})
}

// prepare writes what row j is compared by and returns what is added to the
// product.
func (s *search) prepare(row []float32, j int) float32 {
	if !s.finite[j] {
		return 0
	}
	if s.metric == Cosine {
		matrix.Axpy(s.scale[j], s.x.Row(j), row)
		return 0
	}
	var sum float64
	for c, v := range s.x.Row(j) {
		row[c] = v - s.mean[c]
		sum += float64(row[c]) * (float64(s.mean[c]) + float64(row[c])/2)
	}
	return float32(-sum)
}

// rank measures the candidates and keeps the k nearest of each row.
func (s *search) rank(candidates *heaps, k int) *Graph {
	n := s.x.Rows
	g := &Graph{K: k, Index: make([]int32, n*k), Distance: make([]float32, n*k)}
	type neighbor struct {
		index    int32
		distance float32
	}
	matrix.Parallel(n, 64, func(from, to int) {
		list := make([]neighbor, 0, candidates.size)
		unit := [2][]float32{make([]float32, s.x.Cols), make([]float32, s.x.Cols)}
		for i := from; i < to; i++ {
			list = list[:0]
			s.unit(unit[0], i)
			for _, j := range candidates.of(i) {
				list = append(list, neighbor{j, s.distance(i, int(j), unit)})
			}
			slices.SortFunc(list, func(a, b neighbor) int {
				return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.index, b.index))
			})
			for place := range k {
				g.Index[i*k+place], g.Distance[i*k+place] = -1, float32(math.Inf(1))
				if place < len(list) {
					g.Index[i*k+place], g.Distance[i*k+place] = list[place].index, list[place].distance
				}
			}
		}
	})
	return g
}

// unit writes row i scaled to length one; rows of zeros stay zero.
func (s *search) unit(dst []float32, i int) {
	clear(dst)
	matrix.Axpy(s.scale[i], s.x.Row(i), dst)
}

// distance measures rows i and j. unit[0] holds row i at length one and unit[1]
// is scratch.
func (s *search) distance(i, j int, unit [2][]float32) float32 {
	if s.metric == Euclidean {
		return float32(math.Sqrt(float64(matrix.SquaredDistance(s.x.Row(i), s.x.Row(j)))))
	}
	if s.scale[i] == 0 || s.scale[j] == 0 {
		return 1
	}
	s.unit(unit[1], j)
	return matrix.SquaredDistance(unit[0], unit[1]) / 2 // ‖a−b‖²/2 = 1 − a·b for lengths of one
}
