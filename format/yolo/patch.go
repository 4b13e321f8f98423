package yolo

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher]. A row keeps its kind: a box stays a box, an
// outline can get any number of corners, and of several parts becomes one that is
// drawn in one line. A dropped picture goes with its label file and the lines
// that list it; one that lies outside of the folder of labels stays where it is.
func (f yoloFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	org, err := source.OriginOf[*origin](ctx, f, ds)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(org.path)
	if err != nil {
		return nil, err
	}
	c := &corrector{plan: p, origin: org, ds: ds, keyed: source.KeyChanges(ds, changes), out: &source.Patch{Root: p.base}}
	if err := c.correct(ctx); err != nil {
		return nil, err
	}
	return c.out, nil
}

type corrector struct {
	*plan
	origin *origin
	ds     *dataset.Dataset
	keyed  *source.KeyedChanges
	out    *source.Patch
	// listed are the text files below base, once they were needed.
	listed map[string]bool
	// prevailing is what most objects of the dataset are, once it was needed.
	prevailing *shape
}

// usualShape returns what most objects of the dataset are.
func (c *corrector) usualShape() shape {
	if c.prevailing == nil {
		counts := map[shape]int{}
		for _, a := range c.ds.Annotations {
			switch a.Geometry.(type) {
			case dataset.Box:
				counts[boxShape]++
			case dataset.RotatedBox:
				counts[rotatedShape]++
			case dataset.Polygon:
				counts[outlineShape]++
			}
		}
		s := most(counts)
		c.prevailing = &s
	}
	return *c.prevailing
}

// most returns the shape that is counted most often, noShape when there is none.
func most(counts map[shape]int) (out shape) {
	for _, s := range []shape{boxShape, rotatedShape, outlineShape} {
		if counts[s] > counts[out] || out == noShape && counts[s] > 0 {
			out = s
		}
	}
	return out
}

func (c *corrector) correct(ctx context.Context) error {
	for _, name := range c.keyed.Images() {
		if err := c.labels(ctx, name); err != nil {
			return err
		}
	}
	if len(c.keyed.Dropped) > 0 {
		if err := c.drop(ctx); err != nil {
			return err
		}
	}
	c.out.SortFiles()
	return nil
}

// labels corrects the label file of a picture.
func (c *corrector) labels(ctx context.Context, picture string) error {
	name := c.origin.labels[picture]
	file, err := linetext.ReadAgain(c.out.Root, name)
	if err != nil {
		return err
	}
	rows, _ := parseRows(file)
	pen := &pen{name: name, reading: c.origin.reading, editor: linetext.NewEditor(file), rows: rows}
	if pen.name == "" {
		pen.name = picture
	}
	if c.places(picture, len(rows)) {
		var err error
		full := filepath.Join(c.ds.Root, filepath.FromSlash(picture))
		if pen.width, pen.height, err = source.SizeOf(full); err != nil {
			return fmt.Errorf("the size of %s is needed to correct its labels: %w", source.Show(picture), err)
		}
	}
	if pen.learn(); pen.shape == noShape {
		pen.shape = c.usualShape()
	}
	for i := range rows {
		r := &rows[i]
		for _, ch := range c.keyed.Take(dataset.Key{Image: picture, Ordinal: i}) {
			if was := c.ds.Classes[c.ds.Annotations[ch.Annotation].Class]; was != c.className(r.class) {
				return fmt.Errorf("%s line %d has the class %q where %q was read; it has changed since, so check it again", source.Show(name), r.line.Number, c.className(r.class), was)
			}
			switch ch.Action {
			case dataset.SetClass:
				id, err := c.id(ch.To)
				if err != nil {
					return err
				}
				pen.editor.Replace(r.line.Fields()[0], strconv.Itoa(id))
			case dataset.DeleteObject:
				pen.editor.Remove(r.line)
			case dataset.MoveObject:
				if err := pen.move(r, ch.Geometry); err != nil {
					return err
				}
			default:
				return fmt.Errorf("%s: YOLO rows have no place for attributes; %s means nothing there", source.Show(name), ch.Action)
			}
		}
	}
	for k := range c.keyed.Objects {
		if k.Image == picture && k.Ordinal >= len(rows) {
			return c.keyed.Missed(pen.name)
		}
	}
	var added []string
	for _, ch := range c.keyed.Added[picture] {
		id, err := c.id(ch.To)
		if err != nil {
			return err
		}
		text, err := pen.row(id, ch.Geometry)
		if err != nil {
			return err
		}
		added = append(added, text)
		pen.editor.Append(text)
	}
	if name == "" {
		place, err := c.newLabel(picture)
		if err != nil {
			return err
		}
		c.out.Files = append(c.out.Files, source.NewFile(place, []byte(strings.Join(added, "\n")+"\n")))
		return nil
	}
	return c.out.Edit(ctx, name, pen.editor.Edits(), true)
}

