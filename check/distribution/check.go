package distribution

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// Check reports on all images of ds, whose index is ix.
func Check(ds *dataset.Dataset, ix *dataset.Index, o Options) *Report {
	return Collect(ds, ix, 0, len(ds.Images), o).Report()
}

// reporter gathers the entries of a report.
type reporter struct {
	*Partial
	names   []string // of the properties
	entries map[Name][]Entry
	tally   map[Name]int
	hist    map[*moments]*[bins]int
}

// Report finishes: it goes once more over the images collected and compares each
// annotation with all others.
func (p *Partial) Report() *Report {
	r := &reporter{Partial: p, names: properties(p.o.Task), entries: map[Name][]Entry{}, tally: map[Name]int{}, hist: map[*moments]*[bins]int{}}
	r.labels()
	r.attributes()
	r.images()
	r.annotations()
	out := &Report{Task: p.o.Task, Images: p.to - p.from, Annotations: p.total}
	for i := range p.classes {
		out.Classes = append(out.Classes, p.classes[i].count)
	}
	out.Properties = r.properties()
	for _, k := range kinds {
		if r.tally[k.name] == 0 {
			continue
		}
		slices.SortStableFunc(r.entries[k.name], func(a, b Entry) int {
			return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Attribute, b.Attribute), cmp.Compare(a.Value, b.Value))
		})
		out.Entries = append(out.Entries, r.entries[k.name]...)
		out.Tallies = append(out.Tallies, Tally{k.name, k.severity, r.tally[k.name]})
	}
	return out
}

// about is an entry that speaks of nothing yet.
func about() Entry {
	return Entry{Image: dataset.None, Annotation: dataset.None, Class: dataset.None}
}

func (r *reporter) add(n Name, e Entry, format string, args ...any) {
	r.tally[n]++
	if r.o.MaxEntries >= 0 && len(r.entries[n]) >= r.o.MaxEntries {
		return
	}
	e.Name, e.Message = n, fmt.Sprintf(format, args...)
	for _, k := range kinds {
		if k.name == n {
			e.Severity = k.severity
		}
	}
	r.entries[n] = append(r.entries[n], e)
}

// labels reports on the number of annotations of each class.
func (r *reporter) labels() {
	if len(r.classes) == 0 {
		r.add(MissingLabelCategories, about(), "The dataset has no classes.")
		return
	}
	least, most, found, last := math.MaxInt, 0, 0, 0
	for i := range r.classes {
		n, name := r.classes[i].count, r.ds.Classes[i]
		least, most = min(least, n), max(most, n)
		e := about()
		e.Class, e.Count = i, n
		if n == 0 {
			r.add(LabelDefinedButNotFound, e, "The class %q is defined and no annotation has it.", name)
			continue
		}
		found, last = found+1, i
		if n <= r.o.FewSamples {
			r.add(FewSamplesInLabel, e, "The class %q has %s only.", name, annotations(n))
		}
	}
	if found == 1 {
		e := about()
		e.Class = last
		r.add(OnlyOneLabel, e, "All annotations have the class %q.", r.ds.Classes[last])
	}
	if r.imbalanced(least, most) {
		r.add(ImbalancedLabels, about(), "The largest class has %d annotations, the smallest %d.", most, least)
	}
	for _, p := range r.ds.Problems {
		if p.Kind == dataset.UndefinedClass {
			r.add(UndefinedLabel, about(), "%s", p.Message)
		}
	}
}

func annotations(n int) string {
	if n == 1 {
		return "1 annotation"
	}
	return fmt.Sprintf("%d annotations", n)
}

// imbalanced compares as floating point numbers do: by nothing, all is more.
func (r *reporter) imbalanced(least, most int) bool {
	return least == 0 || float64(most)/float64(least) >= r.o.ImbalanceRatio
}

// defined tells whether an attribute is one of a class.
func (r *reporter) defined(name string) bool {
	return r.o.Attributes == nil || slices.Contains(r.o.Attributes, name)
}

