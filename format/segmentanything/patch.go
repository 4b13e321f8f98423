package segmentanything

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

var (
	errMask  = errors.New("an object of Segment Anything is a mask; give it one")
	errClass = errors.New("masks of Segment Anything have no classes; convert the dataset to a format that has some")
)

// Patch implements [source.Patcher]. Masks can be moved, added and deleted, and
// attributes set; classes there are none. The file of a dropped picture leaves.
func (saFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	set, err := jsonfiles.Reopen(ds, ours, extension)
	if err != nil {
		return nil, err
	}
	patch := &source.Patch{Root: set.Base}
	if len(changes) == 0 {
		return patch, nil
	}
	p := &patcher{keyed: source.KeyChanges(ds, changes), ordinals: map[string]int{}, done: map[string]bool{}, next: -1, last: map[string]string{}}
	// Identities are numbered through all files, so a new one comes after all.
	if len(p.keyed.Added) > 0 {
		for _, file := range set.Files {
			if n, err := parse(at(set, file)); err == nil {
				p.note(n)
				name, _ := n.Get("image").Get("file_name").Text()
				p.last[set.Beside(file, name)] = file
			}
		}
	}
	for _, file := range set.Files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n, err := parse(at(set, file))
		if err != nil {
			continue // it was left out when the dataset was read
		}
		name, _ := n.Get("image").Get("file_name").Text()
		path := set.Beside(file, name)
		e := jsontext.NewEditor()
		if err := p.picture(e, n, file, path); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(file), err)
		}
		if p.keyed.Dropped[path] {
			p.done[path] = true
			patch.Moves = append(patch.Moves, source.Move{From: file, To: file, Drop: true})
			continue
		}
		if err := patch.Edit(ctx, file, e.Edits(), true); err != nil {
			return nil, err
		}
	}
	if err := p.keyed.Missed(filepath.Base(ds.Source)); err != nil {
		return nil, err
	}
	for _, im := range ds.Images {
		if wanted := p.keyed.Added[im.Path] != nil || p.keyed.Dropped[im.Path]; wanted && !p.done[im.Path] {
			return nil, fmt.Errorf("%s has no file of %s any more; it has changed since it was read, so check it again", source.Show(filepath.Base(ds.Source)), source.Show(im.Path))
		}
	}
	return patch, nil
}

type patcher struct {
	keyed    *source.KeyedChanges
	ordinals map[string]int
	done     map[string]bool // images that were added to or dropped
	// next is the largest identity that is a number, last the last file of each
	// picture, which gets new masks.
	next int64
	last map[string]string
}

func (p *patcher) note(n jsontext.Node) {
	for _, a := range n.Get("annotations").Elements() {
		if id, err := strconv.ParseInt(a.Get("id").String(), 10, 64); err == nil && id < 1<<53 {
			p.next = max(p.next, id)
		}
	}
}

func (p *patcher) picture(e *jsontext.Editor, n jsontext.Node, file, path string) error {
	list := n.Get("annotations")
	var like jsontext.Node
	for i, v := range list.Elements() {
		if v.Kind() != jsontext.Object {
			continue
		}
		like = v
		key := dataset.Key{Image: path, Ordinal: p.ordinals[path]}
		p.ordinals[path]++
		for _, c := range p.keyed.Take(key) {
			var err error
			switch c.Action {
			case dataset.DeleteObject:
				e.Remove(list, i)
			case dataset.MoveObject:
				err = move(e, v, c.Geometry)
			case dataset.SetAttribute:
				err = setAttribute(e, v, c.Attribute)
			default:
				err = errClass
			}
			if err != nil {
				return fmt.Errorf("annotation %d of %s: %w", i+1, source.Show(path), err)
			}
		}
	}
	add := p.keyed.Added[path]
	if len(add) == 0 || p.last[path] != file {
		return nil
	}
	p.done[path] = true
	var texts []byte
	for _, c := range add {
		m, ok := c.Geometry.(dataset.Mask)
		if !ok {
			return fmt.Errorf("an object cannot be added to %s: %w", source.Show(path), errMask)
		}
		p.next++
		text := newAnnotation(p.next, m, like)
		if list.Kind() == jsontext.Array {
			e.Append(list, text)
			continue
		}
		if texts != nil {
			texts = append(texts, ", "...)
		}
		texts = append(texts, text...)
	}
	if texts != nil {
		e.SetMember(n, "annotations", fmt.Appendf(nil, "[%s]", texts))
	}
	return nil
}

