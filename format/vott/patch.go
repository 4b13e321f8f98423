package vott

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

var (
	errShape     = errors.New("a region of VoTT is a box or a polygon of one part; give it one of these")
	errShared    = errors.New("the region has several tags, which share one place; delete the others first")
	errAttribute = errors.New("there is no place for attributes in VoTT")
)

// Patch implements [source.Patcher]. A class that is no tag of the project
// becomes one. A dropped picture loses its asset.
func (jsonFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	set, err := jsonfiles.Reopen(ds, ours, extension)
	if err != nil {
		return nil, err
	}
	patch := &source.Patch{Root: set.Base}
	if len(changes) == 0 {
		return patch, nil
	}
	p := &patcher{ds: ds, keyed: source.KeyChanges(ds, changes), ordinals: map[string]int{}, done: map[string]bool{}, last: map[string]assetKey{}}
	if len(p.keyed.Added) > 0 {
		for _, file := range set.Files {
			pr, err := parse(filepath.Join(set.Base, filepath.FromSlash(file)))
			if err != nil {
				continue // it was left out when the dataset was read
			}
			for id, a := range pr.assets.Members() {
				p.last[find(set, file, a.Get("asset"))] = assetKey{file, id}
			}
		}
	}
	for _, file := range set.Files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pr, err := parse(filepath.Join(set.Base, filepath.FromSlash(file)))
		if err != nil {
			continue // it was left out when the dataset was read
		}
		e := jsontext.NewEditor()
		p.newTags = nil
		if err := p.project(e, set, file, pr); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(file), err)
		}
		if err := patch.Edit(ctx, file, e.Edits(), true); err != nil {
			return nil, err
		}
	}
	if err := p.keyed.Missed(filepath.Base(ds.Source)); err != nil {
		return nil, err
	}
	for _, im := range ds.Images {
		if wanted := p.keyed.Added[im.Path] != nil || p.keyed.Dropped[im.Path]; wanted && !p.done[im.Path] {
			return nil, fmt.Errorf("%s has no asset of %s any more; it has changed since it was read, so check it again", source.Show(filepath.Base(ds.Source)), source.Show(im.Path))
		}
	}
	return patch, nil
}

// assetKey names an asset.
type assetKey struct{ file, id string }

type patcher struct {
	ds       *dataset.Dataset
	keyed    *source.KeyedChanges
	ordinals map[string]int
	done     map[string]bool // images that were added to or dropped
	// last is the last asset of each picture, which gets new regions.
	last    map[string]assetKey
	newTags []string
}

func (p *patcher) project(e *jsontext.Editor, set *jsonfiles.Set, file string, pr *project) error {
	var like jsontext.Node // a region to be imitated
	for id, a := range pr.assets.Members() {
		path := find(set, file, a.Get("asset"))
		if path == "" {
			continue
		}
		into := e
		if p.keyed.Dropped[path] {
			p.done[path] = true
			e.RemoveMember(pr.assets, id)
			into = jsontext.NewEditor() // so that its regions are counted
		}
		list := a.Get("regions")
		for i, n := range list.Elements() {
			r, skip := readRegion(n)
			if skip != (kind{}) {
				continue
			}
			like = n
			if err := p.region(into, list, i, r, path); err != nil {
				return fmt.Errorf("region %d of %s: %w", i+1, source.Show(path), err)
			}
		}
		if add := p.keyed.Added[path]; len(add) > 0 && p.last[path] == (assetKey{file, id}) && !p.done[path] {
			p.done[path] = true
			if err := p.add(e, a, list, path, add, like); err != nil {
				return fmt.Errorf("an object cannot be added to %s: %w", source.Show(path), err)
			}
		}
	}
	if pr.tags.Kind() == jsontext.Array {
		for _, tag := range p.newTags {
			if !slices.Contains(pr.names, tag) {
				pr.names = append(pr.names, tag)
				e.Append(pr.tags, fmt.Appendf(nil, `{"name": %s, "color": "#808080"}`, jsontext.Quote(tag, jsontext.ASCII(pr.tags.Raw()))))
			}
		}
	}
	return nil
}

func (p *patcher) region(e *jsontext.Editor, list jsontext.Node, i int, r *region, path string) error {
	deleted := 0
	tags := r.node.Get("tags")
	for k, tag := range r.tags {
		key := dataset.Key{Image: path, Ordinal: p.ordinals[path]}
		p.ordinals[path]++
		for _, c := range p.keyed.Take(key) {
			switch c.Action {
			case dataset.SetClass:
				if old := p.ds.Classes[c.From]; old != tag {
					return fmt.Errorf("its tag is %q and was %q; the file has changed since it was read, so check it again", tag, old)
				}
				e.Replace(tags.At(k), p.tag(c.To, r.node))
			case dataset.DeleteObject:
				deleted++
				e.Remove(tags, k)
			case dataset.MoveObject:
				if len(r.tags) > 1 {
					return errShared
				}
				if err := r.move(e, c.Geometry); err != nil {
					return err
				}
			default:
				return errAttribute
			}
		}
	}
	if deleted == len(r.tags) {
		e.Remove(list, i)
	}
	return nil
}

