package pixel

import (
	"image"
	"image/color"
	"io"
)

// Info is what the header of a picture says.
type Info struct {
	Format        string
	Width, Height int // as stored, before the EXIF orientation
	Orientation   int
	Frames        int
	Bits          int
	Mode          string
	Truncated     bool
}

// DecodeOptions say how [Decode] decodes. The zero value means full size.
type DecodeOptions struct {
	// MaxSide reduces a larger picture so that its longer side is this many
	// pixels; 0 keeps the full size.
	MaxSide int
	// MaxPixels is as in [Options].
	MaxPixels int64
}

// Decode returns the upright picture, opaque: transparent pixels lie over
// [Backdrop]. The error is an *[Error].
func Decode(data []byte, o DecodeOptions) (*image.RGBA, Info, error) {
	p, err := open(data, openOptions{maxPixels: o.MaxPixels, reduce: func(w, h int) int {
		d := 1
		for o.MaxSide > 0 && d < 8 && max(w, h)/(2*d) >= o.MaxSide {
			d *= 2
		}
		return d
	}})
	if err != nil {
		return nil, Info{}, err
	}
	defer p.close()
	var img *image.RGBA
	err = guard(p.Format, func() error { img = render(p, o.MaxSide); return nil })
	return img, p.Info, err
}

func render(p *picture, maxSide int) *image.RGBA {
	w, h := p.w, p.h
	dw, dh := w, h
	if maxSide > 0 && max(w, h) > maxSide {
		dw, dh = fit(w, h, maxSide)
	}
	rgb, shown := grow(nil, 3*w), grow(nil, 3*w)
	var alpha []byte
	if p.alpha {
		alpha = make([]byte, w)
	} else {
		shown = rgb
	}
	pix := make([]byte, 0, 4*dw*dh)
	add := func(row []byte) {
		for ; len(row) >= 3; row = row[3:] {
			pix = append(pix, row[0], row[1], row[2], 255)
		}
	}
	var small *resizer
	if dw != w || dh != h {
		small = newResizer(triangle, w, h, dw, dh, 3)
	}
	for y := range h {
		p.rows.read(y, rgb, alpha)
		if p.alpha {
			compose(shown, rgb, alpha)
		}
		if small != nil {
			small.row(y, shown)
		} else {
			add(shown)
		}
	}
	if small != nil {
		add(small.finish())
	}
	pix = orient(pix, dw, dh, 4, p.Orientation)
	if p.Orientation >= 5 {
		dw, dh = dh, dw
	}
	return &image.RGBA{Pix: pix, Stride: 4 * dw, Rect: image.Rect(0, 0, dw, dh)}
}

// picture is an open file: its header and its decoded rows.
type picture struct {
	Info
	// w and h are the size of rows: the stored size, or a part of it for a JPEG
	// decoded at reduced size.
	w, h  int
	rows  rows
	alpha bool
	// large tells that it holds the turn of large pictures.
	large bool
	// release gives back what the rows lie in; may be nil.
	release func()
}

type openOptions struct {
	maxPixels int64
	// reduce chooses the divisor (1, 2, 4, 8) for a w×h picture of a format
	// that can be decoded at reduced size.
	reduce func(w, h int) int
}

// largePixels is the size from which on pictures are decoded one at a time, so
// that memory does not grow with the number of goroutines.
const largePixels = 48_000_000

var largeTurn = make(chan struct{}, 1)

// open decodes data. The caller must close the picture.
func open(data []byte, o openOptions) (*picture, error) {
	format, ok := Sniff(data[:min(len(data), SniffLen)])
	if !ok {
		return nil, noPicture(data)
	}
	if o.maxPixels == 0 {
		o.maxPixels = MaxPixels
	}
	p := &picture{Info: Info{Format: format, Orientation: 1, Frames: 1, Bits: 8}}
	err := guard(format, func() error {
		codec := codecs[format]
		if err := codec.header(data, &p.Info); err != nil {
			return err
		}
		if err := p.check(o.maxPixels); err != nil {
			return err
		}
		if int64(p.Width)*int64(p.Height) > largePixels {
			largeTurn <- struct{}{}
			p.large = true
		}
		return codec.decode(data, p, o)
	})
	if err == nil && (p.w < 1 || p.h < 1 || p.rows == nil) {
		err = failf("the %s file holds no pixels", titles[format])
	}
	if err != nil {
		p.close()
		if p.Truncated {
			err = io.ErrUnexpectedEOF // whatever the decoder says of it
		}
		return nil, damaged(format, err)
	}
	return p, nil
}

func (p *picture) close() {
	if p.release != nil {
		p.release()
		p.release = nil
	}
	if p.large {
		p.large = false
		<-largeTurn
	}
}

func (p *picture) check(maxPixels int64) error {
	w, h := int64(p.Width), int64(p.Height)
	switch {
	case w < 1 || h < 1:
		return failf("the %s header gives a size of %d × %d pixels", titles[p.Format], w, h)
	case w > MaxSide || h > MaxSide:
		return failf("the picture claims %d × %d pixels; the longest side that is read is %d", w, h, MaxSide)
	case w*h > maxPixels:
		return failf("the picture claims %d × %d pixels, more than the limit of %d", w, h, maxPixels)
	}
	return nil
}

// setImage takes the rows of a decoded image.
func (p *picture) setImage(img image.Image) {
	b := img.Bounds()
	p.w, p.h = b.Dx(), b.Dy()
	p.rows, p.alpha = rowsOf(img)
}

// greyPalette names the mode of a palette as Pillow does: "1" for black and
// white, "L" for a ramp of grey from black on, else "P".
func greyPalette(img image.Image) string {
	m, ok := img.(*image.Paletted)
	if !ok {
		return "P"
	}
	two := len(m.Palette) == 2
	for i, c := range m.Palette {
		want := uint8(i)
		if two {
			want = uint8(255 * i)
		}
		if c != (color.RGBA{want, want, want, 255}) {
			return "P"
		}
	}
	if two {
		return "1"
	}
	return "L"
}

// place lays the rows, a frame at the given place, on the canvas of the
// header's size.
func (p *picture) place(at image.Rectangle) error {
	canvas := image.Rect(0, 0, p.Width, p.Height)
	switch {
	case at == canvas:
	case at.In(canvas):
		p.rows, p.alpha, p.w, p.h = &canvasRows{p.rows, at, p.alpha}, true, p.Width, p.Height
	default:
		return failf("the %s data is damaged: a frame does not lie on the canvas", titles[p.Format])
	}
	return nil
}

// codec reads one format. header fills what the header says without decoding
// pixels; decode fills the rows, and may correct Truncated.
type codec struct {
	header func(data []byte, info *Info) error
	decode func(data []byte, p *picture, o openOptions) error
}

var codecs = map[string]codec{
	"jpeg": {jpegHeader, jpegDecode},
	"png":  {pngHeader, pngDecode},
	"gif":  {gifHeader, gifDecode},
	"bmp":  {bmpHeaderInfo, bmpDecode},
	"tiff": {tiffHeader, tiffDecode},
	"webp": {webpHeader, webpDecode},
	"pnm":  {pnmHeader, pnmDecode},
}
