package voc

import (
	"testing"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// TestWriteWithoutPictures writes a dataset of which there are no pictures and
// that states no sizes.
func TestWriteWithoutPictures(t *testing.T) {
	ds := formattest.Read(t, Format, shared.Dir(t, "data", "formats/datumaro-assets/voc_dataset/voc_dataset2"))
	dir := t.TempDir()
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: dir, Dataset: ds}); err != nil {
		t.Fatal(err)
	}
	for _, d := range formattest.Diff(ds, formattest.Read(t, Format, dir), formattest.As(Format.Info().Holds)) {
		t.Error(d)
	}
}
