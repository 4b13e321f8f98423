package datumaro

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// The types of annotations that are read, and the members that hold their place.
const (
	typeLabel   = "label"
	typeBox     = "bbox"
	typePolygon = "polygon"
	typeMask    = "mask"

	keyBox     = "bbox"
	keyPoints  = "points"
	keyRLE     = "rle"
	rotation   = "rotation"
	crowd      = "is_crowd"
	attributes = "attributes"
)

// own are the members of an annotation that are attributes where they are not 0.
var own = []string{"group", "z_order", "object_id"}

const maxSide = 1 << 20

// An object is one annotation: a record, or those of the parts of an outline.
type object struct {
	// records are the elements of the item's annotations, at these places.
	records []jsontext.Node
	at      []int
	label   int64
}

func (o *object) first() jsontext.Node { return o.records[0] }

func (o *object) kind() string { return o.first().Get("type").String() }

// objects returns the annotations of an item. What is none is told to skip.
func objects(item jsontext.Node, skip func(one, many string)) []object {
	var out []object
	for i, n := range item.Get("annotations").Elements() {
		if n.Kind() != jsontext.Object {
			skip("annotation that is no object of JSON", "annotations that are no objects of JSON")
			continue
		}
		kind := n.Get("type").String()
		if !slices.Contains([]string{typeLabel, typeBox, typePolygon, typeMask}, kind) {
			skip(fmt.Sprintf("annotation of the type %q", kind), fmt.Sprintf("annotations of the type %q", kind))
			continue
		}
		label, ok := n.Get("label_id").Int()
		if !ok {
			skip(kind+" without a label_id", "annotations of the type "+kind+" without a label_id")
			continue
		}
		if last := len(out) - 1; last >= 0 && kind == typePolygon && out[last].at[len(out[last].at)-1] == i-1 && out[last].label == label && samePart(out[last].first(), n) {
			out[last].records, out[last].at = append(out[last].records, n), append(out[last].at, i)
			continue
		}
		out = append(out, object{records: []jsontext.Node{n}, at: []int{i}, label: label})
	}
	return out
}

// samePart reports whether two polygons are parts of one object.
func samePart(a, b jsontext.Node) bool {
	if a.Get("type").String() != typePolygon {
		return false
	}
	group, ok := a.Get("group").Int()
	other, _ := b.Get("group").Int()
	id, other2 := a.Get("id"), b.Get("id")
	return ok && group != 0 && group == other && id.Kind() == jsontext.Number && id.String() == other2.String()
}

// className returns the class of a label number.
func className(label int64, labels []string) (name string, defined bool) {
	if label >= 0 && label < int64(len(labels)) {
		return labels[label], true
	}
	return fmt.Sprint(label), false
}

// geometry returns where an object is.
func (o *object) geometry() dataset.Geometry {
	n := o.first()
	switch o.kind() {
	case typeBox:
		v, reason := numbers(n.Get(keyBox))
		if reason == "" && len(v) != 4 {
			reason = fmt.Sprintf("it has %d numbers, not 4", len(v))
		}
		if reason != "" {
			return dataset.Invalid{Reason: "its bbox is wrong: " + reason}
		}
		if angle, ok := n.Get(attributes).Get(rotation).Float(); ok && angle != 0 {
			return dataset.RotatedBox{X: v[0] + v[2]/2, Y: v[1] + v[3]/2, W: v[2], H: v[3], Angle: angle}
		}
		return dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
	case typePolygon:
		var p dataset.Polygon
		for _, r := range o.records {
			v, reason := numbers(r.Get(keyPoints))
			if reason == "" && (len(v)%2 != 0 || len(v) == 0) {
				reason = fmt.Sprintf("they are %d numbers, not pairs", len(v))
			}
			if reason != "" {
				return dataset.Invalid{Reason: "its points are wrong: " + reason}
			}
			p.Parts = append(p.Parts, v)
		}
		return p
	case typeMask:
		return mask(n.Get(keyRLE))
	}
	return nil
}

// numbers reads a list of numbers.
func numbers(n jsontext.Node) (v []float64, reason string) {
	if n.Kind() != jsontext.Array {
		return nil, "it is no list"
	}
	for i, e := range n.Elements() {
		f, ok := e.Float()
		if !ok {
			return nil, fmt.Sprintf("element %d is no number", i+1)
		}
		v = append(v, f)
	}
	return v, ""
}

// mask reads run lengths, compressed or as a list.
func mask(rle jsontext.Node) dataset.Geometry {
	bad := func(reason string) dataset.Geometry { return dataset.Invalid{Reason: "its rle is wrong: " + reason} }
	size := rle.Get("size")
	h, okH := size.At(0).Int()
	w, okW := size.At(1).Int()
	if !okH || !okW || size.Len() != 2 || w < 0 || h < 0 || w > maxSide || h > maxSide {
		return bad("its size is no height and width")
	}
	counts := rle.Get("counts")
	if text, ok := counts.Text(); ok {
		m, err := dataset.DecodeRLE(text, int(w), int(h))
		if err != nil {
			return bad(err.Error())
		}
		return m
	}
	if counts.Kind() != jsontext.Array {
		return bad("it has no counts")
	}
	m := dataset.Mask{Width: int(w), Height: int(h)}
	for i, c := range counts.Elements() {
		n, ok := c.Int()
		if !ok || n < 0 || n > math.MaxUint32 {
			return bad(fmt.Sprintf("count %d is no number of pixels", i+1))
		}
		m.Counts = append(m.Counts, uint32(n))
	}
	if err := m.Check(); err != nil {
		return bad(err.Error())
	}
	return m
}

// facts returns the attributes of an object in the order of the file and whether
// it is a crowd. What is no plain value is told to skip.
func (o *object) facts(skip func(one, many string)) (out []dataset.Attribute, isCrowd bool) {
	n := o.first()
	for key, v := range n.Get(attributes).Members() {
		switch v.Kind() {
		case jsontext.Null:
			continue
		case jsontext.Array, jsontext.Object:
			skip(fmt.Sprintf("attribute %q, a list or an object,", key), fmt.Sprintf("attributes %q, lists or objects,", key))
			continue
		case jsontext.Bool:
			if on, _ := v.Bool(); key == crowd {
				isCrowd = on
				continue
			}
		case jsontext.Number:
			if key == rotation && o.kind() == typeBox {
				continue
			}
		}
		if i := slices.IndexFunc(out, func(a dataset.Attribute) bool { return a.Name == key }); i >= 0 {
			out[i].Value = v.String()
		} else if key != "" {
			out = append(out, dataset.Attribute{Name: key, Value: v.String()})
		}
	}
	for _, key := range own {
		v, ok := n.Get(key).Int()
		if !ok || v == 0 || key == "group" && len(o.records) > 1 || n.Get(attributes).Get(key).Kind() != jsontext.Invalid {
			continue
		}
		out = append(out, dataset.Attribute{Name: key, Value: n.Get(key).String()})
	}
	return out, isCrowd
}
