package parquet

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// rowsPerGroup is what Hugging Face's library takes for columns of pictures.
const rowsPerGroup = 100

type pictureCell struct {
	Bytes []byte `parquet:"bytes"`
	Path  string `parquet:"path"`
}

// A labelRow is a row of a dataset with at most one label a picture, -1 for none.
type labelRow struct {
	Image pictureCell `parquet:"image"`
	Label int64       `parquet:"label"`
}

type objectCell struct {
	ID       string    `parquet:"id"`
	BBox     []float64 `parquet:"bbox,list"`
	Category int64     `parquet:"category"`
	Area     float64   `parquet:"area"`
	Crowd    bool      `parquet:"iscrowd"`
}

// An objectRow is a row of any other dataset.
type objectRow struct {
	ID      string       `parquet:"image_id"`
	Image   pictureCell  `parquet:"image"`
	Width   int32        `parquet:"width"`
	Height  int32        `parquet:"height"`
	Labels  []int64      `parquet:"labels,list"`
	Objects []objectCell `parquet:"objects,list"`
}

// Write implements [source.Writer]: one file for each split, with the columns
// image and label or, where pictures have several labels or objects, with labels
// and objects.
func (parquetFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	ix := dataset.NewIndex(ds)
	simple := true
	for i := range ds.Images {
		of := ix.Annotations(i)
		simple = simple && len(of) <= 1 && (len(of) == 0 || ds.Annotations[of[0]].Geometry == nil)
	}
	splits := ds.Splits()
	if slices.ContainsFunc(ds.Images, func(im dataset.Image) bool { return im.Split == "" }) {
		splits = append(splits, "")
	}
	for _, split := range splits {
		name := "data"
		if split != "" {
			name = strings.ReplaceAll(split, "/", "-")
		}
		name = "data/" + name + "-00000-of-00001.parquet"
		w := &writing{ctx: ctx, ds: ds, ix: ix, split: split, out: out}
		var err error
		if simple {
			err = write(w, name, features(ds.Classes, false), w.label)
		} else {
			err = write(w, name, features(ds.Classes, true), w.objects)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// features spells the metadata that Hugging Face's library reads.
func features(classes []string, objects bool) string {
	if classes == nil {
		classes = []string{}
	}
	type any = map[string]interface{}
	value := func(kind string) any { return any{"dtype": kind, "_type": "Value"} }
	class := any{"names": classes, "_type": "ClassLabel"}
	f := any{"image": any{"_type": "Image"}, "label": class}
	if objects {
		f = any{
			"image": any{"_type": "Image"}, "image_id": value("string"), "width": value("int32"), "height": value("int32"),
			"labels": any{"feature": class, "_type": "Sequence"},
			"objects": []any{{
				"id": value("string"), "bbox": any{"feature": value("float64"), "_type": "Sequence"},
				"category": class, "area": value("float64"), "iscrowd": value("bool"),
			}},
		}
	}
	text, err := json.Marshal(any{"info": any{"features": f}})
	if err != nil {
		panic(err) // texts and lists of texts
	}
	return string(text)
}

type writing struct {
	ctx   context.Context
	ds    *dataset.Dataset
	ix    *dataset.Index
	split string
	out   source.Sink
}

// write writes one file of rows.
func write[T any](w *writing, name, features string, row func(i int) (T, error)) (err error) {
	f, err := w.out.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	out := parquet.NewGenericWriter[T](f, parquet.KeyValueMetadata("huggingface", features), parquet.Compression(&parquet.Snappy))
	n := 0
	for i := range w.ds.Images {
		if w.ds.Images[i].Split != w.split {
			continue
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
		r, err := row(i)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(w.ds.Images[i].Path), err)
		}
		if _, err := out.Write([]T{r}); err != nil {
			return err
		}
		if n++; n%rowsPerGroup == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

func (w *writing) picture(i int) (pictureCell, error) {
	data, err := w.out.Bytes(i)
	return pictureCell{data, path.Base(w.ds.Images[i].Path)}, err
}

func (w *writing) label(i int) (labelRow, error) {
	p, err := w.picture(i)
	r := labelRow{Image: p, Label: -1}
	for _, a := range w.ix.Annotations(i) {
		r.Label = int64(w.ds.Annotations[a].Class)
	}
	return r, err
}

func (w *writing) objects(i int) (objectRow, error) {
	p, err := w.picture(i)
	if err != nil {
		return objectRow{}, err
	}
	width, height, err := w.out.Size(i)
	r := objectRow{ID: w.ds.Images[i].ID, Image: p, Width: int32(width), Height: int32(height)}
	for _, a := range w.ix.Annotations(i) {
		an := w.ds.Annotations[a]
		if an.Geometry == nil {
			r.Labels = append(r.Labels, int64(an.Class))
			continue
		}
		if _, invalid := an.Geometry.(dataset.Invalid); invalid {
			continue
		}
		b := an.Geometry.Bounds()
		r.Objects = append(r.Objects, objectCell{
			ID: an.ID, BBox: []float64{b.X, b.Y, b.W, b.H}, Category: int64(an.Class), Area: an.Area, Crowd: an.Crowd,
		})
	}
	return r, err
}
