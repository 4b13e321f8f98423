package attributes

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/source"
)

// Losses implements [source.Refuser].
func (format) Losses(ds *dataset.Dataset) []string {
	if len(ds.Classes) < 2 || len(ds.Images) < 2 {
		return []string{"A table of attributes is known by its two or more attributes and pictures; this dataset has fewer, so it will not be read back as one."}
	}
	return nil
}

// Write makes a table labels.csv with a column of 1 and 0 for each class, one of
// the split where there are splits, and the pictures in images.
func (format) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	w, err := out.Create("labels.csv")
	if err != nil {
		return err
	}
	defer w.Close()
	splits := len(ds.Splits()) > 0
	header := []string{"filename"}
	if splits {
		header = append(header, "split")
	}
	if err := writeRow(w.Write, append(header, ds.Classes...)); err != nil {
		return err
	}
	names := pictureNames(ds)
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := out.Picture(i, path.Join("images", names[i])); err != nil {
			return err
		}
		row := []string{names[i]}
		if splits {
			row = append(row, im.Split)
		}
		from := len(row)
		for range ds.Classes {
			row = append(row, "0")
		}
		for _, a := range ix.Annotations(i) {
			if an := ds.Annotations[a]; an.Geometry == nil {
				row[from+an.Class] = "1"
			}
		}
		if err := writeRow(w.Write, row); err != nil {
			return fmt.Errorf("cannot write labels.csv: %w", err)
		}
	}
	return w.Close()
}

func writeRow(write func([]byte) (int, error), cells []string) error {
	var line []byte
	for i, c := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		if c != "" {
			line = append(line, csvtext.Spell(c, false, ',')...)
		}
	}
	_, err := write(append(line, '\n'))
	return err
}

// pictureNames are the base names of the pictures where these are unique, else
// their paths.
func pictureNames(ds *dataset.Dataset) []string {
	out := make([]string, len(ds.Images))
	seen := map[string]bool{}
	for i, im := range ds.Images {
		out[i] = im.Path[strings.LastIndexByte(im.Path, '/')+1:]
		seen[out[i]] = true
	}
	if len(seen) < len(out) {
		for i, im := range ds.Images {
			out[i] = im.Path
		}
	}
	return out
}
