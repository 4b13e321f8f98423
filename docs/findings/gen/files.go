package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"math/bits"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/pixel"
)

func pt(x, y int) image.Point             { return image.Pt(x, y) }
func rect(x, y, w, h int) image.Rectangle { return image.Rect(x, y, x+w, y+h) }

func bitsApart(a, b *photo) int { return bits.OnesCount64(a.m.PHash ^ b.m.PHash) }

func unreadable(a *album) (*card, error) {
	p, err := a.good("no-entry", 3)
	if err != nil {
		return nil, err
	}
	broken := bytes.Clone(p.data)
	for i := 2; i < 40; i++ {
		broken[i] = 0
	}
	c := newCard(2)
	c.cover(p.img, chip(right, "readable"), hint("00140.jpg"))
	for _, f := range []struct {
		name, words string
		data        []byte
	}{
		{"00141.jpg", "0 bytes", nil},
		{"00142.jpg", "<!doctype html> 404 Not Found", []byte("<!doctype html><title>404 Not Found</title>")},
		{"00143.jpg", "FF D8 00 00 00 00 00 00", broken},
	} {
		if _, err := pixel.Measure(f.data, pixel.Options{}); err == nil {
			return nil, fmt.Errorf("%s can be read", f.name)
		}
		c.page(f.words, chip(wrong, "unreadable"), hint("%s", f.name))
	}
	return c, nil
}

func truncated(a *album) (*card, error) {
	p, err := a.good("pedestrian-crossing", 5)
	if err != nil {
		return nil, err
	}
	photos := []*photo{p}
	parts := []int{85, 60, 40}
	for _, part := range parts {
		cut, err := develop(p.name+" cut", p.data[:len(p.data)*part/100])
		if err != nil {
			return nil, err
		}
		photos = append(photos, cut)
	}
	if err := a.prove(dataset.Truncated, photos...); err != nil {
		return nil, err
	}
	c := newCard(2)
	c.cover(p.img, chip(right, "whole"), hint("%d bytes", len(p.data)))
	for i, cut := range photos[1:] {
		c.cover(cut.img, chip(wrong, "truncated"), hint("%d %% of the bytes", parts[i]))
	}
	return c, nil
}

func rotatedByEXIF(a *album) (*card, error) {
	c := newCard(2)
	for n, o := range []struct {
		class       string
		pick        int
		orientation int
	}{{"give-way", 2, 6}, {"speed-limit-50", 6, 3}} {
		p, err := a.good(o.class, o.pick)
		if err != nil {
			return nil, err
		}
		lying := turned(p.img, o.orientation)
		b, err := jpegOf(lying, 90)
		if err != nil {
			return nil, err
		}
		shown, err := develop(p.name, withOrientation(b, o.orientation))
		if err != nil {
			return nil, err
		}
		if err := a.prove(dataset.RotatedByEXIF, p, shown); err != nil {
			return nil, err
		}
		c.cover(lying, hint("pixels as stored"), say("EXIF ignored"))
		c.cover(shown.img, hint("orientation %d", o.orientation), say("EXIF obeyed"))
		if n == 0 {
			c.fill(rect(c.x-gap/2, edge, 1, c.Rect.Dy()-2*edge), frame)
		}
	}
	return c, nil
}

// turned stores an upright picture so that the EXIF orientation, 3 or 6, turns
// it upright again.
func turned(img *image.RGBA, orientation int) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation == 6 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			at := image.Pt(w-1-x, h-1-y)
			if orientation == 6 {
				at = image.Pt(y, w-1-x)
			}
			out.SetRGBA(at.X, at.Y, img.RGBAAt(x, y))
		}
	}
	return out
}

// withOrientation puts an EXIF block with nothing but the orientation into a
// JPEG file.
func withOrientation(jpeg []byte, orientation int) []byte {
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	exif = append(exif, 0, byte(orientation), 0, 0, 0, 0, 0, 0)
	out := append([]byte{}, jpeg[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(exif)+2))
	out = append(out, exif...)
	return append(out, jpeg[2:]...)
}
