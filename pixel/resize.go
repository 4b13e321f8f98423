package pixel

import (
	"math"
	"sync"
)

// filter is a resampling kernel: its value at distance x (in pixels of the
// smaller picture) and the distance beyond which it is zero.
type filter struct {
	name    byte
	support float64
	at      func(x float64) float64
}

var (
	triangle = &filter{'t', 1, func(x float64) float64 { return max(0, 1-math.Abs(x)) }}
	bicubic  = &filter{'b', 2, cubic}
	lanczos  = &filter{'l', 3, func(x float64) float64 {
		if x < -3 || x >= 3 {
			return 0
		}
		return sinc(x) * sinc(x/3)
	}}
)

// cubic is the Keys kernel with a = -1/2 (Keys 1981).
func cubic(x float64) float64 {
	const a = -0.5
	x = math.Abs(x)
	switch {
	case x < 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return (((x-5)*x+8)*x - 4) * a
	}
	return 0
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
}

// fraction is the number of fractional bits of a weight; with it 8-bit samples
// and signed sums fit 32 bits. Pillow uses the same, so results are equal.
const fraction = 22

// slack is the number of bytes that the vector code may read, but not use,
// behind the end of a row.
const slack = 32

// axis holds the weights of one direction: output i is the sum of
// weights[i*taps+j]·input[first[i]+j] over j < count[i].
type axis struct {
	in, taps     int
	first, count []int32
	weights      []int32
	// from[y] is the first output that input y contributes to, for streaming.
	from []int32
}

func newAxis(f *filter, in, out int) *axis {
	scale := float64(in) / float64(out)
	stretch := max(1, scale)
	support := f.support * stretch
	// Room for whole steps of the vector code, filled with zeros.
	taps := (int(math.Ceil(support))*2 + 1 + 7) &^ 7
	a := &axis{
		in: in, taps: taps, first: make([]int32, out), count: make([]int32, out),
		weights: make([]int32, out*taps), from: make([]int32, in+1),
	}
	w := make([]float64, taps)
	for i := range out {
		center := (float64(i) + 0.5) * scale
		lo := max(0, int(center-support+0.5))
		hi := min(in, int(center+support+0.5))
		sum := 0.0
		for x := lo; x < hi; x++ {
			w[x-lo] = f.at((float64(x) - center + 0.5) / stretch)
			sum += w[x-lo]
		}
		a.first[i], a.count[i] = int32(lo), int32(hi-lo)
		for j := range hi - lo {
			v := w[j]
			if sum != 0 {
				v /= sum
			}
			a.weights[i*taps+j] = int32(math.Floor(math.Abs(v)*(1<<fraction)+0.5) * math.Copysign(1, v))
		}
	}
	i := 0
	for y := range in {
		for i < out-1 && int(a.first[i]+a.count[i]) <= y {
			i++
		}
		a.from[y] = int32(i)
	}
	return a
}

type axisKey struct {
	filter  byte
	in, out int
}

// axes keeps weights of common sizes, since the pictures of a dataset often
// share them.
var axes = struct {
	sync.RWMutex
	m map[axisKey]*axis
}{m: map[axisKey]*axis{}}

const (
	maxCachedAxes = 256
	maxCachedSide = 8192
)

func axisFor(f *filter, in, out int) *axis {
	if in > maxCachedSide {
		return newAxis(f, in, out)
	}
	key := axisKey{f.name, in, out}
	axes.RLock()
	a := axes.m[key]
	axes.RUnlock()
	if a != nil {
		return a
	}
	a = newAxis(f, in, out)
	axes.Lock()
	if len(axes.m) >= maxCachedAxes {
		clear(axes.m)
	}
	axes.m[key] = a
	axes.Unlock()
	return a
}

// resizer resamples a picture that arrives row by row, horizontally first, in
// the fixed-point arithmetic of Pillow's Image.resize. Memory is that of the
// result; there is no copy of the source.
type resizer struct {
	h, v        *axis
	w, dw, dh   int
	channels    int
	line        []byte
	sums        []int32
	samplesLine int
}

// newResizer prepares to resample sw×sh pixels of the given number of channels
// (1, 3 or 4) to dw×dh.
func newResizer(f *filter, sw, sh, dw, dh, channels int) *resizer {
	n := dw * channels
	r := &resizer{h: axisFor(f, sw, dw), v: axisFor(f, sh, dh), w: sw, dw: dw, dh: dh, channels: channels,
		line: make([]byte, n), sums: make([]int32, n*dh), samplesLine: n}
	for i := range r.sums {
		r.sums[i] = 1 << (fraction - 1)
	}
	return r
}

// row takes row y of the source. Rows come once each, in order.
func (r *resizer) row(y int, src []byte) {
	line := src
	if r.w != r.dw {
		line = r.line
		switch r.channels {
		case 1:
			r.h.line1(line, src)
		case 3:
			r.h.line3(line, src)
		case 4:
			r.h.line4(line, src)
		}
	}
	v := r.v
	for i := int(v.from[y]); i < r.dh && int(v.first[i]) <= y; i++ {
		if y >= int(v.first[i]+v.count[i]) {
			continue
		}
		weight := v.weights[i*v.taps+y-int(v.first[i])]
		if weight == 0 {
			continue
		}
		accumulate(r.sums[i*r.samplesLine:][:len(line)], line, weight)
	}
}

func accumulatePortable(sums []int32, line []byte, weight int32) {
	sums = sums[:len(line)]
	for i, s := range line {
		sums[i] += int32(s) * weight
	}
}

// finish returns the resampled picture.
func (r *resizer) finish() []byte {
	out := make([]byte, len(r.sums))
	for i, s := range r.sums {
		out[i] = clip8(s)
	}
	return out
}

func clip8(s int32) byte {
	s >>= fraction
	if uint32(s) > 255 {
		return byte(^(s >> 31))
	}
	return byte(s)
}

func (a *axis) portable1(dst, src []byte) {
	for i := range dst {
		weights := a.weights[i*a.taps:][:a.count[i]]
		in := src[a.first[i]:][:len(weights)]
		sum := int32(1 << (fraction - 1))
		for j, k := range weights {
			sum += int32(in[j]) * k
		}
		dst[i] = clip8(sum)
	}
}

func (a *axis) portable3(dst, src []byte) {
	for i := range len(dst) / 3 {
		weights := a.weights[i*a.taps:][:a.count[i]]
		in := src[3*a.first[i]:][:3*len(weights)]
		const half = int32(1 << (fraction - 1))
		s0, s1, s2 := half, half, half
		for _, k := range weights {
			if len(in) < 3 {
				break
			}
			s0 += int32(in[0]) * k
			s1 += int32(in[1]) * k
			s2 += int32(in[2]) * k
			in = in[3:]
		}
		dst[3*i], dst[3*i+1], dst[3*i+2] = clip8(s0), clip8(s1), clip8(s2)
	}
}

func (a *axis) line4(dst, src []byte) {
	for i := range len(dst) / 4 {
		weights := a.weights[i*a.taps:][:a.count[i]]
		in := src[4*a.first[i]:][:4*len(weights)]
		const half = int32(1 << (fraction - 1))
		s0, s1, s2, s3 := half, half, half, half
		for j, k := range weights {
			p := in[4*j : 4*j+4 : 4*j+4]
			s0 += int32(p[0]) * k
			s1 += int32(p[1]) * k
			s2 += int32(p[2]) * k
			s3 += int32(p[3]) * k
		}
		dst[4*i], dst[4*i+1], dst[4*i+2], dst[4*i+3] = clip8(s0), clip8(s1), clip8(s2), clip8(s3)
	}
}
