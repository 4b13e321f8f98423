package boxcsv

import (
	"context"
	"path"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Names of the formats.
const (
	OpenImagesName = "open-images"
	BoxesName      = "csv-boxes"
)

// The formats for the list in package format.
var (
	OpenImages source.Format = openImages{}
	Boxes      source.Format = boxTable{}
)

type openImages struct{}

func (openImages) Info() source.Info {
	return source.Info{
		Name: OpenImagesName, Title: "Open Images CSV",
		Layout: "train-annotations-bbox.csv (ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,...), class-descriptions-boxable.csv, and the pictures",
		Holds: source.Holds{
			Labels: true, MultiLabel: true, Boxes: true, Crowds: true, Attributes: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Coordinates are shares of the size of the picture, with a decimal point or comma; boxes of pictures that are missing are listed and skipped.",
			"IsGroupOf marks crowds; Source, Confidence, IsOccluded, IsTruncated, IsDepiction, IsInside and other columns are attributes of the box.",
			"Image-level labels with confidence 0 say that a class is absent; they stay in the file and are no labels.",
			"Without class-descriptions the identities (/m/01g317) are the names of the classes.",
		},
	}
}

func (openImages) Detect(p *source.Peek) (source.Match, error) {
	return detect(p, true)
}

func (openImages) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	return read(ctx, name, OpenImagesName, true, o)
}

func (openImages) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	return patch(ctx, ds, true, changes)
}

type boxTable struct{}

func (boxTable) Info() source.Info {
	return source.Info{
		Name: BoxesName, Title: "Table of boxes (CSV)",
		Layout: "a text table with a picture, a class and the edges of a box in each row (filename,width,height,class,xmin,ymin,xmax,ymax)",
		Holds:  source.Holds{Boxes: true, Scores: true, Attributes: true, Splits: true},
		Notes: []string{
			"Read are the tables of TensorFlow, Roboflow, RetinaNet and Kaggle: columns named xmin,ymin,xmax,ymax, x1,y1,x2,y2, x,y,w,h or bbox, or six columns without names.",
			"Four numbers in one cell are two corners, unless a far edge would come before a near one in the first rows: then they are a corner and a size.",
			"Coordinates that are all between 0 and 1 are shares of the size of the picture.",
			"A table without a column for the class holds objects of the class \"object\". Other columns are attributes.",
			"A picture whose last box is deleted is no longer in the table.",
		},
	}
}

func (boxTable) Detect(p *source.Peek) (source.Match, error) {
	return detect(p, false)
}

func (boxTable) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	return read(ctx, name, BoxesName, false, o)
}

func (boxTable) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	return patch(ctx, ds, false, changes)
}

// detect is sure when the first row names the columns of boxes.
func detect(p *source.Peek, open bool) (source.Match, error) {
	if !p.Dir {
		head := p.Head("")
		if !isTable(p.Path) {
			return source.Match{Reason: "it is no text table"}, nil
		}
		c := columnsOf(head, len(head) < headSize)
		if c.content == other || c.content == pictures || c.open != open {
			return source.Match{Reason: "its header does not name " + what(open)}, nil
		}
		return match(c, open, "its header names "), nil
	}
	tables, _ := find(p, open)
	if len(tables) == 0 {
		return source.Match{Reason: "no table in it names " + what(open)}, nil
	}
	if names := clash(tables); names != "" && !open {
		return source.Match{Confidence: source.Possible, Reason: "several tables in it hold boxes (" + names + "): give the path of one"}, nil
	}
	return match(tables[0].columns, open, "the table "+source.Show(path.Base(tables[0].name))+" names "), nil
}

func what(open bool) string {
	if open {
		return "ImageID, LabelName and XMin as those of Open Images do"
	}
	return "a picture and the edges of a box"
}

func match(c columns, open bool, prefix string) source.Match {
	m := source.Match{Confidence: source.Sure, Reason: prefix + what(open)}
	// VoTT writes this very header, and has a format of its own; a table without
	// a header may mean something else.
	if !c.header || !open && strings.Join(c.names, ",") == "image,xmin,ymin,xmax,ymax,label" {
		m.Confidence = source.Likely
	}
	return m
}
