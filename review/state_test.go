package review

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/errata-cv/errata/dataset"
)

var noon = time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC)

// journal numbers entries and applies them as a workspace would.
type journal struct {
	t       testing.TB
	state   *State
	entries []dataset.Entry
	lost    error // what reading gives
}

func newJournal(t testing.TB) *journal { return &journal{t: t, state: NewState()} }

func (j *journal) Entries(_ context.Context, after int64) ([]dataset.Entry, error) {
	if j.lost != nil {
		return nil, j.lost
	}
	return j.entries[after:], nil
}

func (j *journal) put(e dataset.Entry) dataset.Entry {
	j.t.Helper()
	e.Seq = int64(len(j.entries) + 1)
	if e.Time.IsZero() {
		e.Time = noon.Add(time.Duration(e.Seq) * time.Second)
	}
	j.entries = append(j.entries, e)
	if err := j.state.Apply(e); err != nil {
		j.t.Fatal(err)
	}
	return e
}

func (j *journal) decide(ds ...dataset.Decision) dataset.Entry {
	j.t.Helper()
	return j.put(dataset.Entry{Who: "ann", Op: "decide", Decisions: ds})
}

func (j *journal) undo() bool {
	j.t.Helper()
	e, ok := j.state.Undo("ann")
	if ok {
		j.put(e)
	}
	return ok
}

func (j *journal) redo() bool {
	j.t.Helper()
	e, ok := j.state.Redo("ann")
	if ok {
		j.put(e)
	}
	return ok
}

func key(image string) dataset.Key { return dataset.Key{Image: image} }

func relabel(image, before, after string) dataset.Decision {
	return dataset.Decision{Target: key(image), Kind: dataset.WrongClass, Verdict: dataset.Relabel, Before: before, After: after}
}

func say(image string, kind dataset.Kind, v dataset.Verdict) dataset.Decision {
	return dataset.Decision{Target: key(image), Kind: kind, Verdict: v}
}

func (j *journal) want(image string, kind dataset.Kind, want dataset.Verdict) {
	j.t.Helper()
	if a, ok := j.state.Verdict(key(image), kind); a.Verdict != want || ok != (want != "") {
		j.t.Errorf("after entry %d %s has the verdict %q, %v; want %q", j.state.Seq(), image, a.Verdict, ok, want)
	}
}

func TestVerdictIsTheNewestAnswer(t *testing.T) {
	j := newJournal(t)
	j.want("a", dataset.WrongClass, "")
	j.decide(say("a", dataset.WrongClass, dataset.Keep), say("a", dataset.Dark, dataset.Unsure))
	j.want("a", dataset.WrongClass, dataset.Keep)
	j.want("a", dataset.Dark, dataset.Unsure)
	j.want("a", dataset.Blurry, "")
	e := j.decide(relabel("a", "cat", "dog"))
	if a, _ := j.state.Verdict(key("a"), dataset.WrongClass); a.After != "dog" || a.Seq != e.Seq || a.Who != "ann" || !a.Time.Equal(e.Time) {
		t.Errorf("the answer is %+v", a)
	}
	j.decide(say("a", dataset.WrongClass, dataset.Skip))
	j.want("a", dataset.WrongClass, dataset.Relabel)
	j.decide(say("a", dataset.WrongClass, dataset.Clear))
	j.want("a", dataset.WrongClass, "")
	j.decide(say("a", dataset.WrongClass, dataset.Keep), say("a", dataset.WrongClass, dataset.Drop), say("a", dataset.WrongClass, dataset.Skip))
	j.want("a", dataset.WrongClass, dataset.Drop)
	j.want("a", dataset.Dark, dataset.Unsure)
}

func TestUndoAndRedoGoByOperation(t *testing.T) {
	j := newJournal(t)
	if j.undo() || j.redo() {
		t.Error("something of nothing was undone or redone")
	}
	j.decide(say("a", dataset.Dark, dataset.Keep), say("b", dataset.Dark, dataset.Keep))
	j.decide(say("a", dataset.Dark, dataset.Drop))
	j.decide(say("a", dataset.Dark, dataset.Clear))
	j.want("a", dataset.Dark, "")
	for _, want := range []dataset.Verdict{dataset.Drop, dataset.Keep, ""} {
		if !j.undo() {
			t.Fatal("nothing to undo")
		}
		j.want("a", dataset.Dark, want)
	}
	j.want("b", dataset.Dark, "")
	if j.undo() {
		t.Error("undid more than was done")
	}
	for _, want := range []dataset.Verdict{dataset.Keep, dataset.Drop} {
		if !j.redo() {
			t.Fatal("nothing to redo")
		}
		j.want("a", dataset.Dark, want)
	}
	j.want("b", dataset.Dark, dataset.Keep)
	j.decide(say("c", dataset.Dark, dataset.Keep))
	if j.redo() {
		t.Error("redid after a new decision")
	}
	j.undo()
	j.want("c", dataset.Dark, "")
	j.undo()
	j.want("a", dataset.Dark, dataset.Keep)

	// A restart changes nothing.
	again, err := Load(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, j.state) {
		t.Error("folding the journal anew gives another state")
	}
	if _, err := Fold(j.entries[1:]); err == nil {
		t.Error("a journal without its first entry was folded")
	}
	j.lost = errors.New("the disk is gone")
	if _, err := Load(context.Background(), j); !errors.Is(err, j.lost) {
		t.Errorf("a lost journal gives %v", err)
	}
}

