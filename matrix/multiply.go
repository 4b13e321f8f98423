package matrix

import (
	"fmt"
	"runtime"
)

const (
	// depthBlock is how many terms of a sum one tile adds before it rounds
	// into the product. All kernels share it.
	depthBlock = 384
	// rowBlock, a multiple of all tile heights, and colBlock bound the part of the product that stays in cache
	// while its panels are read again.
	rowBlock = 192
	colBlock = 2048
	// stripLimit bounds the packed part of the right operand, in floats.
	stripLimit = 3 << 20
	// slim is the number of rows up to which a product is made by columns.
	slim = 32
	// serialLimit is the number of multiplications below which goroutines cost
	// more than they save.
	serialLimit = 1 << 19
)

// Mul sets dst = a·b. It panics unless the shapes are m×n, m×k and k×n; dst must
// not overlap a or b.
func Mul(dst, a, b *Matrix) {
	check("Mul", dst, a.Rows, b.Cols, a.Cols, b.Rows)
	multiply(dst, rows(a), rows(b), 0)
}

// MulT sets dst = a·bᵀ. It panics unless the shapes are m×n, m×k and n×k; dst
// must not overlap a or b.
func MulT(dst, a, b *Matrix) {
	check("MulT", dst, a.Rows, b.Rows, a.Cols, b.Cols)
	multiply(dst, rows(a), columns(b), 0)
}

// TMul sets dst = aᵀ·b, the sum over rows that covariances and gradients need.
// It panics unless the shapes are m×n, k×m and k×n; dst must not overlap a or b.
func TMul(dst, a, b *Matrix) {
	check("TMul", dst, a.Cols, b.Cols, a.Rows, b.Rows)
	multiply(dst, columns(a), rows(b), 0)
}

func check(op string, dst *Matrix, m, n, ka, kb int) {
	if dst.Rows != m || dst.Cols != n || ka != kb {
		panic(fmt.Sprintf("matrix: %s of operands that meet in %d and %d values into %d×%d, want %d×%d",
			op, ka, kb, dst.Rows, dst.Cols, m, n))
	}
}

// A view reads a matrix by rows or, transposed, by columns.
type view struct {
	data       []float32
	rows, cols int
	stride     int
	transposed bool // element (i, j) is data[j*stride+i] instead of data[i*stride+j]
}

func rows(m *Matrix) view { return view{m.Data, m.Rows, m.Cols, m.Cols, false} }

func columns(m *Matrix) view { return view{m.Data, m.Cols, m.Rows, m.Cols, true} }

// A mode changes what multiply does.
type mode uint8

const (
	// serial keeps to the calling goroutine.
	serial mode = 1 << iota
	// accumulate adds to the product instead of setting it.
	accumulate
	// upper leaves out tiles that lie wholly below the diagonal.
	upper
)

// multiply sets dst = a·b after the blocking of Goto and van de Geijn (2008),
// "Anatomy of high-performance matrix multiplication": the right operand is
// packed strip by strip, each task packs its own rows of the left one.
func multiply(dst *Matrix, a, b view, how mode) {
	m, n, k := dst.Rows, dst.Cols, a.cols
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		if how&accumulate == 0 {
			clear(dst.Data)
		}
		return
	}
	if m <= slim && n >= 8*m && how&^serial == 0 {
		multiplyTurned(dst, a, b, how)
		return
	}
	t := active.tileFor(m, n)
	width := evenBlock(n, colBlock, t.nr)
	height := max(stripLimit/width/depthBlock, 1) * depthBlock
	if m*n*k < serialLimit {
		how |= serial
	}
	strip := newPanel(t, min(height, k), width)
	defer strip.free()
	for j := 0; j < n; j += width {
		for p := 0; p < k; p += height {
			strip.pack(b, p, min(p+height, k), j, min(j+width, n), how)
			if p > 0 {
				strip.multiply(dst, a, p, j, how|accumulate)
				continue
			}
			strip.multiply(dst, a, p, j, how)
		}
	}
}

