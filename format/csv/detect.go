package csvtable

import (
	"context"
	"os"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Format is this format for the list in package format.
var Format source.Format = tableFormat{}

type tableFormat struct{}

func (tableFormat) Name() string { return Name }

// Detect is sure of a file whose rows name pictures and of a folder that holds
// exactly one such file; any other text table is possible.
func (tableFormat) Detect(path string) (source.Match, error) {
	info, err := os.Stat(path)
	if err != nil {
		return source.Match{}, err
	}
	if info.IsDir() {
		tables, err := tablesIn(path)
		if err != nil {
			return source.Match{}, err
		}
		switch len(tables) {
		case 0:
			return source.Match{Reason: "no table (.csv, .tsv, .txt) in it names pictures"}, nil
		case 1:
			return source.Match{Confidence: source.Sure, Reason: "the table " + names(tables) + " names pictures"}, nil
		}
		return source.Match{Reason: "several tables in it name pictures (" + names(tables) + "): give the path of one"}, nil
	}
	usable, clause := probe(path)
	switch {
	case usable:
		return source.Match{Confidence: source.Sure, Reason: "its rows name pictures"}, nil
	case hasTableExtension(path):
		return source.Match{Confidence: source.Possible, Reason: "it has the extension of a table"}, nil
	}
	return source.Match{Reason: clause}, nil
}

func (tableFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	return Read(ctx, path, o)
}
