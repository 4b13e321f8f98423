package labelstudio

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Read implements [source.Format].
func (labelStudioFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
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
	r := &reader{Builder: b, folder: f, unsized: map[string]bool{}}
	for _, k := range f.config.controls {
		if k.gives() && len(o.Classes) == 0 {
			for _, l := range k.labels {
				b.DefineClass(l)
			}
		}
	}
	for _, file := range f.names {
		r.file, r.tasks = file, 0
		err := f.stream(ctx, file, jsontext.Handler{Element: r.element})
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && len(f.names) == 1:
			return nil, fmt.Errorf("%s cannot be read as JSON: %w", source.Show(file), err)
		case err != nil:
			b.Problem("", "", 0, file, "it cannot be read to its end: %v; correct it or take it away", err)
		case r.tasks == 0:
			r.skipped.Add("JSON file without a task of Label Studio", "JSON files without tasks of Label Studio")
		}
	}
	if len(b.Images) == 0 {
		for _, p := range b.Problems {
			return nil, fmt.Errorf("%s holds no task of Label Studio that can be read: %s: %s", source.Show(full), p.Place, p.Message)
		}
		return nil, fmt.Errorf("%s holds no task of Label Studio with a picture: expected a JSON or JSON-MIN export of a project that labels pictures", source.Show(full))
	}
	r.skipped.List(b, b.Name)
	return b.Done(o)
}

// reader makes the dataset from one task after another.
type reader struct {
	*source.Builder
	folder *folder
	file   string
	// tasks counts those of the file.
	tasks   int
	skipped source.Tally
	// unsized are the pictures that a problem tells the missing size of.
	unsized map[string]bool
}

// element reads one element of an export.
func (r *reader) element(key string, i int, n jsontext.Node) error {
	if key != "" {
		return nil
	}
	t, ok := newTask(n, r.folder.config, r.skipped.Add)
	if !ok {
		return nil
	}
	r.tasks++
	if len(t.pages) == 0 {
		r.skipped.Add("task without a picture", "tasks without a picture")
		return nil
	}
	place := fmt.Sprintf("%s task %d", r.file, i+1)
	images := make([]int, len(t.pages))
	for p := range t.pages {
		im := r.folder.image(t, p, r.file)
		k, fresh := r.Image(im)
		if images[p] = k; !fresh && r.Images[k].Width == 0 {
			r.Images[k].Width, r.Images[k].Height = im.Width, im.Height
		}
	}
	for k := range t.annotations {
		a := &t.annotations[k]
		for j := range a.marks {
			r.mark(a, &a.marks[j], images[a.marks[j].page], place)
		}
	}
	return nil
}

func (r *reader) mark(a *annotation, m *mark, image int, place string) {
	picture := r.Images[image].Path
	an := dataset.Annotation{Image: image, ID: m.id, Annotator: a.who, Attributes: a.attributes(m)}
	if m.kind != choices {
		w, h := r.folder.size(m, picture)
		if w == 0 {
			if !r.unsized[picture] {
				r.unsized[picture] = true
				r.Problem("", picture, 0, place, "the export does not state the size of the picture, and it cannot be read; its regions are kept in the file as they are and not checked")
			}
			return
		}
		an.Geometry = decode(m.value, w, h)
	}
	control := r.folder.config.control(m.from)
	listed := control != nil && !control.lists(m.class)
	var known bool
	an.Class, known = r.Class(m.class, listed)
	ordinal := r.Annotate(an)
	if listed || !known {
		where := "the list of classes"
		if listed {
			where = fmt.Sprintf("the labels of %s in the labelling configuration", m.from)
		}
		r.Problem(dataset.UndefinedClass, picture, ordinal, place, "the label %q is not in %s", m.class, where)
	}
}
