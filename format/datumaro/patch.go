package datumaro

import (
	"context"
	"errors"
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher]. Pictures stay where they are: the items
// decide what belongs to the dataset.
func (datumaroFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	f, err := openFolder(ds.Source)
	if err != nil {
		return nil, err
	}
	p := &patcher{ds: ds, keyed: source.KeyChanges(ds, changes), album: openAlbum(ds.Root), ordinals: map[string]int{}}
	out := &source.Patch{Root: f.base}
	if len(changes) == 0 {
		return out, nil
	}
	for _, name := range f.names {
		p.file, p.editor = name, jsontext.NewEditor()
		var items *jsontext.ArrayEditor
		_, err := f.stream(ctx, name, handler{
			begin: func(offset int64) error {
				items = p.editor.Array(offset)
				return nil
			},
			item: func(i int, n jsontext.Node, labels []string) error { return p.item(i, n, labels, items) },
			end: func(offset int64) error {
				items.End(offset)
				return nil
			},
		})
		var syntax *jsontext.SyntaxError
		switch {
		case errors.Is(err, errNotDatumaro):
			continue
		case errors.As(err, &syntax):
			// It was read as far as it goes, too.
		case err != nil:
			return nil, err
		}
		if err := out.Edit(ctx, name, p.editor.Edits(), true); err != nil {
			return nil, err
		}
	}
	if err := p.keyed.Missed(ds.Name); err != nil {
		return nil, err
	}
	for picture := range p.keyed.Added {
		return nil, fmt.Errorf("%s has no item for %s any more; check it again", source.Show(ds.Name), source.Show(picture))
	}
	return out, nil
}

type patcher struct {
	ds     *dataset.Dataset
	keyed  *source.KeyedChanges
	album  *album
	file   string
	editor *jsontext.Editor
	// ordinals count the annotations of each picture that were met.
	ordinals map[string]int
}

// item patches one item.
func (p *patcher) item(i int, n jsontext.Node, labels []string, items *jsontext.ArrayEditor) error {
	im, ok := p.album.picture(n, p.file)
	if ok && p.keyed.Dropped[im.Path] {
		items.Remove(n)
		return nil
	}
	items.Keep(n)
	if !ok {
		return nil
	}
	fail := func(err error) error {
		return fmt.Errorf("%s item %d: %w", source.Show(p.file), i+1, err)
	}
	e := &itemEditor{Editor: p.editor, item: n, labels: labels, classes: p.ds.Classes}
	for _, o := range objects(n, func(string, string) {}) {
		key := dataset.Key{Image: im.Path, Ordinal: p.ordinals[im.Path]}
		p.ordinals[im.Path]++
		class, _ := className(o.label, labels)
		for _, c := range p.keyed.Take(key) {
			if want := p.ds.Classes[p.ds.Annotations[c.Annotation].Class]; class != want {
				return fail(fmt.Errorf("annotation %d of %s has the label %q, not %q any more; it has changed since it was read, so check it again", key.Ordinal+1, source.Show(im.Path), class, want))
			}
			if err := e.change(&o, c); err != nil {
				return fail(err)
			}
		}
	}
	for _, c := range p.keyed.Added[im.Path] {
		if err := e.add(c); err != nil {
			return fail(err)
		}
	}
	delete(p.keyed.Added, im.Path)
	e.addList()
	return nil
}
