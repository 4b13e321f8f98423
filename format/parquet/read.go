package parquet

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// An origin finds the rows of images again.
type origin struct {
	folder string
	at     map[string]place
	names  []string // of classes.txt or of the person
	wanted string   // the label column that the person named
	// objectNames and labelNames are the lists of classes of each file.
	objectNames, labelNames map[string][]string
}

// A place is a row of a row group.
type place struct {
	file  string
	group int
	row   int
	// size is about that of the picture.
	size int64
}

// files lists the Parquet files at path in the order of their names.
func files(path string) (folder string, names []string, err error) {
	return source.Files(path, 4, func(full string) bool { return strings.EqualFold(filepath.Ext(full), ".parquet") })
}

// Read reads a file, or all in a folder and the folders in it.
func (parquetFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	folder, names, err := files(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the Parquet files: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no Parquet files; expected files such as data/train-00000-of-00001.parquet", source.Show(path))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	og := &origin{folder: folder, at: map[string]place{}, wanted: o.LabelColumn, labelNames: map[string][]string{}, objectNames: map[string][]string{}}
	ds := &dataset.Dataset{Name: filepath.Base(abs), Root: folder, Source: abs, Format: Name, Origin: og, Pictures: newPictures(og)}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	if og.names = o.Classes; len(og.names) == 0 {
		if og.names, err = source.ClassList(folder); err != nil {
			return nil, err
		}
	}
	r := &reading{Builder: b, origin: og}
	for _, name := range names {
		if err := r.read(ctx, name); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			r.Problem("", "", 0, source.Show(name), "the file is read no further: %v", err)
		}
	}
	if len(ds.Images) == 0 {
		if len(ds.Problems) > 0 {
			return nil, fmt.Errorf("%s: %s", ds.Problems[0].Place, ds.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s holds no rows", source.Show(path))
	}
	b.SortClasses(r.listed)
	return b.Done(o)
}

type reading struct {
	*source.Builder
	origin *origin
	listed int // classes that are on a list
}

// define defines the classes of a list.
func (r *reading) define(names []string) {
	for _, name := range names {
		r.DefineClass(name)
	}
	r.listed = max(r.listed, len(names))
}

// classes returns the list that numbers of a column count in.
func (o *origin) classes(own []string) []string {
	if len(o.names) > 0 {
		return o.names
	}
	return own
}

// read reads one file.
func (r *reading) read(ctx context.Context, name string) error {
	f, err := openFile(r.origin.folder, name)
	if err != nil {
		return err
	}
	defer f.Close()
	c, err := f.columns(r.origin.wanted)
	if err != nil {
		return err
	}
	if c.picture == nil {
		return fmt.Errorf("it has no column of pictures; expected image with bytes and path")
	}
	if r.origin.wanted != "" && c.label == nil {
		return fmt.Errorf("it has no column %q that could hold labels", r.origin.wanted)
	}
	c.names, c.objectNames = r.origin.classes(c.names), r.origin.classes(c.objectNames)
	r.origin.labelNames[name], r.origin.objectNames[name] = c.names, c.objectNames
	r.define(c.names)
	r.define(c.objectNames)
	row := 0
	for g := range f.pq.RowGroups() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if row, err = r.group(f, c, name, g, row); err != nil {
			return err
		}
	}
	return nil
}

// A table are the cells of the columns of a row group by their leaves.
type table map[*leaf]*cells

// value returns the only value of a flat column in a row.
func (t table) value(l *leaf, row int) (parquet.Value, bool) {
	if l == nil || t[l] == nil {
		return parquet.Value{}, false
	}
	of := t[l].row(row)
	if len(of) == 0 || of[0].IsNull() {
		return parquet.Value{}, false
	}
	return of[0], true
}

func (t table) text(l *leaf, row int) string {
	v, ok := t.value(l, row)
	if !ok {
		return ""
	}
	return spell(v)
}

func (t table) integer(l *leaf, row int) int {
	v, ok := t.value(l, row)
	if !ok {
		return 0
	}
	return int(number(v))
}

// number returns an integer or a truth value.
func number(v parquet.Value) int64 {
	switch v.Kind() {
	case parquet.Int32:
		return int64(v.Int32())
	case parquet.Int64:
		return v.Int64()
	case parquet.Boolean:
		if v.Boolean() {
			return 1
		}
	}
	return 0
}

func float(v parquet.Value) float64 {
	switch v.Kind() {
	case parquet.Float:
		return shortest(v.Float())
	case parquet.Double:
		return v.Double()
	}
	return float64(number(v))
}

// shortest is the number that a float32 is spelt as.
func shortest(v float32) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	if err != nil {
		return float64(v)
	}
	return out
}

// spell spells a value as text.
func spell(v parquet.Value) string {
	if v.Kind() == parquet.ByteArray || v.Kind() == parquet.FixedLenByteArray {
		return string(v.ByteArray())
	}
	return strconv.FormatInt(number(v), 10)
}