// places reports whether an object of a picture with that many gets a place.
func (c *corrector) places(picture string, objects int) bool {
	if len(c.keyed.Added[picture]) > 0 {
		return true
	}
	for i := range objects {
		for _, ch := range c.keyed.Objects[dataset.Key{Image: picture, Ordinal: i}] {
			if ch.Action == dataset.MoveObject {
				return true
			}
		}
	}
	return false
}

// newLabel is the place for the first label file of a picture.
func (c *corrector) newLabel(picture string) (string, error) {
	if full := relative(c.base, filepath.Join(c.ds.Root, filepath.FromSlash(picture))); full != "" {
		if c.listed == nil {
			c.listed = texts(c.base)
		}
		return newLabel(c.listed, full), nil
	}
	for _, other := range slices.Sorted(maps.Values(c.origin.labels)) {
		if other != "" {
			stem := strings.TrimSuffix(path.Base(picture), path.Ext(picture))
			return join(path.Dir(other), stem+".txt"), nil
		}
	}
	return "", fmt.Errorf("%s has no label file, and there is no other that shows where it should lie; make an empty one first", source.Show(picture))
}

// className returns the name of a class by its number in rows.
func (c *corrector) className(id int) string {
	for _, n := range c.names {
		if n.ID == id {
			return n.Name
		}
	}
	if given := c.origin.options.Classes; len(c.names) == 0 && id >= 0 && id < len(given) {
		return given[id]
	}
	return strconv.Itoa(id)
}

// id returns the number of a class in rows.
func (c *corrector) id(class int) (int, error) {
	name := c.ds.Classes[class]
	for _, n := range c.names {
		if n.Name == name {
			return n.ID, nil
		}
	}
	if len(c.names) == 0 {
		if i := slices.Index(c.origin.options.Classes, name); i >= 0 {
			return i, nil
		}
	}
	if id, err := strconv.Atoi(name); err == nil {
		return id, nil
	}
	return 0, fmt.Errorf("%s does not list the class %q; add it there first", source.Show(c.namesIn), name)
}

// drop takes pictures, their label files and the lines that list them away.
func (c *corrector) drop(ctx context.Context) error {
	for _, picture := range slices.Sorted(maps.Keys(c.keyed.Dropped)) {
		label, known := c.origin.labels[picture]
		if !known {
			return fmt.Errorf("%s is no picture of the dataset any more; check it again", source.Show(picture))
		}
		c.out.DropPicture(c.ds.Root, picture, label)
	}
	g := &gathering{plan: c.plan, root: c.ds.Root}
	var album *source.Album
	for _, p := range c.parts {
		if p.list == "" {
			continue
		}
		if album == nil {
			album = source.OpenAlbum(c.ds.Root)
		}
		f, err := linetext.Read(filepath.Join(c.base, filepath.FromSlash(p.list)))
		if err != nil {
			return fmt.Errorf("cannot read the list %s again: %w", source.Show(p.list), err)
		}
		e := linetext.NewEditor(f)
		for _, l := range f.Lines {
			if l.Blank() {
				continue
			}
			if picture, _ := g.listed(p, l, album); c.keyed.Dropped[picture] {
				e.Remove(l)
			}
		}
		if err := c.out.Edit(ctx, p.list, e.Edits(), true); err != nil {
			return err
		}
	}
	return nil
}
