package dataset

import (
	"fmt"
	"math"
	"strings"
)

// MaxMaskPixels bounds the pictures that masks are made of.
const MaxMaskPixels = 1 << 28

// DecodeRLE reads the compressed run lengths of COCO, as pycocotools writes
// them, of a picture of w by h pixels. Each length is a signed number in groups
// of five bits, least first; a character holds one group, plus 32 when more
// follow, plus the code of "0". From the fourth length on the difference from
// the one two before is written. The error is a clause that says why the text
// fits to no mask of that size.
func DecodeRLE(s string, w, h int) (Mask, error) {
	if err := checkSize(w, h); err != nil {
		return Mask{}, err
	}
	m := Mask{Width: w, Height: h, Counts: make([]uint32, 0, min(len(s), 1<<16))}
	total := int64(0)
	for p := 0; p < len(s); {
		first := p
		x := int64(0)
		for shift := uint(0); ; shift += 5 {
			if p >= len(s) {
				return Mask{}, fmt.Errorf("the run lengths end inside of number %d", len(m.Counts)+1)
			}
			c := int64(s[p]) - '0'
			if c < 0 || c > 63 {
				return Mask{}, fmt.Errorf("character %d of the run lengths is %q, and only those from \"0\" to \"o\" are used", p+1, s[p])
			}
			if shift > 35 {
				return Mask{}, fmt.Errorf("number %d of the run lengths, at character %d, is longer than any picture needs", len(m.Counts)+1, first+1)
			}
			x |= c & 31 << shift
			p++
			if c&32 == 0 {
				if c&16 != 0 {
					x |= -1 << (shift + 5)
				}
				break
			}
		}
		if n := len(m.Counts); n > 2 {
			x += int64(m.Counts[n-2])
		}
		total += x
		if x < 0 || total > int64(w)*int64(h) {
			return Mask{}, fmt.Errorf("number %d of the run lengths is %d, which does not fit to %d × %d pixels", len(m.Counts)+1, x, w, h)
		}
		m.Counts = append(m.Counts, uint32(x))
	}
	if total != int64(w)*int64(h) {
		return Mask{}, fmt.Errorf("the run lengths add up to %d, and %d × %d pixels are %d", total, w, h, int64(w)*int64(h))
	}
	return m, nil
}

// EncodeRLE writes the run lengths as DecodeRLE reads them, byte for byte as
// pycocotools does.
func (m Mask) EncodeRLE() string {
	var b strings.Builder
	b.Grow(2 * len(m.Counts))
	for i, n := range m.Counts {
		x := int64(n)
		if i > 2 {
			x -= int64(m.Counts[i-2])
		}
		for more := true; more; {
			c := byte(x & 31)
			x >>= 5
			if c&16 != 0 {
				more = x != -1
			} else {
				more = x != 0
			}
			if more {
				c |= 32
			}
			b.WriteByte(c + '0')
		}
	}
	return b.String()
}

// Check returns an error, a clause, when the run lengths do not add up to the
// size of the picture or the picture is larger than MaxMaskPixels.
func (m Mask) Check() error {
	if err := checkSize(m.Width, m.Height); err != nil {
		return err
	}
	total := uint64(0)
	for _, n := range m.Counts {
		total += uint64(n)
	}
	if total != uint64(m.Width)*uint64(m.Height) {
		return fmt.Errorf("the run lengths add up to %d, and %d × %d pixels are %d", total, m.Width, m.Height, m.Width*m.Height)
	}
	return nil
}

func checkSize(w, h int) error {
	if w < 0 || h < 0 {
		return fmt.Errorf("a mask of %d × %d pixels cannot be", w, h)
	}
	if w > 0 && h > MaxMaskPixels/w || w > math.MaxInt32 || h > math.MaxInt32 {
		return fmt.Errorf("a mask of %d × %d pixels is larger than the %d pixels that are read", w, h, MaxMaskPixels)
	}
	return nil
}
