package datumaro

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// place is what holds the place of a record: numbers or run lengths.
type place struct {
	numbers []float64
	mask    *dataset.Mask
}

// text spells it on one line.
func (p place) text() []byte {
	if p.mask != nil {
		return fmt.Appendf(nil, `{"counts": %s, "size": [%d, %d]}`, jsontext.Quote(p.mask.EncodeRLE(), true), p.mask.Height, p.mask.Width)
	}
	out := []byte{'['}
	for i, v := range p.numbers {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(out, number(v, []byte("0.0"))...)
	}
	return append(out, ']')
}

// keyOf returns the member that holds the place of a type.
func keyOf(kind string) string {
	switch kind {
	case typeBox:
		return keyBox
	case typePolygon:
		return keyPoints
	}
	return keyRLE
}

// encode returns the type for a geometry and the place of each record of it.
func encode(g dataset.Geometry) (kind string, places []place, err error) {
	switch g := g.(type) {
	case dataset.Box:
		return typeBox, []place{{numbers: []float64{g.X, g.Y, g.W, g.H}}}, nil
	case dataset.RotatedBox:
		return typeBox, []place{{numbers: []float64{g.X - g.W/2, g.Y - g.H/2, g.W, g.H}}}, nil
	case dataset.Polygon:
		for _, p := range g.Parts {
			places = append(places, place{numbers: p})
		}
		if len(places) == 0 {
			return "", nil, errors.New("an outline without a part cannot be written")
		}
		return typePolygon, places, nil
	case dataset.Mask:
		if err := g.Check(); err != nil {
			return "", nil, fmt.Errorf("the mask cannot be written: %w", err)
		}
		return typeMask, []place{{mask: &g}}, nil
	}
	return "", nil, errors.New("an object that is marked in no readable way cannot be written")
}

// A record is an annotation to write.
type record struct {
	id    string
	label int
	// group, zOrder and object are numbers, attrs an object; object may be empty.
	group, zOrder, object string
	attrs                 []byte
}

// text spells one part of it on one line.
func (r record) text(g dataset.Geometry, part int) ([]byte, error) {
	kind, where := typeLabel, []byte(nil)
	if g != nil {
		k, places, err := encode(g)
		if err != nil {
			return nil, err
		}
		kind = k
		where = slices.Concat([]byte(`, "z_order": `+r.zOrder+`, "`+keyOf(kind)+`": `), places[part].text())
	}
	object := ""
	if r.object != "" {
		object = `, "object_id": ` + r.object
	}
	return fmt.Appendf(nil, `{"id": %s, "type": %q, "attributes": %s, "group": %s%s, "label_id": %d%s}`, r.id, kind, r.attrs, r.group, object, r.label, where), nil
}

// add adds an object, or a label of the whole picture.
func (e *itemEditor) add(c dataset.Change) error {
	label, err := e.labelID(c.To)
	if err != nil {
		return err
	}
	list := e.item.Get("annotations")
	r := record{id: strconv.FormatInt(e.nextID(list, "id"), 10), label: label, group: "0", zOrder: "0", attrs: []byte("{}")}
	parts := 1
	switch g := c.Geometry.(type) {
	case dataset.RotatedBox:
		r.attrs = slices.Concat([]byte(`{"rotation": `), number(turned(g.Angle), []byte("0.0")), []byte{'}'})
	case dataset.Polygon:
		if parts = max(len(g.Parts), 1); parts > 1 {
			r.group = strconv.FormatInt(max(e.nextID(list, "group"), 1), 10)
		}
	}
	for part := range parts {
		text, err := r.text(c.Geometry, part)
		if err != nil {
			return err
		}
		if list.Kind() == jsontext.Array {
			e.Append(list, text)
			continue
		}
		if len(e.added) > 0 {
			e.added = append(e.added, ", "...)
		}
		e.added = append(e.added, text...)
	}
	e.ids++
	return nil
}

// turned returns an angle that is not 0, which would be no rotation.
func turned(angle float64) float64 {
	if angle == 0 {
		return 360
	}
	return angle
}

// nextID returns a number above those of all annotations, or 0 where all are 0.
func (e *itemEditor) nextID(list jsontext.Node, key string) int64 {
	top := int64(-1)
	for _, n := range list.Elements() {
		if v, ok := n.Get(key).Int(); ok {
			top = max(top, v)
		}
	}
	if list.Len() > 1 && top == 0 {
		return 0
	}
	return top + 1 + e.ids
}

// addList makes the edit that gives an item without annotations a list of them.
func (e *itemEditor) addList() {
	if len(e.added) > 0 {
		e.SetMember(e.item, "annotations", slices.Concat([]byte{'['}, e.added, []byte{']'}))
	}
}
