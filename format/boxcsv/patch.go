package boxcsv

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// patch finds the cells and records to change. See the package comment.
func patch(ctx context.Context, ds *dataset.Dataset, open bool, changes []dataset.Change) (*source.Patch, error) {
	s, err := discover(ds.Source, open)
	if err != nil {
		return nil, err
	}
	p := &source.Patch{Root: s.base}
	if len(changes) == 0 {
		return p, nil
	}
	images := ""
	if ds.Root != s.base {
		images = ds.Root
	}
	if err := s.locate(source.Options{Images: images}); err != nil {
		return nil, err
	}
	e := &editor{set: s, ds: ds, keyed: source.KeyChanges(ds, changes), edits: map[string][]source.Edit{}, last: map[slot]*pattern{}, ends: map[string][]byte{}, left: map[string]bool{}}
	if err := s.each(ctx, nil, e.visit); err != nil {
		return nil, err
	}
	if err := e.finish(); err != nil {
		return nil, err
	}
	p.Applied = func() (*dataset.Dataset, error) { return dataset.Apply(ds, e.effects(changes)) }
	for i := range s.tables {
		name := s.tables[i].name
		if len(e.edits[name]) == 0 {
			continue
		}
		f, err := source.EditFile(ctx, s.base, name, e.edits[name], true)
		if err != nil {
			return nil, err
		}
		if len(f.Edits) > 0 {
			f.Verify = s.tables[i].verify(f.Edits)
			p.Files = append(p.Files, *f)
		}
	}
	slices.SortFunc(p.Files, func(a, b source.FilePatch) int { return strings.Compare(a.Name, b.Name) })
	return p, nil
}

// An editor turns changes into edits while the rows are read again.
type editor struct {
	set   *set
	ds    *dataset.Dataset
	keyed *source.KeyedChanges
	edits map[string][]source.Edit
	// last are the rows that new ones of a picture follow and imitate; those
	// without a path are the last ones of each kind of table.
	last map[slot]*pattern
	// ends are the line ends of tables.
	ends map[string][]byte
	// left are the pictures that rows still name.
	left map[string]bool
}

// A slot is where new rows of a picture go.
type slot struct {
	path    string
	content content
}

// A pattern is a row to imitate.
type pattern struct {
	table         *table
	bytes         []byte
	cells         []csvtext.Cell
	end           int64
	removed       bool
	width, height int
}

func (e *editor) visit(o *object) error {
	dropped := e.keyed.Dropped[o.path]
	var list []dataset.Change
	if o.ordinal != none {
		list = e.keyed.Take(dataset.Key{Image: o.path, Ordinal: o.ordinal})
	}
	remove := dropped || slices.ContainsFunc(list, func(c dataset.Change) bool { return c.Action == dataset.DeleteObject })
	if o.table.content != pictures {
		e.remember(o, remove)
	}
	if remove {
		e.edit(o.table, source.Edit{Offset: o.record.Offset, Old: bytes.Clone(o.record.Bytes)})
		return nil
	}
	e.left[o.path] = true
	if len(list) == 0 {
		return nil
	}
	if err := e.same(o, list[0].Annotation); err != nil {
		return err
	}
	for _, c := range list {
		if err := e.change(o, c); err != nil {
			return fmt.Errorf("%s: %w", o.table.place(o.record), err)
		}
	}
	return nil
}

// effects are the changes, and the pictures that go because no row names them
// any more.
func (e *editor) effects(changes []dataset.Change) []dataset.Change {
	out := slices.Clone(changes)
	for i, im := range e.ds.Images {
		if !e.left[im.Path] && !e.keyed.Dropped[im.Path] && len(e.keyed.Added[im.Path]) == 0 {
			out = append(out, dataset.Change{Action: dataset.DropImage, Image: i, Annotation: dataset.None, From: dataset.None, To: dataset.None})
		}
	}
	return out
}

// same makes sure that a row says what the dataset says.
func (e *editor) same(o *object, annotation int) error {
	a := e.ds.Annotations[annotation]
	_, wasInvalid := a.Geometry.(dataset.Invalid)
	_, isInvalid := o.geometry.(dataset.Invalid)
	same := e.ds.Classes[a.Class] == o.class && (a.Geometry == nil) == (o.geometry == nil) && wasInvalid == isInvalid
	if same && a.Geometry != nil {
		x, y := a.Geometry.Bounds(), o.geometry.Bounds()
		same = linetext.Same(x.X, y.X) && linetext.Same(x.Y, y.Y) && linetext.Same(x.W, y.W) && linetext.Same(x.H, y.H)
	}
	if !same {
		return fmt.Errorf("%s has changed since it was read, so check it again", o.table.place(o.record))
	}
	return nil
}

func (e *editor) edit(t *table, edit source.Edit) { e.edits[t.name] = append(e.edits[t.name], edit) }

