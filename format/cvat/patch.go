package cvat

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// A patcher collects what changes, file by file.
type patcher struct {
	*set
	ds      *dataset.Dataset
	ix      *dataset.Index
	changes *source.KeyedChanges
	// ordinals count the annotations of images that change.
	ordinals map[string]int
	seen     map[string]bool
	// adding are the images whose objects have not been written yet.
	adding map[string]*addition
}

// An addition is where the new objects of an image go: its last element in the
// source.
type addition struct {
	file  string
	place xmltext.Insertion
	trees []xmltext.Tree
}

// A fileState is what is known of the file that is being read.
type fileState struct {
	name string
	ed   xmltext.Editor
	// templates are shapes of each kind that new ones look like.
	templates map[string]xmltext.Tree
	// labels is the place for further ones, if there is a list.
	labels  *xmltext.Insertion
	label   xmltext.Tree
	listed  []string
	used    []string
	size    *source.Edit
	stated  string
	images  int
	dropped int
}

// Patch works out the edits of the annotation files. See [source.Patcher].
func (cvatFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	s, err := open(ds.Source)
	if err != nil {
		return nil, err
	}
	out := &source.Patch{Root: s.base}
	if len(changes) == 0 {
		return out, nil
	}
	s.album = source.OpenAlbum(ds.Root)
	p := &patcher{set: s, ds: ds, ix: dataset.NewIndex(ds), changes: source.KeyChanges(ds, changes), ordinals: map[string]int{}, seen: map[string]bool{}, adding: map[string]*addition{}}
	touched := p.touched()
	states := make([]*fileState, len(s.files))
	for i, file := range s.files {
		st := &fileState{name: file, templates: map[string]xmltext.Tree{}}
		states[i] = st
		var failed error
		err := s.stream(ctx, file, func(_, e *xmltext.Element) error {
			switch e.Name {
			case "meta":
				st.meta(e)
			case "image":
				st.images++
				pic := s.picture(file, e)
				if touched[pic.path] {
					p.seen[pic.path] = true
					failed = p.image(st, pic, e)
				} else if len(p.changes.Added) > 0 {
					st.learn(e)
				}
			}
			return failed
		})
		if failed != nil || ctx.Err() != nil {
			return nil, err
		}
		// What cannot be read to its end was said when it was read; what the
		// changes need lies before.
	}
	for _, path := range slices.Sorted(maps.Keys(touched)) {
		if !p.seen[path] {
			return nil, fmt.Errorf("%s does not hold the image %s any more; it has changed since it was read, so check it again", source.Show(ds.Name), source.Show(path))
		}
	}
	if err := p.changes.Missed(ds.Name); err != nil {
		return nil, err
	}
	for _, st := range states {
		for _, path := range slices.Sorted(maps.Keys(p.adding)) {
			if a := p.adding[path]; a.file == st.name {
				st.ed.Insert(a.place, a.trees...)
			}
		}
		st.finish()
		if err := out.Edit(ctx, st.name, st.ed.Edits(), true); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *patcher) touched() map[string]bool {
	out := maps.Clone(p.changes.Dropped)
	for key := range p.changes.Objects {
		out[key.Image] = true
	}
	for path := range p.changes.Added {
		out[path] = true
	}
	return out
}

// image makes the changes of one image element.
func (p *patcher) image(st *fileState, pic picture, e *xmltext.Element) error {
	if p.changes.Dropped[pic.path] {
		st.ed.Remove(e)
		st.dropped++
		return nil
	}
	if len(p.changes.Added) > 0 {
		st.learn(e)
	}
	for _, shape := range shapes(e, func(string, string) {}) {
		key := dataset.Key{Image: pic.path, Ordinal: p.ordinals[pic.path]}
		p.ordinals[pic.path]++
		todo := p.changes.Take(key)
		if len(todo) == 0 {
			continue
		}
		if err := p.check(key, shape, pic); err != nil {
			return fmt.Errorf("%s line %d %w", source.Show(st.name), shape.Line, err)
		}
		if err := p.correct(st, pic, shape, todo); err != nil {
			return fmt.Errorf("%s line %d: %w", source.Show(st.name), shape.Line, err)
		}
	}
	if added := p.changes.Added[pic.path]; len(added) > 0 {
		a := &addition{file: st.name, place: e.Inside()}
		for _, c := range added {
			t, err := st.newShape(c.Geometry, p.ds.Classes[c.To], pic)
			if err != nil {
				return fmt.Errorf("%s line %d: %w", source.Show(st.name), e.Line, err)
			}
			a.trees = append(a.trees, t)
			st.used = append(st.used, p.ds.Classes[c.To])
		}
		p.adding[pic.path] = a
	}
	return nil
}

// correct makes the changes of one annotation.
func (p *patcher) correct(st *fileState, pic picture, shape *xmltext.Element, todo []dataset.Change) error {
	// New attributes come last: they may be the first content of an element.
	todo = slices.Clone(todo)
	slices.SortStableFunc(todo, func(a, b dataset.Change) int {
		rank := func(c dataset.Change) int {
			if c.Action == dataset.SetAttribute {
				return 1
			}
			return 0
		}
		return rank(a) - rank(b)
	})
	for _, c := range todo {
		switch c.Action {
		case dataset.SetClass:
			class := p.ds.Classes[c.To]
			st.used = append(st.used, class)
			st.ed.SetAttr(shape, "label", class)
		case dataset.MoveObject:
			kind, place, err := placeOf(c.Geometry, pic, shape)
			if err != nil {
				return err
			}
			move(&st.ed, shape, kind, place)
		case dataset.SetAttribute:
			setAttribute(&st.ed, shape, c.Attribute)
		case dataset.DeleteObject:
			st.ed.Remove(shape)
		}
	}
	return nil
}

// check makes sure that the file still says what the dataset says.
func (p *patcher) check(key dataset.Key, shape *xmltext.Element, pic picture) error {
	if a, ok := p.ix.Annotation(key); ok {
		an := p.ds.Annotations[a]
		label, _ := shape.Attr("label")
		if p.ds.Classes[an.Class] == label && sameBounds(an.Geometry, geometryOf(shape, pic.width, pic.height)) {
			return nil
		}
	}
	return fmt.Errorf("is not the object that was read; the file has changed since, so check it again")
}

func sameBounds(a, b dataset.Geometry) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	p, q := a.Bounds(), b.Bounds()
	near := func(x, y float64) bool { return x == y || math.Abs(x-y) < 1e-6 || x != x && y != y }
	return near(p.X, q.X) && near(p.Y, q.Y) && near(p.W, q.W) && near(p.H, q.H)
}

