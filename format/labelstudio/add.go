package labelstudio

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// A template is a result of some kind that new ones imitate.
type template struct {
	from, to, kind string
	// keys are the members of a result in their order.
	keys []string
	// repeated tells that the names end in the number of the page, indexed that
	// item_index says it.
	repeated, indexed bool
}

// names are the controls that are assumed where nothing names one.
var names = map[string]template{
	rectangle: {from: "rectangles", to: "image", kind: "rectanglelabels"},
	polygon:   {from: "polygons", to: "image", kind: "polygonlabels"},
	brush:     {from: "masks", to: "image", kind: "brushlabels"},
	choices:   {from: "classes", to: "image", kind: choices},
}

// newTemplate imitates the result of a mark.
func newTemplate(m *mark, pages int) template {
	t := template{from: m.from, to: m.result.Get("to_name").String()}
	t.kind, _ = m.result.Get("type").Text()
	for key := range m.result.Members() {
		t.keys = append(t.keys, key)
	}
	t.indexed = m.result.Get("item_index").Kind() == jsontext.Number
	t.repeated = !t.indexed && pages > 1 && pageNumber.MatchString(t.to)
	return t
}

// findTemplates returns the first result of each kind in the exports, or what
// the configuration says about it.
func (f *folder) findTemplates(ctx context.Context) (map[string]template, error) {
	out := map[string]template{}
	for _, name := range f.names {
		err := f.stream(ctx, name, jsontext.Handler{Element: func(key string, _ int, n jsontext.Node) error {
			t, ok := newTask(n, f.config, func(string, string) {})
			if key != "" || !ok || t.min {
				return nil
			}
			for i := range t.annotations {
				for k := range t.annotations[i].marks {
					m := &t.annotations[i].marks[k]
					if _, ok := out[m.kind]; !ok {
						out[m.kind] = newTemplate(m, len(t.pages))
					}
				}
			}
			if len(out) == len(names) {
				return errEnough
			}
			return nil
		}})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue // what is wrong with it was told when it was read
		}
	}
	for kind, t := range names {
		if _, ok := out[kind]; ok {
			continue
		}
		for _, k := range f.config.controls {
			if k.tag == t.kind && !k.perRegion {
				t.from, t.to = k.name, k.to
				break
			}
		}
		out[kind] = t
	}
	return out, nil
}

// add adds an object to a page of the task, or a label of the whole picture.
func (e *taskEditor) add(page int, class string, g dataset.Geometry) error {
	kind, place := choices, []byte(nil)
	w, h := 0, 0
	if g != nil {
		if w, h = e.task.stated(page); w == 0 {
			w, h = e.patcher.folder.sizeOf(e.pictures[page])
		}
		if w == 0 {
			return errors.New("the size of the picture is not known, so nothing can be marked in it")
		}
		var err error
		if kind, place, err = members(g, w, h); err != nil {
			return err
		}
	}
	if e.task.min {
		return e.addToRecord(page, kind, class, place, w, h)
	}
	t := e.patcher.templates[kind]
	for i := range e.task.annotations {
		for k := range e.task.annotations[i].marks {
			if m := &e.task.annotations[i].marks[k]; m.kind == kind && (m.page == page || len(t.keys) == 0) {
				t = newTemplate(m, len(e.task.pages))
			}
		}
	}
	text := e.result(t, page, class, place, w, h)
	if n := len(e.task.annotations); n > 0 && e.task.annotations[n-1].results.Kind() == jsontext.Array {
		e.Append(e.task.annotations[n-1].results, text)
		return nil
	}
	if len(e.added) > 0 {
		e.added = append(e.added, ", "...)
	}
	e.added = append(e.added, text...)
	return nil
}

