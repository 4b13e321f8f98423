package webdataset

import (
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/pixel"
)

// An entry is an annotation with the place where its class is said.
type entry struct {
	class   string
	caption bool // from a .txt member
	listed  bool // the class is on the list, or there is none
	scored  bool
	dataset.Annotation

	member int
	// Of a label in JSON, value is the class itself; of an object it is zero.
	value jsontext.Node
	// list and index are where an element of a list stands.
	list  jsontext.Node
	index int
	// key is the member of root that a single label is.
	key    string
	object jsontext.Node
}

// content is what the members of a sample say.
type content struct {
	picture int // -1 when there is none
	entries []entry
	// label and json are the members that say labels, -1 when there are none;
	// root and objects the values of the latter.
	label, json   int
	root, objects jsontext.Node
	problems      []string
}

var (
	labelExtensions = []string{"cls", "label", "class", "target"}
	labelKeys       = []string{"label", "labels", "class", "cls", "class_name", "category"}
	objectKeys      = []string{"annotations", "objects"}
	nameKeys        = []string{"category", "label", "class", "class_name", "category_name", "name"}
	numberKeys      = []string{"category_id", "class_id", "label_id"}
)

// classes are the names of classes by number, where they are listed.
type classes []string

func (c classes) name(v int64) string {
	if v >= 0 && v < int64(len(c)) {
		return c[v]
	}
	return strconv.FormatInt(v, 10)
}

// number returns the number of a class; ok is false when it has none.
func (c classes) number(name string) (v int64, ok bool) {
	if i := slices.Index(c, name); i >= 0 {
		return int64(i), true
	}
	v, err := strconv.ParseInt(name, 10, 64)
	return v, err == nil
}

// spelt returns the class that a text means, and whether it is listed.
func (c classes) spelt(text string) (string, bool) {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return c.name(v), len(c) == 0 || v >= 0 && v < int64(len(c))
	}
	return text, len(c) == 0 || slices.Contains(c, text)
}

// read reads what a sample says.
func (c classes) read(f io.ReaderAt, s sample) content {
	out := content{picture: -1, label: -1, json: -1}
	caption := -1
	for i, m := range s.members {
		switch {
		case slices.Contains(labelExtensions, m.extension) && out.label < 0:
			out.label = i
		case m.extension == "json" && out.json < 0:
			out.json = i
		case m.extension == "txt" && caption < 0:
			caption = i
		case pixel.HasImageExtension("." + m.extension):
			if out.picture < 0 || strings.Contains(s.members[out.picture].extension, ".") && !strings.Contains(m.extension, ".") {
				out.picture = i
			}
		}
	}
	say := func(err error) {
		out.problems = append(out.problems, err.Error())
	}
	if out.label >= 0 {
		if text, err := s.members[out.label].text(f); err != nil {
			say(err)
		} else if text := strings.TrimSpace(string(text)); text != "" {
			class, listed := c.spelt(text)
			out.entries = append(out.entries, entry{class: class, listed: listed, member: out.label})
		}
	}
	if out.json >= 0 {
		data, err := s.members[out.json].text(f)
		if err == nil {
			out.root, err = jsontext.Parse(data)
		}
		if err != nil {
			say(fmt.Errorf("the member %s cannot be read: %w", path.Base(s.members[out.json].name), err))
		} else {
			c.json(&out)
		}
	}
	if len(out.entries) == 0 && caption >= 0 && s.members[caption].size <= 80 {
		if text, err := s.members[caption].text(f); err == nil {
			text := strings.TrimSpace(string(text))
			if text != "" && len(text) <= 64 && !strings.Contains(text, "\n") {
				class, listed := c.spelt(text)
				out.entries = append(out.entries, entry{class: class, listed: listed, caption: true, member: caption})
			}
		}
	}
	return out
}

// scalar returns the class that a JSON value means.
func (c classes) scalar(n jsontext.Node) (class string, listed, ok bool) {
	if text, isText := n.Text(); isText && text != "" {
		return text, len(c) == 0 || slices.Contains(c, text), true
	}
	if v, isInt := n.Int(); isInt {
		return c.name(v), len(c) == 0 || v >= 0 && v < int64(len(c)), true
	}
	return "", false, false
}

// json reads the labels and objects of a JSON member.
func (c classes) json(out *content) {
	if out.root.Kind() != jsontext.Object {
		if class, listed, ok := c.scalar(out.root); ok && out.label < 0 {
			out.entries = append(out.entries, entry{class: class, listed: listed, member: out.json, value: out.root})
		}
		return
	}
	for _, key := range labelKeys {
		n := out.root.Get(key)
		if out.label >= 0 || n.Kind() == jsontext.Invalid {
			continue
		}
		before := len(out.entries)
		if class, listed, ok := c.scalar(n); ok {
			out.entries = append(out.entries, entry{class: class, listed: listed, member: out.json, value: n, key: key})
		}
		for i, e := range n.Elements() {
			if class, listed, ok := c.scalar(e); ok {
				out.entries = append(out.entries, entry{class: class, listed: listed, member: out.json, value: e, list: n, index: i})
			}
		}
		if len(out.entries) > before {
			break
		}
	}
	for _, key := range objectKeys {
		if out.objects = out.root.Get(key); out.objects.Kind() == jsontext.Array {
			break
		}
	}
	for i, n := range out.objects.Elements() {
		if n.Kind() != jsontext.Object {
			continue
		}
		e := c.objectOf(n)
		e.member, e.list, e.index, e.object = out.json, out.objects, i, n
		out.entries = append(out.entries, e)
	}
}

// objectOf reads an object of the list of annotations.
func (c classes) objectOf(n jsontext.Node) entry {
	e := entry{class: "object", listed: len(c) == 0}
	if v := classNode(n); v.Kind() != jsontext.Invalid {
		if class, listed, ok := c.scalar(v); ok {
			e.class, e.listed = class, listed
		}
	}
	e.ID = scalarText(n.Get("id"))
	e.Score, e.scored = n.Get("score").Float()
	crowd := n.Get("iscrowd")
	if v, ok := crowd.Int(); ok {
		e.Crowd = v != 0
	} else if v, ok := crowd.Bool(); ok {
		e.Crowd = v
	}
	for key, v := range n.Get("attributes").Members() {
		if v.Kind() != jsontext.Object && v.Kind() != jsontext.Array {
			e.Attributes = append(e.Attributes, dataset.Attribute{Name: key, Value: v.String()})
		}
	}
	e.Geometry = boxOf(n.Get("bbox"))
	return e
}

// classNode returns the value that says the class of an object.
func classNode(n jsontext.Node) jsontext.Node {
	for _, key := range slices.Concat(nameKeys, numberKeys) {
		if v := n.Get(key); v.Kind() == jsontext.String || v.Kind() == jsontext.Number {
			return v
		}
	}
	return jsontext.Node{}
}

func scalarText(n jsontext.Node) string {
	if n.Kind() == jsontext.String || n.Kind() == jsontext.Number {
		return n.String()
	}
	return ""
}

func boxOf(n jsontext.Node) dataset.Geometry {
	if n.Kind() == jsontext.Invalid {
		return dataset.Invalid{Reason: "it has no member bbox"}
	}
	var v []float64
	for _, e := range n.Elements() {
		x, ok := e.Float()
		if !ok {
			x = math.NaN()
		}
		v = append(v, x)
	}
	if len(v) != 4 {
		return dataset.Invalid{Reason: fmt.Sprintf("its bbox has %d numbers and not 4", len(v))}
	}
	return dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
}
