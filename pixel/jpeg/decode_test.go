package jpeg

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"math/rand/v2"
	"testing"
)

var samplings = map[string][][2]int{
	"grey":   {{1, 1}},
	"4:4:4":  {{1, 1}, {1, 1}, {1, 1}},
	"4:2:2":  {{2, 1}, {1, 1}, {1, 1}},
	"4:2:0":  {{2, 2}, {1, 1}, {1, 1}},
	"4:4:0":  {{1, 2}, {1, 1}, {1, 1}},
	"4:1:1":  {{4, 1}, {1, 1}, {1, 1}},
	"odd":    {{1, 1}, {2, 2}, {2, 1}},
	"thirds": {{3, 2}, {1, 1}, {2, 1}},
	"inks":   {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
	"inks2":  {{2, 2}, {1, 1}, {1, 1}, {2, 2}},
}

var sizes = [][2]int{{1, 1}, {7, 5}, {8, 8}, {16, 33}, {61, 40}, {130, 67}}

func forms() map[string]form {
	return map[string]form{
		"baseline":             {adobe: -1},
		"standard codes":       {adobe: -1, standard: true},
		"separate":             {adobe: -1, separate: true},
		"restart":              {adobe: -1, interval: 2},
		"separate restart":     {adobe: -1, interval: 3, separate: true},
		"progressive":          {adobe: -1, progressive: true},
		"progressive separate": {adobe: -1, progressive: true, separate: true},
		"progressive restart":  {adobe: -1, progressive: true, interval: 5},
	}
}

// pixels decodes data and returns the planes of all components.
func pixels(t *testing.T, data []byte, scale int) ([][]byte, *Picture) {
	t.Helper()
	d := NewDecoder()
	p, err := d.Decode(data, scale)
	if err != nil {
		t.Fatal(err)
	}
	if p.Missing != 0 || !p.Ended {
		t.Fatalf("a whole file has missing %g, ended %v", p.Missing, p.Ended)
	}
	var planes [][]byte
	for i := range p.Header.Components {
		c := &d.components[i]
		var plane []byte
		for y := range c.height {
			plane = append(plane, c.pix[y*c.stride:][:c.width]...)
		}
		planes = append(planes, plane)
	}
	return planes, p
}

// cosine transforms n×n coefficients of a block to pixels in floating point.
func cosine(b *[64]int16, quant *[64]uint8, n int) []float64 {
	out := make([]float64, n*n)
	for y := range n {
		for x := range n {
			sum := 0.0
			for v := range n {
				for u := range n {
					k := 1.0
					if u == 0 {
						k *= math.Sqrt2 / 2
					}
					if v == 0 {
						k *= math.Sqrt2 / 2
					}
					sum += k * float64(b[8*v+u]) * float64(quant[8*v+u]) *
						math.Cos(math.Pi*float64((2*x+1)*u)/float64(2*n)) * math.Cos(math.Pi*float64((2*y+1)*v)/float64(2*n))
				}
			}
			out[y*n+x] = min(255, max(0, sum/4+128))
		}
	}
	return out
}

func TestEveryFormGivesTheSamePixels(t *testing.T) {
	for name, sampling := range samplings {
		for i, size := range sizes {
			p := newTestPicture(size[0], size[1], uint64(i), sampling...)
			var first [][]byte
			for formName, f := range forms() {
				planes, pic := pixels(t, p.write(f), 1)
				if pic.Width != size[0] || pic.Height != size[1] {
					t.Fatalf("%s %v %s: size %d×%d", name, size, formName, pic.Width, pic.Height)
				}
				if first == nil {
					first = planes
					continue
				}
				for k := range planes {
					if !bytes.Equal(planes[k], first[k]) {
						t.Errorf("%s %v %s: component %d differs", name, size, formName, k)
					}
				}
			}
		}
	}
}

func TestPixelsFollowTheCoefficients(t *testing.T) {
	for name, sampling := range samplings {
		p := newTestPicture(61, 40, 5, sampling...)
		for _, scale := range []int{1, 2, 4, 8} {
			d := NewDecoder()
			if _, err := d.Decode(p.write(form{adobe: -1}), scale); err != nil {
				t.Fatal(err)
			}
			for k := range p.components {
				c, tc := &d.components[k], &p.components[k]
				for i := range tc.blocks {
					want := cosine(&tc.blocks[i], &p.quant, c.size)
					at := i/tc.across*c.size*c.stride + i%tc.across*c.size
					for j, v := range want {
						got := float64(c.pix[at+j/c.size*c.stride+j%c.size])
						if math.Abs(got-v) > 1.01 {
							t.Fatalf("%s 1/%d: component %d block %d pixel %d is %g, expected %g", name, scale, k, i, j, got, v)
						}
					}
				}
			}
		}
	}
}

// The standard library has another transform and no smooth upsampling; where
// nothing is upsampled its pixels differ by rounding alone.
func TestAgreesWithImageJPEG(t *testing.T) {
	for _, name := range []string{"grey", "4:4:4"} {
		for formName, f := range forms() {
			data := newTestPicture(61, 40, 9, samplings[name]...).write(f)
			want, err := stdjpeg.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			p, err := NewDecoder().Decode(data, 1)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, name+" "+formName, p, want, 4)
		}
	}
}