func setAttribute(e *jsontext.Editor, n jsontext.Node, a dataset.Attribute) error {
	old := n.Get(a.Name)
	if facts[a.Name] || old.Kind() == jsontext.Object || old.Kind() == jsontext.Array {
		return fmt.Errorf("%s is no attribute", a.Name)
	}
	e.SetMember(n, a.Name, jsonfiles.Value(a.Value, old, jsontext.ASCII(n.Raw())))
	return nil
}

// move gives the annotation another mask, with the box and the area of it.
func move(e *jsontext.Editor, n jsontext.Node, g dataset.Geometry) error {
	m, ok := g.(dataset.Mask)
	if !ok {
		return errMask
	}
	s := n.Get("segmentation")
	if w, h, ok := size(s); ok && w == m.Width && h == m.Height {
		e.SetMember(s, "counts", jsontext.Quote(m.EncodeRLE(), true))
	} else {
		e.SetMember(n, "segmentation", segmentationText(m))
	}
	area := n.Get("area")
	if text := jsonfiles.Spell(m.Area(), area); area.Kind() != jsontext.Number || string(text) != string(area.Raw()) {
		e.SetMember(n, "area", text)
	}
	box := n.Get("bbox")
	if box.Len() != 4 {
		e.SetMember(n, "bbox", boxText(m, box))
		return nil
	}
	v := bounds(m)
	for i, old := range box.Elements() {
		if text := jsonfiles.Spell(v[i], old); string(text) != string(old.Raw()) {
			e.Replace(old, text)
		}
	}
	return nil
}

func bounds(m dataset.Mask) [4]float64 {
	m.Stated = dataset.Box{}
	b := m.Bounds()
	return [4]float64{b.X, b.Y, b.W, b.H}
}

func segmentationText(m dataset.Mask) []byte {
	return fmt.Appendf(nil, `{"size": [%d, %d], "counts": %s}`, m.Height, m.Width, jsontext.Quote(m.EncodeRLE(), true))
}

func boxText(m dataset.Mask, like jsontext.Node) []byte {
	v := bounds(m)
	n := like.At(0)
	return fmt.Appendf(nil, "[%s, %s, %s, %s]", jsonfiles.Spell(v[0], n), jsonfiles.Spell(v[1], n), jsonfiles.Spell(v[2], n), jsonfiles.Spell(v[3], n))
}

// newAnnotation spells a mask that a person has drawn: without the members that
// tell how a model found it, but with the crop, which is the whole picture.
func newAnnotation(id int64, m dataset.Mask, like jsontext.Node) []byte {
	text := fmt.Appendf(nil, `{"id": %d, "segmentation": %s, "bbox": %s, "area": %s`, id, segmentationText(m), boxText(m, like.Get("bbox")), jsonfiles.Spell(m.Area(), like.Get("area")))
	if like.Get("crop_box").Kind() == jsontext.Array {
		n := like.Get("crop_box").At(0)
		zero := jsonfiles.Spell(0, n)
		text = fmt.Appendf(text, `, "crop_box": [%s, %s, %s, %s]`, zero, zero, jsonfiles.Spell(float64(m.Width), n), jsonfiles.Spell(float64(m.Height), n))
	}
	return append(text, '}')
}

var _ source.Patcher = saFormat{}
