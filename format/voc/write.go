package voc

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Write makes Annotations/, ImageSets/Main/, JPEGImages/ and labelmap.txt. See
// [source.Writer]. Outlines, masks and rotated boxes become the boxes around them.
func (vocFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	names := uniqueNames(ds)
	ix := dataset.NewIndex(ds)
	for i := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		w, h, err := out.Size(i)
		if err != nil {
			w, h = 0, 0 // neither stated nor to be seen: the file says none
		}
		doc := document(names[i], w, h)
		for _, a := range ix.Annotations(i) {
			if an := ds.Annotations[a]; an.Geometry != nil {
				doc.Children = append(doc.Children, objectTree(ds.Classes[an.Class], an))
			}
		}
		stem := strings.TrimSuffix(names[i], path.Ext(names[i]))
		if err := write(out, "Annotations/"+stem+".xml", doc.String("\t")); err != nil {
			return err
		}
		if err := out.Picture(i, "JPEGImages/"+names[i]); err != nil {
			return err
		}
	}
	if err := writeLists(ds, names, out); err != nil {
		return err
	}
	var labels strings.Builder
	labels.WriteString("# label:color_rgb:parts:actions\n")
	for _, c := range ds.Classes {
		if c != "" {
			fmt.Fprintf(&labels, "%s:::\n", strings.Join(strings.Fields(c), " "))
		}
	}
	return write(out, "labelmap.txt", labels.String())
}

// Losses lists what the format cannot spell. See [source.Refuser].
func (vocFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, c := range ds.Classes {
		if c == "" || strings.Join(strings.Fields(c), " ") != c || strings.Contains(c, ":") || c[0] == '#' || !xmltext.CanHold(c) {
			out = append(out, fmt.Sprintf("the class name %q cannot be written as it is: Pascal VOC has no place for colons, control characters and blanks around or beside each other in names", c))
		}
	}
	for _, s := range ds.Splits() {
		if listName(s) != s || isUnion(s) || s == "default" {
			out = append(out, fmt.Sprintf("the split %q cannot be the name of a list", s))
		}
	}
	return out
}

func write(out source.Sink, name, text string) error {
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}

// uniqueNames gives every picture a name of its own without folders: its base
// name or, where two would share a stem, its whole path with "_" between.
func uniqueNames(ds *dataset.Dataset) []string {
	stemOf := func(name string) string { return strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) }
	times := map[string]int{}
	for _, im := range ds.Images {
		times[stemOf(path.Base(im.Path))]++
	}
	out := make([]string, len(ds.Images))
	used := map[string]bool{}
	for i, im := range ds.Images {
		name := path.Base(im.Path)
		if times[stemOf(name)] > 1 {
			name = strings.ReplaceAll(im.Path, "/", "_")
		}
		free := name
		for n := 2; used[stemOf(free)]; n++ {
			free = source.Numbered(name, n)
		}
		used[stemOf(free)] = true
		out[i] = free
	}
	return out
}

// document is an annotation without objects. A width of 0 stands for an unknown
// size.
func document(picture string, w, h int) xmltext.Tree {
	leaf := xmltext.Leaf
	t := xmltext.Tree{Name: "annotation", Children: []xmltext.Tree{leaf("filename", path.Base(picture))}}
	if w > 0 && h > 0 {
		t.Children = append(t.Children, xmltext.Tree{Name: "size", Children: []xmltext.Tree{
			leaf("width", strconv.Itoa(w)), leaf("height", strconv.Itoa(h)), leaf("depth", "3"),
		}})
	}
	t.Children = append(t.Children, leaf("segmented", "0"))
	return t
}

func objectTree(class string, an dataset.Annotation) xmltext.Tree {
	b := an.Geometry.Bounds()
	t := xmltext.Tree{Name: "object", Children: []xmltext.Tree{xmltext.Leaf("name", class)}}
	var others []xmltext.Tree
	for _, a := range an.Attributes {
		if isUsual(a.Name) && t.Child(a.Name) == nil {
			t.Children = append(t.Children, xmltext.Leaf(a.Name, a.Value))
		} else {
			others = append(others, xmltext.Tree{Name: "attribute", Children: []xmltext.Tree{xmltext.Leaf("name", a.Name), xmltext.Leaf("value", a.Value)}})
		}
	}
	box := xmltext.Tree{Name: "bndbox"}
	for i, v := range [4]float64{b.X, b.Y, tidy(b.X + b.W), tidy(b.Y + b.H)} {
		box.Children = append(box.Children, xmltext.Leaf(sides[i], xmltext.Number(v, "")))
	}
	t.Children = append(t.Children, box)
	if others != nil {
		t.Children = append(t.Children, xmltext.Tree{Name: "attributes", Children: others})
	}
	return t
}

// writeLists writes a list for each split; images without split are in none.
func writeLists(ds *dataset.Dataset, names []string, out source.Sink) error {
	lists := map[string]*strings.Builder{}
	var order []string
	for i, im := range ds.Images {
		if im.Split == "" {
			continue
		}
		name := listName(im.Split)
		if lists[name] == nil {
			lists[name] = &strings.Builder{}
			order = append(order, name)
		}
		lists[name].WriteString(strings.TrimSuffix(names[i], path.Ext(names[i])) + "\n")
	}
	for _, name := range order {
		if err := write(out, "ImageSets/Main/"+name+".txt", lists[name].String()); err != nil {
			return err
		}
	}
	return nil
}

// listName makes a split the name of a file.
func listName(split string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, split)
	if strings.HasPrefix(name, ".") {
		name = "_" + name
	}
	return name
}
