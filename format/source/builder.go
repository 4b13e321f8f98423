package source

import (
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// A Builder makes a dataset while a source is read: it numbers images and
// classes and keeps paths unique.
type Builder struct {
	*dataset.Dataset
	classes map[string]int
	images  map[string]int
	// counts are the annotations of each image.
	counts []int
	fixed  bool
	// undefined are the classes that annotations name and no list has.
	undefined map[string]bool
}

// NewBuilder starts a dataset. Classes of the options come first and are the
// only ones that are defined.
func NewBuilder(ds *dataset.Dataset, o Options) (*Builder, error) {
	b := &Builder{Dataset: ds, classes: map[string]int{}, images: map[string]int{}, undefined: map[string]bool{}}
	for _, c := range o.Classes {
		if _, twice := b.classes[c]; twice {
			return nil, fmt.Errorf("the list of classes names %q twice", c)
		}
		b.DefineClass(c)
	}
	b.fixed = len(o.Classes) > 0
	return b, nil
}

// DefineClass returns the number of a class that the source lists, adding it
// when it is new.
func (b *Builder) DefineClass(name string) int {
	delete(b.undefined, name)
	return b.add(name)
}

func (b *Builder) add(name string) int {
	c, ok := b.classes[name]
	if !ok {
		c = len(b.Classes)
		b.classes[name] = c
		b.Classes = append(b.Classes, name)
	}
	return c
}

// Class returns the number of a class that an annotation names. Defined is
// false when the source or the person has a list of classes and it is not on
// it; it becomes a class all the same, so that the annotation keeps its place,
// and the caller adds a problem of the kind undefined-class.
func (b *Builder) Class(name string, listed bool) (class int, defined bool) {
	if c, ok := b.classes[name]; ok {
		return c, !b.undefined[name]
	}
	if listed || b.fixed {
		b.undefined[name] = true
	}
	return b.add(name), !b.undefined[name]
}

// Image adds an image, or returns the number of the one that has the path
// already.
func (b *Builder) Image(im dataset.Image) (image int, fresh bool) {
	if i, ok := b.images[im.Path]; ok {
		return i, false
	}
	i := len(b.Images)
	b.images[im.Path] = i
	b.Images = append(b.Images, im)
	b.counts = append(b.counts, 0)
	return i, true
}

// Annotate adds an annotation and returns the number that its image counts it
// by, from 1, for problems.
func (b *Builder) Annotate(a dataset.Annotation) (ordinal int) {
	b.Annotations = append(b.Annotations, a)
	b.counts[a.Image]++
	return b.counts[a.Image]
}

// Problem adds a problem.
func (b *Builder) Problem(kind dataset.Kind, image string, ordinal int, place, format string, args ...any) {
	b.Problems = append(b.Problems, dataset.Problem{
		Kind: kind, Image: image, Ordinal: ordinal, Place: place, Message: fmt.Sprintf(format, args...),
	})
}

// Done returns the dataset, cut to the split that the options ask for. Sorts
// nothing: the order is that of the source.
func (b *Builder) Done(o Options) (*dataset.Dataset, error) {
	if o.Split != "" {
		if err := KeepSplit(b.Dataset, o.Split); err != nil {
			return nil, err
		}
	}
	b.Images = slices.Clip(b.Images)
	b.Annotations = slices.Clip(b.Annotations)
	return b.Dataset, nil
}
