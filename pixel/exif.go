package pixel

import (
	"bytes"
	"encoding/binary"
)

// maxIFD bounds the entries that are looked at in one directory.
const maxIFD = 4096

// tiffOrder returns the byte order that a TIFF or EXIF block announces.
func tiffOrder(b []byte) (binary.ByteOrder, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		return binary.LittleEndian, true
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		return binary.BigEndian, true
	}
	return nil, false
}

// eachEntry calls f with tag, type, count and the four value bytes of every
// entry of the directory at offset, and returns the offset of the next one (0
// at the end and when the block is damaged).
func eachEntry(b []byte, order binary.ByteOrder, offset uint32, f func(tag, typ uint16, count uint32, value []byte)) (next uint32) {
	if uint64(offset)+2 > uint64(len(b)) || offset < 8 {
		return 0
	}
	n := int(order.Uint16(b[offset:]))
	p := int(offset) + 2
	for i := 0; i < n && i < maxIFD; i++ {
		if p+12 > len(b) {
			return 0
		}
		f(order.Uint16(b[p:]), order.Uint16(b[p+2:]), order.Uint32(b[p+4:]), b[p+8:p+12])
		p += 12
	}
	if n > maxIFD || p+4 > len(b) {
		return 0
	}
	return order.Uint32(b[p:])
}

// exifOrientation reads the orientation (1 to 8) of the first directory of a
// TIFF file or EXIF block, with or without the "Exif" signature. It returns 1
// when there is none or the block is damaged.
func exifOrientation(b []byte) int {
	b = bytes.TrimPrefix(b, []byte("Exif\x00\x00"))
	order, ok := tiffOrder(b)
	if !ok || len(b) < 8 {
		return 1
	}
	orientation := 1
	eachEntry(b, order, order.Uint32(b[4:]), func(tag, typ uint16, count uint32, value []byte) {
		if tag != 0x0112 || count != 1 {
			return
		}
		v := 0
		switch typ {
		case 3: // SHORT
			v = int(order.Uint16(value))
		case 4: // LONG, written by some tools
			v = int(min(order.Uint32(value), 9))
		}
		if v >= 1 && v <= 8 {
			orientation = v
		}
	})
	return orientation
}

// Orientation returns the EXIF orientation (1 to 8) of a JPEG, of which the head
// is enough; 1 for one without and for what is no JPEG.
func Orientation(data []byte) int {
	if format, ok := Sniff(data[:min(len(data), SniffLen)]); !ok || format != "jpeg" {
		return 1
	}
	info := Info{Orientation: 1}
	if err := jpegHeader(data, &info); err != nil && info.Orientation == 0 {
		return 1
	}
	return max(1, info.Orientation)
}
