package masks

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"
)

// assemble makes a PNG of a header, a palette where it needs one, and the
// pixels of p.
func assemble(t testing.TB, p *picture) []byte {
	t.Helper()
	header := []byte{0, 0, byte(p.width >> 8), byte(p.width), 0, 0, byte(p.height >> 8), byte(p.height), p.depth, p.colour, 0, 0, 0}
	if p.interlaced {
		header[12] = 1
	}
	out := appendChunk([]byte(signature), "IHDR", header)
	out = appendChunk(out, "gAMA", []byte{0, 0, 0xb1, 0x8f})
	if p.colour == palette {
		var colours []byte
		for _, c := range p.palette {
			colours = append(colours, byte(c>>16), byte(c>>8), byte(c))
		}
		out = appendChunk(out, "PLTE", colours)
	}
	idat, err := p.encode()
	if err != nil {
		t.Fatal(err)
	}
	out = appendChunk(append(out, idat...), "tEXt", []byte("Comment\x00kept"))
	return appendChunk(out, "IEND", nil)
}

// variants are pictures of every colour type, depth and way of interlacing, with
// every filter.
func variants(width, height int) []*picture {
	r := rand.New(rand.NewPCG(1, 2))
	var out []*picture
	for _, v := range [][2]byte{{gray, 1}, {gray, 2}, {gray, 4}, {gray, 8}, {gray, 16}, {palette, 1}, {palette, 2}, {palette, 4}, {palette, 8}, {rgb, 8}, {grayAlpha, 8}, {grayAlpha, 16}, {rgba, 8}} {
		for _, interlaced := range []bool{false, true} {
			p := &picture{}
			header := []byte{0, 0, 0, byte(width), 0, 0, 0, byte(height), v[1], v[0], 0, 0, 0}
			if interlaced {
				header[12] = 1
			}
			if err := p.header(header); err != nil {
				panic(err)
			}
			if p.colour == palette {
				for i := range 1 << p.depth {
					p.palette = append(p.palette, vocColour(i))
				}
			}
			p.pix = make([]byte, width*height*p.size)
			for i := range p.pix {
				p.pix[i] = byte(r.IntN(256))
				if p.depth < 8 {
					p.pix[i] &= 1<<p.depth - 1
				}
			}
			for range 3 * height {
				p.filters = append(p.filters, byte(r.IntN(5)))
			}
			out = append(out, p)
		}
	}
	return out
}

// value is what the standard library's picture says at a place, in the terms of
// picture.at.
func value(img image.Image, p *picture, x, y int) uint32 {
	switch img := img.(type) {
	case *image.Paletted:
		return uint32(img.ColorIndexAt(x, y))
	case *image.Gray:
		v := uint32(img.GrayAt(x, y).Y)
		return v * (1<<p.depth - 1) / 255
	case *image.Gray16:
		return uint32(img.Gray16At(x, y).Y)
	case *image.NRGBA64:
		c := img.NRGBA64At(x, y)
		return uint32(^byte(c.A>>8))<<24 | uint32(c.R)
	}
	c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
	if p.colour == grayAlpha {
		return uint32(^c.A)<<24 | uint32(c.R)
	}
	return uint32(^c.A)<<24 | uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B)
}

// What is encoded, the standard library decodes to the same, and so does decode.
func TestPNGAgainstStandard(t *testing.T) {
	for _, size := range [][2]int{{13, 11}, {1, 1}, {3, 9}} {
		for _, p := range variants(size[0], size[1]) {
			data := assemble(t, p)
			img, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatalf("colour type %d with %d bits, interlaced %v: %v", p.colour, p.depth, p.interlaced, err)
			}
			got, err := decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.pix, p.pix) || got.size != p.size {
				t.Errorf("colour type %d with %d bits: other pixels", p.colour, p.depth)
			}
			for y := range p.height {
				for x := range p.width {
					if c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA); p.colour >= grayAlpha && c.A == 0 {
						continue // the standard library forgets colours nobody sees
					}
					if want, v := value(img, p, x, y), got.at(y*p.width+x); v != want {
						t.Fatalf("colour type %d with %d bits: %#x at %d,%d, want %#x", p.colour, p.depth, v, x, y, want)
					}
				}
			}
			// Every pixel can be set and read.
			for i := range p.width * p.height {
				v := got.at(i)
				got.set(i, v)
				if !got.fits(v) {
					t.Fatalf("%#x does not fit into colour type %d with %d bits", v, p.colour, p.depth)
				}
			}
			if !bytes.Equal(got.pix, p.pix) {
				t.Errorf("colour type %d with %d bits: setting what is there changes pixels", p.colour, p.depth)
			}
			again, err := got.encode()
			if err != nil || !bytes.Equal(again, data[got.from:got.to]) {
				t.Errorf("colour type %d with %d bits: encoding again gives other bytes (%v)", p.colour, p.depth, err)
			}
		}
	}
}

func TestPNGRefuses(t *testing.T) {
	good := assemble(t, variants(5, 4)[6])
	huge := slices.Clone(good)
	huge = append(huge[:8], appendChunk(nil, "IHDR", []byte{0, 1, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0})...)
	huge = append(huge, good[8+25:]...)
	long := append([]byte(signature), appendChunk(nil, "IHDR", []byte{0, 0, 0x30, 0, 0, 0, 0x30, 0, 8, 0, 0, 0, 0})...)
	long = append(long, good[8+25:]...)
	deep := append([]byte(signature), appendChunk(nil, "IHDR", []byte{0, 0, 0, 1, 0, 0, 0, 1, 16, 2, 0, 0, 0})...)
	flipped := slices.Clone(good)
	flipped[len(flipped)-30] ^= 1
	for name, data := range map[string][]byte{
		"nothing": nil, "a text": []byte("no picture"), "the signature": good[:8], "cut": good[:len(good)-20], "without its end": good[:len(good)-12],
		"a flipped bit": flipped, "a size beyond the limit": huge, "more pixels than bytes": long, "16 bits of colour": deep,
	} {
		if _, err := decode(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
