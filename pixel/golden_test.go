package pixel

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
)

// golden is what CleanVision and imagehash say of ten PNG pictures.
type golden struct {
	Raw map[string]struct {
		Mode         string
		Size         float64
		P5           float64 `json:"brightness_perc_5"`
		P99          float64 `json:"brightness_perc_99"`
		Brightness   float64
		AspectRatio  float64 `json:"aspect_ratio"`
		Entropy      float64
		Blurriness   float64
		GrayscaleStd float64 `json:"blurriness_grayscale_std"`
	}
	Scores map[string]struct {
		Score map[string]float64
	}
	Hashes map[string]struct {
		PHash string  `json:"imagehash_phash8"`
		Gray  [][]int `json:"gray32_L_first"`
	}
}

func readGolden(t *testing.T) (golden, string) {
	dir := shared.Dir(t, "golden")
	b, err := os.ReadFile(filepath.Join(dir, "cleanvision_images.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g, filepath.Join(dir, "images")
}

func TestGolden(t *testing.T) {
	g, dir := readGolden(t)
	if len(g.Raw) != 10 {
		t.Fatalf("%d golden pictures, expected 10", len(g.Raw))
	}
	for name, raw := range g.Raw {
		data, err := os.ReadFile(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Measure(data, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		q := m.Quality
		near := func(what string, got, want float64) {
			t.Helper()
			if math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: %s is %.12g, expected %.12g", name, what, got, want)
			}
		}
		if m.Mode != raw.Mode {
			t.Errorf("%s: mode %s, expected %s", name, m.Mode, raw.Mode)
		}
		near("size", q.Size, raw.Size)
		if m.Mode != "RGBA" { // where CleanVision takes the red channel alone
			near("brightness", q.Brightness, raw.Brightness)
		}
		near("brightness 5 %", q.BrightnessP5, raw.P5)
		near("brightness 99 %", q.BrightnessP99, raw.P99)
		near("aspect", q.OddAspect, raw.AspectRatio)
		near("entropy", q.Entropy, raw.Entropy)
		near("edge deviation", q.EdgeDeviation, raw.Blurriness)
		near("histogram deviation", q.HistogramDeviation, raw.GrayscaleStd)
		near("dark", q.Dark, g.Scores["dark"].Score[name])
		near("bright", q.Bright, g.Scores["light"].Score[name])
		near("odd aspect", q.OddAspect, g.Scores["odd_aspect_ratio"].Score[name])
		near("low information", q.LowInformation, g.Scores["low_information"].Score[name])
		near("blurry", q.Blurry, g.Scores["blurry"].Score[name])
		grey := 1.0
		if q.Grayscale {
			grey = 0
		}
		near("grayscale", grey, g.Scores["grayscale"].Score[name])
		if got := fmt.Sprintf("%016x", m.PHash); got != g.Hashes[name].PHash {
			t.Errorf("%s: phash %s, expected %s", name, got, g.Hashes[name].PHash)
		}
	}
}

func TestGoldenLanczos(t *testing.T) {
	g, dir := readGolden(t)
	for name, h := range g.Hashes {
		data, err := os.ReadFile(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := open(data, openOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r := newResizer(lanczos, p.w, p.h, hashSide, hashSide, 1)
		rgb, luma := make([]byte, 3*p.w), make([]byte, p.w)
		for y := range p.h {
			p.rows.read(y, rgb, nil)
			toLuma(luma, rgb)
			r.row(y, luma)
		}
		got := r.finish()
		for y, row := range h.Gray {
			for x, want := range row {
				if int(got[y*hashSide+x]) != want {
					t.Fatalf("%s: pixel %d,%d is %d, expected %d", name, x, y, got[y*hashSide+x], want)
				}
			}
		}
	}
}
