package pixel

import (
	"bytes"
	"errors"
	"image/jpeg"
	"math"
	"testing"
)

func FuzzMeasure(f *testing.F) {
	for _, name := range []string{"grey.png", "palette.png", "la.png", "one.png", "turned.png", "420.jpg", "grey.jpg", "progressive.jpg",
		"cmyk.jpg", "turned6.jpg", "lossy.webp", "alpha.webp", "lossless.webp", "animated.webp", "one.bmp", "one.pbm"} {
		f.Add(readFile(f, name))
	}
	f.Add([]byte("GIF89a\x02\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x2c\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x03\x44\x34\x05\x00\x3b"))
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x04\x00\x00\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" +
		"\x11\x01\x04\x00\x01\x00\x00\x00\x3e\x00\x00\x00\x06\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x80"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const side = 16
		m, err := Measure(data, Options{ThumbSide: side, InputSide: 4, MaxPixels: 1 << 16})
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Reason == "" {
				t.Errorf("error is %#v", err)
			}
			return
		}
		if m.Width < 1 || m.Height < 1 || m.Width*m.Height > 1<<16 || m.Orientation < 1 || m.Orientation > 8 || m.Frames < 1 || m.Mode == "" {
			t.Errorf("measured %+v", m)
		}
		q := m.Quality
		for _, v := range []float64{q.Dark, q.Bright, q.OddAspect, q.LowInformation, q.Blurry} {
			if math.IsNaN(v) || v < 0 || v > 1+1e-12 {
				t.Errorf("a score is %g: %+v", v, q)
			}
		}
		if c, err := jpeg.Decode(bytes.NewReader(StandaloneJPEG(side, m.Thumb))); err != nil || c.Bounds().Dx() != side {
			t.Errorf("thumb: %v", err)
		}
		if len(m.Input) != 3*4*4 {
			t.Errorf("input has %d bytes", len(m.Input))
		}
	})
}

func FuzzEXIF(f *testing.F) {
	f.Add([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("MM\x00*\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := exifOrientation(data); o < 1 || o > 8 {
			t.Errorf("orientation is %d", o)
		}
	})
}

func FuzzPNM(f *testing.F) {
	for _, s := range []string{"P1 2 2 1001", "P2 2 1 15 0 15", "P3 1 1 3 1 2 3", "P4 9 2 \xff\x00\x01\x02", "P5 #c\n2 1 100\n\x32\xff", "P6 1 1 65535 \x00\x01\x02\x03\x04\x05"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 3 || data[0] != 'P' || data[1] < '1' || data[1] > '6' {
			return
		}
		img, info, err := Decode(data, DecodeOptions{MaxPixels: 1 << 16})
		if err == nil && (img.Rect.Dx() != info.Width || img.Rect.Dy() != info.Height) {
			t.Errorf("info %+v, picture %v", info, img.Rect)
		}
	})
}
