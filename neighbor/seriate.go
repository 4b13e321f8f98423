package neighbor

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// Seriate orders members, which are rows of x, so that look-alikes stand
// together: it returns the same rows along a short path through the members.
//
// The edges of g between members are taken from the shortest on where they
// continue a path (the greedy edge heuristic of the travelling salesman); the
// ends of paths are then joined to near ends until one path is left, and a few
// sweeps of 2-opt and Or-opt over near rows shorten it. Time grows nearly in
// proportion to the members. g may be nil, and members without neighbours among
// the members are placed by their distances in x. Distances in x are Euclidean:
// give rows of length one where angles matter.
//
// Members must be distinct rows of x. The end that comes first is the member of
// smaller index.
func Seriate(x *matrix.Matrix, members []int32, g *Graph) []int32 {
	n := len(members)
	if n < 3 {
		return slices.Sorted(slices.Values(members))
	}
	sorted := slices.Sorted(slices.Values(members))
	near := membersNear(sorted, g)
	p := newPaths(n)
	p.take(near.edges())
	rows := make([]int, n)
	for i, m := range sorted {
		rows[i] = int(m)
	}
	for p.count > 1 {
		p.take(linkEnds(x, rows, p))
	}
	order := p.order()
	improve(x, rows, order, near)
	if order[0] > order[n-1] {
		slices.Reverse(order)
	}
	result := make([]int32, n)
	for i, m := range order {
		result[i] = sorted[m]
	}
	return result
}

// An edge joins two members, a < b.
type edge struct {
	a, b   int32
	length float32
}

// nearby holds the neighbours of each member among the members, as indices into
// the members, nearest first.
type nearby struct {
	start    []int32
	index    []int32
	distance []float32
}

func membersNear(members []int32, g *Graph) nearby {
	near := nearby{start: make([]int32, len(members)+1)}
	if g == nil {
		return near
	}
	place := make(map[int32]int32, len(members))
	for i, m := range members {
		place[m] = int32(i)
	}
	for i, m := range members {
		index, distance := g.Neighbors(int(m))
		for k, j := range index {
			if at, ok := place[j]; ok && distance[k] == distance[k] {
				near.index, near.distance = append(near.index, at), append(near.distance, distance[k])
			}
		}
		near.start[i+1] = int32(len(near.index))
	}
	return near
}

func (n nearby) of(i int32) []int32 { return n.index[n.start[i]:n.start[i+1]] }

func (n nearby) edges() []edge {
	var list []edge
	for i := range int32(len(n.start) - 1) {
		for k, j := range n.of(i) {
			list = append(list, edge{min(i, j), max(i, j), n.distance[int(n.start[i])+k]})
		}
	}
	return list
}

// paths are disjoint paths over the members 0 … n-1.
type paths struct {
	count  int
	trees  forest
	linked [][2]int32 // the one or two members next to each, -1 for none
}

func newPaths(n int) *paths {
	p := &paths{count: n, trees: newForest(n), linked: make([][2]int32, n)}
	for i := range p.linked {
		p.linked[i] = [2]int32{-1, -1}
	}
	return p
}

// take adds, from the shortest on, the edges that join the ends of two paths.
func (p *paths) take(edges []edge) {
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(x.length, y.length), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	for _, e := range edges {
		if p.linked[e.a][1] >= 0 || p.linked[e.b][1] >= 0 || !p.trees.join(e.a, e.b) {
			continue
		}
		p.link(e.a, e.b)
		p.link(e.b, e.a)
		p.count--
	}
}

func (p *paths) link(from, to int32) {
	if p.linked[from][0] < 0 {
		p.linked[from][0] = to
		return
	}
	p.linked[from][1] = to
}

// ends returns the members that another edge could continue from.
func (p *paths) ends() []int32 {
	var list []int32
	for i, l := range p.linked {
		if l[1] < 0 {
			list = append(list, int32(i))
		}
	}
	return list
}

// order walks the one path that is left.
func (p *paths) order() []int32 {
	order := make([]int32, 0, len(p.linked))
	at, before := p.ends()[0], int32(-1)
	for at >= 0 {
		order = append(order, at)
		next := p.linked[at][0]
		if next == before {
			next = p.linked[at][1]
		}
		at, before = next, at
	}
	return order
}

// exactEnds is the number of path ends up to which all pairs are measured.
const exactEnds = 8192

// linkEnds returns edges between near ends of different paths, at least one.
func linkEnds(x *matrix.Matrix, rows []int, p *paths) []edge {
	ends := p.ends()
	points := matrix.New(len(ends), x.Cols)
	for i, e := range ends {
		copy(points.Row(i), x.Row(rows[e]))
	}
	var list []edge
	add := func(i, j int, length float32) {
		a, b := ends[i], ends[j]
		if p.trees.root(a) != p.trees.root(b) && length == length {
			list = append(list, edge{min(a, b), max(a, b), length})
		}
	}
	if len(ends) <= exactEnds {
		const reach = 8
		s := newSearch(points, Euclidean)
		candidates := newHeaps(len(ends), reach)
		for from := 0; from < len(ends); from += corpusBlock {
			s.compare(context.Background(), from, min(from+corpusBlock, len(ends)), candidates)
		}
		g := s.rank(candidates, reach)
		for i := range ends {
			index, distance := g.Neighbors(i)
			for k, j := range index {
				add(i, int(j), distance[k])
			}
		}
	} else {
		linkAlongLines(points, add)
	}
	if len(list) == 0 { // rows that are not finite, or many equal ends
		for i := range len(ends) - 1 {
			add(i, i+1, math.MaxFloat32)
		}
	}
	return list
}

// linkAlongLines offers pairs that lie next to each other on one of a few random
// lines, with their true distance.
func linkAlongLines(points *matrix.Matrix, add func(i, j int, length float32)) {
	const lines, reach = 12, 4
	position := matrix.New(points.Rows, lines)
	matrix.MulT(position, points, directions(lines, points.Cols))
	order := make([]int, points.Rows)
	for line := range lines {
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Or(cmp.Compare(position.Row(a)[line], position.Row(b)[line]), cmp.Compare(a, b))
		})
		for at, i := range order {
			for _, j := range order[at+1 : min(at+1+reach, len(order))] {
				square := matrix.SquaredDistance(points.Row(i), points.Row(j))
				add(i, j, float32(math.Sqrt(float64(square))))
			}
		}
	}
}
