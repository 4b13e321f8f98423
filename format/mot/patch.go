package mot

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Patch changes single fields of rows. Further objects go behind the last row of
// their frame, without a track. See [source.Patcher].
func (motFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	org, err := find(ds.Source)
	if err != nil {
		return nil, err
	}
	p := &source.Patch{Root: org.root}
	if len(changes) == 0 {
		return p, nil
	}
	keyed := source.KeyChanges(ds, changes)
	added := map[string]bool{}
	for _, s := range org.sequences {
		c := &corrector{sequence: s, ds: ds, keyed: keyed, name: source.Join(s.folder, truth), added: added}
		edits, err := c.correct(org.root)
		if err != nil {
			return nil, err
		}
		if err := p.Edit(ctx, c.name, edits, true); err != nil {
			return nil, err
		}
	}
	if err := keyed.Missed(filepath.Base(org.root)); err != nil {
		return nil, err
	}
	for name := range keyed.Added {
		if !added[name] && !keyed.Dropped[name] {
			return nil, fmt.Errorf("%s is a picture of no frame any more; check it again", source.Show(name))
		}
	}
	for _, im := range ds.Images {
		if _, err := os.Lstat(filepath.Join(org.root, filepath.FromSlash(im.Path))); keyed.Dropped[im.Path] && err == nil {
			p.Moves = append(p.Moves, source.Move{From: im.Path, To: im.Path, Drop: true})
		}
	}
	p.SortFiles()
	return p, nil
}

type corrector struct {
	*sequence
	ds    *dataset.Dataset
	keyed *source.KeyedChanges
	name  string
	added map[string]bool
}

// correct returns the edits of the gt.txt of a sequence.
func (c *corrector) correct(root string) ([]source.Edit, error) {
	f, err := linetext.ReadAgain(root, c.name)
	if err != nil {
		return nil, err
	}
	e := linetext.NewEditor(f)
	ordinals := map[int]int{}
	last := map[int]row{}
	var final *row
	for _, l := range f.Lines {
		if l.Blank() {
			continue
		}
		r, ok := parseRow(l)
		if !ok {
			continue
		}
		key := dataset.Key{Image: c.picture(r.frame), Ordinal: ordinals[r.frame]}
		ordinals[r.frame]++
		last[r.frame], final = r, &r
		if c.keyed.Dropped[key.Image] {
			c.keyed.Take(key)
			e.Remove(l)
			continue
		}
		for _, ch := range c.keyed.Take(key) {
			if err := c.change(e, &r, ch); err != nil {
				return nil, err
			}
		}
	}
	for i, im := range c.ds.Images {
		adds := c.keyed.Added[im.Path]
		if len(adds) == 0 || c.keyed.Dropped[im.Path] {
			continue
		}
		frame, ok := c.frame(im.Path)
		if !ok {
			continue // it belongs to another sequence
		}
		c.added[c.ds.Images[i].Path] = true
		for _, ch := range adds {
			text, err := c.row(frame, ch, final)
			if err != nil {
				return nil, err
			}
			if r, has := last[frame]; has {
				e.Insert(r.line, text)
			} else {
				e.Append(text)
			}
		}
	}
	return e.Edits(), nil
}

// frame returns the number of the frame that a picture is.
func (c *corrector) frame(picture string) (int, bool) {
	rest, ok := strings.CutPrefix(picture, c.pictures+"/")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(rest, filepath.Ext(rest)))
	return n, err == nil && c.picture(n) == picture
}

// change makes one change of a row.
func (c *corrector) change(e *linetext.Editor, r *row, ch dataset.Change) error {
	at := fmt.Sprintf("%s line %d", source.Show(c.name), r.line.Number)
	if was, _ := c.className(r.class); was != c.ds.Classes[c.ds.Annotations[ch.Annotation].Class] {
		return fmt.Errorf("%s has another class than was read; it has changed since, so check it again", at)
	}
	switch ch.Action {
	case dataset.SetClass:
		id, err := c.id(ch.To)
		if err != nil {
			return err
		}
		if len(r.fields) <= classField {
			return fmt.Errorf("%s ends before its field for the class", at)
		}
		e.Replace(r.fields[classField], strconv.Itoa(id))
	case dataset.DeleteObject:
		e.Remove(r.line)
	case dataset.MoveObject:
		b, ok := ch.Geometry.(dataset.Box)
		if !ok {
			return fmt.Errorf("%s: MOT rows hold upright boxes only; give a box", at)
		}
		style := linetext.StyleOf(r.texts()...)
		for i, v := range [4]float64{b.X, b.Y, b.W, b.H} {
			if !linetext.Same(r.box[i], v) {
				e.Replace(r.fields[boxField+i], style.Pixels(v))
			}
		}
	case dataset.SetAttribute:
		i := slices.IndexFunc(columns, func(c column) bool { return c.name == ch.Attribute.Name })
		if i < 0 || columns[i].field >= len(r.fields) {
			return fmt.Errorf("%s has no field for the attribute %q; MOT rows have track_id, conf and visibility", at, ch.Attribute.Name)
		}
		if _, err := strconv.ParseFloat(ch.Attribute.Value, 64); err != nil {
			return fmt.Errorf("%s: %s has to be a number, not %q", at, ch.Attribute.Name, ch.Attribute.Value)
		}
		e.Replace(r.fields[columns[i].field], ch.Attribute.Value)
	default:
		return fmt.Errorf("%s: %s means nothing in MOT rows", at, ch.Action)
	}
	return nil
}

func (r *row) texts() []string {
	var out []string
	for _, f := range r.fields[boxField:confField] {
		out = append(out, f.Text)
	}
	return out
}

// id returns the number of a class.
func (c *corrector) id(class int) (int, error) {
	name := c.ds.Classes[class]
	if i := slices.Index(c.names, name); i >= 0 {
		return i + 1, nil
	}
	if id, err := strconv.Atoi(name); err == nil {
		return id, nil
	}
	return 0, fmt.Errorf("%s has no class %q; name it in gt/labels.txt first", source.Show(c.name), name)
}

// row spells a further object with as many fields as another row.
func (c *corrector) row(frame int, ch dataset.Change, like *row) (string, error) {
	b, ok := ch.Geometry.(dataset.Box)
	if !ok {
		return "", fmt.Errorf("%s: MOT rows hold upright boxes only; give a box", source.Show(c.name))
	}
	id, err := c.id(ch.To)
	if err != nil {
		return "", err
	}
	fields, style := visibilityField+1, linetext.Style{}
	if like != nil {
		fields, style = len(like.fields), linetext.StyleOf(like.texts()...)
	}
	out := []string{strconv.Itoa(frame), "-1"}
	for _, v := range [4]float64{b.X, b.Y, b.W, b.H} {
		out = append(out, style.Pixels(v))
	}
	out = append(out, "1", strconv.Itoa(id), "1")
	for len(out) < fields {
		out = append(out, "-1")
	}
	return strings.Join(out[:max(classField+1, fields)], ","), nil
}
