package review

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// State is the journal folded up to one entry. It is not safe for use by
// several goroutines while Apply runs.
type State struct {
	seq     int64 // of the last entry applied
	ops     []operation
	redo    []int // undone operations, the newest undo last
	records []record
	newest  map[dataset.Key]int32 // newest record of a target
	kinds   map[dataset.Kind]Counts
	moments []moment
}

// operation is one decide entry.
type operation struct {
	seq       int64
	time      time.Time
	who       string
	decisions []dataset.Decision
	first     int32 // record of decisions[0]
	said      int   // decisions that are no Skip
	undone    bool
}

// record is one decision in the chain of its target. There is one for each
// decision of each operation, in order.
type record struct {
	op     int32
	prev   int32 // the record before of the same target; -1 when first
	silent bool  // Skip, or overruled in its own operation: says nothing
}

// Answer is the answer that stands for a finding.
type Answer struct {
	dataset.Decision
	// Seq is the journal entry that gave it.
	Seq  int64
	Time time.Time
	Who  string
}

// NewState returns the state of an empty journal.
func NewState() *State {
	return &State{newest: map[dataset.Key]int32{}, kinds: map[dataset.Kind]Counts{}}
}

// Journal is where entries are kept; a workspace is one.
type Journal interface {
	// Entries returns the entries whose Seq is above after, oldest first.
	Entries(ctx context.Context, after int64) ([]dataset.Entry, error)
}

// Load returns the state after all entries of a journal.
func Load(ctx context.Context, j Journal) (*State, error) {
	entries, err := j.Entries(ctx, 0)
	if err != nil {
		return nil, err
	}
	return Fold(entries)
}

// Fold returns the state after all of entries, oldest first.
func Fold(entries []dataset.Entry) (*State, error) {
	s := NewState()
	for _, e := range entries {
		if err := s.Apply(e); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Seq returns the Seq of the last entry applied, 0 before the first.
func (s *State) Seq() int64 { return s.seq }

// Apply takes the next entry of the journal. Entries that were applied before
// are passed over, so the answer to a repeated request can be applied like any
// other. The decisions of e must not be changed afterwards.
func (s *State) Apply(e dataset.Entry) error {
	if e.Seq <= s.seq && e.Seq > 0 {
		return nil
	}
	if e.Seq != s.seq+1 {
		return fmt.Errorf("journal entry %d follows entry %d: what is between them is missing", e.Seq, s.seq)
	}
	switch e.Op {
	case "decide":
		s.decide(e)
	case "undo", "redo":
		op, ok := s.operation(e.Of)
		if !ok {
			return fmt.Errorf("journal entry %d would %s entry %d, which is no decision", e.Seq, e.Op, e.Of)
		}
		s.setUndone(op, e.Op == "undo")
		s.moments = append(s.moments, moment{e.Time, -1})
	default:
		return fmt.Errorf("journal entry %d does %q, which this program does not know: update Errata", e.Seq, e.Op)
	}
	s.seq = e.Seq
	return nil
}

func (s *State) decide(e dataset.Entry) {
	op := len(s.ops)
	s.redo = s.redo[:0]
	// It begins undone, and flip makes it count.
	s.ops = append(s.ops, operation{seq: e.Seq, time: e.Time, who: e.Who, decisions: e.Decisions, first: int32(len(s.records)), undone: true})
	s.records = slices.Grow(s.records, len(e.Decisions))
	for _, d := range e.Decisions {
		prev, ok := s.newest[d.Target]
		if !ok {
			prev = -1
		}
		silent := d.Verdict == dataset.Skip
		if !silent {
			s.ops[op].said++
		}
		// Of two answers to one finding in one operation the last one counts.
		for r := prev; !silent && r >= 0 && s.records[r].op == int32(op); r = s.records[r].prev {
			if s.decision(r).Kind == d.Kind {
				s.records[r].silent = true
			}
		}
		s.newest[d.Target] = int32(len(s.records))
		s.records = append(s.records, record{int32(op), prev, silent})
	}
	if e.Who != AutoName {
		s.moments = append(s.moments, moment{e.Time, op})
	}
	s.flip(op)
}

func (s *State) setUndone(op int, undone bool) {
	if s.ops[op].undone == undone {
		return
	}
	s.flip(op)
	if undone {
		s.redo = append(s.redo, op)
	} else {
		s.redo = slices.DeleteFunc(s.redo, func(o int) bool { return o == op })
	}
}

// flip undoes an operation or does it again, and keeps the counts right.
func (s *State) flip(op int) {
	s.tally(op, -1)
	s.ops[op].undone = !s.ops[op].undone
	s.tally(op, +1)
}

// Undo returns the entry that undoes the newest operation that is not undone;
// ok is false when there is none.
func (s *State) Undo(who string) (e dataset.Entry, ok bool) {
	for op := len(s.ops) - 1; op >= 0; op-- {
		if !s.ops[op].undone {
			return dataset.Entry{Who: who, Op: "undo", Of: s.ops[op].seq}, true
		}
	}
	return dataset.Entry{}, false
}

// Redo returns the entry that redoes what the newest undo undid; ok is false
// when there is none, or when something was decided since.
func (s *State) Redo(who string) (e dataset.Entry, ok bool) {
	if len(s.redo) == 0 {
		return dataset.Entry{}, false
	}
	return dataset.Entry{Who: who, Op: "redo", Of: s.ops[s.redo[len(s.redo)-1]].seq}, true
}

// Decisions returns the decisions that entry e makes, undoes or redoes: those
// whose targets may look different once it is applied. They must not be changed.
func (s *State) Decisions(e dataset.Entry) []dataset.Decision {
	if e.Of == 0 {
		return e.Decisions
	}
	if op, ok := s.operation(e.Of); ok {
		return s.ops[op].decisions
	}
	return nil
}

func (s *State) operation(seq int64) (op int, ok bool) {
	return slices.BinarySearchFunc(s.ops, seq, func(o operation, seq int64) int {
		return int(o.seq - seq)
	})
}

func (s *State) decision(r int32) *dataset.Decision {
	op := &s.ops[s.records[r].op]
	return &op.decisions[r-op.first]
}

// standing returns the record of the answer that stands for a finding, or -1.
func (s *State) standing(target dataset.Key, kind dataset.Kind) int32 {
	r, ok := s.newest[target]
	if !ok {
		return -1
	}
	for ; r >= 0; r = s.records[r].prev {
		if s.speaks(r) && s.decision(r).Kind == kind {
			if s.decision(r).Verdict == dataset.Clear {
				return -1
			}
			return r
		}
	}
	return -1
}

func (s *State) speaks(r int32) bool {
	return !s.records[r].silent && !s.ops[s.records[r].op].undone
}

// Verdict returns the answer that stands for the finding of a kind about a
// target; ok is false when there is none.
func (s *State) Verdict(target dataset.Key, kind dataset.Kind) (a Answer, ok bool) {
	r := s.standing(target, kind)
	if r < 0 {
		return Answer{}, false
	}
	op := &s.ops[s.records[r].op]
	return Answer{*s.decision(r), op.seq, op.time, op.who}, true
}
