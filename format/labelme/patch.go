package labelme

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher]. A dropped picture leaves with its label
// file; embedded pictures never change.
func (labelmeFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	f, err := openFolder(ds.Source)
	if err != nil {
		return nil, err
	}
	f.root = ds.Root
	p := &patcher{ds: ds, folder: f, keyed: source.KeyChanges(ds, changes), patch: &source.Patch{Root: f.base}, ordinals: map[string]int{}}
	if rel, err := filepath.Rel(ds.Root, f.base); err == nil && filepath.IsLocal(rel) {
		p.patch.Root, p.prefix = ds.Root, filepath.ToSlash(rel)
	}
	if len(changes) == 0 {
		return p.patch, nil
	}
	for _, name := range f.names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.file(ctx, name); err != nil {
			return nil, err
		}
	}
	if err := p.keyed.Missed(ds.Name); err != nil {
		return nil, err
	}
	for picture := range p.keyed.Added {
		return nil, fmt.Errorf("%s has no label file for %s any more; check it again", source.Show(ds.Name), source.Show(picture))
	}
	slices.SortFunc(p.patch.Files, func(a, b source.FilePatch) int { return strings.Compare(a.Name, b.Name) })
	return p.patch, nil
}

type patcher struct {
	ds     *dataset.Dataset
	folder *folder
	keyed  *source.KeyedChanges
	patch  *source.Patch
	// prefix leads from the root of the patch to the folder of the label files.
	prefix string
	// ordinals count the annotations of each picture that were met.
	ordinals map[string]int
}

// file patches one label file.
func (p *patcher) file(ctx context.Context, name string) error {
	l, ok, err := p.folder.open(name)
	if err != nil || !ok {
		return nil // it was passed over when it was read, too
	}
	picture, _ := p.folder.picture(l)
	full := path.Join(p.prefix, name)
	if dropped, ok := p.keyed.Dropped[picture]; ok {
		p.drop(full)
		if dropped && p.patch.Root == p.folder.root && source.IsFile(filepath.Join(p.folder.root, filepath.FromSlash(picture))) {
			p.drop(picture)
		}
		p.keyed.Dropped[picture] = false // its picture goes once
		return nil
	}
	e := &fileEditor{Editor: jsontext.NewEditor(), labelFile: l, ascii: jsontext.ASCII(l.data), flagged: map[string]bool{}}
	take := func(class string) ([]dataset.Change, error) {
		key := dataset.Key{Image: picture, Ordinal: p.ordinals[picture]}
		p.ordinals[picture]++
		changes := p.keyed.Take(key)
		for _, c := range changes {
			if want := p.ds.Classes[p.ds.Annotations[c.Annotation].Class]; class != want {
				return nil, fmt.Errorf("%s labels annotation %d of %s %q, not %q any more; it has changed since it was read, so check it again", source.Show(full), key.Ordinal+1, source.Show(picture), class, want)
			}
		}
		return changes, nil
	}
	for key, v := range l.flags() {
		if on, _ := v.Bool(); !on {
			continue
		}
		changes, err := take(key)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if err := e.flag(key, c, p.ds.Classes); err != nil {
				return fmt.Errorf("%s: %w", source.Show(full), err)
			}
		}
	}
	size := l.size(func() (int, int) {
		return (&reader{Builder: &source.Builder{Dataset: p.ds}}).sizeOf(&dataset.Image{Path: picture})
	})
	for i, s := range l.root.Get("shapes").Elements() {
		if notObject(s) != "" {
			continue
		}
		changes, err := take(s.Get("label").String())
		if err != nil {
			return err
		}
		for _, c := range changes {
			if err := e.shape(i, s, c, p.ds.Classes, size); err != nil {
				return fmt.Errorf("%s shape %d: %w", source.Show(full), i+1, err)
			}
		}
	}
	for _, c := range p.keyed.Added[picture] {
		if err := e.add(p.ds.Classes[c.To], c.Geometry); err != nil {
			return fmt.Errorf("%s: %w", source.Show(full), err)
		}
	}
	delete(p.keyed.Added, picture)
	e.addList()
	e.setFlags()
	return p.patch.Edit(ctx, full, e.Edits(), true)
}

func (p *patcher) drop(name string) {
	p.patch.Moves = append(p.patch.Moves, source.Move{From: name, To: name, Drop: true})
}