func compare(t *testing.T, name string, p *Picture, want image.Image, tolerance int) {
	t.Helper()
	row := make([]byte, 3*p.Width)
	for y := range p.Height {
		p.ReadRGB(y, row)
		for x := range p.Width {
			r, g, b, _ := want.At(x, y).RGBA()
			for i, v := range []uint32{r, g, b} {
				if d := int(row[3*x+i]) - int(v>>8); d > tolerance || d < -tolerance {
					t.Fatalf("%s: pixel %d,%d channel %d is %d, expected %d", name, x, y, i, row[3*x+i], v>>8)
				}
			}
		}
	}
}

func TestColourModels(t *testing.T) {
	// One block of known colour: with quantiser 3, DC 8 is 3 levels.
	flat := func(values ...int) *testPicture {
		var s [][2]int
		for range values {
			s = append(s, [2]int{1, 1})
		}
		p := newTestPicture(8, 8, 1, s...)
		for i, v := range values {
			p.components[i].blocks[0] = [64]int16{int16((v - 128) * 8 / 3)}
		}
		return p
	}
	named := func(p *testPicture, ids string) *testPicture {
		for i := range ids {
			p.components[i].id = ids[i]
		}
		return p
	}
	cases := []struct {
		name  string
		p     *testPicture
		adobe int
		want  [3]int
	}{
		{"grey", flat(200), -1, [3]int{200, 200, 200}},
		{"YCbCr", flat(120, 128, 200), -1, [3]int{221, 69, 120}},
		{"RGB by Adobe", flat(30, 140, 230), 0, [3]int{30, 140, 230}},
		{"RGB by name", named(flat(30, 140, 230), "RGB"), -1, [3]int{30, 140, 230}},
		{"YCbCr by Adobe", named(flat(120, 128, 200), "RGB"), 1, [3]int{221, 69, 120}},
		{"CMYK", flat(255, 128, 0, 255), 0, [3]int{255, 128, 0}},
		{"CMYK half black", flat(255, 128, 0, 128), -1, [3]int{128, 64, 0}},
		{"YCCK", flat(55, 128, 128, 255), 2, [3]int{200, 200, 200}},
	}
	for _, c := range cases {
		p, err := NewDecoder().Decode(c.p.write(form{adobe: c.adobe}), 1)
		if err != nil {
			t.Fatal(err)
		}
		row := make([]byte, 24)
		p.ReadRGB(3, row)
		for i, want := range c.want {
			if d := int(row[i]) - want; d > 2 || d < -2 {
				t.Errorf("%s: colour is %v, expected about %v", c.name, row[:3], c.want)
				break
			}
		}
	}
}

