package coco

import (
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/jsontext"
)

// numbering gives the ids of a file numbers in the order in which they are met.
type numbering struct {
	// small holds those of the ids below smallID, plus one.
	small []int32
	ints  map[int64]int
	texts map[string]int
	next  *int
}

const smallID = 1 << 20

func newNumbering(next *int) *numbering {
	return &numbering{ints: map[int64]int{}, texts: map[string]int{}, next: next}
}

// number returns the number of an id, and whether it is new.
func (m *numbering) number(n jsontext.Node) (to int, fresh bool) {
	if v, ok := n.Int(); ok {
		return m.whole(v)
	}
	return m.text(idText(n))
}

// text is number of an id that idText spells.
func (m *numbering) text(text string) (to int, fresh bool) {
	if v, ok := canonical(text); ok {
		return m.whole(v)
	}
	to, known := m.texts[text]
	if !known {
		to = *m.next
		m.texts[text] = to
		*m.next++
	}
	return to, !known
}

func (m *numbering) whole(v int64) (to int, fresh bool) {
	if v >= 0 && v < smallID {
		if v >= int64(len(m.small)) {
			m.small = append(m.small, make([]int32, int(v)+1-len(m.small))...)
		}
		if to := m.small[v]; to > 0 {
			return int(to) - 1, false
		}
		*m.next++
		m.small[v] = int32(*m.next)
		return *m.next - 1, true
	}
	to, known := m.ints[v]
	if !known {
		to = *m.next
		m.ints[v] = to
		*m.next++
	}
	return to, !known
}

// canonical reads a text that spells a whole number as numbers are spelled.
func canonical(text string) (int64, bool) {
	v, err := strconv.ParseInt(text, 10, 64)
	return v, err == nil && strconv.FormatInt(v, 10) == text
}

// texts hands out strings that lie together in large pieces of memory.
type texts struct{ b strings.Builder }

func (t *texts) of(s []byte) string {
	const piece = 64 << 10
	if len(s) > piece/16 {
		return string(s)
	}
	if t.b.Cap()-t.b.Len() < len(s) {
		t.b = strings.Builder{}
		t.b.Grow(piece)
	}
	t.b.Write(s)
	all := t.b.String()
	return all[len(all)-len(s):]
}

// A repeatFinder finds values that occur twice in a list of ids without
// remembering them as long as they increase, which is the usual case.
type repeatFinder struct {
	any      bool
	last     int64
	disorder bool
}

func (f *repeatFinder) add(n jsontext.Node) {
	v, ok := n.Int()
	if !ok || f.any && v <= f.last {
		f.disorder = true
	}
	f.any, f.last = true, v
}

// repeats returns the ids that occur more than once.
func (f *repeatFinder) repeats(ids func(yield func(id string))) map[string]bool {
	if !f.disorder {
		return nil
	}
	var numbers []int64
	words := map[string]int{}
	ids(func(id string) {
		if v, ok := canonical(id); ok {
			numbers = append(numbers, v)
		} else if id != "" {
			words[id]++
		}
	})
	slices.Sort(numbers)
	out := map[string]bool{}
	for i := 1; i < len(numbers); i++ {
		if numbers[i] == numbers[i-1] {
			out[strconv.FormatInt(numbers[i], 10)] = true
		}
	}
	for w, n := range words {
		if n > 1 {
			out[w] = true
		}
	}
	return out
}
