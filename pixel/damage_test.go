package pixel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// reason measures data, expects a failure and returns its *Error.
func reason(t *testing.T, name string, data []byte, o Options) *Error {
	t.Helper()
	m, err := Measure(data, o)
	if err == nil {
		t.Errorf("%s: measured as %s %d×%d", name, m.Format, m.Width, m.Height)
		return &Error{}
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Reason == "" || strings.Contains(e.Reason, "\n") || strings.HasSuffix(e.Reason, ".") {
		t.Errorf("%s: the reason is %q", name, err)
		return &Error{}
	}
	return e
}

func TestFilesThatAreNoPictures(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":   {"", "empty"},
		"zeros":   {strings.Repeat("\x00", 500), "zero bytes"},
		"text":    {"this is not a picture\n", "text"},
		"page":    {"\n<!DOCTYPE html><html>", "web page"},
		"svg":     {"<svg xmlns='http://www.w3.org/2000/svg'>", "SVG"},
		"pdf":     {"%PDF-1.7\n", "PDF"},
		"zip":     {"PK\x03\x04\x14\x00", "zip"},
		"avif":    {"\x00\x00\x00\x20ftypavif\x00", "AVIF"},
		"heic":    {"\x00\x00\x00\x20ftypheic\x00", "HEIC"},
		"bigtiff": {"II+\x00\x08\x00", "BigTIFF"},
		"noise":   {"\x07\x9a\xf3\x01\x02\x03\xff\xfe", "no picture"},
	} {
		if e := reason(t, name, []byte(c.data), Options{}); !strings.Contains(e.Reason, c.want) {
			t.Errorf("%s: the reason is %q, expected something of %q", name, e.Reason, c.want)
		}
	}
}

func TestEveryCut(t *testing.T) {
	for name := range readFormats(t) {
		whole := readFile(t, name)
		step := max(1, len(whole)/14)
		for n := 0; n < len(whole); n += step {
			m, err := Measure(whole[:n], Options{})
			if err != nil {
				if e, _ := errors.AsType[*Error](err); n > SniffLen && !e.Truncated && !strings.HasSuffix(name, ".tiff") {
					t.Errorf("%s cut to %d of %d bytes: %v", name, n, len(whole), err)
				}
				continue
			}
			// The tail of these formats may be metadata or further frames.
			if !m.Truncated && m.Frames == 1 && m.Format != "tiff" {
				t.Errorf("%s cut to %d of %d bytes is not called truncated", name, n, len(whole))
			}
		}
	}
}

