package scalabel

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// note learns from the id of a label.
func (s *survey) note(id jsontext.Node) {
	text := id.String()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= 1<<53 {
		return
	}
	s.id = max(s.id, n)
	if len(text) > 1 && text[0] == '0' {
		s.digits = max(s.digits, len(text))
	}
}

// next returns an id that no label has, in any of the files: labels of the same
// id in several frames are one object that moves.
func (s *survey) next() string {
	s.id++
	return fmt.Sprintf("%0*d", s.digits, s.id)
}

// newLabel spells a label that has the members of another one, in their order.
func (p *patcher) newLabel(g dataset.Geometry, class string, like jsontext.Node, f *frame) ([]byte, error) {
	if g == nil {
		return nil, errors.New("there are no labels of whole images in Scalabel")
	}
	ascii := jsontext.ASCII(f.node.Raw())
	values := map[string][]byte{"category": jsontext.Quote(class, ascii)}
	id := p.survey.next()
	if like.Get("id").Kind() == jsontext.Number {
		values["id"] = []byte(strconv.FormatInt(p.survey.id, 10))
	} else {
		values["id"] = jsontext.Quote(id, true)
	}
	order := []string{"id", "category"}
	shape := func(key string, text []byte) {
		values[key] = text
		order = append(order, key)
	}
	box := present(like, "box2d")
	switch g := g.(type) {
	case dataset.Box:
		shape("box2d", boxText(g, box))
	case dataset.Polygon:
		if len(g.Parts) == 0 {
			return nil, errors.New("the outline has no corners")
		}
		if f.key == "objects" && len(g.Parts) > 1 {
			return nil, errParts
		}
		poly := present(like, "poly2d")
		if box.Kind() == jsontext.Object && poly.Kind() == jsontext.Array {
			shape("box2d", boxText(dataset.Polygon{Parts: g.Parts}.Bounds(), box))
		}
		shape("poly2d", polyText(g, f.key == "objects", poly))
	case dataset.Mask:
		if box.Kind() == jsontext.Object && present(like, "rle").Kind() == jsontext.Object {
			shape("box2d", boxText(dataset.Mask{Width: g.Width, Height: g.Height, Counts: g.Counts}.Bounds(), box))
		}
		shape("rle", maskText(g))
	default:
		return nil, errShape
	}
	var out []byte
	put := func(key string, value []byte) {
		if len(out) > 0 {
			out = append(out, ", "...)
		}
		out = append(append(append(out, jsontext.Quote(key, true)...), ": "...), value...)
	}
	for key, v := range like.Members() {
		if value := values[key]; value != nil {
			put(key, value)
			delete(values, key)
			continue
		}
		switch {
		case v.Kind() == jsontext.Null || key == "box3d" || key == "poly2d" || key == "box2d" || key == "rle" || key == "graph":
			put(key, null)
		case key == "attributes":
			put(key, []byte("{}"))
		case key == "manualShape":
			put(key, []byte("true"))
		}
	}
	for _, key := range order {
		if value := values[key]; value != nil {
			put(key, value)
		}
	}
	return append(append([]byte{'{'}, out...), '}'), nil
}
