package cvat

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Write makes annotations.xml and images/. See [source.Writer]. A polygon of
// several parts becomes a mask.
func (cvatFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) (err error) {
	f, err := out.Create("annotations.xml")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n")
	w.WriteString(metaTree(ds).Indented("  ", 1))
	ix := dataset.NewIndex(ds)
	ids := imageIDs(ds)
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := imageTree(ds, ix, i, out)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(im.Path), err)
		}
		t.Attrs = slices.Insert(t.Attrs, 0, xmltext.Pair{Name: "id", Value: ids[i]})
		w.WriteString(t.Indented("  ", 1))
		if err := out.Picture(i, path.Join("images", im.Path)); err != nil {
			return err
		}
	}
	w.WriteString("</annotations>\n")
	return w.Flush()
}

// imageIDs are the ids of the images where all have whole numbers of their own,
// else their numbers from 0.
func imageIDs(ds *dataset.Dataset) []string {
	out, seen := make([]string, len(ds.Images)), map[string]bool{}
	for i, im := range ds.Images {
		if n, err := strconv.Atoi(im.ID); err != nil || n < 0 || strconv.Itoa(n) != im.ID || seen[im.ID] {
			for i := range out {
				out[i] = strconv.Itoa(i)
			}
			return out
		}
		seen[im.ID] = true
		out[i] = im.ID
	}
	return out
}

// metaTree lists the classes, and for each the attributes that it has.
func metaTree(ds *dataset.Dataset) xmltext.Tree {
	leaf := xmltext.Leaf
	names := make([][]string, len(ds.Classes))
	for _, a := range ds.Annotations {
		for _, t := range a.Attributes {
			if !isUsual(t) && !slices.Contains(names[a.Class], t.Name) {
				names[a.Class] = append(names[a.Class], t.Name)
			}
		}
	}
	labels := xmltext.Tree{Name: "labels", Open: true}
	for c, class := range ds.Classes {
		attributes := xmltext.Tree{Name: "attributes", Open: true, Spread: true}
		for _, name := range names[c] {
			attributes.Children = append(attributes.Children, xmltext.Tree{Name: "attribute", Children: []xmltext.Tree{
				leaf("name", name), leaf("mutable", "False"), leaf("input_type", "text"), {Name: "default_value", Open: true}, {Name: "values", Open: true},
			}})
		}
		labels.Children = append(labels.Children, xmltext.Tree{Name: "label", Children: []xmltext.Tree{{Name: "name", Text: class, Open: true}, attributes}})
	}
	task := xmltext.Tree{Name: "task", Children: []xmltext.Tree{leaf("name", ds.Name), leaf("size", strconv.Itoa(len(ds.Images))), leaf("mode", "annotation"), labels}}
	return xmltext.Tree{Name: "meta", Children: []xmltext.Tree{task}}
}

func imageTree(ds *dataset.Dataset, ix *dataset.Index, i int, out source.Sink) (xmltext.Tree, error) {
	im := ds.Images[i]
	w, h, err := out.Size(i)
	if err != nil {
		for _, a := range ix.Annotations(i) {
			if needsSize(ds.Annotations[a].Geometry) {
				return xmltext.Tree{}, fmt.Errorf("its size is needed for a mask: %w", err)
			}
		}
		w, h = 0, 0 // neither stated nor to be seen: the file says none
	}
	t := xmltext.Tree{Name: "image", Open: true, Spread: true, Attrs: []xmltext.Pair{{Name: "name", Value: im.Path}}}
	if im.Split != "" {
		t.SetAttr("subset", im.Split)
	}
	if w > 0 && h > 0 {
		t.SetAttr("width", strconv.Itoa(w))
		t.SetAttr("height", strconv.Itoa(h))
	}
	for _, a := range ix.Annotations(i) {
		an := ds.Annotations[a]
		s, err := shapeTree(ds.Classes[an.Class], an, picture{width: w, height: h})
		if err != nil {
			return t, err
		}
		t.Children = append(t.Children, s)
	}
	return t, nil
}

// needsSize tells what is written as a mask.
func needsSize(g dataset.Geometry) bool {
	switch g := g.(type) {
	case dataset.Mask:
		return true
	case dataset.Polygon:
		return len(g.Parts) > 1
	}
	return false
}

func shapeTree(class string, an dataset.Annotation, pic picture) (xmltext.Tree, error) {
	g := an.Geometry
	switch v := g.(type) {
	case dataset.Polygon:
		switch {
		case len(v.Parts) == 0:
			g = v.Bounds()
		case len(v.Parts) > 1 && pic.width*pic.height <= maxPixels:
			g = v.Mask(pic.width, pic.height)
		}
	case dataset.Mask:
		if v.Width != pic.width || v.Height != pic.height {
			g = v.Bounds()
		}
	case dataset.Invalid:
		g = v.Bounds()
	}
	kind, place, err := placeOf(g, pic, nil)
	if err != nil {
		return xmltext.Tree{}, err
	}
	t := xmltext.Tree{Name: kind, Open: true, Spread: true, Attrs: []xmltext.Pair{{Name: "label", Value: class}, {Name: "source", Value: "manual"}}}
	if kind != "tag" {
		t.SetAttr("occluded", "0")
	}
	t.Attrs = append(t.Attrs, place...)
	if kind != "tag" {
		t.SetAttr("z_order", "0")
	}
	for _, a := range an.Attributes {
		if isUsual(a) && !(kind == "tag" && a.Name != "source") {
			t.SetAttr(a.Name, a.Value)
			continue
		}
		t.Children = append(t.Children, xmltext.Tree{Name: "attribute", Attrs: []xmltext.Pair{{Name: "name", Value: a.Name}}, Text: a.Value})
	}
	return t, nil
}

var wholeNumber = regexp.MustCompile(`^-?[0-9]{1,9}$`)

// isUsual tells the attributes that CVAT keeps in the element itself: those with
// a value that it takes, and that says something.
func isUsual(a dataset.Attribute) bool {
	nothing, usual := saysNothing[a.Name]
	if !usual || a.Value == nothing {
		return false
	}
	switch a.Name {
	case "occluded":
		return a.Value == "1"
	case "source":
		return a.Value != "" && strings.TrimSpace(a.Value) == a.Value
	}
	return wholeNumber.MatchString(a.Value)
}

// Losses lists what the format cannot spell. See [source.Refuser].
func (cvatFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, c := range ds.Classes {
		if strings.TrimSpace(c) != c || !xmltext.CanHold(c) || strings.Contains(c, "\r") {
			out = append(out, fmt.Sprintf("the class name %q cannot be written as it is: XML has no place for control characters and blanks around names", c))
		}
	}
	for _, s := range ds.Splits() {
		if strings.EqualFold(s, "default") {
			out = append(out, "the split \"default\" means none in CVAT")
		}
	}
	wrong := 0
	for _, a := range ds.Annotations {
		if m, ok := a.Geometry.(dataset.Mask); ok {
			if im := ds.Images[a.Image]; im.Width > 0 && (im.Width != m.Width || im.Height != m.Height) {
				wrong++
			}
		}
	}
	if wrong > 0 {
		out = append(out, fmt.Sprintf("%d masks have another size than their image; the boxes around them are written", wrong))
	}
	return out
}
