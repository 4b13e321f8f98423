package review

import (
	"reflect"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestGroups(t *testing.T) {
	ds, _ := sample()
	f := func(kind dataset.Kind, given int, s *dataset.Suggestion, p float64) dataset.Finding {
		return dataset.Finding{Kind: kind, Class: given, Suggestion: s, Probability: p}
	}
	findings := []dataset.Finding{
		f(dataset.WrongClass, 1, setClass(2), .5), // dog → owl
		f(dataset.WrongClass, 0, setClass(1), .25),
		f(dataset.Dark, 0, nil, 1),
		f(dataset.WrongClass, 0, setClass(1), .75),
		f(dataset.WrongClass, 1, setClass(0), .5), // dog → cat
		f(dataset.WrongClass, 0, setClass(1), .75),
		f(dataset.WrongClass, 2, nil, .125),
	}
	want := []Group{
		{Given: 0, Suggested: 1, Action: dataset.SetClass, Findings: []int{3, 5, 1}, Expected: 1.75},
		{Given: 1, Suggested: 0, Action: dataset.SetClass, Findings: []int{4}, Expected: .5},
		{Given: 1, Suggested: 2, Action: dataset.SetClass, Findings: []int{0}, Expected: .5},
		{Given: 2, Suggested: dataset.None, Findings: []int{6}, Expected: .125},
	}
	if got := Groups(ds, findings, dataset.WrongClass, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("the groups are %+v\nwant %+v", got, want)
	}
	got := Groups(ds, findings, dataset.WrongClass, func(i int) bool { return i != 3 && i != 0 })
	if len(got) != 3 || got[0].Expected != 1 || got[2].Given != 2 {
		t.Errorf("the groups of some are %+v", got)
	}
}

func TestArrange(t *testing.T) {
	g := Group{Findings: []int{30, 10, 20}}
	if err := g.Arrange([]int{2, 0, 1}); err != nil || !reflect.DeepEqual(g.Findings, []int{20, 30, 10}) {
		t.Errorf("arranged as %v, %v", g.Findings, err)
	}
	for _, bad := range [][]int{{0, 1}, {0, 1, 1}, {0, 1, 3}, {-1, 0, 1}} {
		if err := g.Arrange(bad); err == nil {
			t.Errorf("%v was taken as an order", bad)
		}
	}
	if !reflect.DeepEqual(g.Findings, []int{20, 30, 10}) {
		t.Errorf("a refused order left %v", g.Findings)
	}
}

func BenchmarkGroups(b *testing.B) {
	ds, _ := sample()
	findings := make([]dataset.Finding, 1_000_000)
	for i := range findings {
		findings[i] = dataset.Finding{Kind: dataset.WrongClass, Class: i % 3, Suggestion: setClass(i / 3 % 3), Probability: float64(i*7919%1000) / 1000}
	}
	for b.Loop() {
		Groups(ds, findings, dataset.WrongClass, nil)
	}
}
