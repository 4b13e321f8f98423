package boxcsv

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// read makes the dataset of a set of tables.
func read(ctx context.Context, name, format string, open bool, o source.Options) (*dataset.Dataset, error) {
	s, err := discover(name, open)
	if err != nil {
		return nil, err
	}
	if err := s.locate(o); err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: filepath.Base(s.source), Root: s.root, Source: s.source, Format: format}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	for _, c := range s.order {
		b.DefineClass(c)
	}
	say := func(kind dataset.Kind, path, place, format string, args ...any) {
		b.Problem(kind, path, 0, place, format, args...)
	}
	err = s.each(ctx, say, func(o *object) error {
		i, fresh := b.Image(dataset.Image{Path: o.path, Split: o.split, Width: o.width, Height: o.height})
		if im := &b.Images[i]; !fresh && im.Width == 0 {
			im.Width, im.Height = o.width, o.height
		}
		if o.ordinal == none {
			return nil
		}
		class, defined := b.Class(o.class, s.classes != nil)
		a := dataset.Annotation{
			Image: i, Class: class, Geometry: o.geometry, Score: o.score, Crowd: o.crowd,
			Attributes: s.attributes(o.table, o.record),
		}
		ds.Predictions = ds.Predictions || o.table.content == boxes && o.table.score != none
		n := b.Annotate(a)
		switch _, listed := s.classes[o.id]; {
		case s.classes != nil && !listed:
			b.Problem(dataset.UndefinedClass, o.path, n, o.table.place(o.record), "The class %q is not in %s.", o.id, source.Show(s.list))
		case !defined:
			b.Problem(dataset.UndefinedClass, o.path, n, o.table.place(o.record), "The class %q is not in the list of classes.", o.class)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(b.Images) == 0 {
		return nil, fmt.Errorf("%s has no rows that name pictures", source.Show(name))
	}
	return b.Done(o)
}
