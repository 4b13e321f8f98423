package dataset

import (
	"encoding/json"
	"testing"
)

func sample() *Dataset {
	return &Dataset{
		Classes: []string{"cat", "dog"},
		Images:  []Image{{Path: "a.png", Split: "train"}, {Path: "b\xff.png", Split: "val"}, {Path: "c.png", Split: "train"}},
		Annotations: []Annotation{
			{Image: 1, Class: 0}, {Image: 0, Class: 1}, {Image: 1, Class: 1},
		},
	}
}

func TestIndexRoundTrip(t *testing.T) {
	ds := sample()
	ix := NewIndex(ds)
	for a := range ds.Annotations {
		got, ok := ix.Annotation(ix.Key(a))
		if !ok || got != a {
			t.Errorf("annotation %d: key %v leads to %d, %v", a, ix.Key(a), got, ok)
		}
	}
	if got := ix.Key(2); got != (Key{"b\xff.png", 1}) {
		t.Errorf("second annotation of an image has key %v", got)
	}
	if got := ix.Annotations(2); len(got) != 0 {
		t.Errorf("image without annotation has %v", got)
	}
	for _, k := range []Key{{"a.png", 1}, {"a.png", -1}, {"nowhere.png", 0}} {
		if _, ok := ix.Annotation(k); ok {
			t.Errorf("%v was found", k)
		}
	}
}

func TestKeyJSONKeepsBytes(t *testing.T) {
	for _, k := range []Key{{"a b.png", 0}, {"b\xff.png", 3}, {"", 0}, {"ü/ñ\n.png", 1}} {
		b, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		var got Key
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if got != k {
			t.Errorf("%q came back as %q through %s", k, got, b)
		}
	}
}

func TestFindingIDIsStable(t *testing.T) {
	ds := sample()
	ix := NewIndex(ds)
	f := Finding{Kind: WrongClass, Image: 1, Annotation: 2, Score: .1}
	id := f.ID(ds, ix)
	f.Score, f.Probability = .5, .9
	if f.ID(ds, ix) != id {
		t.Error("the id changed with the score")
	}
	// Another image in front changes every index and no id.
	ds.Images = append([]Image{{Path: "0.png"}}, ds.Images...)
	for i := range ds.Annotations {
		ds.Annotations[i].Image++
	}
	f.Image++
	if f.ID(ds, NewIndex(ds)) != id {
		t.Error("the id changed when an image was added")
	}
	f.Kind = Dark
	if f.ID(ds, NewIndex(ds)) == id {
		t.Error("two kinds share an id")
	}
}

func TestSplitsAndCounts(t *testing.T) {
	ds := sample()
	if got := ds.Splits(); len(got) != 2 || got[0] != "train" || got[1] != "val" {
		t.Errorf("splits are %v", got)
	}
	if got := ds.ClassCounts(); got[0] != 1 || got[1] != 2 {
		t.Errorf("class counts are %v", got)
	}
}
