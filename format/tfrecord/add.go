package tfrecord

import (
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// add puts an object, or a class of the whole picture, behind the others.
func (c *correction) add(ch dataset.Change) error {
	names, n := c.imageNaming(), c.whole
	if ch.Geometry != nil {
		names, n = objectNaming, c.objects
	}
	class := c.ds.Classes[ch.To]
	old := classRef{place: -1}
	if n > 0 {
		_, old = c.classOf(names, 0, n, c.labels)
	}
	text, id, hasID := c.spell(class, old)
	done := map[string]bool{names.text: true, names.label: true}
	if len(c.ints(names.label)) == n && (n > 0 || hasID) {
		if !hasID {
			return c.noNumber(class)
		}
		f := c.example.edit(names.label, intList)
		f.ints = append(f.ints, id)
	}
	if len(c.bytes(names.text)) == n && names.label != "label" {
		f := c.example.edit(names.text, bytesList)
		f.bytes = append(f.bytes, []byte(text))
	}
	if ch.Geometry == nil {
		c.whole++
		c.of = slices.Insert(slices.Clone(c.of), c.whole-1, dataset.None)
		return nil
	}
	if c.w == 0 {
		return fmt.Errorf("the size of the picture is unknown, so a box cannot be written")
	}
	if err := c.place4(ch.Geometry, n, done); err != nil {
		return err
	}
	for _, name := range c.example.names {
		f := c.features[name]
		if done[name] || n == 0 || f.len() == 0 || f.len()%n != 0 || !strings.HasPrefix(name, objects) {
			continue
		}
		f.changed = true
		for range f.len() / n {
			switch f.kind {
			case bytesList:
				f.bytes = append(f.bytes, nil)
			case floatList:
				f.floats = append(f.floats, 0)
			case intList:
				f.ints = append(f.ints, 0)
			}
		}
	}
	c.objects++
	c.of = append(slices.Clone(c.of), dataset.None)
	return nil
}

// place4 appends the box of a new object behind n others, and its mask.
func (c *correction) place4(g dataset.Geometry, n int, done map[string]bool) error {
	switch g := g.(type) {
	case dataset.Box:
	case dataset.Mask:
		data, err := encodeMask(g)
		if err != nil {
			return err
		}
		if len(c.bytes(maskPNG)) != n || g.Width != int(c.w) || g.Height != int(c.h) {
			return fmt.Errorf("the objects of its record have no masks, or the mask has another size; add a box")
		}
		f := c.example.edit(maskPNG, bytesList)
		f.bytes = append(f.bytes, data)
		done[maskPNG] = true
	default:
		return fmt.Errorf("records hold upright boxes and masks only")
	}
	for s, v := range c.shares(g.Bounds()) {
		f := c.example.edit(sides[s], floatList)
		f.floats = append(f.floats, v)
		done[sides[s]] = true
	}
	return nil
}

// remove takes entry i of the image out of all lists with a value for each.
func (c *correction) remove(i int) error {
	names, at, n := c.naming(i)
	if i < c.whole {
		for _, name := range []string{names.text, names.label} {
			if f := c.features[name]; f.len() == n {
				f.cut(at, 1)
			}
		}
		c.whole--
		return nil
	}
	for _, name := range c.example.names {
		f := c.features[name]
		if !strings.HasPrefix(name, objects) || f.len() == 0 {
			continue
		}
		if f.len()%n != 0 {
			return fmt.Errorf("the list %s has %d values for %d objects, so it is not clear which of them go with the object; correct the record first", name, f.len(), n)
		}
		f.cut(at, f.len()/n)
	}
	c.objects--
	return nil
}

// cut takes the values of entry i out, k for each.
func (ft *feature) cut(i, k int) {
	ft.changed = true
	switch ft.kind {
	case bytesList:
		ft.bytes = slices.Delete(slices.Clone(ft.bytes), i*k, i*k+k)
	case floatList:
		ft.floats = slices.Delete(ft.floats, i*k, i*k+k)
	case intList:
		ft.ints = slices.Delete(ft.ints, i*k, i*k+k)
	}
}