// remember keeps a row as the pattern of new ones.
func (e *editor) remember(o *object, removed bool) {
	if len(e.keyed.Added) == 0 {
		return
	}
	r := o.record
	if end := lineEnd(r.Bytes); len(end) > 0 {
		e.ends[o.table.name] = bytes.Clone(end)
	}
	p := &pattern{table: o.table, end: r.Offset + int64(len(r.Bytes)), removed: removed, width: o.width, height: o.height}
	keep := func(at slot) {
		if p.bytes == nil {
			p.bytes = bytes.Clone(r.Bytes)
			for _, c := range r.Cells {
				c.Value = bytes.Clone(c.Value)
				p.cells = append(p.cells, c)
			}
		}
		e.last[at] = p
	}
	if len(e.keyed.Added[o.path]) > 0 {
		keep(slot{o.path, o.table.content})
	}
	keep(slot{"", o.table.content})
}

// setCell edits one cell of a row.
func (e *editor) setCell(o *object, i int, value string) error {
	if i >= len(o.record.Cells) {
		return fmt.Errorf("the row ends before the column %q", o.table.nameOf(i))
	}
	c := o.record.Cells[i]
	e.edit(o.table, source.Edit{
		Offset: o.record.Offset + int64(c.Start), Old: bytes.Clone(o.record.Bytes[c.Start:c.End]), New: csvtext.Spell(value, c.Quoted, o.table.delim),
	})
	return nil
}

func (e *editor) change(o *object, c dataset.Change) error {
	t := o.table
	switch c.Action {
	case dataset.SetClass:
		if t.class == none {
			return fmt.Errorf("the table has no column for the class, so all objects are of one")
		}
		id, err := e.id(e.ds.Classes[c.To])
		if err != nil {
			return err
		}
		return e.setCell(o, t.class, id)
	case dataset.MoveObject:
		box, ok := c.Geometry.(dataset.Box)
		if !ok {
			return fmt.Errorf("the table holds upright boxes only, and the object gets another shape")
		}
		return e.move(o, box)
	case dataset.SetAttribute:
		for i, n := range t.names {
			if n == c.Attribute.Name && (t.extra(i) || n == groupOf) {
				return e.setCell(o, i, c.Attribute.Value)
			}
		}
		return fmt.Errorf("the table has no column %q for the attribute; add the column first", c.Attribute.Name)
	}
	return fmt.Errorf("a table of boxes cannot do %q", c.Action)
}

// id spells a class as the table does.
func (e *editor) id(class string) (string, error) {
	if e.set.classes == nil {
		return class, nil
	}
	if id, ok := e.set.ids[class]; ok {
		return id, nil
	}
	if _, ok := e.set.classes[class]; ok {
		return class, nil
	}
	return "", fmt.Errorf("%s has no class %q; add it there first", source.Show(e.set.list), class)
}

// wanted are the four numbers of a box in the terms of a table.
func (t *table) wanted(b dataset.Box) [4]float64 {
	if t.isSized() {
		return [4]float64{b.X, b.Y, b.W, b.H}
	}
	return [4]float64{b.X, b.Y, linetext.Round(b.X + b.W), linetext.Round(b.Y + b.H)}
}

// move edits the coordinates that change.
func (e *editor) move(o *object, b dataset.Box) error {
	t := o.table
	want, scale := t.wanted(b), t.scale(o.width, o.height)
	if t.box != none {
		return e.setCell(o, t.box, spellFour(t.cell(o.record, t.box), want, scale))
	}
	for k, i := range t.coordinates() {
		if err := e.setCell(o, i, spell(t.cell(o.record, i), want[k], scale[k])); err != nil {
			return err
		}
	}
	return nil
}

// spell writes a length in pixels as a cell does that is divided by scale: as it
// is spelled already if it means the same, with a comma where that has one.
func spell(old string, px, scale float64) string {
	if v, err := number(old); err == nil && linetext.Same(linetext.Round(v*scale), px) {
		return old
	}
	comma := strings.Contains(old, ",")
	style := linetext.StyleOf(strings.Replace(old, ",", ".", 1))
	text := style.Number(px/scale, func(back float64) bool { return linetext.Round(back*scale) == linetext.Round(px) })
	if comma {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// spellFour writes four numbers into the cell that holds them all.
func spellFour(old string, want, scale [4]float64) string {
	_, places, ok := fourNumbers(old)
	if !ok {
		var parts []string
		for k := range want {
			parts = append(parts, spell("", want[k], scale[k]))
		}
		return strings.Join(parts, " ")
	}
	var out strings.Builder
	at := 0
	for k, p := range places {
		out.WriteString(old[at:p[0]])
		out.WriteString(spell(old[p[0]:p[1]], want[k], scale[k]))
		at = p[1]
	}
	return out.String() + old[at:]
}
