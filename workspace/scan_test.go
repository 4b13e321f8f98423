package workspace

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/errata-cv/errata/dataset"
)

func flowers() (*dataset.Dataset, *dataset.Index) {
	ds := &dataset.Dataset{
		Classes: []string{"rose", "tulip", "caf\xe9"},
		Images:  []dataset.Image{{Path: "a.png"}, {Path: "b\xff\n.png"}, {Path: "c.png"}},
		Annotations: []dataset.Annotation{
			{Image: 0, Class: 0}, {Image: 1, Class: 2}, {Image: 1, Class: 1},
		},
	}
	return ds, dataset.NewIndex(ds)
}

func sampleFindings() []dataset.Finding {
	return []dataset.Finding{
		{Kind: dataset.WrongClass, Image: 1, Annotation: 2, Class: 1, Score: .1, Probability: .9, Message: "It looks like caf\xe9.",
			Suggestion: &dataset.Suggestion{Action: dataset.SetClass, Class: 2}, Evidence: map[string]any{"p": []any{.25, .75}, "why": "near", "n": 3.0}},
		{Kind: dataset.ExactDuplicate, Image: 0, Annotation: dataset.None, Class: dataset.None, Others: []int{1, 2}, Probability: 1,
			Suggestion: &dataset.Suggestion{Action: dataset.DropImage, Class: dataset.None}},
		{Kind: dataset.RareClass, Image: dataset.None, Annotation: dataset.None, Class: 2, Score: 1. / 3, Message: "few"},
	}
}

func TestScanComesBack(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	if s, err := w.Scan(ctx); s != nil || err != nil {
		t.Fatalf("before the first scan there is %+v, %v", s, err)
	}
	ds, ix := flowers()
	want := &Scan{
		Time: time.Unix(0, 1234567890123456789).UTC(), DatasetKey: "k1", Params: json.RawMessage(`{"seed":1}`),
		Findings: Portable(ds, ix, sampleFindings()),
		Labels:   &Labels{Score: []float64{.1, 0, 1}, Probability: []float64{.9, math.Pi, math.Inf(1)}, Suggestion: []int32{2, dataset.None, 0}},
		Parts:    map[string]json.RawMessage{"summary": json.RawMessage(`{"errors":3}`), "labels": json.RawMessage(`[]`)},
	}
	for range 2 { // the second replaces the first
		id, err := w.PutScan(ctx, want)
		if err != nil {
			t.Fatal(err)
		}
		if id <= want.ID {
			t.Errorf("the scan after %d has the number %d", want.ID, id)
		}
		want.ID = id
	}
	w.Close()
	w = open(t, dir, Options{ReadOnly: true})
	got, err := w.Scan(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the scan is %+v\nwant %+v", got, want)
	}
	if back := Resolve(ds, ix, got.Findings); !reflect.DeepEqual(back, sampleFindings()) {
		t.Errorf("the findings are %+v", back)
	}
}

func TestFailedScanLeavesTheOldOne(t *testing.T) {
	w := open(t, t.TempDir(), Options{})
	if _, err := w.PutScan(ctx, &Scan{DatasetKey: "old", Findings: []Finding{{Kind: dataset.Dark, Image: "a.png", Ordinal: -1}}}); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]*Scan{
		"evidence that is no number": {Findings: []Finding{{Evidence: map[string]any{"p": math.NaN()}}}},
		"columns of unequal length":  {Labels: &Labels{Score: []float64{1}}},
	} {
		if _, err := w.PutScan(ctx, bad); err == nil {
			t.Errorf("%s was stored", name)
		}
	}
	if s, err := w.Scan(ctx); err != nil || s.DatasetKey != "old" || len(s.Findings) != 1 {
		t.Errorf("the scan is %+v, %v", s, err)
	}
}

func TestResolveLeavesOutWhatIsGone(t *testing.T) {
	ds, ix := flowers()
	stored := Portable(ds, ix, sampleFindings())
	less := &dataset.Dataset{Classes: []string{"tulip", "rose"}, Images: ds.Images[:2], Annotations: ds.Annotations[:1]}
	got := Resolve(less, dataset.NewIndex(less), stored)
	// The label of b and the class it should have had are gone.
	if len(got) != 2 || got[0].Kind != dataset.ExactDuplicate || !reflect.DeepEqual(got[0].Others, []int{1}) || got[1].Class != dataset.None {
		t.Errorf("left are %+v", got)
	}
}

func BenchmarkScan100k(b *testing.B) {
	w := open(b, b.TempDir(), Options{})
	s := &Scan{Labels: &Labels{Score: make([]float64, 1e6), Probability: make([]float64, 1e6), Suggestion: make([]int32, 1e6)}}
	for i := range 100_000 {
		s.Findings = append(s.Findings, Finding{ID: fmt.Sprintf("%016x", i), Kind: dataset.WrongClass, Image: fmt.Sprintf("train/airplane/%06d.png", i),
			Class: "airplane", Action: dataset.SetClass, Suggestion: "ship", Score: .1, Probability: .9,
			Evidence: map[string]any{"given": .05, "suggested": .9}, Message: "It looks like a ship."})
	}
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.PutScan(ctx, s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Scan(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}
