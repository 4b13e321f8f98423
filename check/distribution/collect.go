package distribution

import (
	"fmt"
	"iter"

	"github.com/errata-cv/errata/dataset"
)

// Options change the definitions; the zero value means the defaults of Datumaro.
type Options struct {
	// Task is the sort of annotations to report on; empty means TaskOf.
	Task Task
	// FewSamples is the largest number that is few; 0 means 1.
	FewSamples int
	// ImbalanceRatio of largest to smallest is out of balance; 0 means 50.
	ImbalanceRatio float64
	// FarFromMean in standard deviations is far; 0 means 5.
	FarFromMean float64
	// Dominance is the share of the values in the fullest bins that is uneven; 0
	// means 0.8. TopBins is the share of the bins looked at; 0 means 0.1.
	Dominance, TopBins float64
	// Attributes are the names defined for every class; nil means those that
	// occur with it.
	Attributes []string
	// MaxValues is the number of values above which an attribute is not compared;
	// 0 means 1000.
	MaxValues int
	// MaxEntries bounds the entries kept of each name; 0 means 1000, below zero
	// all are kept.
	MaxEntries int
}

func (o Options) withDefaults(ds *dataset.Dataset) Options {
	if o.Task == "" {
		o.Task = TaskOf(ds)
	}
	if o.FewSamples == 0 {
		o.FewSamples = 1
	}
	if o.MaxValues == 0 {
		o.MaxValues = 1000
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = 1000
	}
	for _, d := range []struct {
		v    *float64
		then float64
	}{{&o.ImbalanceRatio, 50}, {&o.FarFromMean, 5}, {&o.Dominance, 0.8}, {&o.TopBins, 0.1}} {
		if *d.v == 0 {
			*d.v = d.then
		}
	}
	return o
}

// Partial holds what is known of a range of images.
type Partial struct {
	ds      *dataset.Dataset
	ix      *dataset.Index
	o       Options
	from    int
	to      int
	total   int
	classes []class
}

// class is what is known of the annotations of one class.
type class struct {
	count      int
	size       [mostProperties]moments
	attributes map[string]*attribute
}

// attribute is what is known of an attribute of one class.
type attribute struct {
	count  int // of annotations that have it
	values map[string]*value
	free   bool // too many values, which are no longer kept
}

// value is what is known of the annotations of one class with one value.
type value struct {
	count int
	size  [mostProperties]moments
}

// Collect reads the annotations of the images from, to but not including to. The
// index is that of ds.
func Collect(ds *dataset.Dataset, ix *dataset.Index, from, to int, o Options) *Partial {
	p := &Partial{ds: ds, ix: ix, o: o.withDefaults(ds), from: from, to: to, classes: make([]class, len(ds.Classes))}
	n := len(properties(p.o.Task))
	for _, a := range p.each() {
		p.total++
		c := &p.classes[a.Class]
		c.count++
		var size values
		sound := false
		if n > 0 {
			var invalid, negative []string
			size, invalid, negative = measured(a.Geometry)
			sound = len(invalid)+len(negative) == 0
		}
		if sound {
			add(&c.size, &size, n)
		}
		for _, t := range a.Attributes {
			v := c.attribute(t.Name).value(t.Value, p.o.MaxValues)
			if v == nil {
				continue
			}
			v.count++
			if sound {
				add(&v.size, &size, n)
			}
		}
	}
	return p
}

// each lists the annotations of the task by image, with their index.
func (p *Partial) each() iter.Seq2[int, *dataset.Annotation] {
	return func(yield func(int, *dataset.Annotation) bool) {
		for image := p.from; image < p.to; image++ {
			for _, i := range p.ix.Annotations(image) {
				if a := &p.ds.Annotations[i]; taskOf(a.Geometry) == p.o.Task && !yield(i, a) {
					return
				}
			}
		}
	}
}

func add(to *[mostProperties]moments, size *values, n int) {
	for k := range n {
		to[k].add(size[k])
	}
}

func (c *class) attribute(name string) *attribute {
	if c.attributes == nil {
		c.attributes = map[string]*attribute{}
	}
	t := c.attributes[name]
	if t == nil {
		t = &attribute{values: map[string]*value{}}
		c.attributes[name] = t
	}
	t.count++
	return t
}

// value is nil when there are more than most.
func (t *attribute) value(name string, most int) *value {
	v := t.values[name]
	if v == nil && !t.free {
		if len(t.values) == most {
			t.free, t.values = true, nil
			return nil
		}
		v = &value{}
		t.values[name] = v
	}
	return v
}

// Merge adds what q knows of the images behind those of p. They must be of one
// dataset with the same options.
func (p *Partial) Merge(q *Partial) error {
	if p.ds != q.ds || p.to != q.from {
		return fmt.Errorf("images %d to %d and %d to %d cannot be put together: they must be neighbours of one dataset", p.from, p.to, q.from, q.to)
	}
	p.to = q.to
	p.total += q.total
	for i := range p.classes {
		c, d := &p.classes[i], &q.classes[i]
		c.count += d.count
		mergeSize(&c.size, &d.size)
		for name, u := range d.attributes {
			t := c.attribute(name)
			t.count += u.count - 1
			if u.free {
				t.free, t.values = true, nil
			}
			for name, w := range u.values {
				if v := t.value(name, p.o.MaxValues); v != nil {
					v.count += w.count
					mergeSize(&v.size, &w.size)
				}
			}
		}
	}
	return nil
}

func mergeSize(to, from *[mostProperties]moments) {
	for k := range to {
		to[k].merge(from[k])
	}
}
