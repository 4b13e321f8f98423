package coco

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Write makes annotations/instances_<split>.json for every split ("default"
// for images without one) and images/<split>/… of the pictures. Ids of images
// and annotations are kept where they are whole numbers that do not repeat.
func (instancesFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	imageIDs := idsOf(len(ds.Images), func(i int) string { return ds.Images[i].ID })
	annotationIDs := idsOf(len(ds.Annotations), func(i int) string { return ds.Annotations[i].ID })
	names := pictureNames(ds)
	ix := dataset.NewIndex(ds)
	splits := ds.Splits()
	for _, im := range ds.Images {
		if im.Split == "" {
			splits = append([]string{""}, splits...)
			break
		}
	}
	if len(ds.Images) == 0 {
		splits = []string{""}
	}
	for _, split := range splits {
		w := &writer{ds: ds, split: split, out: out, names: names, imageIDs: imageIDs, annotationIDs: annotationIDs}
		if err := w.write(ctx, ix); err != nil {
			return err
		}
	}
	for i := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := out.Picture(i, path.Join(pictureFolder(ds.Images[i].Split), names[i])); err != nil {
			return err
		}
	}
	return nil
}

// fileSafe spells a split as part of a file name.
func fileSafe(split string) string {
	return strings.NewReplacer("/", "_", `\`, "_", ":", "_").Replace(split)
}

func pictureFolder(split string) string {
	if split == "" {
		return "images"
	}
	return "images/" + fileSafe(split)
}

// idsOf keeps ids when all of them are different whole numbers above zero, and
// else counts from 1.
func idsOf(n int, id func(i int) string) []int64 {
	out := make([]int64, n)
	seen := make(map[int64]bool, n)
	for i := range out {
		v, ok := canonical(id(i))
		if !ok || v <= 0 || seen[v] {
			for k := range out {
				out[k] = int64(k) + 1
			}
			return out
		}
		seen[v] = true
		out[i] = v
	}
	return out
}

// pictureNames returns the names of the pictures in the folders of their splits:
// their paths without leading folders that say images or the split again, as
// long as that keeps them apart.
func pictureNames(ds *dataset.Dataset) []string {
	out := make([]string, len(ds.Images))
	taken := map[string]bool{}
	for i, im := range ds.Images {
		name := im.Path
		for {
			first, rest, ok := strings.Cut(name, "/")
			if !ok || first != "images" && first != "JPEGImages" && first != "data" && first != im.Split {
				break
			}
			name = rest
		}
		if taken[im.Split+"/"+name] {
			name = im.Path
		}
		for n := 2; taken[im.Split+"/"+name]; n++ {
			name = source.Numbered(im.Path, n)
		}
		taken[im.Split+"/"+name] = true
		out[i] = name
	}
	return out
}

// writer writes the file of one split.
type writer struct {
	ds                      *dataset.Dataset
	split                   string
	out                     source.Sink
	names                   []string
	imageIDs, annotationIDs []int64
	buf                     []byte
}

func (w *writer) write(ctx context.Context, ix *dataset.Index) (err error) {
	name := "default"
	if w.split != "" {
		name = fileSafe(w.split)
	}
	f, err := w.out.Create("annotations/instances_" + name + ".json")
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	b := bufio.NewWriterSize(f, 1<<20)
	if err := w.lists(ctx, b, ix); err != nil {
		return err
	}
	return b.Flush()
}

func (w *writer) lists(ctx context.Context, b io.Writer, ix *dataset.Index) error {
	first := true
	record := func(format string, args ...any) error {
		w.buf = w.buf[:0]
		if !first {
			w.buf = append(w.buf, ",\n"...)
		}
		first = false
		w.buf = fmt.Appendf(w.buf, format, args...)
		_, err := b.Write(w.buf)
		return err
	}
	list := func(text string) error {
		first = true
		_, err := io.WriteString(b, text)
		return err
	}
	if err := list("{\"info\": {},\n\"licenses\": [],\n\"categories\": [\n"); err != nil {
		return err
	}
	for c, name := range w.ds.Classes {
		if err := record(`{"id": %d, "name": %s, "supercategory": ""}`, c+1, jsontext.Quote(name, true)); err != nil {
			return err
		}
	}
	if err := list("],\n\"images\": [\n"); err != nil {
		return err
	}
	for i, im := range w.ds.Images {
		if im.Split != w.split {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		width, height, err := w.out.Size(i)
		size := fmt.Sprintf(`"width": %d, "height": %d, `, width, height)
		if err != nil {
			size = "" // a picture that is not there or broken has no size
		}
		if err := record(`{"id": %d, %s"file_name": %s}`, w.imageIDs[i], size, jsontext.Quote(w.names[i], true)); err != nil {
			return err
		}
	}
	if err := list("],\n\"annotations\": [\n"); err != nil {
		return err
	}
	for i, im := range w.ds.Images {
		if im.Split != w.split {
			continue
		}
		for _, a := range ix.Annotations(i) {
			if err := record(`{"id": %d, "image_id": %d, "category_id": %d%s}`, w.annotationIDs[a], w.imageIDs[i], w.ds.Annotations[a].Class+1, w.rest(&w.ds.Annotations[a])); err != nil {
				return err
			}
		}
	}
	return list("]}\n")
}

// rest spells what an annotation says beyond its ids.
func (w *writer) rest(a *dataset.Annotation) []byte {
	var out []byte
	if a.Geometry != nil {
		out = place(out, a)
	}
	if len(a.Attributes) > 0 {
		out = append(out, `, "attributes": {`...)
		for i, t := range a.Attributes {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = append(append(out, jsontext.Quote(t.Name, true)...), ": "...)
			out = append(out, jsonfiles.Value(t.Value, jsontext.Node{}, true)...)
		}
		out = append(out, '}')
	}
	if w.ds.Predictions || a.Score != 0 {
		out = jsontext.AppendDecimal(append(out, `, "score": `...), a.Score)
	}
	return out
}

// place spells where an object is.
func place(out []byte, a *dataset.Annotation) []byte {
	out = append(out, `, "bbox": `...)
	bounds := a.Geometry.Bounds()
	if _, broken := a.Geometry.(dataset.Invalid); broken && bounds == (dataset.Box{}) {
		out = append(out, "[]"...)
	} else {
		out = spaced(out, bounds.X, bounds.Y, bounds.W, bounds.H)
	}
	area := a.Area
	if area == 0 || math.IsNaN(area) {
		area = jsonfiles.Round(a.Geometry.Area())
	}
	out = jsontext.AppendDecimal(append(out, `, "area": `...), area)
	out = append(out, `, "segmentation": `...)
	switch g := a.Geometry.(type) {
	case dataset.RotatedBox:
		out = append(spaced(append(out, '['), g.Corners()...), ']')
	case dataset.Polygon:
		out = append(out, '[')
		for i, p := range g.Parts {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = spaced(out, p...)
		}
		out = append(out, ']')
	case dataset.Mask:
		out = fmt.Appendf(out, `{"size": [%d, %d], "counts": %s}`, g.Height, g.Width, jsontext.Quote(g.EncodeRLE(), true))
	case dataset.Invalid:
		out = append(out, `"unreadable"`...)
	default:
		out = append(out, "[]"...)
	}
	crowd := 0
	if a.Crowd {
		crowd = 1
	}
	return strconv.AppendInt(append(out, `, "iscrowd": `...), int64(crowd), 10)
}

// spaced appends a list of numbers.
func spaced(out []byte, values ...float64) []byte {
	out = append(out, '[')
	for i, v := range values {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = jsontext.AppendDecimal(out, jsonfiles.Round(v))
	}
	return append(out, ']')
}

// Losses tells of outlines that would be read back as boxes, and of a class
// without a name.
func (instancesFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	located, rectangles := 0, 0
	for _, a := range ds.Annotations {
		if a.Geometry == nil {
			continue
		}
		located++
		if p, ok := a.Geometry.(dataset.Polygon); ok {
			p.Stated = p.Bounds()
			if isRectangle(p) {
				rectangles++
			}
		}
	}
	if located > 0 && located == rectangles {
		out = append(out, "all outlines are upright rectangles; they will be read as boxes")
	}
	for _, name := range ds.Classes {
		if name == "" {
			out = append(out, "a class has no name; it will be called by its number")
		}
	}
	return out
}
