package labelme

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// fileEditor collects the edits of one label file.
type fileEditor struct {
	*jsontext.Editor
	*labelFile
	// ascii tells that the file escapes every other character.
	ascii bool
	// flagged are the flags of the file that change, in order.
	flagged map[string]bool
	order   []string
	// added are the new shapes of a file that has no list of them.
	added []byte
}

func (e *fileEditor) quote(s string) []byte { return jsontext.Quote(s, e.ascii) }

// flag carries out the change of a label of the whole picture.
func (e *fileEditor) flag(key string, c dataset.Change, classes []string) error {
	switch c.Action {
	case dataset.SetClass:
		e.setFlag(key, false)
		e.setFlag(classes[c.To], true)
	case dataset.DeleteObject:
		e.setFlag(key, false)
	default:
		return fmt.Errorf("a flag of a picture has no place and no attributes that could be changed")
	}
	return nil
}

// setFlag notes a flag; true wins over false.
func (e *fileEditor) setFlag(key string, on bool) {
	old, ok := e.flagged[key]
	if !ok {
		e.order = append(e.order, key)
	}
	e.flagged[key] = on || old
}

// setFlags makes the edits of the flags that were noted.
func (e *fileEditor) setFlags() {
	flags := e.root.Get("flags")
	text := func(key string) []byte { return strconv.AppendBool(nil, e.flagged[key]) }
	if len(e.order) > 0 && flags.Kind() != jsontext.Object {
		all := []byte{'{'}
		for i, key := range e.order {
			if i > 0 {
				all = append(all, ", "...)
			}
			all = append(append(append(all, e.quote(key)...), ": "...), text(key)...)
		}
		e.SetMember(e.root, "flags", append(all, '}'))
		return
	}
	for _, key := range e.order {
		e.SetMember(flags, key, text(key))
	}
}

// shape carries out the change of an object.
func (e *fileEditor) shape(i int, s jsontext.Node, c dataset.Change, classes []string, size func() (w, h int)) error {
	switch c.Action {
	case dataset.SetClass:
		e.Replace(s.Get("label"), e.quote(classes[c.To]))
	case dataset.DeleteObject:
		e.Remove(e.root.Get("shapes"), i)
	case dataset.MoveObject:
		old, _ := decode(s, size)
		return e.move(s, old, c.Geometry)
	case dataset.SetAttribute:
		return e.setAttribute(s, c.Attribute)
	default:
		return fmt.Errorf("%s means nothing here", c.Action)
	}
	return nil
}

// move gives a shape another place. What stays of its coordinates keeps its
// spelling.
func (e *fileEditor) move(s jsontext.Node, from, to dataset.Geometry) error {
	switch to := to.(type) {
	case dataset.Box:
		if old, ok := from.(dataset.Box); ok && e.moveBox(s, old, to) {
			return nil
		}
	case dataset.Polygon:
		old, ok := from.(dataset.Polygon)
		if ok && shapeType(s) == polygon && len(to.Parts) == 1 && len(old.Parts) == 1 && len(to.Parts[0]) == len(old.Parts[0]) {
			e.setPoints(s, to.Parts[0])
			return nil
		}
	case dataset.RotatedBox:
		if old, ok := from.(dataset.RotatedBox); ok {
			e.moveRotated(s, old, to)
			return nil
		}
	}
	kind, p, png, err := encode(to)
	if err != nil {
		return err
	}
	e.SetMember(s, "points", pairs(p, s.Get("points").At(0).At(0).Raw()))
	if kind != shapeType(s) {
		e.SetMember(s, "shape_type", e.quote(kind))
	}
	switch {
	case png != "":
		e.SetMember(s, "mask", e.quote(png))
	case s.Get("mask").Kind() == jsontext.String:
		e.SetMember(s, "mask", []byte("null"))
	}
	return nil
}

