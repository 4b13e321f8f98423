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
// EvenDim columns are those that a mirror leaves alone. Either part has the same
// number of columns from each level, largest first, in order of descending
// variance. progress, which may be nil, counts pictures.
func (p *Patches) Encode(ctx context.Context, in Inputs, progress func(done, total int)) (*matrix.Matrix, error) {
	if in.Side() != p.side {
		return nil, fmt.Errorf("patch embedding: learned from pictures of %d×%d pixels, but these have %d×%d", p.side, p.side, in.Side(), in.Side())
	}
	out := matrix.New(in.Len(), p.Dim())
	buffer := make([]float32, block*p.Dim())
	err := p.eachBlock(ctx, in, progress, func(from int, even, odd []*matrix.Matrix) {
		at := [2]int{0, p.options.EvenDim()}
		for i := range p.levels {
			for h, part := range [2]struct {
				x *matrix.Matrix
				*projection
			}{{even[i], &p.levels[i].evenOut}, {odd[i], &p.levels[i].oddOut}} {
				y := matrix.Wrap(part.x.Rows, part.axes.Rows, buffer[:part.x.Rows*part.axes.Rows])
				matrix.MulT(y, part.x, part.axes)
				for r := range y.Rows {
					matrix.Axpy(-1, part.offset, y.Row(r))
					copy(out.Row(from + r)[at[h]:], y.Row(r))
				}
				at[h] += y.Cols
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// eachBlock calls f with the pooled activities of consecutive pictures, for each
// level the even and the odd half, from picture number from on. The rows are
// used again after f returns.
func (p *Patches) eachBlock(ctx context.Context, in Inputs, progress func(done, total int), f func(from int, even, odd []*matrix.Matrix)) error {
	n, width := in.Len(), p.options.features()
	even, odd := make([]*matrix.Matrix, len(p.levels)), make([]*matrix.Matrix, len(p.levels))
	e := p.encoder()
	defer e.free()
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		for l := range p.levels {
			if even[l] == nil || even[l].Rows != to-from {
				even[l], odd[l] = matrix.New(to-from, width), matrix.New(to-from, width)
			}
		}
		matrix.Parallel(to-from, 4, func(a, b int) {
			s := e.scratch()
			defer e.pool.Put(s)
			for i := a; i < b && ctx.Err() == nil; i++ {
				s.picture(in.RGB(from+i, s.rgb), func(level int) (e, o []float32) { return even[level].Row(i), odd[level].Row(i) })
			}
		})
		if err := ctx.Err(); err != nil {
			return err
		}
		f(from, even, odd)
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
