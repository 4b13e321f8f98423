package csvtable

import (
	"bufio"
	"context"
	"encoding/csv"
	"path"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Write implements [source.Writer]: labels.csv with one row for each label of a
// whole image, beside a folder of the pictures. The columns are path, label, and
// split, annotator and metadata where there are any.
func (tableFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	file, err := out.Create("labels.csv")
	if err != nil {
		return err
	}
	defer file.Close()
	buffer := bufio.NewWriter(file)
	w := csv.NewWriter(buffer)
	splits, annotators := len(ds.Splits()) > 0, false
	for _, a := range ds.Annotations {
		annotators = annotators || a.Annotator != ""
	}
	header := []string{"path", "label"}
	if splits {
		header = append(header, "split")
	}
	if annotators {
		header = append(header, "annotator")
	}
	if err := w.Write(append(header, ds.MetadataColumns...)); err != nil {
		return err
	}
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := path.Join("images", im.Path)
		placed := false
		for _, a := range ix.Annotations(i) {
			an := &ds.Annotations[a]
			if an.Geometry != nil {
				continue
			}
			if !placed {
				if err := out.Picture(i, name); err != nil {
					return err
				}
				placed = true
			}
			row := []string{name, ds.Classes[an.Class]}
			if splits {
				row = append(row, im.Split)
			}
			if annotators {
				row = append(row, an.Annotator)
			}
			for k := range ds.MetadataColumns {
				value := ""
				if k < len(im.Metadata) {
					value = im.Metadata[k]
				}
				row = append(row, value)
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	return file.Close()
}
