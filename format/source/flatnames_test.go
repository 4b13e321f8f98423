package source

import (
	"slices"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestFlatNames(t *testing.T) {
	ds := &dataset.Dataset{}
	for _, p := range []string{"x/a.png", "y/a.jpg", "A.png", "A.PNG", "z/a.png", "c.tar/b.png"} {
		ds.Images = append(ds.Images, dataset.Image{Path: p})
	}
	ds.Images = append(ds.Images, dataset.Image{Path: "q/a.png", Split: "val"})
	want := []string{"a.png", "y_a.jpg", "A_2.png", "A_3.PNG", "z_a.png", "b.png", "a.png"}
	if got := FlatNames(ds); !slices.Equal(got, want) {
		t.Errorf("names are %q", got)
	}
}
