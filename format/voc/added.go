package voc

import (
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// added makes new objects that look like the last one of the file, or of the
// first other file that has one.
func (p *patcher) added(found []*xmltext.Element, changes []dataset.Change) ([]xmltext.Tree, error) {
	var like *xmltext.Tree
	if n := len(found); n > 0 {
		t := found[n-1].Tree()
		like = &t
	} else {
		like = p.anyObject()
	}
	var out []xmltext.Tree
	for _, c := range changes {
		box, ok := c.Geometry.(dataset.Box)
		if !ok {
			return nil, fmt.Errorf("an object cannot be added as %s: Pascal VOC has upright boxes only", geometryName(c.Geometry))
		}
		out = append(out, imitate(like, p.ds.Classes[c.To], box))
	}
	return out, nil
}

// anyObject looks for an object in the files of the dataset, up to a number of
// them.
func (p *patcher) anyObject() *xmltext.Tree {
	if p.searched {
		return p.template
	}
	p.searched = true
	tried := 0
	for _, e := range p.entries {
		if e.xml == "" {
			continue
		}
		if tried++; tried > 100 {
			break
		}
		root, err := p.parse(e.xml)
		if err != nil {
			continue
		}
		if found := objects(root, func(string, string) {}); len(found) > 0 {
			t := found[len(found)-1].Tree()
			p.template = &t
			break
		}
	}
	return p.template
}

// imitate makes an object with the children of another one, in their order:
// the usual ones with the value that says nothing, all others left out.
func imitate(like *xmltext.Tree, class string, b dataset.Box) xmltext.Tree {
	values := map[string]float64{"xmin": b.X, "ymin": b.Y, "xmax": tidy(b.X + b.W), "ymax": tidy(b.Y + b.H)}
	if like == nil {
		like = &xmltext.Tree{Name: "object", Children: []xmltext.Tree{
			{Name: "name"}, {Name: "pose", Text: "Unspecified"}, {Name: "truncated", Text: "0"}, {Name: "difficult", Text: "0"}, {Name: "bndbox"},
		}}
	}
	out := xmltext.Tree{Name: "object", Inline: like.Inline}
	if like.Child("name") == nil {
		out.Children = append(out.Children, xmltext.Leaf("name", class))
	}
	had := map[string]bool{}
	for _, c := range like.Children {
		switch {
		case had[c.Name]:
		case c.Name == "name":
			out.Children = append(out.Children, xmltext.Leaf("name", class))
		case c.Name == "bndbox":
			box := xmltext.Tree{Name: "bndbox", Inline: c.Inline && len(c.Children) > 0}
			for _, name := range boxOrder(c) {
				sample := ""
				if e := c.Child(name); e != nil {
					sample = e.Text
				}
				box.Children = append(box.Children, xmltext.Leaf(name, xmltext.Number(values[name], sample)))
			}
			out.Children = append(out.Children, box)
		case isUsual(c.Name):
			text := map[string]string{"pose": "Unspecified"}[c.Name]
			if text == "" {
				text = "0"
			}
			if c.Text == "" {
				text = ""
			}
			out.Children = append(out.Children, xmltext.Tree{Name: c.Name, Text: text, Open: c.Open})
		}
		had[c.Name] = true
	}
	return out
}

// boxOrder is the order of the sides in a box, those that it lacks behind.
func boxOrder(box xmltext.Tree) []string {
	var out []string
	for _, c := range box.Children {
		if slices.Contains(sides[:], c.Name) && !slices.Contains(out, c.Name) {
			out = append(out, c.Name)
		}
	}
	for _, s := range sides {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
