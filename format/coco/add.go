package coco

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

// The kinds of geometry that examples are kept of.
const (
	boxExample = iota
	polygonExample
	maskExample
	labelExample
)

// maxExample bounds the record that is kept to be imitated.
const maxExample = 64 << 10

// example keeps the first record of each kind of geometry.
func (p *patcher) example(rec *record) {
	kind := boxExample
	switch {
	case rec.segmentation.Kind() == jsontext.Object:
		kind = maskExample
	case rec.segmentation.At(0).Kind() != jsontext.Invalid:
		kind = polygonExample
	case !present(rec.bbox) && !present(rec.segmentation):
		kind = labelExample
	}
	if p.examples[kind] == nil && len(rec.node.Raw()) <= maxExample {
		p.examples[kind] = bytes.Clone(rec.node.Raw())
	}
}

// add appends the new objects of the images that the file lists.
func (p *patcher) add(list *jsontext.ArrayEditor) error {
	var of []*target
	for _, t := range p.targets {
		if t.file == p.index && len(t.added) > 0 {
			of = append(of, t)
		}
	}
	// In the order in which they were asked for.
	slices.SortFunc(of, func(a, b *target) int { return a.added[0].Image - b.added[0].Image })
	for _, t := range of {
		if len(t.id) == 0 {
			return fmt.Errorf("the image %s has no id, so no annotation can speak of it; give it one first", t.path)
		}
		for _, c := range t.added {
			text, err := p.record(t, c)
			if err != nil {
				return err
			}
			list.Append(text)
		}
	}
	return nil
}

// record spells a new annotation with the members of its neighbours in their
// order.
func (p *patcher) record(t *target, c dataset.Change) ([]byte, error) {
	class, err := p.categoryID(c.To)
	if err != nil {
		return nil, err
	}
	preferred := labelExample
	switch c.Geometry.(type) {
	case dataset.Box:
		preferred = boxExample
	case dataset.Polygon:
		preferred = polygonExample
	case dataset.Mask:
		preferred = maskExample
	case dataset.RotatedBox:
		return nil, errRotated
	case dataset.Invalid:
		return nil, fmt.Errorf("a new object of %s has no place that means something", t.path)
	}
	p.highest++
	var like record
	for _, kind := range []int{preferred, boxExample, polygonExample, maskExample, labelExample} {
		if raw := p.examples[kind]; raw != nil {
			n, err := jsontext.Parse(raw)
			if err != nil {
				return nil, err
			}
			like = recordOf(n)
			break
		}
	}
	var out []byte
	done := map[string]bool{}
	put := func(key string, value []byte) {
		if value == nil || done[key] {
			return
		}
		done[key] = true
		if out = append(out, ','); len(out) == 1 {
			out[0] = '{'
		}
		out = append(append(append(out, jsontext.Quote(key, true)...), ':'), value...)
	}
	member := func(key string, v jsontext.Node) []byte {
		switch key {
		case "id":
			if v.Kind() == jsontext.String {
				return jsontext.Quote(strconv.FormatInt(p.highest, 10), true)
			}
			return strconv.AppendInt(nil, p.highest, 10)
		case "image_id":
			return t.id
		case "category_id":
			return class
		case "iscrowd", "ignore", "num_keypoints":
			if v.Kind() == jsontext.Bool {
				return []byte("false")
			}
			return []byte("0")
		case "keypoints":
			return list(make([]float64, v.Len()), jsontext.Node{}) // COCO's spelling of "not labelled"
		case "attributes":
			if v.Kind() == jsontext.Object {
				return []byte("{}")
			}
		case "score":
			return []byte("1.0")
		}
		if c.Geometry == nil {
			return nil
		}
		b := c.Geometry.Bounds()
		switch key {
		case "bbox":
			return list([]float64{b.X, b.Y, b.W, b.H}, decimalOf(&like))
		case "area":
			return jsonfiles.Spell(c.Geometry.Area(), v)
		case "segmentation":
			return p.segmentation(c.Geometry, &like)
		}
		return nil
	}
	short := map[string]string{}
	if like.image.Kind() != jsontext.Invalid && like.node.Get("image_id").Kind() == jsontext.Invalid {
		short = map[string]string{"image": "image_id", "category": "category_id"}
	}
	for key, v := range like.node.Members() {
		if long, ok := short[key]; ok {
			put(key, member(long, v))
			done[long] = true
			continue
		}
		put(key, member(key, v))
	}
	needed := []string{"image_id", "category_id", "bbox"}
	if like.node.Kind() == jsontext.Invalid {
		needed = []string{"id", "image_id", "category_id", "bbox", "area", "iscrowd"}
	}
	if _, ok := c.Geometry.(dataset.Box); !ok {
		needed = append(needed, "segmentation")
	}
	for _, key := range needed {
		put(key, member(key, like.node.Get(key)))
	}
	return append(out, '}'), nil
}

// segmentation spells that of a new object; of a box it is an outline in files
// where every box has one, and else empty.
func (p *patcher) segmentation(g dataset.Geometry, like *record) []byte {
	switch g := g.(type) {
	case dataset.Polygon:
		return outlines(g, decimalOf(like))
	case dataset.Mask:
		return rle(g, like.segmentation)
	case dataset.Box:
		if s := like.segmentation; s.Kind() == jsontext.Array && s.Len() > 0 && p.outlined() {
			return p.outline(g, like)
		}
	}
	return []byte("[]")
}

// outlined reports whether the polygons of the file were read as boxes.
func (p *patcher) outlined() bool {
	return !slices.ContainsFunc(p.ds.Annotations, func(a dataset.Annotation) bool {
		switch a.Geometry.(type) {
		case dataset.Polygon, dataset.Mask:
			return true
		}
		return false
	})
}

// outline spells the corners of a box in the order of an example.
func (p *patcher) outline(g dataset.Box, like *record) []byte {
	from, _ := like.box()
	s := like.segmentation
	nested := s.At(0).Kind() == jsontext.Array
	if nested {
		s = s.At(0)
	}
	var values []float64
	for i, v := range s.Elements() {
		values = append(values, corner(v, i, from, g))
	}
	out := list(values, decimalOf(like))
	if nested {
		out = fmt.Appendf(nil, "[%s]", out)
	}
	return out
}
