package jpeg

import (
	"encoding/binary"
	"math/rand/v2"
)

// testComponent is one channel of a test picture: its sampling factors and the
// quantised coefficients of its blocks, with the padding to whole units.
type testComponent struct {
	id, h, v byte
	blocks   [][64]int16 // rows of eight
	across   int
}

// testPicture is a picture made of coefficients. write puts it into a file in
// any of the ways that the format has.
type testPicture struct {
	width, height int
	components    []testComponent
	quant         [64]uint8
	maxH, maxV    int
}

// newTestPicture fills a picture with random coefficients; sampling lists the
// factors of each component.
func newTestPicture(width, height int, seed uint64, sampling ...[2]int) *testPicture {
	r := rand.New(rand.NewPCG(seed, 3))
	p := &testPicture{width: width, height: height}
	for _, s := range sampling {
		p.maxH, p.maxV = max(p.maxH, s[0]), max(p.maxV, s[1])
	}
	for i := range p.quant {
		p.quant[i] = uint8(3 + i/8 + i%8)
	}
	unitsX, unitsY := ceilDiv(width, 8*p.maxH), ceilDiv(height, 8*p.maxV)
	for i, s := range sampling {
		c := testComponent{id: byte(i + 1), h: byte(s[0]), v: byte(s[1]), across: unitsX * s[0]}
		dc := 0.0
		for range unitsX * s[0] * unitsY * s[1] {
			var b [64]int16
			dc = 0.9*dc + 25*r.NormFloat64()
			b[0] = int16(dc)
			for range r.IntN(12) {
				k := r.IntN(8) * r.IntN(8)
				b[zigzag[k]] = int16(12 * r.NormFloat64() / float64(1+k/4))
			}
			if r.IntN(10) == 0 {
				b[63] = int16(r.IntN(5) - 2)
			}
			c.blocks = append(c.blocks, b)
		}
		p.components = append(p.components, c)
	}
	return p
}

// form says how a test picture is written.
type form struct {
	progressive bool
	separate    bool // one scan for each component
	interval    int  // units between restart markers
	adobe       int  // colour transform of an Adobe marker, -1 for none
	standard    bool // the codes of Annex K instead of flat ones
	segments    []byte
}

// flatCode has a code of 8 or 9 bits for every symbol.
var flatCode = func() []byte {
	b := make([]byte, 16, 16+256)
	b[7], b[8] = 254, 2
	for i := range 256 {
		b = append(b, byte(i))
	}
	return b
}()

type testWriter struct {
	p     *testPicture
	f     form
	out   []byte
	bits  uint64
	n     int
	table [2]map[byte][2]int // [DC, AC]: symbol to code and length
	last  [4]int
	run   int // blocks that are skipped in a band
	queue []byte
}

func codeTable(spec []byte) map[byte][2]int {
	m := map[byte][2]int{}
	next, k := 0, 16
	for length := 1; length <= 16; length++ {
		for range spec[length-1] {
			m[spec[k]] = [2]int{next, length}
			next++
			k++
		}
		next <<= 1
	}
	return m
}

func (w *testWriter) segment(marker byte, body ...byte) {
	w.out = append(w.out, 0xff, marker)
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(2+len(body)))
	w.out = append(w.out, body...)
}

func (w *testWriter) put(v, n int) {
	for i := n - 1; i >= 0; i-- {
		w.bits = w.bits<<1 | uint64(v>>i&1)
		if w.n++; w.n == 8 {
			w.out = append(w.out, byte(w.bits))
			if byte(w.bits) == 0xff {
				w.out = append(w.out, 0)
			}
			w.bits, w.n = 0, 0
		}
	}
}

func (w *testWriter) align() {
	for w.n != 0 {
		w.put(1, 1)
	}
}

func (w *testWriter) symbol(class int, s byte) { c := w.table[class][s]; w.put(c[0], c[1]) }

func (w *testWriter) value(class, run, v int) {
	a, size := max(v, -v), 0
	for a>>size > 0 {
		size++
	}
	w.symbol(class, byte(run<<4|size))
	if v < 0 {
		v += 1<<size - 1
	}
	w.put(v, size)
}

// write returns the file.
func (p *testPicture) write(f form) []byte {
	w := &testWriter{p: p, f: f}
	w.out = append(w.out, 0xff, 0xd8)
	w.out = append(w.out, f.segments...)
	if f.adobe >= 0 {
		w.segment(0xee, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, byte(f.adobe))
	}
	q := []byte{0}
	for i := range 64 {
		q = append(q, p.quant[zigzag[i]])
	}
	w.segment(0xdb, q...)
	sof := []byte{8, byte(p.height >> 8), byte(p.height), byte(p.width >> 8), byte(p.width), byte(len(p.components))}
	for _, c := range p.components {
		sof = append(sof, c.id, c.h<<4|c.v, 0)
	}
	marker := byte(0xc0)
	if f.progressive {
		marker = 0xc2
	}
	w.segment(marker, sof...)
	dc, ac := flatCode, flatCode
	if f.standard && !f.progressive {
		dc, ac = annexK[0], annexK[2]
	}
	w.table = [2]map[byte][2]int{codeTable(dc), codeTable(ac)}
	w.segment(0xc4, append([]byte{0}, dc...)...)
	w.segment(0xc4, append([]byte{0x10}, ac...)...)
	if f.interval > 0 {
		w.segment(0xdd, byte(f.interval>>8), byte(f.interval))
	}
	var all []int
	for i := range p.components {
		all = append(all, i)
	}
	each := func(from, to, high, low int) {
		for i := range p.components {
			w.scan([]int{i}, from, to, high, low)
		}
	}
	switch {
	case f.progressive:
		if f.separate {
			each(0, 0, 0, 1)
			each(0, 0, 1, 0)
		} else {
			w.scan(all, 0, 0, 0, 1)
			w.scan(all, 0, 0, 1, 0)
		}
		each(1, 5, 0, 2)
		each(6, 63, 0, 2)
		each(1, 63, 2, 1)
		each(1, 63, 1, 0)
	case f.separate:
		each(0, 63, 0, 0)
	default:
		w.scan(all, 0, 63, 0, 0)
	}
	return append(w.out, 0xff, 0xd9)
}

