package jpeg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The errors of [Decoder.Decode] and [ReadHeader]; test with errors.Is.
var (
	// ErrShort means that the data ends before anything can be decoded.
	ErrShort = errors.New("the JPEG data ends before its first pixel")
	// ErrUnsupported means that the file is a JPEG of a kind that is not read.
	ErrUnsupported = errors.New("this kind of JPEG is not supported")
	// ErrFormat means that the data breaks the rules of the format.
	ErrFormat = errors.New("the JPEG data is damaged")
)

func format(why string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(why, args...))
}

// Header is what precedes the pixels.
type Header struct {
	// Width and Height are in pixels, before scaling and EXIF orientation.
	Width, Height int
	// Components is 1, 3 or 4.
	Components int
	// Progressive tells that the picture comes in several passes.
	Progressive bool
	// Exif is the EXIF block from its "Exif" signature on, nil without one.
	Exif []byte
}

// The markers that matter here.
const (
	markerSOF0 = 0xc0
	markerSOF1 = 0xc1
	markerSOF2 = 0xc2
	markerDHT  = 0xc4
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerDQT  = 0xdb
	markerDRI  = 0xdd
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
	markerAPPE = 0xee
)

// ReadHeader reads the segments before the first scan.
func ReadHeader(data []byte) (Header, error) { return NewDecoder().ReadHeader(data) }

// ReadHeader reads the segments before the first scan. It makes the picture of
// an earlier Decode invalid.
func (d *Decoder) ReadHeader(data []byte) (Header, error) {
	d.begin(data, 1)
	defer func() { d.data = nil }()
	for {
		marker, body, err := d.segment()
		if err != nil {
			return d.header, err
		}
		switch {
		case marker == markerSOS && d.header.Width == 0:
			return d.header, format("a scan comes before the frame header")
		case marker == markerSOS:
			return d.header, nil
		case marker == markerEOI:
			return d.header, ErrShort
		case isFrame(marker):
			if err := d.frame(marker, body); err != nil {
				return d.header, err
			}
		case marker == markerAPP1:
			d.app1(body)
		}
	}
}

// isFrame tells whether a marker starts a frame header (SOFn).
func isFrame(m byte) bool { return m >= 0xc0 && m <= 0xcf && m != markerDHT && m != 0xc8 && m != 0xcc }

// segment returns the next marker and the body of its segment, nil for markers
// that have none. Stray bytes between segments are skipped.
func (d *Decoder) segment() (marker byte, body []byte, err error) {
	for d.at < len(d.data) {
		i := bytes.IndexByte(d.data[d.at:], 0xff)
		if i < 0 {
			break
		}
		d.at += i + 1
		for d.at < len(d.data) && d.data[d.at] == 0xff {
			d.at++
		}
		if d.at >= len(d.data) {
			break
		}
		m := d.data[d.at]
		d.at++
		switch {
		case m == 0 || m == 1 || m >= markerRST0 && m <= markerSOI:
			continue
		case m == markerEOI:
			return m, nil, nil
		}
		if d.at+2 > len(d.data) {
			break
		}
		n := int(binary.BigEndian.Uint16(d.data[d.at:]))
		if n < 2 {
			return 0, nil, format("a segment has the length %d", n)
		}
		if d.at+n > len(d.data) {
			break
		}
		body = d.data[d.at+2 : d.at+n]
		d.at += n
		return m, body, nil
	}
	d.at = len(d.data)
	return 0, nil, ErrShort
}

// frame reads a frame header.
func (d *Decoder) frame(marker byte, b []byte) error {
	switch {
	case d.header.Width != 0:
		return format("it has two frame headers")
	case marker > markerSOF2:
		return fmt.Errorf("%w: coding SOF%d", ErrUnsupported, marker-markerSOF0)
	case len(b) < 6:
		return format("the frame header has %d bytes", len(b))
	case b[0] != 8:
		return fmt.Errorf("%w: %d bits a sample", ErrUnsupported, b[0])
	}
	height, width := int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	n := int(b[5])
	switch {
	case width == 0:
		return format("the width is 0")
	case height == 0:
		return fmt.Errorf("%w: the height is not in the frame header", ErrUnsupported)
	case n != 1 && n != 3 && n != 4:
		return fmt.Errorf("%w: %d components", ErrUnsupported, n)
	case len(b) < 6+3*n:
		return format("the frame header has %d bytes for %d components", len(b), n)
	}
	for i := range n {
		c := &d.components[i]
		*c = component{pix: c.pix, coefficients: c.coefficients}
		c.id, c.h, c.v, c.table = b[6+3*i], int(b[7+3*i]>>4), int(b[7+3*i]&15), int(b[8+3*i])
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.table > 3 {
			return format("component %d has sampling %d×%d and table %d", i, c.h, c.v, c.table)
		}
		for _, other := range d.components[:i] {
			if other.id == c.id {
				return format("two components have the same name")
			}
		}
	}
	if n == 1 {
		d.components[0].h, d.components[0].v = 1, 1
	}
	d.header.Width, d.header.Height, d.header.Components = width, height, n
	d.header.Progressive = marker == markerSOF2
	return nil
}

// quantTables reads a DQT segment.
func (d *Decoder) quantTables(b []byte) error {
	for len(b) > 0 {
		wide, id := b[0]>>4, b[0]&15
		size := 64 * (1 + int(wide))
		if wide > 1 || id > 3 || len(b) < 1+size {
			return format("a quantisation table is cut or has no valid number")
		}
		t := &d.quant[id]
		for i := range 64 {
			v := int32(b[1+i])
			if wide == 1 {
				v = int32(binary.BigEndian.Uint16(b[1+2*i:]))
			}
			t[zigzag[i]] = v
		}
		d.haveQuant[id] = true
		b = b[1+size:]
	}
	return nil
}

func (d *Decoder) app1(b []byte) {
	if d.header.Exif == nil && bytes.HasPrefix(b, []byte("Exif\x00")) {
		d.header.Exif = b
	}
}

// zigzag maps the coding order of coefficients to rows of eight. The 16
// entries beyond the end catch runs that are too long.
var zigzag = [80]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
	63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
}
