package scalabel

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// reader is the state of a read.
type reader struct {
	*source.Builder
	set *jsonfiles.Set
	// listed are the categories of all files; ends says up to which annotation
	// each list holds.
	listed []string
	ends   []listEnd
	// columns number the metadata, values hold them image by image.
	columns map[string]int
	values  map[int][]dataset.Attribute
	skipped source.Tally
	scored  bool
	// texts are names and values of attributes, of which there are few.
	texts map[string]string
}

// listEnd tells that the annotations of one file end here, and what its list of
// categories is, nil when it has none.
type listEnd struct {
	annotations int
	categories  map[string]bool
}

// Read implements [source.Format].
func (scalabelFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	set, err := jsonfiles.Open(path, o, ours, names, extensions...)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", source.Show(path), err)
	}
	b, err := source.NewBuilder(&dataset.Dataset{
		Name: filepath.Base(set.Path), Root: set.Album.Root, Source: set.Path, Format: "scalabel",
	}, o)
	if err != nil {
		return nil, err
	}
	r := &reader{Builder: b, set: set, columns: map[string]int{}, values: map[int][]dataset.Attribute{}, texts: map[string]string{}}
	for _, file := range set.Files {
		if err := r.file(ctx, file); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if set.Single && len(r.Images) == 0 {
				return nil, fmt.Errorf("%s cannot be read: %w", source.Show(path), err)
			}
			r.Problems = append(r.Problems, set.Problem(file, err))
		}
	}
	if len(r.Images) == 0 {
		return nil, fmt.Errorf("%s holds no frames: Scalabel JSON is a list of frames, or an object with such a list under \"frames\", and each has a name and labels", source.Show(path))
	}
	r.finish(o)
	return r.Done(o)
}

func (r *reader) file(ctx context.Context, file string) error {
	split := r.set.Split(file)
	first := len(r.Images)
	var categories []string
	width, height := 0, 0
	var common []dataset.Attribute // of a file of the first release
	err := visit(ctx, r.set, file, visitor{
		frame: func(f *frame) error { r.frame(f, split); return nil },
		skipped: func(_ jsontext.Node, place, reason string) error {
			r.Problem("", "", 0, place, "%s is left out: %s", source.Show(place), reason)
			return nil
		},
		member: func(key string, n jsontext.Node) error {
			switch key {
			case "config":
				categories = leaves(categories, n.Get("categories"))
				width, height = size(n.Get("imageSize"))
			case "attributes":
				common = metadata(n)
			case "groups":
				if n.Kind() == jsontext.Object {
					r.skipped.Add(groups.one, groups.many)
				}
			}
			return nil
		},
	})
	for i := first; i < len(r.Images); i++ {
		if im := &r.Images[i]; im.Width == 0 {
			im.Width, im.Height = width, height
		}
		r.describe(i, common)
	}
	end := listEnd{annotations: len(r.Annotations)}
	if len(categories) > 0 {
		end.categories = map[string]bool{}
		for _, c := range categories {
			end.categories[c] = true
		}
		r.listed = append(r.listed, categories...)
	}
	r.ends = append(r.ends, end)
	return err
}

func (r *reader) frame(f *frame, split string) {
	im := dataset.Image{Path: f.path, Split: split}
	im.Width, im.Height = size(f.node.Get("size"))
	image, fresh := r.Image(im)
	if !fresh {
		r.Problem("", f.path, 0, f.place, "%s is a further record of the picture %s; the labels of all its records are taken together", source.Show(f.place), source.Show(f.path))
	}
	r.describe(image, metadata(f.node.Get("attributes")))
	if f.video != "" {
		r.describe(image, []dataset.Attribute{{Name: "videoName", Value: f.video}})
	}
	seen := map[string]int{}
	for i, n := range f.labels.Elements() {
		l, skip := readLabel(n)
		if skip != (kind{}) {
			r.skipped.Add(skip.one, skip.many)
			continue
		}
		for _, k := range l.beside {
			r.skipped.Add(k.one, k.many)
		}
		a := l.annotation()
		for k, t := range a.Attributes {
			a.Attributes[k] = dataset.Attribute{Name: r.once(t.Name), Value: r.once(t.Value)}
		}
		if s, ok := n.Get("score").Float(); ok && s == s {
			r.scored = true
		}
		a.Image = image
		a.Class, _ = r.Class(l.category, false)
		ordinal := r.Annotate(a)
		if a.ID == "" {
			continue
		}
		if other, twice := seen[a.ID]; twice {
			r.Problem(dataset.DuplicateID, f.path, ordinal, f.place, "%s: the labels %d and %d have the same id %s", source.Show(f.place), other, i+1, a.ID)
		} else {
			seen[a.ID] = i + 1
		}
	}
}

