package synth

import "math"

// rgb is a colour in linear light; 1 is the white of the picture.
type rgb [3]float32

func (c rgb) scale(f float32) rgb { return rgb{c[0] * f, c[1] * f, c[2] * f} }

func (c rgb) mul(d rgb) rgb { return rgb{c[0] * d[0], c[1] * d[1], c[2] * d[2]} }

func mix(a, b rgb, t float32) rgb {
	return rgb{a[0] + (b[0]-a[0])*t, a[1] + (b[1]-a[1])*t, a[2] + (b[2]-a[2])*t}
}

// hex turns 0xRRGGBB in sRGB into linear light.
func hex(v uint32) rgb {
	return rgb{toLinear[v>>16&255], toLinear[v>>8&255], toLinear[v&255]}
}

var toLinear = func() (t [256]float32) {
	for i := range t {
		v := float64(i) / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		t[i] = float32(v)
	}
	return t
}()

// toSRGB maps linear light in [0,1], in steps of 1/4095, to sRGB in [0,255].
var toSRGB = func() (t [4096]float32) {
	for i := range t {
		v := float64(i) / 4095
		if v <= .0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - .055
		}
		t[i] = float32(v * 255)
	}
	return t
}()

// canvas is a picture in linear light, row-major, interleaved.
type canvas struct {
	w, h int
	pix  []float32 // w*h*3
	tmp  []float32 // scratch of blur, same length
}

func (c *canvas) resize(w, h int) {
	c.w, c.h = w, h
	if n := w * h * 3; cap(c.pix) < n {
		c.pix, c.tmp = make([]float32, n), make([]float32, n)
	} else {
		c.pix, c.tmp = c.pix[:n], c.tmp[:n]
	}
}

func (c *canvas) set(x, y int, v rgb) {
	i := (y*c.w + x) * 3
	c.pix[i], c.pix[i+1], c.pix[i+2] = v[0], v[1], v[2]
}

func (c *canvas) at(x, y int) rgb {
	i := (y*c.w + x) * 3
	return rgb{c.pix[i], c.pix[i+1], c.pix[i+2]}
}

// over lays v with opacity a over the pixel.
func (c *canvas) over(x, y int, v rgb, a float32) {
	i := (y*c.w + x) * 3
	p := c.pix[i : i+3 : i+3]
	p[0] += (v[0] - p[0]) * a
	p[1] += (v[1] - p[1]) * a
	p[2] += (v[2] - p[2]) * a
}

// add adds light to the pixel.
func (c *canvas) add(x, y int, v rgb, a float32) {
	i := (y*c.w + x) * 3
	c.pix[i] += v[0] * a
	c.pix[i+1] += v[1] * a
	c.pix[i+2] += v[2] * a
}

// fill paints every pixel with f.
func (c *canvas) fill(f func(x, y int) rgb) {
	for y := range c.h {
		for x := range c.w {
			c.set(x, y, f(x, y))
		}
	}
}

// disk calls f for each pixel that the disk touches, with its coverage.
func (c *canvas) disk(cx, cy, r float32, f func(x, y int, a float32)) {
	x0, x1 := max(0, int(cx-r-1)), min(c.w-1, int(cx+r+1))
	y0, y1 := max(0, int(cy-r-1)), min(c.h-1, int(cy+r+1))
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			dx, dy := float32(x)+.5-cx, float32(y)+.5-cy
			if a := clamp01(r + .5 - sqrt(dx*dx+dy*dy)); a > 0 {
				f(x, y, a)
			}
		}
	}
}

// blur smooths with a Gaussian of the given standard deviation in pixels.
func (c *canvas) blur(sigma float32) {
	if sigma < .15 {
		return
	}
	if sigma < 1.2 {
		// A true kernel: three boxes cannot be this narrow.
		k := kernel(sigma)
		convolve(c.tmp, c.pix, c.w, c.h, 3, 3*c.w, k)
		convolve(c.pix, c.tmp, c.h, c.w, 3*c.w, 3, k)
		return
	}
	r := max(1, int(math.Round((math.Sqrt(float64(4*sigma*sigma+1))-1)/2)))
	for range 3 {
		box(c.tmp, c.pix, c.w, c.h, 3, 3*c.w, r)
		box(c.pix, c.tmp, c.h, c.w, 3*c.w, 3, r)
	}
}

// kernel returns the right half of a Gaussian, centre first.
func kernel(sigma float32) []float32 {
	k := make([]float32, 1+int(math.Ceil(float64(3*sigma))))
	var sum float32
	for i := range k {
		k[i] = float32(math.Exp(-float64(i*i) / float64(2*sigma*sigma)))
		sum += k[i]
		if i > 0 {
			sum += k[i]
		}
	}
	for i := range k {
		k[i] /= sum
	}
	return k
}

// convolve runs the symmetric kernel k along lines of n pixels, of which there
// are lines; step and next are the distances between pixels and lines.
func convolve(dst, src []float32, n, lines, step, next int, k []float32) {
	for l := range lines {
		base := l * next
		for i := range n {
			p := base + i*step
			r, g, b := src[p]*k[0], src[p+1]*k[0], src[p+2]*k[0]
			for j := 1; j < len(k); j++ {
				u, v := base+max(i-j, 0)*step, base+min(i+j, n-1)*step
				r += k[j] * (src[u] + src[v])
				g += k[j] * (src[u+1] + src[v+1])
				b += k[j] * (src[u+2] + src[v+2])
			}
			dst[p], dst[p+1], dst[p+2] = r, g, b
		}
	}
}

// box runs a box of 2r+1 pixels along lines, as convolve does.
func box(dst, src []float32, n, lines, step, next, r int) {
	f := 1 / float32(2*r+1)
	for l := range lines {
		base := l * next
		for ch := range 3 {
			at := func(i int) float32 { return src[base+min(max(i, 0), n-1)*step+ch] }
			var sum float32
			for i := -r; i <= r; i++ {
				sum += at(i)
			}
			for i := range n {
				dst[base+i*step+ch] = sum * f
				sum += at(i+r+1) - at(i-r)
			}
		}
	}
}

func clamp01(v float32) float32 { return min(max(v, 0), 1) }

// smooth is 0 below lo, 1 above hi, and an S between.
func smooth(lo, hi, v float32) float32 {
	t := clamp01((v - lo) / (hi - lo))
	return t * t * (3 - 2*t)
}

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }
