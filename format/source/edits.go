package source

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Edit adds edits of a file to the patch, as [EditFile] makes them. Where they
// change nothing, the file is left out.
func (p *Patch) Edit(ctx context.Context, name string, edits []Edit, lines bool) error {
	if len(edits) == 0 {
		return nil
	}
	f, err := EditFile(ctx, p.Root, name, edits, lines)
	if err == nil && len(f.Edits) > 0 {
		p.Files = append(p.Files, *f)
	}
	return err
}

// EditAll adds edits of files by their names, in the order of the names.
func (p *Patch) EditAll(ctx context.Context, edits map[string][]Edit, lines bool) error {
	for _, name := range slices.Sorted(maps.Keys(edits)) {
		if err := p.Edit(ctx, name, edits[name], lines); err != nil {
			return err
		}
	}
	return nil
}

// SortFiles puts the files into the order of their names.
func (p *Patch) SortFiles() {
	slices.SortFunc(p.Files, func(a, b FilePatch) int { return strings.Compare(a.Name, b.Name) })
}

// DropPicture takes a picture away, whose path is relative to root, and with it
// files that speak only of it. What is not there, or lies outside of the root of
// the patch, stays.
func (p *Patch) DropPicture(root, picture string, with ...string) {
	rel, err := filepath.Rel(p.Root, filepath.Join(root, filepath.FromSlash(picture)))
	if err != nil || !filepath.IsLocal(rel) {
		rel = ""
	}
	for _, name := range append([]string{filepath.ToSlash(rel)}, with...) {
		if name == "" {
			continue
		}
		if _, err := os.Lstat(filepath.Join(p.Root, filepath.FromSlash(name))); err == nil {
			p.Moves = append(p.Moves, Move{From: name, To: name, Drop: true})
		}
	}
}

// Images returns the paths of the images whose annotations change, in order,
// without those that are dropped.
func (k *KeyedChanges) Images() []string {
	of := map[string]bool{}
	for key := range k.Objects {
		of[key.Image] = true
	}
	for name := range k.Added {
		of[name] = true
	}
	maps.DeleteFunc(of, func(name string, _ bool) bool { return k.Dropped[name] })
	return slices.Sorted(maps.Keys(of))
}

// OriginOf returns what a format noted in the dataset while it read it. Where
// that is gone, the source is read again.
func OriginOf[T any](ctx context.Context, f Format, ds *dataset.Dataset) (T, error) {
	if noted, ok := ds.Origin.(T); ok {
		return noted, nil
	}
	o := Options{}
	if ds.Root != ds.Source {
		o.Images = ds.Root
	}
	again, err := f.Read(ctx, ds.Source, o)
	if err != nil {
		var none T
		return none, err
	}
	return again.Origin.(T), nil
}
