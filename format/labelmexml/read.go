package labelmexml

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Read returns the dataset in a folder.
func (labelmeFormat) Read(ctx context.Context, dir string, o source.Options) (*dataset.Dataset, error) {
	s, err := open(dir, o)
	if err != nil {
		return nil, err
	}
	b, err := source.NewBuilder(&dataset.Dataset{Name: filepath.Base(s.root), Root: s.album.Root, Source: s.root, Format: Name}, o)
	if err != nil {
		return nil, err
	}
	good, bad, deleted := 0, error(nil), 0
	for _, e := range s.entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		im := dataset.Image{Path: e.path, Split: source.SplitOf(path.Dir(e.path) + "/x")}
		if e.xml == "" {
			b.Image(im)
			continue
		}
		root, err := s.parse(e.xml)
		if err != nil {
			bad = fmt.Errorf("%s: %w", source.Show(e.xml), err)
			b.Problem("", e.path, 0, e.xml, "%s is passed over with its picture: %v", source.Show(e.xml), err)
			continue
		}
		good++
		size := root.Child("imagesize")
		im.Width, im.Height = side(size.Child("ncols").Text()), side(size.Child("nrows").Text())
		i, _ := b.Image(im)
		found := objects(root)
		deleted += len(root.All("object")) - len(found)
		for _, ob := range found {
			s.add(b, i, e, ob)
		}
	}
	if good == 0 {
		return nil, fmt.Errorf("no XML file of %s is a LabelMe annotation: %w", source.Show(dir), bad)
	}
	if deleted > 0 {
		b.Problem("", "", 0, "", "%d objects are marked as deleted in the files and passed over", deleted)
	}
	return b.Done(o)
}

func (s *set) add(b *source.Builder, i int, e entry, ob *xmltext.Element) {
	name := ob.Child("name").Text()
	class, defined := b.Class(name, false)
	n := b.Annotate(dataset.Annotation{
		Image: i, Class: class, ID: ob.Child("id").Text(), Annotator: annotator(ob), Geometry: s.geometryOf(e.xml, ob), Attributes: attributes(ob),
	})
	place := fmt.Sprintf("%s line %d", e.xml, ob.Line)
	switch {
	case name == "":
		b.Problem(dataset.UndefinedClass, e.path, n, place, "the object has no name")
	case !defined:
		b.Problem(dataset.UndefinedClass, e.path, n, place, "the class %q is not in the list of classes", name)
	}
}

func side(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1<<20 {
		return 0
	}
	return n
}
