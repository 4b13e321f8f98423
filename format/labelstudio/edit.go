package labelstudio

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// taskEditor collects the edits of one task.
type taskEditor struct {
	*jsontext.Editor
	patcher  *patcher
	task     *task
	pictures []string
	// edits are of the results of the annotation at hand, by where they start.
	edits map[int64]*resultEdit
	order []int64
	// removed are the results that go, choices the single ones of JSON-MIN that
	// change.
	removed map[int64]bool
	choices []*choice
	ascii   bool
	// added are the results of a task without an annotation to put them in.
	added []byte
	count int
}

// resultEdit is what changes about a result as a whole.
type resultEdit struct {
	mark    *mark
	deleted map[int]bool
	moves   []dataset.Geometry
	old     dataset.Geometry
	w, h    int
}

func (e *taskEditor) quote(s string) []byte { return jsontext.Quote(s, e.ascii) }

// mark carries out the changes of one annotation, or notes them for its result.
func (e *taskEditor) mark(a *annotation, m *mark) error {
	p, picture := e.patcher, e.pictures[m.page]
	var old dataset.Geometry
	w, h := 0, 0
	if m.kind != choices {
		if w, h = p.folder.size(m, picture); w == 0 {
			return nil // it was not read, either
		}
	}
	key := dataset.Key{Image: picture, Ordinal: p.ordinals[picture]}
	p.ordinals[picture]++
	for _, c := range p.keyed.Take(key) {
		if want := p.ds.Classes[p.ds.Annotations[c.Annotation].Class]; m.class != want {
			return fmt.Errorf("annotation %d of %s has the label %q, not %q any more; it has changed since it was read, so check it again", key.Ordinal+1, source.Show(picture), m.class, want)
		}
		switch c.Action {
		case dataset.SetClass:
			if m.labels.Kind() == jsontext.Array {
				e.Replace(m.label, e.quote(p.ds.Classes[c.To]))
			} else {
				e.choice(m).classes = []string{p.ds.Classes[c.To]}
			}
		case dataset.DeleteObject:
			if m.labels.Kind() == jsontext.Array {
				e.edit(m).deleted[m.at] = true
			} else {
				e.choice(m).classes = nil
			}
		case dataset.MoveObject:
			if old == nil {
				old = decode(m.value, w, h)
			}
			r := e.edit(m)
			r.moves, r.old, r.w, r.h = append(r.moves, c.Geometry), old, w, h
		case dataset.SetAttribute:
			if err := e.setAttribute(a, m, c.Attribute); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s means nothing here", c.Action)
		}
	}
	return nil
}

func (e *taskEditor) edit(m *mark) *resultEdit {
	at := m.result.Start()
	r, ok := e.edits[at]
	if !ok {
		r = &resultEdit{mark: m, deleted: map[int]bool{}}
		e.edits[at] = r
		e.order = append(e.order, at)
	}
	return r
}

// finish makes the edits that were noted for the results of an annotation.
func (e *taskEditor) finish(a *annotation) error {
	for _, at := range e.order {
		r := e.edits[at]
		labels := r.mark.labels.Len()
		if len(r.deleted) == labels {
			e.remove(a, r.mark)
			continue
		}
		if len(r.moves) > 0 {
			same := len(r.moves) == labels-len(r.deleted)
			for _, g := range r.moves {
				same = same && reflect.DeepEqual(g, r.moves[0])
			}
			if !same {
				return fmt.Errorf("the region %s has %d labels, so all of them have to move to the same place", r.mark.id, labels)
			}
			if err := e.move(a, r); err != nil {
				return err
			}
		}
		for i := range labels {
			if r.deleted[i] {
				e.Remove(r.mark.labels, i)
			}
		}
	}
	e.edits, e.order = map[int64]*resultEdit{}, nil
	return nil
}

// remove takes a result away, and with the last labels of a region what else is
// said about it.
func (e *taskEditor) remove(a *annotation, m *mark) {
	e.removed[m.result.Start()] = true
	if m.results.Kind() != jsontext.Array {
		e.RemoveMember(e.task.node, m.from)
		return
	}
	e.Remove(m.results, m.index)
	if m.id == "" || m.kind == choices {
		return
	}
	for k := range a.marks {
		o := &a.marks[k]
		if o.id != m.id || o.kind == choices || o.index == m.index {
			continue
		}
		if r := e.edits[o.result.Start()]; r == nil || len(r.deleted) < o.labels.Len() {
			return // it has labels of another control
		}
	}
	for i, r := range a.results.Elements() {
		for _, key := range []string{"id", "from_id", "to_id"} {
			if id, _ := r.Get(key).Text(); id == m.id && i != m.index {
				e.Remove(a.results, i)
				break
			}
		}
	}
}

