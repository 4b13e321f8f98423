package labelme

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"math"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// decodeMask puts the PNG of a mask into the picture.
func decodeMask(s jsontext.Node, p []float64, size func() (w, h int)) dataset.Geometry {
	bad := func(format string, args ...any) dataset.Geometry {
		return dataset.Invalid{Reason: fmt.Sprintf(format, args...)}
	}
	text, ok := s.Get("mask").Text()
	if !ok || len(p) != 4 {
		return bad("a mask has two points and a PNG in base64")
	}
	w, h := size()
	if w == 0 || h == 0 {
		return bad("the size of the picture of its mask is not stated, and the picture cannot be read")
	}
	if w > dataset.MaxMaskPixels/h {
		return bad("its mask is of %d × %d pixels, more than the %d that are read", w, h, dataset.MaxMaskPixels)
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return bad("its mask is no base64")
	}
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return bad("its mask is no PNG")
	}
	if c.Width > w || c.Height > h {
		return bad("its mask of %d × %d pixels is larger than the picture of %d × %d", c.Width, c.Height, w, h)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return bad("its mask is no PNG that can be decoded: %v", err)
	}
	x0, y0 := math.Round(p[0]), math.Round(p[1])
	if !(math.Abs(x0) <= maxSide && math.Abs(y0) <= maxSide) {
		return bad("its mask does not lie in the picture")
	}
	inside := nonZero(img)
	r := runs{size: w * h}
	for x := range c.Width {
		for y := range c.Height {
			px, py := int(x0)+x, int(y0)+y
			if px >= 0 && px < w && py >= 0 && py < h && inside(x, y) {
				r.add(px*h + py)
			}
		}
	}
	return dataset.Mask{Width: w, Height: h, Counts: r.counts()}
}

// runs makes run lengths of the pixels inside, which are added in their order.
type runs struct {
	size, last, from, to int
	out                  []uint32
}

func (r *runs) add(i int) {
	if i == r.to && r.to > r.from {
		r.to++
		return
	}
	r.flush()
	r.from, r.to = i, i+1
}

func (r *runs) flush() {
	if r.to > r.from {
		r.out = append(r.out, uint32(r.from-r.last), uint32(r.to-r.from))
		r.last = r.to
	}
}

func (r *runs) counts() []uint32 {
	r.flush()
	if r.last < r.size || r.size == 0 {
		r.out = append(r.out, uint32(r.size-r.last))
	}
	return r.out
}

// nonZero returns whether a pixel has a value other than zero in some channel;
// of a palette its index counts.
func nonZero(img image.Image) func(x, y int) bool {
	at := img.Bounds().Min
	switch m := img.(type) {
	case *image.Gray:
		return func(x, y int) bool { return m.GrayAt(at.X+x, at.Y+y).Y != 0 }
	case *image.Paletted:
		return func(x, y int) bool { return m.ColorIndexAt(at.X+x, at.Y+y) != 0 }
	}
	return func(x, y int) bool {
		r, g, b, _ := img.At(at.X+x, at.Y+y).RGBA()
		return r|g|b != 0
	}
}

// encodeMask returns the two points of a mask and its PNG in base64, cut to the
// box around the pixels. A mask without pixels is one pixel that is not set.
func encodeMask(m dataset.Mask) (p []float64, text string, err error) {
	if err := m.Check(); err != nil {
		return nil, "", fmt.Errorf("the mask cannot be written: %w", err)
	}
	m.Stated = dataset.Box{}
	at := m.Bounds()
	x0, y0, w, h := int(at.X), int(at.Y), max(int(at.W), 1), max(int(at.H), 1)
	img := image.NewGray(image.Rect(0, 0, w, h))
	start := 0
	for i, n := range m.Counts {
		end := start + int(n)
		for ; i%2 == 1 && start < end; start++ {
			img.Pix[(start%m.Height-y0)*img.Stride+start/m.Height-x0] = 1
		}
		start = end
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, "", err
	}
	return []float64{at.X, at.Y, float64(x0 + w - 1), float64(y0 + h - 1)}, base64.StdEncoding.EncodeToString(out.Bytes()), nil
}
