package labelmexml

import (
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// added makes new objects that look like the last one with an outline.
func (p *patcher) added(root *xmltext.Element, changes []dataset.Change) ([]xmltext.Tree, error) {
	leaf := xmltext.Leaf
	like := xmltext.Tree{Name: "object", Inline: len(root.Children) > 0 && len(root.Children[0].Lead()) == 0, Children: []xmltext.Tree{
		{Name: "name"}, leaf("deleted", "0"), leaf("verified", "0"), leaf("occluded", "no"), {Name: "id"}, {Name: "polygon"},
	}}
	next := 0
	for _, o := range root.All("object") {
		if outline(o) != nil {
			like = o.Tree()
		}
		if id, err := strconv.Atoi(o.Child("id").Text()); err == nil && id >= next && id < 1<<40 {
			next = id + 1
		}
	}
	var out []xmltext.Tree
	for _, c := range changes {
		points, box, err := cornersOf(c.Geometry)
		if err != nil {
			return nil, err
		}
		out = append(out, imitate(like, p.ds.Classes[c.To], next, points, box))
		next++
	}
	return out, nil
}

// imitate makes an object with the children of another one, in their order,
// with the values that say nothing.
func imitate(like xmltext.Tree, class string, id int, points []float64, box bool) xmltext.Tree {
	out := xmltext.Tree{Name: "object", Inline: like.Inline}
	if like.Child("name") == nil {
		out.Children = append(out.Children, xmltext.Leaf("name", class))
	}
	had := map[string]bool{}
	for _, c := range like.Children {
		if had[c.Name] {
			continue
		}
		had[c.Name] = true
		empty := xmltext.Tree{Name: c.Name, Open: c.Open}
		switch c.Name {
		case "name":
			out.Children = append(out.Children, xmltext.Leaf("name", class))
		case "deleted", "verified":
			out.Children = append(out.Children, xmltext.Leaf(c.Name, "0"))
		case "occluded":
			out.Children = append(out.Children, xmltext.Leaf(c.Name, "no"))
		case "id":
			out.Children = append(out.Children, xmltext.Leaf("id", strconv.Itoa(id)))
		case "attributes":
			out.Children = append(out.Children, empty)
		case "parts":
			parts := xmltext.Tree{Name: "parts", Open: c.Open, Inline: c.Inline}
			for _, p := range c.Children {
				parts.Children = append(parts.Children, xmltext.Tree{Name: p.Name, Open: p.Open})
			}
			out.Children = append(out.Children, parts)
		case "polygon":
			if box {
				out.Children = append(out.Children, xmltext.Leaf("type", "bounding_box"))
			}
			polygon := xmltext.Tree{Name: "polygon", Inline: c.Inline && len(c.Children) > 0}
			if user := c.Child("username"); user != nil {
				polygon.Children = append(polygon.Children, xmltext.Leaf("username", user.Text))
			}
			pt := xmltext.Tree{Inline: true}
			if old := c.Child("pt"); old != nil {
				pt = *old
			}
			polygon.Children = append(polygon.Children, ptTrees(points, pt)...)
			out.Children = append(out.Children, polygon)
		}
	}
	return out
}
