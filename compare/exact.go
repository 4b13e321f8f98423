package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Equality says what of two datasets has to be equal for [Exact].
type Equality struct {
	// Tolerance in pixels; 0 for 1e-6.
	Tolerance float64
	// ByBase compares images by the base names of their paths without
	// extension, for datasets whose pictures lie in different folders.
	ByBase bool
	// AnyOrder lets the annotations of an image come in any order.
	AnyOrder bool
	// Parts of the datasets that are not compared.
	NoIDs, NoAttributes, NoSplits, NoMetadata, NoAnnotators, NoScores, NoCrowds, NoSizes bool
	// NoUnlabelled leaves images without annotations out, NoUnused classes.
	NoUnlabelled, NoUnused bool
	// BoxesOnly compares the bounds of all geometries.
	BoxesOnly bool
}

// Between returns the equality of what every format can hold that holds h.
func Between(h source.Holds) Equality {
	return Equality{
		ByBase: true, AnyOrder: true, NoSizes: true,
		NoIDs: true, NoAttributes: !h.Attributes, NoSplits: !h.Splits, NoMetadata: true,
		NoAnnotators: !h.Annotators, NoScores: !h.Scores, NoCrowds: !h.Crowds,
		NoUnlabelled: !h.Unlabelled, NoUnused: !h.Unused, BoxesOnly: !h.Polygons && !h.Masks && !h.RotatedBoxes,
	}
}

