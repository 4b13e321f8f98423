package coco

import (
	"bytes"
	"fmt"
	"math"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// record is an annotation in a file by its members.
type record struct {
	node                                                                    jsontext.Node
	id, image, category, bbox, segmentation, area, crowd, score, attributes jsontext.Node
	caption, keypoints, segments                                            bool
	// others counts further members that are scalars.
	others int
}

func recordOf(n jsontext.Node) record {
	r := record{node: n}
	var image, category jsontext.Node
	for key, v := range n.Fields() {
		switch string(key) {
		case "id":
			r.id = v
		case "image_id":
			r.image = v
		case "category_id":
			r.category = v
		case "bbox":
			r.bbox = v
		case "segmentation":
			r.segmentation = v
		case "area":
			r.area = v
		case "iscrowd":
			r.crowd = v
		case "score":
			r.score = v
		case "attributes":
			r.attributes = v
		case "caption":
			r.caption = true
		case "keypoints":
			r.keypoints = true
		case "segments_info":
			r.segments = true
		case "image":
			image = v
		case "category":
			category = v
		default:
			if scalar(v) && string(key) != "num_keypoints" {
				r.others++
			}
		}
	}
	// The short names are those of some detectors' results.
	if r.image.Kind() == jsontext.Invalid && r.category.Kind() == jsontext.Invalid {
		r.image, r.category = image, category
	} else if scalar(image) || scalar(category) {
		r.others++
	}
	return r
}

// own reports whether a member of an annotation is COCO's own, so that it is no
// attribute.
func own(key []byte) bool {
	switch string(key) {
	case "id", "image_id", "category_id", "bbox", "segmentation", "area", "iscrowd", "score", "caption", "keypoints", "num_keypoints", "segments_info", "attributes":
		return true
	}
	return false
}

func scalar(v jsontext.Node) bool {
	k := v.Kind()
	return k == jsontext.String || k == jsontext.Number || k == jsontext.Bool
}

// present reports whether a member is there and not null.
func present(v jsontext.Node) bool { return v.Kind() != jsontext.Invalid && v.Kind() != jsontext.Null }

// refusal says why a record is no annotation of the dataset; it is empty for
// one that is.
func (r *record) refusal() string {
	switch {
	case r.node.Kind() != jsontext.Object:
		return "is no object"
	case r.segments:
		return "belongs to a panoptic file"
	case r.caption && !present(r.bbox) && !present(r.segmentation):
		return caption
	case !scalar(r.image):
		return "has no image_id"
	}
	return ""
}

const caption = "is a caption"

// numbers reads a list of exactly len(into) numbers.
func numbers(n jsontext.Node, into []float64) bool {
	count := 0
	for i, v := range n.Elements() {
		f, ok := v.Float()
		if !ok || i >= len(into) {
			return false
		}
		into[i] = f
		count++
	}
	return count == len(into)
}

// box returns what bbox says; ok is false when that is no box.
func (r *record) box() (box dataset.Box, ok bool) {
	var v [4]float64
	ok = numbers(r.bbox, v[:])
	return dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}, ok
}

// geometry returns where the object is, nil for a label of the whole image.
func (r *record) geometry() dataset.Geometry {
	box, boxed := r.box()
	if !boxed {
		box = dataset.Box{}
	}
	switch r.segmentation.Kind() {
	case jsontext.Array:
		if r.segmentation.At(0).Kind() != jsontext.Invalid {
			return r.polygon(box)
		}
	case jsontext.Object:
		return r.mask(box)
	case jsontext.Invalid, jsontext.Null:
		if !present(r.bbox) {
			return nil
		}
	default:
		return dataset.Invalid{Reason: "its segmentation is neither a list of numbers nor run lengths", Stated: box}
	}
	switch {
	case boxed:
		return box
	case present(r.bbox):
		return dataset.Invalid{Reason: "its bbox is no list of four numbers"}
	}
	return dataset.Invalid{Reason: "its segmentation is empty and it has no bbox"}
}

