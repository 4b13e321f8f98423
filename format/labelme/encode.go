package labelme

import (
	"errors"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// encode returns the type of the shape for a geometry, its points, and for a
// mask its PNG in base64.
func encode(g dataset.Geometry) (kind string, p []float64, png string, err error) {
	switch g := g.(type) {
	case dataset.Box:
		return rectangle, []float64{g.X, g.Y, g.X + g.W, g.Y + g.H}, "", nil
	case dataset.RotatedBox:
		return oriented, g.Corners(), "", nil
	case dataset.Polygon:
		if len(g.Parts) != 1 || len(g.Parts[0]) < 2 {
			return "", nil, "", fmt.Errorf("a shape of LabelMe is one outline, and this has %d parts; mark each as an object of its own", len(g.Parts))
		}
		return polygon, g.Parts[0], "", nil
	case dataset.Mask:
		p, png, err := encodeMask(g)
		return mask, p, png, err
	}
	return "", nil, "", errors.New("an object that is marked in no readable way cannot be written")
}

// pairs spells points on one line; like is a coordinate to imitate.
func pairs(p []float64, like []byte) []byte {
	out := []byte{'['}
	for i := 0; i+1 < len(p); i += 2 {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(append(out, '['), number(p[i], like)...)
		out = append(append(out, ", "...), number(p[i+1], like)...)
		out = append(out, ']')
	}
	return append(out, ']')
}

// add adds an object, or a label of the whole picture.
func (e *fileEditor) add(class string, g dataset.Geometry) error {
	if g == nil {
		e.setFlag(class, true)
		return nil
	}
	shapes := e.root.Get("shapes")
	var like jsontext.Node
	for _, s := range shapes.Elements() {
		if notObject(s) == "" {
			like = s
		}
	}
	text, err := e.newShape(class, g, like)
	if err != nil {
		return err
	}
	if shapes.Kind() == jsontext.Array {
		e.Append(shapes, text)
		return nil
	}
	if len(e.added) > 0 {
		e.added = append(e.added, ", "...)
	}
	e.added = append(e.added, text...)
	return nil
}

// addList makes the edit that gives a file without a list of shapes one.
func (e *fileEditor) addList() {
	if len(e.added) > 0 {
		e.SetMember(e.root, "shapes", slices.Concat([]byte{'['}, e.added, []byte{']'}))
	}
}

// shapeKeys are the members of a shape in the order of LabelMe.
var shapeKeys = []string{"label", "points", "group_id", "shape_type", "flags"}

// newShape spells an object on one line with the members of another one, those
// that say nothing about it empty.
func (e *fileEditor) newShape(class string, g dataset.Geometry, like jsontext.Node) ([]byte, error) {
	kind, p, png, err := encode(g)
	if err != nil {
		return nil, err
	}
	keys := slices.Clone(shapeKeys)
	if like.Kind() == jsontext.Object {
		var own []string
		for key := range like.Members() {
			if !slices.Contains(own, key) {
				own = append(own, key)
			}
		}
		for _, key := range []string{"label", "points", "shape_type"} {
			if !slices.Contains(own, key) {
				own = append(own, key)
			}
		}
		keys = own
	}
	if png != "" && !slices.Contains(keys, "mask") {
		keys = append(keys, "mask")
	}
	if kind == oriented && shapeType(like) == rotation {
		kind = rotation
	}
	out := []byte{'{'}
	for _, key := range keys {
		var value []byte
		switch key {
		case "label":
			value = e.quote(class)
		case "points":
			value = pairs(p, like.Get("points").At(0).At(0).Raw())
		case "shape_type":
			value = e.quote(kind)
		case "mask":
			if value = []byte("null"); png != "" {
				value = e.quote(png)
			}
		case "group_id":
			value = []byte("null")
		default:
			value = empty(key, like.Get(key))
		}
		if value == nil {
			continue
		}
		if len(out) > 1 {
			out = append(out, ", "...)
		}
		out = slices.Concat(out, e.quote(key), []byte(": "), value)
	}
	return append(out, '}'), nil
}

// empty is what a member holds in a shape of which it says nothing; nil when it
// is better left out.
func empty(key string, like jsontext.Node) []byte {
	switch like.Kind() {
	case jsontext.Object:
		return []byte("{}")
	case jsontext.Array:
		return []byte("[]")
	case jsontext.Bool:
		return []byte("false")
	case jsontext.Null:
		return []byte("null")
	case jsontext.String:
		if key == "description" {
			return []byte(`""`)
		}
	case jsontext.Invalid:
		if key == "flags" {
			return []byte("{}")
		}
	}
	return nil
}
