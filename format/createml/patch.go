package createml

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

type patcher struct {
	ds       *dataset.Dataset
	set      *jsonfiles.Set
	changes  *source.KeyedChanges
	ordinals map[string]int
	done     map[string]bool // images that were added to or dropped
	// last is the place of the last record of each picture, which gets new objects.
	last map[string]string
	// like is the last annotation seen, to be imitated.
	like []byte
}

var (
	errBox       = errors.New("an object of Create ML is a box; give it one")
	errAttribute = errors.New("there is no place for attributes in Create ML")
)

// Patch implements [source.Patcher]. Labels are words in each annotation, so any
// class can be given. A dropped picture loses its record.
func (createmlFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	set, err := jsonfiles.Reopen(ds, ours, extension)
	if err != nil {
		return nil, err
	}
	p := &patcher{ds: ds, set: set, changes: source.KeyChanges(ds, changes), ordinals: map[string]int{}, done: map[string]bool{}}
	patch := &source.Patch{Root: set.Base}
	if len(changes) == 0 {
		return patch, nil
	}
	if len(p.changes.Added) > 0 {
		p.last = map[string]string{}
		note := func(pic *picture) error { p.last[pic.path] = pic.place; return nil }
		for _, file := range set.Files {
			_ = visit(ctx, set, file, visitor{picture: note}) // what is wrong with it is told below
		}
	}
	for _, file := range set.Files {
		edits, err := p.file(ctx, file)
		if err != nil {
			return nil, err
		}
		if err := patch.Edit(ctx, file, edits, true); err != nil {
			return nil, err
		}
	}
	if err := p.changes.Missed(filepath.Base(ds.Source)); err != nil {
		return nil, err
	}
	for _, im := range ds.Images {
		if wanted := p.changes.Added[im.Path] != nil || p.changes.Dropped[im.Path]; wanted && !p.done[im.Path] {
			return nil, fmt.Errorf("%s does not name %s any more; it has changed since it was read, so check it again", source.Show(filepath.Base(ds.Source)), source.Show(im.Path))
		}
	}
	return patch, nil
}

func (p *patcher) file(ctx context.Context, file string) ([]source.Edit, error) {
	e := jsontext.NewEditor()
	var list *jsontext.ArrayEditor
	err := visit(ctx, p.set, file, visitor{
		begin: func(key string, offset int64) error {
			if key == "" && len(p.changes.Dropped) > 0 {
				list = e.Array(offset)
			}
			return nil
		},
		end: func(key string, offset int64) error {
			if key == "" && list != nil {
				list.End(offset)
			}
			return nil
		},
		skipped: func(n jsontext.Node, _, _ string) error {
			if list != nil {
				list.Keep(n)
			}
			return nil
		},
		picture: func(pic *picture) error {
			into := e
			switch {
			case p.changes.Dropped[pic.path]:
				p.done[pic.path] = true
				list.Remove(pic.node)
				into = jsontext.NewEditor() // so that its annotations are counted
			case list != nil:
				list.Keep(pic.node)
			}
			return p.picture(into, pic)
		},
	})
	edits := e.Edits()
	var syntax *jsontext.SyntaxError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && (len(edits) > 0 || p.set.Single || !errors.As(err, &syntax)):
		return nil, fmt.Errorf("%s cannot be corrected: %w", source.Show(file), err)
	}
	return edits, nil
}

func (p *patcher) picture(e *jsontext.Editor, pic *picture) error {
	for i, n := range pic.list.Elements() {
		label, g, ok := readObject(n)
		if !ok {
			continue
		}
		if len(p.changes.Added) > 0 && len(n.Raw()) < 1<<16 {
			p.like = append(p.like[:0], n.Raw()...)
		}
		key := dataset.Key{Image: pic.path, Ordinal: p.ordinals[pic.path]}
		p.ordinals[pic.path]++
		for _, c := range p.changes.Take(key) {
			if err := p.change(e, pic, n, i, label, g, c); err != nil {
				return fmt.Errorf("%s annotation %d of %s: %w", source.Show(pic.place), i+1, source.Show(pic.path), err)
			}
		}
	}
	add := p.changes.Added[pic.path]
	if len(add) == 0 || p.last[pic.path] != pic.place {
		return nil
	}
	p.done[pic.path] = true
	like, _ := jsontext.Parse(p.like) // without one nothing is imitated
	var list []byte
	for _, c := range add {
		b, ok := c.Geometry.(dataset.Box)
		if !ok {
			return fmt.Errorf("an object cannot be added to %s: %w", source.Show(pic.path), errBox)
		}
		text := objectText(p.ds.Classes[c.To], b, like)
		if pic.list.Kind() == jsontext.Array {
			e.Append(pic.list, text)
			continue
		}
		if list != nil {
			list = append(list, ", "...)
		}
		list = append(list, text...)
	}
	if list != nil {
		e.SetMember(pic.node, pic.key, fmt.Appendf(nil, "[%s]", list))
	}
	return nil
}

func (p *patcher) change(e *jsontext.Editor, pic *picture, n jsontext.Node, i int, label string, g dataset.Geometry, c dataset.Change) error {
	switch c.Action {
	case dataset.SetClass:
		if old := p.ds.Classes[c.From]; old != label {
			return fmt.Errorf("its label is %q and was %q; the file has changed since it was read, so check it again", label, old)
		}
		e.SetMember(n, "label", jsontext.Quote(p.ds.Classes[c.To], jsontext.ASCII(n.Raw())))
	case dataset.DeleteObject:
		e.Remove(pic.list, i)
	case dataset.MoveObject:
		b, ok := c.Geometry.(dataset.Box)
		if !ok {
			return errBox
		}
		at := n.Get("coordinates")
		if at.Kind() != jsontext.Object {
			e.SetMember(n, "coordinates", coordinatesText(b, at))
			return nil
		}
		old, whole := g.(dataset.Box)
		for k, v := range coordinates(b) {
			// The middle of a box that stays where it is keeps its spelling.
			if value := at.Get(sides[k]); !whole || coordinates(old)[k] != v {
				if text := jsonfiles.Spell(v, value); string(text) != string(value.Raw()) {
					e.SetMember(at, sides[k], text)
				}
			}
		}
	default:
		return errAttribute
	}
	return nil
}

// objectText spells an annotation in the order and style of another one.
func objectText(label string, b dataset.Box, like jsontext.Node) []byte {
	text := []byte{'{'}
	order := []string{"label", "coordinates"}
	if slices.IndexFunc(keys(like), func(k string) bool { return k == order[1] }) == 0 {
		slices.Reverse(order)
	}
	for i, key := range order {
		if i > 0 {
			text = append(text, ", "...)
		}
		if key == "label" {
			text = fmt.Appendf(text, `"label": %s`, jsontext.Quote(label, jsontext.ASCII(like.Raw())))
		} else {
			text = fmt.Appendf(text, `"coordinates": %s`, coordinatesText(b, like.Get("coordinates")))
		}
	}
	return append(text, '}')
}

func keys(n jsontext.Node) (out []string) {
	for k := range n.Members() {
		out = append(out, k)
	}
	return out
}

func coordinatesText(b dataset.Box, like jsontext.Node) []byte {
	order := keys(like)
	order = slices.DeleteFunc(order, func(k string) bool { return !slices.Contains(sides[:], k) })
	if len(order) != len(sides) {
		order = sides[:]
	}
	text := []byte{'{'}
	for i, key := range order {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = fmt.Appendf(text, `"%s": %s`, key, jsonfiles.Spell(coordinates(b)[slices.Index(sides[:], key)], like.Get(key)))
	}
	return append(text, '}')
}
