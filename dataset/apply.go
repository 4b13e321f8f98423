package dataset

import (
	"fmt"
	"slices"
)

// Apply returns ds as it is after the changes: the images and annotations that
// are left in their order, each added object behind the others of its image.
// Problems are not carried over. A change that does not fit to ds is an error.
// Changes of the same annotation are applied in their order.
func Apply(ds *Dataset, changes []Change) (*Dataset, error) {
	out := *ds
	out.Problems = nil
	annotations := slices.Clone(ds.Annotations)
	deleted := map[int]bool{}
	dropped := map[int]bool{}
	added := map[int][]Annotation{}
	for _, c := range changes {
		if err := c.Check(ds); err != nil {
			return nil, err
		}
		switch c.Action {
		case SetClass:
			annotations[c.Annotation].Class = c.To
		case MoveObject:
			a := &annotations[c.Annotation]
			a.Geometry, a.Area = c.Geometry, 0
		case SetAttribute:
			a := &annotations[c.Annotation]
			a.Attributes = slices.Clone(a.Attributes)
			if i := slices.IndexFunc(a.Attributes, func(t Attribute) bool { return t.Name == c.Attribute.Name }); i >= 0 {
				a.Attributes[i] = c.Attribute
			} else {
				a.Attributes = append(a.Attributes, c.Attribute)
			}
		case DeleteObject:
			deleted[c.Annotation] = true
		case DropImage:
			dropped[c.Image] = true
		case AddObject:
			added[c.Image] = append(added[c.Image], Annotation{Image: c.Image, Class: c.To, Geometry: c.Geometry})
		}
	}
	place := make([]int, len(ds.Images))
	out.Images = make([]Image, 0, len(ds.Images))
	last := make([]int, len(ds.Images)) // 1 + the last annotation of each image
	for i, a := range annotations {
		last[a.Image] = i + 1
	}
	for i, im := range ds.Images {
		place[i] = len(out.Images)
		if !dropped[i] {
			out.Images = append(out.Images, im)
		}
	}
	out.Annotations = make([]Annotation, 0, len(annotations))
	put := func(a Annotation) {
		a.Image = place[a.Image]
		out.Annotations = append(out.Annotations, a)
	}
	for i, a := range annotations {
		if !dropped[a.Image] && !deleted[i] {
			put(a)
		}
		if !dropped[a.Image] && last[a.Image] == i+1 {
			for _, n := range added[a.Image] {
				put(n)
			}
		}
	}
	for i := range ds.Images {
		if last[i] == 0 && !dropped[i] {
			for _, n := range added[i] {
				put(n)
			}
		}
	}
	return &out, nil
}

// Check returns an error when the change does not fit to ds.
func (c Change) Check(ds *Dataset) error {
	image := func() error {
		if c.Image < 0 || c.Image >= len(ds.Images) {
			return fmt.Errorf("a change speaks of image %d of %d", c.Image, len(ds.Images))
		}
		return nil
	}
	annotation := func() error {
		if c.Annotation < 0 || c.Annotation >= len(ds.Annotations) {
			return fmt.Errorf("a change speaks of annotation %d of %d", c.Annotation, len(ds.Annotations))
		}
		if ds.Annotations[c.Annotation].Image != c.Image {
			return fmt.Errorf("a change of annotation %d speaks of another image than its own", c.Annotation)
		}
		return nil
	}
	class := func() error {
		if c.To < 0 || c.To >= len(ds.Classes) {
			return fmt.Errorf("a change gives class %d of %d", c.To, len(ds.Classes))
		}
		return nil
	}
	steps := []func() error{image}
	switch c.Action {
	case DropImage:
	case SetClass:
		steps = append(steps, annotation, class, func() error {
			if a := ds.Annotations[c.Annotation]; a.Class != c.From {
				return fmt.Errorf("a change of %s does not fit: its class is %q; the dataset has changed since it was decided, so check it again", ds.Images[a.Image].Path, ds.Classes[a.Class])
			}
			return nil
		})
	case AddObject:
		steps = append(steps, class)
	case DeleteObject:
		steps = append(steps, annotation)
	case MoveObject:
		steps = append(steps, annotation, func() error {
			if c.Geometry == nil || ds.Annotations[c.Annotation].Geometry == nil {
				return fmt.Errorf("a change moves annotation %d, which is a label of the whole image or gets no place", c.Annotation)
			}
			return nil
		})
	case SetAttribute:
		steps = append(steps, annotation, func() error {
			if c.Attribute.Name == "" {
				return fmt.Errorf("a change sets an attribute without a name")
			}
			return nil
		})
	default:
		return fmt.Errorf("there is no action %q", c.Action)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
