package masks

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Limits on a label picture.
const (
	maxSide   = 1 << 20
	maxPixels = 1 << 28
	maxFile   = 1 << 30
	// maxDeflate is how much longer than its compressed form data can be.
	maxDeflate = 1032
)

// PNG colour types.
const (
	gray      = 0
	rgb       = 2
	palette   = 3
	grayAlpha = 4
	rgba      = 6
)

// A picture holds the samples of a PNG as they are stored: a gray level of any
// depth as its number, a pixel of a palette as its index.
type picture struct {
	width, height int
	colour, depth byte
	interlaced    bool
	// palette holds the colours of a palette, red in bits 16 to 23.
	palette []uint32
	// size is the number of bytes of a pixel in pix, from 1 to 4. Samples of 16
	// bits have their high byte first.
	size int
	pix  []byte
	// filters are those of the scan lines, pass by pass.
	filters []byte
	// from and to bound the IDAT chunks in the file; chunk is the longest of them.
	from, to, chunk int
}

const signature = "\x89PNG\r\n\x1a\n"

// isPNG reports whether data starts like a PNG.
func isPNG(data []byte) bool { return bytes.HasPrefix(data, []byte(signature)) }

// decode reads a PNG. The error is a clause.
func decode(data []byte) (*picture, error) {
	if !isPNG(data) {
		return nil, errors.New("it is no PNG")
	}
	p := &picture{}
	var idat []io.Reader
	compressed := 0
	for at := len(signature); ; {
		if len(data)-at < 12 {
			return nil, errors.New("it ends before its last chunk")
		}
		n := int64(binary.BigEndian.Uint32(data[at:]))
		if n > int64(len(data)-at-12) {
			return nil, errors.New("it ends in a chunk")
		}
		end := at + 12 + int(n)
		kind, body := string(data[at+4:at+8]), data[at+8:end-4]
		if crc32.ChecksumIEEE(data[at+4:end-4]) != binary.BigEndian.Uint32(data[end-4:]) {
			return nil, fmt.Errorf("the checksum of its chunk %q at byte %d is wrong", kind, at)
		}
		switch {
		case p.width == 0:
			if kind != "IHDR" {
				return nil, errors.New("it has no header")
			}
			if err := p.header(body); err != nil {
				return nil, err
			}
		case kind == "PLTE":
			for i := 0; i+2 < len(body); i += 3 {
				p.palette = append(p.palette, uint32(body[i])<<16|uint32(body[i+1])<<8|uint32(body[i+2]))
			}
		case kind == "IDAT":
			if idat == nil {
				p.from = at
			} else if p.to != at {
				return nil, errors.New("its IDAT chunks do not follow each other")
			}
			p.to, p.chunk = end, max(p.chunk, len(body))
			compressed += len(body)
			idat = append(idat, bytes.NewReader(body))
		case kind == "IEND":
			if idat == nil {
				return nil, errors.New("it holds no pixels")
			}
			return p, p.inflate(io.MultiReader(idat...), compressed)
		}
		at = end
	}
}

func (p *picture) header(b []byte) error {
	if len(b) != 13 {
		return errors.New("its header has the wrong length")
	}
	w, h := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if w == 0 || h == 0 || w > maxSide || h > maxSide || uint64(w)*uint64(h) > maxPixels {
		return fmt.Errorf("it says that it has %d × %d pixels; at most %d can be read", w, h, maxPixels)
	}
	p.width, p.height, p.depth, p.colour, p.interlaced = int(w), int(h), b[8], b[9], b[12] == 1
	if b[10] != 0 || b[11] != 0 || b[12] > 1 {
		return errors.New("its header names a method of compression, filtering or interlacing that is not known")
	}
	channels := map[byte]int{gray: 1, rgb: 3, palette: 1, grayAlpha: 2, rgba: 4}[p.colour]
	switch {
	case p.depth == 8 && channels > 0:
		p.size = channels
	case p.depth == 16 && (p.colour == gray || p.colour == grayAlpha):
		p.size = 2 * channels
	case (p.depth == 1 || p.depth == 2 || p.depth == 4) && channels == 1:
		p.size = 1
	case p.depth == 16 && (p.colour == rgb || p.colour == rgba):
		return errors.New("it has colours of 16 bits a channel; label pictures with gray levels, a palette or colours of 8 bits can be read")
	default:
		return fmt.Errorf("its header says colour type %d with %d bits, which no PNG has", p.colour, p.depth)
	}
	return nil
}

