package scalabel

import (
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/source"
)

// Format reads Scalabel and BDD100K.
var Format source.Format = scalabelFormat{}

type scalabelFormat struct{}

// Info implements [source.Format].
func (scalabelFormat) Info() source.Info {
	return source.Info{
		Name:   "scalabel",
		Title:  "Scalabel, BDD100K",
		Layout: "JSON of frames with labels that have box2d, poly2d or rle: one file, one for each split, or one for each picture",
		Holds: source.Holds{
			Boxes: true, Polygons: true, Masks: true, Parts: true,
			Crowds: true, Scores: true, Attributes: true, IDs: true,
			Splits: true, Metadata: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"x2 and y2 of a box2d are where it ends; no pixel is added.",
			"Bézier curves are followed by lines at most 1/4 pixel away, and stay curves in the file until the outline is moved.",
			"Where a label has an outline, a mask and a box, the outline is the object, and a correction changes all of them.",
			"Attributes of frames (weather, scene, timeofday) are metadata of the images.",
			"Lines, cuboids and graphs of keypoints stay in the file and are not checked.",
		},
	}
}

var extensions = []string{".json", ".jsonl"}

// Detect implements [source.Format].
func (scalabelFormat) Detect(p *source.Peek) (source.Match, error) {
	m, _ := jsonfiles.Look(p, match, extensions...)
	return m, nil
}

func match(o jsonfiles.Outline) source.Match {
	for _, at := range []string{"frames[].", "[].", ""} {
		for _, list := range []string{"labels", "objects"} {
			l := at + list + "[]."
			switch {
			case o.HasAny(l+"box2d", l+"poly2d") && o.Has(l+"category"):
				return source.Match{Confidence: source.Sure, Reason: "its frames have labels with box2d and poly2d"}
			case o.Has(l+"rle", l+"category"):
				return source.Match{Confidence: source.Sure, Reason: "its frames have labels with an rle"}
			}
		}
		switch {
		case o.Has(at+"name", at+"labels") && o.HasAny(at+"videoName", at+"frameIndex"):
			return source.Match{Confidence: source.Likely, Reason: "it has frames with a videoName and labels"}
		case o.Has(at+"name", at+"labels") && (at == "frames[]." || o.Has(at+"labels[].category")):
			return source.Match{Confidence: source.Likely, Reason: "it has frames with a name and labels"}
		}
	}
	return source.Match{Reason: "it has no frames with labels"}
}

// ours tells the files of a folder that are read from others beside them.
func ours(o jsonfiles.Outline) bool { return match(o).Confidence >= source.Likely }
