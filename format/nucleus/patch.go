package nucleus

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

// A home is a list of annotations that new ones can be put into.
type home struct {
	file, key string
	form      what
}

type patcher struct {
	ds      *dataset.Dataset
	items   *items
	changes *source.KeyedChanges
	patch   *source.Patch
	// refs are the identities of the images that get objects, adding their paths
	// in the order of the dataset.
	refs   map[string]string
	adding []string
	// homes are where those images have their last annotation, common is where
	// others get theirs.
	homes  map[string]home
	common *home

	ordinals map[string]int
	done     map[string]bool
	// models are annotations to be imitated, by type.
	models map[string][]byte
}

// Patch implements [source.Patcher]. Labels are words in each annotation, so any
// class can be given. A new annotation goes to the list that the image has its
// others in. A dropped image loses its item and all its annotations.
func (nucleusFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	set, err := jsonfiles.Reopen(ds, ours, extensions...)
	if err != nil {
		return nil, err
	}
	p := &patcher{
		ds: ds, changes: source.KeyChanges(ds, changes), patch: &source.Patch{Root: set.Base},
		refs: map[string]string{}, homes: map[string]home{}, models: map[string][]byte{},
		ordinals: map[string]int{}, done: map[string]bool{},
	}
	if len(changes) == 0 {
		return p.patch, nil
	}
	if p.items, err = readItems(ctx, set, nil, nil); err != nil {
		return nil, err
	}
	for _, im := range ds.Images {
		if p.changes.Added[im.Path] != nil {
			p.refs[im.Path] = im.ID
			p.adding = append(p.adding, im.Path)
		}
	}
	if len(p.refs) > 0 {
		if err := p.findHomes(ctx); err != nil {
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
		if !p.done[path] {
			return nil, fmt.Errorf("%s has no list of annotations that an annotation of %s could be added to; put an empty list \"annotations\" into it", source.Show(filepath.Base(ds.Source)), source.Show(path))
		}
	}
	for path := range p.changes.Dropped {
		if !p.done[path] {
			return nil, fmt.Errorf("%s does not speak of %s any more; it has changed since it was read, so check it again", source.Show(filepath.Base(ds.Source)), source.Show(path))
		}
	}
	return p.patch, nil
}

// reads tells whether a record is one of the dataset, and of which picture.
func (p *patcher) reads(rec *record) (o *object, path string) {
	o, skip := readObject(rec.node)
	if skip != (kind{}) || rec.prediction && p.items.people {
		return nil, ""
	}
	if path = p.items.path(rec.ref); path == "" {
		return nil, ""
	}
	return o, path
}

func (p *patcher) findHomes(ctx context.Context) error {
	for _, file := range p.items.set.Files {
		found := func(key string, form what) home {
			h := home{file, key, form}
			if p.common == nil && form == annotation {
				p.common = &h
			}
			return h
		}
		err := visit(ctx, p.items.set.Base, file, visitor{
			begin: func(key string, _ int64) error {
				if key == "annotations" || key == "predictions" && !p.items.people {
					found(key, annotation)
				}
				return nil
			},
			element: func(el *element) error {
				if el.what == row {
					if path, reason := p.items.picture(el.node.Get("item")); reason == "" {
						p.homes[path] = found(el.key, row)
					}
				}
				return el.records(func(rec *record) error {
					o, path := p.reads(rec)
					if o == nil {
						return nil
					}
					p.homes[path] = found(el.key, el.what)
					if raw := rec.node.Raw(); len(raw) < 1<<16 {
						p.models[o.kind] = append(p.models[o.kind][:0], raw...)
						p.models[""] = append(p.models[""][:0], raw...)
					}
					return nil
				})
			},
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && p.items.set.Single {
			return fmt.Errorf("%s cannot be corrected: %w", source.Show(file), err)
		}
	}
	return nil
}

// homeOf returns where an image gets new annotations.
func (p *patcher) homeOf(path string) home {
	if h, ok := p.homes[path]; ok {
		return h
	}
	if p.common != nil {
		return *p.common
	}
	return home{}
}

func (p *patcher) file(ctx context.Context, file string) error {
	e := jsontext.NewEditor()
	var list *jsontext.ArrayEditor
	err := visit(ctx, p.items.set.Base, file, visitor{
		begin: func(_ string, offset int64) error {
			list = e.Array(offset)
			return nil
		},
		element: func(el *element) error {
			remove, err := p.element(e, el)
			if err != nil {
				return err
			}
			switch {
			case el.what == types:
			case remove:
				list.Remove(el.node)
			default:
				list.Keep(el.node)
			}
			if el.what == row || el.what == types {
				return p.addNested(e, el, file)
			}
			return nil
		},
		end: func(key string, offset int64) error {
			for _, path := range p.adding {
				if p.homeOf(path) != (home{file, key, annotation}) {
					continue
				}
				texts, err := p.newRecords(path)
				if err != nil {
					return err
				}
				for _, text := range texts {
					list.Append(text)
				}
			}
			list.End(offset)
			return nil
		},
	})
	edits := e.Edits()
	var syntax *jsontext.SyntaxError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && (len(edits) > 0 || p.items.set.Single || !errors.As(err, &syntax)):
		return fmt.Errorf("%s cannot be corrected: %w", source.Show(file), err)
	}
	return p.patch.Edit(ctx, file, edits, true)
}

// element corrects the annotations of an element and tells whether it goes.
func (p *patcher) element(e *jsontext.Editor, el *element) (remove bool, err error) {
	n := el.node
	switch el.what {
	case row:
		n = n.Get("item")
		fallthrough
	case item:
		if path, reason := p.items.picture(n); reason == "" && p.changes.Dropped[path] {
			p.done[path] = true
			remove = true
		}
	}
	err = el.records(func(rec *record) error {
		o, path := p.reads(rec)
		if o == nil {
			// What is not read of a dropped image goes with it.
			if path := p.items.path(rec.ref); path == "" || !p.changes.Dropped[path] {
				return nil
			}
		}
		going := o == nil || p.changes.Dropped[path]
		if o != nil {
			if p.changes.Dropped[path] {
				p.done[path] = true
			}
			gone, err := p.record(e, rec, o, path)
			if err != nil {
				return fmt.Errorf("%s of %s: %w", source.Show(rec.place), source.Show(path), err)
			}
			going = going || gone
		}
		switch {
		case going && rec.list.Kind() == jsontext.Array:
			e.Remove(rec.list, rec.i)
		case going:
			remove = true
		}
		return nil
	})
	return remove, err
}

// record corrects one record and tells whether nothing is left of it.
func (p *patcher) record(e *jsontext.Editor, rec *record, o *object, path string) (gone bool, err error) {
	deleted := 0
	for k := range o.labels {
		key := dataset.Key{Image: path, Ordinal: p.ordinals[path]}
		p.ordinals[path]++
		for _, c := range p.changes.Take(key) {
			switch c.Action {
			case dataset.DeleteObject:
				deleted++
				if o.kind == "multicategory" {
					e.Remove(o.member, k)
				}
			case dataset.SetClass:
				if old := p.ds.Classes[c.From]; old != o.labels[k] {
					return false, fmt.Errorf("its label is %q and was %q; the file has changed since it was read, so check it again", o.labels[k], old)
				}
				member := o.member
				if o.kind == "multicategory" {
					member = member.At(k)
				}
				e.Replace(member, jsontext.Quote(p.ds.Classes[c.To], jsontext.ASCII(rec.node.Raw())))
			case dataset.MoveObject:
				if err := o.move(e, rec.node, c.Geometry); err != nil {
					return false, err
				}
			case dataset.SetAttribute:
				if len(o.labels) > 1 {
					return false, errors.New("its metadata are those of all its labels, so one of them cannot get others; split the annotation first")
				}
				setAttribute(e, rec.node, c.Attribute)
			default:
				return false, fmt.Errorf("%s means nothing here", c.Action)
			}
		}
	}
	return deleted > 0 && deleted == len(o.labels), nil
}

func setAttribute(e *jsontext.Editor, n jsontext.Node, a dataset.Attribute) {
	ascii := jsontext.ASCII(n.Raw())
	if a.Name == taxonomyName && n.Get(taxonomyName).Kind() != jsontext.Invalid {
		e.SetMember(n, taxonomyName, jsontext.Quote(a.Value, ascii))
		return
	}
	list := n.Get("metadata")
	value := jsonfiles.Value(a.Value, list.Get(a.Name), ascii)
	if list.Kind() == jsontext.Object {
		e.SetMember(list, a.Name, value)
		return
	}
	text := append([]byte{'{'}, jsontext.Quote(a.Name, true)...)
	e.SetMember(n, "metadata", append(append(append(text, ": "...), value...), '}'))
}