// result spells a result on one line in the order of the template.
func (e *taskEditor) result(t template, page int, class string, place []byte, w, h int) []byte {
	from, to := t.from, t.to
	number := e.task.pages[page].i
	if t.repeated {
		from = pageNumber.ReplaceAllString(from, "_"+strconv.Itoa(number))
		to = pageNumber.ReplaceAllString(to, "_"+strconv.Itoa(number))
	}
	value := fmt.Appendf(nil, `%s: [%s]`, e.quote(t.kind), e.quote(class))
	if place != nil {
		value = slices.Concat(place, []byte(", "), value)
	}
	parts := map[string][]byte{
		"id": e.quote(e.newID(page, class, place)), "type": e.quote(t.kind), "from_name": e.quote(from), "to_name": e.quote(to),
		"origin": []byte(`"manual"`), "value": slices.Concat([]byte{'{'}, value, []byte{'}'}),
	}
	if w > 0 {
		parts["original_width"], parts["original_height"] = strconv.AppendInt(nil, int64(w), 10), strconv.AppendInt(nil, int64(h), 10)
		parts["image_rotation"] = []byte("0")
	}
	if len(e.task.pages) > 1 && !t.repeated {
		parts["item_index"] = strconv.AppendInt(nil, int64(number), 10)
	}
	var order []string
	for _, key := range append(slices.Clone(t.keys), "original_width", "original_height", "image_rotation", "value", "id", "from_name", "to_name", "type", "origin", "item_index") {
		if parts[key] != nil && !slices.Contains(order, key) {
			order = append(order, key)
		}
	}
	out := []byte{'{'}
	for i, key := range order {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = fmt.Appendf(out, "%q: %s", key, parts[key])
	}
	return append(out, '}')
}

// newID returns an id as Label Studio makes them, which depends on nothing but
// what is added.
func (e *taskEditor) newID(page int, class string, place []byte) string {
	e.count++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d\x00%s\x00%s", e.pictures[page], page, e.count, class, place))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:10]
}

// addToRecord adds to a record of JSON-MIN, beside what is of the same kind.
func (e *taskEditor) addToRecord(page int, kind, class string, place []byte, w, h int) error {
	var like *mark
	for k := range e.task.annotations[0].marks {
		if m := &e.task.annotations[0].marks[k]; m.kind == kind && !e.removed[m.result.Start()] {
			like = m
		}
	}
	switch {
	case like == nil:
		return errors.New("this record of JSON-MIN has nothing of the kind that could be imitated; export the project as JSON instead")
	case kind != choices:
		labels := "labels"
		for key, n := range like.value.Members() {
			if n.Start() == like.labels.Start() {
				labels = key
			}
		}
		text := fmt.Appendf(nil, `{%s, %s: [%s], "original_width": %d, "original_height": %d`, place, e.quote(labels), e.quote(class), w, h)
		if len(e.task.pages) > 1 {
			text = fmt.Appendf(text, `, "item_index": %d`, e.task.pages[page].i)
		}
		e.Append(like.results, append(text, '}'))
	case like.labels.Kind() == jsontext.Array:
		e.Append(like.labels, e.quote(class))
	default:
		c := e.choice(like)
		c.classes = append(c.classes, class)
	}
	return nil
}

// A choice is a single choice of JSON-MIN, spelled as a text, and what it
// becomes.
type choice struct {
	mark    *mark
	classes []string
}

func (e *taskEditor) choice(m *mark) *choice {
	for _, c := range e.choices {
		if c.mark.label.Start() == m.label.Start() {
			return c
		}
	}
	c := &choice{m, []string{m.class}}
	e.choices = append(e.choices, c)
	return c
}

// setChoices makes the edits of the single choices.
func (e *taskEditor) setChoices() {
	for _, c := range e.choices {
		var all [][]byte
		for _, class := range c.classes {
			all = append(all, e.quote(class))
		}
		switch len(all) {
		case 0:
			e.RemoveMember(e.task.node, c.mark.from)
		case 1:
			e.Replace(c.mark.label, all[0])
		default:
			e.Replace(c.mark.label, slices.Concat([]byte(`{"choices": [`), slices.Concat(joined(all)...), []byte("]}")))
		}
	}
}

// addAnnotation gives a task without annotations one with the new results.
func (e *taskEditor) addAnnotation() {
	if len(e.added) == 0 {
		return
	}
	text := slices.Concat([]byte(`{"result": [`), e.added, []byte(`], "was_cancelled": false, "ground_truth": false}`))
	list := e.task.node.Get("annotations")
	if list.Kind() == jsontext.Array {
		e.Append(list, text)
	} else {
		e.SetMember(e.task.node, "annotations", slices.Concat([]byte{'['}, text, []byte{']'}))
	}
	if n := e.task.node.Get("total_annotations"); n.Kind() == jsontext.Number {
		if v, ok := n.Int(); ok {
			e.Replace(n, strconv.AppendInt(nil, v+1, 10))
		}
	}
}
