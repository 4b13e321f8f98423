package createml

import (
	"context"
	"fmt"
	"path"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Read implements [source.Format].
func (createmlFormat) Read(ctx context.Context, p string, o source.Options) (*dataset.Dataset, error) {
	set, err := jsonfiles.Open(p, o, ours, names, extension)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", source.Show(p), err)
	}
	b, err := source.NewBuilder(&dataset.Dataset{
		Name: filepath.Base(set.Path), Root: set.Album.Root, Source: set.Path, Format: "createml",
	}, o)
	if err != nil {
		return nil, err
	}
	var skipped source.Tally
	for _, file := range set.Files {
		split := split(set, file)
		err := visit(ctx, set, file, visitor{
			picture: func(p *picture) error {
				readPicture(b, p, split, &skipped)
				return nil
			},
			skipped: func(_ jsontext.Node, place, reason string) error {
				b.Problem("", "", 0, place, "%s is left out: %s", source.Show(place), reason)
				return nil
			},
		})
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && set.Single && len(b.Images) == 0:
			return nil, fmt.Errorf("%s cannot be read: %w", source.Show(p), err)
		case err != nil:
			b.Problems = append(b.Problems, set.Problem(file, err))
		}
	}
	if len(b.Images) == 0 {
		return nil, fmt.Errorf("%s names no pictures: Create ML JSON is a list of objects with an image and annotations", source.Show(p))
	}
	b.SortClasses(len(o.Classes))
	skipped.List(b, filepath.Base(set.Path))
	return b.Done(o)
}

// split is what the name of a file says, or else the name of its folder where
// every split has one.
func split(set *jsonfiles.Set, file string) string {
	if s := set.Split(file); s != "" || set.Single || len(set.Files) == 1 && path.Dir(file) == "." {
		return s
	}
	if dir := path.Dir(file); dir != "." {
		return path.Base(dir)
	}
	return ""
}

func readPicture(b *source.Builder, p *picture, split string, skipped *source.Tally) {
	image, fresh := b.Image(dataset.Image{Path: p.path, Split: split})
	if !fresh {
		b.Problem("", p.path, 0, p.place, "%s is a further record of the picture %s; the annotations of all its records are taken together", source.Show(p.place), source.Show(p.path))
	}
	for i, n := range p.list.Elements() {
		label, g, ok := readObject(n)
		if !ok {
			skipped.Add("annotation without a label", "annotations without a label")
			continue
		}
		class, defined := b.Class(label, false)
		ordinal := b.Annotate(dataset.Annotation{Image: image, Class: class, Geometry: g})
		if !defined {
			b.Problem(dataset.UndefinedClass, p.path, ordinal, p.place, "annotation %d of %s has the label %q, which is not in the list of classes", i+1, source.Show(p.path), label)
		}
	}
}
