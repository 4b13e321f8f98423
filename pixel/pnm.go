package pixel

import "image"

// pnmReader reads the numbers of a PBM, PGM or PPM file.
type pnmReader struct {
	data []byte
	p    int
}

// number reads a decimal number after white space and comments; ok is false at
// the end of the data and at anything else.
func (r *pnmReader) number() (n int, ok bool) {
	for r.p < len(r.data) {
		switch c := r.data[r.p]; {
		case c == '#':
			for r.p < len(r.data) && r.data[r.p] != '\n' && r.data[r.p] != '\r' {
				r.p++
			}
		case isSpace(c):
			r.p++
		default:
			start := r.p
			for r.p < len(r.data) && r.data[r.p] >= '0' && r.data[r.p] <= '9' {
				n = min(n*10+int(r.data[r.p]-'0'), 1<<27)
				r.p++
			}
			return n, r.p > start
		}
	}
	return 0, false
}

// bit reads one digit of a plain PBM file, where no space is needed between.
func (r *pnmReader) bit() (n int, ok bool) {
	for r.p < len(r.data) && (isSpace(r.data[r.p]) || r.data[r.p] == '#') {
		if r.data[r.p] == '#' {
			for r.p < len(r.data) && r.data[r.p] != '\n' && r.data[r.p] != '\r' {
				r.p++
			}
			continue
		}
		r.p++
	}
	if r.p >= len(r.data) {
		return 0, false
	}
	c := r.data[r.p]
	r.p++
	return int(c - '0'), c == '0' || c == '1'
}

// pnmShape is what the header of a PBM, PGM or PPM file says.
type pnmShape struct {
	kind          byte // '1' to '6'
	width, height int
	maximum       int
	pixels        int // offset of the first sample
}

func (s pnmShape) samples() int {
	if s.kind == '3' || s.kind == '6' {
		return 3
	}
	return 1
}

func readPNMHeader(data []byte) (pnmShape, error) {
	r := &pnmReader{data: data, p: 2}
	s := pnmShape{kind: data[1], maximum: 1}
	fields := []*int{&s.width, &s.height, &s.maximum}
	names := []string{"width", "height", "largest sample value"}
	if s.kind == '1' || s.kind == '4' {
		fields = fields[:2]
	}
	for i, f := range fields {
		n, ok := r.number()
		switch {
		case !ok && r.p >= len(data):
			return s, &Error{Reason: "the PNM file ends within its header", Truncated: true}
		case !ok:
			return s, failf("the PNM header has no number where the %s should stand", names[i])
		}
		*f = n
	}
	if s.maximum < 1 || s.maximum > 65535 {
		return s, failf("the PNM header gives %d as largest sample value; it must be from 1 to 65535", s.maximum)
	}
	s.pixels = r.p + 1 // one white space ends the header
	return s, nil
}

func pnmHeader(data []byte, info *Info) error {
	s, err := readPNMHeader(data)
	if err != nil {
		return err
	}
	info.Width, info.Height = s.width, s.height
	switch {
	case s.kind == '1' || s.kind == '4':
		info.Mode, info.Bits = "1", 1
	case s.samples() == 3:
		info.Mode = "RGB"
	case s.maximum > 255:
		info.Mode = "I;16"
	default:
		info.Mode = "L"
	}
	if s.maximum > 255 {
		info.Bits = 16
	}
	// A bitmap takes a byte for 8 pixels; of most of it nothing would be there.
	if uint64(s.width)*uint64(s.height)/8/1024 > uint64(len(data)) {
		return tooShort(info, len(data))
	}
	return nil
}

func pnmDecode(data []byte, p *picture, _ openOptions) error {
	s, err := readPNMHeader(data)
	if err != nil {
		return err
	}
	n := s.width * s.height * s.samples()
	values, have := s.read(data, n)
	if have == 0 {
		return &Error{Reason: "the PNM file ends before its first pixel", Truncated: true}
	}
	p.Truncated = have < n
	p.setImage(s.image(values))
	return nil
}

// read returns n samples scaled to 8 bits (16 where the maximum needs more),
// two bytes each, and how many of them the file has.
func (s pnmShape) read(data []byte, n int) (values []uint16, have int) {
	values = make([]uint16, n)
	limit := uint64(255)
	if s.maximum > 255 {
		limit = 65535
	}
	put := func(v int) {
		v = min(v, s.maximum)
		values[have] = uint16((uint64(v)*limit + uint64(s.maximum)/2) / uint64(s.maximum))
		have++
	}
	body := data[min(s.pixels, len(data)):]
	switch s.kind {
	case '1':
		r := &pnmReader{data: data, p: s.pixels - 1}
		for have < n {
			v, ok := r.bit()
			if !ok {
				break
			}
			put(1 - v)
		}
	case '2', '3':
		r := &pnmReader{data: data, p: s.pixels - 1}
		for have < n {
			v, ok := r.number()
			if !ok {
				break
			}
			put(v)
		}
	case '4':
		stride := (s.width + 7) / 8
		for y := 0; y < s.height && (y+1)*stride <= len(body); y++ {
			row := body[y*stride:]
			for x := range s.width {
				put(1 - int(row[x/8]>>(7-x%8)&1))
			}
		}
	default:
		if s.maximum > 255 {
			for ; have < n && len(body) >= 2; body = body[2:] {
				put(int(body[0])<<8 | int(body[1]))
			}
		} else {
			for _, v := range body[:min(n, len(body))] {
				put(int(v))
			}
		}
	}
	return values, have
}

// image packs samples into the image type of their number and depth.
func (s pnmShape) image(values []uint16) image.Image {
	r := image.Rect(0, 0, s.width, s.height)
	switch deep := s.maximum > 255; {
	case s.samples() == 1 && !deep:
		m := image.NewGray(r)
		for i, v := range values {
			m.Pix[i] = byte(v)
		}
		return m
	case s.samples() == 1:
		m := image.NewGray16(r)
		for i, v := range values {
			m.Pix[2*i], m.Pix[2*i+1] = byte(v>>8), byte(v)
		}
		return m
	case !deep:
		m := image.NewNRGBA(r)
		for i := range s.width * s.height {
			m.Pix[4*i], m.Pix[4*i+1], m.Pix[4*i+2], m.Pix[4*i+3] = byte(values[3*i]), byte(values[3*i+1]), byte(values[3*i+2]), 255
		}
		return m
	}
	m := image.NewNRGBA64(r)
	for i := range s.width * s.height {
		for c := range 3 {
			m.Pix[8*i+2*c], m.Pix[8*i+2*c+1] = byte(values[3*i+c]>>8), byte(values[3*i+c])
		}
		m.Pix[8*i+6], m.Pix[8*i+7] = 255, 255
	}
	return m
}
