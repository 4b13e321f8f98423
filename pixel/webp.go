package pixel

import (
	"bytes"
	"encoding/binary"
	"image"

	"golang.org/x/image/webp"
)

// eachRIFF calls f with the chunks in b; it reports whether all were complete.
func eachRIFF(b []byte, f func(name string, body, whole []byte)) bool {
	for len(b) >= 8 {
		n := uint64(binary.LittleEndian.Uint32(b[4:]))
		if 8+n > uint64(len(b)) {
			f(string(b[:4]), b[8:], nil)
			return false
		}
		f(string(b[:4]), b[8:8+n], b[:8+n])
		b = b[min(uint64(len(b)), 8+n+n&1):]
	}
	return true
}

func webpHeader(data []byte, info *Info) error {
	info.Mode = "RGB"
	extended := false
	var frame image.Rectangle
	size := func(name string, body []byte) (w, h int, alpha bool) {
		switch {
		case name == "VP8 " && len(body) >= 10:
			return int(binary.LittleEndian.Uint16(body[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(body[8:]) & 0x3fff), false
		case name == "VP8L" && len(body) >= 5:
			v := binary.LittleEndian.Uint32(body[1:])
			return int(v&0x3fff) + 1, int(v>>14&0x3fff) + 1, v>>28&1 != 0
		}
		return 0, 0, false
	}
	frames := 0
	whole := eachRIFF(data[12:], func(name string, body, whole []byte) {
		switch name {
		case "VP8X":
			if len(body) >= 10 {
				extended = true
				info.Width, info.Height = 1+int24(body[4:]), 1+int24(body[7:])
				if body[0]&0x10 != 0 {
					info.Mode = "RGBA"
				}
			}
		case "VP8 ", "VP8L":
			w, h, alpha := size(name, body)
			if frame.Empty() {
				frame = image.Rect(0, 0, w, h)
			}
			if alpha && !extended {
				info.Mode = "RGBA"
			}
		case "ANMF":
			frames++
		case "EXIF":
			if whole != nil {
				info.Orientation = exifOrientation(body)
			}
		}
	})
	if !extended {
		info.Width, info.Height = frame.Dx(), frame.Dy()
	}
	info.Frames = max(1, frames)
	claimed := uint64(binary.LittleEndian.Uint32(data[4:])) + 8
	info.Truncated = !whole || claimed > uint64(len(data))
	if info.Width == 0 || info.Height == 0 {
		return &Error{Reason: "the WebP file ends within its header", Truncated: info.Truncated}
	}
	return nil
}

func int24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

func webpDecode(data []byte, p *picture, _ openOptions) error {
	at := image.Point{}
	if frame, origin, ok := webpFirstFrame(data); ok {
		data, at = frame, origin
	}
	config, err := webp.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if config.Width > p.Width || config.Height > p.Height {
		return failf("the WebP data is damaged: a frame does not lie on the canvas")
	}
	img, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	p.setImage(img)
	return p.place(img.Bounds().Add(at))
}

// webpFirstFrame rebuilds the first frame of an animation as a still file and
// returns its place on the canvas.
func webpFirstFrame(data []byte) (still []byte, at image.Point, ok bool) {
	eachRIFF(data[12:], func(name string, body, whole []byte) {
		if ok || name != "ANMF" || len(body) < 16+8 {
			return
		}
		at = image.Pt(2*int24(body), 2*int24(body[3:]))
		inner := body[16:]
		alpha := string(inner[:4]) == "ALPH"
		still = append(still, "RIFF\x00\x00\x00\x00WEBP"...)
		if alpha {
			head := make([]byte, 18)
			copy(head, "VP8X\x0a\x00\x00\x00\x10")
			copy(head[12:], body[6:12]) // width-1 and height-1 in 24 bits each
			still = append(still, head...)
		}
		still = append(still, inner...)
		binary.LittleEndian.PutUint32(still[4:], uint32(len(still)-8))
		ok = true
	})
	return still, at, ok
}
