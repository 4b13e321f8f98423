package compare

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// The defaults of [Options].
const (
	// DefaultIoU is the overlap from which two objects are the same one.
	DefaultIoU = 0.5
	// DefaultMoved is the overlap below which it counts as moved.
	DefaultMoved = 0.95
)

// Options say how to match. The zero value is the default.
type Options struct {
	// IoU is the least overlap of a pair, in (0,1]; 0 for DefaultIoU.
	IoU float64
	// Moved is the overlap below which a pair is listed as moved; 0 for
	// DefaultMoved, 1 for any change that can be seen in the numbers.
	Moved float64
}

// Status says what became of an annotation.
type Status string

// The statuses. A pair that is both relabelled and moved is Relabelled.
const (
	Added      Status = "added"
	Removed    Status = "removed"
	Relabelled Status = "relabelled"
	Moved      Status = "moved"
	// Changed pairs differ in attributes, annotator or crowd flag only.
	Changed Status = "changed"
	// Same pairs have the same class, place and attributes, or a place that
	// overlaps by Moved at least.
	Same Status = "same"
)

// A Pair is one annotation in both sets, or in one of them.
type Pair struct {
	// Image is its path in the first set, or in the second where the first has
	// no such image.
	Image string
	// A and B index the annotations of the sets; dataset.None where it is in
	// one of them only.
	A, B   int
	Status Status
	// IoU of the two geometries, 1 for labels of whole images.
	IoU float64
	// Equal tells that the numbers of the place are the very same.
	Equal bool
}

// Difference is what [Match] found.
type Difference struct {
	A, B *dataset.Dataset
	// Images are in both sets; OnlyA and OnlyB are paths of those that are not.
	Images       int
	OnlyA, OnlyB []string
	// Classes that only one set has.
	ClassesA, ClassesB []string
	// Pairs are in the order of the images of A, in each the pairs in the order
	// of A and then what was added in the order of B. Images of one set only
	// have none.
	Pairs []Pair
}

// Match pairs the annotations of the images that two datasets share. Images are
// the same when their paths are; when no path of one set is in the other, when
// the ends of their paths are, as far as they are unique. In an image, pairs of
// objects are taken greedily by falling IoU, of equal ones first those of the
// same class, then in the order of A and B; whole-image labels by class, then
// what is left by annotator and order. Classes are the same when their names are.
func Match(a, b *dataset.Dataset, o Options) *Difference {
	if o.IoU == 0 {
		o.IoU = DefaultIoU
	}
	if o.Moved == 0 {
		o.Moved = DefaultMoved
	}
	d := &Difference{A: a, B: b, ClassesA: without(a.Classes, b.Classes), ClassesB: without(b.Classes, a.Classes)}
	ia, ib := dataset.NewIndex(a), dataset.NewIndex(b)
	partner := partners(a, b)
	taken := make([]bool, len(b.Images))
	for i, im := range a.Images {
		j := partner[i]
		if j == dataset.None {
			d.OnlyA = append(d.OnlyA, im.Path)
			continue
		}
		taken[j] = true
		d.Images++
		d.Pairs = append(d.Pairs, d.image(im.Path, ia.Annotations(i), ib.Annotations(j), o)...)
	}
	for j, im := range b.Images {
		if !taken[j] {
			d.OnlyB = append(d.OnlyB, im.Path)
		}
	}
	return d
}

func without(a, b []string) []string {
	var out []string
	for _, name := range a {
		if !slices.Contains(b, name) {
			out = append(out, name)
		}
	}
	return out
}

// partners leads from the images of a to those of b.
func partners(a, b *dataset.Dataset) []int {
	out := make([]int, len(a.Images))
	byPath := make(map[string]int, len(b.Images))
	for j, im := range b.Images {
		byPath[im.Path] = j
	}
	found := 0
	for i, im := range a.Images {
		out[i] = dataset.None
		if j, ok := byPath[im.Path]; ok {
			out[i] = j
			found++
		}
	}
	if found > 0 {
		return out
	}
	// No path is in both: the pictures lie in different folders. The shortest
	// end of the path that is unique in both sets names a picture.
	for depth := 1; depth <= 4; depth++ {
		ends := func(ds *dataset.Dataset, free func(int) bool) map[string]int {
			m := map[string]int{}
			for i, im := range ds.Images {
				if !free(i) {
					continue
				}
				e := end(im.Path, depth)
				if _, twice := m[e]; twice {
					m[e] = dataset.None
				} else {
					m[e] = i
				}
			}
			return m
		}
		taken := map[int]bool{}
		for _, j := range out {
			taken[j] = true
		}
		ea := ends(a, func(i int) bool { return out[i] == dataset.None })
		eb := ends(b, func(j int) bool { return !taken[j] })
		for e, i := range ea {
			if j, ok := eb[e]; ok && i != dataset.None && j != dataset.None {
				out[i] = j
			}
		}
	}
	return out
}

