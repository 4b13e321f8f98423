package jpeg

// Picture is a decoded file. It belongs to its [Decoder] and is overwritten by
// the next Decode. One goroutine at a time may read it.
type Picture struct {
	// Header is that of the file.
	Header Header
	// Width and Height are in pixels, after scaling.
	Width, Height int
	// Missing is the share of the picture, in [0,1], that could not be decoded
	// in its worst scan, because the file is cut off or damaged. Those parts
	// are grey, or coarse in a progressive picture.
	Missing float64
	// Ended tells that the file has its end marker.
	Ended bool

	d      *Decoder
	model  model
	chroma [3][]byte // upsampled rows
}

// ReadRGB fills dst with the 3·Width bytes of row y: red, green, blue. Grey
// pictures have them equal; four-component pictures are converted without a
// colour profile, inverted as all programs write them.
func (p *Picture) ReadRGB(y int, dst []byte) {
	dst = dst[:3*p.Width]
	switch p.model {
	case grey:
		for x, v := range p.row(0, y) {
			o := dst[3*x : 3*x+3 : 3*x+3]
			o[0], o[1], o[2] = v, v, v
		}
	case ycc:
		convert(dst, p.row(0, y), p.row(1, y), p.row(2, y))
	case rgb:
		for i := range 3 {
			for x, v := range p.row(i, y) {
				dst[3*x+i] = v
			}
		}
	case ycck:
		convert(dst, p.row(0, y), p.row(1, y), p.row(2, y))
		for x, k := range p.row(3, y) {
			for i := 3 * x; i < 3*x+3; i++ {
				dst[i] = ink(255-dst[i], k)
			}
		}
	case cmyk:
		black := p.row(3, y)
		for i := range 3 {
			for x, v := range p.row(i, y) {
				dst[3*x+i] = ink(v, black[x])
			}
		}
	}
}

// ink is the light that a colour of ink and black leave, both inverted.
func ink(v, black byte) byte {
	t := uint32(255-v)*uint32(black) + 128
	return black - byte((t>>8+t)>>8)
}

// row returns row y of component i at full resolution.
func (p *Picture) row(i, y int) []byte {
	c := &p.d.components[i]
	if c.right == 1 && c.down == 1 {
		return c.pix[y*c.stride:][:p.Width]
	}
	if i == 0 { // luma of lower resolution than chroma
		i = 1
	}
	buf := resize(p.chroma[i-1], p.Width+8)
	p.chroma[i-1] = buf
	c.upsample(buf, y, p)
	return buf[:p.Width]
}

// upsample writes row y of the component at the resolution of the picture.
func (c *component) upsample(dst []byte, y int, p *Picture) {
	smooth := c.size > 1
	switch {
	case smooth && c.right == 2 && c.down == 1 && c.width > 2:
		double(dst, c.pix[y*c.stride:][:c.width])
	case smooth && c.right == 2 && c.down == 2 && c.width > 2:
		near, far := c.neighbours(y)
		doubleBoth(dst, near, far)
	case smooth && c.right == 1 && c.down == 2:
		near, far := c.neighbours(y)
		bias := 1 + uint32(y&1)
		far = far[:len(near)]
		for x, v := range near {
			dst[x] = byte((3*uint32(v) + uint32(far[x]) + bias) >> 2)
		}
	default:
		c.repeat(dst[:p.Width], y, p)
	}
}

// neighbours returns the row of the component that row y of the picture lies
// in and the one that it lies next to.
func (c *component) neighbours(y int) (near, far []byte) {
	i := y / 2
	j := i - 1
	if y&1 == 1 {
		j = i + 1
	}
	j = min(max(j, 0), c.height-1)
	return c.pix[i*c.stride:][:c.width], c.pix[j*c.stride:][:c.width]
}

// doubleFrom doubles the width of a row: each pixel is 3/4 the nearer and 1/4
// the farther sample. The samples from the second up to before sample i are
// done already.
func doubleFrom(dst, src []byte, i int) {
	n := len(src)
	dst = dst[:2*n]
	dst[0] = src[0]
	dst[1] = byte((3*uint32(src[0]) + uint32(src[1]) + 2) >> 2)
	for ; i < n-1; i++ {
		v := 3 * uint32(src[i])
		dst[2*i] = byte((v + uint32(src[i-1]) + 1) >> 2)
		dst[2*i+1] = byte((v + uint32(src[i+1]) + 2) >> 2)
	}
	dst[2*n-2] = byte((3*uint32(src[n-1]) + uint32(src[n-2]) + 1) >> 2)
	dst[2*n-1] = src[n-1]
}

// doubleBothFrom does the same in both directions.
func doubleBothFrom(dst, near, far []byte, i int) {
	n := len(near)
	far = far[:n]
	dst = dst[:2*n]
	at := func(i int) uint32 { return 3*uint32(near[i]) + uint32(far[i]) }
	dst[0] = byte((4*at(0) + 8) >> 4)
	dst[1] = byte((3*at(0) + at(1) + 7) >> 4)
	last, this, next := uint32(0), at(i-1), at(i)
	for ; i < n-1; i++ {
		last, this, next = this, next, at(i+1)
		o := dst[2*i : 2*i+2 : 2*i+2]
		o[0] = byte((3*this + last + 8) >> 4)
		o[1] = byte((3*this + next + 7) >> 4)
	}
	last, this = this, next
	dst[2*n-2] = byte((3*this + last + 8) >> 4)
	dst[2*n-1] = byte((4*this + 7) >> 4)
}

// repeat takes the sample that each pixel lies in.
func (c *component) repeat(dst []byte, y int, p *Picture) {
	d := p.d
	row := c.pix[min(c.height-1, y*c.v*c.size*d.scale/(8*d.unitH))*c.stride:]
	if c.right == 2 {
		for x := range dst {
			dst[x] = row[x>>1]
		}
		return
	}
	for x := range dst {
		dst[x] = row[x*c.h*c.size*d.scale/(8*d.unitW)]
	}
}

// fromYCC converts a row to RGB (ITU-R 601, full range).
func fromYCC(dst, luma, cb, cr []byte) {
	n := len(luma)
	cb, cr, dst = cb[:n], cr[:n], dst[:3*n]
	for i, l := range luma {
		y, b, r := int32(l), int32(cb[i])-128, int32(cr[i])-128
		red := y + (91881*r+1<<15)>>16
		green := y + (1<<15-22554*b-46802*r)>>16
		blue := y + (116130*b+1<<15)>>16
		o := dst[3*i : 3*i+3 : 3*i+3]
		o[0], o[1], o[2] = clamp(red), clamp(green), clamp(blue)
	}
}
