package dataset

import "testing"

func TestAround(t *testing.T) {
	stated := Box{90, 90, 1, 1}
	m := Box{1, 2, 3, 4}.Mask(10, 10)
	m.Stated = stated
	for _, c := range []struct {
		g    Geometry
		want Box
	}{
		{Box{1, 2, 3, 4}, Box{1, 2, 3, 4}},
		{RotatedBox{10, 10, 4, 2, 0}, Box{8, 9, 4, 2}},
		{Polygon{Parts: [][]float64{{1, 2, 4, 2, 4, 6}, {3, 3, 0, 3}}, Stated: stated}, Box{0, 2, 4, 4}},
		{m, Box{1, 2, 3, 4}},
		{Invalid{Stated: stated}, Box{}},
		{nil, Box{}},
	} {
		if got := Around(c.g); got != c.want {
			t.Errorf("around %v is %v, expected %v", c.g, got, c.want)
		}
	}
}
