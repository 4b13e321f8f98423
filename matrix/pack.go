package matrix

import (
	"math/bits"
	"sync"
)

// A panel is a packed part of a right operand: for each block of depthBlock
// rows, slivers of tile.nr columns whose rows lie one after the other. Columns
// beyond the last are zero.
type panel struct {
	tile        *tile
	depth, cols int // what is packed
	width       int // cols rounded up to whole slivers
	data        []float32
	buffer      *buffer
}

// newPanel returns room for depth×cols.
func newPanel(t *tile, depth, cols int) *panel {
	b := borrow(depth * roundUp(cols, t.nr))
	return &panel{tile: t, data: b.data, buffer: b}
}

func (b *panel) free() { giveBack(b.buffer) }

// pack fills the panel with rows [p0, p1) and columns [j0, j1) of src.
func (b *panel) pack(src view, p0, p1, j0, j1 int, how mode) {
	nr := b.tile.nr
	b.depth, b.cols, b.width = p1-p0, j1-j0, roundUp(j1-j0, nr)
	slivers := b.width / nr
	one := func(from, to int) {
		for s := from; s < to; s++ {
			q, c := s/slivers*depthBlock, s%slivers*nr
			depth := min(depthBlock, b.depth-q)
			packSliver(b.data[q*b.width+c*depth:], nr, src.transpose(), j0+c, min(j0+c+nr, j1), p0+q, p0+q+depth)
		}
	}
	count := slivers * ((b.depth + depthBlock - 1) / depthBlock)
	if how&serial != 0 || count < 8 {
		one(0, count)
		return
	}
	Parallel(count, 4, one)
}

// packLeft packs rows [i0, i1) and columns [p0, p1) of a left operand into
// slivers of tile.mr rows. A transposed operand is read a few of its rows at a
// time, which memory serves faster than one sliver after the other.
func packLeft(dst []float32, t *tile, src view, i0, i1, p0, p1 int) {
	step := p1 - p0
	if src.transposed {
		step = 8
	}
	for p := p0; p < p1; p += step {
		end := min(p+step, p1)
		for i := i0; i < i1; i += t.mr {
			packSliver(dst[(i-i0)*(p1-p0)+(p-p0)*t.mr:], t.mr, src, i, min(i+t.mr, i1), p, end)
		}
	}
}

func (v view) transpose() view {
	v.rows, v.cols, v.transposed = v.cols, v.rows, !v.transposed
	return v
}

// packSliver writes dst[(p-p0)*width+i-i0] = src(i, p) and zeros for the lanes
// beyond i1.
func packSliver(dst []float32, width int, src view, i0, i1, p0, p1 int) {
	high, depth := i1-i0, p1-p0
	if high < width {
		clear(dst[:width*depth])
	}
	if src.transposed {
		p := 0
		if high == width {
			p = depth
			if width%8 != 0 {
				p-- // for gather reaches beyond its last row
			}
			active.gather(p, &src.data[p0*src.stride+i0], src.stride, &dst[0], width)
		}
		for ; p < depth; p++ {
			at := (p0+p)*src.stride + i0
			copy(dst[p*width:p*width+high], src.data[at:at+high])
		}
		return
	}
	i := 0
	for ; i+4 <= high; i += 4 {
		active.transpose(depth, &src.data[(i0+i)*src.stride+p0], src.stride, &dst[i], width)
	}
	if i < high && high >= 4 {
		i = high - 4
		active.transpose(depth, &src.data[(i0+i)*src.stride+p0], src.stride, &dst[i], width)
		return
	}
	for ; i < high; i++ {
		row := src.data[(i0+i)*src.stride+p0:]
		for p := range depth {
			dst[p*width+i] = row[p]
		}
	}
}

// A buffer is scratch memory for packed operands. Buffers are at least 64 KiB,
// so that the allocator aligns them to a page.
type buffer struct{ data []float32 }

// buffers holds free buffers by the logarithm of their size.
var buffers [48]sync.Pool

func borrow(floats int) *buffer {
	class := max(bits.Len(uint(max(floats, 1)-1)), 14)
	if b, ok := buffers[class].Get().(*buffer); ok {
		b.data = b.data[:floats]
		return b
	}
	return &buffer{make([]float32, floats, 1<<class)}
}

func giveBack(b *buffer) { buffers[bits.Len(uint(cap(b.data)-1))].Put(b) }