// attributes reports on the values of each attribute of each class.
func (r *reporter) attributes() {
	for i := range r.classes {
		c := &r.classes[i]
		e := about()
		e.Class = i
		if c.count == 0 {
			continue
		}
		for _, name := range r.o.Attributes {
			if c.attributes[name] == nil {
				e.Attribute = name
				r.add(AttributeDefinedButNotFound, e, "No annotation of the class %q has the attribute %q.", r.ds.Classes[i], name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(c.attributes)) {
			if t := c.attributes[name]; r.defined(name) && !t.free {
				e.Attribute = name
				r.values(e, t)
			}
		}
	}
}

func (r *reporter) values(e Entry, t *attribute) {
	class := r.ds.Classes[e.Class]
	least, most := math.MaxInt, 0
	for _, name := range slices.Sorted(maps.Keys(t.values)) {
		n := t.values[name].count
		least, most = min(least, n), max(most, n)
		e.Value, e.Count = name, n
		if len(t.values) == 1 {
			r.add(OnlyOneAttributeValue, e, "The attribute %q of the class %q is %q wherever it is given.", e.Attribute, class, name)
		}
		if n <= r.o.FewSamples {
			r.add(FewSamplesInAttribute, e, "The attribute %q of the class %q is %q for %s only.", e.Attribute, class, name, annotations(n))
		}
	}
	e.Value, e.Count = "", 0
	if r.imbalanced(least, most) {
		r.add(ImbalancedAttribute, e, "Of the values of the attribute %q of the class %q the most frequent is there %d times, the rarest %d.", e.Attribute, class, most, least)
	}
}

// images reports on images without annotation or with several labels.
func (r *reporter) images() {
	counts := make([]int, r.to-r.from)
	for _, a := range r.each() {
		counts[a.Image-r.from]++
	}
	for i, n := range counts {
		e := about()
		e.Image, e.Count = r.from+i, n
		path := r.ds.Images[e.Image].Path
		switch {
		case n == 0:
			r.add(MissingAnnotation, e, "%s has no annotation.", path)
		case n > 1 && r.o.Task == Classification:
			r.add(MultiLabelAnnotations, e, "%s has %d labels.", path, n)
		}
	}
}

// annotations compares each annotation with all others.
func (r *reporter) annotations() {
	for i, a := range r.each() {
		e := about()
		e.Image, e.Annotation, e.Class = a.Image, i, a.Class
		r.attributesOf(e, a)
		if len(r.names) > 0 {
			r.sizeOf(e, a)
		}
	}
}

func (r *reporter) attributesOf(e Entry, a *dataset.Annotation) {
	path, class := r.ds.Images[a.Image].Path, r.ds.Classes[a.Class]
	has := func(name string) bool {
		return slices.ContainsFunc(a.Attributes, func(t dataset.Attribute) bool { return t.Name == name })
	}
	names := r.o.Attributes
	if names == nil && len(r.classes[a.Class].attributes) > len(a.Attributes) {
		names = slices.Sorted(maps.Keys(r.classes[a.Class].attributes))
	}
	for _, name := range names {
		if e.Attribute = name; !has(name) {
			r.add(MissingAttribute, e, "%s: an annotation of the class %q has no attribute %q.", path, class, name)
		}
	}
	for _, t := range a.Attributes {
		if e.Attribute = t.Name; !r.defined(t.Name) {
			r.add(UndefinedAttribute, e, "%s: an annotation of the class %q has the attribute %q, which is not defined.", path, class, t.Name)
		}
	}
}

func (r *reporter) sizeOf(e Entry, a *dataset.Annotation) {
	path := r.ds.Images[a.Image].Path
	size, invalid, negative := measured(a.Geometry)
	for _, name := range negative {
		e.Property, e.Number = name, size[slices.Index(r.names, name)]
		r.add(NegativeLength, e, "%s: the %s of an object is %.4g.", path, name, e.Number)
	}
	for _, name := range invalid {
		e.Property, e.Number = name, 0
		r.add(InvalidValue, e, "%s: the %s of an object is no finite number.", path, name)
	}
	if len(invalid)+len(negative) > 0 {
		return
	}
	c := &r.classes[a.Class]
	r.compare(FarFromLabelMean, e, &c.size, &size, path)
	for _, t := range a.Attributes {
		if at := c.attributes[t.Name]; r.defined(t.Name) && !at.free {
			e.Attribute, e.Value = t.Name, t.Value
			r.compare(FarFromAttrMean, e, &at.values[t.Value].size, &size, path)
		}
	}
}

// compare reports the properties that are far from the mean of others and puts
// all into their histograms.
func (r *reporter) compare(n Name, e Entry, of *[mostProperties]moments, size *values, path string) {
	for k, name := range r.names {
		m, v := &of[k], size[k]
		h := r.hist[m]
		if h == nil {
			h = new([bins]int)
			r.hist[m] = h
		}
		h[m.bin(v)]++
		if far := r.o.FarFromMean * m.deviation(); v > m.mean+far || v < m.mean-far {
			e.Property, e.Number, e.Mean = name, v, m.mean
			of := fmt.Sprintf("the class %q", r.ds.Classes[e.Class])
			if n == FarFromAttrMean {
				of += fmt.Sprintf(" with %s = %q", e.Attribute, e.Value)
			}
			r.add(n, e, "%s: the %s of an object is %.4g, far from the mean of %s, %.4g.", path, name, v, of, m.mean)
		}
	}
}

// properties lists the distributions and reports those in few bins.
func (r *reporter) properties() (out []Property) {
	put := func(n Name, p Property, size *[mostProperties]moments) {
		for k, name := range r.names {
			m := &size[k]
			if m.n == 0 {
				continue
			}
			p.Name, p.Count, p.Mean, p.Deviation, p.Min, p.Max, p.Histogram = name, m.n, m.mean, m.deviation(), m.min, m.max, *r.hist[m]
			out = append(out, p)
			if share := dominance(p.Histogram, r.o.TopBins); share >= r.o.Dominance {
				e := about()
				e.Class, e.Attribute, e.Value, e.Property, e.Count = p.Class, p.Attribute, p.Value, name, p.Count
				of := fmt.Sprintf("the class %q", r.ds.Classes[e.Class])
				if p.Attribute != "" {
					of += fmt.Sprintf(" with %s = %q", e.Attribute, e.Value)
				}
				r.add(n, e, "%.0f %% of the values of %s of %s are close together.", 100*share, name, of)
			}
		}
	}
	for i := range r.classes {
		c := &r.classes[i]
		put(ImbalancedDistInLabel, Property{Class: i}, &c.size)
		for _, name := range slices.Sorted(maps.Keys(c.attributes)) {
			if t := c.attributes[name]; r.defined(name) {
				for _, v := range slices.Sorted(maps.Keys(t.values)) {
					put(ImbalancedDistInAttribute, Property{Class: i, Attribute: name, Value: v}, &t.values[v].size)
				}
			}
		}
	}
	return out
}

// dominance is the share of the values that lie in the fullest bins.
func dominance(h [bins]int, top float64) float64 {
	counts := h[:]
	slices.Sort(counts)
	n := max(1, int(math.RoundToEven(bins*top)))
	all, in := 0, 0
	for i, c := range counts {
		all += c
		if i >= bins-n {
			in += c
		}
	}
	return float64(in) / float64(all)
}
