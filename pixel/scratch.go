package pixel

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"math"
	"sync"
)

// scratch is the working memory of one Measure: one row in the forms that its
// readers want, and the counters over all pixels.
type scratch struct {
	p      *picture
	m      *Measured
	rgb    []byte // the row as stored, alpha ignored
	alpha  []byte // nil when opaque
	shown  []byte // the row over the backdrop; rgb when opaque
	luma   []byte // Pillow's "L" of rgb
	premul []byte // red, green, blue times alpha, and alpha
	// blurChannels is 4 where Pillow would resize with multiplied alpha.
	blurChannels int
	hash         hash.Hash
	histogram    [4][256]uint32 // red, green, blue, alpha
	keys         []uint32       // counts of brightness keys >> fineBits
	slots        []uint8        // by the same index: 1 + where low bits are counted
	shownSum     [3]uint64
}

var scratchPool = sync.Pool{New: func() any {
	return &scratch{hash: sha256.New(), keys: make([]uint32, 1<<(keyBits-fineBits)), slots: make([]uint8, 1<<(keyBits-fineBits))}
}}

func (s *scratch) start(p *picture, m *Measured) {
	s.p, s.m = p, m
	s.rgb = grow(s.rgb, 3*p.w)
	s.luma = grow(s.luma, p.w)
	s.shown, s.alpha, s.blurChannels = s.rgb, nil, 3
	if p.alpha {
		s.alpha = make([]byte, p.w)
		s.shown = grow(nil, 3*p.w)
		if max(p.w, p.h) > blurSide && (m.Mode == "RGBA" || m.Mode == "LA") {
			s.premul = grow(s.premul, 4*p.w)
			s.blurChannels = 4
		}
	}
	s.histogram = [4][256]uint32{}
	clear(s.keys)
	s.shownSum = [3]uint64{}
	s.hash.Reset()
	depth, _ := p.rows.(deepRows)
	s.hash.Write(fmt.Append(nil, m.Width, m.Height, p.w, p.h, m.Orientation, p.alpha, depth != nil))
}

// grow returns a row buffer of n bytes and the slack of the resizer.
func grow(b []byte, n int) []byte {
	if cap(b) < n+slack {
		return make([]byte, n, n+slack)
	}
	return b[:n]
}

// read fills the row buffers with row y.
func (s *scratch) read(y int) {
	s.p.rows.read(y, s.rgb, s.alpha)
	if d, ok := s.p.rows.(deepRows); ok {
		s.hash.Write(d.exact(y))
	} else {
		s.hash.Write(s.rgb)
		s.hash.Write(s.alpha)
	}
	toLuma(s.luma, s.rgb)
	if s.alpha != nil {
		compose(s.shown, s.rgb, s.alpha)
	}
}

// toLuma converts as Pillow's convert("L") does (ITU-R 601-2).
func toLuma(luma, rgb []byte) {
	rgb = rgb[:3*len(luma)]
	for i := range luma {
		p := rgb[3*i : 3*i+3 : 3*i+3]
		luma[i] = byte((uint32(p[0])*19595 + uint32(p[1])*38470 + uint32(p[2])*7471 + 0x8000) >> 16)
	}
}

// compose lays the pixels over the backdrop.
func compose(dst, rgb, alpha []byte) {
	for x, a := range alpha {
		k := uint32(a)
		for c := 3 * x; c < 3*x+3; c++ {
			dst[c] = div255(uint32(rgb[c])*k + Backdrop*(255-k))
		}
	}
}

// div255 divides by 255 and rounds, for values up to 255·255.
func div255(v uint32) byte {
	v += 128
	return byte((v + v>>8) >> 8)
}

