package pixel

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// expected is what Pillow and numpy say of a file of testdata/formats; see
// testdata/make.py.
type expected struct {
	Mode                       string
	Width, Height, Orientation int
	Frames                     int
	P5, P99                    float64
	Entropy, Edges, Histogram  *float64
	PHash                      string
	Pixels                     string
}

func readFormats(t *testing.T) map[string]expected {
	t.Helper()
	b, err := os.ReadFile("testdata/formats.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]expected
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "formats", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFormatsEqualPillow(t *testing.T) {
	all := readFormats(t)
	if len(all) < 30 {
		t.Fatalf("only %d files", len(all))
	}
	formats := map[string]string{".jpg": "jpeg", ".png": "png", ".gif": "gif", ".bmp": "bmp", ".tiff": "tiff",
		".webp": "webp", ".pbm": "pnm", ".pgm": "pnm", ".ppm": "pnm"}
	for name, want := range all {
		m, err := Measure(readFile(t, name), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Format != formats[filepath.Ext(name)] || m.Mode != want.Mode || m.Width != want.Width || m.Height != want.Height ||
			m.Orientation != want.Orientation || m.Frames != want.Frames || m.Truncated {
			t.Errorf("%s: %s %s %d×%d orientation %d, %d frames, truncated %v; expected %+v", name, m.Format, m.Mode,
				m.Width, m.Height, m.Orientation, m.Frames, m.Truncated, want)
		}
		near := func(what string, got float64, want *float64) {
			if want != nil && math.Abs(got-*want) > 1e-9 {
				t.Errorf("%s: %s is %.12g, expected %.12g", name, what, got, *want)
			}
		}
		q := m.Quality
		near("5th percentile", q.BrightnessP5, &want.P5)
		near("99th percentile", q.BrightnessP99, &want.P99)
		near("entropy", q.Entropy, want.Entropy)
		near("edge deviation", q.EdgeDeviation, want.Edges)
		near("histogram deviation", q.HistogramDeviation, want.Histogram)
		// Turned by 90° the two passes of the resizer change places.
		if got := fmt.Sprintf("%016x", m.PHash); want.PHash != "" && m.Orientation < 5 && got != want.PHash {
			t.Errorf("%s: phash %s, expected %s", name, got, want.PHash)
		}
	}
}

func TestDecodeEqualsPillow(t *testing.T) {
	for name, want := range readFormats(t) {
		img, info, err := Decode(readFile(t, name), DecodeOptions{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if info.Width != want.Width || info.Orientation != want.Orientation {
			t.Errorf("%s: info is %+v", name, info)
		}
		if want.Pixels == "" {
			continue
		}
		var rgb []byte
		for i := 0; i < len(img.Pix); i += 4 {
			rgb = append(rgb, img.Pix[i:i+3]...)
		}
		if sum := sha256.Sum256(rgb); hex.EncodeToString(sum[:]) != want.Pixels {
			t.Errorf("%s: the pixels differ", name)
		}
	}
}

func TestDecodeReduced(t *testing.T) {
	data := asJPEG(t, photo(300, 200, 1), 90)
	for _, side := range []int{10, 40, 100, 299, 300, 1000} {
		img, _, err := Decode(data, DecodeOptions{MaxSide: side})
		if err != nil {
			t.Fatal(err)
		}
		want := image.Rect(0, 0, min(side, 300), (2*min(side, 300)+1)/3)
		if img.Rect != want {
			t.Errorf("reduced to %d: %v, expected %v", side, img.Rect, want)
		}
	}
}

// withOrientation returns a JPEG file that asks to be turned.
func withOrientation(data []byte, o int) []byte {
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	exif[25] = byte(o)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, 0, byte(len(exif)+2))
	return append(append(out, exif...), data[2:]...)
}

func TestOrientations(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 64, 32))
	corners := [4]color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 0, 255}}
	for y := range 32 {
		for x := range 64 {
			m.SetNRGBA(x, y, corners[y/16*2+x/32])
		}
	}
	data := asJPEG(t, m, 95)
	// Where the stored corners (upper left, upper right, lower left, lower
	// right) stand in the upright picture, by the definition of the tag.
	upright := map[int][4]int{1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
		5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2}}
	for o, order := range upright {
		turned := withOrientation(data, o)
		img, info, err := Decode(turned, DecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w, h := 64, 32
		if o >= 5 {
			w, h = h, w
		}
		if info.Orientation != o || img.Rect != image.Rect(0, 0, w, h) {
			t.Errorf("orientation %d: info %d, size %v", o, info.Orientation, img.Rect)
		}
		measured, err := Measure(turned, Options{InputSide: 16})
		if err != nil {
			t.Fatal(err)
		}
		if measured.Width != 64 || measured.Height != 32 || measured.Orientation != o {
			t.Errorf("orientation %d: measured %d×%d, %d", o, measured.Width, measured.Height, measured.Orientation)
		}
		for i, c := range order {
			want := corners[c]
			got := img.RGBAAt(w/4+i%2*w/2, h/4+i/2*h/2)
			at := 3 * ((4+i/2*8)*16 + 4 + i%2*8)
			for k, v := range [3]uint8{want.R, want.G, want.B} {
				if d := int([3]uint8{got.R, got.G, got.B}[k]) - int(v); d > 12 || d < -12 {
					t.Errorf("orientation %d: corner %d is %v, expected %v", o, i, got, want)
					break
				}
				if d := int(measured.Input[at+k]) - int(v); d > 12 || d < -12 {
					t.Errorf("orientation %d: input corner %d is %v, expected %v", o, i, measured.Input[at:at+3], want)
					break
				}
			}
		}
	}
}

