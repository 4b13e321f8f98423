package embed

import "github.com/errata-cv/errata/matrix"

// scratch is what one goroutine needs to encode pictures one by one.
type scratch struct {
	*encoder
	rgb       []uint8
	pooled    []float32 // of one level: regions × Centroids
	distances []float32 // of one patch: Centroids
	levels    []levelScratch
}

type levelScratch struct {
	shrink              *resampler
	picture             []float32
	even, odd           *matrix.Matrix // places × values of half a patch
	evenWhite, oddWhite *matrix.Matrix // places × coordinates
	evenDots, oddDots   *matrix.Matrix // places × Centroids/2
}

func newScratch(e *encoder) *scratch {
	o := e.options
	s := &scratch{
		encoder: e, rgb: make([]uint8, e.side*e.side*3),
		pooled: make([]float32, o.Pool*o.Pool*o.Centroids), distances: make([]float32, o.Centroids),
	}
	half := o.Patch * o.Patch * 3 / 2
	for i := range e.Patches.levels {
		l := &e.Patches.levels[i]
		n := l.places(o.Patch) * l.places(o.Patch)
		s.levels = append(s.levels, levelScratch{
			shrink: newResampler(e.side, l.side), picture: make([]float32, l.side*l.side*3),
			even: matrix.New(n, half), odd: matrix.New(n, half),
			evenWhite: matrix.New(n, l.even.axes.Rows), oddWhite: matrix.New(n, l.odd.axes.Rows),
			evenDots: matrix.New(n, o.Centroids/2), oddDots: matrix.New(n, o.Centroids/2),
		})
	}
	return s
}

// picture writes the pooled activities of one picture at every level, in their
// even and odd halves, where the function into says.
func (s *scratch) picture(rgb []uint8, into func(level int) (even, odd []float32)) {
	o := s.options
	for i := range s.levels {
		places := s.Patches.levels[i].places(o.Patch)
		clear(s.pooled)
		s.activities(i, rgb, func(place int, mean float32, d []float32) {
			y, x := place/places, place%places
			for a := range o.Pool {
				if from, to := region(a, o.Pool, places); y < from || y >= to {
					continue
				}
				for b := range o.Pool {
					if from, to := region(b, o.Pool, places); x >= from && x < to {
						cell := (a*o.Pool + b) * o.Centroids
						accumulate(s.pooled[cell:cell+o.Centroids], d, mean)
					}
				}
			}
		})
		even, odd := into(i)
		split(even, odd, s.pooled, o, places)
	}
}

// activities calls f for every place of a picture at one level with the
// distances of the patch there to all atoms and their mean.
func (s *scratch) activities(level int, rgb []uint8, f func(place int, mean float32, distances []float32)) {
	l, c, packed := &s.Patches.levels[level], &s.levels[level], &s.packed[level]
	c.shrink.run(c.picture, rgb)
	patch := s.options.Patch
	places := l.places(patch)
	for y := range places {
		for x := range places {
			i := y*places + x
			fold(c.even.Row(i), c.odd.Row(i), c.picture, l.side, patch, x, y)
		}
	}
	packed.evenAxes.MulT(c.evenWhite, c.even)
	packed.oddAxes.MulT(c.oddWhite, c.odd)
	for i := range c.evenWhite.Rows {
		matrix.Axpy(-1, l.even.offset, c.evenWhite.Row(i))
	}
	packed.evenAtoms.MulT(c.evenDots, c.evenWhite)
	packed.oddAtoms.MulT(c.oddDots, c.oddWhite)
	for i := range c.evenDots.Rows {
		e, o := c.evenWhite.Row(i), c.oddWhite.Row(i)
		sum := distances(s.distances, c.evenDots.Row(i), c.oddDots.Row(i), l.norms, matrix.Dot(e, e)+matrix.Dot(o, o))
		f(i, sum/float32(len(s.distances)), s.distances)
	}
}

// region returns the places [from, to) of pooling region i of q. Regions overlap
// by one place where they do not divide the places evenly.
func region(i, q, places int) (from, to int) {
	return i * places / q, ((i+1)*places + q - 1) / q
}

// split writes the means of the regions of one level as the halves that a
// mirror keeps and negates.
func split(even, odd, sums []float32, o PatchOptions, places int) {
	q, k := o.Pool, o.Centroids
	half := k / 2
	for a := range q {
		y0, y1 := region(a, q, places)
		for b := range q {
			x0, x1 := region(b, q, places)
			weight := 0.5 / float32((y1-y0)*(x1-x0)) // the mirrored region has the same size
			cell := a*q + b
			u := sums[cell*k:][:half]
			v := sums[(a*q+q-1-b)*k+half:][:half]
			e, d := even[cell*half:][:half], odd[cell*half:][:half]
			for j := range u {
				e[j], d[j] = (u[j]+v[j])*weight, (u[j]-v[j])*weight
			}
		}
	}
}
