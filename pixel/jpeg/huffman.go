package jpeg

import (
	"bytes"
	"sync"
)

// fastBits is the number of leading bits that one look-up decodes.
const fastBits = 10

// code is a Huffman code ready for decoding.
type code struct {
	// fast maps the next fastBits bits to symbol<<8 | length, 0 where the code
	// is longer.
	fast [1 << fastBits]uint16
	// whole maps them to a whole coefficient where it fits: the value in the
	// high 16 bits, the run of zeros before it in bits 8 to 15, and the number
	// of bits of code and value together in the low 8; 0 where it does not fit.
	// Symbols without a value (end of block, 16 zeros) are not in it.
	whole [1 << fastBits]int32
	// Longer codes: those of length l are below limit[l] when the next 16 bits
	// are compared, and have the symbols from offset[l] on.
	limit   [18]uint32
	offset  [18]int32
	symbols [256]uint8
}

// errCode is a Huffman code that cannot be.
var errCode = format("a Huffman table is not a prefix code")

// build fills c from the 16 counts and the symbols of a DHT segment.
func (c *code) build(counts, symbols []byte) error {
	*c = code{}
	copy(c.symbols[:], symbols)
	next, k := uint32(0), 0
	for length := 1; length <= 16; length++ {
		n := int(counts[length-1])
		c.offset[length] = int32(k) - int32(next)
		for range n {
			if next >= 1<<length {
				return errCode
			}
			if length <= fastBits {
				from := next << (fastBits - length)
				entry := uint16(symbols[k])<<8 | uint16(length)
				for i := range uint32(1) << (fastBits - length) {
					c.fast[from+i] = entry
				}
			}
			next++
			k++
		}
		c.limit[length] = next << (16 - length)
		next <<= 1
	}
	c.limit[17] = 1 << 17
	for i, e := range c.fast {
		length, symbol := int(e&255), int(e>>8)
		run, size := symbol>>4, symbol&15
		if length == 0 || size == 0 || length+size > fastBits {
			continue
		}
		low := int32(i) >> (fastBits - length - size) & (1<<size - 1)
		if low < 1<<(size-1) {
			low += -1<<size + 1
		}
		c.whole[i] = low<<16 | int32(run)<<8 | int32(length+size)
	}
	return nil
}

// huffmanTables reads a DHT segment.
func (d *Decoder) huffmanTables(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 {
			return format("a Huffman table is cut")
		}
		class, id := b[0]>>4, b[0]&15
		if class > 1 || id > 3 {
			return format("a Huffman table has the number %d", b[0])
		}
		n := 0
		for _, k := range b[1:17] {
			n += int(k)
		}
		if n > 256 || len(b) < 17+n {
			return format("a Huffman table is cut")
		}
		spec := b[1 : 17+n]
		b = b[17+n:]
		if c := standardCode(spec); c != nil {
			d.codes[class][id] = c
			continue
		}
		c := &d.own[class][id]
		if err := c.build(spec[:16], spec[16:]); err != nil {
			return err
		}
		d.codes[class][id] = c
	}
	return nil
}

// standardCode returns the code for a table of Annex K, which most files use,
// without building it again; nil for any other.
func standardCode(spec []byte) *code {
	for i, s := range annexK {
		if bytes.Equal(spec, s) {
			return &standardCodes()[i]
		}
	}
	return nil
}

var standardCodes = sync.OnceValue(func() *[4]code {
	c := new([4]code)
	for i, s := range annexK {
		if err := c[i].build(s[:16], s[16:]); err != nil {
			panic(err)
		}
	}
	return c
})

// annexK holds counts and symbols of the typical codes: luminance DC,
// chrominance DC, luminance AC, chrominance AC.
var annexK = [4][]byte{
	[]byte("\x00\x01\x05\x01\x01\x01\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"),
	[]byte("\x00\x03\x01\x01\x01\x01\x01\x01\x01\x01\x01\x00\x00\x00\x00\x00" +
		"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"),
	[]byte("\x00\x02\x01\x03\x03\x02\x04\x03\x05\x05\x04\x04\x00\x00\x01\x7d" +
		"\x01\x02\x03\x00\x04\x11\x05\x12!1A\x06\x13Qa\x07\"q\x142\x81\x91\xa1\x08#B\xb1\xc1\x15R\xd1\xf0$3br\x82" +
		"\x09\x0a\x16\x17\x18\x19\x1a%&'()*456789:CDEFGHIJSTUVWXYZcdefghijstuvwxyz\x83\x84\x85\x86\x87\x88\x89\x8a" +
		"\x92\x93\x94\x95\x96\x97\x98\x99\x9a\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba" +
		"\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea" +
		"\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa"),
	[]byte("\x00\x02\x01\x02\x04\x04\x03\x04\x07\x05\x04\x04\x00\x01\x02\x77" +
		"\x00\x01\x02\x03\x11\x04\x05!1\x06\x12AQ\x07aq\x13\"2\x81\x08\x14B\x91\xa1\xb1\xc1\x09#3R\xf0\x15br\xd1" +
		"\x0a\x16$4\xe1%\xf1\x17\x18\x19\x1a&'()*56789:CDEFGHIJSTUVWXYZcdefghijstuvwxyz\x82\x83\x84\x85\x86\x87\x88\x89\x8a" +
		"\x92\x93\x94\x95\x96\x97\x98\x99\x9a\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba" +
		"\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea" +
		"\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa"),
}
