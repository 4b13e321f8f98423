package scalabel

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// patcher is the state of a patch.
type patcher struct {
	ds      *dataset.Dataset
	set     *jsonfiles.Set
	changes *source.KeyedChanges
	patch   *source.Patch
	// ordinals count the annotations of each image, added are the images that
	// have got their new objects.
	ordinals map[string]int
	added    map[string]bool
	dropped  map[string]bool
	survey   survey
}

// Patch implements [source.Patcher]. Categories are words in each label, so any
// class can be given. A dropped picture loses its frame and its place in the
// groups of frames; in a folder, a file that loses all its frames leaves with
// them.
func (scalabelFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	set, err := jsonfiles.Reopen(ds, ours, extensions...)
	if err != nil {
		return nil, err
	}
	p := &patcher{
		ds: ds, set: set, changes: source.KeyChanges(ds, changes), patch: &source.Patch{Root: set.Base},
		ordinals: map[string]int{}, added: map[string]bool{}, dropped: map[string]bool{},
	}
	if len(changes) == 0 {
		return p.patch, nil
	}
	if len(p.changes.Dropped) > 0 || len(p.changes.Added) > 0 {
		if err := p.survey.read(ctx, set, p.changes); err != nil {
			return nil, err
		}
	}
	for _, file := range set.Files {
		if err := p.file(ctx, file); err != nil {
			return nil, err
		}
	}
	if err := p.changes.Missed(filepath.Base(ds.Source)); err != nil {
		return nil, err
	}
	for path := range p.changes.Added {
		if !p.added[path] {
			return nil, gone(ds, path)
		}
	}
	for path := range p.changes.Dropped {
		if !p.dropped[path] {
			return nil, gone(ds, path)
		}
	}
	return p.patch, nil
}

func gone(ds *dataset.Dataset, path string) error {
	return fmt.Errorf("%s has no frame any more for %s; it has changed since it was read, so check it again", source.Show(filepath.Base(ds.Source)), source.Show(path))
}

// survey is what has to be known of all frames before the first is corrected.
type survey struct {
	// names are those of dropped frames, by file; whole tells that all frames of
	// a file are dropped.
	names map[string]map[string]bool
	whole map[string]bool
	// id is the largest number that is an id, digits its length when it is a text
	// with leading zeros.
	id     int64
	digits int
	// last is the place of the last frame of each picture, which gets new labels.
	last map[string]string
}