// multiplyTurned computes dstᵀ = bᵀ·aᵀ, which packs the smaller operand whole and
// streams the larger one. The bits are the same.
func multiplyTurned(dst *Matrix, a, b view, how mode) {
	m, n := dst.Rows, dst.Cols
	buffer := borrow(n * m)
	defer giveBack(buffer)
	turned := Wrap(n, m, buffer.data)
	multiply(turned, b.transpose(), a.transpose(), how)
	for i := range m {
		row := dst.Row(i)
		for j := range row {
			row[j] = turned.Data[j*m+i]
		}
	}
}

// multiply sets the columns of dst from j on to the product of the panel and as
// many columns of a from p on.
func (b *panel) multiply(dst *Matrix, a view, p, j int, how mode) {
	m, n := a.rows, b.cols
	if how&serial != 0 {
		for i := 0; i < m; i += rowBlock {
			b.block(dst, a, i, min(i+rowBlock, m), p, 0, n, j, how)
		}
		return
	}
	workers := 4 * runtime.GOMAXPROCS(0)
	high := min(rowBlock, roundUp((m+workers-1)/workers, b.tile.mr))
	down := (m + high - 1) / high
	wide := n
	if down < workers {
		wide = roundUp((n*down+workers-1)/workers, b.tile.nr)
		wide = max(wide, 2*b.tile.nr)
	}
	across := (n + wide - 1) / wide
	Parallel(down*across, 1, func(task, _ int) {
		i, c := task%down*high, task/down*wide
		b.block(dst, a, i, min(i+high, m), p, c, min(c+wide, n), j, how)
	})
}

// block computes rows [i0, i1) and panel columns [c0, c1) of the product; c0 is
// a multiple of the tile's width.
func (b *panel) block(dst *Matrix, a view, i0, i1, p0, c0, c1, j int, how mode) {
	t := b.tile
	left := borrow(rowBlock*depthBlock + 2*t.mr*t.nr + rowBlock)
	defer giveBack(left)
	edge := left.data[len(left.data)-t.mr*t.nr:]
	for q := 0; q < b.depth; q += depthBlock {
		depth := min(depthBlock, b.depth-q)
		packLeft(left.data, t, a, i0, i1, p0+q, p0+q+depth)
		add := q > 0 || how&accumulate != 0
		for c := c0; c < c1; c += t.nr {
			right := &b.data[q*b.width+c*depth]
			for i := i0; i < i1; i += t.mr {
				if how&upper != 0 && j+c+t.nr <= i {
					break
				}
				out := &dst.Data[i*dst.Cols+j+c]
				if i+t.mr <= i1 && c+t.nr <= b.cols {
					t.run(depth, &left.data[(i-i0)*depth], right, out, dst.Cols, add)
					continue
				}
				t.run(depth, &left.data[(i-i0)*depth], right, &edge[0], t.nr, false)
				merge(dst, edge, t.nr, i, i1, j+c, j+min(c+t.nr, b.cols), add)
			}
		}
	}
}

// merge copies or adds the part of a tile that lies inside dst.
func merge(dst *Matrix, tile []float32, stride, i0, i1, j0, j1 int, add bool) {
	for i := i0; i < i1 && (i-i0+1)*stride <= len(tile); i++ {
		out, in := dst.Data[i*dst.Cols+j0:i*dst.Cols+j1], tile[(i-i0)*stride:]
		if !add {
			copy(out, in)
			continue
		}
		for x := range out {
			out[x] += in[x]
		}
	}
}

// evenBlock returns the width of the fewest equal blocks of at most limit that
// cover n, rounded up to a multiple of step.
func evenBlock(n, limit, step int) int {
	blocks := (n + limit - 1) / limit
	return roundUp((n+blocks-1)/blocks, step)
}
