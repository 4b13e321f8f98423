package pixel

import (
	"crypto/sha256"
	"math"
)

// The defaults of [Options] and what the package documentation explains.
const (
	ThumbSide = 128
	InputSide = 32
	MaxPixels = 400_000_000
	// MaxSide is the longest side in pixels that is read.
	MaxSide = 1 << 18
	// ReducedPixels and ReducedSide bound from below the size to which a JPEG is
	// reduced while it is decoded to be measured.
	ReducedPixels = 1 << 19
	ReducedSide   = 256
	// Backdrop is the shade of grey behind transparent pixels.
	Backdrop = 176
)

// Options say what [Measure] makes. The zero value means the defaults.
type Options struct {
	// ThumbSide is the side of the thumbnail in pixels, a multiple of 16 and at
	// most 1024; 0 means the constant ThumbSide.
	ThumbSide int
	// InputSide is the side of the embedding input in pixels, at most 1024; 0
	// means the constant InputSide.
	InputSide int
	// MaxPixels refuses pictures of more pixels; 0 means the constant
	// MaxPixels. No side may exceed the constant MaxSide.
	MaxPixels int64
}

// Measured is what one decode of a file gave.
type Measured struct {
	// Format is what [Sniff] says.
	Format string
	// Width and Height are in pixels as stored, before the EXIF orientation.
	Width, Height int
	// Orientation is the EXIF orientation, 1 to 8; 1 when there is none.
	Orientation int
	// Frames is the number of frames of an animation or pages of a TIFF, else 1.
	Frames int
	// Bits is the number of bits of one sample.
	Bits int
	// Mode is Pillow's name of the pixel format: "1", "L", "LA", "P", "RGB",
	// "RGBA", "CMYK", "I;16".
	Mode string
	// Bytes and SHA256 are of the file.
	Bytes  int64
	SHA256 [32]byte
	// PixelHash is equal for pictures of equal size, orientation and pixels,
	// whatever the format and mode of their files. For a JPEG decoded at reduced
	// size it is taken of the reduced pixels and the full size.
	PixelHash [32]byte
	// PHash is the 64-bit perceptual hash of imagehash.phash; see [PHash].
	PHash uint64
	// Truncated tells that the file ends before the picture does. What is there
	// was measured; the rest is black or grey.
	Truncated bool
	// Quality holds the metrics.
	Quality Quality
	// Mean is the mean colour (red, green, blue).
	Mean [3]uint8
	// Thumb is the thumbnail of ThumbSide×ThumbSide pixels as [EncodeThumb]
	// makes it: the upright picture, fitted in whole.
	Thumb []byte
	// Input is the upright picture stretched to InputSide×InputSide: RGB bytes,
	// row after row.
	Input []uint8
}

// Quality holds CleanVision's metrics of one picture. Scores are in [0,1] and
// low is bad; a picture is an issue below CleanVision's threshold, which the
// package check/quality applies.
type Quality struct {
	// Dark is the 99th percentile of brightness.
	Dark float64
	// Bright is one minus the 5th percentile of brightness.
	Bright float64
	// OddAspect is the short side divided by the long side.
	OddAspect float64
	// LowInformation is a tenth of Entropy, at most 1.
	LowInformation float64
	// Blurry grows with the spread of edge strengths in the picture reduced to 64 pixels.
	Blurry float64
	// Grayscale tells that the file stores no colour channels.
	Grayscale bool
	// Size is sqrt(width)·sqrt(height) in pixels.
	Size float64
	// Brightness is that of the mean colour, BrightnessP99 and BrightnessP5 are
	// percentiles over the pixels; all in [0,1].
	Brightness, BrightnessP99, BrightnessP5 float64
	// Entropy is that of the histogram of all channels together, in bits.
	Entropy float64
	// EdgeDeviation is the standard deviation of the edge picture, and
	// HistogramDeviation that of the grey histogram; Blurry combines them.
	EdgeDeviation, HistogramDeviation float64
}

