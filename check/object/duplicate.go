package object

import (
	"cmp"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// candidate is an object to compare with others.
type candidate struct {
	a      int // annotation
	bounds dataset.Box
}

// duplicates compares the objects of one image. They are sorted by their left
// sides; two boxes of IoU t begin less than (1-t)/t of a width apart, so each is
// compared with few others, and never with one that is a duplicate already.
func (k *checker) duplicates(objects []int) {
	groups := map[group][]candidate{}
	var order []group
	for _, a := range objects {
		at := &k.ds.Annotations[a]
		g := group{at.Class, at.Annotator, at.Crowd}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], candidate{a, dataset.Around(at.Geometry)})
	}
	gone := map[int]bool{}
	for _, g := range order {
		k.sweep(groups[g], NearIoU, gone, k.doubled)
	}
	if len(order) < 2 {
		return
	}
	// Equal ones of different classes, of what is left.
	var rest []candidate
	for _, g := range order {
		for _, c := range groups[g] {
			if !gone[c.a] {
				rest = append(rest, c)
			}
		}
	}
	k.sweep(rest, 1, gone, k.contested)
}

// group holds what must be the same of duplicates.
type group struct {
	class     int
	annotator string
	crowd     bool
}

// sweep calls found for pairs whose bounds have an IoU of at least t; when it
// says so, the second is gone and compared with nothing more.
func (k *checker) sweep(all []candidate, t float64, gone map[int]bool, found func(kept, other candidate) bool) {
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.bounds.X, b.bounds.X), cmp.Compare(a.a, b.a)) })
	var active []candidate
	for _, c := range all {
		// The bounds of equal boxes may differ in the last digit.
		active = slices.DeleteFunc(active, func(b candidate) bool {
			return gone[b.a] || c.bounds.X > b.bounds.X+b.bounds.W*((1-t)/t+1e-9)
		})
		for i := range active {
			kept, other := active[i], c
			if gone[kept.a] || dataset.IoU(kept.bounds, other.bounds) < t-1e-9 {
				continue
			}
			if k.before(other.a, kept.a) {
				kept, other = other, kept
			}
			if found(kept, other) {
				gone[other.a] = true
				if other.a == c.a {
					break
				}
			}
		}
		if !gone[c.a] {
			active = append(active, c)
		}
	}
}

// before tells which of two annotations stays: the higher score, else the first.
func (k *checker) before(a, b int) bool {
	s, t := k.ds.Annotations[a].Score, k.ds.Annotations[b].Score
	if s != t {
		return s > t
	}
	return a < b
}

// doubled finds a second mark of the same class.
func (k *checker) doubled(kept, other candidate) bool {
	g, h := k.ds.Annotations[kept.a].Geometry, k.ds.Annotations[other.a].Geometry
	class := k.ds.Classes[k.ds.Annotations[other.a].Class]
	if same(g, h) {
		k.add(equal, other.a, 1, remove(), k.pair(kept, 1), "The same %q is marked twice, with the same geometry.", class)
		return true
	}
	iou := dataset.IoU(g, h)
	switch {
	case iou >= EqualIoU:
		k.add(nearEqual, other.a, iou, remove(), k.pair(kept, iou), "The same %q is marked twice: the IoU with the other mark is %.3f.", class, iou)
	case iou >= NearIoU:
		k.add(overlapping, other.a, (iou-NearIoU)/(EqualIoU-NearIoU), remove(), k.pair(kept, iou), "Probably the same %q is marked twice: the IoU with the other mark is %.2f.", class, iou)
	default:
		return false
	}
	return true
}

// contested mentions one geometry with two classes.
func (k *checker) contested(kept, other candidate) bool {
	a, b := &k.ds.Annotations[kept.a], &k.ds.Annotations[other.a]
	if a.Class == b.Class || a.Annotator != b.Annotator || !same(a.Geometry, b.Geometry) {
		return false
	}
	e := k.pair(kept, 1)
	e["kept_class"] = k.ds.Classes[a.Class]
	k.add(twoClasses, other.a, 1, nil, e, "The same place is marked as %q and as %q.", k.ds.Classes[a.Class], k.ds.Classes[b.Class])
	return true
}

func (k *checker) pair(kept candidate, iou float64) map[string]any {
	return map[string]any{"kept": k.ix.Key(kept.a).String(), "kept_box": corners(k.ds.Annotations[kept.a].Geometry.Bounds()), "iou": iou}
}

// same tells whether two geometries are equal, whatever box is stated.
func same(a, b dataset.Geometry) bool {
	switch a := a.(type) {
	case dataset.Polygon:
		b, ok := b.(dataset.Polygon)
		return ok && slices.EqualFunc(a.Parts, b.Parts, slices.Equal[[]float64])
	case dataset.Mask:
		b, ok := b.(dataset.Mask)
		return ok && a.Width == b.Width && a.Height == b.Height && slices.Equal(a.Counts, b.Counts)
	case dataset.RotatedBox:
		b, ok := b.(dataset.RotatedBox)
		b.Angle = math.Mod(b.Angle-a.Angle, 360) + a.Angle
		return ok && a == b
	case dataset.Box:
		b, ok := b.(dataset.Box)
		return ok && a == b
	}
	return false
}
