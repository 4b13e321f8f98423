package pixel

import (
	"errors"
	"sync"

	"github.com/errata-cv/errata/pixel/jpeg"
)

var jpegDecoders = sync.Pool{New: func() any { return jpeg.NewDecoder() }}

func jpegHeader(data []byte, info *Info) error {
	d := jpegDecoders.Get().(*jpeg.Decoder)
	defer jpegDecoders.Put(d)
	h, err := d.ReadHeader(data)
	if err != nil {
		return jpegError(err)
	}
	info.Width, info.Height = h.Width, h.Height
	info.Orientation = exifOrientation(h.Exif)
	info.Mode = map[int]string{1: "L", 3: "RGB", 4: "CMYK"}[h.Components]
	// Each block of 64 pixels takes a bit at the very least.
	if uint64(h.Width)*uint64(h.Height)/1024 > uint64(len(data)) {
		return tooShort(info, len(data))
	}
	return nil
}

func jpegError(err error) error {
	switch {
	case errors.Is(err, jpeg.ErrShort):
		return &Error{Reason: "the JPEG file ends before its first pixel", Truncated: true}
	case errors.Is(err, jpeg.ErrUnsupported):
		return failf("%v; save it again as an ordinary JPEG", err)
	}
	return failf("%v", err)
}

func jpegDecode(data []byte, p *picture, o openOptions) error {
	d := jpegDecoders.Get().(*jpeg.Decoder)
	scale := 1
	if o.reduce != nil {
		scale = o.reduce(p.Width, p.Height)
	}
	pic, err := d.Decode(data, scale)
	if err != nil {
		jpegDecoders.Put(d)
		return jpegError(err)
	}
	p.Truncated = pic.Missing > 0 || !pic.Ended
	p.w, p.h, p.rows = pic.Width, pic.Height, jpegRows{pic}
	p.release = func() { jpegDecoders.Put(d) }
	return nil
}

type jpegRows struct{ *jpeg.Picture }

func (r jpegRows) read(y int, rgb, _ []byte) { r.ReadRGB(y, rgb) }
