package csvtable

import (
	"context"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Format is this format for the list in package format.
var Format source.Format = tableFormat{}

type tableFormat struct{}

func (tableFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Table (CSV, TSV)", Layout: "a text table with a path and a label in each row",
		Holds: source.Holds{Labels: true, MultiLabel: true, Annotators: true, Splits: true, Metadata: true},
	}
}

// Detect holds likely a file whose rows name pictures and of a folder that holds
// exactly one such file; any other text table is possible.
func (tableFormat) Detect(p *source.Peek) (source.Match, error) {
	path := p.Path
	if p.Dir {
		tables, err := tablesIn(path)
		if err != nil {
			return source.Match{}, err
		}
		switch len(tables) {
		case 0:
			return source.Match{Reason: "no table (.csv, .tsv, .txt) in it names pictures"}, nil
		case 1:
			return source.Match{Confidence: source.Likely, Reason: "the table " + names(tables) + " names pictures"}, nil
		}
		return source.Match{Reason: "several tables in it name pictures (" + names(tables) + "): give the path of one"}, nil
	}
	usable, clause := probe(path)
	switch {
	case usable:
		return source.Match{Confidence: source.Likely, Reason: "its rows name pictures"}, nil
	case hasTableExtension(path):
		return source.Match{Confidence: source.Possible, Reason: "it has the extension of a table"}, nil
	}
	return source.Match{Reason: clause}, nil
}

func (tableFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	return Read(ctx, path, o)
}