func encoded(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDeepAndRareLayouts(t *testing.T) {
	r := image.Rect(0, 0, 20, 10)
	grey16, rgb16, rgba16 := image.NewGray16(r), image.NewRGBA64(r), image.NewNRGBA64(r)
	for y := range 10 {
		for x := range 20 {
			v := uint16(3000*x + 300*y)
			grey16.SetGray16(x, y, color.Gray16{Y: v})
			rgb16.SetRGBA64(x, y, color.RGBA64{R: v, G: v / 2, B: 65535 - v, A: 65535})
			rgba16.SetNRGBA64(x, y, color.NRGBA64{R: v, G: v / 2, B: 65535 - v, A: v})
		}
	}
	rgba8 := image.NewNRGBA(r)
	rgba8.Pix[3] = 100
	four := image.NewPaletted(r, color.Palette{color.Black, color.White, color.NRGBA{200, 0, 0, 255}, color.NRGBA{0, 0, 0, 0}})
	for i := range four.Pix {
		four.Pix[i] = uint8(i % 4)
	}
	for name, c := range map[string]struct {
		data []byte
		mode string
		bits int
	}{
		"grey16.png":  {encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, grey16) }), "I;16", 16},
		"rgb16.png":   {encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, rgb16) }), "RGB", 16},
		"rgba16.png":  {encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, rgba16) }), "RGBA", 16},
		"palette.png": {encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, four) }), "P", 2},
		"grey16.tiff": {encoded(t, func(b *bytes.Buffer) error { return tiff.Encode(b, grey16, nil) }), "I;16", 16},
		"rgb16.tiff":  {encoded(t, func(b *bytes.Buffer) error { return tiff.Encode(b, rgb16, nil) }), "RGBA", 16},
		"four.gif":    {encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, four, nil) }), "P", 2},
		"32.bmp":      {encoded(t, func(b *bytes.Buffer) error { return bmp.Encode(b, rgba8) }), "RGB", 8}, // without alpha unless its header is a newer one,
		"P1":          {[]byte("P1 # comment\n3 2\n101 0#x\n1 0"), "1", 1},
		"P2":          {[]byte("P2\n# made by hand\n3 2\n15\n0 5 10\n15 1 2"), "L", 8},
		"P3":          {[]byte("P3 1 2 255 255 0 0 0 128 255"), "RGB", 8},
		"P5 deep":     {append([]byte("P5 2 1 65535\n"), 0, 1, 255, 255), "I;16", 16},
		"P6 deep":     {append([]byte("P6 1 1 1000\n"), 3, 232, 0, 0, 1, 244), "RGB", 16},
	} {
		m, err := Measure(c.data, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Mode != c.mode || m.Bits != c.bits || m.Truncated {
			t.Errorf("%s: mode %s with %d bits, truncated %v; expected %s with %d", name, m.Mode, m.Bits, m.Truncated, c.mode, c.bits)
		}
	}
	// Pictures that differ in the low bits alone are not the same.
	one, err := Measure(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, grey16) }), Options{})
	if err != nil {
		t.Fatal(err)
	}
	grey16.Pix[1] ^= 1
	two, err := Measure(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, grey16) }), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if one.PixelHash == two.PixelHash {
		t.Error("a change of the low byte does not change the pixel hash")
	}
}