func (w *testWriter) scan(components []int, from, to, high, low int) {
	body := []byte{byte(len(components))}
	for _, i := range components {
		body = append(body, w.p.components[i].id, 0)
	}
	w.segment(0xda, append(body, byte(from), byte(to), byte(high<<4|low))...)
	p := w.p
	unitsX, unitsY := ceilDiv(p.width, 8*p.maxH), ceilDiv(p.height, 8*p.maxV)
	if len(components) == 1 {
		c := &p.components[components[0]]
		unitsX = ceilDiv(ceilDiv(p.width*int(c.h), p.maxH), 8)
		unitsY = ceilDiv(ceilDiv(p.height*int(c.v), p.maxV), 8)
	}
	w.last, w.run, w.queue = [4]int{}, 0, nil
	for unit := range unitsX * unitsY {
		if w.f.interval > 0 && unit > 0 && unit%w.f.interval == 0 {
			w.flushRun()
			w.align()
			w.out = append(w.out, 0xff, byte(0xd0+(unit/w.f.interval-1)%8))
			w.last = [4]int{}
		}
		for _, i := range components {
			c := &p.components[i]
			h, v := int(c.h), int(c.v)
			if len(components) == 1 {
				h, v = 1, 1
			}
			for j := range v {
				for k := range h {
					b := &c.blocks[(unit/unitsX*v+j)*c.across+unit%unitsX*h+k]
					w.block(b, i, from, to, high, low)
				}
			}
		}
	}
	w.flushRun()
	w.align()
}

func (w *testWriter) block(b *[64]int16, i, from, to, high, low int) {
	switch {
	case !w.f.progressive:
		w.value(0, 0, int(b[0])-w.last[i])
		w.last[i] = int(b[0])
		w.band(b, 1, 63, 0)
	case from == 0 && high == 0:
		v := int(b[0]) >> low
		w.value(0, 0, v-w.last[i])
		w.last[i] = v
	case from == 0:
		w.put(int(b[0])>>low, 1)
	case high == 0:
		w.band(b, from, to, low)
	default:
		w.refine(b, from, to, low)
	}
}

// shift divides towards zero, as coefficients are cut.
func shift(v int16, low int) int {
	if v < 0 {
		return -(int(-v) >> low)
	}
	return int(v) >> low
}

func (w *testWriter) band(b *[64]int16, from, to, low int) {
	run := 0
	for k := from; k <= to; k++ {
		v := shift(b[zigzag[k]], low)
		if v == 0 {
			run++
			continue
		}
		w.flushRun()
		for ; run > 15; run -= 16 {
			w.symbol(1, 0xf0)
		}
		w.value(1, run, v)
		run = 0
	}
	if run > 0 {
		w.skip()
	}
}

// skip notes that the rest of the block is zero.
func (w *testWriter) skip() {
	if !w.f.progressive {
		w.symbol(1, 0)
		return
	}
	if w.run++; w.run == 0x7fff {
		w.flushRun()
	}
}

// flushRun writes the number of skipped blocks and the correction bits that
// belong to them.
func (w *testWriter) flushRun() {
	if w.run > 0 {
		size := 0
		for w.run>>(size+1) > 0 {
			size++
		}
		w.symbol(1, byte(size<<4))
		w.put(w.run-1<<size, size)
		w.run = 0
	}
	for _, b := range w.queue {
		w.put(int(b), 1)
	}
	w.queue = nil
}

func (w *testWriter) refine(b *[64]int16, from, to, low int) {
	end := from - 1 // the last coefficient that becomes non-zero here
	for k := from; k <= to; k++ {
		if v := shift(b[zigzag[k]], low); v == 1 || v == -1 {
			end = k
		}
	}
	run := 0
	var own []byte // correction bits since the last symbol
	for k := from; k <= to; k++ {
		v := shift(b[zigzag[k]], low)
		a := max(v, -v)
		if a == 0 {
			run++
			continue
		}
		for run > 15 && k <= end {
			w.flushRun()
			w.symbol(1, 0xf0)
			w.bitsOf(own)
			own = nil
			run -= 16
		}
		if a > 1 {
			own = append(own, byte(a&1))
			continue
		}
		w.flushRun()
		w.symbol(1, byte(run<<4|1))
		if v > 0 {
			w.put(1, 1)
		} else {
			w.put(0, 1)
		}
		w.bitsOf(own)
		own, run = nil, 0
	}
	if run > 0 || len(own) > 0 {
		w.queue = append(w.queue, own...)
		w.skip()
	}
}

func (w *testWriter) bitsOf(b []byte) {
	for _, v := range b {
		w.put(int(v), 1)
	}
}
