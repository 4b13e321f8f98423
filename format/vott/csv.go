package vott

import (
	"bytes"
	"context"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/boxcsv"
	"github.com/errata-cv/errata/format/source"
)

// CSV reads the tables that VoTT exports.
var CSV source.Format = csvFormat{}

type csvFormat struct{}

const csvName = "vott-csv"

// Info implements [source.Format].
func (csvFormat) Info() source.Info {
	return source.Info{
		Name:   csvName,
		Title:  "VoTT CSV",
		Layout: "a table with the columns image, xmin, ymin, xmax, ymax and label, one for each split",
		Holds:  source.Holds{Boxes: true, Splits: true},
		Notes:  []string{"A picture whose last box is deleted is no longer in the table."},
	}
}

// Detect implements [source.Format].
func (csvFormat) Detect(p *source.Peek) (source.Match, error) {
	tables := []string{""}
	if p.Dir {
		tables = p.Files("", ".csv")
	}
	for _, name := range tables {
		line, _, _ := bytes.Cut(p.Head(name), []byte{'\n'})
		header := strings.ReplaceAll(strings.TrimSpace(string(line)), `"`, "")
		if strings.EqualFold(header, "image,xmin,ymin,xmax,ymax,label") {
			return source.Match{Confidence: source.Sure, Reason: "its header is that of VoTT"}, nil
		}
	}
	return source.Match{Reason: "no table has the header image,xmin,ymin,xmax,ymax,label"}, nil
}

// Read implements [source.Format].
func (csvFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	ds, err := boxcsv.Boxes.Read(ctx, path, o)
	if err != nil {
		return nil, err
	}
	ds.Format = csvName
	return ds, nil
}

// Patch implements [source.Patcher].
func (csvFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	as := *ds
	as.Format = boxcsv.BoxesName
	return boxcsv.Boxes.(source.Patcher).Patch(ctx, &as, changes)
}

var (
	_ source.Patcher = csvFormat{}
	_ source.Patcher = jsonFormat{}
)
