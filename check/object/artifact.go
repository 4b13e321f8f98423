package object

import (
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// artifacts tries the rules on the objects of an image and returns those that
// can be compared with each other.
func (k *checker) artifacts(i int, f frame) (sound []int) {
	for _, a := range k.ix.Annotations(i) {
		g := k.ds.Annotations[a].Geometry
		if g == nil {
			continue
		}
		k.looked(undecodable, notANumber, noArea, noOutline, outside, maskSize, selfCrossing, statedBox, partlyOutside, crumb, sliver, equal, nearEqual, overlapping, twoClasses)
		if k.void(a, g) {
			continue
		}
		sound = append(sound, a)
		_ = k.misplaced(a, g, f) || k.crossed(a, g) || k.misboxed(a, g) || k.overshooting(a, g, f) || k.tiny(a, g, f)
	}
	return sound
}

// void finds geometries that mark nothing at all.
func (k *checker) void(a int, g dataset.Geometry) bool {
	instead := remove() // what to do with an outline that is of no use
	if b := g.Bounds(); finite(b.X, b.Y, b.W, b.H) && b.Area() > 0 {
		instead = move(b)
	}
	nan := func() bool {
		k.add(notANumber, a, 1, instead, map[string]any{}, "A coordinate is no number that a picture can have.")
		return true
	}
	b := dataset.Around(g)
	switch v := g.(type) {
	case dataset.Invalid:
		k.add(undecodable, a, 1, instead, map[string]any{"reason": v.Reason}, "The geometry cannot be read: %s.", v.Reason)
		return true
	case dataset.Polygon:
		if slices.ContainsFunc(v.Parts, func(p []float64) bool { return !finite(p...) }) {
			instead = whenStated(instead, v.Stated)
			return nan()
		}
		if !slices.ContainsFunc(v.Parts, func(p []float64) bool { return len(p) >= 6 }) {
			k.add(noOutline, a, 1, whenStated(instead, v.Stated), map[string]any{}, "The outline has less than three corners.")
			return true
		}
		if v.Area() == 0 && v.Covered() == 0 {
			k.add(noArea, a, 1, whenStated(instead, v.Stated), map[string]any{}, "The outline has no area.")
			return true
		}
		return false
	case dataset.Mask:
		if v.Area() == 0 {
			k.add(noOutline, a, 1, whenStated(instead, v.Stated), map[string]any{}, "The mask has no pixel.")
			return true
		}
		return false
	case dataset.RotatedBox:
		b = dataset.Box{X: v.X, Y: v.Y, W: v.W, H: v.H}
		if !finite(v.Angle) {
			return nan()
		}
	}
	if !finite(b.X, b.Y, b.W, b.H) {
		return nan()
	}
	if b.W > 0 && b.H > 0 {
		return false
	}
	s, about := remove(), "no area"
	if box, ok := g.(dataset.Box); ok && box.W != 0 && box.H != 0 {
		s, about = move(swapped(box)), "its corners exchanged"
	}
	k.add(noArea, a, 1, s, map[string]any{}, "The box has %s: it is %.4g wide and %.4g high.", about, b.W, b.H)
	return true
}

// whenStated drops the suggestion to keep a box that no source states.
func whenStated(s *dataset.Suggestion, stated dataset.Box) *dataset.Suggestion {
	if stated == (dataset.Box{}) {
		return remove()
	}
	return s
}

func swapped(b dataset.Box) dataset.Box {
	if b.W < 0 {
		b.X, b.W = b.X+b.W, -b.W
	}
	if b.H < 0 {
		b.Y, b.H = b.Y+b.H, -b.H
	}
	return b
}

// misplaced finds what lies outside of the frame, and masks of another one.
func (k *checker) misplaced(a int, g dataset.Geometry, f frame) bool {
	if !f.known() {
		return false
	}
	if m, ok := g.(dataset.Mask); ok {
		if of := sized(m.Width, m.Height); of != f {
			k.add(maskSize, a, 1, nil, f.evidence(), "The mask is of a picture of %v pixels, and this one has %v.", of, f)
			return true
		}
		return false
	}
	b := dataset.Around(g)
	if b.X < f.w && b.Y < f.h && b.X+b.W > 0 && b.Y+b.H > 0 {
		return false
	}
	k.add(outside, a, 1, remove(), f.evidence(), "It lies wholly outside of the picture of %v pixels.", f)
	return true
}

func (f frame) evidence() map[string]any { return map[string]any{"width": f.w, "height": f.h} }

// overshooting finds what reaches out of the frame.
func (k *checker) overshooting(a int, g dataset.Geometry, f frame) bool {
	if _, ok := g.(dataset.RotatedBox); ok || !f.known() {
		return false
	}
	b := dataset.Around(g)
	over := f.overshoot(b)
	if !(over[0] > f.slack(f.w) || over[1] > f.slack(f.h)) {
		return false
	}
	inside := dataset.Box{W: f.w, H: f.h}
	clipped := clip(g, inside)
	share := 1 - clipped.Area()/g.Area()
	if g.Area() == 0 { // a bow tie by the shoelace formula
		share = 0
	}
	s := move(clipped)
	if clipped.Area() == 0 {
		s = remove()
	}
	e := f.evidence()
	e["outside"] = share
	k.add(partlyOutside, a, share, s, e, "%.2g %% of it lie outside of the picture of %v pixels, by up to %.4g pixels.", 100*share, f, max(over[0], over[1]))
	return true
}

// finite also refuses what is so large that an area might not be.
func finite(values ...float64) bool {
	for _, v := range values {
		if !(math.Abs(v) < 1e100) {
			return false
		}
	}
	return true
}
