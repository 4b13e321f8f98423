package matrix

import "math"

// Packed is a matrix in the order in which products read it. Packing once pays
// when the same b meets many small a, as in searches and assignments.
type Packed struct{ panel *panel }

// Pack copies b for products with its transpose. Free gives the memory back.
func Pack(b *Matrix) *Packed {
	p := newPanel(active.tileFor(rowBlock, b.Rows), b.Cols, b.Rows)
	p.pack(columns(b), 0, b.Cols, 0, b.Rows, 0)
	return &Packed{p}
}

// MulT sets dst = a·bᵀ, bit for bit like the function MulT, on the calling
// goroutine alone; several goroutines may use one Packed. It panics unless the
// shapes are m×n, m×k and n×k.
func (p *Packed) MulT(dst, a *Matrix) { p.multiply(dst, a, serial) }

// AddMulT adds a·bᵀ to dst, under the same terms as MulT.
func (p *Packed) AddMulT(dst, a *Matrix) { p.multiply(dst, a, serial|accumulate) }

func (p *Packed) multiply(dst, a *Matrix, how mode) {
	if p.panel == nil {
		panic("matrix: product with a Packed that was freed")
	}
	check("product", dst, a.Rows, p.panel.cols, a.Cols, p.panel.depth)
	if p.panel.depth == 0 || p.panel.cols == 0 {
		if how&accumulate == 0 {
			clear(dst.Data)
		}
		return
	}
	p.panel.multiply(dst, rows(a), 0, 0, how)
}

// Free lets later calls reuse the memory. The Packed must not be used after.
func (p *Packed) Free() {
	p.panel.free()
	p.panel = nil
}

// Above returns the index of the first value above threshold, or len(values).
// NaN is not above anything.
func Above(values []float32, threshold float32) int { return active.above(values, threshold) }

// ArgMax returns the index of the largest value, the first of equals. NaN is
// passed over; where there is nothing else the result is 0. It panics when there
// are no values.
func ArgMax(values []float32) int {
	if len(values) == 0 {
		panic("matrix: ArgMax of no values")
	}
	below := math.Nextafter32(active.maximum(values), float32(math.Inf(-1)))
	if i := active.above(values, below); i < len(values) {
		return i
	}
	return 0
}
