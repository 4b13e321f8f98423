package webdataset

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher].
func (tarFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	o, ok := ds.Origin.(*origin)
	if !ok {
		return nil, fmt.Errorf("%s was not read from archives; read it again", source.Show(ds.Name))
	}
	byImage := map[int][]dataset.Change{}
	for _, c := range changes {
		byImage[c.Image] = append(byImage[c.Image], c)
	}
	ix := dataset.NewIndex(ds)
	edits := map[string][]source.Edit{}
	for i, of := range byImage {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := ds.Images[i].Path
		at, ok := o.at[path]
		if !ok {
			return nil, fmt.Errorf("%s is in no archive; read the dataset again", source.Show(path))
		}
		if at.packed {
			return nil, fmt.Errorf("%s is compressed; unpack it with gunzip, then read and correct it again", source.Show(at.name()))
		}
		more, err := correct(ds, o, at, ix.Annotations(i), of)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(path), err)
		}
		edits[at.name()] = append(edits[at.name()], more...)
	}
	p := &source.Patch{Root: o.folder}
	return p, p.EditAll(ctx, edits, false)
}

// A correction changes one sample.
type correction struct {
	ds *dataset.Dataset
	*origin
	place
	content
	in   io.ReaderAt
	of   []int
	json *jsontext.Editor
	// fresh are members with a new content, gone those that go.
	fresh map[int][]byte
	gone  map[int]bool
	added []source.Edit
	// objects that wait for a list, when the sample has none.
	pending []string
}

