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

// duplicates compares the objects of one image: those of one class, annotator
// and crowd with each other, then what is left for equal ones of other classes.
func (k *checker) duplicates(objects []int) {
	if len(objects) < 2 {
		return
	}
	all := k.candidates[:0]
	for _, a := range objects {
		all = append(all, candidate{a, dataset.Around(k.ds.Annotations[a].Geometry)})
	}
	k.candidates = all
	slices.SortFunc(all, func(x, y candidate) int { return cmp.Or(k.apart(x, y), x.compare(y)) })
	from, groups := 0, 0
	for i := range all {
		if i+1 == len(all) || k.apart(all[i], all[i+1]) != 0 {
			k.sweep(all[from:i+1], NearIoU, k.doubled)
			from, groups = i+1, groups+1
		}
	}
	if groups > 1 {
		all = slices.DeleteFunc(all, func(c candidate) bool { return k.gone[c.a] })
		slices.SortFunc(all, candidate.compare)
		k.sweep(all, 1, k.contested)
	}
}

// apart orders annotations by what must be the same of duplicates.
func (k *checker) apart(x, y candidate) int {
	a, b := &k.ds.Annotations[x.a], &k.ds.Annotations[y.a]
	crowd := 0
	if a.Crowd != b.Crowd {
		crowd = 1
		if b.Crowd {
			crowd = -1
		}
	}
	return cmp.Or(cmp.Compare(a.Class, b.Class), crowd, cmp.Compare(a.Annotator, b.Annotator))
}

func (c candidate) compare(d candidate) int {
	return cmp.Or(cmp.Compare(c.bounds.X, d.bounds.X), cmp.Compare(c.a, d.a))
}

// sweep calls found for pairs whose bounds have an IoU of at least t; when it
// says so, the second is gone and compared with nothing more. All are ordered by
// their left sides. Two boxes of IoU t begin at most (1-t)/t of a width and of a
// height apart, so each is compared with few others: of those still active,
// which are ordered by their upper sides, with the ones near by.
func (k *checker) sweep(all []candidate, t float64, found func(kept, other candidate) bool) {
	reach := (1-t)/t + 1e-9 // the bounds of equal masks and boxes may differ in the last digit
	active := k.active[:0]
	crowded := 32 // when to look for what is behind
	for _, c := range all {
		behind := func(b candidate) bool { return k.gone[b.a] || c.bounds.X > b.bounds.X+b.bounds.W*reach }
		if len(active) >= crowded {
			active = slices.DeleteFunc(active, behind)
			crowded = max(32, 2*len(active))
		}
		at, _ := slices.BinarySearchFunc(active, c.bounds.Y-c.bounds.H*reach, func(b candidate, y float64) int { return cmp.Compare(b.bounds.Y, y) })
		for i := at; i < len(active) && active[i].bounds.Y <= c.bounds.Y+c.bounds.H*reach; i++ {
			kept, other := active[i], c
			if behind(kept) || dataset.IoU(kept.bounds, other.bounds) < t-1e-9 {
				continue
			}
			if k.before(other.a, kept.a) {
				kept, other = other, kept
			}
			if found(kept, other) {
				k.gone[other.a] = true
				if other.a == c.a {
					break
				}
			}
		}
		if !k.gone[c.a] {
			at, _ = slices.BinarySearchFunc(active, c.bounds.Y, func(b candidate, y float64) int { return cmp.Compare(b.bounds.Y, y) })
			active = slices.Insert(active, at, c)
		}
	}
	k.active = active
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
