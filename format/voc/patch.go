package voc

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// A patcher collects what changes.
type patcher struct {
	*listing
	ctx     context.Context
	ds      *dataset.Dataset
	ix      *dataset.Index
	changes *source.KeyedChanges
	patch   *source.Patch
	// template is an object of another file, for files without.
	template *xmltext.Tree
	searched bool
	// before and after lead from images to the flags of their classes.
	before, after map[int]map[string]string
}

// Patch works out the edits of XML files and lists. See [source.Patcher].
func (vocFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	p := &patcher{
		ctx: ctx, ds: ds, changes: source.KeyChanges(ds, changes), patch: &source.Patch{Root: ds.Source},
		before: map[int]map[string]string{}, after: map[int]map[string]string{},
	}
	if len(changes) == 0 {
		return p.patch, nil
	}
	l, err := look(ds.Source)
	if err != nil {
		return nil, err
	}
	p.patch.Root = l.root
	o := source.Options{}
	if ds.Root != l.root {
		o.Images = ds.Root
	}
	if err := l.openPictures(o); err != nil {
		return nil, err
	}
	p.listing, p.ix = l.resolve(l.filename), dataset.NewIndex(ds)

	paths := map[string]bool{}
	for key := range p.changes.Objects {
		paths[key.Image] = true
	}
	for path := range p.changes.Added {
		paths[path] = true
	}
	maps.Copy(paths, p.changes.Dropped)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		i, ok := p.byPath[path]
		if !ok {
			return nil, fmt.Errorf("%s does not hold the image %s any more; it has changed since it was read, so check it again", show(ds.Name), show(path))
		}
		switch e := p.entries[i]; {
		case p.changes.Dropped[path]:
			p.drop(e)
		case e.xml == "":
			err = p.create(i)
		default:
			err = p.correct(i)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.changes.Missed(ds.Name); err != nil {
		return nil, err
	}
	if err := p.mendLists(); err != nil {
		return nil, err
	}
	slices.SortFunc(p.patch.Files, func(a, b source.FilePatch) int { return strings.Compare(a.Name, b.Name) })
	return p.patch, nil
}

// drop removes the XML file of an image, and the picture where no list says
// what belongs to the set.
func (p *patcher) drop(e entry) {
	if e.xml != "" {
		p.patch.Moves = append(p.patch.Moves, source.Move{From: e.xml, Drop: true})
	}
	if p.inside && !p.decided && e.found {
		p.patch.Moves = append(p.patch.Moves, source.Move{From: e.path, Drop: true})
	}
}

// correct edits the XML file of entry i.
func (p *patcher) correct(i int) error {
	e := p.entries[i]
	root, err := p.parse(e.xml)
	if err != nil {
		return fmt.Errorf("%s: %w", show(e.xml), err)
	}
	var ed xmltext.Editor
	found := objects(root, func(string, string) {})
	p.before[i], p.after[i] = map[string]string{}, map[string]string{}
	for n, o := range found {
		key := dataset.Key{Image: e.path, Ordinal: n}
		class := o.Child("name").Text()
		note(p.before[i], class, o)
		deleted := false
		for _, c := range p.changes.Take(key) {
			if err := p.check(key, o, e.xml); err != nil {
				return err
			}
			switch c.Action {
			case dataset.SetClass:
				class = p.ds.Classes[c.To]
				if name := o.Child("name"); name != nil {
					ed.SetText(name, class)
				} else {
					ed.Insert(o.Inside(), xmltext.Leaf("name", class))
				}
			case dataset.MoveObject:
				box, ok := c.Geometry.(dataset.Box)
				if !ok {
					return fmt.Errorf("%s line %d: Pascal VOC has upright boxes only, so the object cannot become %s", show(e.xml), o.Line, geometryName(c.Geometry))
				}
				move(&ed, o.Child("bndbox"), box)
			case dataset.DeleteObject:
				ed.Remove(o)
				deleted = true
			case dataset.SetAttribute:
				if err := setAttribute(&ed, o, c.Attribute); err != nil {
					return fmt.Errorf("%s line %d: %w", show(e.xml), o.Line, err)
				}
			}
		}
		if !deleted {
			note(p.after[i], class, o)
		}
	}
	if added := p.changes.Added[e.path]; len(added) > 0 {
		trees, err := p.added(found, added)
		if err != nil {
			return fmt.Errorf("%s: %w", show(e.xml), err)
		}
		ed.Insert(root.Inside(), trees...)
		for _, c := range added {
			p.after[i][p.ds.Classes[c.To]] = "1"
		}
	}
	return p.patch.Edit(p.ctx, e.xml, ed.Edits(), true)
}

// note keeps what lists of a class say of an image with this object: 1, or 0
// when all of its objects are difficult.
func note(flags map[string]string, class string, o *xmltext.Element) {
	if o.Child("difficult").Text() != "1" {
		flags[class] = "1"
	} else if flags[class] == "" {
		flags[class] = "0"
	}
}

// check makes sure that the file still says what the dataset says.
func (p *patcher) check(key dataset.Key, o *xmltext.Element, xml string) error {
	if a, ok := p.ix.Annotation(key); ok {
		an := p.ds.Annotations[a]
		if p.ds.Classes[an.Class] == o.Child("name").Text() && sameBox(an.Geometry, boxOf(o)) {
			return nil
		}
	}
	return fmt.Errorf("%s line %d is not the object that was read; the file has changed since, so check it again", show(xml), o.Line)
}

func sameBox(a, b dataset.Geometry) bool {
	p, ok := a.(dataset.Box)
	q, isBox := b.(dataset.Box)
	if !ok || !isBox {
		return ok == isBox
	}
	near := func(x, y float64) bool { return x == y || math.Abs(x-y) < 1e-6 || x != x && y != y }
	return near(p.X, q.X) && near(p.Y, q.Y) && near(p.W, q.W) && near(p.H, q.H)
}

func geometryName(g dataset.Geometry) string {
	switch g.(type) {
	case dataset.RotatedBox:
		return "a rotated box"
	case dataset.Polygon:
		return "a polygon"
	case dataset.Mask:
		return "a mask"
	}
	return "a label of the whole image"
}

// move gives a bndbox other numbers; one that stays the same keeps its spelling.
func move(ed *xmltext.Editor, bndbox *xmltext.Element, b dataset.Box) {
	values := [4]float64{b.X, b.Y, tidy(b.X + b.W), tidy(b.Y + b.H)}
	var missing []xmltext.Tree
	for i, name := range sides {
		e := bndbox.Child(name)
		if e == nil {
			missing = append(missing, xmltext.Leaf(name, xmltext.Number(values[i], "")))
			continue
		}
		if old, ok := number(e.Text()); !ok || !(math.Abs(old-values[i]) < 1e-9) {
			ed.SetText(e, xmltext.Number(values[i], e.Text()))
		}
	}
	if missing != nil {
		ed.Insert(bndbox.Inside(), missing...)
	}
}

// setAttribute gives an attribute of an object another value, or adds it: the
// usual ones as an element, others in <attributes>.
func setAttribute(ed *xmltext.Editor, o *xmltext.Element, a dataset.Attribute) error {
	if a.Value == "" || strings.TrimSpace(a.Value) != a.Value || strings.TrimSpace(a.Name) != a.Name {
		return fmt.Errorf("the attribute %q cannot be %q; a value is a text without blanks around it", a.Name, a.Value)
	}
	var empty *xmltext.Element
	for _, f := range facts(o) {
		if f.name != a.Name {
			continue
		}
		if f.at.Text() != "" {
			ed.SetText(f.at, a.Value)
			return nil
		}
		if empty == nil {
			empty = f.at
		}
	}
	pair := xmltext.Tree{Name: "attribute", Children: []xmltext.Tree{xmltext.Leaf("name", a.Name), xmltext.Leaf("value", a.Value)}}
	switch {
	case empty != nil:
		ed.SetText(empty, a.Value)
	case isUsual(a.Name):
		ed.Insert(o.Inside(), xmltext.Leaf(a.Name, a.Value))
	case o.Child("attributes") != nil && (len(o.Child("attributes").Children) > 0 || o.Child("attributes").Text() == ""):
		if all := o.Child("attributes").All("attribute"); len(all) > 0 {
			pair.Inline = all[len(all)-1].Tree().Inline
		}
		ed.Insert(o.Child("attributes").Inside(), pair)
	default:
		ed.Insert(o.Inside(), xmltext.Tree{Name: "attributes", Children: []xmltext.Tree{pair}})
	}
	return nil
}

// isUsual tells the attributes that VOC has an element for.
func isUsual(name string) bool {
	return slices.Contains([]string{"pose", "truncated", "difficult", "occluded"}, name)
}

// create makes the XML file of an image that has none.
func (p *patcher) create(i int) error {
	e := p.entries[i]
	p.before[i], p.after[i] = map[string]string{}, map[string]string{}
	for _, c := range p.changes.Added[e.path] {
		p.after[i][p.ds.Classes[c.To]] = "1"
	}
	var unit, folder string
	for _, other := range p.entries {
		if other.xml == "" {
			continue
		}
		folder = path.Dir(other.xml)
		if parent, _, ok := annotationFolder(other.xml); ok {
			folder = source.Join(parent, strings.Split(strings.TrimPrefix(strings.TrimPrefix(other.xml, parent), "/"), "/")[0])
		} else if p.inside {
			folder = path.Dir(e.path)
		}
		if root, err := p.parse(other.xml); err == nil && len(root.Children) > 0 {
			unit = strings.TrimLeft(string(root.Children[0].Lead()), "\r\n")
		}
		break
	}
	if folder == "." {
		folder = ""
	}
	if unit == "" {
		unit = "\t"
	}
	w, h, err := source.SizeOf(path.Join(p.pictures.Root, e.path))
	if err != nil {
		return fmt.Errorf("%s needs an XML file for its new object, and the size of the picture cannot be read: %w", show(e.path), err)
	}
	trees, err := p.added(nil, p.changes.Added[e.path])
	if err != nil {
		return err
	}
	doc := document(e.path, w, h)
	doc.Children = append(doc.Children, trees...)
	name := source.Join(folder, strings.TrimSuffix(path.Base(e.path), path.Ext(e.path))+".xml")
	if exists(p.root, name) {
		return fmt.Errorf("%s needs an XML file for its new object, and %s is one of something else; move that away", show(e.path), show(name))
	}
	p.patch.Files = append(p.patch.Files, source.NewFile(name, []byte(doc.String(unit))))
	return nil
}
