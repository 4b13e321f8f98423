package dota

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Patch changes single fields of rows. See [source.Patcher].
func (f dotaFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	org, err := source.OriginOf[*origin](ctx, f, ds)
	if err != nil {
		return nil, err
	}
	c := &corrector{origin: org, ds: ds, keyed: source.KeyChanges(ds, changes), out: &source.Patch{Root: org.layout.base}}
	for _, name := range c.keyed.Images() {
		if err := c.correct(ctx, name); err != nil {
			return nil, err
		}
	}
	if err := c.drop(); err != nil {
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

// correct corrects the label file of a picture.
func (c *corrector) correct(ctx context.Context, picture string) error {
	name, known := c.origin.labels[picture]
	if !known {
		return fmt.Errorf("%s is no picture of the dataset any more; check it again", source.Show(picture))
	}
	file, err := linetext.ReadAgain(c.out.Root, name)
	if err != nil {
		return err
	}
	rows, _ := parseRows(file)
	style, difficult := styleOf(rows)
	e := linetext.NewEditor(file)
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
		class, err := c.class(ch.To)
		if err != nil {
			return err
		}
		xy, err := cornersOf(ch.Geometry)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(picture), err)
		}
		text := newRow(xy, class, difficult, style)
		added = append(added, text)
		e.Append(text)
	}
	if name != "" {
		return c.out.Edit(ctx, name, e.Edits(), true)
	}
	for _, p := range c.layout.parts {
		if p.folder == "" || strings.HasPrefix(picture, p.folder+"/") || len(c.layout.parts) == 1 {
			place := source.Join(source.Join(p.folder, p.labels), strings.TrimSuffix(path.Base(picture), path.Ext(picture))+".txt")
			c.out.Files = append(c.out.Files, source.NewFile(place, []byte(strings.Join(added, "\n")+"\n")))
			return nil
		}
	}
	return fmt.Errorf("%s has no label file and lies in no folder with %s; make an empty label file first", source.Show(picture), labelFolder)
}

// change makes one change of a row.
func (c *corrector) change(e *linetext.Editor, r *row, name string, ch dataset.Change, style linetext.Style) error {
	at := fmt.Sprintf("%s line %d", source.Show(name), r.line.Number)
	if was := c.ds.Classes[c.ds.Annotations[ch.Annotation].Class]; was != r.class() {
		return fmt.Errorf("%s has the class %q where %q was read; it has changed since, so check it again", at, r.class(), was)
	}
	switch ch.Action {
	case dataset.SetClass:
		class, err := c.class(ch.To)
		if err != nil {
			return err
		}
		e.Replace(r.fields[classField], class)
	case dataset.DeleteObject:
		e.Remove(r.line)
	case dataset.MoveObject:
		xy, err := cornersOf(ch.Geometry)
		if err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		for i, v := range along(xy, r.xy) {
			if !linetext.Same(r.xy[i], v) {
				e.Replace(r.fields[i], style.Pixels(v))
			}
		}
	case dataset.SetAttribute:
		if ch.Attribute.Name != Difficult {
			return fmt.Errorf("%s: DOTA has no field for the attribute %q; it has %s only", at, ch.Attribute.Name, Difficult)
		}
		if err := oneField("value", ch.Attribute.Value); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		if len(r.fields) > difficultField {
			e.Replace(r.fields[difficultField], ch.Attribute.Value)
		} else {
			class := r.fields[classField]
			e.Replace(linetext.Field{Offset: class.End()}, " "+ch.Attribute.Value)
		}
	default:
		return fmt.Errorf("%s: %s means nothing in DOTA labels", at, ch.Action)
	}
	return nil
}

// class returns the name of a class as one field that the dataset may use.
func (c *corrector) class(class int) (string, error) {
	name := c.ds.Classes[class]
	if err := oneField("class name", name); err != nil {
		return "", err
	}
	if c.layout.namesIn != "" && !slices.Contains(c.layout.names, name) && c.ds.ClassCounts()[class] == 0 {
		return "", fmt.Errorf("%s does not list the class %q; add it there first", c.layout.namesIn, name)
	}
	return name, nil
}

// styleOf returns how coordinates are written in a file, and what a further row
// says of its difficulty.
func styleOf(rows []row) (style linetext.Style, difficult string) {
	var numbers []string
	difficult = "0"
	for _, r := range rows {
		for _, f := range r.fields[:corners] {
			numbers = append(numbers, f.Text)
		}
		if len(r.fields) <= difficultField {
			difficult = ""
		}
	}
	return linetext.StyleOf(numbers...), difficult
}

// drop takes pictures and their label files away.
func (c *corrector) drop() error {
	for _, picture := range slices.Sorted(maps.Keys(c.keyed.Dropped)) {
		label, known := c.origin.labels[picture]
		if !known {
			return fmt.Errorf("%s is no picture of the dataset any more; check it again", source.Show(picture))
		}
		c.out.DropPicture(c.ds.Root, picture, label)
	}
	return nil
}
