package nucleus

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// An object is what a record says, once for each of its labels.
type object struct {
	kind   string
	labels []string
	// member is the label, or the list of labels.
	member   jsontext.Node
	geometry dataset.Geometry
}

// A kind is what is not read: one such thing, and several.
type kind struct{ one, many string }

// readObject returns what the record says, or the kind of what is not read.
func readObject(n jsontext.Node) (o *object, skip kind) {
	if n.Kind() != jsontext.Object {
		return nil, kind{"record that is no object of JSON", "records that are no objects of JSON"}
	}
	o = &object{}
	o.kind, _ = n.Get("type").Text()
	switch o.kind {
	case "box", "polygon", "category":
	case "multicategory":
		o.member = n.Get("labels")
		for _, l := range o.member.Elements() {
			o.labels = append(o.labels, l.String())
		}
		if o.member.Kind() != jsontext.Array {
			return nil, kind{"multicategory without a list of labels", "multicategories without a list of labels"}
		}
		return o, kind{}
	case "line":
		return nil, kind{"line", "lines"}
	case "keypoints":
		return nil, kind{"set of keypoints", "sets of keypoints"}
	case "cuboid":
		return nil, kind{"cuboid", "cuboids"}
	case "mask", "segmentation":
		return nil, kind{"segmentation", "segmentations"}
	case "":
		if n.Get("mask_url").Kind() != jsontext.Invalid {
			return nil, kind{"segmentation", "segmentations"}
		}
		// The client writes a type always; of older files it can be seen.
		switch g := n.Get("geometry"); {
		case g.Get("vertices").Kind() == jsontext.Array:
			o.kind = "polygon"
		case g.Get("width").Kind() == jsontext.Number:
			o.kind = "box"
		case g.Len() == 0:
			o.kind = "category"
		default:
			return nil, kind{"annotation without a type", "annotations without a type"}
		}
	default:
		return nil, kind{fmt.Sprintf("annotation of the type %q", o.kind), fmt.Sprintf("annotations of the type %q", o.kind)}
	}
	o.member = n.Get("label")
	if k := o.member.Kind(); k != jsontext.String && k != jsontext.Number || o.member.String() == "" {
		return nil, kind{"annotation without a label", "annotations without a label"}
	}
	o.labels = []string{o.member.String()}
	switch o.kind {
	case "box":
		o.geometry = readBox(n.Get("geometry"))
	case "polygon":
		o.geometry = readPolygon(n.Get("geometry").Get("vertices"))
	}
	return o, kind{}
}

var sides = [4]string{"x", "y", "width", "height"}

func readBox(n jsontext.Node) dataset.Geometry {
	var v [4]float64
	for i, key := range sides {
		f, ok := n.Get(key).Float()
		if !ok {
			return dataset.Invalid{Reason: "the geometry of the box has no number " + key}
		}
		v[i] = f
	}
	return dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
}

func readPolygon(vertices jsontext.Node) dataset.Geometry {
	if vertices.Len() == 0 {
		return dataset.Invalid{Reason: "the geometry of the polygon has no vertices"}
	}
	part := make([]float64, 0, 2*vertices.Len())
	for i, v := range vertices.Elements() {
		x, okX := v.Get("x").Float()
		y, okY := v.Get("y").Float()
		if !okX || !okY {
			return dataset.Invalid{Reason: fmt.Sprintf("vertex %d of the polygon has no numbers x and y", i+1)}
		}
		part = append(part, x, y)
	}
	return dataset.Polygon{Parts: [][]float64{part}}
}

// facts reads all but class, geometry and image of a record.
func facts(n jsontext.Node) dataset.Annotation {
	var a dataset.Annotation
	if id := n.Get("annotation_id"); id.Kind() == jsontext.String || id.Kind() == jsontext.Number {
		a.ID = id.String()
	}
	if score, ok := n.Get("confidence").Float(); ok && score == score {
		a.Score = score
	}
	if taxonomy, ok := n.Get(taxonomyName).Text(); ok {
		a.Attributes = append(a.Attributes, dataset.Attribute{Name: taxonomyName, Value: taxonomy})
	}
	a.Attributes = append(a.Attributes, scalars(n.Get("metadata"))...)
	return a
}

const taxonomyName = "taxonomy_name"

// scalars reads the members of an object that are no lists or objects.
func scalars(n jsontext.Node) (out []dataset.Attribute) {
	for k, v := range n.Members() {
		switch v.Kind() {
		case jsontext.String, jsontext.Number, jsontext.Bool:
			out = append(out, dataset.Attribute{Name: k, Value: v.String()})
		}
	}
	return out
}
