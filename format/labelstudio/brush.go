package labelstudio

import (
	"errors"
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// The packing that is written: words of eight bits, and run lengths of up to
// 3, 4, 8 or 16 bits.
const wordBits = 8

var sizeBits = [4]uint{3, 4, 8, 16}

// DecodeBrush unpacks the run lengths of a brush mask in a picture of w by h
// pixels and returns the pixels that are not transparent.
//
// The packing is that of the rle-pack library. A stream of bits holds the number
// of values in 32 bits, the size of a value less one in 5, and four sizes of run
// lengths less one in 4 each; then runs: a bit that tells whether one value is
// repeated, two bits that choose the size of the length, the length less one,
// and the one value or all of them. The values are red, green, blue and alpha of
// every pixel, row by row. The error is a clause.
func DecodeBrush(rle []byte, w, h int) (dataset.Mask, error) {
	if w <= 0 || h <= 0 || w > dataset.MaxMaskPixels/h {
		return dataset.Mask{}, fmt.Errorf("a mask of %d × %d pixels cannot be read", w, h)
	}
	in := bits{data: rle}
	num := int(in.read(32))
	word := in.read(5) + 1
	var sizes [4]uint
	for i := range sizes {
		sizes[i] = uint(in.read(4)) + 1
	}
	switch longest := max(sizes[0], sizes[1], sizes[2], sizes[3]); {
	case in.short:
		return dataset.Mask{}, errors.New("the run lengths end before they begin")
	case num != 4*w*h:
		return dataset.Mask{}, fmt.Errorf("the run lengths are of %d values, and %d × %d pixels have %d", num, w, h, 4*w*h)
	case num>>longest > 8*len(rle)/int(uint(word)+longest)+1:
		return dataset.Mask{}, errors.New("there are too few run lengths for the picture")
	}
	inside := make([]uint64, (w*h+63)/64)
	for i := 0; i < num; {
		same := in.read(1) == 1
		n := int(in.read(sizes[in.read(2)])) + 1
		if in.short || n > num-i {
			return dataset.Mask{}, fmt.Errorf("the run lengths go wrong at value %d of %d", i+1, num)
		}
		if !same {
			for range n {
				if v := in.read(uint(word)); v != 0 && i%4 == 3 {
					inside[i/4/64] |= 1 << (i / 4 % 64)
				}
				i++
			}
			continue
		}
		if v := in.read(uint(word)); v != 0 {
			// Alpha is the last of the four values of a pixel.
			for p := i / 4; 4*p+3 < i+n; p++ {
				inside[p/64] |= 1 << (p % 64)
			}
		}
		i += n
	}
	if in.short {
		return dataset.Mask{}, errors.New("the run lengths end too early")
	}
	return dataset.NewMask(w, h, func(x, y int) bool {
		p := y*w + x
		return inside[p/64]>>(p%64)&1 == 1
	}), nil
}

// EncodeBrush packs a mask as DecodeBrush unpacks it: 255 in all four values of
// a pixel inside, 0 outside.
func EncodeBrush(m dataset.Mask) []byte {
	num := 4 * m.Width * m.Height
	var out packer
	out.write(uint64(num), 32)
	out.write(wordBits-1, 5)
	for _, s := range sizeBits {
		out.write(uint64(s-1), 4)
	}
	run := func(inside bool, n int) {
		value := uint64(0)
		if inside {
			value = 255
		}
		for n > 0 {
			k := 0
			for k < 3 && n > 1<<sizeBits[k] {
				k++
			}
			part := min(n, 1<<sizeBits[k])
			out.write(1, 1)
			out.write(uint64(k), 2)
			out.write(uint64(part-1), sizeBits[k])
			out.write(value, wordBits)
			n -= part
		}
	}
	pix := m.Pixels()
	for i := 0; i < len(pix); {
		j := i
		for j < len(pix) && pix[j] == pix[i] {
			j++
		}
		run(pix[i], 4*(j-i))
		i = j
	}
	return out.data
}

// bits reads a stream of bits, the first one of a byte highest.
type bits struct {
	data  []byte
	at    int
	short bool
}

func (b *bits) read(n uint) uint64 {
	var v uint64
	for n > 0 {
		if b.at>>3 >= len(b.data) {
			b.short = true
			return 0
		}
		left := 8 - uint(b.at&7)
		k := min(n, left)
		v = v<<k | uint64(b.data[b.at>>3]>>(left-k))&(1<<k-1)
		b.at += int(k)
		n -= k
	}
	return v
}

// packer writes a stream of bits.
type packer struct {
	data []byte
	used uint // bits of the last byte
}

func (p *packer) write(v uint64, n uint) {
	for n > 0 {
		if p.used&7 == 0 {
			p.data, p.used = append(p.data, 0), 0
		}
		left := 8 - p.used
		k := min(n, left)
		p.data[len(p.data)-1] |= byte(v >> (n - k) & (1<<k - 1) << (left - k))
		p.used += k
		n -= k
	}
}

// brushBytes reads the list of bytes of an rle.
func brushBytes(n jsontext.Node) ([]byte, error) {
	if n.Kind() != jsontext.Array {
		return nil, errors.New("it has no run lengths")
	}
	var out []byte
	for i, e := range n.Elements() {
		v, ok := e.Int()
		if !ok || v < 0 || v > 255 {
			return nil, fmt.Errorf("element %d of its run lengths is no byte", i+1)
		}
		out = append(out, byte(v))
	}
	return out, nil
}

// brushText spells bytes as a list.
func brushText(rle []byte) []byte {
	out := []byte{'['}
	for i, b := range rle {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = fmt.Appendf(out, "%d", b)
	}
	return append(out, ']')
}
