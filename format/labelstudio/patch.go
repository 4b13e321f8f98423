package labelstudio

import (
	"context"
	"errors"
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher]. A dropped image takes its task with it;
// pictures stay where they are. New objects go to the last annotation of a task
// that is not cancelled.
func (labelStudioFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	f, err := openFolder(ds.Source)
	if err != nil {
		return nil, err
	}
	out := &source.Patch{Root: f.base}
	if len(changes) == 0 {
		return out, nil
	}
	f.root, f.album = ds.Root, source.OpenAlbum(ds.Root)
	p := &patcher{ds: ds, folder: f, keyed: source.KeyChanges(ds, changes), ordinals: map[string]int{}}
	if len(p.keyed.Added) > 0 {
		if p.templates, err = f.findTemplates(ctx); err != nil {
			return nil, err
		}
	}
	for _, name := range f.names {
		if err := p.patchFile(ctx, name, out); err != nil {
			return nil, err
		}
	}
	if err := p.keyed.Missed(ds.Name); err != nil {
		return nil, err
	}
	for picture := range p.keyed.Added {
		return nil, fmt.Errorf("%s has no task for %s any more; check it again", source.Show(ds.Name), source.Show(picture))
	}
	return out, nil
}

type patcher struct {
	ds     *dataset.Dataset
	folder *folder
	keyed  *source.KeyedChanges
	// templates are results of each kind that new ones imitate.
	templates map[string]template
	editor    *jsontext.Editor
	// ordinals count the annotations of each picture that were met, kept the
	// elements of the file that stay.
	ordinals map[string]int
	kept     int
}

func (p *patcher) patchFile(ctx context.Context, name string, out *source.Patch) error {
	p.editor, p.kept = jsontext.NewEditor(), 0
	var list *jsontext.ArrayEditor
	lines, removed := false, 0
	err := p.folder.stream(ctx, name, jsontext.Handler{
		Begin: func(key string, offset int64) error {
			if key == "" {
				list, lines = p.editor.Array(offset), offset < 0
			}
			return nil
		},
		Element: func(key string, i int, n jsontext.Node) error {
			if key != "" {
				return nil
			}
			gone, err := p.element(n)
			switch {
			case err != nil:
				return fmt.Errorf("%s task %d: %w", source.Show(name), i+1, err)
			case gone:
				removed++
				list.Remove(n)
			default:
				p.kept++
				list.Keep(n)
			}
			return nil
		},
		End: func(key string, offset int64) error {
			if key == "" {
				list.End(offset)
			}
			return nil
		},
	})
	var syntax *jsontext.SyntaxError
	switch {
	case errors.As(err, &syntax): // it was read as far as it goes, too
	case err != nil:
		return err
	}
	if lines && removed > 0 && p.kept == 0 {
		out.Moves = append(out.Moves, source.Move{From: name, To: name, Drop: true})
		return nil
	}
	return out.Edit(ctx, name, p.editor.Edits(), true)
}

// element patches one element; gone tells that all of it goes.
func (p *patcher) element(n jsontext.Node) (gone bool, err error) {
	t, ok := newTask(n, p.folder.config, func(string, string) {})
	if !ok || len(t.pages) == 0 {
		return false, nil
	}
	pictures := make([]string, len(t.pages))
	dropped := 0
	for i := range t.pages {
		pictures[i], _ = find(p.folder.album, t.pages[i].url)
		if p.keyed.Dropped[pictures[i]] {
			dropped++
		}
	}
	switch dropped {
	case 0:
	case len(t.pages):
		return true, nil
	default:
		return false, fmt.Errorf("one of its %d pictures cannot be dropped alone; drop all of them or none", len(t.pages))
	}
	e := &taskEditor{
		patcher: p, Editor: p.editor, task: t, pictures: pictures, ascii: jsontext.ASCII(n.Raw()),
		edits: map[int64]*resultEdit{}, removed: map[int64]bool{},
	}
	for i := range t.annotations {
		a := &t.annotations[i]
		for k := range a.marks {
			if err := e.mark(a, &a.marks[k]); err != nil {
				return false, err
			}
		}
		if err := e.finish(a); err != nil {
			return false, err
		}
	}
	for i, picture := range pictures {
		for _, c := range p.keyed.Added[picture] {
			if err := e.add(i, p.ds.Classes[c.To], c.Geometry); err != nil {
				return false, err
			}
		}
		delete(p.keyed.Added, picture)
	}
	e.addAnnotation()
	e.setChoices()
	return false, nil
}