// blurRow returns the current row as the blur metric wants it resized.
func (s *scratch) blurRow() []byte {
	if s.blurChannels == 3 {
		return s.rgb
	}
	for x, a := range s.alpha {
		k := uint32(a)
		d := s.premul[4*x : 4*x+4 : 4*x+4]
		d[0] = div255(uint32(s.rgb[3*x]) * k)
		d[1] = div255(uint32(s.rgb[3*x+1]) * k)
		d[2] = div255(uint32(s.rgb[3*x+2]) * k)
		d[3] = a
	}
	return s.premul
}

// blurGrey turns the resized picture into grey.
func (s *scratch) blurGrey(pix []byte) []byte {
	if s.blurChannels == 4 {
		rgb := make([]byte, 0, len(pix)/4*3)
		for ; len(pix) >= 4; pix = pix[4:] {
			a := uint32(pix[3])
			for _, v := range pix[:3] {
				if a != 0 && a != 255 {
					v = byte(min(255, 255*uint32(v)/a))
				}
				rgb = append(rgb, v)
			}
		}
		pix = rgb
	}
	grey := make([]byte, len(pix)/3)
	toLuma(grey, pix)
	return grey
}

// Brightness squared is 241R²+691G²+68B² thousandths, an integer below 2^26:
// percentiles are found exactly by counting first its high, then its low bits.
const (
	keyBits  = 26
	fineBits = 14
)

var redKey, greenKey, blueKey = brightnessKeys()

func brightnessKeys() (r, g, b [256]uint32) {
	for v := range uint32(256) {
		r[v], g[v], b[v] = 241*v*v, 691*v*v, 68*v*v
	}
	return
}

// tally counts the pixels of the current row.
func (s *scratch) tally() {
	h := &s.histogram
	rgb := s.rgb
	if s.m.Quality.Grayscale {
		for ; len(rgb) >= 3; rgb = rgb[3:] {
			h[0][rgb[0]]++
		}
	} else {
		keys := s.keys
		for ; len(rgb) >= 3; rgb = rgb[3:] {
			r, g, b := rgb[0], rgb[1], rgb[2]
			h[0][r]++
			h[1][g]++
			h[2][b]++
			k := (redKey[r] + greenKey[g] + blueKey[b]) >> fineBits
			if int(k) < len(keys) {
				keys[k]++
			}
		}
	}
	if s.alpha == nil {
		return
	}
	for _, a := range s.alpha {
		h[3][a]++
	}
	for p := s.shown; len(p) >= 3; p = p[3:] {
		s.shownSum[0] += uint64(p[0])
		s.shownSum[1] += uint64(p[1])
		s.shownSum[2] += uint64(p[2])
	}
}

// finish computes what the counters tell: percentiles, entropy, mean colour.
func (s *scratch) finish() {
	m, q := s.m, &s.m.Quality
	n := s.p.w * s.p.h
	h := &s.histogram
	bands := 3
	if q.Grayscale {
		h[1], h[2] = h[0], h[0]
		bands = 1
	}
	counted := h[:bands:bands]
	switch {
	case m.Mode == "LA": // Pillow counts the grey twice and not the alpha
		counted = h[:2]
	case m.Mode == "RGBA" && s.alpha == nil:
		counted = append(counted, [256]uint32{255: uint32(n)})
	case m.Mode == "RGBA":
		counted = h[:]
	}
	q.Entropy = entropy(counted)
	var mean [3]float64
	for c := range mean {
		sum := 0.0
		for v, k := range h[c] {
			sum += float64(v) * float64(k)
		}
		mean[c] = sum / float64(n)
		if s.alpha == nil {
			m.Mean[c] = byte(mean[c] + 0.5)
		} else {
			m.Mean[c] = byte(float64(s.shownSum[c])/float64(n) + 0.5)
		}
	}
	q.Brightness = math.Sqrt(.241*mean[0]*mean[0]+.691*mean[1]*mean[1]+.068*mean[2]*mean[2]) / 255
	p := s.percentiles(0.05, 0.99)
	q.BrightnessP5, q.BrightnessP99 = p[0], p[1]
	m.PixelHash = [32]byte(s.hash.Sum(nil))
	s.p, s.m = nil, nil
}
