package widerface

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Patch changes single fields, and the number of faces where faces come and go.
// See [source.Patcher].
func (f widerFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	org, err := source.OriginOf[*origin](ctx, f, ds)
	if err != nil {
		return nil, err
	}
	out := &source.Patch{Root: org.base}
	if len(changes) == 0 {
		return out, nil
	}
	c := &corrector{origin: org, ds: ds, keyed: source.KeyChanges(ds, changes), done: map[string]bool{}}
	for _, file := range org.files {
		edits, err := c.correct(file)
		if err != nil {
			return nil, err
		}
		if err := out.Edit(ctx, file, edits, true); err != nil {
			return nil, err
		}
	}
	if err := c.keyed.Missed(ds.Name); err != nil {
		return nil, err
	}
	for _, ch := range changes {
		if name := ds.Images[ch.Image].Path; !c.done[name] {
			return nil, fmt.Errorf("%s is in no list any more; check it again", source.Show(name))
		}
	}
	return out, nil
}

type corrector struct {
	*origin
	ds    *dataset.Dataset
	keyed *source.KeyedChanges
	// done are the pictures that were found.
	done map[string]bool
}

// correct returns the edits of a file.
func (c *corrector) correct(file string) ([]source.Edit, error) {
	f, err := linetext.ReadAgain(c.base, file)
	if err != nil {
		return nil, err
	}
	e := linetext.NewEditor(f)
	records, _ := parse(f)
	seen := map[string]bool{}
	for i := range records {
		r := &records[i]
		im, known := c.pictures[[2]string{file, r.picture()}]
		if !known || seen[im] {
			continue
		}
		seen[im], c.done[im] = true, true
		if c.keyed.Dropped[im] {
			remove(e, r)
			for k := range r.rows {
				c.keyed.Take(dataset.Key{Image: im, Ordinal: k})
			}
			continue
		}
		if err := c.record(e, file, im, r); err != nil {
			return nil, err
		}
	}
	return e.Edits(), nil
}

// remove takes all lines of a record away.
func remove(e *linetext.Editor, r *record) {
	e.Remove(r.name)
	e.Remove(r.count)
	if r.empty != nil {
		e.Remove(*r.empty)
	}
	for _, w := range r.rows {
		e.Remove(w.line)
	}
}

// record corrects the faces of a picture.
func (c *corrector) record(e *linetext.Editor, file, picture string, r *record) error {
	var numbers []string
	fields := classField
	for _, w := range r.rows {
		fields = len(w.fields)
		for _, v := range w.fields[:boxFields] {
			numbers = append(numbers, v.Text)
		}
	}
	style := linetext.StyleOf(numbers...)
	n, changed := len(r.rows), false
	for k := range r.rows {
		for _, ch := range c.keyed.Take(dataset.Key{Image: picture, Ordinal: k}) {
			if ch.Action == dataset.DeleteObject {
				n, changed = n-1, true
			}
			if err := c.change(e, file, &r.rows[k], ch, style); err != nil {
				return err
			}
		}
	}
	last := r.count
	if len(r.rows) > 0 {
		last = r.rows[len(r.rows)-1].line
	} else if r.empty != nil {
		last = *r.empty
	}
	for _, ch := range c.keyed.Added[picture] {
		b, ok := ch.Geometry.(dataset.Box)
		if !ok {
			return fmt.Errorf("%s: WIDER FACE rows hold upright boxes only; give a box", source.Show(picture))
		}
		class, err := oneField(c.ds.Classes[ch.To])
		if err != nil {
			return err
		}
		e.Insert(last, newRow(b, class, style, fields))
		n, changed = n+1, true
	}
	switch {
	case !changed:
		return nil
	case n == 0:
		e.Insert(last, strings.TrimRight(strings.Repeat("0 ", classField), " "))
	case r.empty != nil:
		e.Remove(*r.empty)
	}
	e.Replace(r.count.Trimmed(), strconv.Itoa(n))
	return nil
}

// change makes one change of a row.
func (c *corrector) change(e *linetext.Editor, file string, w *row, ch dataset.Change, style linetext.Style) error {
	at := fmt.Sprintf("%s line %d", source.Show(file), w.line.Number)
	if was := c.ds.Classes[c.ds.Annotations[ch.Annotation].Class]; was != w.class() {
		return fmt.Errorf("%s has the class %q where %q was read; it has changed since, so check it again", at, w.class(), was)
	}
	switch ch.Action {
	case dataset.SetClass:
		class, err := oneField(c.ds.Classes[ch.To])
		if err != nil {
			return err
		}
		switch {
		case len(w.fields) > classField:
			e.Replace(w.fields[classField], class)
		case len(w.fields) == classField:
			e.Replace(linetext.Field{Offset: w.fields[classField-1].End()}, " "+class)
		default:
			return fmt.Errorf("%s has %d fields, so there is no place for a class; write all 10 first", at, len(w.fields))
		}
	case dataset.DeleteObject:
		e.Remove(w.line)
	case dataset.MoveObject:
		b, ok := ch.Geometry.(dataset.Box)
		if !ok {
			return fmt.Errorf("%s: WIDER FACE rows hold upright boxes only; give a box", at)
		}
		for i, v := range [4]float64{b.X, b.Y, b.W, b.H} {
			if !linetext.Same(w.box[i], v) {
				e.Replace(w.fields[i], style.Pixels(v))
			}
		}
	case dataset.SetAttribute:
		i := slices.Index(attributes, ch.Attribute.Name)
		if i < 0 || boxFields+i >= len(w.fields) {
			return fmt.Errorf("%s has no field for the attribute %q; WIDER FACE rows have %s", at, ch.Attribute.Name, strings.Join(attributes, ", "))
		}
		value, err := oneField(ch.Attribute.Value)
		if err != nil {
			return err
		}
		e.Replace(w.fields[boxFields+i], value)
	default:
		return fmt.Errorf("%s: %s means nothing in WIDER FACE rows", at, ch.Action)
	}
	return nil
}

// oneField refuses what would be several fields.
func oneField(s string) (string, error) {
	if f := strings.Fields(s); len(f) != 1 || f[0] != s {
		return "", fmt.Errorf("%q has blanks or is empty, which WIDER FACE rows have no place for", s)
	}
	return s, nil
}
