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
	case *image.YCbCr: // WebP alone; JPEG has its own
		return newWebPRows(m, nil, 0), false
	case *image.NYCbCrA:
		return newWebPRows(&m.YCbCr, m.A, m.AStride), true
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
	for x := range alpha {
		alpha[x] = r.pix[y*r.stride+4*x+3]
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

// canvasRows lay a frame on a transparent canvas.
type canvasRows struct {
	frame rows
	at    image.Rectangle
	alpha bool // the frame has alpha
}

func (r *canvasRows) read(y int, rgb, alpha []byte) {
	clear(rgb)
	clear(alpha)
	if y < r.at.Min.Y || y >= r.at.Max.Y {
		return
	}
	rgb = rgb[3*r.at.Min.X : 3*r.at.Max.X]
	if alpha != nil {
		alpha = alpha[r.at.Min.X:r.at.Max.X]
	}
	if r.alpha {
		r.frame.read(y-r.at.Min.Y, rgb, alpha)
		return
	}
	r.frame.read(y-r.at.Min.Y, rgb, nil)
	for x := range alpha {
		alpha[x] = 255
	}
}
