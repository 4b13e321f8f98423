package review

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// AutoName is who makes the decisions of [Auto].
const AutoName = "errata --auto"

// Decide spells an answer to a finding as a decision for the journal. Class is
// the new class of a Relabel, and dataset.None otherwise. Accept takes the
// suggestion of the finding, so it must have one.
func Decide(ds *dataset.Dataset, ix *dataset.Index, f *dataset.Finding, v dataset.Verdict, class int) (dataset.Decision, error) {
	target, before, err := target(ds, ix, f)
	if err != nil {
		return dataset.Decision{}, err
	}
	d := dataset.Decision{Target: target, Kind: f.Kind, Verdict: v, Before: before, Probability: f.Probability}
	if f.Annotation != dataset.None {
		d.Place = place(&ds.Annotations[f.Annotation])
	}
	switch v {
	case dataset.Accept:
		if f.Suggestion == nil {
			return dataset.Decision{}, fmt.Errorf("the %s finding on %s suggests nothing that could be accepted: keep it, relabel it or drop the image", f.Kind, target)
		}
		switch f.Suggestion.Action {
		case dataset.DropImage:
			if labelKinds[f.Kind] {
				d.Action = dataset.DropImage
			}
			return d, nil
		case dataset.DeleteObject:
			d.Action = dataset.DeleteObject
			return d, nil
		case dataset.MoveObject:
			d.Action, d.Geometry = dataset.MoveObject, &dataset.GeometryValue{Geometry: f.Suggestion.Geometry}
			return d, nil
		case dataset.SetClass:
		default:
			return dataset.Decision{}, fmt.Errorf("the suggestion %q of the %s finding on %s cannot be accepted here", f.Suggestion.Action, f.Kind, target)
		}
		class = f.Suggestion.Class
	case dataset.Relabel:
	case dataset.Keep, dataset.Drop, dataset.Unsure, dataset.Skip, dataset.Clear:
		if class != dataset.None {
			return dataset.Decision{}, fmt.Errorf("%q gives no class, and class %d was named", v, class)
		}
		return d, nil
	default:
		return dataset.Decision{}, fmt.Errorf("%q is no verdict", v)
	}
	if class < 0 || class >= len(ds.Classes) {
		return dataset.Decision{}, fmt.Errorf("class %d of %s is not one of the %d classes of the dataset", class, target, len(ds.Classes))
	}
	d.After = ds.Classes[class]
	return d, nil
}

// place returns the box around an object; nil for a label of a whole image, and
// where it holds no numbers.
func place(a *dataset.Annotation) *[4]float64 {
	if a.Geometry == nil {
		return nil
	}
	b := a.Geometry.Bounds()
	p := [4]float64{b.X, b.Y, b.W, b.H}
	for _, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return &p
}

// target returns what an answer to f speaks of, and the class that its label
// has now, empty when it has none.
func target(ds *dataset.Dataset, ix *dataset.Index, f *dataset.Finding) (k dataset.Key, before string, err error) {
	switch {
	case f.Annotation != dataset.None:
		return ix.Key(f.Annotation), ds.Classes[ds.Annotations[f.Annotation].Class], nil
	case f.Image != dataset.None:
		if of := ix.Annotations(f.Image); len(of) > 0 {
			before = ds.Classes[ds.Annotations[of[0]].Class]
		}
		return dataset.Key{Image: ds.Images[f.Image].Path}, before, nil
	}
	return k, "", fmt.Errorf("the %s finding speaks of the whole dataset, not of a label or picture that could be decided about", f.Kind)
}

// Policy says which suggestions [Auto] accepts.
type Policy struct {
	// MinProbability is the lowest probability of a finding that is accepted,
	// in [0,1].
	MinProbability float64
	// Kinds are the kinds accepted; nil means all.
	Kinds []dataset.Kind
}

// question is what a finding asks about its target: the label, which several
// kinds ask about, or whether the picture is of its kind.
type question struct {
	target dataset.Key
	kind   dataset.Kind // empty for the label
}

func asks(target dataset.Key, kind dataset.Kind) question {
	if labelKinds[kind] {
		kind = ""
	}
	return question{target, kind}
}

// Auto returns the entry that accepts the suggestions of the findings that p
// allows, in their order; ok is false when there are none. Labels, and kinds of
// findings on pictures, that a person has answered are left alone. Of several
// findings about one label the most probable is accepted, the first of equals.
func (s *State) Auto(ds *dataset.Dataset, ix *dataset.Index, findings []dataset.Finding, p Policy) (e dataset.Entry, ok bool) {
	best := map[question]int{}
	var candidates []int
	for i := range findings {
		f := &findings[i]
		if f.Suggestion == nil || f.Probability < p.MinProbability || p.Kinds != nil && !slices.Contains(p.Kinds, f.Kind) {
			continue
		}
		k, _, err := target(ds, ix, f)
		if err != nil || s.answered(asks(k, f.Kind)) {
			continue
		}
		candidates = append(candidates, i)
		if j, there := best[asks(k, f.Kind)]; !there || f.Probability > findings[j].Probability {
			best[asks(k, f.Kind)] = i
		}
	}
	e = dataset.Entry{Who: AutoName, Op: "decide"}
	for _, i := range candidates {
		d, err := Decide(ds, ix, &findings[i], dataset.Accept, dataset.None)
		if err == nil && best[asks(d.Target, d.Kind)] == i {
			e.Decisions = append(e.Decisions, d)
		}
	}
	return e, len(e.Decisions) > 0
}

// answered tells whether an answer of a person to the question stands.
func (s *State) answered(q question) bool {
	r, ok := s.newest[q.target]
	if !ok {
		return false
	}
	for ; r >= 0; r = s.records[r].prev {
		d := s.decision(r)
		if asks(d.Target, d.Kind) != q {
			continue
		}
		if now := s.standing(d.Target, d.Kind); now >= 0 && s.ops[s.records[now].op].who != AutoName {
			return true
		}
	}
	return false
}
