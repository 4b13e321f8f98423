package labelstudio

import (
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// A task is one element of an export.
type task struct {
	node, data jsontext.Node
	// min tells that it is a record of JSON-MIN.
	min         bool
	pages       []page
	annotations []annotation
}

// An annotation is what one person said about a task.
type annotation struct {
	node jsontext.Node
	// results are its list of results; of JSON-MIN there is none.
	results jsontext.Node
	who     string
	marks   []mark
	// facts are the results about each region that are attributes.
	facts map[string][]jsontext.Node
}

// A mark is one label: of an object, or of a whole picture.
type mark struct {
	page  int
	class string
	// label is where the class is spelled: element at of labels, or a member of
	// a record when there is no such list.
	label, labels jsontext.Node
	at            int
	// result is element index of results.
	result, results jsontext.Node
	index           int
	// value holds the place of an object and kind says which; a label of the
	// whole picture is of the kind choices.
	value jsontext.Node
	kind  string
	id    string
	// from is the control that gave it.
	from string
}

// skipper takes the kinds of things that are passed over.
type skipper func(one, many string)

// newTask looks at an element; ok is false for what is no task.
func newTask(n jsontext.Node, c *config, skip skipper) (t *task, ok bool) {
	if n.Kind() != jsontext.Object {
		return nil, false
	}
	t = &task{node: n, data: n.Get("data")}
	list := n.Get("annotations")
	if list.Kind() != jsontext.Array {
		list = n.Get("completions")
	}
	inner := n.Get("task").Get("data")
	switch {
	case t.data.Kind() == jsontext.Object:
		for _, key := range []string{"predictions", "drafts"} {
			for range n.Get(key).Elements() {
				skip(strings.TrimSuffix(key, "s"), key)
			}
		}
	case inner.Kind() == jsontext.Object && n.Get("result").Kind() == jsontext.Array:
		t.data = inner
	default:
		t.data, t.min = n, true
	}
	t.pages = pages(t.data, c)
	switch {
	case t.min:
		if len(t.pages) == 0 {
			return t, n.Get("annotation_id").Kind() != jsontext.Invalid || n.Get("annotator").Kind() != jsontext.Invalid
		}
		t.annotations = []annotation{t.record(c, skip)}
	case list.Kind() == jsontext.Array:
		for _, a := range list.Elements() {
			t.annotate(a, c, skip)
		}
	case n.Get("result").Kind() == jsontext.Array:
		t.annotate(n, c, skip)
	}
	return t, true
}

// annotate reads one annotation.
func (t *task) annotate(n jsontext.Node, c *config, skip skipper) {
	if off, _ := n.Get("was_cancelled").Bool(); off {
		skip("cancelled annotation", "cancelled annotations")
		return
	}
	a := annotation{node: n, results: n.Get("result"), who: person(n.Get("completed_by"))}
	regions := regionIDs(a.results)
	a.facts = map[string][]jsontext.Node{}
	for i, r := range a.results.Elements() {
		t.result(&a, r, i, regions, c, skip)
		if _, ok := fact(r); ok {
			if id, _ := r.Get("id").Text(); regions[id] {
				a.facts[id] = append(a.facts[id], r)
			}
		}
	}
	t.annotations = append(t.annotations, a)
}

// person names who gave an annotation.
func person(n jsontext.Node) string {
	if n.Kind() == jsontext.Object {
		for _, key := range []string{"email", "username", "id"} {
			if s := n.Get(key); (s.Kind() == jsontext.String || s.Kind() == jsontext.Number) && s.String() != "" {
				return s.String()
			}
		}
		return ""
	}
	if n.Kind() == jsontext.String || n.Kind() == jsontext.Number {
		return n.String()
	}
	return ""
}

// regionIDs returns the ids of regions that are objects.
func regionIDs(results jsontext.Node) map[string]bool {
	out := map[string]bool{}
	for _, r := range results.Elements() {
		if id, _ := r.Get("id").Text(); id != "" && isRegion(r) {
			out[id] = true
		}
	}
	return out
}

// isRegion tells the results that carry the labels of objects.
func isRegion(r jsontext.Node) bool {
	kind, _ := r.Get("type").Text()
	switch kind {
	case "rectanglelabels", "polygonlabels", "brushlabels", "labels":
		return regionKind(r.Get("value")) != ""
	}
	return false
}

// result reads one result of an annotation.
func (t *task) result(a *annotation, r jsontext.Node, i int, regions map[string]bool, c *config, skip skipper) {
	kind, _ := r.Get("type").Text()
	id, _ := r.Get("id").Text()
	value := r.Get("value")
	m := mark{result: r, results: a.results, index: i, value: value, id: id, from: r.Get("from_name").String()}
	turn, _ := r.Get("image_rotation").Float()
	switch {
	case isRegion(r):
		m.kind, m.labels = regionKind(value), labelsOf(value, kind)
	case regions[id] && (isFact(kind) || isOutline(kind)):
		return // an attribute, or the same region without its labels
	case kind == choices && regionKind(value) == "":
		m.kind, m.labels = choices, value.Get(choices)
	default:
		skip("result of the type "+kind, "results of the type "+kind)
		return
	}
	switch m.page = pageOf(r, t.pages, c); {
	case m.page < 0:
		skip("result on a picture that its task does not have", "results on pictures that their tasks do not have")
	case turn != 0 && m.kind != choices:
		skip("region on a picture that was turned while it was labelled", "regions on pictures that were turned while they were labelled")
	case m.labels.Len() == 0:
		skip("result without a label", "results without a label")
	default:
		a.add(m)
	}
}

// isOutline tells the results that carry a region without labels.
func isOutline(kind string) bool { return kind == rectangle || kind == polygon || kind == brush }

// isFact tells the results that say something further about a region.
func isFact(kind string) bool {
	return slices.Contains([]string{choices, "textarea", "rating", "number", "taxonomy", "datetime"}, kind)
}

// add adds a mark for each label in its list.
func (a *annotation) add(m mark) {
	for i, l := range m.labels.Elements() {
		m.at, m.label, m.class = i, l, l.String()
		a.marks = append(a.marks, m)
	}
}

// record reads a record of JSON-MIN: what stands between id and annotator are
// the results, each as the value of a control.
func (t *task) record(c *config, skip skipper) annotation {
	a := annotation{node: t.node, who: person(t.node.Get("annotator"))}
	behind := false
	for key, v := range t.node.Members() {
		if k := v.Kind(); key == "id" {
			behind = true
			continue
		} else if key == "annotator" {
			break
		} else if k == jsontext.Object && v.Get(choices).Kind() == jsontext.Array {
			a.add(mark{result: v, labels: v.Get(choices), kind: choices, from: key})
			continue
		} else if k == jsontext.String && (behind && c.control(key) == nil || isChoice(c, key)) && t.pages[0].key != key {
			a.marks = append(a.marks, mark{class: v.String(), label: v, result: v, kind: choices, from: key})
			continue
		}
		for i, e := range v.Elements() {
			m := mark{result: e, results: v, index: i, value: e, from: key, page: pageOf(e, t.pages, c)}
			if m.kind, m.labels = regionKind(e), labelsOf(e, ""); m.kind == "" {
				if m.kind, m.labels = choices, e.Get(choices); m.labels.Kind() != jsontext.Array {
					if behind {
						skip("value of "+key, "values of "+key)
					}
					continue
				}
			}
			switch {
			case m.page < 0:
				skip("result on a picture that its task does not have", "results on pictures that their tasks do not have")
			case m.labels.Len() == 0:
				skip("result without a label", "results without a label")
			default:
				a.add(m)
			}
		}
	}
	return a
}

func isChoice(c *config, name string) bool {
	k := c.control(name)
	return k != nil && k.tag == choices
}

// attributes returns what further results say about the region of a mark.
func (a *annotation) attributes(m *mark) []dataset.Attribute {
	if m.id == "" || m.kind == choices {
		return nil
	}
	var out []dataset.Attribute
	put := func(name, value string) {
		if i := slices.IndexFunc(out, func(t dataset.Attribute) bool { return t.Name == name }); i < 0 && name != "" {
			out = append(out, dataset.Attribute{Name: name, Value: value})
		}
	}
	for _, r := range a.facts[m.id] {
		n, _ := fact(r)
		put(r.Get("from_name").String(), spelled(n))
	}
	if text := m.result.Get("meta").Get("text"); text.Len() > 0 {
		put("meta", spelled(text))
	}
	return out
}

// fact returns the value of a result that says something about a region.
func fact(r jsontext.Node) (jsontext.Node, bool) {
	kind, _ := r.Get("type").Text()
	if !isFact(kind) {
		return jsontext.Node{}, false
	}
	key := kind
	if kind == "textarea" {
		key = "text"
	}
	n := r.Get("value").Get(key)
	return n, n.Kind() != jsontext.Invalid
}

// spelled writes a value or the elements of a list, those of a path with slashes.
func spelled(n jsontext.Node) string {
	if n.Kind() != jsontext.Array {
		return n.String()
	}
	var all []string
	for _, e := range n.Elements() {
		var path []string
		for _, p := range e.Elements() {
			path = append(path, p.String())
		}
		if e.Kind() != jsontext.Array {
			path = []string{e.String()}
		}
		all = append(all, strings.Join(path, "/"))
	}
	return strings.Join(all, ", ")
}
