package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Group is the findings of one kind that go from one given class to one
// suggested class: a section of the review wall.
type Group struct {
	// Given is the class of the labels, Suggested the class suggested instead;
	// dataset.None where there is none.
	Given, Suggested int
	// Action is what is suggested, empty when nothing is.
	Action dataset.Action
	// Findings index the findings that were grouped, most probable first, the
	// first of equals first.
	Findings []int
	// Expected is how many of them are expected to be errors: the sum of their
	// probabilities.
	Expected float64
}

// Groups groups the findings of a kind, or those of them that want names when
// it is not nil. Groups with more expected errors come first, equals by the
// names of the given and then of the suggested class.
func Groups(ds *dataset.Dataset, findings []dataset.Finding, kind dataset.Kind, want func(i int) bool) []Group {
	type pair struct {
		given, suggested int
		action           dataset.Action
	}
	type ranked struct {
		probability float64
		finding     int
	}
	at := map[pair]int{}
	var groups []Group
	var members [][]ranked
	for i := range findings {
		f := &findings[i]
		if f.Kind != kind || want != nil && !want(i) {
			continue
		}
		p := pair{f.Class, dataset.None, ""}
		if f.Suggestion != nil {
			p.suggested, p.action = f.Suggestion.Class, f.Suggestion.Action
		}
		g, ok := at[p]
		if !ok {
			g = len(groups)
			at[p] = g
			groups = append(groups, Group{Given: p.given, Suggested: p.suggested, Action: p.action})
			members = append(members, nil)
		}
		members[g] = append(members[g], ranked{f.Probability, i})
		groups[g].Expected += f.Probability
	}
	for g, of := range members {
		slices.SortFunc(of, func(a, b ranked) int {
			return cmp.Or(cmp.Compare(b.probability, a.probability), cmp.Compare(a.finding, b.finding))
		})
		groups[g].Findings = make([]int, len(of))
		for i, m := range of {
			groups[g].Findings[i] = m.finding
		}
	}
	name := func(class int) string {
		if class < 0 || class >= len(ds.Classes) {
			return ""
		}
		return ds.Classes[class]
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Expected, a.Expected), strings.Compare(name(a.Given), name(b.Given)),
			strings.Compare(name(a.Suggested), name(b.Suggested)), strings.Compare(string(a.Action), string(b.Action)))
	})
	return groups
}

// Arrange puts the findings of the group in another order, for example the one
// in which look-alikes stand together: finding order[i] comes at place i. Order
// must hold each of 0 to len(g.Findings)-1 once.
func (g *Group) Arrange(order []int) error {
	if len(order) != len(g.Findings) {
		return fmt.Errorf("an order of %d places does not fit a group of %d findings", len(order), len(g.Findings))
	}
	out := make([]int, len(order))
	taken := make([]bool, len(order))
	for i, from := range order {
		if from < 0 || from >= len(order) || taken[from] {
			return fmt.Errorf("the order of a group of %d findings names place %d wrongly or twice", len(order), from)
		}
		taken[from] = true
		out[i] = g.Findings[from]
	}
	g.Findings = out
	return nil
}
