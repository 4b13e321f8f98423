package nucleus

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// newRecords spells the annotations that are added to an image.
func (p *patcher) newRecords(path string) ([][]byte, error) {
	p.done[path] = true
	var out [][]byte
	for _, c := range p.changes.Added[path] {
		text, _, err := p.newRecord(path, c)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// addNested adds annotations to the lists inside of a row, or by type.
func (p *patcher) addNested(e *jsontext.Editor, el *element, file string) error {
	images := p.adding
	if el.what == row && len(images) > 0 {
		path, _ := p.items.picture(el.node.Get("item"))
		images = []string{path}
	}
	for _, image := range images {
		if p.changes.Added[image] == nil || p.done[image] || p.homeOf(image) != (home{file, el.key, el.what}) {
			continue
		}
		lists := el.node
		if el.what == row {
			if lists = el.node.Get("annotations"); lists.Kind() == jsontext.Invalid {
				lists = el.node.Get("predictions")
			}
		}
		p.done[image] = true
		fresh := map[string][]byte{} // lists that are not there yet
		var order []string
		for _, c := range p.changes.Added[image] {
			text, kind, err := p.newRecord(image, c)
			if err != nil {
				return err
			}
			list := lists
			if lists.Kind() == jsontext.Object {
				list = lists.Get(kind)
			}
			switch {
			case list.Kind() == jsontext.Array:
				e.Append(list, text)
			case lists.Kind() == jsontext.Object:
				if fresh[kind] == nil {
					order = append(order, kind)
				} else {
					fresh[kind] = append(fresh[kind], ", "...)
				}
				fresh[kind] = append(fresh[kind], text...)
			default:
				return fmt.Errorf("%s has no list of annotations that one could be added to", source.Show(el.place))
			}
		}
		for _, kind := range order {
			e.SetMember(lists, kind, fmt.Appendf(nil, "[%s]", fresh[kind]))
		}
	}
	return nil
}

// newRecord spells an annotation with the members of another one, in their order.
func (p *patcher) newRecord(path string, c dataset.Change) (text []byte, kind string, err error) {
	ref := p.refs[path]
	if ref == "" {
		return nil, "", fmt.Errorf("%s has no reference_id that a new annotation could name", source.Show(path))
	}
	kind = "category"
	switch g := c.Geometry.(type) {
	case nil:
	case dataset.Box:
		kind = "box"
	case dataset.Polygon:
		if kind = "polygon"; len(g.Parts) != 1 {
			return nil, "", errShape
		}
	default:
		return nil, "", errShape
	}
	raw := p.models[kind]
	if raw == nil {
		raw = p.models[""]
	}
	like, _ := jsontext.Parse(raw) // without one nothing is imitated
	geometry := []byte("{}")
	if c.Geometry != nil {
		_, geometry = geometryText(c.Geometry, like.Get("geometry"))
	}
	class := p.ds.Classes[c.To]
	ascii := raw == nil || jsontext.ASCII(raw)
	values := map[string][]byte{
		"label": jsontext.Quote(class, ascii), "type": jsontext.Quote(kind, ascii), "geometry": geometry,
	}
	named := references[0]
	for _, key := range references {
		if v := like.Get(key); v.Kind() == jsontext.String || v.Kind() == jsontext.Number {
			named = key
			break
		}
	}
	values[named] = jsontext.Quote(ref, ascii)
	if like.Get(named).Kind() == jsontext.Number {
		if n, err := jsontext.Parse([]byte(ref)); err == nil && n.Kind() == jsontext.Number {
			values[named] = []byte(ref)
		}
	}
	text = []byte{'{'}
	put := func(key string, value []byte) {
		if len(text) > 1 {
			text = append(text, ", "...)
		}
		text = append(append(append(text, jsontext.Quote(key, true)...), ": "...), value...)
	}
	for key, v := range like.Members() {
		switch value := values[key]; {
		case value != nil:
			put(key, value)
			delete(values, key)
		case key == "annotation_id" && v.Kind() == jsontext.String:
			put(key, jsontext.Quote(newID(class, ref, c.Geometry), ascii))
		case key == "metadata" && v.Kind() == jsontext.Object:
			put(key, []byte("{}"))
		case v.Kind() == jsontext.Null:
			put(key, []byte("null"))
		}
	}
	for _, key := range []string{"label", "type", "geometry", named} {
		if value := values[key]; value != nil {
			put(key, value)
		}
	}
	return append(text, '}'), kind, nil
}

// newID is the identity that the Python client gives to what has none.
func newID(class, ref string, g dataset.Geometry) string {
	if g == nil {
		return class + "-" + ref
	}
	b := g.Bounds()
	return fmt.Sprintf("%s-%s-%s-%s-%s-%s", class, jsontext.Decimal(b.X), jsontext.Decimal(b.Y), jsontext.Decimal(b.W), jsontext.Decimal(b.H), ref)
}
