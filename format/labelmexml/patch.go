package labelmexml

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

type patcher struct {
	*set
	ctx     context.Context
	ds      *dataset.Dataset
	ix      *dataset.Index
	changes *source.KeyedChanges
	patch   *source.Patch
}

// Patch works out the edits of XML files. See [source.Patcher].
func (labelmeFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	p := &patcher{ctx: ctx, ds: ds, changes: source.KeyChanges(ds, changes), patch: &source.Patch{Root: ds.Source}}
	if len(changes) == 0 {
		return p.patch, nil
	}
	o := source.Options{}
	if ds.Root != ds.Source {
		o.Images = ds.Root
	}
	s, err := open(ds.Source, o)
	if err != nil {
		return nil, err
	}
	p.set, p.ix, p.patch.Root = s, dataset.NewIndex(ds), s.root
	paths := maps.Clone(p.changes.Dropped)
	for key := range p.changes.Objects {
		paths[key.Image] = true
	}
	for path := range p.changes.Added {
		paths[path] = true
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		i, ok := s.byPath[path]
		if !ok {
			return nil, fmt.Errorf("%s does not hold the image %s any more; it has changed since it was read, so check it again", source.Show(ds.Name), source.Show(path))
		}
		e := s.entries[i]
		switch {
		case p.changes.Dropped[path]:
			err = p.drop(e)
		case e.xml == "":
			err = fmt.Errorf("%s has no LabelMe file yet; open it in LabelMe once and save it, then objects can be added", source.Show(path))
		default:
			err = p.correct(e)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.changes.Missed(ds.Name); err != nil {
		return nil, err
	}
	slices.SortFunc(p.patch.Files, func(a, b source.FilePatch) int { return strings.Compare(a.Name, b.Name) })
	return p.patch, nil
}

// drop removes the files of an image.
func (p *patcher) drop(e entry) error {
	move := func(name string) { p.patch.Moves = append(p.patch.Moves, source.Move{From: name, Drop: true}) }
	if e.xml != "" {
		root, err := p.parse(e.xml)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(e.xml), err)
		}
		move(e.xml)
		gone := map[string]bool{}
		for _, o := range root.All("object") {
			segm := o.Child("segm")
			for folder, name := range map[string]string{"Masks": segm.Child("mask").Text(), "Scribbles": segm.Child("scribbles").Child("scribble_name").Text()} {
				if file := path.Join(path.Dir(swapped(e.xml, folder)), path.Base(name)); name != "" && p.masks[file] {
					gone[file] = true
				}
			}
		}
		for _, file := range slices.Sorted(maps.Keys(gone)) {
			move(file)
		}
	}
	if p.inside && e.found {
		move(e.path)
	}
	return nil
}

// correct edits one XML file.
func (p *patcher) correct(e entry) error {
	root, err := p.parse(e.xml)
	if err != nil {
		return fmt.Errorf("%s: %w", source.Show(e.xml), err)
	}
	var ed xmltext.Editor
	found := objects(root)
	for n, o := range found {
		key := dataset.Key{Image: e.path, Ordinal: n}
		todo := p.changes.Take(key)
		if len(todo) == 0 {
			continue
		}
		a, ok := p.ix.Annotation(key)
		if !ok || p.ds.Classes[p.ds.Annotations[a].Class] != o.Child("name").Text() || !sameBounds(p.ds.Annotations[a].Geometry, p.geometryOf(e.xml, o)) {
			return fmt.Errorf("%s line %d is not the object that was read; the file has changed since, so check it again", source.Show(e.xml), o.Line)
		}
		for _, c := range todo {
			switch c.Action {
			case dataset.SetClass:
				setLeaf(&ed, o, "name", p.ds.Classes[c.To])
			case dataset.DeleteObject:
				setLeaf(&ed, o, "deleted", "1")
			case dataset.MoveObject:
				err = move(&ed, o, c.Geometry)
			case dataset.SetAttribute:
				err = setAttribute(&ed, o, c.Attribute)
			}
			if err != nil {
				return fmt.Errorf("%s line %d: %w", source.Show(e.xml), o.Line, err)
			}
		}
	}
	if added := p.changes.Added[e.path]; len(added) > 0 {
		trees, err := p.added(root, added)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(e.xml), err)
		}
		ed.Insert(root.Inside(), trees...)
	}
	return p.patch.Edit(p.ctx, e.xml, ed.Edits(), true)
}

func sameBounds(a, b dataset.Geometry) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	p, q := a.Bounds(), b.Bounds()
	near := func(x, y float64) bool { return x == y || math.Abs(x-y) < 1e-6 || x != x && y != y }
	return near(p.X, q.X) && near(p.Y, q.Y) && near(p.W, q.W) && near(p.H, q.H)
}

