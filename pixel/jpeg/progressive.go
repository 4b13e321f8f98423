package jpeg

// firstDC reads the leading bits of the DC value of one block.
func firstDC(r *reader, c *component, block, low int) {
	r.fill()
	c.last += r.receive(r.symbol(c.dc) & 15)
	c.coefficients[64*block] = int16(c.last << low)
}

// refineDC reads one more bit of it.
func refineDC(r *reader, c *component, block, low int) {
	if r.bit() != 0 {
		c.coefficients[64*block] |= 1 << low
	}
}

// firstAC reads the leading bits of a band of coefficients of one block.
func (p *pass) firstAC(r *reader, c *component, block int) {
	if p.run > 0 {
		p.run--
		return
	}
	b := c.coefficients[64*block:][:64]
	for k := p.from; k <= p.to; k++ {
		r.fill()
		s := r.symbol(c.ac)
		run, size := int(s>>4), s&15
		if size == 0 {
			if run < 15 {
				p.run = 1<<run + r.take(uint8(run)) - 1
				return
			}
			k += 15
			continue
		}
		k += run
		b[zigzag[k]&63] = int16(r.receive(size) << p.low)
	}
}

// refineAC reads one more bit of a band of coefficients of one block, and the
// coefficients that were zero so far.
func (p *pass) refineAC(r *reader, c *component, block int) {
	b := c.coefficients[64*block:][:64]
	bit := int16(1) << p.low
	k := p.from
	for p.run == 0 && k <= p.to {
		r.fill()
		s := r.symbol(c.ac)
		run, size := int(s>>4), s&15
		value := int16(0)
		switch {
		case size == 0 && run < 15:
			p.run = 1<<run + r.take(uint8(run))
		case size != 0:
			value = -bit
			if r.bit() != 0 {
				value = bit
			}
		}
		if p.run > 0 {
			break
		}
		for ; k <= p.to; k++ {
			z := zigzag[k]
			if b[z] != 0 {
				refine(r, &b[z], bit)
				continue
			}
			if run == 0 {
				b[z] = value
				k++
				break
			}
			run--
		}
		if r.over() {
			return
		}
	}
	if p.run > 0 {
		for ; k <= p.to; k++ {
			if z := zigzag[k]; b[z] != 0 {
				refine(r, &b[z], bit)
			}
		}
		p.run--
	}
}

func refine(r *reader, v *int16, bit int16) {
	if r.bit() == 0 || *v&bit != 0 {
		return
	}
	if *v > 0 {
		*v += bit
	} else {
		*v -= bit
	}
}

// transformAll turns the coefficients of a progressive picture into pixels.
func (d *Decoder) transformAll() {
	b := &d.block
	for i := range d.header.Components {
		c := &d.components[i]
		quant := &d.quant[c.table]
		for y := range c.blocksY {
			for x := range c.blocksX {
				in := c.coefficients[64*(y*c.blocksX+x):][:64:64]
				out := c.pix[(y*c.stride+x)*c.size:]
				columns, flat := uint8(0), true
				b[0] = int32(in[0]) * quant[0]
				for z := 1; z < 64; z++ {
					v := in[z]
					b[z] = int32(v) * quant[z]
					if v != 0 {
						columns |= columnOf[z]
						flat = false
					}
				}
				if flat {
					fill(out, c.stride, c.size, b[0])
				} else {
					transform(b, columns, out, c)
				}
			}
		}
	}
}
