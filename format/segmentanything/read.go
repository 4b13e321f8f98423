package segmentanything

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Read implements [source.Format].
func (saFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	set, err := jsonfiles.Open(path, o, ours, names, extension)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", source.Show(path), err)
	}
	b, err := source.NewBuilder(&dataset.Dataset{
		Name: filepath.Base(set.Path), Root: set.Album.Root, Source: set.Path, Format: "segment-anything",
	}, o)
	if err != nil {
		return nil, err
	}
	var skipped source.Tally
	for _, file := range set.Files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n, err := parse(at(set, file))
		switch {
		case err != nil && set.Single:
			return nil, fmt.Errorf("%s cannot be read: %w", source.Show(path), err)
		case err != nil:
			b.Problem("", "", 0, file, "%s is left out: %v", source.Show(file), err)
		default:
			readPicture(b, set, file, n, &skipped)
		}
	}
	if len(b.Images) == 0 {
		return nil, fmt.Errorf("%s holds no annotations of Segment Anything: each picture has a JSON file with its image and its annotations", source.Show(path))
	}
	if len(b.Classes) == 0 {
		b.DefineClass(class) // for masks to come
	}
	skipped.List(b, filepath.Base(set.Path))
	return b.Done(o)
}

func readPicture(b *source.Builder, set *jsonfiles.Set, file string, n jsontext.Node, skipped *source.Tally) {
	im := n.Get("image")
	name, _ := im.Get("file_name").Text()
	picture := dataset.Image{Path: set.Beside(file, name), Split: set.Split(file)}
	if id := im.Get("image_id"); id.Kind() == jsontext.Number || id.Kind() == jsontext.String {
		picture.ID = id.String()
	}
	w, okW := im.Get("width").Int()
	h, okH := im.Get("height").Int()
	if okW && okH && w > 0 && h > 0 && w <= maxSide && h <= maxSide {
		picture.Width, picture.Height = int(w), int(h)
	}
	image, fresh := b.Image(picture)
	if !fresh {
		b.Problem("", picture.Path, 0, file, "%s is a further file of the picture %s; the annotations of all its files are taken together", source.Show(file), source.Show(picture.Path))
	}
	ids := map[string]int{}
	for i, v := range n.Get("annotations").Elements() {
		a, ok := annotation(v)
		if !ok {
			skipped.Add("annotation that is no object of JSON", "annotations that are no objects of JSON")
			continue
		}
		a.Image = image
		var defined bool
		a.Class, defined = b.Class(class, false)
		ordinal := b.Annotate(a)
		if !defined && ordinal == 1 {
			b.Problem(dataset.UndefinedClass, picture.Path, ordinal, file, "%s: the list of classes has no %q, which is the class of every mask of Segment Anything", source.Show(file), class)
		}
		if other, twice := ids[a.ID]; twice && a.ID != "" {
			b.Problem(dataset.DuplicateID, picture.Path, ordinal, file, "%s: the annotations %d and %d have the same id %s", source.Show(file), other, i+1, a.ID)
		} else {
			ids[a.ID] = i + 1
		}
	}
}

// names reads the name of the picture for a first look.
func names(in io.Reader, take func(name string) error) error {
	return jsontext.Stream(context.Background(), in, jsontext.Handler{Value: func(key string, n jsontext.Node) error {
		if name, ok := n.Get("file_name").Text(); ok && key == "image" {
			return take(name)
		}
		return nil
	}})
}