// A pass is the grid of pixels that one run over the picture stores.
type pass struct{ x, y, dx, dy int }

var (
	progressive = []pass{{0, 0, 1, 1}}
	adam7       = []pass{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
)

// passes calls visit with the runs that hold pixels: their size in pixels and
// the bytes of a scan line.
func (p *picture) passes(visit func(s pass, w, h, stride int) error) error {
	list := progressive
	if p.interlaced {
		list = adam7
	}
	for _, s := range list {
		w, h := (p.width-s.x+s.dx-1)/s.dx, (p.height-s.y+s.dy-1)/s.dy
		if w <= 0 || h <= 0 {
			continue
		}
		stride := w * p.size
		if p.depth < 8 {
			stride = (w*int(p.depth) + 7) / 8
		}
		if err := visit(s, w, h, stride); err != nil {
			return err
		}
	}
	return nil
}

func (p *picture) inflate(src io.Reader, compressed int) error {
	total := 0
	_ = p.passes(func(_ pass, _, h, stride int) error { total += h * (stride + 1); return nil }) // adds only
	if total > maxDeflate*compressed {
		return errors.New("it holds fewer bytes than its size needs")
	}
	z, err := zlib.NewReader(src)
	if err != nil {
		return fmt.Errorf("its pixels are damaged: %w", err)
	}
	p.pix = make([]byte, p.width*p.height*p.size)
	err = p.passes(func(s pass, w, h, stride int) error {
		// Scan lines have p.size zero bytes in front for the filters.
		last, line := make([]byte, p.size+stride), make([]byte, p.size+stride)
		var filter [1]byte
		for y := range h {
			if _, err := io.ReadFull(z, filter[:]); err != nil {
				return err
			}
			if _, err := io.ReadFull(z, line[p.size:]); err != nil {
				return err
			}
			if filter[0] > 4 {
				return fmt.Errorf("a scan line has the filter %d, which no PNG has", filter[0])
			}
			p.filters = append(p.filters, filter[0])
			unfilter(filter[0], line, last, p.size)
			p.unpack(line[p.size:], s, w, y)
			last, line = line, last
		}
		return nil
	})
	if err == nil {
		var more [1]byte
		if _, err = z.Read(more[:]); errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("its pixels are damaged: %w", err)
	}
	return nil
}

// unfilter turns a filtered scan line into its bytes. Both lines start with
// bpp zero bytes.
func unfilter(filter byte, line, last []byte, bpp int) {
	switch filter {
	case 0:
	case 1:
		for i := bpp; i < len(line); i++ {
			line[i] += line[i-bpp]
		}
	case 2:
		for i := bpp; i < len(line); i++ {
			line[i] += last[i]
		}
	default:
		for i := bpp; i < len(line); i++ {
			line[i] += predict(filter, line[i-bpp], last[i], last[i-bpp])
		}
	}
}

// predict is what a filter expects from the bytes to the left, above, and above
// to the left.
func predict(filter, a, b, c byte) byte {
	switch filter {
	case 1:
		return a
	case 2:
		return b
	case 3:
		return byte((int(a) + int(b)) / 2)
	case 4:
		pa, pb, pc := abs(int(b)-int(c)), abs(int(a)-int(c)), abs(int(a)+int(b)-2*int(c))
		switch {
		case pa <= pb && pa <= pc:
			return a
		case pb <= pc:
			return b
		}
		return c
	}
	return 0
}

func abs(v int) int { return max(v, -v) }

// unpack puts a scan line into pix.
func (p *picture) unpack(line []byte, s pass, w, y int) {
	row := (s.y + y*s.dy) * p.width
	if p.depth >= 8 && s.dx == 1 {
		copy(p.pix[(row+s.x)*p.size:], line)
		return
	}
	for i := range w {
		to := (row + s.x + i*s.dx) * p.size
		if p.depth >= 8 {
			copy(p.pix[to:to+p.size], line[i*p.size:])
			continue
		}
		bit := i * int(p.depth)
		p.pix[to] = line[bit/8] >> (8 - int(p.depth) - bit%8) & (1<<p.depth - 1)
	}
}

// pack is the reverse of unpack.
func (p *picture) pack(line []byte, s pass, w, y int) {
	clear(line)
	row := (s.y + y*s.dy) * p.width
	for i := range w {
		from := (row + s.x + i*s.dx) * p.size
		if p.depth >= 8 {
			copy(line[i*p.size:], p.pix[from:from+p.size])
			continue
		}
		bit := i * int(p.depth)
		line[bit/8] |= p.pix[from] << (8 - int(p.depth) - bit%8)
	}
}

// encode returns the IDAT chunks of the pixels, with the filters and about the
// length of chunks that the file had.
func (p *picture) encode() ([]byte, error) {
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	n := 0
	err = p.passes(func(s pass, w, h, stride int) error {
		last, line := make([]byte, p.size+stride), make([]byte, p.size+stride)
		out := make([]byte, 1+stride)
		for y := range h {
			p.pack(line[p.size:], s, w, y)
			out[0] = p.filters[n]
			n++
			for i := p.size; i < len(line); i++ {
				out[1+i-p.size] = line[i] - predict(out[0], line[i-p.size], last[i], last[i-p.size])
			}
			if _, err := z.Write(out); err != nil {
				return err
			}
			last, line = line, last
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	var out []byte
	for rest := packed.Bytes(); len(rest) > 0; {
		k := min(len(rest), max(p.chunk, 8<<10))
		out = appendChunk(out, "IDAT", rest[:k])
		rest = rest[k:]
	}
	return out, nil
}

func appendChunk(out []byte, kind string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	from := len(out)
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}

// at returns the value of pixel i, counted row by row: a gray level, an index
// of a palette, or a colour with red in bits 16 to 23. The bits above are 255
// less the opacity.
func (p *picture) at(i int) uint32 {
	switch {
	case p.size == 1:
		return uint32(p.pix[i])
	case p.colour == gray:
		return uint32(p.pix[2*i])<<8 | uint32(p.pix[2*i+1])
	case p.size == 3:
		b := p.pix[3*i : 3*i+3]
		return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	case p.colour == rgba:
		b := p.pix[4*i : 4*i+4]
		return uint32(^b[3])<<24 | uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	case p.size == 2: // a gray level with opacity
		return uint32(^p.pix[2*i+1])<<24 | uint32(p.pix[2*i])
	}
	b := p.pix[4*i : 4*i+4]
	return uint32(^b[2])<<24 | uint32(b[0])<<8 | uint32(b[1])
}

// set gives pixel i a value, which fits.
func (p *picture) set(i int, v uint32) {
	switch {
	case p.size == 1:
		p.pix[i] = byte(v)
	case p.colour == gray:
		p.pix[2*i], p.pix[2*i+1] = byte(v>>8), byte(v)
	case p.size == 3:
		p.pix[3*i], p.pix[3*i+1], p.pix[3*i+2] = byte(v>>16), byte(v>>8), byte(v)
	case p.colour == rgba:
		p.pix[4*i], p.pix[4*i+1], p.pix[4*i+2], p.pix[4*i+3] = byte(v>>16), byte(v>>8), byte(v), ^byte(v>>24)
	case p.size == 2:
		p.pix[2*i], p.pix[2*i+1] = byte(v), ^byte(v>>24)
	default:
		p.pix[4*i], p.pix[4*i+1] = byte(v>>8), byte(v)
		if a := ^byte(v >> 24); a != p.pix[4*i+2] {
			p.pix[4*i+2], p.pix[4*i+3] = a, a
		}
	}
}

// fits reports whether a pixel can have the value.
func (p *picture) fits(v uint32) bool {
	switch p.colour {
	case palette:
		return int(v) < len(p.palette) && v < 1<<p.depth
	case gray:
		return v < 1<<p.depth
	case rgb:
		return v < 1<<24
	case grayAlpha:
		return v&0xffffff < 1<<p.depth
	}
	return true
}
