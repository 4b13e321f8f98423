package review

import (
	"reflect"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func setClass(c int) *dataset.Suggestion {
	return &dataset.Suggestion{Action: dataset.SetClass, Class: c}
}

var drop = &dataset.Suggestion{Action: dataset.DropImage, Class: dataset.None}

func TestDecide(t *testing.T) {
	ds, ix := sample()
	wrong := dataset.Finding{Kind: dataset.WrongClass, Image: 1, Annotation: 5, Class: 1, Suggestion: setClass(2), Probability: .9}
	twin := dataset.Finding{Kind: dataset.ExactDuplicate, Image: 1, Annotation: dataset.None, Suggestion: drop}
	dark := dataset.Finding{Kind: dataset.Dark, Image: 5, Annotation: dataset.None}
	rare := dataset.Finding{Kind: dataset.RareClass, Image: dataset.None, Annotation: dataset.None}
	at := dataset.Key{Image: "1", Ordinal: 1}
	for _, c := range []struct {
		f       dataset.Finding
		v       dataset.Verdict
		class   int
		want    dataset.Decision
		refused bool
	}{
		{wrong, dataset.Accept, -1, dataset.Decision{Target: at, Kind: "wrong-class", Verdict: "accept", Before: "dog", After: "owl", Probability: .9}, false},
		{wrong, dataset.Relabel, 0, dataset.Decision{Target: at, Kind: "wrong-class", Verdict: "relabel", Before: "dog", After: "cat", Probability: .9}, false},
		{wrong, dataset.Keep, -1, dataset.Decision{Target: at, Kind: "wrong-class", Verdict: "keep", Before: "dog", Probability: .9}, false},
		{twin, dataset.Accept, -1, dataset.Decision{Target: key("1"), Kind: "exact-duplicate", Verdict: "accept", Before: "cat"}, false},
		{dark, dataset.Drop, -1, dataset.Decision{Target: key("5"), Kind: "dark", Verdict: "drop"}, false},
		{dark, dataset.Accept, -1, dataset.Decision{}, true},
		{wrong, dataset.Relabel, 3, dataset.Decision{}, true},
		{wrong, dataset.Relabel, -1, dataset.Decision{}, true},
		{wrong, dataset.Keep, 0, dataset.Decision{}, true},
		{wrong, "love", -1, dataset.Decision{}, true},
		{rare, dataset.Keep, -1, dataset.Decision{}, true},
	} {
		got, err := Decide(ds, ix, &c.f, c.v, c.class)
		if got != c.want || (err != nil) != c.refused {
			t.Errorf("%s of %s gave %+v, %v", c.v, c.f.Kind, got, err)
		}
	}
}

func TestAuto(t *testing.T) {
	ds, ix := sample()
	wrong := func(a int, p float64) dataset.Finding {
		return dataset.Finding{Kind: dataset.WrongClass, Image: ds.Annotations[a].Image, Annotation: a, Suggestion: setClass(2), Probability: p}
	}
	twins := wrong(3, .95)
	twins.Kind, twins.Suggestion = dataset.InconsistentComponent, setClass(0)
	bare := wrong(4, 1)
	bare.Suggestion = nil
	copied := dataset.Finding{Kind: dataset.ExactDuplicate, Image: 0, Annotation: dataset.None, Suggestion: drop, Probability: .85}
	kept := copied
	kept.Image = 2
	findings := []dataset.Finding{wrong(1, .8), wrong(2, .9), wrong(3, .9), twins, bare, wrong(5, .7), copied, kept}
	j := newJournal(t)
	// A person has looked at the label of 1 (annotation 2), and at 2 as a copy.
	j.decide(say("1", "", dataset.Keep), say("2", dataset.ExactDuplicate, dataset.Keep))

	e, ok := j.state.Auto(ds, ix, findings, Policy{MinProbability: .8})
	want := []dataset.Decision{
		{Target: key("0"), Kind: dataset.WrongClass, Verdict: dataset.Accept, Before: "cat", After: "owl", Probability: .8},
		{Target: key("2"), Kind: dataset.InconsistentComponent, Verdict: dataset.Accept, Before: "dog", After: "cat", Probability: .95},
		{Target: key("0"), Kind: dataset.ExactDuplicate, Verdict: dataset.Accept, Before: "cat", Probability: .85},
	}
	if !ok || e.Who != AutoName || e.Op != "decide" || !reflect.DeepEqual(e.Decisions, want) {
		t.Fatalf("the entry is %+v, %v", e, ok)
	}
	j.put(e)
	if got := j.state.Effect(key("2")); got.Class != "cat" {
		t.Errorf("its effect is %+v", got)
	}
	// Its own decisions do not stand in its way, those of a person do.
	j.decide(say("2", dataset.WrongClass, dataset.Keep))
	if e, _ := j.state.Auto(ds, ix, findings, Policy{MinProbability: .8, Kinds: []dataset.Kind{dataset.WrongClass}}); len(e.Decisions) != 1 || e.Decisions[0] != want[0] {
		t.Errorf("the next entry is %+v", e)
	}
	if e, ok := j.state.Auto(ds, ix, findings, Policy{MinProbability: .99}); ok {
		t.Errorf("nothing is so probable, and yet %+v", e)
	}
}
