package coco

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// target is an image that changes.
type target struct {
	path    string
	dropped bool
	added   []dataset.Change
	// seen counts its annotations that were met.
	seen int
	// file is the first one that lists it, or -1; id is how it spells the id.
	file int
	id   []byte
}

// categories are the classes as one file defines them.
type categories struct {
	// ids are the ids by the names of classes, as they are spelled.
	ids map[string][]byte
	// names are the names by the texts of ids.
	names map[string]string
}

func newCategories() *categories {
	return &categories{ids: map[string][]byte{}, names: map[string]string{}}
}

func (c *categories) add(n jsontext.Node) {
	id := n.Get("id")
	if !scalar(id) {
		return
	}
	text := idText(id)
	name, ok := n.Get("name").Text()
	if !ok || name == "" {
		name = text
	}
	if _, known := c.names[text]; known {
		return
	}
	c.names[text] = name
	if _, known := c.ids[name]; !known {
		c.ids[name] = bytes.Clone(id.Raw())
	}
}

// patcher works out the edits of the files of one source.
type patcher struct {
	ds      *dataset.Dataset
	base    string
	files   []file
	keyed   *source.KeyedChanges
	targets map[string]*target
	// Of the file that is worked on:
	index    int
	classes  *categories
	ints     map[int64]*target
	texts    map[string]*target
	dropped  map[int]bool // numbers of image records that go
	highest  int64        // annotation id
	examples [4][]byte    // the first record of each kind of geometry
	editor   *jsontext.Editor
}

func newPatcher(ds *dataset.Dataset, base string, files []file, changes []dataset.Change) *patcher {
	p := &patcher{ds: ds, base: base, files: files, keyed: source.KeyChanges(ds, changes), targets: map[string]*target{}}
	for _, c := range changes {
		name := ds.Images[c.Image].Path
		if p.targets[name] == nil {
			p.targets[name] = &target{path: name, dropped: p.keyed.Dropped[name], added: p.keyed.Added[name], file: -1}
		}
	}
	return p
}

// Patch works out the edits of the files that the changes touch.
func (instancesFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	abs, peek, err := look(ds.Source)
	if err != nil {
		return nil, err
	}
	base := abs
	if !peek.Dir {
		base = filepath.Dir(abs)
	}
	out := &source.Patch{Root: base}
	if len(changes) == 0 {
		return out, nil
	}
	files, _ := choose(discover(peek), instances)
	if len(files) == 0 && !peek.Dir {
		files = []file{{name: filepath.Base(abs), split: source.SplitOf(filepath.Base(abs)), what: instances}}
	}
	p := newPatcher(ds, base, files, changes)
	paths := resolvers(source.OpenAlbum(ds.Root), base, files)
	for i, f := range files {
		edited, err := p.file(ctx, i, paths[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(f.name), err)
		}
		if edited != nil {
			out.Files = append(out.Files, *edited)
		}
	}
	slices.SortFunc(out.Files, func(a, b source.FilePatch) int { return cmp.Compare(a.Name, b.Name) })
	return out, p.missed()
}

// missed returns an error that names what was not found.
func (p *patcher) missed() error {
	for name, t := range p.targets {
		if t.file < 0 {
			return fmt.Errorf("%s does not list the image %s any more; it has changed since it was read, so check it again", source.Show(p.ds.Name), source.Show(name))
		}
	}
	return p.keyed.Missed(p.ds.Name)
}

var errEnough = errors.New("all that is needed was read")

