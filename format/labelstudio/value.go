package labelstudio

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// The kinds of regions that are objects, and choices.
const (
	rectangle = "rectangle"
	polygon   = "polygon"
	brush     = "brush"
	choices   = "choices"
)

const maxSide = 1 << 20

// regionKind tells what a value marks; empty for what is no object.
func regionKind(value jsontext.Node) string {
	has := func(key string) bool { return value.Get(key).Kind() != jsontext.Invalid }
	switch {
	case has("rle"):
		return brush
	case has("vertices"), has("radiusX"), has("start"), has("sequence"), has("imageDataURL"):
		return ""
	case has("points"):
		return polygon
	case has("width") && has("height") && has("x") && has("y"):
		return rectangle
	}
	return ""
}

// labelsOf returns the list of labels of a value by the type of its result.
func labelsOf(value jsontext.Node, kind string) jsontext.Node {
	if kind != "" {
		if n := value.Get(kind); n.Kind() == jsontext.Array {
			return n
		}
	}
	for key, n := range value.Members() {
		if strings.HasSuffix(key, "labels") && n.Kind() == jsontext.Array {
			return n
		}
	}
	return jsontext.Node{}
}

// fromPercent returns pixels, rounded so that writing and reading agree.
func fromPercent(v float64, side int) float64 { return round(v * float64(side) / 100) }

func toPercent(v float64, side int) float64 { return v * 100 / float64(side) }

// round rounds to a billionth.
func round(v float64) float64 {
	if r := math.Round(v*1e9) / 1e9; r != 0 {
		return r
	}
	return 0 // not -0
}

// decode returns where a region of a picture of w by h pixels is.
func decode(value jsontext.Node, w, h int) dataset.Geometry {
	switch regionKind(value) {
	case rectangle:
		var v [4]float64
		for i, key := range []string{"x", "y", "width", "height"} {
			f, ok := value.Get(key).Float()
			if !ok {
				return dataset.Invalid{Reason: fmt.Sprintf("its %s is no number", key)}
			}
			v[i] = fromPercent(f, [2]int{w, h}[i%2])
		}
		if angle, _ := value.Get("rotation").Float(); angle != 0 {
			return turned(v[0], v[1], v[2], v[3], angle)
		}
		return dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
	case polygon:
		var part []float64
		for i, p := range value.Get("points").Elements() {
			x, okX := p.At(0).Float()
			y, okY := p.At(1).Float()
			if !okX || !okY || p.Len() != 2 {
				return dataset.Invalid{Reason: fmt.Sprintf("its point %d is no pair of numbers", i+1)}
			}
			part = append(part, fromPercent(x, w), fromPercent(y, h))
		}
		if len(part) == 0 {
			return dataset.Invalid{Reason: "it has no points"}
		}
		return dataset.Polygon{Parts: [][]float64{part}}
	case brush:
		if f, ok := value.Get("format").Text(); ok && f != "rle" {
			return dataset.Invalid{Reason: fmt.Sprintf("its mask is in the format %q, and only rle is known", f)}
		}
		rle, err := brushBytes(value.Get("rle"))
		if err != nil {
			return dataset.Invalid{Reason: err.Error()}
		}
		m, err := DecodeBrush(rle, w, h)
		if err != nil {
			return dataset.Invalid{Reason: "its mask is wrong: " + err.Error()}
		}
		return m
	}
	return dataset.Invalid{Reason: "it is marked in an unknown way"}
}

// turned returns the box whose upper left corner stays at x and y.
func turned(x, y, w, h, angle float64) dataset.RotatedBox {
	sin, cos := math.Sincos(angle * math.Pi / 180)
	return dataset.RotatedBox{X: round(x + w/2*cos - h/2*sin), Y: round(y + w/2*sin + h/2*cos), W: w, H: h, Angle: angle}
}

// corner returns the upper left corner that a box is turned around.
func corner(r dataset.RotatedBox) (x, y float64) {
	sin, cos := math.Sincos(r.Angle * math.Pi / 180)
	return r.X - r.W/2*cos + r.H/2*sin, r.Y - r.W/2*sin - r.H/2*cos
}

// rectangleOf returns x, y, width, height in pixels and the angle of a box.
func rectangleOf(g dataset.Geometry) (v [5]float64, ok bool) {
	switch g := g.(type) {
	case dataset.Box:
		return [5]float64{g.X, g.Y, g.W, g.H}, true
	case dataset.RotatedBox:
		x, y := corner(g)
		if g.Angle == 0 {
			g.Angle = 360 // at 0 it would be no rotated box
		}
		return [5]float64{x, y, g.W, g.H, g.Angle}, true
	}
	return v, false
}

// number spells a value, a whole one in the style of like.
func number(v float64, like []byte) []byte {
	out := jsontext.Decimal(round(v))
	if bytes.ContainsAny(like, ".eE") && !bytes.ContainsAny(out, ".eEN") {
		out = append(out, ".0"...)
	}
	return out
}

// members spells the members of a value that say where an object is, on one
// line, and returns its kind.
func members(g dataset.Geometry, w, h int) (kind string, text []byte, err error) {
	if v, ok := rectangleOf(g); ok {
		text = fmt.Appendf(nil, `"x": %s, "y": %s, "width": %s, "height": %s, "rotation": %s`,
			number(toPercent(v[0], w), nil), number(toPercent(v[1], h), nil), number(toPercent(v[2], w), nil), number(toPercent(v[3], h), nil), number(v[4], nil))
		return rectangle, text, nil
	}
	switch g := g.(type) {
	case dataset.Polygon:
		if len(g.Parts) != 1 {
			return "", nil, fmt.Errorf("a polygon of Label Studio is one outline, and this has %d parts", len(g.Parts))
		}
		return polygon, slices.Concat([]byte(`"points": `), pairs(g.Parts[0], w, h), []byte(`, "closed": true`)), nil
	case dataset.Mask:
		if g.Width != w || g.Height != h || g.Check() != nil {
			return "", nil, fmt.Errorf("the mask is not of the %d × %d pixels of the picture", w, h)
		}
		return brush, slices.Concat([]byte(`"format": "rle", "rle": `), brushText(EncodeBrush(g))), nil
	}
	return "", nil, fmt.Errorf("an object that is marked in no readable way cannot be written")
}

// pairs spells an outline in percent on one line.
func pairs(p []float64, w, h int) []byte {
	out := []byte{'['}
	for i := 0; i+1 < len(p); i += 2 {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(append(out, '['), number(toPercent(p[i], w), nil)...)
		out = append(append(out, ", "...), number(toPercent(p[i+1], h), nil)...)
		out = append(out, ']')
	}
	return append(out, ']')
}