func TestCutPicturesAreMeasured(t *testing.T) {
	for _, name := range []string{"rgb.png", "rgba.png", "palette.png", "420.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg",
		"rgb.bmp", "grey.bmp", "rgb.ppm", "grey.pgm", "one.pbm", "animated.gif"} {
		data := readFile(t, name)
		whole, err := Measure(data, Options{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Measure(data[:len(data)*3/4], Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !m.Truncated || m.Width != whole.Width || m.Height != whole.Height || len(m.Thumb) == 0 {
			t.Errorf("%s: truncated %v, %d×%d", name, m.Truncated, m.Width, m.Height)
		}
		if m.PixelHash == whole.PixelHash && m.Frames == 1 && name != "progressive.jpg" {
			t.Errorf("%s: a cut picture has the pixels of the whole", name)
		}
		// What comes first in the file is there; a BMP begins at the bottom.
		from := 0
		if m.Format == "bmp" {
			from = 24
		}
		if a, b := m.Input[3*32*from:3*32*(from+8)], whole.Input[3*32*from:3*32*(from+8)]; m.Frames == 1 && name != "progressive.jpg" && !bytes.Equal(a, b) {
			t.Errorf("%s: the first quarter of the input differs", name)
		}
	}
}

func TestJPEGWithoutEndMarker(t *testing.T) {
	data := readFile(t, "420.jpg")
	m, err := Measure(data[:len(data)-2], Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Truncated {
		t.Error("a JPEG without its end marker is not called truncated")
	}
	m, err = Measure(append(append([]byte(nil), data...), "trailing junk of a camera"...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Truncated {
		t.Error("a JPEG with junk behind its end is called truncated")
	}
}

func TestDamagedInside(t *testing.T) {
	data := append([]byte(nil), readFile(t, "rgb.png")...)
	data[len(data)/2] ^= 0x55
	if e := reason(t, "png", data, Options{}); e.Truncated {
		t.Errorf("a PNG with a wrong checksum is called truncated: %v", e)
	}
	// A wrong checksum of a chunk that does not matter does not matter.
	data = readFile(t, "rgb.png")
	note := appendChunk(nil, "tEXt", []byte("Comment\x00hello"))
	note[len(note)-1] ^= 1
	data = append(append(append([]byte(nil), data[:33]...), note...), data[33:]...)
	if m, err := Measure(data, Options{}); err != nil || m.Truncated {
		t.Errorf("a PNG with a bad comment: %v", err)
	}
}

func TestAbsurdSizes(t *testing.T) {
	png := append([]byte(nil), readFile(t, "rgb.png")...)
	binary.BigEndian.PutUint32(png[16:], 1<<30)
	binary.BigEndian.PutUint32(png[20:], 1<<30)
	jpg := append([]byte(nil), readFile(t, "420.jpg")...)
	sof := bytes.Index(jpg, []byte{0xff, 0xc0})
	copy(jpg[sof+5:], "\xff\xff\xff\xff")
	jpgShort := append([]byte(nil), readFile(t, "420.jpg")...)
	copy(jpgShort[sof+5:], "\x3f\xff\x3f\xff")
	bmp := append([]byte(nil), readFile(t, "rgb.bmp")...)
	binary.LittleEndian.PutUint32(bmp[18:], 15000)
	binary.LittleEndian.PutUint32(bmp[22:], 15000)
	for name, data := range map[string][]byte{
		"png": png, "jpeg": jpg, "short jpeg": jpgShort,
		"pnm":      []byte("P6 20000 20000 255 \x00"),
		"long pnm": []byte("P5 1000000 1 255 \x00"),
		"huge pnm": []byte("P5 99999999999999999999 9999999999999 255 \x00"),
		"gif":      []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00\x2c"),
		"webp":     []byte("RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"),
		"bmp":      bmp,
	} {
		allocated := testing.AllocsPerRun(1, func() { reason(t, name, data, Options{}) })
		if allocated > 200 {
			t.Errorf("%s: %g allocations", name, allocated)
		}
	}
	if e := reason(t, "limit", readFile(t, "rgb.png"), Options{MaxPixels: 1000}); !strings.Contains(e.Reason, "limit of 1000") {
		t.Errorf("the reason is %q", e.Reason)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	data := readFile(t, "rgb.png")
	for _, o := range []Options{{ThumbSide: 100}, {ThumbSide: -16}, {ThumbSide: 2048}, {InputSide: -1}, {InputSide: 5000}} {
		reason(t, "options", data, o)
	}
	for _, side := range []int{16, 64, 256} {
		m, err := Measure(data, Options{ThumbSide: side, InputSide: side / 4})
		if err != nil {
			t.Fatal(err)
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(StandaloneJPEG(side, m.Thumb)))
		if err != nil || c.Width != side || c.Height != side || len(m.Input) != 3*side*side/16 {
			t.Errorf("side %d: thumb %d×%d (%v), input %d bytes", side, c.Width, c.Height, err, len(m.Input))
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	var files [][]byte
	var want []*Measured
	for name := range readFormats(t) {
		data := readFile(t, name)
		m, err := Measure(data, Options{})
		if err != nil {
			t.Fatal(err)
		}
		files, want = append(files, data), append(want, m)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range files {
				i = (i*7 + worker) % len(files)
				m, err := Measure(files[i], Options{})
				if err != nil || !reflect.DeepEqual(m, want[i]) {
					t.Errorf("file %d measured beside others differs (%v)", i, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestSamePixelsInDifferentFiles(t *testing.T) {
	hash := func(name string) [32]byte {
		m, err := Measure(readFile(t, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return m.PixelHash
	}
	for _, group := range [][]string{
		{"rgb.png", "rgb.bmp", "rgb.tiff", "rgb.ppm", "lossless.webp"},
		{"grey.png", "grey.pgm", "grey.bmp", "grey.gif"},
	} {
		for _, name := range group[1:] {
			if hash(name) != hash(group[0]) {
				t.Errorf("%s and %s have the same pixels and different hashes", name, group[0])
			}
		}
	}
	seen := map[[32]byte]string{}
	for _, name := range []string{"rgb.png", "rgba.png", "grey.png", "la.png", "turned.png", "420.jpg", "444.jpg", "one.png"} {
		if other, ok := seen[hash(name)]; ok {
			t.Errorf("%s and %s differ and have the same hash", name, other)
		}
		seen[hash(name)] = name
	}
}
