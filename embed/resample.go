package embed

// levels returns the sides at which a picture is looked at: the whole side,
// three quarters of it, and the halves of both again and again.
func levels(side, n int) []int {
	out := make([]int, 0, n)
	for l := range n {
		s := side >> (l / 2)
		if l%2 == 1 {
			s = s * 3 / 4
		}
		out = append(out, s)
	}
	return out
}

// A resampler shrinks square RGB pictures by averaging the area under each new
// pixel.
type resampler struct {
	from, to int
	first    []int     // leftmost source pixel of each new one
	weight   []float32 // span weights of each, which sum to one
	span     int
	rows     []float32 // scratch: from rows of to pixels
}

func newResampler(from, to int) *resampler {
	r := &resampler{from: from, to: to, first: make([]int, to), span: (from+to-1)/to + 1, rows: make([]float32, from*to*3)}
	r.weight = make([]float32, to*r.span)
	for i := range to {
		r.first[i] = i * from / to
		for j := range r.span {
			// The overlap of source pixel a with new pixel i, in units of 1/to.
			a := r.first[i] + j
			overlap := min((a+1)*to, (i+1)*from) - max(a*to, i*from)
			r.weight[i*r.span+j] = max(0, float32(overlap)/float32(from))
		}
	}
	return r
}

// run writes the picture rgb, from×from, to dst, to×to, in levels of 0 to 255.
func (r *resampler) run(dst []float32, rgb []uint8) {
	if r.from == r.to {
		for i, v := range rgb {
			dst[i] = float32(v)
		}
		return
	}
	for y := range r.from {
		src := rgb[y*r.from*3:][:r.from*3]
		out := r.rows[y*r.to*3:][:r.to*3]
		for x := range r.to {
			var red, green, blue float32
			at := r.first[x] * 3
			for _, w := range r.weight[x*r.span:][:r.span] {
				if w == 0 {
					break
				}
				red += w * float32(src[at])
				green += w * float32(src[at+1])
				blue += w * float32(src[at+2])
				at += 3
			}
			out[3*x], out[3*x+1], out[3*x+2] = red, green, blue
		}
	}
	width := r.to * 3
	clear(dst)
	for y := range r.to {
		out := dst[y*width:][:width]
		for j, w := range r.weight[y*r.span:][:r.span] {
			if w == 0 {
				break
			}
			for i, v := range r.rows[(r.first[y]+j)*width:][:width] {
				out[i] += w * v
			}
		}
	}
}
