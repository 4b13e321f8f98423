package coco

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// attributes returns the facts of an annotation that COCO has no member for.
func (r *reader) attributes(rec *record) []dataset.Attribute {
	var out []dataset.Attribute
	add := func(key []byte, v jsontext.Node) {
		if scalar(v) {
			out = append(out, dataset.Attribute{Name: r.word(string(key)), Value: r.word(v.String())})
		}
	}
	for key, v := range rec.node.Fields() {
		switch {
		case string(key) == "attributes" && v.Kind() == jsontext.Object:
			for key, v := range v.Fields() {
				add(key, v)
			}
		case !own(key) && v != rec.image && v != rec.category:
			add(key, v)
		}
	}
	return out
}

// word returns one copy of a text that is likely to come again.
func (r *reader) word(s string) string {
	if w, ok := r.words[s]; ok {
		return w
	}
	if len(r.words) < 1<<16 && len(s) < 256 {
		r.words[s] = s
	}
	return s
}

// repeated remarks the annotations of a file whose id another one had before.
func (r *reader) repeated(index int) {
	here := r.Annotations[r.done:]
	twice := r.ids.repeats(func(yield func(string)) {
		for i := range here {
			yield(here[i].ID)
		}
	})
	if len(twice) == 0 {
		return
	}
	seen := map[string]bool{}
	for i := range here {
		if id := here[i].ID; twice[id] {
			if seen[id] {
				r.remark(dataset.DuplicateID, r.done+i, "another annotation of %s has the id %s as well; ids must be unique", r.files[index].name, id)
			}
			seen[id] = true
		}
	}
}

func (r *reader) remark(kind dataset.Kind, annotation int, format string, args ...any) {
	if r.counts[kind]++; r.counts[kind] <= listed {
		r.remarks = append(r.remarks, remark{kind, annotation, fmt.Sprintf(format, args...)})
	}
}
