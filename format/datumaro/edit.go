package datumaro

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// itemEditor collects the edits of one item.
type itemEditor struct {
	*jsontext.Editor
	item            jsontext.Node
	labels, classes []string
	// added are the new annotations of an item that has no list of them.
	added []byte
	ids   int64
}

func (e *itemEditor) labelID(class int) (int, error) {
	if i := slices.Index(e.labels, e.classes[class]); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("the class %q is not in the categories of this file; add it to categories.label.labels first", e.classes[class])
}

// change carries out the change of an object.
func (e *itemEditor) change(o *object, c dataset.Change) error {
	list := e.item.Get("annotations")
	switch c.Action {
	case dataset.SetClass:
		id, err := e.labelID(c.To)
		if err != nil {
			return err
		}
		for _, r := range o.records {
			e.SetMember(r, "label_id", strconv.AppendInt(nil, int64(id), 10))
		}
	case dataset.DeleteObject:
		for _, i := range o.at {
			e.Remove(list, i)
		}
	case dataset.MoveObject:
		return e.move(o, c.Geometry)
	case dataset.SetAttribute:
		for _, r := range o.records {
			if err := e.setAttribute(o, r, c.Attribute); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("%s means nothing here", c.Action)
	}
	return nil
}

// move gives an object another place. What stays of its numbers keeps its
// spelling.
func (e *itemEditor) move(o *object, to dataset.Geometry) error {
	list, first := e.item.Get("annotations"), o.first()
	kind, place, err := encode(to)
	if err != nil {
		return err
	}
	if len(place) > len(o.records) {
		return fmt.Errorf("an outline of %d parts cannot take the place of one of %d; mark it as a mask or as several objects", len(place), len(o.records))
	}
	for _, i := range o.at[len(place):] {
		e.Remove(list, i)
	}
	old := o.kind()
	angle := 0.0
	if r, ok := to.(dataset.RotatedBox); ok {
		angle = turned(r.Angle)
	}
	if err := e.turn(first, angle); err != nil {
		return err
	}
	if kind != old {
		e.SetMember(first, "type", jsontext.Quote(kind, true))
		if keyOf(kind) != keyOf(old) {
			e.RemoveMember(first, keyOf(old))
		}
	}
	for i, p := range place {
		r := o.records[i]
		if kind == typeMask {
			e.SetMember(r, keyRLE, p.text())
			continue
		}
		n := r.Get(keyOf(kind))
		if v, reason := numbers(n); reason == "" && len(v) == len(p.numbers) && kind == old {
			for k, x := range n.Elements() {
				if !near(v[k], p.numbers[k]) {
					e.Replace(x, number(p.numbers[k], x.Raw()))
				}
			}
			continue
		}
		e.SetMember(r, keyOf(kind), p.text())
	}
	return nil
}

// turn sets the rotation of a box where it differs.
func (e *itemEditor) turn(n jsontext.Node, angle float64) error {
	attrs := n.Get(attributes)
	old := attrs.Get(rotation)
	if v, ok := old.Float(); ok && near(v, angle) || old.Kind() == jsontext.Invalid && angle == 0 {
		return nil
	}
	if old.Kind() != jsontext.Number && old.Kind() != jsontext.Invalid {
		return errors.New("its attribute rotation is no number, so it cannot be turned")
	}
	e.setFact(n, rotation, number(angle, []byte("0.0")))
	return nil
}

// setFact sets one of the attributes.
func (e *itemEditor) setFact(n jsontext.Node, name string, value []byte) {
	if attrs := n.Get(attributes); attrs.Kind() == jsontext.Object {
		e.SetMember(attrs, name, value)
		return
	}
	e.SetMember(n, attributes, slices.Concat([]byte{'{'}, jsontext.Quote(name, true), []byte(": "), value, []byte{'}'}))
}

func (e *itemEditor) setAttribute(o *object, n jsontext.Node, a dataset.Attribute) error {
	old := n.Get(attributes).Get(a.Name)
	switch k := old.Kind(); {
	case k == jsontext.Array || k == jsontext.Object:
		return fmt.Errorf("the attribute %q is a list or an object and cannot be set", a.Name)
	case a.Name == rotation && o.kind() == typeBox:
		return errors.New("the rotation of a box is a part of its place; move it instead")
	case slices.Contains(own, a.Name) && k == jsontext.Invalid:
		v, err := strconv.Atoi(a.Value)
		if err != nil {
			return fmt.Errorf("%s is a whole number, not %q", a.Name, a.Value)
		}
		e.SetMember(n, a.Name, strconv.AppendInt(nil, int64(v), 10))
	default:
		e.setFact(n, a.Name, spell(k, a.Value))
	}
	return nil
}

// spell writes a value as the kind it was; a new one that is true, false or a
// number as such.
func spell(old jsontext.Kind, value string) []byte {
	if n, err := jsontext.Parse([]byte(value)); err == nil && string(n.Raw()) == value {
		if k := n.Kind(); (k == jsontext.Bool || k == jsontext.Number) && (k == old || old == jsontext.Invalid || old == jsontext.Null) {
			return n.Raw()
		}
	}
	return jsontext.Quote(value, true)
}

// number spells a value to a billionth, a whole one in the style of like.
func number(v float64, like []byte) []byte {
	if v = math.Round(v*1e9) / 1e9; v == 0 {
		v = 0 // not -0
	}
	out := jsontext.Decimal(v)
	if bytes.ContainsAny(like, ".eE") && !bytes.ContainsAny(out, ".eEN") {
		out = append(out, ".0"...)
	}
	return out
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9 || a == b || a != a && b != b }
