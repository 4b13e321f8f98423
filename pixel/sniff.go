package pixel

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
)

// titles spell the formats for people.
var titles = map[string]string{
	"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF", "webp": "WebP", "pnm": "PNM",
}

// SniffLen is how many bytes of a file [Sniff] looks at.
const SniffLen = 64

// Sniff names the format of a file by its first bytes: "jpeg", "png", "gif",
// "bmp", "tiff", "webp" or "pnm". More than [SniffLen] bytes are not needed.
func Sniff(head []byte) (format string, ok bool) {
	has := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case has("\xff\xd8\xff"):
		return "jpeg", true
	case has("\x89PNG\r\n\x1a\n"):
		return "png", true
	case has("GIF87a"), has("GIF89a"):
		return "gif", true
	case has("II*\x00"), has("MM\x00*"):
		return "tiff", true
	case has("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return "webp", true
	case has("BM") && bmpHeader(head):
		return "bmp", true
	case len(head) >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' && (isSpace(head[2]) || head[2] == '#'):
		return "pnm", true
	}
	return "", false
}

func bmpHeader(head []byte) bool {
	if len(head) < 18 {
		return false
	}
	switch binary.LittleEndian.Uint32(head[14:]) {
	case 12, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

// HasImageExtension reports whether a file name says that it is a picture. It
// is true also for formats that cannot be decoded (AVIF, HEIC, JPEG XL, ...),
// so that such a file is reported and not passed over in silence.
func HasImageExtension(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".bmp", ".dib", ".tif", ".tiff",
		".webp", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif", ".jxl", ".jp2":
		return true
	}
	return false
}

// noPicture says what data is instead of a picture.
func noPicture(data []byte) *Error {
	head := data[:min(len(data), SniffLen)]
	has := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	brand := ""
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		brand = string(head[8:12])
	}
	zero := len(bytes.Trim(head, "\x00")) == 0
	text := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff")))
	switch {
	case len(data) == 0:
		return failf("the file is empty")
	case zero:
		return failf("the file holds zero bytes instead of a picture")
	case has("\xff\xd8"), has("\x89PNG"):
		return &Error{Reason: "the file ends within the first bytes of its header", Truncated: len(data) < 8}
	case brand == "avif" || brand == "avis":
		return failf("the file is an AVIF picture, which cannot be read; convert it to PNG or JPEG")
	case strings.HasPrefix(brand, "hei") || strings.HasPrefix(brand, "hev") || brand == "mif1" || brand == "msf1":
		return failf("the file is a HEIC picture, which cannot be read; convert it to PNG or JPEG")
	case has("\xff\x0a"), has("\x00\x00\x00\x0cJXL "):
		return failf("the file is a JPEG XL picture, which cannot be read; convert it to PNG or JPEG")
	case has("\x00\x00\x00\x0cjP  "), has("\xff\x4f\xff\x51"):
		return failf("the file is a JPEG 2000 picture, which cannot be read; convert it to PNG or JPEG")
	case has("II+\x00"), has("MM\x00+"):
		return failf("the file is a BigTIFF picture, which cannot be read; convert it to TIFF or PNG")
	case strings.HasPrefix(text, "<svg"):
		return failf("the file is an SVG drawing, which holds no pixels")
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return failf("the file is a web page, not a picture")
	case has("%PDF"):
		return failf("the file is a PDF document, not a picture")
	case has("PK\x03\x04"):
		return failf("the file is a zip archive, not a picture")
	case has("\x1f\x8b"):
		return failf("the file is a gzip archive, not a picture")
	case printable(head):
		return failf("the file is text, not a picture")
	}
	return failf("the content is no picture of a known format (JPEG, PNG, GIF, BMP, TIFF, WebP, PNM)")
}

func printable(head []byte) bool {
	for _, b := range head {
		if b < ' ' && !isSpace(b) || b == 0x7f {
			return false
		}
	}
	return true
}

func isSpace(b byte) bool {
	return b == ' ' || b >= '\t' && b <= '\r'
}
