package labelstudio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Write implements [source.Writer]: a list of tasks for each split, which Label
// Studio imports from local files, the configuration that its project needs, and
// the pictures in images.
func (labelStudioFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	w := &writer{ds: ds, ix: dataset.NewIndex(ds), out: out, taken: map[string]bool{}}
	if err := w.config(); err != nil {
		return err
	}
	splits := ds.Splits()
	if slices.ContainsFunc(ds.Images, func(im dataset.Image) bool { return im.Split == "" }) || len(splits) == 0 {
		splits = append([]string{""}, splits...)
	}
	for _, s := range splits {
		if err := w.split(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// Losses implements [source.Refuser].
func (labelStudioFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, s := range ds.Splits() {
		if split(fileOf(s)) != s {
			out = append(out, fmt.Sprintf("the split %q: a file of tasks is a split when it is named train, val, test and so on", s))
		}
	}
	for _, a := range ds.Annotations {
		if a.Geometry == nil && len(a.Attributes) > 0 {
			out = append(out, "attributes of labels of whole pictures")
			break
		}
	}
	return out
}

// fileOf returns the name of the file of a split.
func fileOf(split string) string {
	if split == "" {
		split = "tasks"
	}
	return strings.NewReplacer("/", "_", `\`, "_").Replace(split) + ".json"
}

const imagesDir = "images"

type writer struct {
	ds    *dataset.Dataset
	ix    *dataset.Index
	out   source.Sink
	taken map[string]bool
	tasks int
	// annotations counts those of all tasks.
	annotations int
}

// kindOf returns the kind of region that an annotation becomes; empty for what
// is marked in no readable way.
func kindOf(g dataset.Geometry) string {
	switch g := g.(type) {
	case nil:
		return choices
	case dataset.Box, dataset.RotatedBox:
		return rectangle
	case dataset.Polygon:
		if len(g.Parts) == 1 {
			return polygon
		}
		return brush
	case dataset.Mask:
		return brush
	}
	return ""
}

// tags are the controls of the kinds of regions in the order of the
// configuration, with the elements of their labels.
var tags = []struct{ kind, tag, label string }{
	{rectangle, "RectangleLabels", "Label"},
	{polygon, "PolygonLabels", "Label"},
	{brush, "BrushLabels", "Label"},
	{choices, "Choices", "Choice"},
}

// config writes the labelling configuration: a control for each kind of region
// with the classes that it is used for. Classes without annotations are in the
// first.
func (w *writer) config() error {
	used := map[string][]bool{}
	labelled := make([]bool, len(w.ds.Classes))
	var facts []string
	for _, a := range w.ds.Annotations {
		kind := kindOf(a.Geometry)
		if kind == "" {
			continue
		}
		if used[kind] == nil {
			used[kind] = make([]bool, len(w.ds.Classes))
		}
		used[kind][a.Class], labelled[a.Class] = true, true
		for _, t := range a.Attributes {
			if kind != choices && !slices.Contains(facts, t.Name) {
				facts = append(facts, t.Name)
			}
		}
	}
	if len(used) == 0 {
		used[rectangle] = make([]bool, len(w.ds.Classes))
	}
	var b bytes.Buffer
	b.WriteString("<View>\n  <Image name=\"image\" value=\"$image\"/>\n")
	first := true
	for _, t := range tags {
		if used[t.kind] == nil {
			continue
		}
		more := ""
		if t.kind == choices {
			more = ` choice="multiple"`
		}
		fmt.Fprintf(&b, "  <%s name=\"%s\" toName=\"image\"%s>\n", t.tag, names[t.kind].from, more)
		for i, class := range w.ds.Classes {
			if used[t.kind][i] || first && !labelled[i] {
				fmt.Fprintf(&b, "    <%s value=\"%s\"/>\n", t.label, escape(class))
			}
		}
		fmt.Fprintf(&b, "  </%s>\n", t.tag)
		first = false
	}
	for _, name := range facts {
		fmt.Fprintf(&b, "  <TextArea name=\"%s\" toName=\"image\" perRegion=\"true\"/>\n", escape(name))
	}
	b.WriteString("</View>\n")
	f, err := w.out.Create(configNames[0])
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close())
}

// escape spells a text inside of quotes in XML.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

// split writes the tasks of one split.
func (w *writer) split(ctx context.Context, name string) error {
	f, err := w.out.Create(fileOf(name))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	separator := "["
	for i, im := range w.ds.Images {
		if im.Split != name {
			continue
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(err, f.Close())
		}
		picture := im.Path
		for n := 2; w.taken[picture]; n++ {
			picture = source.Numbered(im.Path, n)
		}
		w.taken[picture] = true
		picture = path.Join(imagesDir, picture)
		text, err := w.task(i, picture)
		if err == nil {
			err = w.out.Picture(i, picture)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", source.Show(im.Path), err), f.Close())
		}
		fmt.Fprintf(out, "%s\n%s", separator, text)
		separator = ","
	}
	if separator == "[" {
		fmt.Fprint(out, "[")
	}
	fmt.Fprint(out, "\n]\n")
	return errors.Join(out.Flush(), f.Close())
}

// task spells one image: an annotation for each annotator, in the order in which
// they come first.
func (w *writer) task(i int, picture string) ([]byte, error) {
	w.tasks++
	var parts []string
	for _, p := range strings.Split(picture, "/") {
		parts = append(parts, strings.ReplaceAll(url.QueryEscape(p), "+", "%20"))
	}
	address := "/data/local-files/?d=" + strings.Join(parts, "/")
	out := fmt.Appendf(nil, `{"id": %d, "data": {"image": %s}, "annotations": [`, w.tasks, jsontext.Quote(address, true))
	var people []string
	of := map[string][]byte{}
	ids := map[string]bool{}
	width, height := 0, 0
	for k, a := range w.ix.Annotations(i) {
		an := w.ds.Annotations[a]
		if kindOf(an.Geometry) == "" {
			continue
		}
		if an.Geometry != nil && width == 0 {
			var err error
			if width, height, err = w.out.Size(i); err != nil {
				return nil, fmt.Errorf("the size of the picture has to be known, because Label Studio measures in percent: %w", err)
			}
		}
		id := an.ID
		for n := k; id == "" || ids[an.Annotator+"\x00"+id]; n++ {
			id = "region" + strconv.Itoa(n)
		}
		ids[an.Annotator+"\x00"+id] = true
		text, err := w.results(an, id, width, height)
		if err != nil {
			return nil, err
		}
		if _, ok := of[an.Annotator]; !ok {
			people = append(people, an.Annotator)
		} else {
			text = append([]byte(", "), text...)
		}
		of[an.Annotator] = append(of[an.Annotator], text...)
	}
	for n, who := range people {
		if n > 0 {
			out = append(out, ", "...)
		}
		w.annotations++
		out = fmt.Appendf(out, `{"id": %d, `, w.annotations)
		if number, err := strconv.Atoi(who); err == nil && strconv.Itoa(number) == who {
			out = fmt.Appendf(out, `"completed_by": %d, `, number)
		} else if who != "" {
			out = fmt.Appendf(out, `"completed_by": {"email": %s}, `, jsontext.Quote(who, true))
		}
		out = fmt.Appendf(out, `"was_cancelled": false, "ground_truth": false, "result": [%s]}`, of[who])
	}
	return append(out, `], "predictions": []}`...), nil
}

// results spells an annotation and its attributes.
func (w *writer) results(an dataset.Annotation, id string, width, height int) ([]byte, error) {
	quote := func(s string) []byte { return jsontext.Quote(s, true) }
	kind := kindOf(an.Geometry)
	t := names[kind]
	value := fmt.Appendf(nil, `%s: [%s]`, quote(t.kind), quote(w.ds.Classes[an.Class]))
	size := ""
	if kind != choices {
		g := an.Geometry
		if p, ok := g.(dataset.Polygon); ok && kind == brush {
			g = p.Mask(width, height)
		}
		_, place, err := members(g, width, height)
		if err != nil {
			return nil, err
		}
		value = slices.Concat(place, []byte(", "), value)
		size = fmt.Sprintf(`, "original_width": %d, "original_height": %d, "image_rotation": 0`, width, height)
	}
	out := fmt.Appendf(nil, `{"id": %s, "type": %s, "from_name": %s, "to_name": "image", "origin": "manual"%s, "value": {%s}}`,
		quote(id), quote(t.kind), quote(t.from), size, value)
	if kind == choices {
		return out, nil
	}
	for _, a := range an.Attributes {
		out = fmt.Appendf(out, `, {"id": %s, "type": "textarea", "from_name": %s, "to_name": "image", "origin": "manual", "value": {"text": [%s]}}`,
			quote(id), quote(a.Name), quote(a.Value))
	}
	return out, nil
}
