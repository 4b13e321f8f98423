package embed

import (
	"context"
	"fmt"
	"sync"

	"github.com/errata-cv/errata/matrix"
)

// block is how many pictures are encoded before they are projected; it bounds
// the memory that encoding takes beside its result.
const block = 256

// Encode returns the embedding of the pictures, in.Len() × p.Dim(). The first
// EvenDim columns are those that a mirror leaves alone; each part is in order of
// descending variance. progress, which may be nil, counts pictures.
func (p *Patches) Encode(ctx context.Context, in Inputs, progress func(done, total int)) (*matrix.Matrix, error) {
	if in.Side() != p.side {
		return nil, fmt.Errorf("patch embedding: learned from pictures of %d×%d pixels, but these have %d×%d", p.side, p.side, in.Side(), in.Side())
	}
	out := matrix.New(in.Len(), p.Dim())
	first, second := matrix.New(block, p.even.axes.Rows), matrix.New(block, p.odd.axes.Rows)
	err := p.eachBlock(ctx, in, progress, func(from int, even, odd *matrix.Matrix) {
		a, b := first.Slice(0, even.Rows), second.Slice(0, odd.Rows)
		matrix.MulT(a, even, p.even.axes)
		matrix.MulT(b, odd, p.odd.axes)
		for i := range even.Rows {
			row := out.Row(from + i)
			copy(row, a.Row(i))
			copy(row[a.Cols:], b.Row(i))
			matrix.Axpy(-1, p.even.offset, row[:a.Cols])
			matrix.Axpy(-1, p.odd.offset, row[a.Cols:])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// eachBlock calls f with the pooled activities of consecutive pictures, the
// even and the odd half, from picture number from on. The rows are used again
// after f returns.
func (p *Patches) eachBlock(ctx context.Context, in Inputs, progress func(done, total int), f func(from int, even, odd *matrix.Matrix)) error {
	n, width := in.Len(), p.features()
	even, odd := matrix.New(min(block, n), width), matrix.New(min(block, n), width)
	e := p.encoder()
	defer e.free()
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		matrix.Parallel(to-from, 4, func(a, b int) {
			s := e.scratch()
			defer e.pool.Put(s)
			for i := a; i < b && ctx.Err() == nil; i++ {
				s.picture(even.Row(i), odd.Row(i), in.RGB(from+i, s.rgb))
			}
		})
		if err := ctx.Err(); err != nil {
			return err
		}
		f(from, even.Slice(0, to-from), odd.Slice(0, to-from))
		if progress != nil {
			progress(to, n)
		}
	}
	return nil
}

// An encoder holds the tables of a model in the order in which products read
// them, and scratch memory for the goroutines that encode.
type encoder struct {
	*Patches
	packed []packedLevel
	pool   sync.Pool
}

type packedLevel struct{ evenAxes, oddAxes, evenAtoms, oddAtoms *matrix.Packed }

func (p *Patches) encoder() *encoder {
	e := &encoder{Patches: p}
	for _, l := range p.levels {
		e.packed = append(e.packed, packedLevel{
			matrix.Pack(l.even.axes), matrix.Pack(l.odd.axes), matrix.Pack(l.evenAtoms), matrix.Pack(l.oddAtoms),
		})
	}
	return e
}

func (e *encoder) free() {
	for _, l := range e.packed {
		for _, m := range []*matrix.Packed{l.evenAxes, l.oddAxes, l.evenAtoms, l.oddAtoms} {
			m.Free()
		}
	}
}

func (e *encoder) scratch() *scratch {
	if s, ok := e.pool.Get().(*scratch); ok {
		return s
	}
	return newScratch(e)
}
