package coco

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Patch works out the edits of the JSON files and which PNG files are painted
// anew.
func (panopticFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	_, base, files, err := panopticFiles(ds.Source)
	if err != nil {
		return nil, err
	}
	out := &source.Patch{Root: base}
	if len(changes) == 0 {
		return out, nil
	}
	p := newPatcher(ds, base, files, changes)
	paths := resolvers(source.OpenAlbum(ds.Root), base, files)
	for i, f := range files {
		p.index = i
		if err := p.panoptic(ctx, paths[i], out); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(f.name), err)
		}
	}
	slices.SortFunc(out.Files, func(a, b source.FilePatch) int { return cmp.Compare(a.Name, b.Name) })
	return out, p.missed()
}

// panoptic works out the edits of one JSON file and its PNG files.
func (p *patcher) panoptic(ctx context.Context, paths *resolver, out *source.Patch) error {
	if err := p.survey(ctx, paths); err != nil {
		return err
	}
	full := filepath.Join(p.base, filepath.FromSlash(p.files[p.index].name))
	listed := len(p.ints)+len(p.texts) > 0
	p.editor = jsontext.NewEditor()
	lists := map[string]*jsontext.ArrayEditor{}
	records := "" // the list of them
	begin := func(key string, offset int64) error {
		lists[key] = p.editor.Array(offset)
		if key == "annotations" || key == "" {
			records = key
		}
		return nil
	}
	err := panels(ctx, full, func(i int, n jsontext.Node) error {
		keep, err := p.panel(ctx, n, listed, paths, out)
		if err != nil {
			return err
		}
		list := lists[records]
		switch {
		case keep && list != nil:
			list.Keep(n)
		case list != nil:
			list.Remove(n)
		case !keep:
			return errors.New("the only image of a file cannot be dropped; delete the file instead")
		}
		return nil
	}, jsontext.Handler{
		Begin: begin,
		Element: func(key string, i int, n jsontext.Node) error {
			if key == "images" {
				if p.dropped[i] {
					lists[key].Remove(n)
				} else {
					lists[key].Keep(n)
				}
			}
			return nil
		},
		End: func(key string, offset int64) error {
			if key == "images" || key == records {
				lists[key].End(offset)
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	return out.Edit(ctx, p.files[p.index].name, p.editor.Edits(), true)
}

// painting is the PNG of an image while it is corrected.
type painting struct {
	name   string
	before []byte
	*colours
	// was are the numbers of the pixels before.
	was []uint32
}

func (p *patcher) open(record *panel) (*painting, error) {
	rel, err := findMask(p.base, maskFolders(p.files[p.index].name), record.name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(p.base, filepath.FromSlash(rel)))
	if err != nil {
		return nil, err
	}
	c, err := decodeColours(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.Show(rel), err)
	}
	return &painting{name: rel, before: data, colours: c, was: slices.Clone(c.ids)}, nil
}

// panel makes the changes of one image; it returns whether its record stays.
func (p *patcher) panel(ctx context.Context, n jsontext.Node, listed bool, paths *resolver, out *source.Patch) (keep bool, err error) {
	record, why := panelOf(n)
	if why != "" {
		return true, nil
	}
	t := p.aimed(n.Get("image_id"))
	if !listed && t == nil {
		where, _ := paths.path(pictureOf(record.name), p.files[p.index].split)
		if t = p.targets[where]; t != nil && t.file < 0 {
			t.file = p.index
		}
	}
	if t == nil {
		return true, nil
	}
	if t.dropped {
		if rel, err := findMask(p.base, maskFolders(p.files[p.index].name), record.name); err == nil {
			out.Moves = append(out.Moves, source.Move{From: rel, To: rel, Drop: true})
		}
		return false, nil
	}
	var canvas *painting
	paint := func() (*painting, error) {
		if canvas == nil {
			if canvas, err = p.open(record); err != nil {
				return nil, err
			}
		}
		return canvas, nil
	}
	segments := n.Get("segments_info")
	var kept []keptSegment
	for j, s := range segments.Elements() {
		if s.Kind() != jsontext.Object {
			continue
		}
		rec := recordOf(s)
		key := dataset.Key{Image: t.path, Ordinal: t.seen}
		t.seen++
		id, _ := rec.id.Int()
		stays := true
		for _, c := range p.keyed.Take(key) {
			a := &p.ds.Annotations[c.Annotation]
			if class, defined := p.classes.names[idText(rec.category)]; idText(rec.id) != a.ID || defined && class != p.ds.Classes[a.Class] {
				return false, fmt.Errorf("the segment %s of %s is another one now; the file has changed since it was read, so check it again", source.Show(a.ID), source.Show(t.path))
			}
			switch c.Action {
			case dataset.DeleteObject:
				on, err := paint()
				if err != nil {
					return false, err
				}
				on.erase(uint32(id))
				p.editor.Remove(segments, j)
				stays = false
			case dataset.MoveObject:
				on, err := paint()
				if err != nil {
					return false, err
				}
				m, err := on.maskOf(c.Geometry)
				if err != nil {
					return false, err
				}
				on.paint(uint32(id), m)
			default:
				if err := p.change(&rec, c); err != nil {
					return false, err
				}
			}
		}
		if stays {
			kept = append(kept, keptSegment{rec, uint32(id)})
		}
	}
	for _, c := range t.added {
		on, err := paint()
		if err != nil {
			return false, err
		}
		text, err := p.newSegment(on, c, segments)
		if err != nil {
			return false, err
		}
		p.editor.Append(segments, text)
	}
	t.added = nil // the image may have a further record
	if canvas == nil {
		return true, nil
	}
	p.measure(canvas, kept)
	data, err := canvas.encode()
	if err != nil {
		return false, err
	}
	f, err := source.EditFile(ctx, p.base, canvas.name, []source.Edit{{Old: canvas.before, New: data}}, false)
	if err != nil {
		return false, err
	}
	if len(f.Edits) > 0 {
		out.Files = append(out.Files, *f)
	}
	return true, nil
}

// keptSegment is a segment that stays.
type keptSegment struct {
	record
	id uint32
}

// measure mends bbox and area of the segments that have other pixels now.
func (p *patcher) measure(on *painting, kept []keptSegment) {
	at := map[uint32]int{}
	for i, k := range kept {
		at[k.id] = i
	}
	other := map[uint32]bool{}
	for i, id := range on.ids {
		if was := on.was[i]; was != id {
			other[was], other[id] = true, true
		}
	}
	masks, _ := on.masks(at, len(kept))
	for i, k := range kept {
		if !other[k.id] || at[k.id] != i {
			continue
		}
		box := masks[i].Bounds()
		if k.area.Kind() == jsontext.Number {
			p.editor.Replace(k.area, jsonfiles.Spell(masks[i].Area(), k.area))
		}
		if _, boxed := k.box(); boxed {
			for j, v := range k.bbox.Elements() {
				p.editor.Replace(v, jsonfiles.Spell([4]float64{box.X, box.Y, box.W, box.H}[j], v))
			}
		}
	}
}

// maskOf returns the pixels of a geometry in the picture.
func (c *colours) maskOf(g dataset.Geometry) (dataset.Mask, error) {
	var m dataset.Mask
	switch g := g.(type) {
	case dataset.Mask:
		m = g
	case dataset.Polygon:
		m = g.Mask(c.width, c.height)
	case dataset.Box:
		m = g.Mask(c.width, c.height)
	case dataset.RotatedBox:
		m = dataset.Polygon{Parts: [][]float64{g.Corners()}}.Mask(c.width, c.height)
	default:
		return m, errors.New("a segment needs a place: a mask, a polygon or a box")
	}
	if m.Width != c.width || m.Height != c.height {
		return m, fmt.Errorf("the mask has %d × %d pixels and the PNG has %d × %d", m.Width, m.Height, c.width, c.height)
	}
	if m.Area() == 0 {
		return m, errors.New("a segment needs at least one pixel")
	}
	return m, m.Check()
}

// newSegment paints a new segment and spells its record with the members of its
// neighbours in their order.
func (p *patcher) newSegment(on *painting, c dataset.Change, segments jsontext.Node) ([]byte, error) {
	class, err := p.categoryID(c.To)
	if err != nil {
		return nil, err
	}
	m, err := on.maskOf(c.Geometry)
	if err != nil {
		return nil, err
	}
	taken := map[int64]bool{0: true}
	highest := int64(0)
	for _, s := range segments.Elements() {
		if id, ok := s.Get("id").Int(); ok {
			taken[id] = true
			highest = max(highest, id)
		}
	}
	for _, id := range on.ids {
		taken[int64(id)] = true
	}
	id := highest + 1
	for taken[id] || id < 1 || id >= 1<<24 {
		if id++; id >= 1<<24 {
			id = 1
		}
	}
	on.paint(uint32(id), m)
	m.Stated = dataset.Box{}
	b := m.Bounds()
	like := segments.At(0)
	values := map[string][]byte{
		"id":          strconv.AppendInt(nil, id, 10),
		"category_id": class,
		"iscrowd":     []byte("0"),
		"ignore":      []byte("0"),
		"area":        jsonfiles.Spell(m.Area(), like.Get("area")),
		"bbox":        list([]float64{b.X, b.Y, b.W, b.H}, like.Get("bbox").At(0)),
	}
	for _, key := range []string{"iscrowd", "ignore"} {
		if like.Get(key).Kind() == jsontext.Bool {
			values[key] = []byte("false")
		}
	}
	keys := []string{"id", "category_id", "iscrowd", "bbox", "area"}
	if like.Kind() == jsontext.Object {
		keys = nil
		for key := range like.Members() {
			keys = append(keys, key)
		}
		for _, key := range []string{"id", "category_id"} {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	var out []byte
	for _, key := range keys {
		if v := values[key]; v != nil {
			delete(values, key)
			if out = append(out, ','); len(out) == 1 {
				out[0] = '{'
			}
			out = append(append(append(out, jsontext.Quote(key, true)...), ':'), v...)
		}
	}
	return append(out, '}'), nil
}
