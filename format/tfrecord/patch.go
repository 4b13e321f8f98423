package tfrecord

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher].
func (recordFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	o, ok := ds.Origin.(*origin)
	if !ok {
		return nil, fmt.Errorf("%s was not read from records; read it again", source.Show(ds.Name))
	}
	p := &source.Patch{Root: o.folder}
	byImage := map[int][]dataset.Change{}
	for _, c := range changes {
		byImage[c.Image] = append(byImage[c.Image], c)
	}
	images := make([]int, 0, len(byImage))
	for i := range byImage {
		images = append(images, i)
	}
	slices.Sort(images)
	ix := dataset.NewIndex(ds)
	edits := map[string][]source.Edit{}
	files := map[string]*os.File{}
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	for _, i := range images {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := ds.Images[i].Path
		at, ok := o.at[path]
		if !ok {
			return nil, fmt.Errorf("%s is in no record; read the dataset again", source.Show(path))
		}
		f := files[at.name]
		if f == nil {
			var err error
			if f, err = os.Open(filepath.Join(o.folder, filepath.FromSlash(at.name))); err != nil {
				return nil, fmt.Errorf("cannot read the records again: %w", err)
			}
			files[at.name] = f
		}
		data, err := readRecord(f, at.name, at.offset, at.size)
		if err != nil {
			return nil, err
		}
		c := &correction{ds: ds, origin: o, place: at, of: ix.Annotations(i)}
		more, err := c.edits(data, byImage[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(path), err)
		}
		edits[at.name] = append(edits[at.name], more...)
	}
	return p, p.EditAll(ctx, edits, false)
}

// A correction changes one record.
type correction struct {
	ds     *dataset.Dataset
	origin *origin
	place
	of []int // the annotations of the image

	*example
	whole, objects int   // how many of them it has
	deleted        []int // annotations
}

// edits returns the edits of the file for one record.
func (c *correction) edits(data []byte, changes []dataset.Change) ([]source.Edit, error) {
	if slices.ContainsFunc(changes, func(ch dataset.Change) bool { return ch.Action == dataset.DropImage }) {
		return []source.Edit{{Offset: c.offset - headSize, Old: slices.Concat(frameHead(len(data)), data, frameTail(data))}}, nil
	}
	var err error
	if c.example, err = parseExample(data); err != nil {
		return nil, err
	}
	c.whole = c.imageLabels()
	if c.objects, _ = c.objectCount(); c.w == 0 {
		c.objects = 0
	}
	if c.whole+c.objects != len(c.of) {
		return nil, fmt.Errorf("its record has other annotations than when it was read; read the dataset again")
	}
	for _, ch := range changes {
		if err := c.change(ch); err != nil {
			return nil, err
		}
	}
	entries := make([]int, len(c.deleted))
	for i, a := range c.deleted {
		entries[i] = slices.Index(c.of, a)
	}
	slices.Sort(entries)
	for _, i := range slices.Backward(entries) {
		if err := c.remove(i); err != nil {
			return nil, err
		}
	}
	if c.conflict != "" {
		return nil, fmt.Errorf("the list %s in its record holds values of an unexpected kind", c.conflict)
	}
	edits, record := weave(data, c.splices(), c.offset)
	if len(edits) == 0 {
		return nil, nil
	}
	if len(record) != len(data) {
		edits = append(edits, source.Edit{Offset: c.offset - headSize, Old: frameHead(len(data)), New: frameHead(len(record))})
	}
	return append(edits, source.Edit{Offset: c.offset + int64(len(data)), Old: frameTail(data), New: frameTail(record)}), nil
}

// naming returns the features that name the class of entry i of the image, its
// number among those of its kind, and their count.
func (c *correction) naming(i int) (names naming, at, n int) {
	if i < c.whole {
		return c.imageNaming(), i, c.whole
	}
	return objectNaming, i - c.whole, c.objects
}

// object returns the number of an annotation among the objects of its record.
func (c *correction) object(annotation int) (entry, object int) {
	entry = slices.Index(c.of, annotation)
	return entry, entry - c.whole
}

