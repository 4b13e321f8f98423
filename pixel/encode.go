package pixel

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// thumbQuality is the libjpeg-style quality of thumbnails.
const thumbQuality = 88

// zigzag maps the coding order of coefficients to rows of eight.
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// The quantisation tables of ITU-T T.81 Annex K, rows of eight.
var annexK = [2][64]uint8{{
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
}, {
	17, 18, 24, 47, 99, 99, 99, 99,
	18, 21, 26, 66, 99, 99, 99, 99,
	24, 26, 56, 99, 99, 99, 99, 99,
	47, 66, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
}}

// huffmanSpec is a code as a DHT segment states it: the number of codes of
// each length from 1 to 16, and their symbols in order.
type huffmanSpec struct {
	counts  [16]uint8
	symbols []uint8
}

// The codes of Annex K: luminance DC and AC, chrominance DC and AC.
var annexKCodes = [4]huffmanSpec{
	{[16]uint8{0, 1, 5, 1, 1, 1, 1, 1, 1}, []uint8("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b")},
	{[16]uint8{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125}, []uint8(
		"\x01\x02\x03\x00\x04\x11\x05\x12!1A\x06\x13Qa\x07\"q\x142\x81\x91\xa1\x08#B\xb1\xc1\x15R\xd1\xf0$3br\x82" +
			"\x09\x0a\x16\x17\x18\x19\x1a%&'()*456789:CDEFGHIJSTUVWXYZcdefghijstuvwxyz\x83\x84\x85\x86\x87\x88\x89\x8a" +
			"\x92\x93\x94\x95\x96\x97\x98\x99\x9a\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba" +
			"\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea" +
			"\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa")},
	{[16]uint8{0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []uint8("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b")},
	{[16]uint8{0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119}, []uint8(
		"\x00\x01\x02\x03\x11\x04\x05!1\x06\x12AQ\x07aq\x13\"2\x81\x08\x14B\x91\xa1\xb1\xc1\x09#3R\xf0\x15br\xd1" +
			"\x0a\x16$4\xe1%\xf1\x17\x18\x19\x1a&'()*56789:CDEFGHIJSTUVWXYZcdefghijstuvwxyz\x82\x83\x84\x85\x86\x87\x88\x89\x8a" +
			"\x92\x93\x94\x95\x96\x97\x98\x99\x9a\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba" +
			"\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea" +
			"\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa")},
}

// huffmanCode is code<<8 | length by symbol.
type huffmanCode [256]uint32

func (s *huffmanSpec) code() (c huffmanCode) {
	next, i := uint32(0), 0
	for length, n := range s.counts {
		for range n {
			c[s.symbols[i]] = next<<8 | uint32(length+1)
			next++
			i++
		}
		next <<= 1
	}
	return c
}

// thumbTables are the tables of every thumbnail; they never change, so that
// stored thumbnails stay readable.
type thumbTables struct {
	quant  [2][64]uint8   // rows of eight
	divide [2][64]float32 // 1/(8·quant·scale of the transform)
	codes  [4]huffmanCode // as annexKCodes
}

var tables = sync.OnceValue(func() *thumbTables {
	t := new(thumbTables)
	const scale = 200 - 2*thumbQuality
	// The scale factors of the transform of Arai, Agui and Nakajima.
	aan := [8]float32{1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.541196100, 0.275899379}
	for c := range t.quant {
		for i, k := range annexK[c] {
			q := min(255, max(1, (int(k)*scale+50)/100))
			t.quant[c][i] = uint8(q)
		}
		for k, z := range zigzag {
			t.divide[c][k] = 1 / (float32(t.quant[c][z]) * aan[z/8] * aan[z%8] * 8)
		}
	}
	for i := range t.codes {
		t.codes[i] = annexKCodes[i].code()
	}
	return t
})

// EncodeThumb encodes side×side RGB pixels (side a multiple of 16) as the
// entropy-coded part of a baseline JPEG with 4:2:0 chroma and fixed tables.
// [StandaloneJPEG] and [Strip] put the header back.
func EncodeThumb(rgb []byte, side int) []byte {
	if side < 16 || side%16 != 0 || len(rgb) < 3*side*side {
		return nil
	}
	e := &thumbEncoder{t: tables(), out: make([]byte, 0, side*side/4)}
	var luma [4][64]float32
	var chroma [2][64]float32
	for y := 0; y < side; y += 16 {
		for x := 0; x < side; x += 16 {
			splitMCU(&luma, &chroma, rgb[3*(y*side+x):], 3*side)
			for i := range luma {
				e.block(&luma[i], 0, 0)
			}
			e.block(&chroma[0], 1, 1)
			e.block(&chroma[1], 1, 2)
		}
	}
	return e.flush()
}

// splitMCU turns 16×16 pixels into four blocks of luma and one of each chroma,
// centred on zero.
func splitMCU(luma *[4][64]float32, chroma *[2][64]float32, rgb []byte, stride int) {
	clear(chroma[0][:])
	clear(chroma[1][:])
	for y := range 16 {
		row := rgb[y*stride:][:48]
		for x := range 16 {
			r, g, b := float32(row[3*x]), float32(row[3*x+1]), float32(row[3*x+2])
			luma[y>>3<<1|x>>3][y&7<<3|x&7] = 0.299*r + 0.587*g + 0.114*b - 128
			i := y>>1<<3 | x>>1
			chroma[0][i] += (-0.168735892*r - 0.331264108*g + 0.5*b) / 4
			chroma[1][i] += (0.5*r - 0.418687589*g - 0.081312411*b) / 4
		}
	}
}

type thumbEncoder struct {
	t    *thumbTables
	out  []byte
	bits uint64
	n    uint // number of bits not yet written, below 32
	dc   [3]int32
}

// block transforms, quantises and codes one block of component c; chroma is 0
// or 1.
func (e *thumbEncoder) block(b *[64]float32, chroma, c int) {
	forwardDCT(b)
	div := &e.t.divide[chroma]
	var q [64]int32 // in coding order
	filled := uint64(0)
	for k := range q {
		// Rounding down a positive number rounds without a branch.
		v := int32(float32(b[zigzag[k]&63]*div[k])+16384.5) - 16384
		q[k] = v
		filled |= uint64(uint32(v|-v)>>31) << k
	}
	dc, ac := &e.t.codes[2*chroma], &e.t.codes[2*chroma+1]
	e.value(dc, 0, q[0]-e.dc[c])
	e.dc[c] = q[0]
	last := 0
	for filled &^= 1; filled != 0; filled &= filled - 1 {
		k := bits.TrailingZeros64(filled)
		run := k - last - 1
		for ; run > 15; run -= 16 {
			e.put(ac[0xf0]>>8, uint(ac[0xf0]&255))
		}
		e.value(ac, run, q[k])
		last = k
	}
	if last < 63 {
		e.put(ac[0]>>8, uint(ac[0]&255))
	}
}

// value writes a run of zeros and a value: the symbol, then its low bits.
func (e *thumbEncoder) value(h *huffmanCode, run int, v int32) {
	size, low := magnitude(v)
	s := h[uint8(run<<4|int(size))]
	e.put(s>>8<<size|low, uint(s&255)+size)
}

// magnitude returns the number of bits of v and how JPEG writes them.
func magnitude(v int32) (size uint, low uint32) {
	sign := v >> 31
	size = uint(bits.Len32(uint32((v ^ sign) - sign)))
	return size, uint32(v+sign) & (1<<size - 1)
}

// put writes up to 32 bits.
func (e *thumbEncoder) put(v uint32, n uint) {
	e.bits = e.bits<<n | uint64(v)
	e.n += n
	if e.n >= 32 {
		e.n -= 32
		e.bytes(uint32(e.bits>>e.n), 4)
	}
}

// bytes writes the low n bytes of v, each 0xff with a zero behind it.
func (e *thumbEncoder) bytes(v uint32, n int) {
	if n == 4 && (^v-0x01010101)&v&0x80808080 == 0 {
		e.out = binary.BigEndian.AppendUint32(e.out, v)
		return
	}
	for n--; n >= 0; n-- {
		b := byte(v >> (8 * n))
		e.out = append(e.out, b)
		if b == 0xff {
			e.out = append(e.out, 0)
		}
	}
}

// flush fills the last byte with ones.
func (e *thumbEncoder) flush() []byte {
	fill := -e.n & 7
	e.bits = e.bits<<fill | (1<<fill - 1)
	e.n += fill
	for e.n > 0 {
		e.n -= 8
		e.bytes(uint32(e.bits>>e.n)&255, 1)
	}
	return e.out
}

// forwardDCT is the 8×8 transform of Arai, Agui and Nakajima (1988); its
// output carries their scale factors.
func forwardDCT(b *[64]float32) {
	for i := range 8 {
		forward8(b[8*i:8*i+8:8*i+8], 1)
	}
	for i := range 8 {
		forward8(b[i:], 8)
	}
}

func forward8(d []float32, s int) {
	t0, t7 := d[0]+d[7*s], d[0]-d[7*s]
	t1, t6 := d[s]+d[6*s], d[s]-d[6*s]
	t2, t5 := d[2*s]+d[5*s], d[2*s]-d[5*s]
	t3, t4 := d[3*s]+d[4*s], d[3*s]-d[4*s]
	a0, a3 := t0+t3, t0-t3
	a1, a2 := t1+t2, t1-t2
	d[0], d[4*s] = a0+a1, a0-a1
	z1 := (a2 + a3) * 0.707106781
	d[2*s], d[6*s] = a3+z1, a3-z1
	a0, a1, a2 = t4+t5, t5+t6, t6+t7
	z5 := (a0 - a2) * 0.382683433
	z2 := 0.541196100*a0 + z5
	z4 := 1.306562965*a2 + z5
	z3 := a1 * 0.707106781
	z11, z13 := t7+z3, t7-z3
	d[5*s], d[3*s] = z13+z2, z13-z2
	d[s], d[7*s] = z11+z4, z11-z4
}
