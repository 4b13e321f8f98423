package createml

import (
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/source"
)

// Format reads Create ML.
var Format source.Format = createmlFormat{}

type createmlFormat struct{}

// Info implements [source.Format].
func (createmlFormat) Info() source.Info {
	return source.Info{
		Name:   "createml",
		Title:  "Create ML",
		Layout: "JSON of pictures with labels and coordinates, beside the pictures; Roboflow: _annotations.createml.json in a folder for each split",
		Holds:  source.Holds{Boxes: true, Splits: true, Unlabelled: true},
		Notes:  []string{"x and y of the coordinates are the middle of the box."},
	}
}

const extension = ".json"

// The two spellings of the members.
var (
	imageKeys      = []string{"image", "imagefilename", "imageFilename"}
	annotationKeys = []string{"annotations", "annotation"}
)

// Detect implements [source.Format].
func (createmlFormat) Detect(p *source.Peek) (source.Match, error) {
	m, _ := jsonfiles.Look(p, match, extension)
	return m, nil
}

func match(o jsonfiles.Outline) source.Match {
	for _, image := range imageKeys {
		for _, list := range annotationKeys {
			at := "[]." + list
			if name := o["[]."+image]; len(name) < 2 || name[0] != '"' {
				continue
			}
			switch {
			case o.Has(at+"[].label", at+"[].coordinates.x", at+"[].coordinates.width"):
				return source.Match{Confidence: source.Sure, Reason: "its pictures have annotations with a label and coordinates"}
			case o.Has(at) && !o.Has(at+"[]"):
				return source.Match{Confidence: source.Possible, Reason: "its pictures have lists of annotations, which are empty"}
			}
		}
	}
	return source.Match{Reason: "it is no list of pictures whose annotations have a label and coordinates"}
}

// ours tells the files of a folder that are read from others beside them.
func ours(o jsonfiles.Outline) bool { return match(o).Confidence >= source.Possible }

var (
	_ source.Patcher = createmlFormat{}
	_ source.Refuser = createmlFormat{}
)
