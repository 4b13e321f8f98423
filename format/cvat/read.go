package cvat

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Read returns the dataset in a CVAT file or a folder of them.
func (cvatFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	s, err := open(path)
	if err != nil {
		return nil, err
	}
	if err := s.openAlbum(ctx, o); err != nil {
		return nil, err
	}
	name := filepath.Base(s.base)
	if !s.folder {
		name = s.files[0]
	}
	b, err := source.NewBuilder(&dataset.Dataset{Name: name, Root: s.album.Root, Source: s.source(), Format: Name}, o)
	if err != nil {
		return nil, err
	}
	var passed source.Tally
	tracks, listed := 0, false
	var broken error
	for _, file := range s.files {
		err := s.stream(ctx, file, func(_, e *xmltext.Element) error {
			switch e.Name {
			case "meta":
				if len(o.Classes) > 0 {
					return nil // the person has a list
				}
				for _, l := range labelNames(labelsOf(e)) {
					b.DefineClass(l)
					listed = true
				}
			case "track":
				tracks++
				passed.Add("track of a video", "tracks of videos")
			case "image":
				s.image(b, file, e, listed, &passed)
			}
			return nil
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			broken = errors.Join(broken, fmt.Errorf("%s: %w", source.Show(file), err))
			b.Problem("", "", 0, file, "%s cannot be read to its end: %v; what comes before is used", source.Show(file), err)
		}
	}
	switch {
	case len(b.Images) > 0:
	case broken != nil:
		return nil, broken
	case tracks > 0:
		return nil, fmt.Errorf("%s holds tracks of a video and no images; export the task as \"CVAT for images 1.1\", with images, and read that", source.Show(path))
	default:
		return nil, fmt.Errorf("%s lists no image; expected <image name=…> elements as CVAT exports them for images", source.Show(path))
	}
	passed.List(b, "")
	return b.Done(o)
}

// image reads one image element.
func (s *set) image(b *source.Builder, file string, e *xmltext.Element, listed bool, passed *source.Tally) {
	p := s.picture(file, e)
	im, fresh := b.Image(dataset.Image{Path: p.path, ID: p.id, Split: p.split, Width: p.width, Height: p.height})
	if !fresh {
		b.Problem("", p.path, 0, fmt.Sprintf("%s line %d", file, e.Line), "the image is listed a second time; its annotations are added to the first")
	}
	for _, shape := range shapes(e, passed.Add) {
		label, has := shape.Attr("label")
		class, defined := b.Class(label, listed)
		n := b.Annotate(dataset.Annotation{Image: im, Class: class, Geometry: geometryOf(shape, p.width, p.height), Attributes: attributesOf(shape)})
		place := fmt.Sprintf("%s line %d", file, shape.Line)
		switch {
		case !has || label == "":
			b.Problem(dataset.UndefinedClass, p.path, n, place, "the %s has no label", shape.Name)
		case !defined:
			b.Problem(dataset.UndefinedClass, p.path, n, place, "the label %q is not in the list of labels", label)
		}
	}
}
