package pixel

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"

	"github.com/gen2brain/jpegn"
)

// jpegShape is what the markers of a JPEG file say.
type jpegShape struct {
	width, height, components int
	precision                 byte
	frame                     byte // the SOF marker
	exif                      []byte
	adobe                     bool
	scan                      int // offset of the first entropy-coded byte
	scanComponents            int
}

// readJPEGShape walks the markers up to the first scan.
func readJPEGShape(data []byte) (s jpegShape, ok bool) {
	for p := 2; p+4 <= len(data); {
		if data[p] != 0xff {
			p++ // stray bytes between segments, which decoders skip
			continue
		}
		m := data[p+1]
		if m == 0xff {
			p++
			continue
		}
		p += 2
		if m == 0 || m == 1 || m >= 0xd0 && m <= 0xd8 {
			continue
		}
		if m == 0xd9 {
			return s, false
		}
		n := int(binary.BigEndian.Uint16(data[p:]))
		if n < 2 || p+n > len(data) {
			return s, false
		}
		body := data[p+2 : p+n]
		p += n
		switch {
		case m == 0xda:
			if len(body) > 0 {
				s.scanComponents = int(body[0])
			}
			s.scan = p
			return s, s.frame != 0
		case m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc && len(body) >= 6:
			s.frame, s.precision = m, body[0]
			s.height, s.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
			s.components = int(body[5])
		case m == 0xe1 && s.exif == nil && bytes.HasPrefix(body, []byte("Exif\x00")):
			s.exif = body
		case m == 0xee && len(body) >= 12 && bytes.HasPrefix(body, []byte("Adobe")):
			s.adobe = true
		}
	}
	return s, false
}

func jpegHeader(data []byte, info *Info) error {
	s, ok := readJPEGShape(data)
	if s.frame == 0 || !ok {
		return &Error{Reason: "the JPEG file ends before its first pixel", Truncated: true}
	}
	if s.frame != 0xc0 && s.frame != 0xc1 && s.frame != 0xc2 || s.precision != 8 {
		return failf("the JPEG file uses a rare coding (SOF%d, %d bits) that cannot be read; save it again as an ordinary JPEG", s.frame-0xc0, s.precision)
	}
	info.Width, info.Height = s.width, s.height
	info.Bits = int(s.precision)
	info.Orientation = exifOrientation(s.exif)
	switch s.components {
	case 1:
		info.Mode = "L"
	case 4:
		info.Mode = "CMYK"
	default:
		info.Mode = "RGB"
	}
	if uint64(s.width)*uint64(s.height)/1024 > uint64(len(data)) {
		return tooShort(info, len(data))
	}
	info.Truncated = !bytes.Contains(data[max(s.scan, len(data)-64):], []byte{0xff, 0xd9})
	return nil
}

func jpegDecode(data []byte, p *picture, o openOptions) error {
	s, _ := readJPEGShape(data)
	var img image.Image
	var err error
	if s.components == 4 || s.frame == 0xc0 && s.scanComponents != s.components {
		img, err = jpeg.Decode(bytes.NewReader(data))
	} else {
		img, err = jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: o.reduce(s.width, s.height)})
	}
	if err != nil {
		return err
	}
	p.setImage(img)
	return nil
}