func TestReducedPictureIsTheAverage(t *testing.T) {
	for name, sampling := range samplings {
		data := newTestPicture(130, 67, 4, sampling...).write(form{adobe: -1})
		d := NewDecoder()
		for _, scale := range []int{2, 4, 8} {
			p, err := d.Decode(data, scale)
			if err != nil {
				t.Fatal(err)
			}
			if p.Width != ceilDiv(130, scale) || p.Height != ceilDiv(67, scale) {
				t.Errorf("%s 1/%d: size %d×%d", name, scale, p.Width, p.Height)
			}
			small := rgbOf(p)
			full, err := NewDecoder().Decode(data, 1)
			if err != nil {
				t.Fatal(err)
			}
			large := rgbOf(full)
			sum, n := 0.0, 0
			for y := range 67 / scale {
				for x := range 130 / scale {
					for c := range 3 {
						mean := 0.0
						for j := range scale * scale {
							mean += float64(large[3*((y*scale+j/scale)*130+x*scale+j%scale)+c])
						}
						sum += math.Abs(mean/float64(scale*scale) - float64(small[3*(y*p.Width+x)+c]))
						n++
					}
				}
			}
			if sum/float64(n) > 12 {
				t.Errorf("%s 1/%d: differs from the average by %.1f on average", name, scale, sum/float64(n))
			}
		}
	}
}

func rgbOf(p *Picture) []byte {
	out := make([]byte, 3*p.Width*p.Height)
	for y := range p.Height {
		p.ReadRGB(y, out[3*p.Width*y:])
	}
	return out
}

func TestHeader(t *testing.T) {
	exif := []byte("\xff\xe1\x00\x0aExif\x00\x00II")
	data := newTestPicture(61, 40, 1, samplings["4:2:0"]...).write(form{adobe: -1, progressive: true, segments: exif})
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	if h.Width != 61 || h.Height != 40 || h.Components != 3 || !h.Progressive || string(h.Exif) != "Exif\x00\x00II" {
		t.Errorf("header is %+v", h)
	}
}

func TestDecoderForgetsTheLastPicture(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var files [][]byte
	for name := range samplings {
		for _, f := range forms() {
			data := newTestPicture(1+r.IntN(90), 1+r.IntN(90), r.Uint64(), samplings[name]...).write(f)
			if r.IntN(2) == 0 {
				data = data[:len(data)*3/4]
			}
			files = append(files, data)
		}
	}
	d := NewDecoder()
	for i := range 300 {
		data, scale := files[r.IntN(len(files))], 1<<r.IntN(4)
		p, err := d.Decode(data, scale)
		q, fresh := NewDecoder().Decode(data, scale)
		if (err == nil) != (fresh == nil) {
			t.Fatalf("file %d: %v and %v", i, err, fresh)
		}
		if err == nil && !bytes.Equal(rgbOf(p), rgbOf(q)) {
			t.Fatalf("file %d: a used decoder gives other pixels than a new one", i)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for i, name := range []string{"grey", "4:2:0", "thirds", "inks"} {
		for _, fm := range forms() {
			f.Add(newTestPicture(20, 17, uint64(i), samplings[name]...).write(fm), uint8(i))
		}
	}
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte, scale uint8) {
		h, err := ReadHeader(data)
		if err != nil || h.Width*h.Height > 1<<18 {
			return
		}
		p, err := d.Decode(data, 1<<(scale%4))
		if err != nil {
			return
		}
		if p.Missing < 0 || p.Missing > 1 {
			t.Errorf("missing is %g", p.Missing)
		}
		if n := len(rgbOf(p)); n == 0 {
			t.Error(fmt.Sprint("no pixels of ", h))
		}
	})
}