func correct(ds *dataset.Dataset, o *origin, at place, of []int, changes []dataset.Change) ([]source.Edit, error) {
	f, err := at.open()
	if err != nil {
		return nil, fmt.Errorf("cannot read the archive again: %w", err)
	}
	defer f.Close()
	if changes[0].Action == dataset.DropImage {
		var out []source.Edit
		for i := range at.members {
			e, err := at.members[i].remove(f)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
		return out, nil
	}
	c := &correction{ds: ds, origin: o, place: at, content: o.names.read(f, *at.sample), in: f, of: of, json: jsontext.NewEditor(), fresh: map[int][]byte{}, gone: map[int]bool{}}
	if o.captions {
		c.entries = slices.DeleteFunc(c.entries, func(e entry) bool { return e.caption })
	}
	if len(c.entries) != len(of) {
		return nil, fmt.Errorf("its sample has other labels than when it was read; read the dataset again")
	}
	for _, ch := range changes {
		if err := c.change(ch); err != nil {
			return nil, err
		}
	}
	return c.edits()
}

func (c *correction) change(ch dataset.Change) error {
	if ch.Action == dataset.AddObject {
		if ch.Geometry == nil {
			return c.addLabel(c.ds.Classes[ch.To])
		}
		return c.addObject(c.ds.Classes[ch.To], ch.Geometry)
	}
	e := &c.entries[slices.Index(c.of, ch.Annotation)]
	switch ch.Action {
	case dataset.SetClass:
		if e.class != c.ds.Classes[ch.From] {
			return fmt.Errorf("its sample says %q and not %q any more; read the dataset again", e.class, c.ds.Classes[ch.From])
		}
		return c.setClass(e, c.ds.Classes[ch.To])
	case dataset.DeleteObject:
		switch {
		case e.list.Kind() != jsontext.Invalid:
			c.json.Remove(e.list, e.index)
		case e.key != "":
			c.json.RemoveMember(c.root, e.key)
		default:
			c.gone[e.member] = true
		}
	case dataset.MoveObject:
		box, ok := ch.Geometry.(dataset.Box)
		if !ok {
			return fmt.Errorf("a sample holds upright boxes only")
		}
		c.move(e.object, box)
	case dataset.SetAttribute:
		if e.object.Kind() != jsontext.Object {
			return fmt.Errorf("a label of the whole picture has no attributes")
		}
		c.setAttribute(e.object, ch.Attribute)
	}
	return nil
}

// number returns the number of a class in JSON or .cls.
func (c *correction) number(class string) (int64, error) {
	if v, ok := c.names.number(class); ok {
		return v, nil
	}
	if v, ok := c.ids[class]; ok {
		return v, nil
	}
	return 0, fmt.Errorf("the class %q has no number; put it on the list in classes.txt first", class)
}

// like spells a class in the way in which another one is.
func (c *correction) like(old jsontext.Node, class string) ([]byte, error) {
	if old.Kind() == jsontext.Number {
		v, err := c.number(class)
		return strconv.AppendInt(nil, v, 10), err
	}
	return jsontext.Quote(class, true), nil
}

func (c *correction) setClass(e *entry, class string) error {
	if e.object.Kind() == jsontext.Object {
		return c.setObjectClass(e.object, class)
	}
	if e.value.Kind() != jsontext.Invalid {
		text, err := c.like(e.value, class)
		c.json.Replace(e.value, text)
		return err
	}
	m := &c.members[e.member]
	data, err := m.text(c.in)
	if err != nil {
		return err
	}
	old := strings.TrimSpace(string(data))
	text := class
	if _, err := strconv.ParseInt(old, 10, 64); err == nil {
		v, err := c.number(class)
		if err != nil {
			return err
		}
		text = strconv.FormatInt(v, 10)
	}
	c.fresh[e.member] = []byte(strings.Replace(string(data), old, text, 1))
	return nil
}

// setObjectClass changes the class of an object, and its number beside.
func (c *correction) setObjectClass(object jsontext.Node, class string) error {
	value := classNode(object)
	if value.Kind() == jsontext.Invalid {
		c.json.SetMember(object, "category", jsontext.Quote(class, true))
		return nil
	}
	text, err := c.like(value, class)
	if err != nil {
		return err
	}
	c.json.Replace(value, text)
	for _, key := range numberKeys {
		n := object.Get(key)
		if n.Kind() != jsontext.Number || n.Start() == value.Start() {
			continue
		}
		v, err := c.number(class)
		if err != nil {
			return err
		}
		c.json.Replace(n, strconv.AppendInt(nil, v, 10))
	}
	return nil
}

func bboxText(b dataset.Box) string {
	var parts []string
	for _, v := range []float64{b.X, b.Y, b.W, b.H} {
		parts = append(parts, string(jsontext.Decimal(v)))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (c *correction) move(object jsontext.Node, b dataset.Box) {
	bbox := object.Get("bbox")
	old, ok := boxOf(bbox).(dataset.Box)
	if !ok {
		c.json.SetMember(object, "bbox", []byte(bboxText(b)))
		return
	}
	was, is := [4]float64{old.X, old.Y, old.W, old.H}, [4]float64{b.X, b.Y, b.W, b.H}
	for i, n := range bbox.Elements() {
		if was[i] != is[i] {
			c.json.Replace(n, jsontext.Decimal(is[i]))
		}
	}
}

func (c *correction) setAttribute(object jsontext.Node, a dataset.Attribute) {
	list := object.Get("attributes")
	if list.Kind() != jsontext.Object {
		c.json.SetMember(object, "attributes", slices.Concat([]byte("{"), jsontext.Quote(a.Name, true), []byte(": "), jsontext.Quote(a.Value, true), []byte("}")))
		return
	}
	text := jsontext.Quote(a.Value, true)
	if old := list.Get(a.Name); old.Kind() == jsontext.Number || old.Kind() == jsontext.Bool {
		if n, err := jsontext.Parse([]byte(a.Value)); err == nil && n.Kind() == old.Kind() && n.String() == a.Value {
			text = []byte(a.Value)
		}
	}
	c.json.SetMember(list, a.Name, text)
}

// addLabel gives the whole picture a further class.
func (c *correction) addLabel(class string) error {
	for i := range c.entries {
		e := &c.entries[i]
		switch {
		case e.object.Kind() == jsontext.Object:
			continue
		case e.list.Kind() == jsontext.Array:
			text, err := c.like(e.value, class)
			c.json.Append(e.list, text)
			return err
		}
		return fmt.Errorf("the member %s holds one class; write the labels as a list in .json to give the picture several", source.Show(c.members[e.member].name))
	}
	if c.root.Kind() == jsontext.Object && c.label < 0 {
		c.json.SetMember(c.root, "label", jsontext.Quote(class, true))
		return nil
	}
	text := class
	if v, ok := c.names.number(class); ok {
		text = strconv.FormatInt(v, 10)
	}
	if c.label >= 0 {
		c.fresh[c.label] = []byte(text)
		return nil
	}
	return c.addMember("cls", []byte(text))
}

// addMember puts a member behind the others of the sample.
func (c *correction) addMember(extension string, content []byte) error {
	data, err := encodeMember(c.key+"."+extension, content)
	c.added = append(c.added, source.Edit{Offset: c.members[len(c.members)-1].end, New: data})
	return err
}

func (c *correction) addObject(class string, g dataset.Geometry) error {
	box, ok := g.(dataset.Box)
	if !ok {
		return fmt.Errorf("a sample holds upright boxes only")
	}
	var like jsontext.Node
	for _, e := range c.entries {
		if e.object.Kind() == jsontext.Object {
			like = e.object
			break
		}
	}
	text, err := c.objectText(like, class, box)
	if err != nil {
		return err
	}
	switch {
	case c.objects.Kind() == jsontext.Array:
		c.json.Append(c.objects, []byte(text))
	case c.content.json < 0 || c.root.Kind() == jsontext.Object:
		c.pending = append(c.pending, text)
	default:
		return fmt.Errorf("its .json member is no object that could hold a list of annotations")
	}
	return nil
}

// objectText spells a new object with the names of members that another one has.
func (c *correction) objectText(like jsontext.Node, class string, b dataset.Box) (string, error) {
	value, classKey := classNode(like), "category"
	var further []string
	for key, n := range like.Members() {
		switch {
		case n.Start() == value.Start():
			classKey = key
		case slices.Contains(numberKeys, key) && n.Kind() == jsontext.Number:
			v, err := c.number(class)
			if err != nil {
				return "", err
			}
			further = append(further, string(jsontext.Quote(key, true))+": "+strconv.FormatInt(v, 10))
		}
	}
	spelt, err := c.like(value, class)
	if err != nil {
		return "", err
	}
	members := append([]string{`"bbox": ` + bboxText(b), string(jsontext.Quote(classKey, true)) + ": " + string(spelt)}, further...)
	return "{" + strings.Join(members, ", ") + "}", nil
}

// edits returns what changes in the archive.
func (c *correction) edits() ([]source.Edit, error) {
	if c.pending != nil {
		list := "[" + strings.Join(c.pending, ", ") + "]"
		if c.content.json >= 0 {
			c.json.SetMember(c.root, "annotations", []byte(list))
		} else if err := c.addMember("json", []byte(`{"annotations": `+list+"}")); err != nil {
			return nil, err
		}
	}
	if edits := c.json.Edits(); len(edits) > 0 {
		data, err := c.members[c.content.json].text(c.in)
		if err != nil {
			return nil, err
		}
		var out []byte
		at := int64(0)
		for _, e := range edits {
			out = append(append(out, data[at:e.Offset]...), e.New...)
			at = e.Offset + int64(len(e.Old))
		}
		c.fresh[c.content.json] = append(out, data[at:]...)
	}
	out := c.added
	for i := range c.members {
		m := &c.members[i]
		switch content, ok := c.fresh[i]; {
		case c.gone[i]:
			e, err := m.remove(c.in)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		case ok:
			more, err := m.rewrite(c.in, content)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	return out, nil
}