// moveBox moves the corners of a rectangle, each of which stays the one it is.
func (e *fileEditor) moveBox(s jsontext.Node, old, to dataset.Box) bool {
	p, _ := points(s.Get("points"))
	if len(p) != 4 && (old.W == 0 || old.H == 0) || len(p) == 0 {
		return false
	}
	q := slices.Clone(p)
	for axis, v := range [2][3]float64{{old.X, to.X, to.X + to.W}, {old.Y, to.Y, to.Y + to.H}} {
		lower := -1 // the point at the lower end, where there are two
		if len(p) == 4 {
			lower = 0
			if p[2+axis] < p[axis] {
				lower = 1
			}
		}
		for i := axis; i < len(p); i += 2 {
			if q[i] = v[2]; i/2 == lower || lower < 0 && p[i] == v[0] {
				q[i] = v[1]
			}
		}
	}
	e.setPoints(s, q)
	return true
}

func (e *fileEditor) moveRotated(s jsontext.Node, old, to dataset.RotatedBox) {
	p, _ := points(s.Get("points"))
	q := to.Corners()
	if near(old.W, to.W) && near(old.H, to.H) && near(old.Angle, to.Angle) {
		copy(q, p)
		for i := range q {
			q[i] += [2]float64{to.X - old.X, to.Y - old.Y}[i%2]
		}
	}
	e.setPoints(s, q)
	if d := s.Get("direction"); d.Kind() == jsontext.Number && !near(old.Angle, to.Angle) {
		turn := math.Mod(to.Angle, 360)
		if turn < 0 {
			turn += 360
		}
		e.Replace(d, number(turn*math.Pi/180, d.Raw()))
	}
}

// setPoints gives a shape with the same number of points other coordinates.
func (e *fileEditor) setPoints(s jsontext.Node, q []float64) {
	for i, pair := range s.Get("points").Elements() {
		for k := range 2 {
			n := pair.At(k)
			if old, _ := n.Float(); !near(old, q[2*i+k]) {
				e.Replace(n, number(q[2*i+k], n.Raw()))
			}
		}
	}
}

// setAttribute changes a fact about a shape where the file keeps it, or adds it:
// true and false as a flag, others as a member.
func (e *fileEditor) setAttribute(s jsontext.Node, a dataset.Attribute) error {
	truth := a.Value == "true" || a.Value == "false"
	for _, key := range []string{"flags", "attributes"} {
		v := s.Get(key).Get(a.Name)
		switch {
		case v.Kind() == jsontext.Invalid:
			continue
		case key == "flags" && !truth:
			return fmt.Errorf("the flag %q of a shape is true or false, not %q", a.Name, a.Value)
		}
		e.Replace(v, e.spell(v.Kind(), a.Value))
		return nil
	}
	old := s.Get(a.Name).Kind()
	switch {
	case slices.Contains(ownKeys, a.Name):
		return fmt.Errorf("LabelMe keeps the name %q for itself, so it cannot be an attribute", a.Name)
	case a.Name == "group_id":
		if _, err := strconv.Atoi(a.Value); err != nil {
			return fmt.Errorf("the group_id of a shape is a whole number, not %q", a.Value)
		}
		e.SetMember(s, a.Name, []byte(a.Value))
	case old == jsontext.Invalid && truth:
		if flags := s.Get("flags"); flags.Kind() == jsontext.Object {
			e.SetMember(flags, a.Name, []byte(a.Value))
		} else {
			e.SetMember(s, "flags", slices.Concat([]byte{'{'}, e.quote(a.Name), []byte(": "+a.Value+"}")))
		}
	default:
		e.SetMember(s, a.Name, e.spell(old, a.Value))
	}
	return nil
}

// spell writes a value as the kind it was, where it can be one of that kind.
func (e *fileEditor) spell(old jsontext.Kind, value string) []byte {
	if n, err := jsontext.Parse([]byte(value)); err == nil && n.Kind() == old && (old == jsontext.Bool || old == jsontext.Number) {
		return n.Raw()
	}
	return e.quote(value)
}
