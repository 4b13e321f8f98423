package jpeg

// maxScans bounds the work that a small file can ask for.
const maxScans = 500

// pass is one scan: which components, and which part of their coefficients.
type pass struct {
	components []*component
	// from and to bound the coefficients in coding order, high and low are the
	// bit positions of successive approximation (progressive only).
	from, to, high, low int
	unitsX, units       int
	// run is the number of blocks that are still to be skipped in this band.
	run int
}

// scan reads a scan header and decodes the entropy-coded data behind it.
func (d *Decoder) scan(b []byte) error {
	if d.scans >= maxScans {
		return format("it has more than %d scans", maxScans)
	}
	p, err := d.passOf(b)
	if err != nil {
		return err
	}
	d.entropy()
	var decode func(r *reader, c *component, block int)
	switch {
	case !d.header.Progressive:
	case p.from == 0 && p.high == 0:
		decode = func(r *reader, c *component, block int) { firstDC(r, c, block, p.low) }
	case p.from == 0:
		decode = func(r *reader, c *component, block int) { refineDC(r, c, block, p.low) }
	case p.high == 0:
		decode = func(r *reader, c *component, block int) { p.firstAC(r, c, block) }
	default:
		decode = func(r *reader, c *component, block int) { p.refineAC(r, c, block) }
	}
	unit, missing, restarts := 0, 0, 0
	for _, piece := range d.pieces {
		to := p.units
		if d.interval > 0 {
			to = min(to, unit+d.interval)
		}
		for _, c := range p.components {
			c.last = 0
		}
		p.run = 0
		r := d.readerOf(piece)
		at := d.units(p, &r, unit, to, decode)
		d.blank(p, at, to)
		missing += to - at
		unit = to
		if piece.restart >= 0 && d.interval > 0 {
			// A marker that is up to three ahead tells of lost intervals.
			if lost := (piece.restart - restarts) & 7; lost <= 3 && lost > 0 {
				to = min(p.units, unit+lost*d.interval)
				d.blank(p, unit, to)
				missing += to - unit
				unit = to
				restarts += lost
			}
			restarts++
		}
		if unit >= p.units {
			break
		}
	}
	d.blank(p, unit, p.units)
	missing += p.units - unit
	if missing == p.units && d.scans == 0 {
		return ErrShort
	}
	d.missing = max(d.missing, float64(missing)/float64(p.units))
	for _, c := range p.components {
		c.seen = true
	}
	d.scans++
	return nil
}

// passOf reads a scan header.
func (d *Decoder) passOf(b []byte) (*pass, error) {
	if d.header.Width == 0 {
		return nil, format("a scan comes before the frame header")
	}
	if len(b) < 1 || len(b) < 4+2*int(b[0]) {
		return nil, format("a scan header is cut")
	}
	n := int(b[0])
	if n < 1 || n > d.header.Components {
		return nil, format("a scan has %d components", n)
	}
	p := &pass{from: int(b[1+2*n]), to: int(b[2+2*n]), high: int(b[3+2*n] >> 4), low: int(b[3+2*n] & 15)}
	progressive := d.header.Progressive
	if !progressive {
		p.from, p.to, p.high, p.low = 0, 63, 0, 0
	}
	if p.from > p.to || p.to > 63 || p.low > 13 || p.high > 14 || progressive && (p.from == 0) != (p.to == 0) || p.from > 0 && n > 1 {
		return nil, format("a scan covers coefficients %d to %d of %d components", p.from, p.to, n)
	}
	for i := range n {
		c := d.named(b[1+2*i])
		if c == nil {
			return nil, format("a scan names a component that is not there")
		}
		for _, other := range p.components {
			if other == c {
				return nil, format("a scan names a component twice")
			}
		}
		dc, ac := b[2+2*i]>>4, b[2+2*i]&15
		if dc > 3 || ac > 3 || !d.haveQuant[c.table] {
			return nil, format("a scan names a table that is not there")
		}
		c.dc, c.ac = d.codes[0][dc], d.codes[1][ac]
		needDC, needAC := p.from == 0 && p.high == 0, p.to > 0
		if needDC && c.dc == nil || needAC && c.ac == nil {
			return nil, format("a scan names a Huffman table that is not there")
		}
		p.components = append(p.components, c)
	}
	p.unitsX, p.units = d.unitsX, d.unitsX*d.unitsY
	if n == 1 {
		p.unitsX, p.units = p.components[0].ownX, p.components[0].ownX*p.components[0].ownY
	}
	return p, nil
}

