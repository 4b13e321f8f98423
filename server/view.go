package server

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/neighbor"
)

// ViewRequest says which labels or findings a view shows and in what order.
type ViewRequest struct {
	Kind           dataset.Kind `json:"kind,omitempty" doc:"Kind of finding; empty for all labels"`
	Given          *int         `json:"given,omitempty" doc:"Only this given class"`
	Suggested      *int         `json:"suggested,omitempty" doc:"Only this suggested class"`
	Split          string       `json:"split,omitempty" doc:"Only this split"`
	Text           string       `json:"text,omitempty" doc:"Only images whose path contains this, ignoring case"`
	Verdict        string       `json:"verdict,omitempty" enum:"any,undecided,decided" default:"any" doc:"Only labels in this state"`
	MinProbability float64      `json:"minProbability,omitempty" minimum:"0" maximum:"1" doc:"Only at or above this probability of an error"`
	Order          string       `json:"order,omitempty" enum:"similarity,probability" default:"similarity" doc:"Order inside a group"`
	Group          string       `json:"group,omitempty" enum:"pair,class,none" default:"pair" doc:"What groups share: given and suggested class, given class, or nothing"`
}

// Group is a run of a view whose items share their classes.
type Group struct {
	Title       string  `json:"title"`
	Given       int     `json:"given" doc:"Class, or -1"`
	Suggested   int     `json:"suggested" doc:"Class, or -1"`
	From        int     `json:"from" doc:"First position"`
	Count       int     `json:"count"`
	Probability float64 `json:"probability" doc:"Mean probability of an error"`
	Expected    float64 `json:"expected" doc:"Sum of the probabilities: the errors expected in it"`
	Examples    []int   `json:"examples" doc:"Images of the given class that are surely right, best first"`
}

// View is an ordered selection that never changes while it is open.
type View struct {
	ID     string  `json:"id"`
	Count  int     `json:"count"`
	Groups []Group `json:"groups"`

	kind  dataset.Kind
	items []item
}

// item is one tile. Indices are dataset.None where they do not apply.
type item struct {
	image, annotation, finding int32
	given, suggested           int32
	probability                float32
}

// maxTourGroup bounds the groups that are put into similarity order; larger
// ones are cut into runs of this size by probability first, so that the most
// doubtful labels come early and opening a view stays quick.
const maxTourGroup = 20000

// openView selects, groups and orders. The same request on the same journal
// gives the same view.
func (s *Server) openView(r ViewRequest) (*View, error) {
	if err := s.checkClasses(r.Given, r.Suggested); err != nil {
		return nil, err
	}
	if r.Kind != "" {
		if _, ok := r.Kind.Info(); !ok {
			return nil, fmt.Errorf("there is no kind of finding called %q", r.Kind)
		}
	}
	items := s.candidates(r.Kind)
	text := strings.ToLower(r.Text)
	kept := items[:0]
	for _, it := range items {
		im := &s.res.Dataset.Images[it.image]
		switch {
		case r.Given != nil && int(it.given) != *r.Given,
			r.Suggested != nil && int(it.suggested) != *r.Suggested,
			r.Split != "" && im.Split != r.Split,
			float64(it.probability) < r.MinProbability,
			text != "" && !strings.Contains(strings.ToLower(im.Path), text):
			continue
		}
		if r.Verdict == "undecided" || r.Verdict == "decided" {
			code, _ := s.verdict(r.Kind, it)
			if (code != verdictNone) != (r.Verdict == "decided") {
				continue
			}
		}
		kept = append(kept, it)
	}
	v := &View{kind: r.Kind, items: kept, Count: len(kept)}
	s.group(v, r)
	v.ID = s.viewID(r, v)
	return v, nil
}

// candidates lists every tile a kind has, as a fresh slice.
func (s *Server) candidates(kind dataset.Kind) []item {
	var out []item
	if kind == "" {
		out = make([]item, len(s.res.Dataset.Annotations))
		for i, a := range s.res.Dataset.Annotations {
			out[i] = item{image: int32(a.Image), annotation: int32(i), finding: dataset.None, given: int32(a.Class), suggested: dataset.None}
			if len(s.res.Labels) > 0 && s.res.Labels[i].Judged {
				out[i].probability = float32(s.res.Labels[i].Probability)
				out[i].suggested = int32(s.res.Labels[i].Suggestion)
			}
		}
		return out
	}
	for i := range s.res.Findings {
		f := &s.res.Findings[i]
		if f.Kind != kind || f.Image == dataset.None {
			continue
		}
		it := item{image: int32(f.Image), annotation: int32(f.Annotation), finding: int32(i), given: dataset.None, suggested: dataset.None, probability: float32(f.Probability)}
		if f.Annotation == dataset.None {
			if of := s.res.Index.Annotations(f.Image); len(of) > 0 {
				it.annotation = int32(of[0])
			}
		}
		if it.annotation != dataset.None {
			it.given = int32(s.res.Dataset.Annotations[it.annotation].Class)
		}
		it.suggested = suggestionCode(f.Suggestion)
		out = append(out, it)
	}
	return out
}