func (s *survey) read(ctx context.Context, set *jsonfiles.Set, k *source.KeyedChanges) error {
	s.names, s.whole, s.last, s.id = map[string]map[string]bool{}, map[string]bool{}, map[string]string{}, -1
	for _, file := range set.Files {
		frames, going := 0, map[string]bool{}
		err := visit(ctx, set, file, visitor{
			frame: func(f *frame) error {
				frames++
				if k.Added[f.path] != nil {
					s.last[f.path] = f.place
				}
				if k.Dropped[f.path] {
					going[f.name] = true
					frames--
				}
				for _, l := range f.labels.Elements() {
					s.note(l.Get("id"))
				}
				return nil
			},
			skipped: func(jsontext.Node, string, string) error { frames++; return nil },
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && len(going) > 0 {
			s.names[file] = going
			s.whole[file] = frames == 0 && !set.Single
		}
	}
	return nil
}

// file corrects one file.
func (p *patcher) file(ctx context.Context, file string) error {
	if p.survey.whole[file] {
		p.patch.Moves = append(p.patch.Moves, source.Move{From: file, To: file, Drop: true})
	}
	e := jsontext.NewEditor()
	drops := len(p.survey.names[file]) > 0
	var frames *jsontext.ArrayEditor
	var like []byte // the last label, to be imitated
	err := visit(ctx, p.set, file, visitor{
		begin: func(key string, offset int64) error {
			if drops && (key == "" || key == "frames") {
				frames = e.Array(offset)
			}
			return nil
		},
		end: func(key string, offset int64) error {
			if frames != nil && (key == "" || key == "frames") {
				frames.End(offset)
			}
			return nil
		},
		skipped: func(n jsontext.Node, _, _ string) error {
			if frames != nil {
				frames.Keep(n)
			}
			return nil
		},
		member: func(key string, n jsontext.Node) error {
			list := n.Get("frames")
			for i, name := range list.Elements() {
				if key == "groups" && p.survey.names[file][name.String()] {
					e.Remove(list, i)
				}
			}
			return nil
		},
		frame: func(f *frame) error {
			if p.changes.Dropped[f.path] {
				p.dropped[f.path] = true
				if frames == nil {
					return fmt.Errorf("its frames are not those that it had a moment ago; start again")
				}
				frames.Remove(f.node)
				return p.frame(jsontext.NewEditor(), f, &like) // so that all annotations are found
			}
			if frames != nil {
				frames.Keep(f.node)
			}
			return p.frame(e, f, &like)
		},
	})
	edits := e.Edits()
	var syntax *jsontext.SyntaxError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && (len(edits) > 0 || p.set.Single || !errors.As(err, &syntax)):
		return fmt.Errorf("%s cannot be corrected: %w", source.Show(file), err)
	case p.survey.whole[file]:
		return nil
	}
	return p.patch.Edit(ctx, file, edits, true)
}

// frame corrects the labels of a picture.
func (p *patcher) frame(e *jsontext.Editor, f *frame, like *[]byte) error {
	add := p.changes.Added[f.path]
	if p.survey.last[f.path] != f.place {
		add = nil
	}
	for i, n := range f.labels.Elements() {
		l, skip := readLabel(n)
		if skip != (kind{}) {
			continue
		}
		if len(p.changes.Added) > 0 && len(n.Raw()) < 1<<20 {
			*like = append((*like)[:0], n.Raw()...)
		}
		key := dataset.Key{Image: f.path, Ordinal: p.ordinals[f.path]}
		p.ordinals[f.path]++
		for _, c := range p.changes.Take(key) {
			if err := p.change(e, f, l, i, c); err != nil {
				return fmt.Errorf("%s label %d of %s: %w", source.Show(f.place), i+1, source.Show(f.path), err)
			}
		}
	}
	if len(add) == 0 || p.changes.Dropped[f.path] {
		return nil
	}
	p.added[f.path] = true
	model, _ := jsontext.Parse(*like) // without one nothing is imitated
	var texts [][]byte
	for _, c := range add {
		text, err := p.newLabel(c.Geometry, p.ds.Classes[c.To], model, f)
		if err != nil {
			return fmt.Errorf("%s: an object cannot be added to %s: %w", source.Show(f.place), source.Show(f.path), err)
		}
		texts = append(texts, text)
	}
	if f.labels.Kind() == jsontext.Array {
		for _, text := range texts {
			e.Append(f.labels, text)
		}
		return nil
	}
	list := []byte{'['}
	for i, text := range texts {
		if i > 0 {
			list = append(list, ", "...)
		}
		list = append(list, text...)
	}
	e.SetMember(f.node, f.key, append(list, ']'))
	return nil
}

// change corrects label i of a frame.
func (p *patcher) change(e *jsontext.Editor, f *frame, l *label, i int, c dataset.Change) error {
	ascii := jsontext.ASCII(f.node.Raw())
	switch c.Action {
	case dataset.SetClass:
		if old := p.ds.Classes[c.From]; old != l.category {
			return fmt.Errorf("its category is %q and was %q; the file has changed since it was read, so check it again", l.category, old)
		}
		e.SetMember(l.node, "category", jsontext.Quote(p.ds.Classes[c.To], ascii))
	case dataset.MoveObject:
		return l.move(e, c.Geometry)
	case dataset.DeleteObject:
		e.Remove(f.labels, i)
	case dataset.SetAttribute:
		list := l.node.Get("attributes")
		value := jsonfiles.Value(c.Attribute.Value, list.Get(c.Attribute.Name), ascii)
		if list.Kind() == jsontext.Object {
			e.SetMember(list, c.Attribute.Name, value)
			return nil
		}
		text := append([]byte{'{'}, jsontext.Quote(c.Attribute.Name, true)...)
		text = append(append(append(text, ": "...), value...), '}')
		e.SetMember(l.node, "attributes", text)
	default:
		return fmt.Errorf("%s means nothing here", c.Action)
	}
	return nil
}