// tag spells the name of a class and notes that it has to be a tag.
func (p *patcher) tag(class int, near jsontext.Node) []byte {
	name := p.ds.Classes[class]
	p.newTags = append(p.newTags, name)
	return jsontext.Quote(name, jsontext.ASCII(near.Raw()))
}

// corners are those of a box as VoTT lists them.
func corners(b dataset.Box) []float64 {
	x, y := b.X+b.W, b.Y+b.H
	return []float64{b.X, b.Y, x, b.Y, x, y, b.X, y}
}

// shape returns the type of a geometry, its points and the box around them.
func shape(g dataset.Geometry) (kind string, points []float64, box dataset.Box, err error) {
	switch g := g.(type) {
	case dataset.Box:
		return rectangle, corners(g), g, nil
	case dataset.Polygon:
		if len(g.Parts) == 1 && len(g.Parts[0]) >= 2 {
			return polygon, g.Parts[0], dataset.Polygon{Parts: g.Parts}.Bounds(), nil
		}
	}
	return "", nil, dataset.Box{}, errShape
}

// move gives the region another place: its box and its points.
func (r *region) move(e *jsontext.Editor, g dataset.Geometry) error {
	kind, points, box, err := shape(g)
	if err != nil {
		return err
	}
	if square := r.kind == "SQUARE" && kind == rectangle && box.W == box.H; r.kind != kind && !square {
		e.SetMember(r.node, "type", jsontext.Quote(kind, true))
	}
	sizes := [4]float64{box.X, box.Y, box.W, box.H}
	if at := r.node.Get("boundingBox"); at.Kind() == jsontext.Object {
		for i, key := range sides {
			old := at.Get(key)
			if text := jsonfiles.Spell(sizes[i], old); old.Kind() != jsontext.Number || string(text) != string(old.Raw()) {
				e.SetMember(at, key, text)
			}
		}
	} else {
		e.SetMember(r.node, "boundingBox", boxText(box, at))
	}
	list := r.node.Get("points")
	usable := list.Len() == len(points)/2
	for _, v := range list.Elements() {
		usable = usable && v.Get("x").Kind() == jsontext.Number && v.Get("y").Kind() == jsontext.Number
	}
	if !usable {
		e.SetMember(r.node, "points", pointsText(points, list))
		return nil
	}
	for k, v := range list.Elements() {
		for axis, key := range []string{"x", "y"} {
			old := v.Get(key)
			if text := jsonfiles.Spell(points[2*k+axis], old); string(text) != string(old.Raw()) {
				e.Replace(old, text)
			}
		}
	}
	return nil
}

func boxText(b dataset.Box, like jsontext.Node) []byte {
	sizes := map[string]float64{"left": b.X, "top": b.Y, "width": b.W, "height": b.H}
	var order []string
	for key := range like.Members() {
		if _, ok := sizes[key]; ok && !slices.Contains(order, key) {
			order = append(order, key)
		}
	}
	if len(order) != len(sides) {
		order = sides[:]
	}
	text := []byte{'{'}
	for i, key := range order {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = fmt.Appendf(text, `"%s": %s`, key, jsonfiles.Spell(sizes[key], like.Get(key)))
	}
	return append(text, '}')
}

func pointsText(points []float64, like jsontext.Node) []byte {
	x := like.At(0).Get("x")
	text := []byte{'['}
	for i := 0; i+1 < len(points); i += 2 {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = fmt.Appendf(text, `{"x": %s, "y": %s}`, jsonfiles.Spell(points[i], x), jsonfiles.Spell(points[i+1], x))
	}
	return append(text, ']')
}

// add puts new regions into an asset.
func (p *patcher) add(e *jsontext.Editor, asset, list jsontext.Node, path string, add []dataset.Change, like jsontext.Node) error {
	var texts []byte
	for k, c := range add {
		kind, points, box, err := shape(c.Geometry)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %v", path, k, points))
		text := fmt.Appendf(nil, `{"id": "%s", "type": "%s", "tags": [%s], "boundingBox": %s, "points": %s}`,
			hex.EncodeToString(sum[:])[:9], kind, p.tag(c.To, asset), boxText(box, like.Get("boundingBox")), pointsText(points, like.Get("points")))
		if list.Kind() == jsontext.Array {
			e.Append(list, text)
			continue
		}
		if texts != nil {
			texts = append(texts, ", "...)
		}
		texts = append(texts, text...)
	}
	if texts != nil {
		e.SetMember(asset, "regions", fmt.Appendf(nil, "[%s]", texts))
	}
	return nil
}