// end returns the last parts of a path, without the extension.
func end(path string, parts int) string {
	at := len(path)
	for range parts {
		i := strings.LastIndexByte(path[:at], '/')
		if i < 0 {
			at = 0
			break
		}
		at = i
	}
	e := strings.TrimPrefix(path[at:], "/")
	if dot := strings.LastIndexByte(e, '.'); dot > strings.LastIndexByte(e, '/')+1 {
		e = e[:dot]
	}
	return e
}

// image matches the annotations of one picture.
func (d *Difference) image(path string, of, with []int, o Options) []Pair {
	partner, overlap := map[int]int{}, map[int]float64{}
	used := map[int]bool{}
	take := func(x, y int, iou float64) {
		partner[x], overlap[x], used[y] = y, iou, true
	}
	type candidate struct {
		x, y int
		iou  float64
		same bool
	}
	var objects []candidate
	for _, x := range of {
		for _, y := range with {
			p, q := &d.A.Annotations[x], &d.B.Annotations[y]
			if p.Geometry == nil || q.Geometry == nil {
				continue
			}
			iou := dataset.IoU(p.Geometry, q.Geometry)
			if equalPlace(p.Geometry, q.Geometry) {
				iou = 1 // of nothing with itself, too
			}
			if iou >= o.IoU {
				objects = append(objects, candidate{x, y, iou, d.sameClass(x, y)})
			}
		}
	}
	slices.SortStableFunc(objects, func(p, q candidate) int {
		return cmp.Or(cmp.Compare(q.iou, p.iou), -compareBool(p.same, q.same), cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y))
	})
	for _, c := range objects {
		if _, matched := partner[c.x]; !matched && !used[c.y] {
			take(c.x, c.y, c.iou)
		}
	}
	// Labels of the whole picture: the same class by the same annotator, the
	// same class, and what is left by the same annotator.
	for _, fits := range []func(x, y int) bool{
		func(x, y int) bool { return d.sameClass(x, y) && d.sameAnnotator(x, y) },
		d.sameClass,
		d.sameAnnotator,
	} {
		for _, x := range of {
			if _, matched := partner[x]; matched || d.A.Annotations[x].Geometry != nil {
				continue
			}
			for _, y := range with {
				if !used[y] && d.B.Annotations[y].Geometry == nil && fits(x, y) {
					take(x, y, 1)
					break
				}
			}
		}
	}
	var out []Pair
	for _, x := range of {
		p := Pair{Image: path, A: x, B: dataset.None, Status: Removed}
		if y, matched := partner[x]; matched {
			p.B, p.IoU = y, overlap[x]
			p.Equal = equalPlace(d.A.Annotations[x].Geometry, d.B.Annotations[y].Geometry)
			p.Status = d.status(x, y, p, o)
		}
		out = append(out, p)
	}
	for _, y := range with {
		if !used[y] {
			out = append(out, Pair{Image: path, A: dataset.None, B: y, Status: Added})
		}
	}
	return out
}

func (d *Difference) status(x, y int, p Pair, o Options) Status {
	a, b := &d.A.Annotations[x], &d.B.Annotations[y]
	switch {
	case !d.sameClass(x, y):
		return Relabelled
	case p.IoU < o.Moved || o.Moved >= 1 && !p.Equal:
		return Moved
	case !slices.Equal(a.Attributes, b.Attributes) || a.Annotator != b.Annotator || a.Crowd != b.Crowd:
		return Changed
	}
	return Same
}

func (d *Difference) sameClass(x, y int) bool {
	return d.A.Classes[d.A.Annotations[x].Class] == d.B.Classes[d.B.Annotations[y].Class]
}

func (d *Difference) sameAnnotator(x, y int) bool {
	return d.A.Annotations[x].Annotator == d.B.Annotations[y].Annotator
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// equalPlace compares the numbers of two geometries, not those that the source
// states beside them.
func equalPlace(a, b dataset.Geometry) bool {
	bare := func(g dataset.Geometry) dataset.Geometry {
		switch g := g.(type) {
		case dataset.Polygon:
			g.Stated = dataset.Box{}
			return g
		case dataset.Mask:
			g.Stated = dataset.Box{}
			return g
		}
		return g
	}
	return reflect.DeepEqual(bare(a), bare(b))
}
