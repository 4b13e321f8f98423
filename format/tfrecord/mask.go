package tfrecord

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/errata-cv/errata/dataset"
)

// maxMask bounds the pixels of a mask.
const maxMask = 1 << 28

// maskOf reads the PNG picture of an object, in which all that is not black
// belongs to it.
func maskOf(data []byte, w, h int, box dataset.Box) dataset.Geometry {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return dataset.Invalid{Reason: "the mask is no PNG picture", Stated: box}
	}
	if c.Width != w || c.Height != h {
		return dataset.Invalid{Reason: fmt.Sprintf("the mask has %d×%d pixels and the picture %d×%d", c.Width, c.Height, w, h), Stated: box}
	}
	if w*h > maxMask {
		return dataset.Invalid{Reason: "the mask has too many pixels", Stated: box}
	}
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return dataset.Invalid{Reason: "the mask is a damaged PNG picture", Stated: box}
	}
	inside := func(x, y int) bool {
		r, g, b, _ := im.At(x, y).RGBA()
		return r|g|b != 0
	}
	switch im := im.(type) {
	case *image.Gray:
		inside = func(x, y int) bool { return im.GrayAt(x, y).Y != 0 }
	case *image.Paletted: // as the numbers that the pixels are
		inside = func(x, y int) bool { return im.ColorIndexAt(x, y) != 0 }
	}
	m := dataset.NewMask(w, h, inside)
	m.Stated = box
	return m
}

// encodeMask writes a mask as TensorFlow's tools do: a grey PNG of zeros and
// ones.
func encodeMask(m dataset.Mask) ([]byte, error) {
	im := image.NewGray(image.Rect(0, 0, m.Width, m.Height))
	for i, in := range m.Pixels() {
		if in {
			im.SetGray(i%m.Width, i/m.Width, color.Gray{Y: 1})
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, im)
	return out.Bytes(), err
}
