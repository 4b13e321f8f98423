package cvat

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// isRead tells the elements of an image that are annotations here.
func isRead(name string) bool {
	switch name {
	case "box", "polygon", "mask", "tag":
		return true
	}
	return false
}

// plural names the shapes that are not read.
var plural = map[string]string{"polyline": "polylines", "points": "sets of points", "ellipse": "ellipses", "cuboid": "cuboids", "skeleton": "skeletons"}

// singular likewise.
var singular = map[string]string{"points": "set of points"}

// shapes returns the annotations of an image element in order; pass is called
// for what is not read.
func shapes(image *xmltext.Element, pass func(one, many string)) []*xmltext.Element {
	var out []*xmltext.Element
	for _, e := range image.Children {
		switch many, known := plural[e.Name]; {
		case isRead(e.Name):
			out = append(out, e)
		case known:
			one := singular[e.Name]
			if one == "" {
				one = e.Name
			}
			pass(one, many)
		default:
			pass("element <"+xmltext.Clip(e.Name)+"> of an image", "elements <"+xmltext.Clip(e.Name)+"> of images")
		}
	}
	return out
}

// placeAttrs are the attributes of each kind that say where it is.
var placeAttrs = map[string][]string{
	"box":     {"xtl", "ytl", "xbr", "ybr", "rotation"},
	"polygon": {"points"},
	"mask":    {"rle", "left", "top", "width", "height"},
	"tag":     nil,
}

// geometryOf reads where an annotation is, in an image of that size.
func geometryOf(e *xmltext.Element, width, height int) dataset.Geometry {
	var g dataset.Geometry
	var err error
	switch e.Name {
	case "tag":
		return nil
	case "box":
		g, err = boxOf(e)
	case "polygon":
		g, err = polygonOf(e)
	case "mask":
		g, err = maskOf(e, width, height)
	}
	if err != nil {
		return dataset.Invalid{Reason: err.Error()}
	}
	return g
}

func value(e *xmltext.Element, name string) (float64, error) {
	text, ok := e.Attr(name)
	if !ok {
		return 0, fmt.Errorf("its %s has no %s", e.Name, name)
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, fmt.Errorf("%s is %q and not a number", name, xmltext.Clip(text))
	}
	return v, nil
}

func boxOf(e *xmltext.Element) (dataset.Geometry, error) {
	var v [4]float64
	for i, name := range placeAttrs["box"][:4] {
		var err error
		if v[i], err = value(e, name); err != nil {
			return nil, err
		}
	}
	b := dataset.Box{X: v[0], Y: v[1], W: tidy(v[2] - v[0]), H: tidy(v[3] - v[1])}
	if _, turned := e.Attr("rotation"); !turned {
		return b, nil
	}
	angle, err := value(e, "rotation")
	if err != nil || angle == 0 {
		return b, err
	}
	return dataset.RotatedBox{X: tidy((v[0] + v[2]) / 2), Y: tidy((v[1] + v[3]) / 2), W: b.W, H: b.H, Angle: angle}, nil
}

func polygonOf(e *xmltext.Element) (dataset.Geometry, error) {
	text, _ := e.Attr("points")
	var part []float64
	for pair := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		x, y, ok := strings.Cut(pair, ",")
		a, errX := strconv.ParseFloat(strings.TrimSpace(x), 64)
		b, errY := strconv.ParseFloat(strings.TrimSpace(y), 64)
		if !ok || errX != nil || errY != nil {
			return nil, fmt.Errorf("its points have %q where two numbers with a comma are expected", xmltext.Clip(pair))
		}
		part = append(part, a, b)
	}
	if len(part) == 0 {
		return nil, fmt.Errorf("its polygon has no points")
	}
	return dataset.Polygon{Parts: [][]float64{part}}, nil
}

// tidy rounds to a billionth of a pixel.
func tidy(v float64) float64 {
	if !(math.Abs(v) < 1e6) {
		return v
	}
	return math.Round(v*1e9) / 1e9
}

// attributesOf lists the attributes of an annotation.
func attributesOf(e *xmltext.Element) []dataset.Attribute {
	var out []dataset.Attribute
	for _, a := range e.Attrs {
		if a.Name != "label" && !isPlace(a.Name) {
			if v := a.Value(); v != "" && v != saysNothing[a.Name] {
				out = append(out, dataset.Attribute{Name: a.Name, Value: v})
			}
		}
	}
	for _, c := range e.All("attribute") {
		if name, _ := c.Attr("name"); name != "" && c.Text() != "" {
			out = append(out, dataset.Attribute{Name: name, Value: c.Text()})
		}
	}
	return out
}

// saysNothing are the values that every shape has unless somebody set another
// one; they are no attributes.
var saysNothing = map[string]string{"occluded": "0", "source": "manual", "z_order": "0", "group_id": "0"}

// allPlaces are the attributes of all kinds that say where something is.
var allPlaces = slices.Concat(placeAttrs["box"], placeAttrs["polygon"], placeAttrs["mask"])

func isPlace(attr string) bool { return slices.Contains(allPlaces, attr) }
