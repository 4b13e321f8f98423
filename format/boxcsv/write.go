package boxcsv

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// flags are the columns of Open Images behind the coordinates.
var flags = []string{"IsOccluded", "IsTruncated", groupOf, "IsDepiction", "IsInside"}

// Write makes the tables of Open Images: for each split one of boxes, one of
// image-level labels where there are any, the list of classes and the list of
// pictures. Attributes that Open Images does not have get columns of their own.
// LabelName is the name of the class.
func (openImages) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	w := newTables(out)
	w.row("class-descriptions-boxable.csv", nil)
	for _, c := range ds.Classes {
		w.row("class-descriptions-boxable.csv", []string{c, c})
	}
	extra := attributeNames(ds, append([]string{"ImageID", "Source", "LabelName", "Confidence"}, flags...))
	names := pictureNames(ds)
	ix := dataset.NewIndex(ds)
	w.row("images.csv", []string{"ImageID", "Subset"})
	for i, im := range ds.Images {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := out.Picture(i, path.Join("images", names[i]+path.Ext(im.Path))); err != nil {
			return err
		}
		w.row("images.csv", []string{names[i], im.Split})
		prefix := ""
		if im.Split != "" {
			prefix = im.Split + "-"
		}
		for _, k := range ix.Annotations(i) {
			a := ds.Annotations[k]
			of := valuesOf(a)
			confidence := of["Confidence"]
			if confidence == "" {
				confidence = "1"
			}
			if a.Geometry == nil {
				w.header(prefix+"annotations-human-imagelabels.csv", append([]string{"ImageID", "Source", "LabelName", "Confidence"}, extra...))
				w.row(prefix+"annotations-human-imagelabels.csv", append([]string{names[i], of["Source"], ds.Classes[a.Class], confidence}, pick(of, extra)...))
				continue
			}
			width, height, err := out.Size(i)
			if err != nil {
				return fmt.Errorf("the size of %s has to be known: %w", source.Show(im.Path), err)
			}
			b := a.Geometry.Bounds()
			row := []string{names[i], of["Source"], ds.Classes[a.Class], of["Confidence"]}
			for _, v := range [][2]float64{{b.X, float64(width)}, {linetext.Round(b.X + b.W), float64(width)}, {b.Y, float64(height)}, {linetext.Round(b.Y + b.H), float64(height)}} {
				row = append(row, spell("", v[0], v[1]))
			}
			if a.Crowd {
				of[groupOf] = "1"
			}
			table := prefix + "annotations-bbox.csv"
			w.header(table, slices.Concat([]string{"ImageID", "Source", "LabelName", "Confidence", "XMin", "XMax", "YMin", "YMax"}, flags, extra))
			w.row(table, slices.Concat(row, pick(of, flags), pick(of, extra)))
		}
	}
	// A dataset without boxes is still one of this format.
	w.header("annotations-bbox.csv", append([]string{"ImageID", "Source", "LabelName", "Confidence", "XMin", "XMax", "YMin", "YMax"}, flags...))
	return w.close()
}

// Write makes TensorFlow's table of boxes, one for each split, with the pictures
// in a folder beside it. A column of scores follows in predictions, and one for
// each attribute.
func (boxTable) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	w := newTables(out)
	columns := []string{"filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"}
	if ds.Predictions {
		columns = append(columns, "score")
	}
	extra := attributeNames(ds, columns)
	names := pictureNames(ds)
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := names[i] + path.Ext(im.Path)
		if err := out.Picture(i, path.Join("images", name)); err != nil {
			return err
		}
		table := "boxes.csv"
		if im.Split != "" {
			table = im.Split + ".csv"
		}
		for _, k := range ix.Annotations(i) {
			a := ds.Annotations[k]
			if a.Geometry == nil {
				continue
			}
			width, height, err := out.Size(i)
			if err != nil {
				return fmt.Errorf("the size of %s has to be known: %w", source.Show(im.Path), err)
			}
			b := a.Geometry.Bounds()
			row := []string{name, fmt.Sprint(width), fmt.Sprint(height), ds.Classes[a.Class]}
			for _, v := range []float64{b.X, b.Y, linetext.Round(b.X + b.W), linetext.Round(b.Y + b.H)} {
				row = append(row, spell("", v, 1))
			}
			if ds.Predictions {
				row = append(row, fmt.Sprint(a.Score))
			}
			w.header(table, append(slices.Clone(columns), extra...))
			w.row(table, append(row, pick(valuesOf(a), extra)...))
		}
	}
	return w.close()
}

// Losses implements [source.Refuser].
func (boxTable) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, s := range ds.Splits() {
		if splitOf(s+".csv", false) != strings.ToLower(s) {
			out = append(out, fmt.Sprintf("The split %q is called after the name of its table, which is none of train, val, valid, test and dev.", s))
		}
	}
	return out
}

// valuesOf are the attributes of an annotation by their names.
func valuesOf(a dataset.Annotation) map[string]string {
	out := map[string]string{}
	for _, t := range a.Attributes {
		out[t.Name] = t.Value
	}
	return out
}

func pick(of map[string]string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = of[n]
	}
	return out
}

// attributeNames lists the attributes for which there is no column yet.
func attributeNames(ds *dataset.Dataset, taken []string) []string {
	var out []string
	for _, a := range ds.Annotations {
		for _, t := range a.Attributes {
			if !slices.Contains(taken, t.Name) && !slices.Contains(out, t.Name) {
				out = append(out, t.Name)
			}
		}
	}
	return out
}

// pictureNames names the pictures without extension: by their base names where these
// are unique, else by their paths.
func pictureNames(ds *dataset.Dataset) []string {
	out := make([]string, len(ds.Images))
	seen := map[string]bool{}
	for i, im := range ds.Images {
		out[i] = stem(im.Path)
		seen[out[i]] = true
	}
	if len(seen) == len(out) {
		return out
	}
	for i, im := range ds.Images {
		out[i] = strings.TrimSuffix(im.Path, path.Ext(im.Path))
	}
	return out
}

// tables writes several tables at a time and keeps the first error.
type tables struct {
	out   source.Sink
	files map[string]io.WriteCloser
	order []string
	err   error
}

func newTables(out source.Sink) *tables {
	return &tables{out: out, files: map[string]io.WriteCloser{}}
}

// header starts a table unless it is there.
func (t *tables) header(name string, cells []string) {
	if t.files[name] == nil {
		t.row(name, cells)
	}
}

// row writes a row; nil cells start the table alone.
func (t *tables) row(name string, cells []string) {
	if t.err != nil {
		return
	}
	if t.files[name] == nil {
		f, err := t.out.Create(name)
		if err != nil {
			t.err = err
			return
		}
		t.files[name] = f
		t.order = append(t.order, name)
	}
	if cells == nil {
		return
	}
	var line []byte
	for i, c := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		if c != "" {
			line = append(line, csvtext.Spell(c, false, ',')...)
		}
	}
	if _, err := t.files[name].Write(append(line, '\n')); err != nil {
		t.err = err
	}
}

// close ends all tables.
func (t *tables) close() error {
	for _, name := range t.order {
		if err := t.files[name].Close(); err != nil && t.err == nil {
			t.err = err
		}
	}
	return t.err
}
