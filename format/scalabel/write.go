package scalabel

import (
	"bufio"
	"context"
	"fmt"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Write implements [source.Writer]: labels/<split>.json for each split, or
// labels/labels.json, and the pictures below images, whose names frames give. A
// rotated box becomes the polygon of its corners.
func (scalabelFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	ix := dataset.NewIndex(ds)
	splits := append([]string{""}, ds.Splits()...)
	for _, split := range splits {
		var images []int
		for i, im := range ds.Images {
			if im.Split == split {
				images = append(images, i)
			}
		}
		if len(images) == 0 && (split != "" || len(ds.Images) > 0) {
			continue
		}
		name := "labels/labels.json"
		if split != "" {
			name = "labels/" + split + ".json"
		}
		f, err := out.Create(name)
		if err != nil {
			return err
		}
		w := &writer{ds: ds, ix: ix, out: out, w: bufio.NewWriterSize(f, 1<<18)}
		err = w.file(ctx, images)
		if e := w.w.Flush(); err == nil {
			err = e
		}
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
	}
	folder := jsonfiles.Pictures(ds)
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := out.Picture(i, folder+im.Path); err != nil {
			return err
		}
	}
	return nil
}

// Losses implements [source.Refuser].
func (scalabelFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, split := range ds.Splits() {
		if source.SplitOf(split+".json") != split {
			out = append(out, fmt.Sprintf("the split %q: files of Scalabel are known as train, val or test by their names", split))
		}
	}
	return out
}

type writer struct {
	ds  *dataset.Dataset
	ix  *dataset.Index
	out source.Sink
	w   *bufio.Writer
	// comma is what comes before the next member or element.
	comma string
}

func (w *writer) file(ctx context.Context, images []int) error {
	w.w.WriteString("{\n  \"frames\": [")
	for i, image := range images {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i > 0 {
			w.w.WriteByte(',')
		}
		if err := w.frame(image); err != nil {
			return err
		}
	}
	w.w.WriteString("\n  ],\n  \"config\": {\n    \"categories\": [")
	for i, c := range w.ds.Classes {
		if i > 0 {
			w.w.WriteByte(',')
		}
		fmt.Fprintf(w.w, "\n      {\"name\": %s}", jsontext.Quote(c, false))
	}
	_, err := w.w.WriteString("\n    ]\n  }\n}\n")
	return err
}

func (w *writer) frame(i int) error {
	im := &w.ds.Images[i]
	fmt.Fprintf(w.w, "\n    {\n      \"name\": %s,", jsontext.Quote(im.Path, false))
	if width, height, err := w.out.Size(i); err == nil {
		fmt.Fprintf(w.w, "\n      \"size\": {\"width\": %d, \"height\": %d},", width, height)
	}
	w.comma = "\n      \"attributes\": {"
	for k, v := range im.Metadata {
		if v != "" {
			w.member(w.ds.MetadataColumns[k], jsontext.Quote(v, false))
		}
	}
	if w.comma == ", " {
		w.w.WriteString("},")
	}
	w.w.WriteString("\n      \"labels\": [")
	first := true
	for n, a := range w.ix.Annotations(i) {
		an := &w.ds.Annotations[a]
		if an.Geometry == nil {
			continue
		}
		if !first {
			w.w.WriteByte(',')
		}
		first = false
		w.label(an, n)
	}
	if !first {
		w.w.WriteString("\n      ")
	}
	_, err := w.w.WriteString("]\n    }")
	return err
}

func (w *writer) label(a *dataset.Annotation, n int) {
	w.w.WriteString("\n        ")
	w.comma = "{"
	id := a.ID
	if id == "" {
		id = strconv.Itoa(n)
	}
	w.member("id", jsontext.Quote(id, false))
	w.member("category", jsontext.Quote(w.ds.Classes[a.Class], false))
	if a.Score != 0 || w.ds.Predictions {
		w.member("score", jsontext.Decimal(a.Score))
	}
	w.attributes(a)
	switch g := a.Geometry.(type) {
	case dataset.Box:
		w.member("box2d", boxText(g, jsontext.Node{}))
	case dataset.RotatedBox:
		w.member("poly2d", polyText(dataset.Polygon{Parts: [][]float64{g.Corners()}}, false, jsontext.Node{}))
	case dataset.Polygon:
		w.stated(g.Stated)
		w.member("poly2d", polyText(g, false, jsontext.Node{}))
	case dataset.Mask:
		w.stated(g.Stated)
		w.member("rle", maskText(g))
	case dataset.Invalid:
		w.stated(g.Stated)
		w.member("rle", null)
	}
	w.w.WriteByte('}')
}

func (w *writer) stated(b dataset.Box) {
	if b != (dataset.Box{}) {
		w.member("box2d", boxText(b, jsontext.Node{}))
	}
}

func (w *writer) attributes(a *dataset.Annotation) {
	if len(a.Attributes) == 0 && !a.Crowd {
		return
	}
	outer := w.comma
	fmt.Fprintf(w.w, "%s\"attributes\": ", outer)
	w.comma = "{"
	if a.Crowd {
		w.member("crowd", []byte("true"))
	}
	for _, t := range a.Attributes {
		value := jsonfiles.Value(t.Value, jsontext.Node{}, false)
		if t.Name == "crowd" {
			value = jsontext.Quote(t.Value, false) // a text, so that it stays an attribute
		}
		w.member(t.Name, value)
	}
	w.w.WriteByte('}')
	w.comma = outer
}

func (w *writer) member(key string, value []byte) {
	w.w.WriteString(w.comma)
	w.comma = ", "
	w.w.Write(jsontext.Quote(key, false))
	w.w.WriteString(": ")
	w.w.Write(value)
}

var (
	_ source.Refuser = scalabelFormat{}
	_ source.Patcher = scalabelFormat{}
)
