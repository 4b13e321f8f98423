package nucleus

import (
	"errors"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

var (
	errShape = errors.New("an annotation of Nucleus is a box or a polygon of one part; give it one of these")
	errLabel = errors.New("it is a label of the whole image and has no place")
)

// move gives the annotation another place, and another type where the shape is
// of another kind.
func (o *object) move(e *jsontext.Editor, n jsontext.Node, g dataset.Geometry) error {
	if o.geometry == nil {
		return errLabel
	}
	geometry := n.Get("geometry")
	switch g := g.(type) {
	case dataset.Box:
		if o.kind == "box" && geometry.Kind() == jsontext.Object {
			for i, v := range sizes(g) {
				old := geometry.Get(sides[i])
				if text := jsonfiles.Spell(v, old); old.Kind() != jsontext.Number || string(text) != string(old.Raw()) {
					e.SetMember(geometry, sides[i], text)
				}
			}
			return nil
		}
	case dataset.Polygon:
		if len(g.Parts) != 1 {
			return errShape
		}
		vertices := geometry.Get("vertices")
		_, readable := o.geometry.(dataset.Polygon)
		if readable && o.kind == "polygon" && vertices.Len() == len(g.Parts[0])/2 {
			for k, v := range vertices.Elements() {
				for axis, key := range []string{"x", "y"} {
					old := v.Get(key)
					if text := jsonfiles.Spell(g.Parts[0][2*k+axis], old); string(text) != string(old.Raw()) {
						e.Replace(old, text)
					}
				}
			}
			return nil
		}
		if o.kind == "polygon" && geometry.Kind() == jsontext.Object {
			e.SetMember(geometry, "vertices", verticesText(g, vertices))
			return nil
		}
	default:
		return errShape
	}
	kind, text := geometryText(g, geometry)
	if o.kind != kind {
		e.SetMember(n, "type", jsontext.Quote(kind, true))
	}
	e.SetMember(n, "geometry", text)
	return nil
}

func sizes(b dataset.Box) [4]float64 { return [4]float64{b.X, b.Y, b.W, b.H} }

// geometryText spells a box or a polygon of one part, in the style of another
// geometry.
func geometryText(g dataset.Geometry, like jsontext.Node) (kind string, text []byte) {
	if p, ok := g.(dataset.Polygon); ok {
		return "polygon", fmt.Appendf(nil, `{"vertices": %s}`, verticesText(p, like.Get("vertices")))
	}
	b, _ := g.(dataset.Box)
	order := sides[:]
	var members []string
	for key := range like.Members() {
		if slices.Contains(order, key) && !slices.Contains(members, key) {
			members = append(members, key)
		}
	}
	if len(members) != len(order) {
		members = order
	}
	text = []byte{'{'}
	for i, key := range members {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = fmt.Appendf(text, `"%s": %s`, key, jsonfiles.Spell(sizes(b)[slices.Index(order, key)], like.Get(key)))
	}
	return "box", append(text, '}')
}

func verticesText(p dataset.Polygon, like jsontext.Node) []byte {
	x := like.At(0).Get("x")
	text := []byte{'['}
	for i := 0; i+1 < len(p.Parts[0]); i += 2 {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = fmt.Appendf(text, `{"x": %s, "y": %s}`, jsonfiles.Spell(p.Parts[0][i], x), jsonfiles.Spell(p.Parts[0][i+1], x))
	}
	return append(text, ']')
}
