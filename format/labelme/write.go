package labelme

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// version is the one of LabelMe whose files are written.
const version = "5.5.0"

// Write implements [source.Writer]: a label file beside each picture, in a
// folder for each split, and labels.txt with the classes. An outline of several
// parts becomes several shapes of one group.
func (labelmeFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	w := &writer{ds: ds, ix: dataset.NewIndex(ds), out: out, flag: make([]bool, len(ds.Classes))}
	for _, a := range ds.Annotations {
		if a.Geometry == nil {
			w.flag[a.Class] = true
		}
	}
	if err := w.classes(); err != nil {
		return err
	}
	taken := map[string]bool{}
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := place(im)
		name := want
		for n := 2; taken[stem(name)]; n++ {
			name = source.Numbered(want, n)
		}
		taken[stem(name)] = true
		if err := w.image(i, name); err != nil {
			return err
		}
	}
	return nil
}

// Losses implements [source.Refuser].
func (labelmeFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, split := range ds.Splits() {
		if source.SplitOf(split) != split || strings.ContainsRune(split, '/') {
			out = append(out, fmt.Sprintf("the split %q: a folder of LabelMe files is a split when it is named train, val, test and so on", split))
		}
	}
	reserved, whole := "", false
	for _, a := range ds.Annotations {
		for _, t := range a.Attributes {
			if slices.Contains(ownKeys, t.Name) {
				reserved = t.Name
			}
			whole = whole || a.Geometry == nil
		}
	}
	if reserved != "" {
		out = append(out, fmt.Sprintf("attributes with names that LabelMe keeps for itself, such as %q, which becomes %q", reserved, reserved+"_"))
	}
	if whole {
		out = append(out, "attributes of labels of whole pictures")
	}
	for _, class := range ds.Classes {
		if !listable(class) {
			out = append(out, fmt.Sprintf("the list of classes: %q cannot stand on a line of %s", class, classesName))
			break
		}
	}
	return out
}

