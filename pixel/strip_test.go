package pixel

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"
)

// noise returns side×side RGB pixels of smooth and rough parts.
func noise(side int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	rgb := make([]byte, 3*side*side)
	for y := range side {
		for x := range side {
			for c := range 3 {
				v := 2*x + y*(c+1)
				if x > side/2 {
					v = r.IntN(256)
				}
				rgb[3*(y*side+x)+c] = byte(min(255, v))
			}
		}
	}
	return rgb
}

func decodeJPEG(t *testing.T, data []byte) *image.YCbCr {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img.(*image.YCbCr)
}

func TestStripIsPixelIdentical(t *testing.T) {
	for _, c := range []struct{ side, n int }{{16, 1}, {32, 9}, {128, 64}, {128, 511}} {
		var different, thumbs [][]byte
		var alone []*image.YCbCr
		for i := range 7 {
			different = append(different, EncodeThumb(noise(c.side, uint64(i)), c.side))
		}
		different[3] = nil // shown blank
		for _, thumb := range different {
			alone = append(alone, decodeJPEG(t, StandaloneJPEG(c.side, thumb)))
		}
		for i := range c.n {
			thumbs = append(thumbs, different[i%7])
		}
		var b bytes.Buffer
		if err := Strip(&b, c.side, thumbs); err != nil {
			t.Fatal(err)
		}
		whole := decodeJPEG(t, b.Bytes())
		if got := whole.Bounds(); got != image.Rect(0, 0, c.side, c.side*c.n) {
			t.Fatalf("strip is %v", got)
		}
		for i := range thumbs {
			one := alone[i%7]
			for y := range c.side {
				a := whole.Y[(i*c.side+y)*whole.YStride:][:c.side]
				if !bytes.Equal(a, one.Y[y*one.YStride:][:c.side]) {
					t.Fatalf("side %d: crop %d differs in row %d", c.side, i, y)
				}
			}
			for y := range c.side / 2 {
				at := (i*c.side/2 + y) * whole.CStride
				if !bytes.Equal(whole.Cb[at:][:c.side/2], one.Cb[y*one.CStride:][:c.side/2]) ||
					!bytes.Equal(whole.Cr[at:][:c.side/2], one.Cr[y*one.CStride:][:c.side/2]) {
					t.Fatalf("side %d: crop %d differs in colour row %d", c.side, i, y)
				}
			}
		}
	}
}

func TestStripRefusesImpossibleSizes(t *testing.T) {
	thumb := BlankThumb(128, 200)
	many := make([][]byte, 512)
	for i := range many {
		many[i] = thumb
	}
	for _, c := range []struct {
		side   int
		thumbs [][]byte
	}{{128, nil}, {100, many[:1]}, {0, many[:1]}, {128, many}} {
		if err := Strip(&bytes.Buffer{}, c.side, c.thumbs); err == nil {
			t.Errorf("a strip of %d thumbs of side %d was made", len(c.thumbs), c.side)
		}
	}
}

func TestThumbIsFaithful(t *testing.T) {
	const side = 128
	rgb := make([]byte, 3*side*side)
	for i := range side * side {
		x, y := i%side, i/side
		rgb[3*i], rgb[3*i+1], rgb[3*i+2] = byte(2*x), byte(2*y), byte(255-x-y/2)
	}
	got := decodeJPEG(t, StandaloneJPEG(side, EncodeThumb(rgb, side)))
	for i := range side * side {
		r, g, b, _ := got.At(i%side, i/side).RGBA()
		for c, v := range []uint32{r >> 8, g >> 8, b >> 8} {
			if d := int(v) - int(rgb[3*i+c]); d > 10 || d < -10 {
				t.Fatalf("pixel %d channel %d is %d, expected about %d", i, c, v, rgb[3*i+c])
			}
		}
	}
}

func TestBlankThumb(t *testing.T) {
	img := decodeJPEG(t, StandaloneJPEG(64, BlankThumb(64, 200)))
	for _, v := range img.Y {
		if v != 200 {
			t.Fatalf("grey is %d, expected 200", v)
		}
	}
}