// Exact lists what differs between two datasets that should be equal, at most
// 20 lines; nothing when they are equal.
func Exact(a, b *dataset.Dataset, c Equality) []string {
	if c.Tolerance == 0 {
		c.Tolerance = 1e-6
	}
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if x, y := c.classes(a), c.classes(b); !slices.Equal(x, y) {
		say("classes: %q against %q", x, y)
	}
	x, y := c.images(a), c.images(b)
	for _, name := range sortedKeys(x) {
		other, ok := y[name]
		if !ok {
			say("image %s is in the first only", name)
			continue
		}
		this := x[name]
		if !c.NoSplits && this.split != other.split {
			say("image %s: split %q against %q", name, this.split, other.split)
		}
		if !c.NoSizes && this.size != other.size {
			say("image %s: size %v against %v", name, this.size, other.size)
		}
		if len(this.annotations) != len(other.annotations) {
			say("image %s: %d annotations against %d", name, len(this.annotations), len(other.annotations))
			continue
		}
		for i := range this.annotations {
			if d := c.annotation(a, b, this.annotations[i], other.annotations[i]); d != "" {
				say("image %s annotation %d: %s", name, i+1, d)
			}
		}
	}
	for _, name := range sortedKeys(y) {
		if _, ok := x[name]; !ok {
			say("image %s is in the second only", name)
		}
	}
	return out[:min(20, len(out))]
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (c *Equality) classes(ds *dataset.Dataset) []string {
	out := slices.Clone(ds.Classes)
	if c.NoUnused {
		n := ds.ClassCounts()
		out = out[:0]
		for i, name := range ds.Classes {
			if n[i] > 0 {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

type image struct {
	split       string
	size        [2]int
	annotations []dataset.Annotation
}

func (c *Equality) images(ds *dataset.Dataset) map[string]image {
	ix := dataset.NewIndex(ds)
	out := map[string]image{}
	for i, im := range ds.Images {
		name := im.Path
		if c.ByBase {
			name = name[strings.LastIndexByte(name, '/')+1:]
			if dot := strings.LastIndexByte(name, '.'); dot > 0 {
				name = name[:dot]
			}
		}
		v := image{split: im.Split, size: [2]int{im.Width, im.Height}}
		for _, a := range ix.Annotations(i) {
			v.annotations = append(v.annotations, ds.Annotations[a])
		}
		if c.NoUnlabelled && len(v.annotations) == 0 {
			continue
		}
		if c.AnyOrder {
			slices.SortStableFunc(v.annotations, func(p, q dataset.Annotation) int {
				a, b := bounds(p.Geometry), bounds(q.Geometry)
				const grid = 0.01 // so that rounding does not change the order
				r := func(v float64) float64 { return math.Round(v / grid) }
				return cmp.Or(cmp.Compare(ds.Classes[p.Class], ds.Classes[q.Class]), cmp.Compare(r(a.X), r(b.X)), cmp.Compare(r(a.Y), r(b.Y)), cmp.Compare(r(a.W), r(b.W)), cmp.Compare(r(a.H), r(b.H)), cmp.Compare(p.Annotator, q.Annotator))
			})
		}
		out[name] = v
	}
	return out
}

func bounds(g dataset.Geometry) dataset.Box {
	if g == nil {
		return dataset.Box{}
	}
	return g.Bounds()
}

func (c *Equality) annotation(da, db *dataset.Dataset, a, b dataset.Annotation) string {
	if x, y := da.Classes[a.Class], db.Classes[b.Class]; x != y {
		return fmt.Sprintf("class %q against %q", x, y)
	}
	if !c.geometry(a.Geometry, b.Geometry) {
		return fmt.Sprintf("geometry %v against %v", a.Geometry, b.Geometry)
	}
	switch {
	case !c.NoIDs && a.ID != b.ID:
		return fmt.Sprintf("id %q against %q", a.ID, b.ID)
	case !c.NoAnnotators && a.Annotator != b.Annotator:
		return fmt.Sprintf("annotator %q against %q", a.Annotator, b.Annotator)
	case !c.NoCrowds && a.Crowd != b.Crowd:
		return fmt.Sprintf("crowd %v against %v", a.Crowd, b.Crowd)
	case !c.NoScores && math.Abs(a.Score-b.Score) > 1e-9:
		return fmt.Sprintf("score %v against %v", a.Score, b.Score)
	}
	if !c.NoAttributes {
		sorted := func(l []dataset.Attribute) []dataset.Attribute {
			l = slices.Clone(l)
			slices.SortFunc(l, func(p, q dataset.Attribute) int { return strings.Compare(p.Name, q.Name) })
			return l
		}
		if x, y := sorted(a.Attributes), sorted(b.Attributes); !slices.Equal(x, y) {
			return fmt.Sprintf("attributes %v against %v", x, y)
		}
	}
	return ""
}

func (c *Equality) geometry(a, b dataset.Geometry) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if c.BoxesOnly {
		return c.box(a.Bounds(), b.Bounds())
	}
	a, b = upright(a), upright(b)
	switch a := a.(type) {
	case dataset.Box:
		b, ok := b.(dataset.Box)
		return ok && c.box(a, b)
	case dataset.RotatedBox:
		b, ok := b.(dataset.RotatedBox)
		turn := math.Mod(math.Abs(a.Angle-b.Angle), 360)
		return ok && c.near(a.X, b.X) && c.near(a.Y, b.Y) && c.near(a.W, b.W) && c.near(a.H, b.H) && (turn < 1e-6 || turn > 360-1e-6)
	case dataset.Polygon:
		b, ok := b.(dataset.Polygon)
		return ok && slices.EqualFunc(a.Parts, b.Parts, func(p, q []float64) bool { return slices.EqualFunc(p, q, c.near) })
	case dataset.Mask:
		b, ok := b.(dataset.Mask)
		return ok && a.Width == b.Width && a.Height == b.Height && slices.Equal(a.Counts, b.Counts)
	case dataset.Invalid:
		_, ok := b.(dataset.Invalid)
		return ok
	}
	return false
}

// upright turns a rotated box that is not rotated into a box.
func upright(g dataset.Geometry) dataset.Geometry {
	if r, ok := g.(dataset.RotatedBox); ok && math.Abs(math.Remainder(r.Angle, 90)) < 1e-6 {
		return r.Bounds()
	}
	return g
}

func (c *Equality) box(a, b dataset.Box) bool {
	return c.near(a.X, b.X) && c.near(a.Y, b.Y) && c.near(a.W, b.W) && c.near(a.H, b.H)
}

func (c *Equality) near(x, y float64) bool {
	return math.Abs(x-y) <= c.Tolerance || math.IsNaN(x) && math.IsNaN(y)
}
