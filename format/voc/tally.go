package voc

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A tally counts what is met often and would fill a list if each were said.
type tally struct {
	places []string
	count  map[string]int
	first  map[string]string
}

func newTally() *tally { return &tally{count: map[string]int{}, first: map[string]string{}} }

func (t *tally) add(place, what string) {
	if t.count[place] == 0 {
		t.places = append(t.places, place)
		t.first[place] = what
	}
	t.count[place]++
}

// report makes a problem for each place; the format takes place, count and the
// first one.
func (t *tally) report(r *listing, format string) {
	for _, p := range t.places {
		r.problem(dataset.Problem{Place: p, Message: fmt.Sprintf(format, show(p), t.count[p], show(t.first[p]))})
	}
}

func show(name string) string { return source.Show(name) }