// place returns where a picture goes: where it lay, in the folder of its split.
func place(im dataset.Image) string {
	if dir := path.Dir(im.Path); dir == "." && im.Split == "" || dir != "." && source.SplitOf(dir) == im.Split {
		return im.Path
	}
	return path.Join(im.Split, path.Base(im.Path))
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

type writer struct {
	ds  *dataset.Dataset
	ix  *dataset.Index
	out source.Sink
	// flag tells the classes of whole pictures.
	flag []bool
}

// listable reports whether a class can stand on a line of its own.
func listable(class string) bool {
	return class != "" && class == strings.TrimSpace(class) && !strings.ContainsAny(class, "\r\n") && class != background
}

func (w *writer) classes() error {
	lines := []string{ignore, background}
	for _, class := range w.ds.Classes {
		if !listable(class) {
			return nil // without a list every label is a class
		}
		if class != ignore {
			lines = append(lines, class)
		}
	}
	return w.create(classesName, []byte(strings.Join(lines, "\n")+"\n"))
}

func (w *writer) create(name string, content []byte) error {
	f, err := w.out.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// image writes a picture and its label file.
func (w *writer) image(i int, name string) error {
	width, height := "null", "null" // of a picture that cannot be read
	if x, y, err := w.out.Size(i); err == nil {
		width, height = strconv.Itoa(x), strconv.Itoa(y)
	}
	if err := w.out.Picture(i, name); err != nil {
		return err
	}
	var b bytes.Buffer
	quote := func(s string) string { return string(jsontext.Quote(s, false)) }
	fmt.Fprintf(&b, "{\n  \"version\": %s,\n  \"flags\": {", quote(version))
	on := map[int]bool{}
	for _, a := range w.ix.Annotations(i) {
		if an := w.ds.Annotations[a]; an.Geometry == nil {
			on[an.Class] = true
		}
	}
	first := true
	for c, flag := range w.flag {
		if flag {
			fmt.Fprintf(&b, "%s\n    %s: %t", comma(&first), quote(w.ds.Classes[c]), on[c])
		}
	}
	b.WriteString(closing(first, "}"))
	b.WriteString(",\n  \"shapes\": [")
	first = true
	group := w.freeGroup(i)
	for _, a := range w.ix.Annotations(i) {
		an := w.ds.Annotations[a]
		parts := []dataset.Geometry{an.Geometry}
		if p, ok := an.Geometry.(dataset.Polygon); ok && len(p.Parts) > 1 {
			parts = parts[:0]
			for _, part := range p.Parts {
				parts = append(parts, dataset.Polygon{Parts: [][]float64{part}})
			}
			an.Attributes = slices.DeleteFunc(slices.Clone(an.Attributes), func(a dataset.Attribute) bool { return a.Name == "group_id" })
			an.Attributes = append(an.Attributes, dataset.Attribute{Name: "group_id", Value: strconv.Itoa(group)})
			group++
		}
		for _, g := range parts {
			text, err := shapeText(w.ds.Classes[an.Class], g, an.Attributes)
			if err != nil {
				return fmt.Errorf("%s: %w", source.Show(w.ds.Images[i].Path), err)
			}
			if text != "" {
				b.WriteString(comma(&first) + text)
			}
		}
	}
	b.WriteString(closing(first, "]"))
	fmt.Fprintf(&b, ",\n  \"imagePath\": %s,\n  \"imageData\": null,\n  \"imageHeight\": %s,\n  \"imageWidth\": %s\n}", quote(path.Base(name)), height, width)
	return w.create(stem(name)+".json", b.Bytes())
}

// freeGroup returns a number above those of all groups of an image.
func (w *writer) freeGroup(i int) int {
	free := 0
	for _, a := range w.ix.Annotations(i) {
		for _, attr := range w.ds.Annotations[a].Attributes {
			if n, err := strconv.Atoi(attr.Value); err == nil && attr.Name == "group_id" && n >= free && n < 1<<30 {
				free = n + 1
			}
		}
	}
	return free
}

func comma(first *bool) string {
	if *first {
		*first = false
		return ""
	}
	return ","
}

func closing(empty bool, bracket string) string {
	if empty {
		return bracket
	}
	return "\n  " + bracket
}

// shapeText spells an object as LabelMe lays it out; what is marked in no
// readable way is left out.
func shapeText(class string, g dataset.Geometry, attributes []dataset.Attribute) (string, error) {
	if _, invalid := g.(dataset.Invalid); invalid || g == nil {
		return "", nil
	}
	kind, p, png, err := encode(g)
	if err != nil {
		return "", err
	}
	quote := func(s string) string { return string(jsontext.Quote(s, false)) }
	group, description := "null", ""
	var flags, others []string
	for _, a := range attributes {
		name := a.Name
		if slices.Contains(ownKeys, name) {
			name += "_"
		}
		_, err := strconv.Atoi(a.Value)
		switch {
		case name == "group_id" && err == nil:
			group = a.Value
		case name == "description":
			description = a.Value
		case a.Value == "true" || a.Value == "false":
			flags = append(flags, quote(name)+": "+a.Value)
		case name == "group_id":
			others = append(others, quote("group")+": "+quote(a.Value))
		default:
			others = append(others, quote(name)+": "+quote(a.Value))
		}
	}
	var b strings.Builder
	const in = "\n      "
	b.WriteString("\n    {" + in + `"label": ` + quote(class) + "," + in + `"points": [`)
	like := []byte("0.0")
	for k := 0; k+1 < len(p); k += 2 {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n        [\n          %s,\n          %s\n        ]", number(p[k], like), number(p[k+1], like))
	}
	b.WriteString(in + "]," + in + `"group_id": ` + group + "," + in + `"description": ` + quote(description) + "," + in + `"shape_type": ` + quote(kind) + "," + in + `"flags": {`)
	for k, f := range flags {
		if k > 0 {
			b.WriteByte(',')
		}
		b.WriteString(in + "  " + f)
	}
	if len(flags) > 0 {
		b.WriteString(in)
	}
	b.WriteString("}," + in + `"mask": `)
	if png == "" {
		b.WriteString("null")
	} else {
		b.WriteString(quote(png))
	}
	for _, o := range others {
		b.WriteString("," + in + o)
	}
	b.WriteString("\n    }")
	return b.String(), nil
}
