package review

import (
	"maps"
	"math"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// Counts are findings by the answer that stands for them.
type Counts struct {
	// Errors were accepted, relabelled or dropped by a person, Kept were said to
	// be right, and Unsure passed on.
	Errors, Kept, Unsure int
	// Auto were accepted by [Auto] and no person has answered them since.
	Auto int
}

// Decided returns how many have an answer of a person.
func (c Counts) Decided() int { return c.Errors + c.Kept + c.Unsure }

func (c *Counts) add(d *dataset.Decision, who string, n int) {
	switch {
	case who == AutoName:
		c.Auto += n
	case d.Verdict == dataset.Keep:
		c.Kept += n
	case d.Verdict == dataset.Unsure:
		c.Unsure += n
	default:
		c.Errors += n
	}
}

// Stats say how a review is going.
type Stats struct {
	// Counts are of all kinds together, Kinds of each; a finding is counted once
	// whatever the number of times it was answered.
	Counts
	Kinds map[dataset.Kind]Counts
	// PerMinute is how many decisions people made in a minute of the last ten
	// minutes of work. An operation took the time since the one before, at most
	// one minute: pauses do not count. 0 before the first decision.
	PerMinute float64
	// Precision is the share of true errors among the wrong-class findings that
	// people have answered with certainty.
	Precision Precision
}

// Precision is a share with its 95 % Wilson interval.
type Precision struct {
	Errors, Of int
	// Value is Errors/Of, 0 when Of is 0; Low and High are in [0,1].
	Value, Low, High float64
}

// moment is a sign of work: operation op, or an undo or redo when op is -1.
type moment struct {
	time time.Time
	op   int
}

// tally adds n times the standing answer of every finding that operation op
// speaks of to the counts.
func (s *State) tally(op, n int) {
	o := &s.ops[op]
	for i := range o.decisions {
		if s.records[int(o.first)+i].silent {
			continue // it changes nothing, or a later record of op stands for it
		}
		d := &o.decisions[i]
		if r := s.standing(d.Target, d.Kind); r >= 0 {
			c := s.kinds[d.Kind]
			c.add(s.decision(r), s.ops[s.records[r].op].who, n)
			s.kinds[d.Kind] = c
		}
	}
}

// Stats returns the figures of the moment, in time that does not depend on the
// length of the journal.
func (s *State) Stats() Stats {
	out := Stats{Kinds: maps.Clone(s.kinds), PerMinute: s.perMinute()}
	for _, c := range s.kinds {
		out.Errors += c.Errors
		out.Kept += c.Kept
		out.Unsure += c.Unsure
		out.Auto += c.Auto
	}
	c := s.kinds[dataset.WrongClass]
	p := &out.Precision
	p.Errors, p.Of = c.Errors, c.Errors+c.Kept
	p.Low, p.High = Wilson(p.Errors, p.Of)
	if p.Of > 0 {
		p.Value = float64(p.Errors) / float64(p.Of)
	}
	return out
}

func (s *State) perMinute() float64 {
	const pause, window = time.Minute, 10 * time.Minute
	var active time.Duration
	var decisions int
	for i := len(s.moments) - 1; i >= 0 && active < window; i-- {
		m := s.moments[i]
		if m.op >= 0 && !s.ops[m.op].undone {
			decisions += s.ops[m.op].said
		}
		took := pause
		if i > 0 {
			took = min(max(m.time.Sub(s.moments[i-1].time), 0), pause)
		}
		active += took
	}
	if decisions == 0 {
		return 0
	}
	return float64(decisions) / active.Minutes()
}

// Wilson returns the 95 % interval of a share of which hits of n were seen
// (Wilson 1927). It is [0,1] when n is 0.
func Wilson(hits, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	p, m := float64(hits)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(centre-half, 0), min(centre+half, 1)
}
