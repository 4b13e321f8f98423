package labelme

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// The types of shapes that are objects here.
const (
	rectangle = "rectangle"
	polygon   = "polygon"
	mask      = "mask"
	oriented  = "oriented_rectangle"
	rotation  = "rotation" // the same in tools that followed LabelMe
)

// maxPoints bounds the corners of a shape.
const maxPoints = 1 << 22

// decode returns where a shape is, or what it is when it is no object. The size
// is that of the picture, which only masks need.
func decode(s jsontext.Node, size func() (w, h int)) (g dataset.Geometry, skip string) {
	if skip := notObject(s); skip != "" {
		return nil, skip
	}
	p, reason := points(s.Get("points"))
	if reason != "" {
		return dataset.Invalid{Reason: reason}, ""
	}
	switch shapeType(s) {
	case rectangle:
		return box(p), ""
	case mask:
		return decodeMask(s, p, size), ""
	case oriented, rotation:
		return rotatedBox(p), ""
	}
	return dataset.Polygon{Parts: [][]float64{p}}, ""
}

// notObject says what a shape is that is no object here.
func notObject(s jsontext.Node) string {
	if s.Kind() != jsontext.Object {
		return "shape that is no object of JSON"
	}
	if k := s.Get("label").Kind(); k != jsontext.String && k != jsontext.Number && k != jsontext.Bool {
		return "shape without a label"
	}
	switch kind := shapeType(s); kind {
	case rectangle, polygon, mask, oriented, rotation:
		return ""
	default:
		return fmt.Sprintf("shape of the type %q", kind)
	}
}

// shapeType returns the type of a shape; one without a type is a polygon.
func shapeType(s jsontext.Node) string {
	if t, ok := s.Get("shape_type").Text(); ok && t != "" {
		return t
	}
	return polygon
}

// points reads a list of pairs into x and y in turn.
func points(n jsontext.Node) (p []float64, reason string) {
	if n.Kind() != jsontext.Array {
		return nil, "its points are no list"
	}
	for i, pair := range n.Elements() {
		x, okX := pair.At(0).Float()
		y, okY := pair.At(1).Float()
		if !okX || !okY || pair.Len() != 2 {
			return nil, fmt.Sprintf("its point %d is no pair of numbers", i+1)
		}
		if i >= maxPoints {
			return nil, fmt.Sprintf("it has more than %d points", maxPoints)
		}
		p = append(p, x, y)
	}
	if len(p) == 0 {
		return nil, "it has no points"
	}
	return p, ""
}

// box takes two opposite corners, or the four of an upright rectangle.
func box(p []float64) dataset.Geometry {
	if len(p) != 4 && len(p) != 8 {
		return dataset.Invalid{Reason: fmt.Sprintf("a rectangle has 2 or 4 points, and it has %d", len(p)/2)}
	}
	x0, y0, x1, y1 := p[0], p[1], p[0], p[1]
	for i := 2; i < len(p); i += 2 {
		x0, x1 = min(x0, p[i]), max(x1, p[i])
		y0, y1 = min(y0, p[i+1]), max(y1, p[i+1])
	}
	for i := 0; len(p) == 8 && i < len(p); i += 2 {
		if p[i] != x0 && p[i] != x1 || p[i+1] != y0 && p[i+1] != y1 {
			return dataset.Polygon{Parts: [][]float64{p}} // not upright
		}
	}
	return dataset.Box{X: x0, Y: y0, W: x1 - x0, H: y1 - y0}
}

// rotatedBox takes four corners in turn.
func rotatedBox(p []float64) dataset.Geometry {
	if len(p) != 8 {
		return dataset.Invalid{Reason: fmt.Sprintf("a rotated rectangle has 4 points, and it has %d", len(p)/2)}
	}
	return dataset.RotatedBox{
		X: (p[0] + p[4]) / 2, Y: (p[1] + p[5]) / 2,
		W: math.Hypot(p[2]-p[0], p[3]-p[1]), H: math.Hypot(p[4]-p[2], p[5]-p[3]),
		Angle: math.Atan2(p[3]-p[1], p[2]-p[0]) * 180 / math.Pi,
	}
}

// ownKeys are the members of a shape that are no attributes as they stand.
var ownKeys = []string{"label", "points", "shape_type", "flags", "mask", "attributes", "line_color", "fill_color"}

// attributes returns the further facts of a shape in the order of the file.
func attributes(s jsontext.Node) []dataset.Attribute {
	var out []dataset.Attribute
	put := func(key string, v jsontext.Node) {
		switch v.Kind() {
		case jsontext.Bool, jsontext.Number, jsontext.String:
			value := v.String()
			if value == "" && key == "description" {
				return // LabelMe's way to say that there is none
			}
			if i := slices.IndexFunc(out, func(a dataset.Attribute) bool { return a.Name == key }); i >= 0 {
				out[i].Value = value
			} else if key != "" {
				out = append(out, dataset.Attribute{Name: key, Value: value})
			}
		}
	}
	for key, v := range s.Members() {
		switch {
		case key == "flags" || key == "attributes":
			for k, v := range v.Members() {
				put(k, v)
			}
		case !slices.Contains(ownKeys, key):
			put(key, v)
		}
	}
	return out
}

// number spells a coordinate to a billionth of a pixel, a whole one in the style
// of what it replaces.
func number(v float64, like []byte) []byte {
	v = math.Round(v*1e9) / 1e9
	if v == 0 {
		v = 0 // not -0
	}
	out := jsontext.Decimal(v)
	if bytes.ContainsAny(like, ".eE") && !bytes.ContainsAny(out, ".eEN") {
		out = append(out, ".0"...)
	}
	return out
}

// near reports whether two coordinates are the same for a patch.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9 || a == b || a != a && b != b }
