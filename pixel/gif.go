package pixel

import (
	"bytes"
	"image/gif"
)

func gifHeader(data []byte, info *Info) error {
	if len(data) < 13 {
		return &Error{Reason: "the GIF file ends within its header", Truncated: true}
	}
	info.Width = int(data[6]) | int(data[7])<<8
	info.Height = int(data[8]) | int(data[9])<<8
	info.Mode = "P"
	info.Bits = int(data[10]&7) + 1
	frames, ended := gifFrames(data)
	info.Frames = max(1, frames)
	info.Truncated = !ended
	return nil
}

// gifFrames counts the frames by walking the blocks, and tells whether the
// file reaches its trailer.
func gifFrames(data []byte) (frames int, ended bool) {
	p := 13
	if data[10]&0x80 != 0 {
		p += 3 << (data[10]&7 + 1)
	}
	skip := func() bool { // sub-blocks
		for p < len(data) {
			n := int(data[p])
			p += 1 + n
			if n == 0 {
				return true
			}
		}
		return false
	}
	for p < len(data) {
		switch data[p] {
		case 0x21:
			p += 2
			if !skip() {
				return frames, false
			}
		case 0x2c:
			if p+10 > len(data) {
				return frames, false
			}
			flags := data[p+9]
			p += 10
			if flags&0x80 != 0 {
				p += 3 << (flags&7 + 1)
			}
			p++ // code size
			frames++
			if !skip() {
				return frames, false
			}
		case 0x3b:
			return frames, true
		default:
			return frames, frames > 0 // junk after the last frame
		}
	}
	return frames, false
}

func gifDecode(data []byte, p *picture, _ openOptions) error {
	img, err := gif.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	p.Mode = greyPalette(img)
	p.setImage(img)
	return p.place(img.Bounds())
}
