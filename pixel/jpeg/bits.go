package jpeg

import (
	"bytes"
	"encoding/binary"
)

// pad is the number of bytes behind the end of a segment that the bit reader
// may look at.
const pad = 16

// far is a number of valid bits that only a reader behind its end has.
const far = 1 << 30

// reader takes bits from one segment of entropy-coded data, stuffing removed.
// Behind the end it reads zeros, and over tells so.
type reader struct {
	data []byte // with pad bytes behind end
	end  int
	at   int
	acc  uint64 // the next bits, from the top
	n    int    // how many of them are valid
}

// fill makes at least 56 bits valid.
func (r *reader) fill() {
	if r.at > r.end+pad-8 {
		r.n = far // all 63 bits that may be left are behind the end
		return
	}
	r.acc |= binary.BigEndian.Uint64(r.data[r.at:]) >> (r.n & 63)
	r.at += (63 - r.n) >> 3
	r.n |= 56
}

// over reports whether more bits were taken than there are.
func (r *reader) over() bool {
	return r.n > far/2 || 8*r.at-r.n > 8*r.end
}

// symbol decodes one Huffman symbol. It returns 0 for an impossible code and
// marks the reader as over. At least 16 bits must be valid.
func (r *reader) symbol(c *code) uint8 {
	if e := c.fast[r.acc>>(64-fastBits)]; e != 0 {
		r.acc <<= e & 63
		r.n -= int(e & 255)
		return uint8(e >> 8)
	}
	return r.longSymbol(c)
}

func (r *reader) longSymbol(c *code) uint8 {
	top := uint32(r.acc >> 48)
	length := 1
	for top >= c.limit[length] {
		length++
	}
	if length > 16 {
		r.at, r.n, r.acc = r.end+pad, far, 0
		return 0
	}
	s := c.symbols[uint8(c.offset[length]+int32(top>>(16-length)))]
	r.acc <<= length
	r.n -= length
	return s
}

// receive takes size bits (0 to 16) as a signed value of JPEG.
func (r *reader) receive(size uint8) int32 {
	if size == 0 {
		return 0
	}
	v := int32(r.acc >> (64 - size&63))
	r.acc <<= size & 63
	r.n -= int(size)
	if v < 1<<(size-1) {
		v += -1<<size + 1
	}
	return v
}

// bit takes one bit.
func (r *reader) bit() uint64 {
	if r.n < 1 {
		r.fill()
	}
	b := r.acc >> 63
	r.acc <<= 1
	r.n--
	return b
}

// take takes size bits (0 to 16) as an unsigned value.
func (r *reader) take(size uint8) int {
	if r.n < 16 {
		r.fill()
	}
	v := int(r.acc >> 1 >> (63 - size&63))
	r.acc <<= size & 63
	r.n -= int(size)
	return v
}

// piece is a run of entropy-coded data between restart markers.
type piece struct {
	from, to int // in the unstuffed buffer
	restart  int // number of the marker that ended it, -1 for the last
}

// entropy removes the stuffing from the entropy-coded data at d.at, cuts it at
// restart markers and leaves d.at at the marker that ends it. ended is false
// when the file ends first.
func (d *Decoder) entropy() (ended bool) {
	src := d.data[d.at:]
	if need := len(src) + pad; cap(d.buffer) < need {
		d.buffer = make([]byte, need+need/4)
	}
	buf := d.buffer[:0]
	d.pieces = d.pieces[:0]
	from := 0
	finish := func(restart int) {
		d.pieces = append(d.pieces, piece{from, len(buf), restart})
		from = len(buf)
	}
	for {
		i := bytes.IndexByte(src, 0xff)
		if i < 0 || i+1 >= len(src) {
			if i < 0 {
				i = len(src)
			}
			buf = append(buf, src[:i]...)
			src = nil
			finish(-1)
			break
		}
		m := src[i+1]
		if m == 0 {
			buf = append(buf, src[:i+1]...)
			src = src[i+2:]
			continue
		}
		buf = append(buf, src[:i]...)
		if m == 0xff { // fill bytes before a marker
			src = src[i+1:]
			continue
		}
		if m >= markerRST0 && m <= markerRST7 {
			finish(int(m - markerRST0))
			src = src[i+2:]
			continue
		}
		src = src[i:]
		finish(-1)
		ended = true
		break
	}
	d.at = len(d.data) - len(src)
	if d.header.Width > 0 && d.interval == 0 {
		// Without a restart interval the markers mean nothing.
		d.pieces = append(d.pieces[:0], piece{0, len(buf), -1})
	}
	d.unstuffed = buf[:len(buf)+pad]
	clear(d.unstuffed[len(buf):])
	return ended
}

// readerOf starts a reader on a piece. What it reads over the end of a piece is
// the next piece or zeros; over tells that it did.
func (d *Decoder) readerOf(p piece) reader {
	return reader{data: d.unstuffed[p.from:], end: p.to - p.from}
}