// polygon reads the parts of a segmentation that is a list.
func (r *record) polygon(box dataset.Box) dataset.Geometry {
	broken := func(what string) dataset.Geometry {
		return dataset.Invalid{Reason: "a part of its segmentation " + what, Stated: box}
	}
	var parts [][]float64
	read := func(n jsontext.Node) (dataset.Geometry, bool) {
		count := n.Len()
		if count%2 == 1 {
			return broken("has an odd number of coordinates"), false
		}
		part := make([]float64, count)
		if !numbers(n, part) {
			return broken("is no list of numbers"), false
		}
		parts = append(parts, part)
		return nil, true
	}
	if r.segmentation.At(0).Kind() == jsontext.Number {
		if g, ok := read(r.segmentation); !ok {
			return g
		}
	} else {
		for _, n := range r.segmentation.Elements() {
			if n.Kind() != jsontext.Array {
				return broken("is no list of numbers")
			}
			if g, ok := read(n); !ok {
				return g
			}
		}
	}
	return dataset.Polygon{Parts: parts, Stated: box}
}

// isRectangle reports whether a polygon is the outline of the box that is
// stated beside it, from any corner in either direction.
func isRectangle(p dataset.Polygon) bool {
	box := p.Stated
	if len(p.Parts) != 1 || len(p.Parts[0]) != 8 || !(box.W > 0 && box.H > 0) {
		return false
	}
	part := p.Parts[0]
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6 }
	for i := range 4 {
		x, y := part[2*i], part[2*i+1]
		left, top := near(x, box.X), near(y, box.Y)
		if !left && !near(x, box.X+box.W) || !top && !near(y, box.Y+box.H) {
			return false
		}
		// Each step changes exactly one of the coordinates.
		nx, ny := part[(2*i+2)%8], part[(2*i+3)%8]
		if near(x, nx) == near(y, ny) {
			return false
		}
		// And not back to where the one before came from.
		if near(x, part[(2*i+4)%8]) || near(y, part[(2*i+5)%8]) {
			return false
		}
	}
	return true
}

// mask reads the run lengths of a segmentation.
func (r *record) mask(box dataset.Box) dataset.Geometry {
	broken := func(format string, args ...any) dataset.Geometry {
		return dataset.Invalid{Reason: "its run lengths cannot be read: " + fmt.Sprintf(format, args...), Stated: box}
	}
	h, tall := r.segmentation.Get("size").At(0).Int()
	w, wide := r.segmentation.Get("size").At(1).Int()
	if !tall || !wide || h < 0 || w < 0 || h > 1<<20 || w > 1<<20 {
		return broken("their size is no list of height and width")
	}
	counts := r.segmentation.Get("counts")
	switch counts.Kind() {
	case jsontext.String:
		s, _ := counts.Text()
		m, err := dataset.DecodeRLE(s, int(w), int(h))
		if err != nil {
			return broken("%v", err)
		}
		m.Stated = box
		return m
	case jsontext.Array:
		m := dataset.Mask{Width: int(w), Height: int(h), Counts: make([]uint32, 0, counts.Len()), Stated: box}
		for _, v := range counts.Elements() {
			n, ok := v.Int()
			if !ok || n < 0 || n > dataset.MaxMaskPixels {
				return broken("%s is no length", bytes.TrimSpace(v.Raw()[:min(len(v.Raw()), 40)]))
			}
			m.Counts = append(m.Counts, uint32(n))
		}
		if err := m.Check(); err != nil {
			return broken("%v", err)
		}
		return m
	}
	return broken("there is no list or text of counts")
}

// crowded reads iscrowd, which is 1 or true.
func (r *record) crowded() bool {
	if b, ok := r.crowd.Bool(); ok {
		return b
	}
	v, ok := r.crowd.Int()
	return ok && v != 0
}

// idText spells an id: 7, 7.0 and "7" are the same.
func idText(n jsontext.Node) string {
	if n.Kind() == jsontext.Number {
		if raw := n.Raw(); whole(raw) {
			return string(raw)
		}
		if v, ok := n.Int(); ok {
			return fmt.Sprint(v)
		}
	}
	if !scalar(n) {
		return ""
	}
	return n.String()
}

// whole reports whether a number is spelled with digits only.
func whole(raw []byte) bool {
	for i, c := range raw {
		if c-'0' > 9 && (c != '-' || i > 0) {
			return false
		}
	}
	return true
}
