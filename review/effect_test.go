package review

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestEffect(t *testing.T) {
	none, drop := Effect{}, Effect{Action: dataset.DropImage}
	set := func(before, after string) Effect {
		return Effect{Action: dataset.SetClass, Class: after, Before: before}
	}
	accept := relabel("a", "cat", "dog")
	accept.Verdict = dataset.Accept
	byEye := dataset.Decision{Target: key("a"), Verdict: dataset.Relabel, Before: "cat", After: "fox"}
	twins := dataset.Decision{Target: key("a"), Kind: dataset.InconsistentComponent, Verdict: dataset.Accept, Before: "cat", After: "owl"}
	wrong, dark := dataset.WrongClass, dataset.Dark
	for name, c := range map[string]struct {
		decisions []dataset.Decision
		want      Effect
	}{
		"nothing":                            {nil, none},
		"relabel":                            {[]dataset.Decision{relabel("a", "cat", "dog")}, set("cat", "dog")},
		"accepted class":                     {[]dataset.Decision{accept}, set("cat", "dog")},
		"accepted removal":                   {[]dataset.Decision{say("a", dataset.ExactDuplicate, dataset.Accept)}, drop},
		"drop":                               {[]dataset.Decision{say("a", wrong, dataset.Drop)}, drop},
		"keep":                               {[]dataset.Decision{say("a", wrong, dataset.Keep)}, none},
		"picture kept does not keep label":   {[]dataset.Decision{relabel("a", "cat", "dog"), say("a", dark, dataset.Keep)}, set("cat", "dog")},
		"picture dropped, then relabelled":   {[]dataset.Decision{say("a", dark, dataset.Drop), relabel("a", "cat", "dog")}, drop},
		"relabelled, then picture dropped":   {[]dataset.Decision{relabel("a", "cat", "dog"), say("a", dark, dataset.Drop)}, drop},
		"picture dropped, then kept":         {[]dataset.Decision{say("a", dark, dataset.Drop), say("a", dark, dataset.Keep)}, none},
		"label dropped, then relabelled":     {[]dataset.Decision{say("a", wrong, dataset.Drop), relabel("a", "cat", "dog")}, set("cat", "dog")},
		"the newer kind of label wins":       {[]dataset.Decision{relabel("a", "cat", "dog"), twins}, set("cat", "owl")},
		"looked at by eye":                   {[]dataset.Decision{relabel("a", "cat", "dog"), byEye}, set("cat", "fox")},
		"kept by eye":                        {[]dataset.Decision{relabel("a", "cat", "dog"), say("a", "", dataset.Keep)}, none},
		"unsure by eye leaves the other":     {[]dataset.Decision{relabel("a", "cat", "dog"), say("a", "", dataset.Unsure)}, set("cat", "dog")},
		"unsure takes its own relabel back":  {[]dataset.Decision{relabel("a", "cat", "dog"), say("a", wrong, dataset.Unsure)}, none},
		"cleared by eye, the other comes up": {[]dataset.Decision{relabel("a", "cat", "dog"), byEye, say("a", "", dataset.Clear)}, set("cat", "dog")},
		"skip":                               {[]dataset.Decision{relabel("a", "cat", "dog"), say("a", wrong, dataset.Skip)}, set("cat", "dog")},
	} {
		t.Run(name, func(t *testing.T) {
			one := newJournal(t)
			for _, d := range c.decisions {
				one.decide(d)
			}
			all := newJournal(t)
			if c.decisions != nil {
				all.decide(c.decisions...)
			}
			for _, j := range []*journal{one, all} {
				if got := j.state.Effect(key("a")); got != c.want {
					t.Errorf("the effect is %+v, want %+v", got, c.want)
				}
			}
			for one.undo() {
			}
			if got := one.state.Effect(key("a")); got != none {
				t.Errorf("with all undone the effect is %+v", got)
			}
		})
	}
}

func sample() (*dataset.Dataset, *dataset.Index) {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog", "owl"}}
	for i := range 6 {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprint(i)})
	}
	// Image 1 has two labels, image 5 none.
	for _, a := range [][2]int{{4, 2}, {0, 0}, {1, 0}, {2, 1}, {3, 1}, {1, 1}} {
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: a[0], Class: a[1]})
	}
	return ds, dataset.NewIndex(ds)
}

func TestChanges(t *testing.T) {
	ds, ix := sample()
	j := newJournal(t)
	second := relabel("1", "dog", "owl")
	second.Target.Ordinal = 1
	third := second
	third.Target.Ordinal = 2
	j.decide(
		relabel("4", "owl", "cat"),
		second, third,
		relabel("2", "cat", "dog"),                    // is a dog by now
		relabel("3", "cat", "owl"),                    // was a cat, is a dog by now
		relabel("gone", "cat", "dog"),                 // no such image
		say("0", dataset.NearDuplicate, dataset.Drop), // and a relabel that goes with it
		relabel("0", "cat", "dog"),
		say("5", dataset.Unreadable, dataset.Drop),
		say("vanished", dataset.Dark, dataset.Drop),
		say("3", dataset.Dark, dataset.Keep),
	)
	changes, orphans, err := j.state.Changes(ds, ix)
	if err != nil {
		t.Fatal(err)
	}
	want := []dataset.Change{
		{Action: dataset.DropImage, Annotation: -1, Image: 0, From: -1, To: -1},
		{Action: dataset.SetClass, Annotation: 5, Image: 1, From: 1, To: 2},
		{Action: dataset.SetClass, Annotation: 0, Image: 4, From: 2, To: 0},
		{Action: dataset.DropImage, Annotation: -1, Image: 5, From: -1, To: -1},
	}
	if !reflect.DeepEqual(changes, want) {
		t.Errorf("the changes are %+v\nwant %+v", changes, want)
	}
	var got []string
	for _, o := range orphans {
		got = append(got, o.Target.String()+": "+o.Reason)
	}
	wantOrphans := []string{
		`1#2: the image "1" has 2 labels now, and number 3 was decided about`,
		`3: the label of 3 is "dog" now, and was "cat" when it was decided to be "owl"`,
		`gone: the dataset has no image "gone" any more`,
		`vanished: the dataset has no image "vanished" any more`,
	}
	if !reflect.DeepEqual(got, wantOrphans) {
		t.Errorf("the orphans are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wantOrphans, "\n"))
	}
}

func TestChangesNameUnknownClasses(t *testing.T) {
	ds, ix := sample()
	j := newJournal(t)
	j.decide(relabel("2", "dog", "tiger"), relabel("3", "dog", "zebra"), relabel("0", "cat", "tiger"))
	changes, _, err := j.state.Changes(ds, ix)
	var unknown *UnknownClassError
	if !errors.As(err, &unknown) || *unknown != (UnknownClassError{"tiger", key("0"), 2}) || changes != nil {
		t.Errorf("the error is %v with changes %v", err, changes)
	}
	j.undo()
	if changes, orphans, err := j.state.Changes(ds, ix); len(changes) != 0 || len(orphans) != 0 || err != nil {
		t.Errorf("with all undone: %v, %v, %v", changes, orphans, err)
	}
}

func BenchmarkChanges(b *testing.B) {
	const images, decided = 1_000_000, 100_000
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}}
	for i := range images {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("train/cat/%07d.png", i)})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i})
	}
	ix := dataset.NewIndex(ds)
	j := newJournal(b)
	j.decide(labels(decided)...)
	for b.Loop() {
		if c, o, err := j.state.Changes(ds, ix); len(c) != decided || len(o) != 0 || err != nil {
			b.Fatal(len(c), len(o), err)
		}
	}
}