// Measure decodes a picture file and measures it. The error is an *[Error].
func Measure(data []byte, o Options) (*Measured, error) {
	if o.ThumbSide == 0 {
		o.ThumbSide = ThumbSide
	}
	if o.InputSide == 0 {
		o.InputSide = InputSide
	}
	if o.ThumbSide < 16 || o.ThumbSide > 1024 || o.ThumbSide%16 != 0 {
		return nil, failf("the side of a thumbnail must be a multiple of 16 from 16 to 1024, not %d", o.ThumbSide)
	}
	if o.InputSide < 1 || o.InputSide > 1024 {
		return nil, failf("the side of an embedding input must be from 1 to 1024, not %d", o.InputSide)
	}
	p, err := open(data, openOptions{maxPixels: o.MaxPixels, reduce: reduction})
	if err != nil {
		return nil, err
	}
	defer p.close()
	m := &Measured{
		Format: p.Format, Width: p.Width, Height: p.Height, Orientation: p.Orientation,
		Frames: p.Frames, Bits: p.Bits, Mode: p.Mode, Truncated: p.Truncated,
		Bytes: int64(len(data)), SHA256: sha256.Sum256(data),
	}
	if err := guard(p.Format, func() error { measurePixels(m, p, o); return nil }); err != nil {
		return nil, err
	}
	return m, nil
}

// reduction returns the divisor at which a JPEG of w×h pixels is decoded to be
// measured: 1, 2, 4 or 8.
func reduction(w, h int) int {
	d := 1
	for d < 8 {
		rw, rh := w/(2*d), h/(2*d)
		if int64(rw)*int64(rh) < ReducedPixels || max(rw, rh) < ReducedSide || min(rw, rh) < 1 {
			break
		}
		d *= 2
	}
	return d
}

func measurePixels(m *Measured, p *picture, o Options) {
	s := scratchPool.Get().(*scratch)
	defer scratchPool.Put(s)
	w, h := p.w, p.h
	m.Quality.Grayscale = m.Mode == "1" || m.Mode == "L" || m.Mode == "LA" || m.Mode == "I;16"
	s.start(p, m)

	bw, bh := blurSize(w, h)
	blur := newResizer(bicubic, w, h, bw, bh, s.blurChannels)
	tw, th := fit(w, h, o.ThumbSide)
	thumb := newResizer(bicubic, w, h, tw, th, 3)
	input := newResizer(triangle, w, h, o.InputSide, o.InputSide, 3)
	grey := newResizer(lanczos, w, h, hashSide, hashSide, 1)

	for y := range h {
		s.read(y)
		s.tally()
		blur.row(y, s.blurRow())
		grey.row(y, s.luma)
		thumb.row(y, s.shown)
		input.row(y, s.shown)
	}

	q := &m.Quality
	q.Size = math.Sqrt(float64(m.Width)) * math.Sqrt(float64(m.Height))
	q.OddAspect = math.Min(float64(m.Width)/float64(m.Height), float64(m.Height)/float64(m.Width))
	s.finish()
	q.Dark, q.Bright = q.BrightnessP99, 1-q.BrightnessP5
	q.LowInformation = math.Min(1, 0.1*q.Entropy)
	q.EdgeDeviation, q.HistogramDeviation = blurriness(s.blurGrey(blur.finish()), bw, bh)
	q.Blurry = blurScore(q.EdgeDeviation, q.HistogramDeviation)

	m.PHash = phash(orient(grey.finish(), hashSide, hashSide, 1, m.Orientation))
	m.Input = orient(input.finish(), o.InputSide, o.InputSide, 3, m.Orientation)
	small := orient(thumb.finish(), tw, th, 3, m.Orientation)
	if m.Orientation >= 5 {
		tw, th = th, tw
	}
	m.Thumb = EncodeThumb(letterbox(small, tw, th, o.ThumbSide), o.ThumbSide)
}
