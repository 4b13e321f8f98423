package review

import (
	"math"
	"testing"
	"time"

	"github.com/errata-cv/errata/dataset"
)

func TestStatsCountAnswersByKind(t *testing.T) {
	j := newJournal(t)
	j.decide(relabel("a", "cat", "dog"), say("b", dataset.WrongClass, dataset.Accept), say("c", dataset.WrongClass, dataset.Drop),
		say("d", dataset.WrongClass, dataset.Keep), say("e", dataset.WrongClass, dataset.Unsure), say("f", dataset.WrongClass, dataset.Skip))
	j.decide(say("a", dataset.Dark, dataset.Keep))
	j.put(dataset.Entry{Who: AutoName, Op: "decide", Decisions: []dataset.Decision{relabel("g", "cat", "dog")}})
	s := j.state.Stats()
	if want := (Counts{Errors: 3, Kept: 2, Unsure: 1, Auto: 1}); s.Counts != want || s.Decided() != 6 {
		t.Errorf("counted %+v", s.Counts)
	}
	if want := (Counts{Errors: 3, Kept: 1, Unsure: 1, Auto: 1}); s.Kinds[dataset.WrongClass] != want {
		t.Errorf("wrong-class counted %+v", s.Kinds[dataset.WrongClass])
	}
	if want := (Counts{Kept: 1}); s.Kinds[dataset.Dark] != want {
		t.Errorf("dark counted %+v", s.Kinds[dataset.Dark])
	}
	if p := s.Precision; p.Errors != 3 || p.Of != 4 || p.Value != .75 {
		t.Errorf("the precision is %+v", p)
	}
	s.Kinds[dataset.Dark] = Counts{}
	if j.state.Stats().Kinds[dataset.Dark].Kept != 1 {
		t.Error("changing a result changed the state")
	}
}

func TestPerMinute(t *testing.T) {
	many := func(n int) []dataset.Decision { return labels(n) }
	type step struct {
		after time.Duration
		n     int // decisions; 0 undoes
	}
	for name, c := range map[string]struct {
		steps []step
		want  float64
	}{
		"nothing":                   {nil, 0},
		"one operation":             {[]step{{0, 30}}, 30},
		"a steady pace":             {[]step{{0, 6}, {30 * time.Second, 6}, {30 * time.Second, 6}}, 9},
		"a night between":           {[]step{{0, 10}, {12 * time.Hour, 10}}, 10},
		"only the last ten minutes": {append([]step{{0, 1000}}, steps10(step{time.Minute, 20})...), 20},
		"an undone operation":       {[]step{{0, 10}, {time.Minute, 20}, {time.Minute, 0}}, 10.0 / 3},
		"a clock that was set back": {[]step{{0, 10}, {-time.Hour, 20}}, 30},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJournal(t)
			now := noon
			for _, s := range c.steps {
				now = now.Add(s.after)
				e := dataset.Entry{Who: "ann", Op: "decide", Time: now, Decisions: many(s.n)}
				if s.n == 0 {
					e, _ = j.state.Undo("ann")
					e.Time = now
				}
				j.put(e)
				// What a machine decides is nobody's pace.
				j.put(dataset.Entry{Who: AutoName, Op: "decide", Time: now, Decisions: many(500)})
				u, _ := j.state.Undo("ann")
				u.Time = now
				j.put(u)
			}
			if got := j.state.Stats().PerMinute; math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%v decisions a minute, want %v", got, c.want)
			}
		})
	}
}

func steps10[T any](s T) []T {
	return []T{s, s, s, s, s, s, s, s, s, s}
}

// The intervals are those of R's prop.test(x, n, correct = FALSE), from the
// closed form.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		hits, n   int
		low, high float64
	}{
		{0, 0, 0, 1},
		{0, 10, 0, 0.27753},
		{5, 10, 0.23659, 0.76341},
		{10, 10, 0.72247, 1},
		{81, 263, 0.25528, 0.36620},
	} {
		low, high := Wilson(c.hits, c.n)
		if math.Abs(low-c.low) > 1e-4 || math.Abs(high-c.high) > 1e-4 {
			t.Errorf("%d of %d gives [%.5f, %.5f], want [%.5f, %.5f]", c.hits, c.n, low, high, c.low, c.high)
		}
	}
}
