package pixel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// maxStrip is the largest height of a JPEG in pixels.
const maxStrip = 65535

// Strip writes one baseline JPEG of side×(side·n) pixels that shows n thumbs,
// as [EncodeThumb] made them with the same side, one below the other. Nothing
// is decoded or encoded: the restart interval is set to one thumb and the
// entropy-coded bytes are copied between restart markers. At most 65535/side
// thumbs fit one strip. A thumb that is empty shows as [BlankThumb].
func Strip(w io.Writer, side int, thumbs [][]byte) error {
	if side < 16 || side%16 != 0 || len(thumbs) == 0 || side*len(thumbs) > maxStrip {
		return fmt.Errorf("a strip of %d thumbs of side %d cannot be made: the side must be a multiple of 16 and the height at most %d", len(thumbs), side, maxStrip)
	}
	if _, err := w.Write(jpegHead(side, side*len(thumbs), side*side/256)); err != nil {
		return err
	}
	var blank []byte
	for i, t := range thumbs {
		if len(t) == 0 {
			if blank == nil {
				blank = BlankThumb(side, 128)
			}
			t = blank
		}
		if _, err := w.Write(t); err != nil {
			return err
		}
		marker := []byte{0xff, 0xd0 + byte(i%8)}
		if i == len(thumbs)-1 {
			marker[1] = 0xd9
		}
		if _, err := w.Write(marker); err != nil {
			return err
		}
	}
	return nil
}

// StandaloneJPEG returns one thumb as a JPEG file of side×side pixels.
func StandaloneJPEG(side int, thumb []byte) []byte {
	var b bytes.Buffer
	if err := Strip(&b, side, [][]byte{thumb}); err != nil {
		return nil
	}
	return b.Bytes()
}

// BlankThumb is a thumb of one shade of grey.
func BlankThumb(side int, grey uint8) []byte {
	return EncodeThumb(bytes.Repeat([]byte{grey}, 3*side*side), side)
}

// jpegHead returns everything before the entropy-coded data; interval is the
// number of 16×16 units between restart markers.
func jpegHead(width, height, interval int) []byte {
	t := tables()
	var b []byte
	segment := func(marker byte, body ...byte) {
		b = append(b, 0xff, marker)
		b = binary.BigEndian.AppendUint16(b, uint16(2+len(body)))
		b = append(b, body...)
	}
	b = append(b, 0xff, 0xd8)
	segment(0xe0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)
	for c := range t.quant {
		body := []byte{byte(c)}
		for _, z := range zigzag {
			body = append(body, t.quant[c][z])
		}
		segment(0xdb, body...)
	}
	segment(0xc0, 8, byte(height>>8), byte(height), byte(width>>8), byte(width), 3,
		1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1)
	for i := range annexKCodes {
		s := &annexKCodes[i]
		body := append([]byte{byte(i&1<<4 | i>>1)}, s.counts[:]...)
		segment(0xc4, append(body, s.symbols...)...)
	}
	segment(0xdd, byte(interval>>8), byte(interval))
	segment(0xda, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)
	return b
}
