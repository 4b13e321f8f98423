package pixel

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/image/bmp"
)

func bmpHeaderInfo(data []byte, info *Info) error {
	if len(data) < 30 {
		return &Error{Reason: "the BMP file ends within its header", Truncated: true}
	}
	if binary.LittleEndian.Uint32(data[14:]) == 12 {
		info.Width = int(binary.LittleEndian.Uint16(data[18:]))
		info.Height = int(binary.LittleEndian.Uint16(data[20:]))
		info.Bits = int(binary.LittleEndian.Uint16(data[24:]))
	} else {
		info.Width = int(int32(binary.LittleEndian.Uint32(data[18:])))
		info.Height = int(int32(binary.LittleEndian.Uint32(data[22:])))
		info.Bits = int(binary.LittleEndian.Uint16(data[28:]))
	}
	if info.Height < 0 {
		info.Height = -info.Height // rows from the top
	}
	switch info.Bits {
	case 1, 2, 4, 8:
		info.Mode = "P"
	case 32:
		info.Mode = "RGBA"
	default:
		info.Mode = "RGB"
	}
	return nil
}

func bmpDecode(data []byte, p *picture, _ openOptions) error {
	start := int64(binary.LittleEndian.Uint32(data[10:]))
	rowBytes := (int64(p.Width)*int64(p.Bits) + 31) / 32 * 4
	need := start + rowBytes*int64(p.Height)
	p.Bits = map[bool]int{true: p.Bits, false: 8}[p.Bits < 8]
	if need > int64(len(data)) {
		if int64(len(data)) <= start || start > 1<<20 || need/1024 > int64(len(data)) {
			return tooShort(&p.Info, len(data))
		}
		padded := make([]byte, need)
		copy(padded, data)
		data, p.Truncated = padded, true
	}
	img, err := bmp.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	p.setImage(img)
	switch {
	case p.Mode == "RGBA" && !p.alpha:
		p.Mode = "RGB"
	case p.Mode == "P":
		p.Mode = greyPalette(img)
	}
	return nil
}
