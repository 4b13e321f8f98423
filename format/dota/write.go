package dota

import (
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Write makes images and labelTxt, in a folder for each split. Boxes are written as
// their corners, and shapes that have not four corners as the smallest rotated box
// around them. See [source.Writer].
func (dotaFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	ix := dataset.NewIndex(ds)
	names := source.FlatNames(ds)
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		folder := source.FolderOf(im.Split)
		if err := out.Picture(i, source.Join(folder, "images/"+names[i])); err != nil {
			return err
		}
		var text strings.Builder
		for _, a := range ix.Annotations(i) {
			an := ds.Annotations[a]
			xy, ok := fourCorners(an.Geometry)
			if !ok {
				continue
			}
			difficult := ""
			for _, t := range an.Attributes {
				if t.Name == Difficult && oneField("value", t.Value) == nil {
					difficult = t.Value
				}
			}
			text.WriteString(newRow(xy, linetext.Word(ds.Classes[an.Class], joint), difficult, linetext.Style{Decimals: 1}) + "\n")
		}
		stem := strings.TrimSuffix(names[i], path.Ext(names[i]))
		w, err := out.Create(source.Join(folder, labelFolder+"/"+stem+".txt"))
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(text.String())); err != nil {
			w.Close()
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return nil
}

// fourCorners returns the corners that stand for a geometry; not ok when it has no
// place.
func fourCorners(g dataset.Geometry) (xy []float64, ok bool) {
	if xy, err := cornersOf(g); err == nil {
		return xy, true
	}
	switch g := g.(type) {
	case dataset.Polygon:
		return smallest(slices.Concat(g.Parts...)).Corners(), true
	case dataset.Mask:
		return smallest(slices.Concat(g.Polygon().Parts...)).Corners(), true
	}
	return nil, false
}

// smallest returns the rotated box of least area around points: one of its sides
// lies along a side of their convex hull (Freeman and Shapira, "Determining the
// minimum-area encasing rectangle for an arbitrary closed curve", 1975).
func smallest(xy []float64) dataset.RotatedBox {
	h := hull(xy)
	if len(h) == 0 {
		return dataset.RotatedBox{}
	}
	best, least := dataset.RotatedBox{X: h[0][0], Y: h[0][1]}, math.Inf(1)
	for i, p := range h {
		q := h[(i+1)%len(h)]
		length := math.Hypot(q[0]-p[0], q[1]-p[1])
		if length == 0 {
			continue
		}
		ux, uy := (q[0]-p[0])/length, (q[1]-p[1])/length
		u0, u1, v0, v1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for _, c := range h {
			u, v := c[0]*ux+c[1]*uy, c[1]*ux-c[0]*uy
			u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
		}
		if area := (u1 - u0) * (v1 - v0); area < least {
			u, v := (u0+u1)/2, (v0+v1)/2
			least = area
			best = dataset.RotatedBox{X: u*ux - v*uy, Y: u*uy + v*ux, W: u1 - u0, H: v1 - v0, Angle: math.Atan2(uy, ux) * 180 / math.Pi}
		}
	}
	return best
}

// hull returns the corners of the convex hull in order (Andrew's monotone chain).
func hull(xy []float64) [][2]float64 {
	var points [][2]float64
	for i := 0; i+1 < len(xy); i += 2 {
		if !math.IsNaN(xy[i] + xy[i+1]) {
			points = append(points, [2]float64{xy[i], xy[i+1]})
		}
	}
	slices.SortFunc(points, func(a, b [2]float64) int { return slices.Compare(a[:], b[:]) })
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	var out [][2]float64
	for range 2 {
		start := len(out)
		for _, p := range points {
			for len(out) >= start+2 {
				a, b := out[len(out)-2], out[len(out)-1]
				if (b[0]-a[0])*(p[1]-a[1])-(b[1]-a[1])*(p[0]-a[0]) > 0 {
					break
				}
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		out = out[:len(out)-1] // it starts the other half
		slices.Reverse(points)
	}
	return out
}

// joint stands for a blank in the name of a class.
const joint = "-"

// Losses lists what rows cannot say. See [source.Refuser].
func (dotaFormat) Losses(ds *dataset.Dataset) []string {
	out := linetext.WordLosses(ds.Classes, joint, "DOTA")
	boxes, shapes := 0, 0
	lost := map[string]int{}
	var order []string
	for _, a := range ds.Annotations {
		switch g := a.Geometry.(type) {
		case dataset.Box:
			boxes++
		case dataset.Polygon:
			if _, err := cornersOf(g); err != nil {
				shapes++
			}
		case dataset.Mask:
			shapes++
		}
		for _, t := range a.Attributes {
			if t.Name != Difficult || oneField("value", t.Value) != nil {
				if lost[t.Name]++; lost[t.Name] == 1 {
					order = append(order, t.Name)
				}
			}
		}
	}
	if boxes > 0 {
		out = append(out, fmt.Sprintf("%d boxes become rotated boxes that are not turned", boxes))
	}
	if shapes > 0 {
		out = append(out, fmt.Sprintf("%d outlines and masks that have not four corners become the smallest rotated boxes around them", shapes))
	}
	for _, name := range order {
		out = append(out, fmt.Sprintf("the attribute %q of %d objects has no field", name, lost[name]))
	}
	for _, s := range ds.Splits() {
		if source.SplitOf(source.FolderOf(s)) != s {
			out = append(out, fmt.Sprintf("the split %q cannot be the name of a folder that is read as a split", s))
		}
	}
	return out
}