// group cuts the items of v into groups, puts the groups with the most expected
// errors first and orders each inside.
func (s *Server) group(v *View, r ViewRequest) {
	key := func(it item) [2]int32 {
		switch {
		case r.Group == "none":
			return [2]int32{dataset.None, dataset.None}
		case r.Group == "class" || v.kind == "":
			return [2]int32{it.given, dataset.None}
		default:
			return [2]int32{it.given, it.suggested}
		}
	}
	byKey := map[[2]int32][]item{}
	for _, it := range v.items {
		k := key(it)
		byKey[k] = append(byKey[k], it)
	}
	type bucket struct {
		key      [2]int32
		items    []item
		expected float64
	}
	buckets := make([]bucket, 0, len(byKey))
	for k, items := range byKey {
		b := bucket{key: k, items: items}
		for _, it := range items {
			b.expected += float64(it.probability)
		}
		buckets = append(buckets, b)
	}
	slices.SortFunc(buckets, func(a, b bucket) int {
		return cmp.Or(cmp.Compare(b.expected, a.expected), slices.Compare(a.key[:], b.key[:]))
	})
	v.items = v.items[:0]
	v.Groups = make([]Group, 0, len(buckets))
	for _, b := range buckets {
		s.order(v.kind, b.items, r.Order)
		g := Group{Given: int(b.key[0]), Suggested: int(b.key[1]), From: len(v.items), Count: len(b.items), Expected: b.expected, Probability: b.expected / float64(len(b.items)), Examples: s.examples(int(b.key[0]))}
		g.Title = s.groupTitle(v.kind, g)
		v.Groups = append(v.Groups, g)
		v.items = append(v.items, b.items...)
	}
}

func (s *Server) groupTitle(kind dataset.Kind, g Group) string {
	name := func(c int) string {
		if c < 0 {
			return suggestionName(int32(c))
		}
		return s.res.Dataset.Classes[c]
	}
	switch {
	case g.Given != dataset.None && g.Suggested != dataset.None:
		return name(g.Given) + " → " + name(g.Suggested)
	case g.Given != dataset.None:
		return name(g.Given)
	}
	if info, ok := kind.Info(); ok {
		return info.Title
	}
	return "All labels"
}

// order sorts the items of a group in place: by probability, or by a tour of
// look-alikes inside each band of probability.
func (s *Server) order(kind dataset.Kind, items []item, by string) {
	slices.SortStableFunc(items, func(a, b item) int {
		return cmp.Or(cmp.Compare(b.probability, a.probability), cmp.Compare(a.image, b.image), cmp.Compare(a.annotation, b.annotation))
	})
	if by == "probability" || s.res.Embedding == nil || s.res.Neighbors == nil {
		return
	}
	var bands []float32
	if kind != "" {
		bands = probabilityBands
	}
	for len(items) > 0 {
		n := min(maxTourGroup, band(items, bands))
		s.tour(items[:n])
		items = items[n:]
	}
}

// probabilityBands part the findings of a group: inside each, look-alikes stand
// together, and the labels that are rather wrong than right come first, so that
// one glance can accept a screen of them.
var probabilityBands = []float32{0.5, 0.2}

// band counts the items that share the band of the first one. Items are ordered
// by falling probability.
func band(items []item, bands []float32) int {
	level := func(p float32) int {
		return slices.IndexFunc(bands, func(least float32) bool { return p >= least })
	}
	first := level(items[0].probability)
	n := slices.IndexFunc(items, func(it item) bool { return level(it.probability) != first })
	if n < 0 {
		return len(items)
	}
	return n
}

// tour puts items into an order in which look-alikes stand together. Items of
// one image stay together.
func (s *Server) tour(items []item) {
	if len(items) < 3 {
		return
	}
	of := make(map[int32][]item, len(items))
	var members []int32
	for _, it := range items {
		if of[it.image] == nil {
			members = append(members, it.image)
		}
		of[it.image] = append(of[it.image], it)
	}
	slices.Sort(members)
	next := 0
	for _, m := range neighbor.Seriate(s.res.Embedding, members, s.res.Neighbors) {
		next += copy(items[next:], of[m])
	}
}

// viewID names the view by what it shows, so that its strips can be cached.
func (s *Server) viewID(r ViewRequest, v *View) string {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode(r) // a hash takes every write
	fmt.Fprint(h, s.started.UnixNano())
	for _, it := range v.items {
		h.Write([]byte{byte(it.image), byte(it.image >> 8), byte(it.image >> 16), byte(it.image >> 24)})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (s *Server) checkClasses(ids ...*int) error {
	for _, id := range ids {
		if id != nil && (*id < 0 || *id >= len(s.res.Dataset.Classes)) {
			return fmt.Errorf("class %d does not exist: the dataset has classes 0 to %d", *id, len(s.res.Dataset.Classes)-1)
		}
	}
	return nil
}
