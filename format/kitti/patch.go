package kitti

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Patch changes single fields of rows. See [source.Patcher].
func (f kittiFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	org, err := source.OriginOf[*origin](ctx, f, ds)
	if err != nil {
		return nil, err
	}
	c := &corrector{origin: org, ds: ds, keyed: source.KeyChanges(ds, changes), out: &source.Patch{Root: org.layout.base}}
	for _, name := range c.keyed.Images() {
		if err := c.labels(ctx, name); err != nil {
			return nil, err
		}
	}
	if err := c.drop(ctx); err != nil {
		return nil, err
	}
	c.out.SortFiles()
	return c.out, nil
}

type corrector struct {
	*origin
	ds    *dataset.Dataset
	keyed *source.KeyedChanges
	out   *source.Patch
}

// labels corrects the label file of a picture.
func (c *corrector) labels(ctx context.Context, picture string) error {
	name, known := c.origin.labels[picture]
	if !known {
		return fmt.Errorf("%s is no picture of the dataset any more; check it again", source.Show(picture))
	}
	file, err := linetext.ReadAgain(c.out.Root, name)
	if err != nil {
		return err
	}
	rows := parseRows(file)
	e := linetext.NewEditor(file)
	style, fields := styleOf(rows)
	for i := range rows {
		for _, ch := range c.keyed.Take(dataset.Key{Image: picture, Ordinal: i}) {
			if err := c.change(e, &rows[i], name, ch, style); err != nil {
				return err
			}
		}
	}
	for k := range c.keyed.Objects {
		if k.Image == picture && k.Ordinal >= len(rows) {
			return c.keyed.Missed(name)
		}
	}
	var added []string
	for _, ch := range c.keyed.Added[picture] {
		class, err := className(c.ds.Classes[ch.To])
		if err != nil {
			return err
		}
		b, err := boxOf(ch.Geometry)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(picture), err)
		}
		text := newRow(class, b, nil, style, fields)
		if c.ds.Predictions {
			text += " 1"
		}
		added = append(added, text)
		e.Append(text)
	}
	if name == "" {
		place, err := c.newLabel(picture)
		if err != nil {
			return err
		}
		c.out.Files = append(c.out.Files, source.NewFile(place, []byte(strings.Join(added, "\n")+"\n")))
		return nil
	}
	return c.out.Edit(ctx, name, e.Edits(), true)
}

// change makes one change of a row.
func (c *corrector) change(e *linetext.Editor, r *row, name string, ch dataset.Change, style linetext.Style) error {
	at := fmt.Sprintf("%s line %d", source.Show(name), r.line.Number)
	if was := c.ds.Classes[c.ds.Annotations[ch.Annotation].Class]; was != r.class() {
		return fmt.Errorf("%s has the class %q where %q was read; it has changed since, so check it again", at, r.class(), was)
	}
	switch ch.Action {
	case dataset.SetClass:
		class, err := className(c.ds.Classes[ch.To])
		if err != nil {
			return err
		}
		e.Replace(r.fields[0], class)
	case dataset.DeleteObject:
		e.Remove(r.line)
	case dataset.MoveObject:
		b, err := boxOf(ch.Geometry)
		if err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		if r.reason != "" {
			e.ReplaceFrom(r.fields[0], r.fields[len(r.fields)-1], newRow(r.class(), b, nil, style, fullFields))
			return nil
		}
		for i, v := range sides(b) {
			if !linetext.Same(linetext.Round(r.box[i]), v) {
				e.Replace(r.fields[boxField+i], style.Pixels(v))
			}
		}
	case dataset.SetAttribute:
		col, ok := columnOf(ch.Attribute.Name)
		switch {
		case !ok:
			return fmt.Errorf("%s: KITTI has no field for the attribute %q; it has truncated, occluded, alpha, height, width, length, x, y, z and rotation_y", at, ch.Attribute.Name)
		case col.field >= len(r.fields):
			return fmt.Errorf("%s ends before its field for %s; write all 15 fields first", at, col.name)
		case !isNumber(ch.Attribute.Value):
			return fmt.Errorf("%s: %s has to be a number, not %q", at, col.name, ch.Attribute.Value)
		}
		e.Replace(r.fields[col.field], ch.Attribute.Value)
	default:
		return fmt.Errorf("%s: %s means nothing in KITTI labels", at, ch.Action)
	}
	return nil
}

// styleOf returns how the sides of boxes are written in a file and how many fields
// its rows have.
func styleOf(rows []row) (style linetext.Style, fields int) {
	var numbers []string
	fields = fullFields
	for _, r := range rows {
		if r.reason == "" {
			for _, f := range r.fields[boxField:boxEnd] {
				numbers = append(numbers, f.Text)
			}
			fields = len(r.fields)
		}
	}
	if numbers == nil {
		return linetext.Style{Decimals: 2}, fields
	}
	return linetext.StyleOf(numbers...), fields
}

// className refuses names that would be several fields.
func className(name string) (string, error) {
	if len(strings.Fields(name)) != 1 || strings.Fields(name)[0] != name {
		return "", fmt.Errorf("the class name %s has blanks, which KITTI rows have no place for", strconv.Quote(name))
	}
	return name, nil
}

func boxOf(g dataset.Geometry) (dataset.Box, error) {
	if r, ok := g.(dataset.RotatedBox); ok && r.Angle == 0 {
		return r.Bounds(), nil
	}
	b, ok := g.(dataset.Box)
	if !ok {
		return b, fmt.Errorf("KITTI rows hold upright boxes only; give a box")
	}
	return b, nil
}

// newLabel is the place for the first label file of a picture.
func (c *corrector) newLabel(picture string) (string, error) {
	stem := strings.TrimSuffix(path.Base(picture), path.Ext(picture)) + ".txt"
	for _, part := range c.layout.parts {
		if part == "" || strings.HasPrefix(picture, part+"/") || len(c.layout.parts) == 1 {
			return source.Join(part, labelFolder+"/"+stem), nil
		}
	}
	return "", fmt.Errorf("%s has no label file and lies in no folder with %s; make an empty label file first", source.Show(picture), labelFolder)
}

// drop takes pictures, their label files and their lines in the lists away.
func (c *corrector) drop(ctx context.Context) error {
	if len(c.keyed.Dropped) == 0 {
		return nil
	}
	stems := map[string]bool{}
	for _, picture := range slices.Sorted(maps.Keys(c.keyed.Dropped)) {
		label, known := c.origin.labels[picture]
		if !known {
			return fmt.Errorf("%s is no picture of the dataset any more; check it again", source.Show(picture))
		}
		stems[strings.TrimSuffix(path.Base(picture), path.Ext(picture))] = true
		c.out.DropPicture(c.ds.Root, picture, label)
	}
	for _, split := range slices.Sorted(maps.Keys(c.layout.lists)) {
		name := c.layout.lists[split]
		f, err := linetext.ReadAgain(c.out.Root, name)
		if err != nil {
			return err
		}
		e := linetext.NewEditor(f)
		for _, l := range f.Lines {
			if stems[listed(l)] {
				e.Remove(l)
			}
		}
		if err := c.out.Edit(ctx, name, e.Edits(), true); err != nil {
			return err
		}
	}
	return nil
}
