package pixel

import (
	"image"
	"image/color"
)

// rows gives the pixels of a decoded picture row by row, as stored.
type rows interface {
	// read fills rgb (3 bytes a pixel, not multiplied by alpha) with row y, and
	// alpha (1 byte a pixel) when it is not nil.
	read(y int, rgb, alpha []byte)
}

// deepRows is implemented by rows of more than 8 bits a sample: exact returns
// every bit of row y, for hashing.
type deepRows interface {
	exact(y int) []byte
}

// rowsOf wraps what the decoders return. alpha tells whether any pixel may be
// transparent.
func rowsOf(img image.Image) (r rows, alpha bool) {
	switch m := img.(type) {
	case *image.YCbCr:
		return newYCbCrRows(m), false
	case *image.NYCbCrA:
		return &nycbcraRows{newYCbCrRows(&m.YCbCr), m}, true
	case *image.Gray:
		return (*grayRows)(m), false
	case *image.Gray16:
		return (*gray16Rows)(m), false
	case *image.RGBA:
		if m.Opaque() {
			return &packedRows{m.Pix, m.Stride, m.Rect.Dx()}, false
		}
	case *image.NRGBA:
		return &packedRows{m.Pix, m.Stride, m.Rect.Dx()}, !m.Opaque()
	case *image.RGBA64:
		if m.Opaque() {
			return &packed64Rows{m.Pix, m.Stride, m.Rect.Dx()}, false
		}
	case *image.NRGBA64:
		return &packed64Rows{m.Pix, m.Stride, m.Rect.Dx()}, !m.Opaque()
	case *image.Paletted:
		return newPalettedRows(m), !m.Opaque()
	case *image.CMYK:
		return (*cmykRows)(m), false
	}
	return &anyRows{img}, true
}

type ycbcrRows struct {
	m *image.YCbCr
	// shift halves the horizontal chroma position 0, 1 or 2 times, rowStep is
	// the number of rows that share one row of chroma.
	shift, rowStep int
}

func newYCbCrRows(m *image.YCbCr) *ycbcrRows {
	r := &ycbcrRows{m: m, rowStep: 1}
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		r.shift = 1
	case image.YCbCrSubsampleRatio420:
		r.shift, r.rowStep = 1, 2
	case image.YCbCrSubsampleRatio440:
		r.rowStep = 2
	case image.YCbCrSubsampleRatio411:
		r.shift = 2
	case image.YCbCrSubsampleRatio410:
		r.shift, r.rowStep = 2, 2
	}
	return r
}

func (r *ycbcrRows) read(y int, rgb, _ []byte) {
	m := r.m
	w := m.Rect.Dx()
	c := y / r.rowStep * m.CStride
	n := (w + 1<<r.shift - 1) >> r.shift
	convertYCbCr(rgb[:3*w], m.Y[y*m.YStride:][:w], m.Cb[c:][:n], m.Cr[c:][:n], r.shift)
}

// convertYCbCr converts one row as color.YCbCrToRGB does; each chroma sample
// serves 1<<shift pixels.
func convertYCbCr(rgb, luma, cb, cr []byte, shift int) {
	if shift == 0 {
		cb, cr = cb[:len(luma)], cr[:len(luma)]
		rgb = rgb[:3*len(luma)]
		for i, l := range luma {
			b1, r1 := int32(cb[i])-128, int32(cr[i])-128
			l1 := int32(l) * 0x10101
			o := rgb[3*i : 3*i+3 : 3*i+3]
			o[0] = clamp16(l1 + 91881*r1)
			o[1] = clamp16(l1 - 22554*b1 - 46802*r1)
			o[2] = clamp16(l1 + 116130*b1)
		}
		return
	}
	step := 1 << shift
	cr = cr[:len(cb)]
	for i, b := range cb {
		b1, r1 := int32(b)-128, int32(cr[i])-128
		dr, dg, db := 91881*r1, -22554*b1-46802*r1, 116130*b1
		block := luma[:min(step, len(luma))]
		luma = luma[len(block):]
		o := rgb[:3*len(block)]
		rgb = rgb[len(o):]
		for _, l := range block {
			l1 := int32(l) * 0x10101
			o[2] = clamp16(l1 + db)
			o[0] = clamp16(l1 + dr)
			o[1] = clamp16(l1 + dg)
			o = o[3:]
		}
	}
}

