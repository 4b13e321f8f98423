package object

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/dataset"
)

// frame is the size of the picture that annotations lie in; zero when unknown.
type frame struct{ w, h float64 }

func (f frame) known() bool { return f.w > 0 && f.h > 0 }

// side is that of a square of the same area.
func (f frame) side() float64 { return math.Sqrt(f.w * f.h) }

func sized(w, h int) frame { return frame{float64(w), float64(h)} }

func at(column []int, i int) int {
	if column == nil {
		return 0
	}
	return column[i]
}

// frame decides in which frame the objects of image i lie, and finds sizes that
// are not those of the picture.
func (k *checker) frame(i int, c Columns) frame {
	im := &k.ds.Images[i]
	stored, stated := sized(at(c.Width, i), at(c.Height, i)), sized(im.Width, im.Height)
	if !stored.known() {
		if !stated.known() {
			return frame{}
		}
		return stated
	}
	upright, orientation := stored, at(c.Orientation, i)
	turned := orientation >= 5 && orientation <= 8 && stored.w != stored.h
	if turned {
		upright = frame{stored.h, stored.w}
	}
	k.looked(wrongSize, unrotated)
	evidence := func() map[string]any {
		return map[string]any{
			"width": at(c.Width, i), "height": at(c.Height, i), "orientation": orientation,
			"stated_width": im.Width, "stated_height": im.Height,
		}
	}
	objects := k.hasObjects(i)
	fitsUpright := k.fits(i, upright)
	switch {
	case turned && objects && (stated == stored || !stated.known() && !fitsUpright && k.fits(i, stored)):
		depth := 0.0
		if !fitsUpright {
			depth = 1
		}
		k.put(unrotated, i, dataset.None, dataset.None, depth, nil, evidence(), unrotatedMessage(stored, upright, stated.known(), fitsUpright))
		return stored
	case !stated.known() || stated == upright:
		return upright
	case turned && stated == stored:
		return stored
	}
	depth := 1.0
	if objects && fitsUpright {
		depth = 0
	}
	k.put(wrongSize, i, dataset.None, dataset.None, depth, nil, evidence(), sizeMessage(stated, upright, objects, fitsUpright))
	if objects && fitsUpright {
		return upright
	}
	return stated
}

func (k *checker) hasObjects(i int) bool {
	for _, a := range k.ix.Annotations(i) {
		if k.ds.Annotations[a].Geometry != nil {
			return true
		}
	}
	return false
}

// fits tells whether no object of image i reaches out of a frame.
func (k *checker) fits(i int, f frame) bool {
	for _, a := range k.ix.Annotations(i) {
		g := k.ds.Annotations[a].Geometry
		if g == nil {
			continue
		}
		if m, ok := g.(dataset.Mask); ok && sized(m.Width, m.Height) != f {
			return false
		}
		b := dataset.Around(g)
		if over := f.overshoot(b); over[0] > f.slack(f.w) || over[1] > f.slack(f.h) {
			return false
		}
	}
	return true
}

// overshoot is how far a box reaches out of the frame to either side, in x and
// in y; 0 with NaN.
func (f frame) overshoot(b dataset.Box) (over [2]float64) {
	for k, v := range [2][3]float64{{b.X, b.X + b.W, f.w}, {b.Y, b.Y + b.H, f.h}} {
		if out := max(-v[0], v[1]-v[2]); out > 0 {
			over[k] = out
		}
	}
	return over
}

func (f frame) slack(side float64) float64 { return max(Overshoot, OvershootShare*side) }

func (f frame) String() string { return fmt.Sprintf("%.0f × %.0f", f.w, f.h) }

func unrotatedMessage(stored, upright frame, stated, fits bool) string {
	switch {
	case stated && fits:
		return fmt.Sprintf("The source states %v pixels, as the file stores them, but EXIF turns the picture to %v; its objects are marked in the unrotated picture.", stored, upright)
	case stated:
		return fmt.Sprintf("The source states %v pixels, as the file stores them, but EXIF turns the picture to %v, where its objects do not fit.", stored, upright)
	}
	return fmt.Sprintf("The objects fit into the %v pixels that the file stores, and not into the %v to which EXIF turns the picture.", stored, upright)
}

func sizeMessage(stated, upright frame, objects, fits bool) string {
	s := fmt.Sprintf("The source states %v pixels; the picture has %v", stated, upright)
	if stated.w == upright.h && stated.h == upright.w {
		s = fmt.Sprintf("The source states %v pixels, with width and height exchanged; the picture has %v", stated, upright)
	}
	switch {
	case objects && fits:
		return s + ", into which its objects fit."
	case objects:
		return s + ", into which its objects do not fit."
	}
	return s + "."
}
