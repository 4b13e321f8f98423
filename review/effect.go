package review

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Effect is what the answers about one target do to it.
type Effect struct {
	// Action is empty when they change nothing.
	Action dataset.Action
	// Class is the new class of SetClass, and Before the class that it had when
	// that was decided.
	Class, Before string
	// Geometry is the new place of MoveObject.
	Geometry *dataset.GeometryValue
	// Place is where the object was when it was decided, for objects.
	Place *[4]float64
}

// labelKinds are the kinds that speak of a label; the others speak of a picture.
// A label that was looked at without a finding has the empty kind.
var labelKinds = func() map[dataset.Kind]bool {
	m := map[dataset.Kind]bool{"": true}
	for _, k := range dataset.Kinds() {
		m[k.Kind] = k.Label
	}
	return m
}()

// Effect returns what the standing answers about a target do to it together.
// Answers about the picture and about the label are apart: a picture that any
// answer about it drops is dropped. Of the answers about the label, whatever
// their kind, the newest one counts that is not Unsure, so Keep also overrules
// an older Relabel that another kind of finding led to. Accept without a class
// accepts the suggestion to drop the image.
func (s *State) Effect(target dataset.Key) Effect {
	r, ok := s.newest[target]
	if !ok {
		return Effect{}
	}
	var seen [24]dataset.Kind
	n := 0
	label, labelDone := Effect{}, false
	for ; r >= 0; r = s.records[r].prev {
		d := s.decision(r)
		if !s.speaks(r) || slices.Contains(seen[:n], d.Kind) {
			continue
		}
		if n < len(seen) {
			seen[n] = d.Kind
			n++
		}
		switch {
		case !labelKinds[d.Kind]:
			if e := effect(d); e.Action == dataset.DropImage {
				return e
			}
		case !labelDone && d.Verdict != dataset.Unsure && d.Verdict != dataset.Clear:
			label, labelDone = effect(d), true
		}
	}
	return label
}

// effect returns what one decision does.
func effect(d *dataset.Decision) Effect {
	switch d.Verdict {
	case dataset.Drop:
		return Effect{Action: dataset.DropImage}
	case dataset.Accept, dataset.Relabel:
		if d.After != "" {
			return Effect{Action: dataset.SetClass, Class: d.After, Before: d.Before, Place: d.Place}
		}
		switch {
		case d.Verdict != dataset.Accept:
		case d.Action == dataset.DeleteObject || d.Action == dataset.MoveObject:
			return Effect{Action: d.Action, Before: d.Before, Geometry: d.Geometry, Place: d.Place}
		case d.Action == dataset.DropImage || !labelKinds[d.Kind]:
			return Effect{Action: dataset.DropImage}
		}
	}
	return Effect{}
}

// Orphan is an effect that cannot be applied because the dataset has changed
// since it was decided. It stays in the journal.
type Orphan struct {
	Target dataset.Key
	Effect Effect
	// Reason is a sentence.
	Reason string
}

// UnknownClassError says that decisions give labels a class that the dataset
// does not have.
type UnknownClassError struct {
	Class string
	// Target is the first label that would get it, and Count how many would.
	Target dataset.Key
	Count  int
}

func (e *UnknownClassError) Error() string {
	return fmt.Sprintf("the journal gives the class %q to %s (%d such decisions), and the dataset has no such class: add the class to the dataset, or undo these decisions", e.Class, e.Target, e.Count)
}

