package jpeg

// layout computes the sizes of all components and makes room for them.
func (d *Decoder) layout() {
	n := d.header.Components
	maxH, maxV := 1, 1
	for i := range n {
		maxH, maxV = max(maxH, d.components[i].h), max(maxV, d.components[i].v)
	}
	d.unitW, d.unitH = maxH, maxV
	d.unitsX = (d.header.Width + 8*maxH - 1) / (8 * maxH)
	d.unitsY = (d.header.Height + 8*maxV - 1) / (8 * maxV)
	base := 8 / d.scale
	for i := range n {
		c := &d.components[i]
		c.blocksX, c.blocksY = d.unitsX*c.h, d.unitsY*c.v
		fullW, fullH := ceilDiv(d.header.Width*c.h, maxH), ceilDiv(d.header.Height*c.v, maxV)
		c.ownX, c.ownY = ceilDiv(fullW, 8), ceilDiv(fullH, 8)
		// A component of lower resolution is reduced less, so that at 1/2 and
		// below chroma has the resolution of luma.
		c.size = base
		c.right, c.down = maxH/c.h, maxV/c.v
		if maxH%c.h != 0 || maxV%c.v != 0 {
			c.right, c.down = 0, 0
		}
		for c.size < 8 && c.right > 0 && c.right%2 == 0 && c.down%2 == 0 {
			c.size *= 2
			c.right /= 2
			c.down /= 2
		}
		c.width = ceilDiv(d.header.Width*c.h*c.size, maxH*8)
		c.height = ceilDiv(d.header.Height*c.v*c.size, maxV*8)
		c.stride = c.blocksX * c.size
		c.pix = resize(c.pix, c.stride*c.blocksY*c.size)
		if d.header.Progressive {
			c.coefficients = resize(c.coefficients, 64*c.blocksX*c.blocksY)
			clear(c.coefficients)
		}
	}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// model is how the components make a colour.
type model uint8

const (
	grey model = iota
	ycc
	rgb
	cmyk
	ycck
)

func (d *Decoder) model() model {
	c := &d.components
	switch {
	case d.header.Components == 1:
		return grey
	case d.header.Components == 4 && d.adobe == 2:
		return ycck
	case d.header.Components == 4:
		return cmyk
	case d.jfif:
		return ycc
	case d.adobe == 0:
		return rgb
	case d.adobe < 0 && c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B':
		return rgb
	}
	return ycc
}