func clamp16(v int32) byte {
	if uint32(v)&0xff000000 == 0 {
		return byte(v >> 16)
	}
	return byte(^(v >> 31))
}

type nycbcraRows struct {
	*ycbcrRows
	m *image.NYCbCrA
}

func (r *nycbcraRows) read(y int, rgb, alpha []byte) {
	r.ycbcrRows.read(y, rgb, nil)
	if alpha != nil {
		copy(alpha, r.m.A[y*r.m.AStride:][:len(alpha)])
	}
}

type grayRows image.Gray

func (r *grayRows) read(y int, rgb, _ []byte) {
	for x, v := range r.Pix[y*r.Stride:][:r.Rect.Dx()] {
		o := rgb[3*x : 3*x+3 : 3*x+3]
		o[0], o[1], o[2] = v, v, v
	}
}

type gray16Rows image.Gray16

func (r *gray16Rows) read(y int, rgb, _ []byte) {
	row := r.exact(y)
	for x := range r.Rect.Dx() {
		v := row[2*x]
		o := rgb[3*x : 3*x+3 : 3*x+3]
		o[0], o[1], o[2] = v, v, v
	}
}

func (r *gray16Rows) exact(y int) []byte { return r.Pix[y*r.Stride:][:2*r.Rect.Dx()] }

// packedRows are red, green, blue and alpha bytes, not multiplied.
type packedRows struct {
	pix       []byte
	stride, w int
}

func (r *packedRows) read(y int, rgb, alpha []byte) {
	src := r.pix[y*r.stride:][:4*r.w]
	rgb = rgb[:3*r.w]
	for len(src) >= 4 && len(rgb) >= 3 {
		rgb[0], rgb[1], rgb[2] = src[0], src[1], src[2]
		src, rgb = src[4:], rgb[3:]
	}
	if alpha != nil {
		for x := range alpha {
			alpha[x] = r.pix[y*r.stride+4*x+3]
		}
	}
}

// packed64Rows are the same with 16 bits a sample, high byte first.
type packed64Rows struct {
	pix       []byte
	stride, w int
}

func (r *packed64Rows) read(y int, rgb, alpha []byte) {
	src := r.exact(y)
	for x := range r.w {
		rgb[3*x], rgb[3*x+1], rgb[3*x+2] = src[8*x], src[8*x+2], src[8*x+4]
	}
	for x := range alpha {
		alpha[x] = src[8*x+6]
	}
}

func (r *packed64Rows) exact(y int) []byte { return r.pix[y*r.stride:][:8*r.w] }

type palettedRows struct {
	m     *image.Paletted
	rgb   [256][3]byte
	alpha [256]byte
}

func newPalettedRows(m *image.Paletted) *palettedRows {
	r := &palettedRows{m: m}
	for i, c := range m.Palette[:min(256, len(m.Palette))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		r.rgb[i], r.alpha[i] = [3]byte{n.R, n.G, n.B}, n.A
	}
	return r
}

func (r *palettedRows) read(y int, rgb, alpha []byte) {
	src := r.m.Pix[y*r.m.Stride:][:r.m.Rect.Dx()]
	for x, i := range src {
		copy(rgb[3*x:3*x+3], r.rgb[i][:])
	}
	for x := range alpha {
		alpha[x] = r.alpha[src[x]]
	}
}

type cmykRows image.CMYK

func (r *cmykRows) read(y int, rgb, _ []byte) {
	src := r.Pix[y*r.Stride:][:4*r.Rect.Dx()]
	for x := range r.Rect.Dx() {
		rgb[3*x], rgb[3*x+1], rgb[3*x+2] = color.CMYKToRGB(src[4*x], src[4*x+1], src[4*x+2], src[4*x+3])
	}
}

// anyRows reads through the image interface; no decoder in use needs it often.
type anyRows struct{ m image.Image }

func (r *anyRows) read(y int, rgb, alpha []byte) {
	b := r.m.Bounds()
	for x := range b.Dx() {
		n := color.NRGBAModel.Convert(r.m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
		rgb[3*x], rgb[3*x+1], rgb[3*x+2] = n.R, n.G, n.B
		if alpha != nil {
			alpha[x] = n.A
		}
	}
}
