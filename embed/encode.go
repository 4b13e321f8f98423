package embed

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/errata-cv/errata/matrix"
)

// block is how many pictures are encoded before they are projected; it bounds
// the memory that encoding takes beside its result.
const block = 256

// Encode returns the embedding of the pictures, in.Len() × p.Dim(). Even columns have
// mean near zero over the pictures learned from; the first p.Even() are those
// that a mirror leaves alone, each part in order of descending variance.
// progress, which may be nil, counts pictures.
func (p *Patches) Encode(ctx context.Context, in Inputs, progress func(done, total int)) (*matrix.Matrix, error) {
	if in.Side() != p.side {
		return nil, fmt.Errorf("patch embedding: learned from pictures of %d×%d pixels, but these have %d×%d", p.side, p.side, in.Side(), in.Side())
	}
	out := matrix.New(in.Len(), p.Dim())
	first, second := matrix.New(block, p.even.axes.Rows), matrix.New(block, p.odd.axes.Rows)
	err := p.eachBlock(ctx, in, progress, func(from int, even, odd *matrix.Matrix) {
		a, b := first.Slice(0, even.Rows), second.Slice(0, odd.Rows)
		p.even.apply(a, even)
		p.odd.apply(b, odd)
		for i := range even.Rows {
			row := out.Row(from + i)
			copy(row[copy(row, a.Row(i)):], b.Row(i))
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// apply projects the rows of x, which it changes.
func (q *projection) apply(dst, x *matrix.Matrix) {
	center(x, q.offset)
	matrix.MulT(dst, x, q.axes)
}

// eachBlock calls f with the pooled activities of consecutive pictures, the
// even and the odd half, from picture number from on. The rows are used again
// after f returns.
func (p *Patches) eachBlock(ctx context.Context, in Inputs, progress func(done, total int), f func(from int, even, odd *matrix.Matrix)) error {
	n, width := in.Len(), p.features()/2
	even, odd := matrix.New(min(block, n), width), matrix.New(min(block, n), width)
	pool := sync.Pool{New: func() any { return p.scratch() }}
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		matrix.Parallel(to-from, 4, func(a, b int) {
			s := pool.Get().(*scratch)
			defer pool.Put(s)
			for i := a; i < b && ctx.Err() == nil; i++ {
				p.pooled(s, in.RGB(from+i, s.rgb))
				p.split(even.Row(i), odd.Row(i), s.pooled)
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

// scratch is what one goroutine needs to encode pictures one by one.
type scratch struct {
	rgb      []uint8
	patches  *matrix.Matrix // places² × d, normalised
	white    *matrix.Matrix // places² × d
	products *matrix.Matrix // places² × Centroids
	lengths  []float32      // squared lengths of the rows of white
	pooled   []float32      // Pool² × Centroids
}

func (p *Patches) scratch() *scratch {
	n, d := p.places()*p.places(), p.atoms.Cols
	return &scratch{
		rgb:      make([]uint8, p.side*p.side*3),
		patches:  matrix.New(n, d),
		white:    matrix.New(n, d),
		products: matrix.New(n, p.atoms.Rows),
		lengths:  make([]float32, n),
		pooled:   make([]float32, p.features()),
	}
}

// dots sets products and lengths for one picture.
func (s *scratch) dots(p *Patches, rgb []uint8) {
	places := p.places()
	for y := range places {
		for x := range places {
			row := s.patches.Row(y*places + x)
			readPatch(row, rgb, p.side, p.options.Patch, x, y)
			normalise(row)
			matrix.Axpy(-1, p.mean, row)
		}
	}
	matrix.Mul(s.white, s.patches, p.whiten)
	matrix.MulT(s.products, s.white, p.atoms)
	for i := range s.lengths {
		s.lengths[i] = matrix.Dot(s.white.Row(i), s.white.Row(i))
	}
}

// activity turns the products of one patch with the atoms into activities: how
// much nearer than the average atom each atom is ("triangle" of Coates et al.).
func activity(products, norms []float32, length float32) {
	norms = norms[:len(products)]
	var sum float32
	for j, v := range products {
		d := float32(math.Sqrt(float64(max(0, length+norms[j]-2*v))))
		products[j] = d
		sum += d
	}
	mean := sum / float32(len(products))
	for j, d := range products {
		products[j] = max(0, mean-d)
	}
}

// pooled sets s.pooled to the mean activities of each region of one picture.
// Regions overlap by one place where they do not divide the places evenly.
func (p *Patches) pooled(s *scratch, rgb []uint8) {
	s.dots(p, rgb)
	clear(s.pooled)
	places, k, q := p.places(), p.atoms.Rows, p.options.Pool
	for i := range s.products.Rows {
		row := s.products.Row(i)
		activity(row, p.norms, s.lengths[i])
		y, x := i/places, i%places
		for a := range q {
			ya, yb := region(a, q, places)
			if y < ya || y >= yb {
				continue
			}
			for b := range q {
				xa, xb := region(b, q, places)
				if x < xa || x >= xb {
					continue
				}
				weight := 1 / float32((yb-ya)*(xb-xa))
				matrix.Axpy(weight, row, s.pooled[(a*q+b)*k:(a*q+b+1)*k])
			}
		}
	}
}

// region returns the places [from, to) of pooling region i of q.
func region(i, q, places int) (from, to int) {
	return i * places / q, ((i+1)*places + q - 1) / q
}

// split writes the halves of the pooled activities that a mirror keeps and
// negates.
func (p *Patches) split(even, odd, pooled []float32) {
	q, k := p.options.Pool, p.options.Centroids
	half := k / 2
	for a := range q {
		for b := range q {
			at := (a*q + b) * half
			u := pooled[(a*q+b)*k:][:half]
			v := pooled[(a*q+q-1-b)*k+half:][:half]
			e, o := even[at:][:half], odd[at:][:half]
			for j := range u {
				e[j], o[j] = (u[j]+v[j])/2, (u[j]-v[j])/2
			}
		}
	}
}
