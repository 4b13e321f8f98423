package scalabel

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

var (
	null = []byte("null")

	errLines = errors.New("its poly2d has lines that are not closed, which an outline or a mask would take the place of; take the lines out of the label first")
	errParts = errors.New("in files of the first release of BDD100K an outline has one part")
	errShape = errors.New("a label of Scalabel is a box, a polygon or a mask; give it one of these")
)

// move gives the label another place: the members that say where it is change,
// those that follow from them as well, and what has to go becomes null.
func (l *label) move(e *jsontext.Editor, g dataset.Geometry) error {
	_, isBox := g.(dataset.Box)
	if l.open > 0 && (!isBox || l.closed > 0) {
		return errLines
	}
	var bounds dataset.Box
	switch g := g.(type) {
	case dataset.Box:
		if l.open == 0 {
			e.Replace(l.poly, null)
		}
		e.Replace(l.rle, null)
		if l.box.Kind() != jsontext.Object {
			e.SetMember(l.node, "box2d", boxText(g, jsontext.Node{}))
			return nil
		}
		bounds = g
	case dataset.Polygon:
		if len(g.Parts) == 0 {
			return errors.New("the new outline has no corners")
		}
		if l.first && len(g.Parts) > 1 {
			return errParts
		}
		l.movePoly(e, g)
		if l.rle.Kind() != jsontext.Invalid {
			if w, h, ok := rleSize(l.rle); ok {
				l.moveMask(e, g.Mask(w, h))
			} else {
				e.Replace(l.rle, null)
			}
		}
		bounds = dataset.Polygon{Parts: g.Parts}.Bounds()
	case dataset.Mask:
		e.Replace(l.poly, null)
		l.moveMask(e, g)
		g.Stated = dataset.Box{}
		bounds = g.Bounds()
	default:
		return errShape
	}
	if l.box.Kind() == jsontext.Object {
		moveBox(e, l.box, bounds)
	}
	return nil
}

func moveBox(e *jsontext.Editor, box jsontext.Node, g dataset.Box) {
	for i, v := range ends(g) {
		n := box.Get(corners[i])
		if text := jsonfiles.Spell(v, n); n.Kind() != jsontext.Number || string(text) != string(n.Raw()) {
			e.SetMember(box, corners[i], text)
		}
	}
}

func ends(b dataset.Box) [4]float64 { return [4]float64{b.X, b.Y, b.X + b.W, b.Y + b.H} }

// movePoly changes the coordinates one by one where the corners stay as many,
// and writes the outline anew where they do not or where there are curves.
func (l *label) movePoly(e *jsontext.Editor, g dataset.Polygon) {
	old, ok := l.geometry.(dataset.Polygon)
	same := func(a, b []float64) bool { return len(a) == len(b) }
	if !ok || l.curved || !slices.EqualFunc(old.Parts, g.Parts, same) {
		e.SetMember(l.node, "poly2d", polyText(g, l.first, l.poly))
		return
	}
	for i, part := range g.Parts {
		vertices := l.poly
		if !l.first {
			vertices = l.poly.At(i).Get("vertices")
		}
		for k, v := range vertices.Elements() {
			for axis := range 2 {
				n := v.At(axis)
				if text := jsonfiles.Spell(part[2*k+axis], n); string(text) != string(n.Raw()) {
					e.Replace(n, text)
				}
			}
		}
	}
}

func (l *label) moveMask(e *jsontext.Editor, m dataset.Mask) {
	w, h, ok := rleSize(l.rle)
	if !ok || w != m.Width || h != m.Height {
		e.SetMember(l.node, "rle", maskText(m))
		return
	}
	counts := l.rle.Get("counts")
	if counts.Kind() == jsontext.Array {
		list := make([]string, len(m.Counts))
		for i, n := range m.Counts {
			list[i] = fmt.Sprint(n)
		}
		e.Replace(counts, []byte("["+strings.Join(list, ", ")+"]"))
		return
	}
	e.SetMember(l.rle, "counts", jsontext.Quote(m.EncodeRLE(), true))
}

func rleSize(rle jsontext.Node) (w, h int, ok bool) {
	x, okX := rle.Get("size").At(1).Int()
	y, okY := rle.Get("size").At(0).Int()
	ok = okX && okY && x > 0 && y > 0 && x <= maxSide && y <= maxSide && x*y <= dataset.MaxMaskPixels
	return int(x), int(y), ok
}

// boxText spells a box2d in the order and style of another one.
func boxText(b dataset.Box, like jsontext.Node) []byte {
	order := slices.Clone(corners[:])
	i := 0
	for key := range like.Members() {
		if k := slices.Index(order, key); k >= i {
			order[i], order[k] = order[k], order[i]
			i++
		}
	}
	out := []byte{'{'}
	for i, key := range order {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(append(append(out, '"'), key...), `": `...)
		out = append(out, jsonfiles.Spell(ends(b)[slices.Index(corners[:], key)], like.Get(key))...)
	}
	return append(out, '}')
}

// polyText spells a poly2d; like is another one, whose numbers show the style.
func polyText(g dataset.Polygon, first bool, like jsontext.Node) []byte {
	for like.Kind() == jsontext.Array && like.Len() > 0 || like.Kind() == jsontext.Object {
		if like.Kind() == jsontext.Object {
			like = like.Get("vertices")
		} else {
			like = like.At(0)
		}
	}
	var out []byte
	for i, part := range g.Parts {
		if i > 0 && !first {
			out = append(out, ", "...)
		}
		if !first {
			out = append(out, `{"vertices": [`...)
		}
		for k := 0; k+1 < len(part); k += 2 {
			if k > 0 || first && i > 0 {
				out = append(out, ", "...)
			}
			out = append(append(out, '['), jsonfiles.Spell(part[k], like)...)
			out = append(append(out, ", "...), jsonfiles.Spell(part[k+1], like)...)
			if first {
				out = append(out, `, "L"`...)
			}
			out = append(out, ']')
		}
		if !first {
			out = append(append(out, `], "types": "`...), strings.Repeat("L", len(part)/2)...)
			out = append(out, `", "closed": true}`...)
		}
	}
	return append(append([]byte{'['}, out...), ']')
}

func maskText(m dataset.Mask) []byte {
	return fmt.Appendf(nil, `{"counts": %s, "size": [%d, %d]}`, jsontext.Quote(m.EncodeRLE(), true), m.Height, m.Width)
}
