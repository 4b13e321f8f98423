package nucleus

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

type reader struct {
	*source.Builder
	set     *jsonfiles.Set
	columns map[string]int
	values  map[int][]dataset.Attribute
	skipped source.Tally
	// confident are the records that are read and have a confidence, sure those
	// that have none.
	confident, sure int
	failed          map[string]bool
	// ids are the annotations of each image by their ids.
	ids map[imageID]bool
}

type imageID struct {
	image int
	id    string
}

// Read implements [source.Format].
func (nucleusFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	set, err := jsonfiles.Open(path, o, ours, names, extensions...)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", source.Show(path), err)
	}
	b, err := source.NewBuilder(&dataset.Dataset{
		Name: filepath.Base(set.Path), Root: set.Album.Root, Source: set.Path, Format: "nucleus",
	}, o)
	if err != nil {
		return nil, err
	}
	r := &reader{Builder: b, set: set, columns: map[string]int{}, values: map[int][]dataset.Attribute{}, failed: map[string]bool{}, ids: map[imageID]bool{}}
	seen := map[string]bool{}
	var failure error
	it, err := readItems(ctx, set, func(_ string, el *element, n jsontext.Node, ref, path, reason string) {
		r.item(el, n, ref, path, reason, seen)
	}, func(file string, err error) {
		failure = err
		r.failed[file] = true
		r.Problems = append(r.Problems, set.Problem(file, err))
	})
	if err != nil {
		return nil, err
	}
	for _, file := range set.Files {
		err := visit(ctx, set.Base, file, visitor{element: func(el *element) error {
			return el.records(func(rec *record) error { r.record(it, rec); return nil })
		}})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil && !r.failed[file] {
			r.Problems = append(r.Problems, set.Problem(file, err))
		}
	}
	if len(r.Images) == 0 {
		if failure != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", source.Show(path), failure)
		}
		return nil, fmt.Errorf("%s holds no items: Nucleus JSON has items with an image_url and a reference_id, and annotations with a type and a reference_id", source.Show(path))
	}
	r.finish(o, it)
	return r.Done(o)
}

func (r *reader) item(el *element, n jsontext.Node, ref, path, reason string, seen map[string]bool) {
	if reason != "" {
		r.Problem("", "", 0, el.place, "%s is left out: %s", source.Show(el.place), reason)
		return
	}
	im := dataset.Image{Path: path, ID: ref}
	values := scalars(n.Get("metadata"))
	if split, ok := n.Get("metadata").Get("split").Text(); ok {
		im.Split = split
		values = slices.DeleteFunc(values, func(v dataset.Attribute) bool { return v.Name == "split" })
	}
	i, fresh := r.Image(im)
	switch {
	case ref != "" && seen[ref]:
		r.Problem(dataset.DuplicateID, path, 0, el.place, "%s has the reference_id %s, which an item before has already; annotations of it are taken for that one", source.Show(el.place), source.Show(ref))
	case !fresh:
		r.Problem("", path, 0, el.place, "%s is a further item of the picture %s; the annotations of all its items are taken together", source.Show(el.place), source.Show(path))
	}
	seen[ref] = true
	for _, v := range values {
		if slices.ContainsFunc(r.values[i], func(old dataset.Attribute) bool { return old.Name == v.Name }) {
			continue
		}
		if _, ok := r.columns[v.Name]; !ok {
			r.columns[v.Name] = len(r.MetadataColumns)
			r.MetadataColumns = append(r.MetadataColumns, v.Name)
		}
		r.values[i] = append(r.values[i], v)
	}
}

func (r *reader) record(it *items, rec *record) {
	o, skip := readObject(rec.node)
	switch {
	case skip != (kind{}):
		r.skipped.Add(skip.one, skip.many)
		return
	case rec.prediction && it.people:
		r.skipped.Add("prediction", "predictions")
		return
	}
	path := it.path(rec.ref)
	if path == "" {
		message := "names no item"
		if rec.ref != "" {
			message = fmt.Sprintf("speaks of the item %s, which is not listed", source.Show(rec.ref))
		}
		r.Problem(dataset.OrphanAnnotation, "", 0, rec.place, "the annotation at %s %s", source.Show(rec.place), message)
		return
	}
	if rec.confident {
		r.confident++
	} else {
		r.sure++
	}
	image, _ := r.Image(dataset.Image{Path: path, ID: rec.ref})
	for _, label := range o.labels {
		a := facts(rec.node)
		a.Image, a.Geometry = image, o.geometry
		class, defined := r.Class(label, false)
		a.Class = class
		ordinal := r.Annotate(a)
		if !defined {
			r.Problem(dataset.UndefinedClass, path, ordinal, rec.place, "the annotation at %s has the label %q, which is not in the list of classes", source.Show(rec.place), label)
		}
		if a.ID == "" || len(o.labels) > 1 {
			continue
		}
		if key := (imageID{image, a.ID}); r.ids[key] {
			r.Problem(dataset.DuplicateID, path, ordinal, rec.place, "the annotation at %s has the annotation_id %s, which another one of %s has", source.Show(rec.place), source.Show(a.ID), source.Show(path))
		} else {
			r.ids[key] = true
		}
	}
}

func (r *reader) finish(o source.Options, it *items) {
	r.SortClasses(len(o.Classes))
	r.Predictions = len(r.Annotations) > 0 && (!it.people || r.sure == 0 && r.confident > 0)
	if len(r.MetadataColumns) > 0 {
		for i := range r.Images {
			row := make([]string, len(r.MetadataColumns))
			for _, v := range r.values[i] {
				row[r.columns[v.Name]] = v.Value
			}
			r.Images[i].Metadata = row
		}
	}
	r.skipped.List(r.Builder, filepath.Base(r.set.Path))
}
