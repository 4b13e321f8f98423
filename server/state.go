package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/review"
)

// verdict returns the state of a tile: the code of the answer that stands, and
// the label now in force. The caller holds mu.
func (s *Server) verdict(kind dataset.Kind, it item) (code uint8, label uint32) {
	target := s.target(it)
	if a, ok := s.state.Verdict(target, kind); ok {
		code = verdictCodes[a.Verdict]
	}
	label = labelNone
	if it.annotation != dataset.None {
		label = uint32(s.res.Dataset.Annotations[it.annotation].Class)
	}
	switch e := s.state.Effect(target); e.Action {
	case dataset.DropImage:
		label = labelDropped
	case dataset.DeleteObject:
		label = labelDeleted
	case dataset.MoveObject:
		label = labelMoved
	case dataset.SetClass:
		if c := slices.Index(s.res.Dataset.Classes, e.Class); c >= 0 {
			label = uint32(c)
		}
	}
	return code, label
}

// target names what an answer about a tile is filed under.
func (s *Server) target(it item) dataset.Key {
	if it.annotation == dataset.None || (it.finding != dataset.None && s.res.Findings[it.finding].Annotation == dataset.None) {
		return dataset.Key{Image: s.res.Dataset.Images[it.image].Path}
	}
	return s.res.Index.Key(int(it.annotation))
}

// asked returns the finding of a tile; a tile of the wall of all labels has one
// without a kind.
func (s *Server) asked(it item) *dataset.Finding {
	if it.finding != dataset.None {
		return &s.res.Findings[it.finding]
	}
	f := &dataset.Finding{Image: int(it.image), Annotation: int(it.annotation), Class: int(it.given), Probability: float64(it.probability)}
	if it.suggested != dataset.None {
		f.Suggestion = &dataset.Suggestion{Action: dataset.SetClass, Class: int(it.suggested)}
	}
	return f
}

// decide writes one operation to the journal and then applies it.
func (s *Server) decide(ctx context.Context, r DecisionRequest) (Saved, error) {
	v, ok := s.views.get(r.View)
	if !ok {
		return Saved{}, badRequest{errors.New("this view is no longer open; load the page again")}
	}
	e := dataset.Entry{Op: "decide", Who: s.options.Who, Request: r.Request}
	for _, p := range r.Parts {
		class := dataset.None
		if p.Class != nil {
			class = *p.Class
		}
		for _, span := range p.Ranges {
			if span[0] < 0 || span[1] < span[0] || span[1] > len(v.items) {
				return Saved{}, badRequest{fmt.Errorf("the range %v does not lie in the %d positions of the view", span, len(v.items))}
			}
			for _, it := range v.items[span[0]:span[1]] {
				d, err := review.Decide(s.res.Dataset, s.res.Index, s.asked(it), p.Verdict, class)
				if err != nil {
					return Saved{}, badRequest{err}
				}
				e.Decisions = append(e.Decisions, d)
			}
		}
	}
	if len(e.Decisions) == 0 {
		return Saved{}, badRequest{errors.New("the operation decides nothing: its ranges are empty")}
	}
	e, err := s.append(ctx, func() (dataset.Entry, bool) { return e, true })
	if err != nil {
		return Saved{}, err
	}
	return Saved{e.Seq, s.progress()}, nil
}

// append writes the entry that next names to the journal, waits until it is on
// disk, and applies it. It ends with an error and changes nothing when there is
// no entry.
func (s *Server) append(ctx context.Context, next func() (dataset.Entry, bool)) (dataset.Entry, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	e, ok := next()
	if !ok {
		return e, errNothing
	}
	e.Time = time.Now().UTC()
	// Once begun, an entry is finished: the page must not be told otherwise
	// because its connection went away.
	e, err := s.ws.Append(context.WithoutCancel(ctx), e)
	if err != nil {
		return e, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Seq > s.state.Seq() {
		s.entries = append(s.entries, e)
	}
	return e, s.state.Apply(e)
}

var errNothing = badRequest{errors.New("there is nothing to undo or redo")}

// reverse undoes or redoes the last operation.
func (s *Server) reverse(ctx context.Context, op, viewID string) (Undone, error) {
	v, _ := s.views.get(viewID)
	before := s.states(v)
	e, err := s.append(ctx, func() (dataset.Entry, bool) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		if op == "undo" {
			return s.state.Undo(s.options.Who)
		}
		return s.state.Redo(s.options.Who)
	})
	if err != nil {
		return Undone{}, err
	}
	out := Undone{Seq: e.Seq, Progress: s.progress(), Changed: []Changed{}}
	after := s.states(v)
	for i := range after {
		if after[i] != before[i] {
			out.Changed = append(out.Changed, after[i])
		}
	}
	s.mu.RLock()
	n := len(s.state.Decisions(e))
	s.mu.RUnlock()
	out.Summary = map[string]string{"undo": "Took back ", "redo": "Did again "}[op] + count(n, "decision")
	return out, nil
}

// states lists the state of every position of a view; nil for no view.
func (s *Server) states(v *View) []Changed {
	if v == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Changed, len(v.items))
	for i, it := range v.items {
		code, label := s.verdict(v.kind, it)
		out[i] = Changed{i, code, label}
	}
	return out
}

func (s *Server) progress() Progress {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := s.state.Stats()
	_, undo := s.state.Undo("")
	_, redo := s.state.Redo("")
	p := Progress{
		Seq: s.state.Seq(), Decided: st.Decided(), Errors: st.Errors, Kept: st.Kept, Unsure: st.Unsure, PerMinute: st.PerMinute,
		Precision: Precision{st.Precision.Value, st.Precision.Low, st.Precision.High, st.Precision.Of},
		CanUndo:   undo, CanRedo: redo, ByKind: map[dataset.Kind]int{},
	}
	for k, c := range st.Kinds {
		p.ByKind[k] = c.Decided()
	}
	return p
}

func (s *Server) session() Session {
	ds := s.res.Dataset
	p := s.progress()
	out := Session{
		Version: s.options.Version,
		Dataset: DatasetInfo{Name: printable(ds.Name), Root: printable(ds.Root), Format: ds.Format, Images: len(ds.Images), Annotations: len(ds.Annotations), Splits: append([]string{}, ds.Splits()...)},
		Classes: make([]ClassInfo, len(ds.Classes)), Kinds: []KindCount{},
		Scanned: s.res.Started, ThumbSide: thumbSide, Who: s.options.Who, Progress: p,
	}
	for c, n := range ds.ClassCounts() {
		out.Classes[c] = ClassInfo{c, printable(ds.Classes[c]), n, s.byClass[c]}
	}
	counts := map[dataset.Kind]int{}
	for i := range s.res.Findings {
		if s.res.Findings[i].Image != dataset.None {
			counts[s.res.Findings[i].Kind]++
		}
	}
	for _, info := range dataset.Kinds() {
		if n := counts[info.Kind]; n > 0 {
			out.Kinds = append(out.Kinds, KindCount{info.Kind, info.Title, info.Summary, info.Family, info.Label, n, p.ByKind[info.Kind]})
		}
	}
	if e := s.res.Estimate; e != nil {
		out.Estimate = &Estimate{e.Errors, e.Low, e.High}
	}
	return out
}

// Summary is one sentence about the review so far.
func (s *Server) Summary() string {
	p := s.progress()
	if p.Decided == 0 {
		return "Nothing was decided."
	}
	return fmt.Sprintf("%s in the journal: %d errors, %d right, %d unsure. errata fix writes the corrected dataset.", count(p.Decided, "decision"), p.Errors, p.Kept, p.Unsure)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
