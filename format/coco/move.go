package coco

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

// errRotated says why a rotated box cannot be written.
var errRotated = errors.New("COCO has no rotated boxes; give the object an upright box or a polygon")

// move edits bbox, segmentation and area of a record. Outlined tells that it was
// read as a box whatever its segmentation says.
func move(e *jsontext.Editor, rec *record, g dataset.Geometry, outlined bool) error {
	switch g.(type) {
	case dataset.RotatedBox:
		return errRotated
	case dataset.Invalid, nil:
		return errors.New("an object cannot be moved to a place that means nothing")
	}
	old, boxed := rec.box()
	bounds := g.Bounds()
	to := [4]float64{bounds.X, bounds.Y, bounds.W, bounds.H}
	if boxed {
		for i, v := range rec.bbox.Elements() {
			e.Replace(v, jsonfiles.Spell(to[i], v))
		}
	} else if present(rec.bbox) || !present(rec.segmentation) {
		e.SetMember(rec.node, "bbox", list(to[:], jsontext.Node{}))
	}
	if rec.area.Kind() == jsontext.Number {
		e.Replace(rec.area, jsonfiles.Spell(g.Area(), rec.area))
	}
	switch g := g.(type) {
	case dataset.Box:
		switch {
		case rec.segmentation.Len() == 0:
		case outlined && boxed && rec.segmentation.Kind() == jsontext.Array:
			outline := rec.segmentation
			if outline.At(0).Kind() == jsontext.Array {
				outline = outline.At(0)
			}
			for i, v := range outline.Elements() {
				e.Replace(v, jsonfiles.Spell(corner(v, i, old, g), v))
			}
		default:
			e.Replace(rec.segmentation, []byte("[]"))
		}
	case dataset.Polygon:
		movePolygon(e, rec, g)
	case dataset.Mask:
		text := rle(g, rec.segmentation)
		if s := rec.segmentation; s.Kind() == jsontext.Object {
			// What else stands beside size and counts stays.
			n, err := jsontext.Parse(text)
			if err != nil {
				return err
			}
			for k, v := range n.Members() {
				e.SetMember(s, k, v.Raw())
			}
		} else {
			e.SetMember(rec.node, "segmentation", text)
		}
	}
	return nil
}

// corner moves a coordinate of the outline of a box: left stays left.
func corner(v jsontext.Node, i int, from, to dataset.Box) float64 {
	at, _ := v.Float()
	low, high, lower, higher := from.X, from.X+from.W, to.X, to.X+to.W
	if i%2 == 1 {
		low, high, lower, higher = from.Y, from.Y+from.H, to.Y, to.Y+to.H
	}
	if at-low < high-at {
		return lower
	}
	return higher
}

// movePolygon replaces the coordinates that differ, or the whole segmentation
// when the polygon has other corners.
func movePolygon(e *jsontext.Editor, rec *record, g dataset.Polygon) {
	s := rec.segmentation
	if s.At(0).Kind() == jsontext.Number && len(g.Parts) == 1 && s.Len() == len(g.Parts[0]) {
		for i, v := range s.Elements() {
			e.Replace(v, jsonfiles.Spell(g.Parts[0][i], v))
		}
		return
	}
	fits := s.Kind() == jsontext.Array && s.Len() == len(g.Parts)
	for i, part := range s.Elements() {
		fits = fits && part.Kind() == jsontext.Array && part.Len() == len(g.Parts[i])
	}
	if !fits {
		e.SetMember(rec.node, "segmentation", outlines(g, decimalOf(rec)))
		return
	}
	for i, part := range s.Elements() {
		for k, v := range part.Elements() {
			e.Replace(v, jsonfiles.Spell(g.Parts[i][k], v))
		}
	}
}

// decimalOf returns a coordinate of the record that is spelled with a decimal
// point, if there is one, so that new ones are spelled alike.
func decimalOf(rec *record) jsontext.Node {
	for _, lists := range []jsontext.Node{rec.segmentation.At(0), rec.bbox} {
		for _, v := range lists.Elements() {
			if v.Kind() == jsontext.Number && bytes.IndexByte(v.Raw(), '.') >= 0 {
				return v
			}
		}
	}
	return rec.bbox.At(0)
}

// list spells numbers like one of them.
func list(values []float64, like jsontext.Node) []byte {
	out := []byte{'['}
	for i, v := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, jsonfiles.Spell(v, like)...)
	}
	return append(out, ']')
}

func outlines(g dataset.Polygon, like jsontext.Node) []byte {
	var parts [][]byte
	for _, p := range g.Parts {
		parts = append(parts, list(p, like))
	}
	return fmt.Appendf(nil, "[%s]", bytes.Join(parts, []byte{','}))
}

// rle spells a mask with its run lengths as a list where like has them so, else
// compressed.
func rle(m dataset.Mask, like jsontext.Node) []byte {
	if like.Get("counts").Kind() != jsontext.Array {
		return fmt.Appendf(nil, `{"size":[%d,%d],"counts":%s}`, m.Height, m.Width, jsontext.Quote(m.EncodeRLE(), true))
	}
	out := fmt.Appendf(nil, `{"size":[%d,%d],"counts":[`, m.Height, m.Width)
	for i, n := range m.Counts {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendUint(out, uint64(n), 10)
	}
	return append(out, "]}"...)
}

// setAttribute sets a member of "attributes" or of the annotation itself,
// wherever the attribute is.
func (p *patcher) setAttribute(rec *record, a dataset.Attribute) {
	ascii := jsontext.ASCII(rec.node.Raw())
	for key, v := range rec.node.Fields() {
		if string(key) == "attributes" {
			if m := v.Get(a.Name); scalar(m) {
				p.editor.Replace(m, jsonfiles.Value(a.Value, m, ascii))
				return
			}
		} else if string(key) == a.Name && !own(key) && scalar(v) {
			p.editor.Replace(v, jsonfiles.Value(a.Value, v, ascii))
			return
		}
	}
	value := jsonfiles.Value(a.Value, jsontext.Node{}, ascii)
	if rec.attributes.Kind() == jsontext.Object {
		p.editor.SetMember(rec.attributes, a.Name, value)
		return
	}
	p.editor.SetMember(rec.node, "attributes", fmt.Appendf(nil, "{%s:%s}", jsontext.Quote(a.Name, true), value))
}