// elements returns the elements of the outer list in a row, each with the cells
// that it has.
func (l *leaf) elements(of []parquet.Value) [][]parquet.Value {
	var out [][]parquet.Value
	for i, v := range of {
		switch {
		case v.DefinitionLevel() < l.repeats[0]: // no element
		case v.RepetitionLevel() <= 1 || len(out) == 0:
			out = append(out, of[i:i+1])
		default:
			out[len(out)-1] = of[i-len(out[len(out)-1]) : i+1]
		}
	}
	return out
}

// group reads a row group whose first row has a number in the file.
func (r *reading) group(f *file, c *columns, name string, g, first int) (int, error) {
	t := table{}
	for _, l := range []*leaf{c.path, c.id, c.width, c.height, c.label, c.bbox, c.category, c.objectID, c.area, c.crowd} {
		if l == nil || t[l] != nil {
			continue
		}
		cells, err := f.read(g, l, maxLabelPage)
		if err != nil {
			return 0, err
		}
		t[l] = cells
	}
	rows := int(f.pq.RowGroups()[g].NumRows())
	size := int64(0)
	if groups := f.pq.Metadata().RowGroups; rows > 0 && c.picture.index < len(groups[g].Columns) {
		size = groups[g].Columns[c.picture.index].MetaData.TotalCompressedSize / int64(rows)
	}
	for row := range rows {
		im := dataset.Image{Split: source.SplitOf(name), ID: t.text(c.id, row)}
		if w, h := t.integer(c.width, row), t.integer(c.height, row); w > 0 && h > 0 && w <= 1<<20 && h <= 1<<20 {
			im.Width, im.Height = w, h
		}
		inner := strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(t.text(c.path, row), `\`, "/")), "/")
		im.Path = name + "/" + inner
		if _, taken := r.origin.at[im.Path]; taken || inner == "" {
			im.Path = fmt.Sprintf("%s/%06d", name, first+row)
		}
		image, fresh := r.Image(im)
		if !fresh {
			r.Problem(dataset.DuplicateID, im.Path, 0, fmt.Sprintf("%s row %d", source.Show(name), first+row), "another row has this name already; this one is left out")
			continue
		}
		r.origin.at[im.Path] = place{name, g, row, size}
		for _, e := range c.entries(t, row) {
			r.annotate(image, e, fmt.Sprintf("%s row %d", source.Show(name), first+row))
		}
	}
	return first + rows, nil
}

func (r *reading) annotate(image int, e entry, at string) {
	class, defined := r.Class(e.class, !e.listed)
	e.Image, e.Class = image, class
	ordinal := r.Annotate(e.Annotation)
	if !e.listed || !defined {
		r.Problem(dataset.UndefinedClass, r.Images[image].Path, ordinal, at, "the class %q is not on the list of classes", e.class)
	}
}

// An entry is an annotation with the place of its values.
type entry struct {
	class  string
	listed bool
	dataset.Annotation
	// element is the number in the list of labels or objects.
	element int
}

// className returns the class that a value means, and whether it is listed.
func className(v parquet.Value, names []string) (string, bool) {
	if v.Kind() == parquet.ByteArray {
		text := spell(v)
		return text, len(names) == 0 || slices.Contains(names, text)
	}
	n := number(v)
	if n >= 0 && n < int64(len(names)) {
		return names[n], true
	}
	return strconv.FormatInt(n, 10), len(names) == 0
}

// entries reads the annotations of a row.
func (c *columns) entries(t table, row int) []entry {
	var out []entry
	if l := c.label; l != nil {
		values := t[l].row(row)
		for i, v := range values {
			if len(l.repeats) > 0 && v.DefinitionLevel() < l.repeats[0] || v.IsNull() || v.Kind() != parquet.ByteArray && number(v) == -1 {
				continue
			}
			class, listed := className(v, c.names)
			out = append(out, entry{class: class, listed: listed, element: i})
		}
	}
	if c.bbox == nil {
		return out
	}
	side := func(l *leaf, i int) (parquet.Value, bool) {
		if l == nil {
			return parquet.Value{}, false
		}
		of := l.elements(t[l].row(row))
		if i >= len(of) || of[i][0].IsNull() {
			return parquet.Value{}, false
		}
		return of[i][0], true
	}
	for i, of := range c.bbox.elements(t[c.bbox].row(row)) {
		e := entry{class: "object", element: i, listed: true}
		e.Geometry = boxOf(of)
		if v, ok := side(c.category, i); ok {
			e.class, e.listed = className(v, c.objectNames)
		}
		if v, ok := side(c.objectID, i); ok {
			e.ID = spell(v)
		}
		if v, ok := side(c.area, i); ok {
			e.Area = float(v)
		}
		if v, ok := side(c.crowd, i); ok {
			e.Crowd = number(v) != 0
		}
		out = append(out, e)
	}
	return out
}

func boxOf(of []parquet.Value) dataset.Geometry {
	if len(of) != 4 || slices.ContainsFunc(of, parquet.Value.IsNull) {
		return dataset.Invalid{Reason: fmt.Sprintf("its bbox has %d numbers and not 4", len(of))}
	}
	return dataset.Box{X: float(of[0]), Y: float(of[1]), W: float(of[2]), H: float(of[3])}
}