// once returns a text that is shared by all who say the same.
func (r *reader) once(s string) string {
	const most, longest = 1 << 16, 64
	if old, ok := r.texts[s]; ok {
		return old
	}
	if len(r.texts) < most && len(s) <= longest {
		r.texts[s] = s
	}
	return s
}

// describe adds metadata of an image; what it has already stays.
func (r *reader) describe(image int, values []dataset.Attribute) {
	for _, v := range values {
		if slices.ContainsFunc(r.values[image], func(old dataset.Attribute) bool { return old.Name == v.Name }) {
			continue
		}
		if _, ok := r.columns[v.Name]; !ok {
			r.columns[v.Name] = len(r.MetadataColumns)
			r.MetadataColumns = append(r.MetadataColumns, v.Name)
		}
		r.values[image] = append(r.values[image], v)
	}
}

// finish brings the classes in order, fills in the metadata and lists what was
// left out.
func (r *reader) finish(o source.Options) {
	r.Predictions = r.scored
	if len(r.MetadataColumns) > 0 {
		for i := range r.Images {
			row := make([]string, len(r.MetadataColumns))
			for _, v := range r.values[i] {
				row[r.columns[v.Name]] = v.Value
			}
			r.Images[i].Metadata = row
		}
	}
	r.order(o)
	r.undefined(o)
	r.skipped.List(r.Builder, filepath.Base(r.set.Path))
}

// order puts the classes that are listed before those that are not, which are
// sorted.
func (r *reader) order(o source.Options) {
	r.SortClasses(len(o.Classes))
	old := r.Classes
	number := map[string]int{}
	var classes []string
	put := func(names []string) {
		for _, c := range names {
			if _, ok := number[c]; !ok {
				number[c] = len(classes)
				classes = append(classes, c)
			}
		}
	}
	put(o.Classes)
	if len(o.Classes) == 0 {
		put(r.listed)
	}
	put(old)
	for i := range r.Annotations {
		r.Annotations[i].Class = number[old[r.Annotations[i].Class]]
	}
	r.Classes = classes
}

// undefined reports the classes that the list of their file, or of the person,
// does not have.
func (r *reader) undefined(o source.Options) {
	given := map[string]bool{}
	for _, c := range o.Classes {
		given[c] = true
	}
	ordinals := make([]int, len(r.Images))
	k := 0
	for i, a := range r.Annotations {
		for k < len(r.ends)-1 && i >= r.ends[k].annotations {
			k++
		}
		ordinals[a.Image]++
		list := r.ends[k].categories
		if len(given) > 0 {
			list = given
		}
		if name := r.Classes[a.Class]; list != nil && !list[name] {
			file := r.set.Files[k]
			im := r.Images[a.Image].Path
			r.Problem(dataset.UndefinedClass, im, ordinals[a.Image], file, "%s: the category %q of a label of %s is not in the list of categories; the listed ones are %s", source.Show(file), name, source.Show(im), some(list))
		}
	}
}

// some names a few of many.
func some(list map[string]bool) string {
	names := slices.Sorted(maps.Keys(list))
	out := ""
	for i, n := range names {
		if i == 8 {
			return out + fmt.Sprintf(" and %d more", len(names)-i)
		}
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}
