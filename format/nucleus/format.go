package nucleus

import (
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/source"
)

// Format reads Scale Nucleus.
var Format source.Format = nucleusFormat{}

type nucleusFormat struct{}

// Info implements [source.Format].
func (nucleusFormat) Info() source.Info {
	return source.Info{
		Name:   "nucleus",
		Title:  "Scale Nucleus",
		Layout: "JSON or JSON Lines of items (image_url, reference_id) and annotations (type, label, geometry, reference_id), in one file or several",
		Holds: source.Holds{
			Labels: true, MultiLabel: true, Boxes: true, Polygons: true,
			Scores: true, Attributes: true, IDs: true,
			Splits: true, Metadata: true, Unlabelled: true,
		},
		Notes: []string{
			"The split is the text split in the metadata of an item.",
			"Lines, keypoints, cuboids and segmentations stay in the file and are not checked.",
			"Predictions beside annotations stay in the file; alone they are read with their confidence. Probabilities of classes (class_pdf) are not read.",
			"When written, a polygon of several parts becomes one that goes from part to part.",
		},
	}
}

var extensions = []string{".json", ".jsonl", ".ndjson"}

// Detect implements [source.Format].
func (nucleusFormat) Detect(p *source.Peek) (source.Match, error) {
	m, _ := jsonfiles.Look(p, match, extensions...)
	return m, nil
}

func match(o jsonfiles.Outline) source.Match {
	for _, at := range []string{"annotations[].", "predictions[].", "[].", ""} {
		if o.HasAny(at+"reference_id", at+"item_id") && (o.Has(at+"type", at+"geometry") || o.Has(at+"type", at+"label") || o.Has(at+"mask_url", at+"annotations")) {
			return source.Match{Confidence: source.Sure, Reason: "its annotations have a type, a geometry and a reference_id"}
		}
	}
	for _, at := range []string{"items[].", "[].", ""} {
		if o.Has(at+"reference_id") && o.HasAny(at+"image_url", at+"original_image_url", at+"image_location") {
			return source.Match{Confidence: source.Sure, Reason: "its items have an image_url and a reference_id"}
		}
	}
	for _, at := range []string{"[].", ""} {
		if o.Has(at+"item.reference_id", at+"annotations") {
			return source.Match{Confidence: source.Sure, Reason: "its rows have an item with a reference_id and annotations"}
		}
	}
	return source.Match{Reason: "it has no items or annotations with a reference_id"}
}

// ours tells the files of a folder that are read from others beside them.
func ours(o jsonfiles.Outline) bool { return match(o).Confidence >= source.Likely }

var (
	_ source.Patcher = nucleusFormat{}
	_ source.Writer  = nucleusFormat{}
)
