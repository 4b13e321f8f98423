package datumaro

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Write implements [source.Writer]: a JSON file for each split in annotations,
// the pictures in images/<split>.
func (datumaroFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	splits := []string{""}
	for _, im := range ds.Images {
		if im.Split != "" {
			splits = splits[:0]
			break
		}
	}
	splits = append(splits, ds.Splits()...)
	for _, im := range ds.Images {
		if im.Split == "" && splits[0] != "" {
			splits = append([]string{""}, splits...)
			break
		}
	}
	w := &writer{ds: ds, ix: dataset.NewIndex(ds), out: out}
	for _, split := range splits {
		if err := w.subset(ctx, split); err != nil {
			return err
		}
	}
	return nil
}

// Losses implements [source.Refuser].
func (datumaroFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, split := range ds.Splits() {
		if subset(fileOf(split)) != split {
			out = append(out, fmt.Sprintf("the name of the split %q, which becomes %q", split, subset(fileOf(split))))
		}
	}
	for _, a := range ds.Annotations {
		if a.ID != "" && !isID(a.ID) {
			out = append(out, fmt.Sprintf("ids of annotations that are no whole numbers, such as %q", a.ID))
			break
		}
	}
	return out
}

// isID reports whether an id can be one here: JSON spells a whole number so.
func isID(id string) bool {
	n, err := strconv.ParseInt(id, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == id
}

// fileOf returns the name of the file of a split.
func fileOf(split string) string {
	if split == "" {
		split = "default"
	}
	return strings.NewReplacer("/", "_", `\`, "_").Replace(split) + ".json"
}

type writer struct {
	ds  *dataset.Dataset
	ix  *dataset.Index
	out source.Sink
}

// subset writes the images of one split.
func (w *writer) subset(ctx context.Context, split string) error {
	name := fileOf(split)
	f, err := w.out.Create(annotationsDir + "/" + name)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(out, `{"dm_format_version": "1.0", "media_type": 2, "infos": {}, "categories": {"label": {"labels": [`)
	for i, class := range w.ds.Classes {
		if i > 0 {
			fmt.Fprint(out, ", ")
		}
		fmt.Fprintf(out, `{"name": %s, "parent": "", "attributes": []}`, jsontext.Quote(class, true))
	}
	fmt.Fprint(out, `], "label_groups": [], "attributes": []}}, "items": [`)
	taken := map[string]bool{}
	first := true
	for i, im := range w.ds.Images {
		if im.Split != split {
			continue
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(err, f.Close())
		}
		if !first {
			fmt.Fprint(out, ",")
		}
		first = false
		want := strings.TrimPrefix(strings.TrimPrefix(im.Path, imagesDir+"/"), strings.TrimSuffix(name, ".json")+"/")
		picture := want
		for n := 2; taken[stem(picture)]; n++ {
			picture = source.Numbered(want, n)
		}
		taken[stem(picture)] = true
		item, err := w.item(i, picture)
		if err == nil {
			err = w.out.Picture(i, path.Join(imagesDir, strings.TrimSuffix(name, ".json"), picture))
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", source.Show(im.Path), err), f.Close())
		}
		fmt.Fprintf(out, "\n%s", item)
	}
	fmt.Fprint(out, "\n]}\n")
	return errors.Join(out.Flush(), f.Close())
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// item spells one image with its annotations; what is marked in no readable way
// is left out.
func (w *writer) item(i int, picture string) ([]byte, error) {
	out := fmt.Appendf(nil, `{"id": %s, "annotations": [`, jsontext.Quote(stem(picture), true))
	group := w.freeGroup(i)
	first := true
	for k, a := range w.ix.Annotations(i) {
		an := w.ds.Annotations[a]
		if _, invalid := an.Geometry.(dataset.Invalid); invalid {
			continue
		}
		r := record{id: strconv.Itoa(k), label: an.Class, group: "0", zOrder: "0"}
		if isID(an.ID) {
			r.id = an.ID
		}
		r.facts(an)
		parts := 1
		if p, ok := an.Geometry.(dataset.Polygon); ok {
			if parts = len(p.Parts); parts > 1 {
				r.group = strconv.Itoa(group)
				group++
			}
		}
		for part := range parts {
			text, err := r.text(an.Geometry, part)
			if err != nil {
				return nil, err
			}
			if !first {
				out = append(out, ", "...)
			}
			first = false
			out = append(out, text...)
		}
	}
	out = fmt.Appendf(out, `], "image": {"path": %s`, jsontext.Quote(picture, true))
	if width, height, err := w.out.Size(i); err == nil {
		out = fmt.Appendf(out, `, "size": [%d, %d]`, height, width)
	}
	return append(out, "}}"...), nil
}

// freeGroup returns a number above those of all groups of an image.
func (w *writer) freeGroup(i int) int {
	free := 1
	for _, a := range w.ix.Annotations(i) {
		for _, t := range w.ds.Annotations[a].Attributes {
			if n, err := strconv.Atoi(t.Value); err == nil && t.Name == "group" && n >= free && n < 1<<30 {
				free = n + 1
			}
		}
	}
	return free
}

// facts fills in the attributes of an annotation and those that are members of
// the record.
func (r *record) facts(an dataset.Annotation) {
	r.attrs = []byte{'{'}
	put := func(name string, value []byte) {
		if len(r.attrs) > 1 {
			r.attrs = append(r.attrs, ", "...)
		}
		r.attrs = append(append(append(r.attrs, jsontext.Quote(name, true)...), ": "...), value...)
	}
	turn, turns := an.Geometry.(dataset.RotatedBox)
	for _, a := range an.Attributes {
		whole := isID(a.Value) && a.Value != "0"
		switch {
		case a.Name == "group" && whole:
			r.group = a.Value
		case a.Name == "z_order" && whole && an.Geometry != nil:
			r.zOrder = a.Value
		case a.Name == "object_id" && whole:
			r.object = a.Value
		case a.Name == crowd && an.Crowd, a.Name == rotation && turns:
		case a.Name == crowd, a.Name == rotation:
			put(a.Name, jsontext.Quote(a.Value, true)) // a text has no such meaning
		default:
			put(a.Name, spell(jsontext.Invalid, a.Value))
		}
	}
	if an.Crowd {
		put(crowd, []byte("true"))
	}
	if turns {
		put(rotation, number(turned(turn.Angle), []byte("0.0")))
	}
	r.attrs = append(r.attrs, '}')
}
