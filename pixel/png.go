package pixel

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
	"image/png"
	"io"
)

// eachChunk calls f with the chunks of a PNG file until f returns false or the
// data ends. It reports whether every chunk up to there was complete.
func eachChunk(data []byte, f func(name string, body, whole []byte) bool) bool {
	for p := 8; ; {
		if p+12 > len(data) {
			return false
		}
		n := uint64(binary.BigEndian.Uint32(data[p:]))
		name := string(data[p+4 : p+8])
		end := uint64(p) + 12 + n
		if end > uint64(len(data)) {
			f(name, data[p+8:], nil)
			return false
		}
		if !f(name, data[p+8:end-4], data[p:end]) {
			return true
		}
		p = int(end)
	}
}

// pngShape is the part of the header that the pixel layout depends on.
type pngShape struct {
	width, height        uint32
	bits, color          byte
	interlaced, complete bool
}

func pngHeader(data []byte, info *Info) error {
	var s pngShape
	end := false
	eachChunk(data, func(name string, body, whole []byte) bool {
		switch name {
		case "IHDR":
			if len(body) >= 13 {
				s = pngShape{binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:]), body[8], body[9], body[12] != 0, true}
			}
		case "acTL":
			if len(body) >= 8 {
				info.Frames = int(max(1, min(binary.BigEndian.Uint32(body), 1<<20)))
			}
		case "eXIf":
			if whole != nil {
				info.Orientation = exifOrientation(body)
			}
		case "IEND":
			end = true
			return false
		}
		return true
	})
	if !s.complete {
		return &Error{Reason: "the PNG file ends before the picture does", Truncated: true}
	}
	info.Width, info.Height = int(min(s.width, 1<<31-1)), int(min(s.height, 1<<31-1))
	info.Bits = int(s.bits)
	info.Truncated = !end
	samples := uint64(1)
	switch s.color {
	case 0:
		info.Mode = "L"
		switch s.bits {
		case 1:
			info.Mode = "1"
		case 16:
			info.Mode = "I;16"
		}
	case 2:
		info.Mode, samples = "RGB", 3
	case 3:
		info.Mode = "P"
	case 4:
		info.Mode, samples = "LA", 2
	case 6:
		info.Mode, samples = "RGBA", 4
	default:
		return failf("the PNG header names colour type %d, which does not exist", s.color)
	}
	// Deflate packs no more than 1032 to 1.
	if need := uint64(s.width) * uint64(s.height) / 8 * uint64(s.bits) * samples / 1032; need > uint64(len(data)) {
		return tooShort(info, len(data))
	}
	return nil
}

// tooShort says that n bytes cannot hold the pixels that a header claims.
func tooShort(info *Info, n int) error {
	return &Error{Truncated: true, Reason: "the " + titles[info.Format] + " file is far too short for the picture of " +
		failf("%d × %d pixels that it announces (%d bytes)", info.Width, info.Height, n).Reason}
}

func pngDecode(data []byte, p *picture, _ openOptions) error {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		repaired, cut, ok := pngRepair(data)
		if !ok {
			return err
		}
		var again error
		if img, again = png.Decode(bytes.NewReader(repaired)); again != nil {
			return err
		}
		p.Truncated = p.Truncated || cut
	}
	p.setImage(img)
	return nil
}

// pngRepair rebuilds a PNG file of what can be saved: its critical chunks, with
// the pixels that are missing at the end (cut) black or transparent. A file
// with a wrong checksum in a critical chunk is not repaired.
func pngRepair(data []byte) (repaired []byte, cut, ok bool) {
	var s pngShape
	var packed []byte
	out := append([]byte(nil), data[:8]...)
	sound := true
	cut = !eachChunk(data, func(name string, body, whole []byte) bool {
		critical := name == "IHDR" || name == "PLTE" || name == "tRNS" || name == "IDAT"
		if !critical {
			return name != "IEND"
		}
		if whole == nil {
			if name == "IDAT" {
				packed = append(packed, body...)
			}
			return false
		}
		if crc32.ChecksumIEEE(whole[4:len(whole)-4]) != binary.BigEndian.Uint32(whole[len(whole)-4:]) {
			sound = false
			return false
		}
		switch name {
		case "IDAT":
			packed = append(packed, body...)
			return true
		case "IHDR":
			if len(body) != 13 {
				sound = false
				return false
			}
			s = pngShape{binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:]), body[8], body[9], body[12] != 0, true}
		}
		out = append(out, whole...)
		return true
	})
	if !sound || !s.complete {
		return nil, false, false
	}
	size := s.rawSize()
	raw := make([]byte, size)
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, false, false
	}
	n, err := io.ReadFull(z, raw)
	if n == 0 {
		return nil, false, false
	}
	if err != nil && !cut {
		return nil, false, false // damaged inside, not cut off
	}
	out = appendChunk(out, "IDAT", stored(raw))
	return appendChunk(out, "IEND", nil), n < size, true
}

// stored wraps raw as a zlib stream without compressing it.
func stored(raw []byte) []byte {
	out := []byte{0x78, 0x01}
	for rest := raw; ; {
		n := min(len(rest), 0xffff)
		last := byte(0)
		if n == len(rest) {
			last = 1
		}
		out = append(out, last, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		out = append(out, rest[:n]...)
		if rest = rest[n:]; last == 1 {
			return binary.BigEndian.AppendUint32(out, adler32.Checksum(raw))
		}
	}
}

func appendChunk(out []byte, name string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	at := len(out)
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[at:]))
}

// rawSize is the number of bytes that the pixels take before compression.
func (s pngShape) rawSize() int {
	samples := map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[s.color]
	pass := func(w, h int) int {
		if w <= 0 || h <= 0 {
			return 0
		}
		return h * (1 + (w*samples*int(s.bits)+7)/8)
	}
	w, h := int(s.width), int(s.height)
	if !s.interlaced {
		return pass(w, h)
	}
	n := 0
	for _, a := range [7][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		n += pass((w-a[0]+a[2]-1)/a[2], (h-a[1]+a[3]-1)/a[3])
	}
	return n
}
