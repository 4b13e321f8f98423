package datumaro

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Read implements [source.Format].
func (datumaroFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	f, err := openFolder(name)
	if err != nil {
		return nil, err
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	root, err := f.pictureRoot(o)
	if err != nil {
		return nil, err
	}
	b, err := source.NewBuilder(&dataset.Dataset{Name: filepath.Base(full), Root: root, Source: full, Format: Name}, o)
	if err != nil {
		return nil, err
	}
	r := &reader{Builder: b, album: openAlbum(root), fixed: len(o.Classes) > 0}
	read := 0
	for _, file := range f.names {
		r.file, r.ids = file, map[string]bool{}
		labels, err := f.stream(ctx, file, handler{item: r.item})
		r.define(labels)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, errNotDatumaro):
			r.skipped.Add("JSON file that is no subset of Datumaro", "JSON files that are no subsets of Datumaro")
			continue
		case err != nil && len(f.names) == 1:
			return nil, fmt.Errorf("%s cannot be read as JSON: %w", source.Show(file), err)
		case err != nil:
			r.Problem("", "", 0, file, "it cannot be read to its end: %v; correct it or take it away", err)
		}
		read++
	}
	if read == 0 {
		return nil, fmt.Errorf("%s holds no subset of Datumaro: expected JSON with categories and items", source.Show(full))
	}
	r.skipped.List(b, b.Name)
	return b.Done(o)
}

// reader makes the dataset from one item after another.
type reader struct {
	*source.Builder
	album *album
	// fixed tells that a person has listed the classes.
	fixed   bool
	file    string
	ids     map[string]bool
	skipped source.Tally
}

// define adds the classes of a file, unless a person has listed them.
func (r *reader) define(labels []string) {
	for _, class := range labels {
		if !r.fixed {
			r.DefineClass(class)
		}
	}
}

func (r *reader) item(i int, n jsontext.Node, labels []string) error {
	if i == 0 {
		r.define(labels)
	}
	place := fmt.Sprintf("%s item %d", r.file, i+1)
	im, ok := r.album.picture(n, r.file)
	if !ok {
		r.skipped.Add("item without a picture", "items without a picture")
		return nil
	}
	image, fresh := r.Image(im)
	switch {
	case r.ids[im.ID]:
		r.Problem(dataset.DuplicateID, im.Path, 0, place, "the id %q was there before in this subset; ids have to be unique", im.ID)
	case !fresh:
		r.Problem("", im.Path, 0, place, "the picture was listed before; its annotations are added to those of the first")
	}
	r.ids[im.ID] = true
	for _, o := range objects(n, r.skipped.Add) {
		a := dataset.Annotation{Image: image, Geometry: o.geometry()}
		if id := o.first().Get("id"); id.Kind() == jsontext.Number {
			a.ID = id.String()
		}
		a.Attributes, a.Crowd = o.facts(r.skipped.Add)
		class, defined := className(o.label, labels)
		var known bool
		a.Class, known = r.Class(class, false)
		ordinal := r.Annotate(a)
		switch {
		case defined && !known:
			r.Problem(dataset.UndefinedClass, im.Path, ordinal, place, "the label %q is not in the list of classes", class)
		case !defined:
			r.Problem(dataset.UndefinedClass, im.Path, ordinal, place, "the label_id %s is not in categories, which has %d labels", class, len(labels))
		}
	}
	return nil
}
