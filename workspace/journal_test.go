package workspace

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func decide(request string, keys ...dataset.Key) dataset.Entry {
	e := dataset.Entry{Who: "ann", Op: "decide", Request: request}
	for _, k := range keys {
		e.Decisions = append(e.Decisions, dataset.Decision{Target: k, Kind: dataset.WrongClass, Verdict: dataset.Relabel, Before: "cat", After: "d\xe9g", Probability: .75})
	}
	return e
}

func TestJournalKeepsEntries(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	var want []dataset.Entry
	for i, e := range []dataset.Entry{
		decide("", dataset.Key{Image: "a.png"}, dataset.Key{Image: "b\xff.png", Ordinal: 2}),
		decide("r1", dataset.Key{Image: ""}),
		{Who: "bob", Op: "undo", Of: 2},
		{Who: "bob", Op: "redo", Of: 2, Request: "r2"},
	} {
		got, err := w.Append(ctx, e)
		if err != nil {
			t.Fatal(err)
		}
		if got.Seq != int64(i+1) || got.Time.IsZero() {
			t.Errorf("entry %d got number %d and time %v", i+1, got.Seq, got.Time)
		}
		e.Seq, e.Time = got.Seq, got.Time
		if !reflect.DeepEqual(got, e) {
			t.Errorf("appended %+v\ncame back as %+v", e, got)
		}
		want = append(want, got)
	}
	again := decide("r1", dataset.Key{Image: "other.png"})
	if got, err := w.Append(ctx, again); err != nil || !reflect.DeepEqual(got, want[1]) {
		t.Errorf("a repeated request was answered with %+v, %v", got, err)
	}
	w.Close()
	w = open(t, dir, Options{ReadOnly: true})
	if got, err := w.Entries(ctx, 0); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the journal is %+v, %v", got, err)
	}
	if got, err := w.Entries(ctx, 3); err != nil || !reflect.DeepEqual(got, want[3:]) {
		t.Errorf("after 3 the journal is %+v, %v", got, err)
	}
	if _, err := w.Append(ctx, again); err == nil {
		t.Error("a reader appended")
	}
}

// Every field of a decision comes back: one that is forgotten here would change
// what a decision does when the program starts again.
func TestJournalKeepsAllFields(t *testing.T) {
	d := dataset.Decision{
		Target: dataset.Key{Image: "a.png", Ordinal: 3}, Kind: dataset.Artifact, Verdict: dataset.Accept, Before: "cat", After: "dog",
		Action: dataset.MoveObject, Geometry: &dataset.GeometryValue{Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5.5, 6}}}},
		Place: &[4]float64{1, 2, 3, 4.25}, Probability: .5,
	}
	for i := range reflect.ValueOf(d).NumField() {
		if reflect.ValueOf(d).Field(i).IsZero() {
			t.Fatalf("the test leaves %s empty", reflect.TypeOf(d).Field(i).Name)
		}
	}
	b, err := encodeDecisions([]dataset.Decision{d})
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeDecisions(b)
	if err != nil || !reflect.DeepEqual(got, []dataset.Decision{d}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestJournalRefusesNonsense(t *testing.T) {
	w := open(t, t.TempDir(), Options{})
	if _, err := w.Append(ctx, decide("", dataset.Key{})); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Append(ctx, dataset.Entry{Op: "undo", Of: 1}); err != nil {
		t.Fatal(err)
	}
	some := decide("", dataset.Key{}).Decisions
	for name, e := range map[string]dataset.Entry{
		"no decisions":          {Op: "decide"},
		"decisions of another":  {Op: "decide", Decisions: some, Of: 1},
		"undo of nothing":       {Op: "undo"},
		"undo of the future":    {Op: "undo", Of: 3},
		"undo of an undo":       {Op: "undo", Of: 2},
		"undo with decisions":   {Op: "undo", Of: 1, Decisions: some},
		"an operation of yours": {Op: "delete", Of: 1},
	} {
		if got, err := w.Append(ctx, e); err == nil {
			t.Errorf("%s was taken as %+v", name, got)
		}
	}
	if got, err := w.Append(ctx, decide("", dataset.Key{})); err != nil || got.Seq != 3 {
		t.Errorf("the next entry is number %d, %v", got.Seq, err)
	}
}

func TestJournalTakesManyAtOnce(t *testing.T) {
	w := open(t, t.TempDir(), Options{})
	const people, each = 8, 25
	var wg sync.WaitGroup
	for p := range people {
		wg.Go(func() {
			last := int64(0)
			for i := range each {
				// Every second request is sent twice.
				request := fmt.Sprintf("%d/%d", p, i/2)
				got, err := w.Append(ctx, decide(request, dataset.Key{Image: request}))
				if err != nil || got.Request != request || i%2 == 0 && got.Seq <= last || i%2 == 1 && got.Seq != last {
					t.Errorf("%s got number %d after %d, %v", request, got.Seq, last, err)
				}
				last = got.Seq
			}
		})
	}
	wg.Wait()
	entries, err := w.Entries(ctx, 0)
	if err != nil || len(entries) != people*(each+1)/2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for i, e := range entries {
		if e.Seq != int64(i+1) || e.Decisions[0].Target.Image != e.Request {
			t.Errorf("entry %d is %+v", i+1, e)
		}
	}
}

// BenchmarkAppend100k appends operations of 100,000 decisions.
func BenchmarkAppend100k(b *testing.B) {
	w := open(b, b.TempDir(), Options{})
	e := dataset.Entry{Who: "ann", Op: "decide"}
	for i := range 100_000 {
		e.Decisions = append(e.Decisions, dataset.Decision{Target: dataset.Key{Image: fmt.Sprintf("train/airplane/%06d.png", i)},
			Kind: dataset.WrongClass, Verdict: dataset.Accept, Before: "airplane", After: "ship", Probability: .8125})
	}
	for b.Loop() {
		if _, err := w.Append(ctx, e); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend appends one decision after the other, each on disk before the
// next.
func BenchmarkAppend(b *testing.B) {
	w := open(b, b.TempDir(), Options{})
	for b.Loop() {
		if _, err := w.Append(ctx, decide("", dataset.Key{Image: "train/cat/1.png"})); err != nil {
			b.Fatal(err)
		}
	}
}
