package server

import (
	"fmt"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// Activity is a page of the journal, newest first.
type Activity struct {
	Entries []ActivityEntry `json:"entries"`
}

// ActivityEntry is one operation.
type ActivityEntry struct {
	Seq     int64     `json:"seq"`
	Time    time.Time `json:"time"`
	Who     string    `json:"who"`
	Op      string    `json:"op" enum:"decide,undo,redo"`
	Of      int64     `json:"of,omitempty" doc:"The entry that an undo or redo speaks of"`
	Count   int       `json:"count" doc:"Number of decisions"`
	Summary string    `json:"summary"`
	Undone  bool      `json:"undone" doc:"A later entry has taken it back"`
}

func (s *Server) activity(before int64, limit int) Activity {
	s.mu.RLock()
	defer s.mu.RUnlock()
	undone := s.undone()
	out := Activity{Entries: []ActivityEntry{}}
	for i := len(s.entries) - 1; i >= 0 && len(out.Entries) < limit; i-- {
		e := s.entries[i]
		if before > 0 && e.Seq >= before {
			continue
		}
		out.Entries = append(out.Entries, ActivityEntry{e.Seq, e.Time, e.Who, e.Op, e.Of, len(s.state.Decisions(e)), summary(e), undone[e.Seq]})
	}
	return out
}

// undone lists the operations that stand taken back. The caller holds mu.
func (s *Server) undone() map[int64]bool {
	out := map[int64]bool{}
	for _, e := range s.entries {
		if e.Op != "decide" {
			out[e.Of] = e.Op == "undo"
		}
	}
	return out
}

// history lists the decisions about one target, newest first. The caller holds
// mu.
func (s *Server) history(target dataset.Key) []Event {
	undone := s.undone()
	out := []Event{}
	for i := len(s.entries) - 1; i >= 0; i-- {
		e := &s.entries[i]
		for k := len(e.Decisions) - 1; k >= 0; k-- {
			if d := &e.Decisions[k]; d.Target == target {
				out = append(out, Event{e.Seq, e.Time, e.Who, d.Verdict, d.After, undone[e.Seq]})
			}
		}
	}
	return out
}

// summary spells what an entry did.
func summary(e dataset.Entry) string {
	if e.Op != "decide" {
		return fmt.Sprintf("%s of #%d", map[string]string{"undo": "Undo", "redo": "Redo"}[e.Op], e.Of)
	}
	n := map[dataset.Verdict]int{}
	for i := range e.Decisions {
		n[e.Decisions[i].Verdict]++
	}
	var text string
	for _, v := range []struct {
		verdict dataset.Verdict
		say     string
	}{
		{dataset.Accept, "accepted"}, {dataset.Keep, "kept"}, {dataset.Relabel, "relabelled"}, {dataset.Drop, "dropped"},
		{dataset.Unsure, "unsure"}, {dataset.Skip, "skipped"}, {dataset.Clear, "cleared"},
	} {
		if n[v.verdict] == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", n[v.verdict], v.say)
		if v.verdict == dataset.Relabel {
			if class, ok := common(e.Decisions); ok {
				text += " to " + class
			}
		}
	}
	return text
}

// common returns the class that all relabels of an operation give.
func common(decisions []dataset.Decision) (class string, ok bool) {
	for i := range decisions {
		d := &decisions[i]
		if d.Verdict != dataset.Relabel {
			continue
		}
		if class != "" && class != d.After {
			return "", false
		}
		class = d.After
	}
	return class, class != ""
}
