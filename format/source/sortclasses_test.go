package source

import (
	"slices"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestSortClasses(t *testing.T) {
	b, err := NewBuilder(&dataset.Dataset{}, Options{Classes: []string{"z"}})
	if err != nil {
		t.Fatal(err)
	}
	i, _ := b.Image(dataset.Image{Path: "a"})
	for _, name := range []string{"10", "z", "2", "10"} {
		c, _ := b.Class(name, false)
		b.Annotate(dataset.Annotation{Image: i, Class: c})
	}
	b.SortClasses(1)
	var got []string
	for _, a := range b.Annotations {
		got = append(got, b.Classes[a.Class])
	}
	if !slices.Equal(b.Classes, []string{"z", "2", "10"}) || !slices.Equal(got, []string{"10", "z", "2", "10"}) || b.DefineClass("10") != 2 {
		t.Errorf("classes %q, annotations %q", b.Classes, got)
	}
}