func (c *correction) change(ch dataset.Change) error {
	entry, object := c.object(ch.Annotation)
	switch ch.Action {
	case dataset.AddObject:
		return c.add(ch)
	case dataset.DeleteObject:
		c.deleted = append(c.deleted, ch.Annotation)
		return nil
	case dataset.SetClass:
		names, i, n := c.naming(entry)
		if class, _ := c.classOf(names, i, n, c.labels); class != c.ds.Classes[ch.From] {
			return fmt.Errorf("its record says %q and not %q any more; read the dataset again", class, c.ds.Classes[ch.From])
		}
		return c.setClass(names, i, n, c.ds.Classes[ch.To])
	case dataset.MoveObject:
		if object < 0 {
			return fmt.Errorf("a label of the whole picture has no place to move")
		}
		return c.move(object, ch.Geometry)
	case dataset.SetAttribute:
		name := objects + ch.Attribute.Name
		if object < 0 || !slices.Contains(c.attributeNames(c.objects), name) {
			return fmt.Errorf("its record has no list %s with a value for each object, so the attribute %q cannot be set", name, ch.Attribute.Name)
		}
		ft := c.example.edit(name, c.features[name].kind)
		if err := ft.set(object, ch.Attribute.Value); err != nil {
			return fmt.Errorf("the attribute %q cannot be set: %w", ch.Attribute.Name, err)
		}
	}
	return nil
}

// spell returns text and number of a class for records of this file; old is how
// the record named the class before.
func (c *correction) spell(class string, old classRef) (text string, id int64, hasID bool) {
	if m := c.labels; m != nil {
		if i, ok := m.byText[class]; ok {
			it := m.items[i]
			if old.place >= 0 && old.spelt && old.text == m.items[old.place].name && it.name != "" {
				return it.name, it.id, true
			}
			return it.class(), it.id, true
		}
		for _, it := range m.items {
			if it.class() == class {
				return class, it.id, true
			}
		}
	}
	id, hasID = c.origin.ids[class]
	return class, id, hasID
}

func (c *correction) noNumber(class string) error {
	if c.labels != nil {
		return fmt.Errorf("the label map %s has no class %q; add an item for it there first", source.Show(c.labels.file), class)
	}
	return fmt.Errorf("no record says which number the class %q has; write a label_map.pbtxt beside %s first", class, source.Show(c.name))
}

func (c *correction) setClass(names naming, i, n int, class string) error {
	_, old := c.classOf(names, i, n, c.labels)
	text, id, hasID := c.spell(class, old)
	if len(c.ints(names.label)) == n {
		if !hasID {
			return c.noNumber(class)
		}
		c.example.edit(names.label, intList).ints[i] = id
	}
	if len(c.bytes(names.text)) == n {
		c.example.edit(names.text, bytesList).bytes[i] = []byte(text)
	}
	if len(c.ints(names.label)) != n && len(c.bytes(names.text)) != n {
		return fmt.Errorf("its record has no list %s or %s with a class for each object", names.text, names.label)
	}
	return nil
}

// shares turns a box into sides, in the order of sides.
func (c *correction) shares(b dataset.Box) (out [4]float32) {
	return [4]float32{float32(b.X / c.w), float32(b.Y / c.h), float32((b.X + b.W) / c.w), float32((b.Y + b.H) / c.h)}
}

func (c *correction) move(i int, g dataset.Geometry) error {
	masks := c.bytes(maskPNG)
	hasMask := len(masks) == c.objects && len(masks[i]) > 0
	var box dataset.Box
	switch g := g.(type) {
	case dataset.Box:
		if hasMask {
			return fmt.Errorf("the object has a mask; correct it with a mask, not with a box")
		}
		box = g
	case dataset.Mask:
		if !hasMask {
			return fmt.Errorf("the object has a box only; a mask cannot take its place")
		}
		if g.Width != int(c.w) || g.Height != int(c.h) {
			return fmt.Errorf("the mask has another size than the picture")
		}
		data, err := encodeMask(g)
		if err != nil {
			return err
		}
		c.example.edit(maskPNG, bytesList).bytes[i] = data
		box = g.Bounds()
	default:
		return fmt.Errorf("records hold upright boxes and masks only")
	}
	old := corners(c.example.shares(i), c.w, c.h)
	want := [4]float64{box.X, box.Y, box.X + box.W, box.Y + box.H}
	fresh := c.shares(box)
	for s, name := range sides {
		if math.Abs(want[s]-old[s]) > 1e-9 {
			c.example.edit(name, floatList).floats[i] = fresh[s]
		}
	}
	// The stated area is that of the old place.
	if f := c.features[areaOf]; f.len() == c.objects && c.stated(areaOf, i, c.objects) != 0 {
		f = c.example.edit(areaOf, f.kind)
		switch f.kind {
		case floatList:
			f.floats[i] = float32(g.Area())
		case intList:
			f.ints[i] = int64(math.Round(g.Area()))
		}
	}
	return nil
}