// Changes returns what the decisions change in ds, in the order of its images
// and then of its annotations. An image that is dropped has one change. A label
// that has its new class already needs none. Effects on what the dataset does
// not have any more, or on a label that the source has changed to something else
// meanwhile, come back as orphans in the order of their targets. A class that ds
// does not know gives an [*UnknownClassError].
func (s *State) Changes(ds *dataset.Dataset, ix *dataset.Index) ([]dataset.Change, []Orphan, error) {
	classes := make(map[string]int, len(ds.Classes))
	for i, name := range ds.Classes {
		classes[name] = i
	}
	var changes []dataset.Change
	var orphans []Orphan
	unknown := map[string]*UnknownClassError{}
	dropped := map[int]bool{}
	for target := range s.newest {
		e := s.Effect(target)
		if e.Action == "" {
			continue
		}
		image, there := ix.Image(target.Image)
		a, labelled := ix.Annotation(target)
		orphan := func(reason string, args ...any) {
			orphans = append(orphans, Orphan{target, e, fmt.Sprintf(reason, args...)})
		}
		switch {
		case !there:
			orphan("the dataset has no image %q any more", target.Image)
		case e.Action == dataset.DropImage:
			dropped[image] = true
		case !labelled:
			orphan("the image %q has %d labels now, and number %d was decided about", target.Image, len(ix.Annotations(image)), target.Ordinal+1)
		case e.Place != nil && !sameBox(*e.Place, place(&ds.Annotations[a])):
			orphan("the object number %d of %s is not where it was when it was decided about", target.Ordinal+1, target.Image)
		case e.Action == dataset.DeleteObject || e.Action == dataset.MoveObject:
			change := dataset.Change{Action: e.Action, Annotation: a, Image: image, From: dataset.None, To: dataset.None}
			if now := ds.Classes[ds.Annotations[a].Class]; e.Before != "" && e.Before != now {
				orphan("the class of object number %d of %s is %q now, and was %q when it was decided about", target.Ordinal+1, target.Image, now, e.Before)
				continue
			}
			if e.Geometry != nil {
				change.Geometry = e.Geometry.Geometry
			}
			changes = append(changes, change)
		default:
			from := ds.Annotations[a].Class
			to, known := classes[e.Class]
			switch now := ds.Classes[from]; {
			case !known:
				unknown[e.Class] = unknown[e.Class].add(e.Class, target)
			case from == to:
			case e.Before != "" && e.Before != now:
				orphan("the label of %s is %q now, and was %q when it was decided to be %q", target, now, e.Before, e.Class)
			default:
				changes = append(changes, dataset.Change{Action: dataset.SetClass, Annotation: a, Image: image, From: from, To: to})
			}
		}
	}
	if err := first(unknown); err != nil {
		return nil, nil, err
	}
	changes = slices.DeleteFunc(changes, func(c dataset.Change) bool { return dropped[c.Image] })
	for image := range dropped {
		changes = append(changes, dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, Image: image, From: dataset.None, To: dataset.None})
	}
	slices.SortFunc(changes, func(a, b dataset.Change) int {
		return cmp.Or(cmp.Compare(a.Image, b.Image), cmp.Compare(a.Annotation, b.Annotation))
	})
	slices.SortFunc(orphans, func(a, b Orphan) int { return compareKeys(a.Target, b.Target) })
	return changes, orphans, nil
}

// sameBox compares boxes with a tolerance for what formats round off.
func sameBox(a [4]float64, b *[4]float64) bool {
	if b == nil {
		return false
	}
	for i := range a {
		if math.Abs(a[i]-b[i]) > 0.01 {
			return false
		}
	}
	return true
}

// add counts one more target of a class, and keeps the first in order.
func (e *UnknownClassError) add(class string, target dataset.Key) *UnknownClassError {
	if e == nil {
		return &UnknownClassError{class, target, 1}
	}
	if compareKeys(target, e.Target) < 0 {
		e.Target = target
	}
	e.Count++
	return e
}

// first returns the error of the class that comes first by name, or nil.
func first(unknown map[string]*UnknownClassError) error {
	var out *UnknownClassError
	for _, e := range unknown {
		if out == nil || e.Class < out.Class {
			out = e
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func compareKeys(a, b dataset.Key) int {
	return cmp.Or(strings.Compare(a.Image, b.Image), cmp.Compare(a.Ordinal, b.Ordinal))
}