// move gives a region another place in every result that states it.
func (e *taskEditor) move(a *annotation, r *resultEdit) error {
	if err := e.moveValue(r.mark.value, r, r.moves[0]); err != nil {
		return err
	}
	if r.mark.id == "" {
		return nil
	}
	for _, o := range a.results.Elements() {
		if id, _ := o.Get("id").Text(); id != r.mark.id || o.Start() == r.mark.result.Start() {
			continue
		}
		v := o.Get("value")
		if regionKind(v) == r.mark.kind && reflect.DeepEqual(decode(v, r.w, r.h), r.old) && e.edits[o.Start()] == nil {
			if err := e.moveValue(v, r, r.moves[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveValue changes the members of a value that say where it is. What stays of
// its numbers keeps its spelling.
func (e *taskEditor) moveValue(value jsontext.Node, r *resultEdit, to dataset.Geometry) error {
	other := errors.New("boxes, polygons and masks are of different controls in Label Studio; delete the object and add it anew")
	switch r.mark.kind {
	case rectangle:
		v, ok := rectangleOf(to)
		if !ok {
			return other
		}
		old, known := rectangleOf(r.old)
		if _, upright := to.(dataset.Box); upright {
			v[4] = 0
		}
		for i, key := range []string{"x", "y", "width", "height", "rotation"} {
			if known && near(v[i], old[i]) {
				continue
			}
			n, x := value.Get(key), v[i]
			if i < 4 {
				x = toPercent(x, [2]int{r.w, r.h}[i%2])
			}
			e.SetMember(value, key, number(x, n.Raw()))
		}
		return nil
	case polygon:
		g, ok := to.(dataset.Polygon)
		if !ok || len(g.Parts) != 1 {
			return other
		}
		old, known := r.old.(dataset.Polygon)
		points := value.Get("points")
		if !known || len(old.Parts[0]) != len(g.Parts[0]) {
			e.SetMember(value, "points", pairs(g.Parts[0], r.w, r.h))
			return nil
		}
		for i, p := range points.Elements() {
			for k := range 2 {
				if x := g.Parts[0][2*i+k]; !near(x, old.Parts[0][2*i+k]) {
					e.Replace(p.At(k), number(toPercent(x, [2]int{r.w, r.h}[k]), p.At(k).Raw()))
				}
			}
		}
		return nil
	}
	g, ok := to.(dataset.Mask)
	if !ok {
		return other
	}
	if g.Width != r.w || g.Height != r.h || g.Check() != nil {
		return fmt.Errorf("the mask is not of the %d × %d pixels of the picture", r.w, r.h)
	}
	e.SetMember(value, "rle", brushText(EncodeBrush(g)))
	return nil
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-8 || a == b || a != a && b != b }

// setAttribute changes what another result says about a region, or adds a text.
func (e *taskEditor) setAttribute(a *annotation, m *mark, t dataset.Attribute) error {
	switch {
	case m.kind == choices:
		return errors.New("a label of a whole picture has no attributes in Label Studio")
	case m.id == "":
		return errors.New("a region without an id has no place for attributes; export as JSON, not JSON-MIN")
	}
	for _, r := range a.facts[m.id] {
		if r.Get("from_name").String() != t.Name {
			continue
		}
		n, _ := fact(r)
		switch kind, _ := r.Get("type").Text(); kind {
		case "rating", "number":
			v, err := jsontext.Parse([]byte(t.Value))
			if err != nil || v.Kind() != jsontext.Number {
				return fmt.Errorf("%s is a number, not %q", t.Name, t.Value)
			}
			e.Replace(n, v.Raw())
		case "taxonomy":
			var path [][]byte
			for _, part := range strings.Split(t.Value, "/") {
				path = append(path, e.quote(part))
			}
			e.Replace(n, slices.Concat([]byte("[["), slices.Concat(joined(path)...), []byte("]]")))
		default:
			switch {
			case n.Kind() != jsontext.Array:
				e.Replace(n, e.quote(t.Value))
			case n.Len() == 1:
				e.Replace(n.At(0), e.quote(t.Value))
			default:
				e.Replace(n, slices.Concat([]byte{'['}, e.quote(t.Value), []byte{']'}))
			}
		}
		return nil
	}
	if t.Name == "meta" && m.result.Get("meta").Get("text").Len() > 0 {
		e.Replace(m.result.Get("meta").Get("text"), slices.Concat([]byte{'['}, e.quote(t.Value), []byte{']'}))
		return nil
	}
	e.Append(a.results, fmt.Appendf(nil, `{"id": %s, "type": "textarea", "value": {"text": [%s]}, "origin": "manual", "to_name": %s, "from_name": %s}`,
		e.quote(m.id), e.quote(t.Value), e.quote(m.result.Get("to_name").String()), e.quote(t.Name)))
	return nil
}

// joined puts commas between parts.
func joined(parts [][]byte) [][]byte {
	var out [][]byte
	for i, p := range parts {
		if i > 0 {
			out = append(out, []byte(", "))
		}
		out = append(out, p)
	}
	return out
}
