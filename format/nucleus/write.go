package nucleus

import (
	"bufio"
	"context"
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Write implements [source.Writer]: nucleus.json with items and annotations, or
// predictions, and the pictures below images. The path of an image is its
// reference_id. An outline of several parts becomes one that goes from part to
// part, a mask its outline, a rotated box the polygon of its corners.
func (nucleusFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	f, err := out.Create("nucleus.json")
	if err != nil {
		return err
	}
	w := &writer{ds: ds, w: bufio.NewWriterSize(f, 1<<18), folder: jsonfiles.Pictures(ds)}
	w.items()
	err = w.annotations(ctx)
	if e := w.w.Flush(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	for i, im := range ds.Images {
		if err != nil {
			return err
		}
		if err = ctx.Err(); err == nil {
			err = out.Picture(i, w.folder+im.Path)
		}
	}
	return err
}

type writer struct {
	ds    *dataset.Dataset
	w     *bufio.Writer
	comma string
	// folder is where the pictures go, "images/" unless they lie in one already.
	folder string
}

func (w *writer) items() {
	w.w.WriteString("{\n  \"items\": [")
	for i, im := range w.ds.Images {
		if i > 0 {
			w.w.WriteByte(',')
		}
		fmt.Fprintf(w.w, "\n    {\"image_url\": %s, \"reference_id\": %s, \"metadata\": ", jsontext.Quote(w.folder+im.Path, false), jsontext.Quote(im.Path, false))
		w.comma = ""
		w.w.WriteByte('{')
		if im.Split != "" {
			w.member("split", jsontext.Quote(im.Split, false))
		}
		for k, v := range im.Metadata {
			if name := w.ds.MetadataColumns[k]; v != "" && name != "split" {
				w.member(name, jsontext.Quote(v, false))
			}
		}
		w.w.WriteString("}}")
	}
}

func (w *writer) annotations(ctx context.Context) error {
	key := "annotations"
	if w.ds.Predictions {
		key = "predictions"
	}
	fmt.Fprintf(w.w, "\n  ],\n  \"%s\": [", key)
	first := true
	for i := range w.ds.Annotations {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		a := &w.ds.Annotations[i]
		g, ok := shape(a.Geometry)
		if !ok {
			continue
		}
		if !first {
			w.w.WriteByte(',')
		}
		first = false
		w.annotation(a, g)
	}
	_, err := w.w.WriteString("\n  ]\n}\n")
	return err
}

// shape returns the box or polygon that stands for a geometry; nil itself is the
// shape of a label of the whole image.
func shape(g dataset.Geometry) (dataset.Geometry, bool) {
	switch v := g.(type) {
	case nil, dataset.Box:
		return g, true
	case dataset.RotatedBox:
		return dataset.Polygon{Parts: [][]float64{v.Corners()}}, true
	case dataset.Mask:
		return shape(v.Polygon())
	case dataset.Polygon:
		if len(v.Parts) > 0 {
			return dataset.Polygon{Parts: [][]float64{v.Joined()}}, true
		}
	}
	b := g.Bounds()
	return b, b != (dataset.Box{})
}

func (w *writer) annotation(a *dataset.Annotation, g dataset.Geometry) {
	kind, geometry := "category", []byte("{}")
	if g != nil {
		kind, geometry = geometryText(g, jsontext.Node{})
	}
	w.comma = ""
	w.w.WriteString("\n    {")
	w.member("label", jsontext.Quote(w.ds.Classes[a.Class], false))
	w.member("type", jsontext.Quote(kind, false))
	w.member("geometry", geometry)
	w.member("reference_id", jsontext.Quote(w.ds.Images[a.Image].Path, false))
	if a.ID != "" {
		w.member("annotation_id", jsontext.Quote(a.ID, false))
	}
	if a.Score != 0 || w.ds.Predictions {
		w.member("confidence", jsontext.Decimal(a.Score))
	}
	rest := a.Attributes
	if len(rest) > 0 && rest[0].Name == taxonomyName && kind == "category" {
		w.member(taxonomyName, jsontext.Quote(rest[0].Value, false))
		rest = rest[1:]
	}
	w.member("metadata", nil)
	w.comma = ""
	w.w.WriteByte('{')
	for _, t := range rest {
		w.member(t.Name, jsonfiles.Value(t.Value, jsontext.Node{}, false))
	}
	w.w.WriteString("}}")
}

func (w *writer) member(key string, value []byte) {
	w.w.WriteString(w.comma)
	w.comma = ", "
	w.w.Write(jsontext.Quote(key, false))
	w.w.WriteString(": ")
	w.w.Write(value)
}
