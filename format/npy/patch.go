package npy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher].
func (arrayFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	o, ok := ds.Origin.(*origin)
	if !ok {
		return nil, fmt.Errorf("%s was not read from arrays; read it again", source.Show(ds.Name))
	}
	c := &correction{origin: o, ds: ds, elements: map[*array]map[int64]change{}, dropped: map[*array]map[int]bool{}}
	for _, ch := range changes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := ds.Images[ch.Image].Path
		at, ok := o.at[path]
		if !ok {
			return nil, fmt.Errorf("%s is in no array; read the dataset again", source.Show(path))
		}
		if err := c.change(at, ch); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(path), err)
		}
	}
	p := &source.Patch{Root: o.folder}
	for _, a := range c.arrays() {
		edits, err := c.edits(a)
		if err != nil {
			return nil, err
		}
		if err := p.Edit(ctx, a.name, edits, false); err != nil {
			return nil, err
		}
	}
	return p, nil
}

type correction struct {
	origin *origin
	ds     *dataset.Dataset
	// elements are the corrected ones by their offsets, dropped the rows that go.
	elements map[*array]map[int64]change
	dropped  map[*array]map[int]bool
}

// A change is an element before and after.
type change struct{ old, new []byte }

func (c *correction) arrays() []*array {
	var out []*array
	for a := range c.elements {
		out = append(out, a)
	}
	for a := range c.dropped {
		if c.elements[a] == nil {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *array) int { return strings.Compare(a.name, b.name) })
	return out
}

func (c *correction) change(at place, ch dataset.Change) error {
	if ch.Action == dataset.DropImage {
		return c.drop(at)
	}
	a := at.labels
	switch {
	case a == nil && at.probabilities != nil:
		return fmt.Errorf("the source has probabilities and no labels; a prediction cannot be corrected")
	case a == nil || at.row >= a.shape[0]:
		return fmt.Errorf("the source has no label for it, so none can be corrected")
	case ch.Geometry != nil:
		return fmt.Errorf("arrays of labels have no places of objects")
	}
	several := a.columns() > 1 && !a.isText()
	if !several && ch.Action != dataset.SetClass {
		return fmt.Errorf("the array %s has exactly one label for each picture, so a label can be corrected but none added or deleted; drop the picture instead", source.Show(a.name))
	}
	switch {
	case !several:
		column := 0
		if a.isText() && a.columns() > 1 {
			return fmt.Errorf("the array %s has several texts for each picture; make it an array of zeros and ones first", source.Show(a.name))
		}
		return c.set(a, at.row, column, c.ds.Classes[ch.From], c.ds.Classes[ch.To])
	case ch.Action == dataset.SetClass:
		if err := c.flag(a, at.row, ch.From, false); err != nil {
			return err
		}
		return c.flag(a, at.row, ch.To, true)
	case ch.Action == dataset.AddObject:
		return c.flag(a, at.row, ch.To, true)
	case ch.Action == dataset.DeleteObject:
		return c.flag(a, at.row, c.ds.Annotations[ch.Annotation].Class, false)
	}
	return fmt.Errorf("arrays of labels have no attributes and no places of objects")
}

// element reads an element again, as it is after the changes so far.
func (c *correction) element(a *array, row, column int) (offset int64, old, now []byte, err error) {
	if a.inside {
		return 0, nil, nil, fmt.Errorf("%s lies in an archive; unpack it (unzip does), then read and correct the folder", source.Show(a.name))
	}
	offset = a.at(row, column)
	if e, ok := c.elements[a][offset]; ok {
		return offset, e.old, e.new, nil
	}
	old, err = c.read(a, offset, a.size)
	return offset, old, old, err
}

func (c *correction) read(a *array, offset int64, n int) ([]byte, error) {
	f, err := os.Open(filepath.Join(c.origin.folder, a.name))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s again: %w", source.Show(a.name), err)
	}
	defer f.Close()
	out := make([]byte, n)
	if got, err := f.ReadAt(out, offset); got < n {
		return nil, fmt.Errorf("%s has become shorter since it was read; read it again: %w", source.Show(a.name), err)
	}
	return out, nil
}

func (c *correction) put(a *array, offset int64, old, b []byte) {
	if c.elements[a] == nil {
		c.elements[a] = map[int64]change{}
	}
	c.elements[a][offset] = change{old, b}
}