func (d *Decoder) named(id byte) *component {
	for i := range d.header.Components {
		if d.components[i].id == id {
			return &d.components[i]
		}
	}
	return nil
}

// units decodes the units from..to of a pass and returns the first that could
// not be decoded whole. decode is nil for sequential pictures.
func (d *Decoder) units(p *pass, r *reader, from, to int, decode func(r *reader, c *component, block int)) int {
	single := len(p.components) == 1
	x, y := from%p.unitsX, from/p.unitsX
	for unit := from; unit < to; unit++ {
		for _, c := range p.components {
			h, v := c.h, c.v
			if single {
				h, v = 1, 1
			}
			for j := range v {
				for i := range h {
					if decode != nil {
						decode(r, c, (y*v+j)*c.blocksX+x*h+i)
					} else {
						d.sequential(r, c, c.pix[((y*v+j)*c.stride+x*h+i)*c.size:])
					}
				}
			}
		}
		if r.over() {
			return unit
		}
		if x++; x == p.unitsX {
			x, y = 0, y+1
		}
	}
	return to
}

// blank makes units grey that could not be decoded. In a progressive picture
// they keep what earlier passes gave.
func (d *Decoder) blank(p *pass, from, to int) {
	if d.header.Progressive {
		return
	}
	single := len(p.components) == 1
	for unit := from; unit < to; unit++ {
		x, y := unit%p.unitsX, unit/p.unitsX
		for _, c := range p.components {
			h, v := c.h, c.v
			if single {
				h, v = 1, 1
			}
			for j := range v {
				for i := range h {
					fill(c.pix[((y*v+j)*c.stride+x*h+i)*c.size:], c.stride, c.size, 0)
				}
			}
		}
	}
}

// columnOf has the bit of the column of a coefficient that is not in the first
// row of its block.
var columnOf = func() (c [64]uint8) {
	for i := 8; i < 64; i++ {
		c[i] = 1 << (i & 7)
	}
	return
}()

// sequential decodes one block of a sequential picture and transforms it.
func (d *Decoder) sequential(r *reader, c *component, out []byte) {
	b := &d.block
	*b = [64]int32{}
	quant := &d.quant[c.table]
	r.fill()
	c.last += r.receive(r.symbol(c.dc) & 15)
	b[0] = c.last * quant[0]
	ac := c.ac
	columns, last := uint8(0), 0
	for k := 1; k < 64; k++ {
		if r.n < 32 {
			r.fill()
		}
		var value int32
		if e := ac.whole[r.acc>>(64-fastBits)]; e != 0 {
			r.acc <<= e & 63
			r.n -= int(e & 255)
			k += int(e >> 8 & 15)
			value = e >> 16
		} else {
			s := r.symbol(ac)
			if s&15 == 0 {
				if s != 0xf0 {
					break
				}
				k += 15
				continue
			}
			k += int(s >> 4)
			value = r.receive(s & 15)
		}
		z := zigzag[k] & 63
		b[z] = value * quant[z]
		columns |= columnOf[z]
		last = k
	}
	if last == 0 {
		fill(out, c.stride, c.size, b[0])
		return
	}
	transform(b, columns, out, c)
}

func transform(b *[64]int32, columns uint8, out []byte, c *component) {
	switch c.size {
	case 8:
		inverse(b, columns, out, c.stride)
	case 4:
		inverse4(b, out, c.stride)
	case 2:
		inverse2(b, out, c.stride)
	default:
		fill(out, c.stride, 1, b[0])
	}
}
