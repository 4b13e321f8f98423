package dataset

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
)

func TestDecodeRLERefuses(t *testing.T) {
	for _, c := range []struct {
		s     string
		w, h  int
		words string
	}{
		{"", 3, 3, "add up to 0"},
		{"8", 3, 3, "add up to 8"},
		{":", 3, 3, "number 1 of the run lengths is 10"},
		{"O", 3, 3, "number 1 of the run lengths is -1"},
		{"9 0", 3, 3, `character 2 of the run lengths is ' '`},
		{"9ä", 3, 3, "character 2"},
		{"4P", 3, 3, "end inside of number 2"},
		{"oooooooooooo0", 3, 3, "longer than any picture"},
		{"9", -3, -3, "cannot be"},
		{"0", 1 << 15, 1 << 15, "larger than"},
		{"0", 1 << 40, 0, "larger than"},
	} {
		m, err := DecodeRLE(c.s, c.w, c.h)
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%q of %d × %d gives %v and the error %v, expected one with %q", c.s, c.w, c.h, m.Counts, err, c.words)
		}
	}
	if m, err := DecodeRLE("9", 3, 3); err != nil || !slices.Equal(m.Counts, []uint32{9}) {
		t.Errorf("nine pixels outside give %v, %v", m.Counts, err)
	}
}

func TestMaskCheck(t *testing.T) {
	for _, c := range []struct {
		m  Mask
		ok bool
	}{
		{Mask{Width: 2, Height: 3, Counts: []uint32{1, 2, 3}}, true},
		{Mask{}, true},
		{Mask{Width: 2, Height: 3, Counts: []uint32{1, 2}}, false},
		{Mask{Width: 2, Height: 3, Counts: []uint32{1, 1<<32 - 1, 6}}, false},
		{Mask{Width: 1 << 20, Height: 1 << 20}, false},
	} {
		if err := c.m.Check(); (err == nil) != c.ok {
			t.Errorf("%v is checked with %v", c.m, err)
		}
	}
}

func FuzzDecodeRLE(f *testing.F) {
	f.Add("9", 3, 3)
	f.Add("252M00", 5, 5)
	f.Add("oooooooooooo0", 100, 100)
	f.Add("0", 1<<30, 1<<30)
	f.Fuzz(func(t *testing.T, s string, w, h int) {
		m, err := DecodeRLE(s, w, h)
		if err != nil {
			return
		}
		if err := m.Check(); err != nil {
			t.Fatalf("%q was read and %v", s, err)
		}
		again, err := DecodeRLE(m.EncodeRLE(), w, h)
		if err != nil || !slices.Equal(again.Counts, m.Counts) {
			t.Fatalf("%v came back as %v, %v", m.Counts, again.Counts, err)
		}
		b := m.Bounds()
		if b.Area() < m.Area() && m.Area() > 0 {
			t.Fatalf("%g pixels inside of %v", m.Area(), b)
		}
		if w*h > 1<<12 || len(m.Counts) > 1<<10 {
			return
		}
		if p := MaskOf(w, h, m.Pixels()); p.Area() != m.Area() {
			t.Fatalf("%g pixels became %g", m.Area(), p.Area())
		}
		if got := m.Polygon().Mask(w, h).Area(); got < m.Area() {
			t.Fatalf("outlines of %v hold %g of %g pixels", m.Counts, got, m.Area())
		}
	})
}

// Every annotation of the COCO file: its run lengths survive the codec, its
// outlines have the area that the file states, and fill to about that.
func TestCOCOAreas(t *testing.T) {
	path := filepath.Join(shared.Dir(t, "data", "coco128"), "annotations", "instances_train2017.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Images []struct{ ID, Width, Height int }
		// Segmentation is a list of parts or run lengths.
		Annotations []struct {
			ID           int
			ImageID      int `json:"image_id"`
			Segmentation json.RawMessage
			Area         float64
			BBox         [4]float64
			Crowd        int `json:"iscrowd"`
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	size := map[int][2]int{}
	for _, im := range file.Images {
		size[im.ID] = [2]int{im.Width, im.Height}
	}
	crowds, outlines := 0, 0
	for _, a := range file.Annotations {
		w, h := size[a.ImageID][0], size[a.ImageID][1]
		if a.Crowd == 1 {
			var rle struct {
				Counts []uint32
				Size   [2]int
			}
			if err := json.Unmarshal(a.Segmentation, &rle); err != nil {
				t.Fatal(err)
			}
			m := Mask{Width: rle.Size[1], Height: rle.Size[0], Counts: rle.Counts}
			back, err := DecodeRLE(m.EncodeRLE(), w, h)
			if err != nil || !slices.Equal(back.Counts, m.Counts) {
				t.Errorf("annotation %d: decoded again with %v", a.ID, err)
			}
			// The file takes the first from the last pixel.
			if got := m.Bounds(); got != (Box{a.BBox[0], a.BBox[1], a.BBox[2] + 1, a.BBox[3] + 1}) {
				t.Errorf("annotation %d: bounds %v, stated %v", a.ID, got, a.BBox)
			}
			crowds++
			continue
		}
		var p Polygon
		if err := json.Unmarshal(a.Segmentation, &p.Parts); err != nil {
			t.Fatal(err)
		}
		exact, _, _ := overlap(p, Polygon{})
		m := p.Mask(w, h)
		if around := 0.02*a.Area + 20; m.Area() < exact-around || m.Area() > exact+around {
			t.Errorf("annotation %d: %g pixels in an outline of area %g, stated %g", a.ID, m.Area(), exact, a.Area)
		}
		if math.Abs(exact-a.Area) > 0.01*a.Area || math.Abs(p.Area()-a.Area) > 1e-6*a.Area {
			t.Errorf("annotation %d: area %g by the slabs, %g by the shoelace formula, stated %g", a.ID, exact, p.Area(), a.Area)
		}
		outlines++
	}
	if crowds != 10 || outlines != 929 {
		t.Errorf("there are %d crowds and %d outlines", crowds, outlines)
	}
}