func TestApplyTakesEachEntryOnceAndInOrder(t *testing.T) {
	j := newJournal(t)
	e := j.decide(say("a", dataset.Dark, dataset.Keep))
	u, _ := j.state.Undo("ann")
	u = j.put(u)
	for _, old := range []dataset.Entry{e, u} {
		if err := j.state.Apply(old); err != nil {
			t.Errorf("a repeated entry gave %v", err)
		}
	}
	j.want("a", dataset.Dark, "")
	// Two people pressed undo at once: the second has no effect of its own.
	j.put(dataset.Entry{Op: "undo", Of: 1})
	if !j.redo() || j.redo() {
		t.Error("an operation undone twice was not redone once")
	}
	j.want("a", dataset.Dark, dataset.Keep)
	for name, bad := range map[string]dataset.Entry{
		"gap":           {Seq: 6, Op: "undo", Of: 1},
		"no number":     {Op: "undo", Of: 1},
		"undo of undo":  {Seq: 5, Op: "undo", Of: 2},
		"unknown":       {Seq: 5, Op: "merge"},
		"undo of later": {Seq: 5, Op: "undo", Of: 9},
	} {
		if err := j.state.Apply(bad); err == nil {
			t.Errorf("%s: %+v was applied", name, bad)
		}
	}
	if got := j.state.Seq(); got != 4 {
		t.Errorf("after refused entries the state is at %d", got)
	}
}

func TestDecisionsOfAnEntry(t *testing.T) {
	j := newJournal(t)
	d := say("a", dataset.Dark, dataset.Keep)
	e := j.decide(d)
	for _, e := range []dataset.Entry{e, {Op: "undo", Of: 1}, {Op: "redo", Of: 1}} {
		if got := j.state.Decisions(e); len(got) != 1 || got[0] != d {
			t.Errorf("%s touches %v", e.Op, got)
		}
	}
	if got := j.state.Decisions(dataset.Entry{Op: "undo", Of: 8}); got != nil {
		t.Errorf("an unknown entry touches %v", got)
	}
}

// naive folds by the definition: drop what is undone, then let the last answer
// to each finding stand.
func naive(entries []dataset.Entry) map[string]dataset.Decision {
	undone := map[int64]bool{}
	for _, e := range entries {
		if e.Op != "decide" {
			undone[e.Of] = e.Op == "undo"
		}
	}
	out := map[string]dataset.Decision{}
	for _, e := range entries {
		if undone[e.Seq] {
			continue
		}
		for _, d := range e.Decisions {
			if d.Verdict != dataset.Skip {
				out[d.Target.String()+"/"+string(d.Kind)] = d
			}
		}
	}
	for k, d := range out {
		if d.Verdict == dataset.Clear {
			delete(out, k)
		}
	}
	return out
}

func TestStateAgreesWithTheDefinition(t *testing.T) {
	verdicts := []dataset.Verdict{dataset.Accept, dataset.Keep, dataset.Relabel, dataset.Drop, dataset.Unsure, dataset.Skip, dataset.Clear}
	kinds := []dataset.Kind{dataset.WrongClass, dataset.Dark, ""}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		j := newJournal(t)
		for range 120 {
			switch r.IntN(5) {
			case 0:
				j.undo()
			case 1:
				j.redo()
			case 2: // any operation at all, whatever its state
				if n := len(j.state.ops); n > 0 {
					j.put(dataset.Entry{Op: []string{"undo", "redo"}[r.IntN(2)], Of: j.state.ops[r.IntN(n)].seq})
				}
			default:
				var ds []dataset.Decision
				for range 1 + r.IntN(6) {
					ds = append(ds, say(fmt.Sprint(r.IntN(7)), kinds[r.IntN(len(kinds))], verdicts[r.IntN(len(verdicts))]))
				}
				j.put(dataset.Entry{Op: "decide", Who: []string{"ann", AutoName}[r.IntN(2)], Decisions: ds})
			}
			want := naive(j.entries)
			var counts Counts
			for image := range 7 {
				for _, kind := range kinds {
					d := want[fmt.Sprintf("%d/%s", image, kind)]
					a, _ := j.state.Verdict(key(fmt.Sprint(image)), kind)
					if a.Decision != d {
						t.Fatalf("seed %d entry %d: image %d kind %q has %+v, want %+v", seed, j.state.Seq(), image, kind, a.Decision, d)
					}
					if d.Verdict != "" {
						counts.add(&d, a.Who, 1)
					}
				}
			}
			if got := j.state.Stats().Counts; got != counts {
				t.Fatalf("seed %d entry %d: counted %+v, want %+v", seed, j.state.Seq(), got, counts)
			}
		}
	}
}

// labels returns an operation on n labels of a dataset that has them.
func labels(n int) []dataset.Decision {
	out := make([]dataset.Decision, n)
	for i := range out {
		out[i] = relabel(fmt.Sprintf("train/cat/%07d.png", i), "cat", "dog")
	}
	return out
}

func BenchmarkApply100k(b *testing.B) {
	ds := labels(100_000)
	for b.Loop() {
		newJournal(b).decide(ds...)
	}
}

func BenchmarkUndo100k(b *testing.B) {
	j := newJournal(b)
	j.decide(labels(100_000)...)
	for b.Loop() {
		if !j.undo() && !j.redo() {
			b.Fatal("neither")
		}
	}
}

func BenchmarkVerdict(b *testing.B) {
	j := newJournal(b)
	ds := labels(1_000_000)
	j.decide(ds...)
	i := 0
	for b.Loop() {
		if _, ok := j.state.Verdict(ds[i%len(ds)].Target, dataset.WrongClass); !ok {
			b.Fatal("lost")
		}
		i += 7919
	}
}