// setAttribute gives an attribute another value where it stands, or adds it.
func setAttribute(ed *xmltext.Editor, shape *xmltext.Element, a dataset.Attribute) {
	_, own := shape.Attr(a.Name)
	_, usual := saysNothing[a.Name]
	if a.Name == "label" || isPlace(a.Name) {
		own, usual = false, false
	}
	var child *xmltext.Element
	for _, c := range shape.All("attribute") {
		if name, _ := c.Attr("name"); name == a.Name && child == nil {
			child = c
		}
	}
	switch {
	case own || usual && child == nil:
		ed.SetAttr(shape, a.Name, a.Value)
	case child != nil:
		ed.SetText(child, a.Value)
	default:
		ed.Insert(shape.Inside(), xmltext.Tree{Name: "attribute", Attrs: []xmltext.Pair{{Name: "name", Value: a.Name}}, Text: a.Value})
	}
}

// meta remembers the list of labels and the number of images.
func (st *fileState) meta(meta *xmltext.Element) {
	if labels := labelsOf(meta); labels != nil {
		place := labels.Inside()
		st.labels, st.listed = &place, labelNames(labels)
		st.label = xmltext.Tree{Name: "label", Children: []xmltext.Tree{{Name: "name"}, {Name: "attributes", Open: true, Spread: true}}}
		if all := labels.All("label"); len(all) > 0 {
			st.label = all[len(all)-1].Tree()
		}
	}
	if size := meta.Child("task").Child("size"); size != nil {
		var ed xmltext.Editor
		ed.SetText(size, "0")
		if edits := ed.Edits(); len(edits) == 1 {
			st.size, st.stated = &edits[0], size.Text()
		}
	}
}

// finish adds labels that are used and not listed, and corrects the number of
// images.
func (st *fileState) finish() {
	if st.labels != nil && len(st.listed) > 0 {
		var trees []xmltext.Tree
		for _, class := range st.used {
			if slices.Contains(st.listed, class) {
				continue
			}
			st.listed = append(st.listed, class)
			t := xmltext.Tree{Name: "label", Inline: st.label.Inline}
			for _, c := range st.label.Children {
				switch c.Name {
				case "name":
					t.Children = append(t.Children, xmltext.Leaf("name", class))
				case "attributes":
					t.Children = append(t.Children, xmltext.Tree{Name: "attributes", Open: true, Spread: !st.label.Inline})
				}
			}
			trees = append(trees, t)
		}
		if trees != nil {
			st.ed.Insert(*st.labels, trees...)
		}
	}
	if st.size != nil && st.dropped > 0 && st.stated == strconv.Itoa(st.images) {
		st.ed.Add(source.Edit{Offset: st.size.Offset, Old: st.size.Old, New: []byte(strconv.Itoa(st.images - st.dropped))})
	}
}
