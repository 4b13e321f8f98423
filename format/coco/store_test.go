package coco

import (
	"testing"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/shared"
)

// The outlines of a large file are the same as those of a small one.
func TestLargeFileKeepsItsOutlines(t *testing.T) {
	file := shared.Dir(t, "data", "coco128", "annotations", "instances_train2017.json")
	small, err := Format.Read(t.Context(), file, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func(n int64) { largeFile = n }(largeFile)
	largeFile = 1
	large, err := Format.Read(t.Context(), file, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range compare.Exact(small, large, compare.Equality{}) {
		t.Error(d)
	}
}
