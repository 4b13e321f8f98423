package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestTally(t *testing.T) {
	var tally Tally
	tally.Add("circle", "circles")
	tally.Add("line", "lines")
	tally.Add("circle", "circles")
	tally.Add(strings.Repeat("x", 1000), "y")
	for i := range 200 {
		tally.Add(fmt.Sprint("kind ", i), "kinds")
	}
	b, err := NewBuilder(&dataset.Dataset{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	tally.List(b, "a.json")
	if n := len(b.Problems); n != 100 {
		t.Errorf("%d problems", n)
	}
	for i, want := range []string{
		"2 circles are kept in the files as they are and not checked",
		"1 line is kept in the file as it is and not checked",
		"104 things of other kinds are kept in the files as they are and not checked",
	} {
		if got := b.Problems[i]; got.Message != want || got.Kind != "" || got.Place != "a.json" {
			t.Errorf("problem %d is %+v", i, got)
		}
	}
}