// survey notes the classes of a file and which of its image records are those
// that change. It reads no further than it has to.
func (p *patcher) survey(ctx context.Context, paths *resolver) error {
	p.classes = newCategories()
	p.ints, p.texts, p.dropped = map[int64]*target{}, map[string]*target{}, map[int]bool{}
	count := 0
	ids := newNumbering(&count)
	ended := map[string]bool{}
	err := p.stream(ctx, jsontext.Handler{
		Element: func(key string, i int, n jsontext.Node) error {
			switch key {
			case "categories":
				p.classes.add(n)
			case "images":
				p.image(i, n, ids, paths)
			}
			return nil
		},
		End: func(key string, _ int64) error {
			if ended[key] = true; ended["images"] && ended["categories"] {
				return errEnough
			}
			return nil
		},
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (p *patcher) image(i int, n jsontext.Node, ids *numbering, paths *resolver) {
	name := imageName(n)
	if n.Kind() != jsontext.Object || name == "" {
		return
	}
	id := n.Get("id")
	first := false
	if scalar(id) {
		_, first = ids.number(id)
	}
	where, _ := paths.path(name, p.files[p.index].split)
	t := p.targets[where]
	if t == nil {
		return
	}
	if t.file < 0 {
		t.file, t.id = p.index, bytes.Clone(id.Raw())
	}
	if t.dropped {
		p.dropped[i] = true
	}
	if first {
		p.aim(id, t)
	}
}

// aim notes that annotations with the image id speak of t.
func (p *patcher) aim(id jsontext.Node, t *target) {
	v, ok := id.Int()
	if !ok {
		v, ok = canonical(idText(id))
	}
	if ok {
		p.ints[v] = t
	} else {
		p.texts[idText(id)] = t
	}
}

// aimed returns the image that changes which an image id means, or nil.
func (p *patcher) aimed(id jsontext.Node) *target {
	v, ok := id.Int()
	if !ok {
		text := idText(id)
		if v, ok = canonical(text); !ok {
			return p.texts[text]
		}
	}
	return p.ints[v]
}

func (p *patcher) stream(ctx context.Context, h jsontext.Handler) error {
	f, err := os.Open(filepath.Join(p.base, filepath.FromSlash(p.files[p.index].name)))
	if err != nil {
		return err
	}
	defer f.Close()
	return jsontext.Stream(ctx, f, h)
}

// file works out the edits of one file; nil when there are none.
func (p *patcher) file(ctx context.Context, index int, paths *resolver) (*source.FilePatch, error) {
	p.index = index
	if err := p.survey(ctx, paths); err != nil {
		return nil, err
	}
	added := 0
	for _, t := range p.targets {
		if t.file == index {
			added += len(t.added)
		}
	}
	if len(p.ints)+len(p.texts)+len(p.dropped)+added == 0 {
		return nil, nil
	}
	return p.edit(ctx, "annotations", added > 0)
}

// edit streams the file and collects its edits. List is the key of the list of
// annotations; with add, the objects that are new are appended to it.
func (p *patcher) edit(ctx context.Context, list string, add bool) (*source.FilePatch, error) {
	p.editor, p.highest, p.examples = jsontext.NewEditor(), 0, [4][]byte{}
	lists := map[string]*jsontext.ArrayEditor{}
	var indent []byte
	err := p.stream(ctx, jsontext.Handler{
		Indent: func(_ string, of []byte) { indent = bytes.Clone(of) },
		Begin: func(key string, offset int64) error {
			lists[key] = p.editor.Array(offset)
			lists[key].Indent(indent)
			indent = nil
			return nil
		},
		Element: func(key string, i int, n jsontext.Node) error {
			var keep bool
			switch key {
			case list:
				var err error
				if keep, err = p.annotation(n); err != nil {
					return err
				}
			case "images":
				keep = !p.dropped[i]
			default:
				return nil
			}
			if keep {
				lists[key].Keep(n)
			} else {
				lists[key].Remove(n)
			}
			return nil
		},
		End: func(key string, offset int64) error {
			if key == list && add {
				add = false
				if err := p.add(lists[key]); err != nil {
					return err
				}
			}
			if key == list || key == "images" {
				lists[key].End(offset)
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	if add {
		return nil, fmt.Errorf("there is no list %s that objects could be added to; add \"annotations\": [] to the file first", list)
	}
	edits := p.editor.Edits()
	if len(edits) == 0 {
		return nil, nil
	}
	return source.EditFile(ctx, p.base, p.files[p.index].name, edits, true)
}

// annotation makes the changes of one record; it returns whether it stays.
func (p *patcher) annotation(n jsontext.Node) (keep bool, err error) {
	rec := recordOf(n)
	if id, ok := rec.id.Int(); ok {
		p.highest = max(p.highest, id)
	} else if id, ok := canonical(idText(rec.id)); ok {
		p.highest = max(p.highest, id)
	}
	if rec.refusal() != "" {
		return true, nil
	}
	p.example(&rec)
	t := p.aimed(rec.image)
	if t == nil {
		return true, nil
	}
	key := dataset.Key{Image: t.path, Ordinal: t.seen}
	t.seen++
	if t.dropped {
		return false, nil
	}
	for _, c := range p.keyed.Take(key) {
		if err := p.same(&rec, c); err != nil {
			return false, err
		}
		if c.Action == dataset.DeleteObject {
			return false, nil
		}
		if err := p.change(&rec, c); err != nil {
			return false, err
		}
	}
	return true, nil
}

// same makes sure that a record says what the dataset says.
func (p *patcher) same(rec *record, c dataset.Change) error {
	a := &p.ds.Annotations[c.Annotation]
	class, defined := p.classes.names[idText(rec.category)]
	g := rec.geometry()
	equal := g == nil && a.Geometry == nil
	if g != nil && a.Geometry != nil {
		equal = sameBox(g.Bounds(), a.Geometry.Bounds())
	}
	if idText(rec.id) != a.ID || defined && class != p.ds.Classes[a.Class] || !equal {
		return fmt.Errorf("the annotation %s of %s is another one now; the file has changed since it was read, so check it again", source.Show(a.ID), source.Show(p.ds.Images[a.Image].Path))
	}
	return nil
}

func sameBox(a, b dataset.Box) bool {
	same := func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }
	return same(a.X, b.X) && same(a.Y, b.Y) && same(a.W, b.W) && same(a.H, b.H)
}

// categoryID returns how the file spells the id of a class.
func (p *patcher) categoryID(class int) ([]byte, error) {
	name := p.ds.Classes[class]
	if id, ok := p.classes.ids[name]; ok {
		return id, nil
	}
	return nil, fmt.Errorf("its categories do not list the class %q; add it there first, with an id of its own", name)
}

// change makes one change of a record that stays.
func (p *patcher) change(rec *record, c dataset.Change) error {
	switch c.Action {
	case dataset.SetClass:
		id, err := p.categoryID(c.To)
		if err != nil {
			return err
		}
		if rec.category.Kind() == jsontext.Invalid {
			p.editor.SetMember(rec.node, "category_id", id)
		} else {
			p.editor.Replace(rec.category, id)
		}
		return nil
	case dataset.SetAttribute:
		p.setAttribute(rec, c.Attribute)
		return nil
	case dataset.MoveObject:
		_, outlined := p.ds.Annotations[c.Annotation].Geometry.(dataset.Box)
		return move(p.editor, rec, c.Geometry, outlined)
	}
	return fmt.Errorf("the action %q is not known", c.Action)
}
