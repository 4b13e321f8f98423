package pixel

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/image/tiff"
)

// maxPages bounds the directories of a TIFF file that are counted.
const maxPages = 10000

func tiffHeader(data []byte, info *Info) error {
	order, ok := tiffOrder(data)
	if !ok || len(data) < 8 {
		return &Error{Reason: "the TIFF file ends within its header", Truncated: true}
	}
	info.Bits = 1
	samples, photometric, extra := 1, 0, 0
	value := func(typ uint16, v []byte) int {
		switch typ {
		case 1:
			return int(v[0])
		case 3:
			return int(order.Uint16(v))
		case 4:
			return int(min(order.Uint32(v), 1<<31-1))
		}
		return 0
	}
	next := eachEntry(data, order, order.Uint32(data[4:]), func(tag, typ uint16, count uint32, v []byte) {
		switch tag {
		case 256:
			info.Width = value(typ, v)
		case 257:
			info.Height = value(typ, v)
		case 258:
			info.Bits = value(typ, v)
			if at := order.Uint32(v); typ == 3 && count > 2 && uint64(at)+2 <= uint64(len(data)) {
				info.Bits = int(order.Uint16(data[at:]))
			}
		case 262:
			photometric = value(typ, v)
		case 277:
			samples = value(typ, v)
		case 338:
			extra = value(typ, v)
		}
	})
	if info.Width == 0 {
		return &Error{Reason: "the TIFF file ends before its directory of properties", Truncated: true}
	}
	info.Orientation = exifOrientation(data)
	info.Frames = tiffPages(data, order, next)
	switch {
	case photometric == 3:
		info.Mode = "P"
	case photometric == 5:
		info.Mode = "CMYK"
	case photometric <= 1 && info.Bits == 1:
		info.Mode = "1"
	case photometric <= 1 && info.Bits == 16:
		info.Mode = "I;16"
	case photometric <= 1 && samples >= 2:
		info.Mode = "LA"
	case photometric <= 1:
		info.Mode = "L"
	case samples >= 4 && extra != 0:
		info.Mode = "RGBA"
	default:
		info.Mode = "RGB"
	}
	// LZW and Deflate pack less than 2^12 to 1.
	if need := uint64(info.Width) * uint64(info.Height) >> 15; need > uint64(len(data)) {
		return tooShort(info, len(data))
	}
	return nil
}

// tiffPages counts the directories; next is the offset of the second.
func tiffPages(data []byte, order binary.ByteOrder, next uint32) int {
	pages := 1
	seen := map[uint32]bool{}
	for next != 0 && !seen[next] && pages < maxPages {
		seen[next] = true
		entries := 0
		at := next
		next = eachEntry(data, order, at, func(uint16, uint16, uint32, []byte) { entries++ })
		if entries == 0 {
			break
		}
		pages++
	}
	return pages
}

func tiffDecode(data []byte, p *picture, _ openOptions) error {
	img, err := tiff.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	p.setImage(img)
	return nil
}
