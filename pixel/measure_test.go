package pixel

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/bits"
	"testing"
)

func TestReduction(t *testing.T) {
	for _, c := range []struct{ w, h, want int }{
		{32, 32, 1}, {500, 375, 1}, {1024, 1024, 1}, {1920, 1080, 1}, {2100, 1000, 2}, {4000, 3000, 4}, {3000, 2000, 2},
		{8000, 6000, 8}, {65000, 65000, 8}, {65000, 1, 1}, {60000, 40, 2},
	} {
		got := reduction(c.w, c.h)
		if got != c.want {
			t.Errorf("%d×%d is reduced by %d, expected %d", c.w, c.h, got, c.want)
		}
		if got > 1 && c.w/got*(c.h/got) < ReducedPixels {
			t.Errorf("%d×%d is reduced to less than promised", c.w, c.h)
		}
	}
}

// A reduced decode must give nearly what the full one gives.
func TestReducedMetricsAreClose(t *testing.T) {
	data := asJPEG(t, photo(1024, 768, 5), 90)
	measured := func(scale int) *Measured {
		p, err := open(data, openOptions{reduce: func(int, int) int { return scale }})
		if err != nil {
			t.Fatal(err)
		}
		defer p.close()
		m := &Measured{Width: p.Width, Height: p.Height, Orientation: 1, Mode: p.Mode}
		measurePixels(m, p, Options{ThumbSide: ThumbSide, InputSide: InputSide})
		return m
	}
	full := measured(1)
	for _, scale := range []int{2, 4} {
		m := measured(scale)
		a, b := full.Quality, m.Quality
		if math.Abs(a.Blurry-b.Blurry) > 0.02 || math.Abs(a.BrightnessP99-b.BrightnessP99) > 0.04 ||
			math.Abs(a.BrightnessP5-b.BrightnessP5) > 0.04 || math.Abs(a.Entropy-b.Entropy) > 0.3 ||
			math.Abs(a.Brightness-b.Brightness) > 0.01 || a.Size != b.Size || a.OddAspect != b.OddAspect {
			t.Errorf("1/%d: %+v, in full %+v", scale, b, a)
		}
		if n := bits.OnesCount64(full.PHash ^ m.PHash); n > 4 {
			t.Errorf("1/%d: %d bits of the perceptual hash differ", scale, n)
		}
		worst := 0
		for i := range m.Input {
			worst = max(worst, int(m.Input[i])-int(full.Input[i]), int(full.Input[i])-int(m.Input[i]))
		}
		if worst > 8 {
			t.Errorf("1/%d: the input differs by %d", scale, worst)
		}
	}
}

func TestThumbShowsTheWholePicture(t *testing.T) {
	for _, c := range []struct{ w, h int }{{300, 100}, {100, 300}, {20, 10}, {1, 90}, {64, 64}} {
		m := image.NewNRGBA(image.Rect(0, 0, c.w, c.h))
		for i := range c.w * c.h {
			x, y := i%c.w, i/c.w
			m.SetNRGBA(x, y, color.NRGBA{uint8(255 * x / max(1, c.w-1)), uint8(255 * y / max(1, c.h-1)), 128, 255})
		}
		measured, err := Measure(asPNG(t, m), Options{})
		if err != nil {
			t.Fatal(err)
		}
		thumb, err := jpeg.Decode(bytes.NewReader(StandaloneJPEG(ThumbSide, measured.Thumb)))
		if err != nil {
			t.Fatal(err)
		}
		tw, th := fit(c.w, c.h, ThumbSide)
		left, top := (ThumbSide-tw)/2, (ThumbSide-th)/2
		for _, p := range [][2]int{{tw / 4, th / 4}, {tw * 3 / 4, th / 2}, {tw / 2, th * 3 / 4}} {
			r, g, _, _ := thumb.At(left+p[0], top+p[1]).RGBA()
			wantR, wantG := 255*p[0]/tw, 255*p[1]/th
			if c.w > 1 && (int(r>>8) < wantR-20 || int(r>>8) > wantR+20) || c.h > 1 && (int(g>>8) < wantG-20 || int(g>>8) > wantG+20) {
				t.Errorf("%d×%d: at %v the thumb is %d, %d, expected about %d, %d", c.w, c.h, p, r>>8, g>>8, wantR, wantG)
			}
		}
	}
}

func TestMeasuredBasics(t *testing.T) {
	data := asPNG(t, photo(60, 40, 1))
	m, err := Measure(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Bytes != int64(len(data)) || m.Format != "png" || m.Frames != 1 || m.Bits != 8 || m.Truncated || m.Quality.Grayscale {
		t.Errorf("measured %+v", m)
	}
	again, err := Measure(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Thumb, again.Thumb) || !bytes.Equal(m.Input, again.Input) || m.SHA256 != again.SHA256 {
		t.Error("two measurements differ")
	}
}

// The vector code must give the bytes of the portable code.
func TestResizeKernels(t *testing.T) {
	for _, c := range []struct{ in, out int }{{7, 3}, {33, 100}, {500, 64}, {500, 32}, {100, 99}, {1, 5}, {2000, 17}} {
		for _, f := range []*filter{triangle, bicubic, lanczos} {
			a := newAxis(f, c.in, c.out)
			src := grow(nil, 3*c.in)
			copy(src, noise(64, uint64(c.in))[:min(len(src), 3*64*64)])
			want, got := make([]byte, 3*c.out), make([]byte, 3*c.out)
			a.portable3(want, src)
			a.line3(got, src)
			if !bytes.Equal(want, got) {
				t.Errorf("%d to %d by %c: three channels differ", c.in, c.out, f.name)
			}
			want, got = want[:c.out], got[:c.out]
			a.portable1(want, src[:c.in])
			a.line1(got, src[:c.in])
			if !bytes.Equal(want, got) {
				t.Errorf("%d to %d by %c: one channel differs", c.in, c.out, f.name)
			}
			one, two := make([]int32, c.in), make([]int32, c.in)
			accumulate(one, src[:c.in], -12345)
			accumulatePortable(two, src[:c.in], -12345)
			for i := range one {
				if one[i] != two[i] {
					t.Fatalf("sum %d is %d, expected %d", i, one[i], two[i])
				}
			}
		}
	}
}
