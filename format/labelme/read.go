package labelme

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// maxSide bounds the stated sides of pictures.
const maxSide = 1 << 20

// Read implements [source.Format].
func (labelmeFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	f, err := openFolder(name)
	if err != nil {
		return nil, err
	}
	if err := f.locate(ctx, o); err != nil {
		return nil, err
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	b, err := source.NewBuilder(&dataset.Dataset{Name: filepath.Base(full), Root: f.root, Source: full, Format: Name}, o)
	if err != nil {
		return nil, err
	}
	r := &reader{Builder: b, folder: f, embedded: map[string]string{}}
	if r.fixed = len(o.Classes) > 0; !r.fixed {
		r.listed = r.defineClasses()
	}
	for _, name := range f.names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.read(name)
	}
	if r.files == 0 {
		if len(b.Problems) > 0 {
			return nil, fmt.Errorf("%s holds no label file of LabelMe that can be read: %s: %s", source.Show(full), b.Problems[0].Place, b.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s holds no label file of LabelMe: expected JSON with shapes and imagePath", source.Show(full))
	}
	r.skipped.List(b, b.Name)
	if len(r.embedded) > 0 {
		b.Pictures = &pictures{root: f.root, base: f.base, files: r.embedded}
	}
	return b.Done(o)
}

// reader makes the dataset from one label file after another.
type reader struct {
	*source.Builder
	folder *folder
	// fixed tells that a person has listed the classes, listed that the source
	// has.
	fixed, listed bool
	files         int
	// embedded leads from pictures without a file to the label files they are in.
	embedded map[string]string
	skipped  source.Tally
}

func (r *reader) read(name string) {
	l, ok, err := r.folder.open(name)
	switch {
	case err != nil:
		r.Problem("", "", 0, name, "it cannot be read as JSON: %v; correct it or take it away", err)
		return
	case !ok:
		r.skipped.Add("JSON file that is no label file of LabelMe", "JSON files that are no label files of LabelMe")
		return
	}
	r.files++
	picture, found := r.folder.picture(l)
	im := dataset.Image{Path: picture, Width: side(l.root, "imageWidth"), Height: side(l.root, "imageHeight")}
	if dir := path.Dir(name); dir != "." {
		im.Split = source.SplitOf(dir)
	}
	i, fresh := r.Image(im)
	if !fresh {
		r.Problem("", picture, 0, name, "a second label file speaks of this picture; its annotations are added to those of the first")
	} else if !found && l.root.Get("imageData").Kind() == jsontext.String {
		r.embedded[picture] = name
	}
	for key, v := range l.flags() {
		on, ok := v.Bool()
		switch {
		case !ok:
			r.skipped.Add("flag that is neither true nor false", "flags that are neither true nor false")
		case on:
			r.annotate(picture, name, dataset.Annotation{Image: i}, key, false)
		case key != ignore && !r.fixed:
			r.DefineClass(key)
		}
	}
	size := l.size(func() (int, int) { return r.sizeOf(&r.Images[i]) })
	for k, s := range l.root.Get("shapes").Elements() {
		place := fmt.Sprintf("%s shape %d", name, k+1)
		g, skip := decode(s, size)
		if skip != "" {
			r.skipped.Add(skip, "shapes"+strings.TrimPrefix(skip, "shape"))
			continue
		}
		a := dataset.Annotation{Image: i, Geometry: g, Attributes: attributes(s)}
		r.annotate(picture, place, a, s.Get("label").String(), r.listed)
	}
}

// annotate adds an annotation. Listed tells that the class should be on the list.
func (r *reader) annotate(picture, place string, a dataset.Annotation, class string, listed bool) {
	var defined bool
	a.Class, defined = r.Class(class, listed && class != ignore)
	ordinal := r.Annotate(a)
	if !defined {
		r.Problem(dataset.UndefinedClass, picture, ordinal, place, "the label %q is not in the list of classes", class)
	}
}

// sizeOf returns the size of a picture that is a file or embedded.
func (r *reader) sizeOf(im *dataset.Image) (w, h int) {
	var err error
	if file, ok := r.embedded[im.Path]; ok {
		var data []byte
		if data, err = (&pictures{root: r.Root, base: r.folder.base}).from(file); err == nil {
			w, h, err = source.SizeOfBytes(data)
		}
	} else {
		w, h, err = source.SizeOf(filepath.Join(r.Root, filepath.FromSlash(im.Path)))
	}
	if err != nil {
		return 0, 0 // of an unknown size there are no masks
	}
	return w, h
}

// flags are the members of the file's flags.
func (l *labelFile) flags() func(func(string, jsontext.Node) bool) {
	return l.root.Get("flags").Members()
}

// size returns a function that tells the size of the picture: what the file
// states, or else what look finds, once.
func (l *labelFile) size(look func() (int, int)) func() (w, h int) {
	w, h := side(l.root, "imageWidth"), side(l.root, "imageHeight")
	return func() (int, int) {
		if w == 0 || h == 0 {
			w, h = look()
			look = func() (int, int) { return 0, 0 }
		}
		return w, h
	}
}

func side(n jsontext.Node, key string) int {
	v, ok := n.Get(key).Int()
	if !ok || v <= 0 || v > maxSide {
		return 0
	}
	return int(v)
}