// set gives a picture with one label another one.
func (c *correction) set(a *array, row, column int, from, to string) error {
	offset, old, now, err := c.element(a, row, column)
	if err != nil {
		return err
	}
	was, v := "", 0.0
	if a.isText() {
		was, _ = a.text(now)
	} else {
		was = c.origin.className(a.number(now))
		if v, err = c.origin.number(to); err != nil {
			return err
		}
	}
	if was != from {
		return fmt.Errorf("its label says %q and not %q any more; read the dataset again", was, from)
	}
	b, ok := a.spell(v, to)
	if !ok {
		return fmt.Errorf("the class %q does not fit into an element of %s (%d bytes); save the array with a wider type first", to, source.Show(a.name), a.size)
	}
	c.put(a, offset, old, b)
	return nil
}

// number returns the label of a class.
func (o *origin) number(class string) (float64, error) {
	if i := slices.Index(o.names, class); i >= 0 {
		return float64(i), nil
	}
	v, err := strconv.ParseFloat(class, 64)
	if err != nil {
		return 0, fmt.Errorf("the class %q has no number; put it on the list in classes.txt first", class)
	}
	return v, nil
}

// flag writes one or zero for a class of a picture.
func (c *correction) flag(a *array, row, class int, on bool) error {
	name := c.ds.Classes[class]
	v, err := c.origin.number(name)
	if err != nil {
		return err
	}
	if v < 0 || v >= float64(a.columns()) {
		return fmt.Errorf("the array %s has no column for the class %q", source.Show(a.name), name)
	}
	offset, old, now, err := c.element(a, row, int(v))
	if err != nil {
		return err
	}
	switch is := a.number(now) != 0; {
	case is && on:
		return fmt.Errorf("it has the class %q already", name)
	case !is && !on:
		return fmt.Errorf("it has not the class %q any more; read the dataset again", name)
	}
	b, _ := a.spell(map[bool]float64{true: 1}[on], "")
	c.put(a, offset, old, b)
	return nil
}

// drop takes the row of a picture out of the arrays of its split.
func (c *correction) drop(at place) error {
	if c.origin.file {
		return fmt.Errorf("dropping a picture changes all arrays of its split, and you gave one file; give the folder %s instead", source.Show(filepath.Base(c.origin.folder)))
	}
	if at.elsewhere != nil {
		return fmt.Errorf("the pictures are in %s, which is no array, so none can be dropped together with its label; save them as an array first", source.Show(at.elsewhere.File))
	}
	rows := at.labels
	if rows == nil {
		rows = at.pictures
	}
	for _, a := range append([]*array{at.pictures, at.labels, at.probabilities}, at.spare...) {
		switch {
		case a == nil || at.row >= a.shape[0] || slices.Contains(at.spare, a) && (rows == nil || a.shape[0] != rows.shape[0]):
			continue
		case a.fortran && a.columns() > 1:
			return fmt.Errorf("%s is in Fortran order, so no row can be taken out of it; save it with numpy.ascontiguousarray first", source.Show(a.name))
		}
		if c.dropped[a] == nil {
			c.dropped[a] = map[int]bool{}
		}
		c.dropped[a][at.row] = true
	}
	return nil
}

// edits returns what changes in the file of an array.
func (c *correction) edits(a *array) ([]source.Edit, error) {
	var out []source.Edit
	for offset, e := range c.elements[a] {
		if row := int((offset - a.dataAt) / a.row()); !c.dropped[a][row] || a.fortran {
			out = append(out, source.Edit{Offset: offset, Old: e.old, New: e.new})
		}
	}
	if len(c.dropped[a]) == 0 {
		return out, nil
	}
	for row := range c.dropped[a] {
		offset := a.dataAt + int64(row)*a.row()
		old, err := c.read(a, offset, int(a.row()))
		if err != nil {
			return nil, err
		}
		out = append(out, source.Edit{Offset: offset, Old: old})
	}
	// The head keeps its length: blanks at its end take the place of digits.
	head := string(a.head)
	shape := head[a.shapeAt:a.shapeEnd]
	number := strconv.Itoa(a.shape[0])
	start := strings.Index(shape, number)
	fewer := shape[:start] + strconv.Itoa(a.shape[0]-len(c.dropped[a])) + shape[start+len(number):]
	text := head[:a.shapeAt] + fewer + head[a.shapeEnd:]
	body := strings.TrimSuffix(text, "\n")
	text = body + strings.Repeat(" ", len(head)-len(text)) + text[len(body):]
	return append(out, source.Edit{Offset: int64(a.shapeAt), Old: []byte(head[a.shapeAt:]), New: []byte(text[a.shapeAt:])}), nil
}