func TestPNMSamples(t *testing.T) {
	for text, want := range map[string][]byte{
		"P1 2 1 01":                  {255, 255, 255, 0, 0, 0},
		"P2 2 1 15 0 15":             {0, 0, 0, 255, 255, 255},
		"P3 1 1 3 1 2 3":             {85, 170, 255},
		"P4 2 1 \x40":                {255, 255, 255, 0, 0, 0},
		"P5 2 1 100 \x32\xff":        {128, 128, 128, 255, 255, 255},
		"P6 1 1 255 \x01\x02\x03":    {1, 2, 3},
		"P5 1 1 65535 \x80\x00":      {128, 128, 128},
		"P2 #a\n1 #b\r1 #c\n9 #d\n9": {255, 255, 255},
	} {
		img, _, err := Decode([]byte(text), DecodeOptions{})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		for i := 0; i < len(want); i++ {
			if img.Pix[i/3*4+i%3] != want[i] {
				t.Errorf("%q: pixels %v, expected %v", text, img.Pix, want)
				break
			}
		}
	}
}

func TestTransparencyLiesOverTheBackdrop(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 100, 100))
	for y := range 100 {
		for x := range 50 {
			m.SetNRGBA(x, y, color.NRGBA{250, 0, 0, 255})
		}
	}
	data := asPNG(t, m)
	img, _, err := Decode(data, DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := img.RGBAAt(80, 50); got != (color.RGBA{Backdrop, Backdrop, Backdrop, 255}) {
		t.Errorf("a transparent pixel is %v", got)
	}
	measured, err := Measure(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := measured.Mean; got != [3]uint8{(250 + Backdrop) / 2, Backdrop / 2, Backdrop / 2} {
		t.Errorf("the mean colour is %v", got)
	}
	if got := measured.Input[3*(16*32+31)]; got != Backdrop {
		t.Errorf("a transparent pixel of the input is %d", got)
	}
	if measured.Quality.BrightnessP5 != 0 {
		t.Errorf("metrics look at alpha: 5th percentile is %g", measured.Quality.BrightnessP5)
	}
}

func TestAnimatedPNG(t *testing.T) {
	data := asPNG(t, photo(20, 20, 1))
	control := appendChunk(nil, "acTL", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 7), 0))
	at := 8 + 12 + 13 // behind IHDR
	data = append(append(append([]byte(nil), data[:at]...), control...), data[at:]...)
	m, err := Measure(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Frames != 7 {
		t.Errorf("%d frames, expected 7", m.Frames)
	}
}

func TestSmallFrameOfAGIF(t *testing.T) {
	frame := image.NewPaletted(image.Rect(5, 5, 10, 10), color.Palette{color.NRGBA{255, 0, 0, 255}, color.Black})
	data := encoded(t, func(b *bytes.Buffer) error {
		return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 20, Height: 20}})
	})
	img, info, err := Decode(data, DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if info.Width != 20 || img.Rect.Dx() != 20 || img.RGBAAt(7, 7) != (color.RGBA{255, 0, 0, 255}) || img.RGBAAt(0, 0).R != Backdrop {
		t.Errorf("info %+v, inside %v, outside %v", info, img.RGBAAt(7, 7), img.RGBAAt(0, 0))
	}
}

func TestSniff(t *testing.T) {
	for name := range readFormats(t) {
		data := readFile(t, name)
		format, ok := Sniff(data[:SniffLen])
		if !ok || !HasImageExtension(strings.ToUpper(name)) {
			t.Errorf("%s: format %q, %v", name, format, ok)
		}
	}
	for _, text := range []string{"", "P", "P7\n", "BM", "BMW is a car, not a picture", "RIFF0000WAVE", "hello", "GIF90a"} {
		if format, ok := Sniff([]byte(text)); ok {
			t.Errorf("%q is taken for %s", text, format)
		}
	}
	for _, name := range []string{"a.txt", "jpg", ".png.bak", "a.csv", "a.svg"} {
		if HasImageExtension(name) {
			t.Errorf("%s counts as a picture", name)
		}
	}
}