// setLeaf gives a child another text, or adds it.
func setLeaf(ed *xmltext.Editor, o *xmltext.Element, name, text string) {
	if c := o.Child(name); c != nil {
		ed.SetText(c, text)
	} else {
		ed.Insert(o.Inside(), xmltext.Leaf(name, text))
	}
}

func setAttribute(ed *xmltext.Editor, o *xmltext.Element, a dataset.Attribute) error {
	if a.Value == "" || strings.TrimSpace(a.Value) != a.Value {
		return fmt.Errorf("the attribute %q cannot be %q; a value is a text without blanks around it", a.Name, a.Value)
	}
	for _, f := range facts(o) {
		if f.name == a.Name {
			ed.SetText(f.at, a.Value)
			return nil
		}
	}
	switch a.Name {
	case "occluded", "verified", "attributes":
		ed.Insert(o.Inside(), xmltext.Leaf(a.Name, a.Value))
		return nil
	}
	return fmt.Errorf("LabelMe has no attribute %q; it has occluded, verified and the free text attributes", a.Name)
}

// cornersOf are the points of a geometry that LabelMe can hold.
func cornersOf(g dataset.Geometry) (points []float64, box bool, err error) {
	switch g := g.(type) {
	case dataset.Box:
		x, y := g.X+g.W, g.Y+g.H
		return []float64{g.X, g.Y, x, g.Y, x, y, g.X, y}, true, nil
	case dataset.RotatedBox:
		return g.Corners(), false, nil
	case dataset.Polygon:
		if len(g.Parts) == 1 {
			return g.Parts[0], false, nil
		}
		return nil, false, fmt.Errorf("a polygon of LabelMe has one part, and this one has %d", len(g.Parts))
	case dataset.Mask:
		return nil, false, fmt.Errorf("a mask of LabelMe is a picture of its own; draw it in LabelMe, or give a polygon")
	}
	return nil, false, fmt.Errorf("LabelMe has no labels of whole images in its objects")
}

// move gives an object other corners; those that stay keep their spelling.
func move(ed *xmltext.Editor, o *xmltext.Element, g dataset.Geometry) error {
	points, box, err := cornersOf(g)
	if err != nil {
		return err
	}
	polygon := outline(o)
	if polygon == nil {
		return fmt.Errorf("the object is a mask, which is a picture of its own; draw it in LabelMe")
	}
	if b, ok := g.(dataset.Box); ok {
		points = likeOld(polygon, points, b)
	}
	pts := polygon.All("pt")
	if _, err := corners(polygon); err != nil { // points that are none are written anew
		for _, pt := range pts {
			ed.Remove(pt)
		}
		pts = nil
	}
	for i, pt := range pts {
		if 2*i >= len(points) {
			ed.Remove(pt)
			continue
		}
		for k, name := range [2]string{"x", "y"} {
			c := pt.Child(name)
			if old, err := strconv.ParseFloat(c.Text(), 64); err != nil || !(math.Abs(old-points[2*i+k]) < 1e-9) {
				ed.SetText(c, xmltext.Number(points[2*i+k], c.Text()))
			}
		}
	}
	if more := points[min(len(points), 2*len(pts)):]; len(more) > 0 {
		like := xmltext.Tree{Inline: true}
		if len(pts) > 0 {
			like = pts[len(pts)-1].Tree()
		}
		ed.Insert(polygon.Inside(), ptTrees(more, like)...)
	}
	switch {
	case box && !isBoxType(o):
		setLeaf(ed, o, "type", "bounding_box")
	case !box && isBoxType(o):
		ed.Remove(o.Child("type"))
	}
	return nil
}

// likeOld starts a rectangle at the corner, and turns it the way, that the old
// one has.
func likeOld(polygon *xmltext.Element, points []float64, b dataset.Box) []float64 {
	c, err := corners(polygon)
	old, ok := rectangle(c)
	if err != nil || !ok {
		return points
	}
	out := make([]float64, 8)
	for i := range 4 {
		out[2*i], out[2*i+1] = b.X, b.Y
		if c[2*i] != old.X {
			out[2*i] = b.X + b.W
		}
		if c[2*i+1] != old.Y {
			out[2*i+1] = b.Y + b.H
		}
	}
	if old.W == 0 || old.H == 0 {
		return points
	}
	return out
}

func ptTrees(points []float64, like xmltext.Tree) []xmltext.Tree {
	var out []xmltext.Tree
	sample := func(name string) string {
		if c := like.Child(name); c != nil {
			return c.Text
		}
		return ""
	}
	for i := 0; i+1 < len(points); i += 2 {
		out = append(out, xmltext.Tree{Name: "pt", Inline: like.Inline, Children: []xmltext.Tree{
			xmltext.Leaf("x", xmltext.Number(points[i], sample("x"))), xmltext.Leaf("y", xmltext.Number(points[i+1], sample("y"))),
		}})
	}
	return out
}
