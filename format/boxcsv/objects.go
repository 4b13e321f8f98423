package boxcsv

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// An object is what one row says. It is valid during the visit only.
type object struct {
	table  *table
	record *csvtext.Record
	// path is the picture's; the first visit of a path makes the image.
	path  string
	split string
	// ordinal counts the annotations of the picture from 0; none for a row that
	// is no annotation.
	ordinal       int
	id, class     string
	geometry      dataset.Geometry
	width, height int
	score         float64
	crowd         bool
}

func (t *table) cell(r *csvtext.Record, i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return string(r.Cells[i].Value)
}

// place says where a row is, for people.
func (t *table) place(r *csvtext.Record) string {
	return source.Show(t.name) + " line " + strconv.Itoa(r.Line)
}

// complain takes what cannot be taken at face value.
type complain func(kind dataset.Kind, path, place, format string, args ...any)

// each calls visit with every row of all tables that names a picture. Say gets
// what cannot be taken at face value; it may be nil.
func (s *set) each(ctx context.Context, say complain, visit func(*object) error) error {
	if say == nil {
		say = func(dataset.Kind, string, string, string, ...any) {}
	}
	counts := map[string]int{}
	missing := map[string]bool{}
	absent := 0
	for i := range s.tables {
		t := &s.tables[i]
		err := s.rows(ctx, t, func(r *csvtext.Record) error {
			name := t.cell(r, t.image)
			if name == "" {
				say("", "", t.place(r), "The row at %s names no picture and was skipped.", t.place(r))
				return nil
			}
			o := &object{table: t, record: r, split: t.split, ordinal: none}
			if v := t.cell(r, t.part); v != "" {
				o.split = v
			}
			var found bool
			o.path, found = s.picture(t, name)
			if t.content == pictures {
				if !found {
					return nil // of the many that Open Images lists
				}
				return visit(o)
			}
			o.width, o.height = t.stated(r)
			o.id = t.cell(r, t.class)
			if t.class == none {
				o.id = anything
			}
			o.class = o.id
			if n, ok := s.classes[o.id]; ok {
				o.class = n
			}
			switch {
			case t.content == labels:
				if v, err := number(t.cell(r, t.score)); err == nil && v == 0 {
					absent++
					return visit(o)
				}
			case t.empty(r) && o.id == "":
				return visit(o) // a picture without objects
			case !t.empty(r):
				w, h, ok := o.width, o.height, true
				if t.relative && (w == 0 || h == 0) {
					w, h, ok = s.size(o.path)
				}
				if !ok {
					if !missing[o.path] {
						missing[o.path] = true
						say(dataset.Unreadable, o.path, t.place(r), "The boxes of %s are shares of its size, and the picture cannot be read; they were skipped.", source.Show(o.path))
					}
					return visit(o)
				}
				o.geometry = t.geometry(r, w, h)
				if t.relative {
					o.width, o.height = w, h
				}
			}
			if o.id == "" {
				say(dataset.UndefinedClass, o.path, t.place(r), "The class of the row is empty; it was skipped.")
				return visit(o)
			}
			if t.score != none && t.content == boxes {
				if v, err := number(t.cell(r, t.score)); err == nil && v >= 0 && v <= 1 {
					o.score = v
				}
			}
			if t.open {
				for i, n := range t.names {
					o.crowd = o.crowd || n == groupOf && t.cell(r, i) == "1"
				}
			}
			o.ordinal = counts[o.path]
			counts[o.path]++
			return visit(o)
		})
		if err != nil {
			return err
		}
	}
	if absent > 0 {
		say("", "", "", "%d rows say that a class is not in a picture (confidence 0); they are kept in the file and are no labels.", absent)
	}
	return nil
}

// anything is the class of tables without a column for it.
const anything = "object"

// stated returns the size of the picture that a row states.
func (t *table) stated(r *csvtext.Record) (w, h int) {
	w, errW := strconv.Atoi(t.cell(r, t.width))
	h, errH := strconv.Atoi(t.cell(r, t.height))
	if errW != nil || errH != nil || w <= 0 || h <= 0 {
		return 0, 0
	}
	return w, h
}

// empty reports whether a row has no coordinates at all.
func (t *table) empty(r *csvtext.Record) bool {
	if t.box != none {
		return t.cell(r, t.box) == ""
	}
	for _, i := range t.coordinates() {
		if t.cell(r, i) != "" {
			return false
		}
	}
	return true
}

// four reads the coordinates of a row as they are spelled. The error is a
// clause.
func (t *table) four(r *csvtext.Record) (v [4]float64, err error) {
	if t.box != none {
		v, _, ok := fourNumbers(t.cell(r, t.box))
		if !ok {
			return v, fmt.Errorf("the box %q is no four numbers", t.cell(r, t.box))
		}
		return v, nil
	}
	for k, i := range t.coordinates() {
		if v[k], err = number(t.cell(r, i)); err != nil {
			return v, fmt.Errorf("%s is %q, which is no number", t.nameOf(i), t.cell(r, i))
		}
	}
	return v, nil
}

func (t *table) nameOf(i int) string {
	if n := t.names[i]; n != "" {
		return n
	}
	return "cell " + strconv.Itoa(i+1)
}

// isSized reports whether the last two coordinates are a size.
func (t *table) isSized() bool { return t.w != none || t.box != none && t.sized }

// geometry is the box of a row in a picture of that size.
func (t *table) geometry(r *csvtext.Record, w, h int) dataset.Geometry {
	v, err := t.four(r)
	if err != nil {
		return dataset.Invalid{Reason: err.Error()}
	}
	scale := t.scale(w, h)
	for k := range v {
		v[k] *= scale[k]
		if t.relative {
			v[k] = linetext.Round(v[k])
		}
	}
	if t.isSized() {
		return dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
	}
	return dataset.Box{X: v[0], Y: v[1], W: linetext.Round(v[2] - v[0]), H: linetext.Round(v[3] - v[1])}
}

// scale is what the coordinates are multiplied by.
func (t *table) scale(w, h int) [4]float64 {
	if !t.relative {
		return [4]float64{1, 1, 1, 1}
	}
	return [4]float64{float64(w), float64(h), float64(w), float64(h)}
}

// attributes are the cells of columns without a role. Values that come again and
// again are kept once.
func (s *set) attributes(t *table, r *csvtext.Record) []dataset.Attribute {
	out := make([]dataset.Attribute, 0, len(t.names))
	for i, n := range t.names {
		if !t.extra(i) || i >= len(r.Cells) || len(r.Cells[i].Value) == 0 {
			continue
		}
		v, known := s.values[string(r.Cells[i].Value)]
		if !known {
			v = string(r.Cells[i].Value)
			if len(s.values) < 1<<16 {
				s.values[v] = v
			}
		}
		out = append(out, dataset.Attribute{Name: n, Value: v})
	}
	if len(out) == 0 {
		return nil
	}
	return slices.Clip(out)
}
