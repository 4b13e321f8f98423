package dataset

import (
	"math"
	"slices"
	"testing"
)

func TestRotatedBoxOf(t *testing.T) {
	for _, want := range []RotatedBox{{10, 20, 6, 4, 0}, {10, 20, 6, 4, 33}, {10, 20, 1, 40, -120.5}, {5, 5, 0, 4, 90}, {5, 5, 4, 0, 12}} {
		c := want.Corners()
		reversed := slices.Concat(c[:2], c[6:8], c[4:6], c[2:4])
		for name, corners := range map[string][]float64{"clockwise": c, "the other way": reversed} {
			got, ok := RotatedBoxOf(corners, 0)
			if !ok || math.Abs(got.X-want.X)+math.Abs(got.Y-want.Y)+math.Abs(got.W*got.H-want.W*want.H) > 1e-6 {
				t.Errorf("%v %s: %v %v", want, name, got, ok)
			}
			if want.W > 0 && want.H > 0 && got != want {
				t.Errorf("%v %s: %v", want, name, got)
			}
		}
	}
	for name, corners := range map[string][]float64{
		"a kite": {0, 0, 4, 1, 5, 5, 1, 4}, "crossed": {0, 0, 4, 4, 4, 0, 0, 4}, "NaN": {0, 0, 4, 0, math.NaN(), 4, 0, 4}, "three": {0, 0, 4, 0, 4, 4},
		"sheared": {0, 0, 4, 0, 5, 3, 1, 3},
	} {
		if got, ok := RotatedBoxOf(corners, 0.1); ok {
			t.Errorf("%s is %v", name, got)
		}
	}
	if _, ok := RotatedBoxOf([]float64{0, 0, 4, 0.1, 4, 4, 0, 4}, 0.1); !ok {
		t.Error("a corner within the tolerance makes no rectangle")
	}
}

func TestJoined(t *testing.T) {
	p := Polygon{Parts: [][]float64{{0, 0, 2, 0, 2, 2, 0, 2}, {5, 5, 5, 3, 4, 2, 5, 2}, {}}}
	got := p.Joined()
	if one := (Polygon{Parts: [][]float64{got}}); math.Abs(one.Area()-p.Area()) > 1e-9 {
		t.Errorf("%v has area %v, expected %v", got, one.Area(), p.Area())
	}
	if want := 2 * (4 + 4 + 2); len(got) != want {
		t.Errorf("%v has %d numbers, expected %d", got, len(got), want)
	}
	if got := (Polygon{}).Joined(); got != nil {
		t.Errorf("nothing joined is %v", got)
	}
}
