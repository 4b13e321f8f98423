package boxcsv

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/source"
)

// finish adds the new rows and makes sure that everything was found.
func (e *editor) finish() error {
	if err := e.keyed.Missed(e.ds.Name); err != nil {
		return err
	}
	for i, im := range e.ds.Images {
		list := e.keyed.Added[im.Path]
		for _, kind := range []content{boxes, labels} {
			var rows []byte
			var at *pattern
			for _, c := range list {
				if want := kindOf(c, e.set); want != kind {
					continue
				}
				p, own := e.last[slot{im.Path, kind}], true
				if p == nil {
					p, own = e.last[slot{"", kind}], false
				}
				if p == nil {
					return fmt.Errorf("%s: there is no table that holds such a label; give the object a box", source.Show(im.Path))
				}
				at = p
				row, err := e.row(p, i, own, c)
				if err != nil {
					return fmt.Errorf("%s: %w", source.Show(im.Path), err)
				}
				rows = append(rows, row...)
			}
			if at == nil {
				continue
			}
			if len(lineEnd(at.bytes)) == 0 {
				// The file ends without a line end, and still does.
				rows = bytes.TrimRight(rows, "\r\n")
				if !at.removed {
					rows = slices.Concat(e.lineEnd(at.table), rows)
				}
			}
			e.edit(at.table, source.Edit{Offset: at.end, New: rows})
		}
	}
	return nil
}

// kindOf is the content of the table that a new object goes to.
func kindOf(c dataset.Change, s *set) content {
	if c.Geometry == nil && slices.ContainsFunc(s.tables, func(t table) bool { return t.content == labels }) {
		return labels
	}
	return boxes
}

// row spells a new row like a pattern: own tells that it is of the same picture.
func (e *editor) row(p *pattern, image int, own bool, c dataset.Change) ([]byte, error) {
	t, im := p.table, e.ds.Images[image]
	id, err := e.id(e.ds.Classes[c.To])
	if err != nil {
		return nil, err
	}
	box, isBox := c.Geometry.(dataset.Box)
	if !isBox && c.Geometry != nil {
		return nil, fmt.Errorf("the table holds upright boxes only, and the object has another shape")
	}
	if t.class == none && id != anything {
		return nil, fmt.Errorf("the table has no column for the class, so all objects are of one")
	}
	w, h := p.width, p.height
	if !own {
		w, h = im.Width, im.Height
	}
	if t.relative && (w == 0 || h == 0) {
		var ok bool
		if w, h, ok = e.set.size(im.Path); !ok {
			return nil, fmt.Errorf("the picture cannot be read, and boxes are shares of its size")
		}
	}
	want, scale := t.wanted(box), t.scale(w, h)
	var out []byte
	at := 0
	for i, cell := range p.cells {
		value := string(cell.Value)
		switch k := slices.Index(t.coordinates(), i); {
		case i == t.image && !own:
			value = im.Path
			if t.open {
				value = stem(im.Path)
			}
		case i == t.image, i == t.part && own:
		case i == t.class:
			value = id
		case i == t.box && isBox:
			value = spellFour(value, want, scale)
		case k >= 0 && t.box == none && isBox:
			value = spell(value, want[k], scale[k])
		case i == t.width && w > 0:
			value = fmt.Sprint(w)
		case i == t.height && h > 0:
			value = fmt.Sprint(h)
		case t.content == labels && i == t.score:
			value = "1"
		case i == t.part:
			value = im.Split
		case t.open && strings.HasPrefix(t.names[min(i, len(t.names)-1)], "Is") && value != "":
			value = "-1" // Open Images writes this where nobody looked
		default:
			value = ""
		}
		out = append(out, p.bytes[at:cell.Start]...)
		if value != "" {
			out = append(out, csvtext.Spell(value, cell.Quoted, t.delim)...)
		}
		at = cell.End
	}
	out = append(out, p.bytes[at:]...)
	if len(lineEnd(out)) == 0 {
		out = append(out, e.lineEnd(t)...)
	}
	return out, nil
}

// lineEnd is how the rows of a table end.
func (e *editor) lineEnd(t *table) []byte {
	if end := e.ends[t.name]; end != nil {
		return end
	}
	return []byte("\n")
}

func stem(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return name
}
