package labelstudio

import (
	"bytes"
	"fmt"

	"github.com/errata-cv/errata/format/source"
)

// Name is the name of the format.
const Name = "label-studio"

// Format is Label Studio.
var Format source.Format = labelStudioFormat{}

type labelStudioFormat struct{}

// Info implements [source.Format].
func (labelStudioFormat) Info() source.Info {
	return source.Info{
		Name:   Name,
		Title:  "Label Studio",
		Layout: "an export as JSON or JSON-MIN, with the pictures below its folder or beside it",
		Holds: source.Holds{
			Labels: true, MultiLabel: true,
			Boxes: true, RotatedBoxes: true, Polygons: true, Masks: true,
			Annotators: true, Attributes: true, IDs: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Every annotation of a task is read with the person who completed it; cancelled ones, drafts and predictions are listed and kept.",
			"Keypoints, ellipses, vectors, relations and regions without a label are listed and kept.",
			"Results per region are attributes.",
			"A label_config.xml beside the export lists the classes.",
		},
	}
}

// sampled is how many JSON files of a folder are looked at.
const sampled = 8

// Detect implements [source.Format].
func (labelStudioFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if isExport(p.Head("")) {
			return source.Match{Confidence: source.Sure, Reason: "an export of Label Studio"}, nil
		}
		return source.Match{Reason: "it is no JSON file with tasks of Label Studio"}, nil
	}
	files := p.Files("", ".json")
	for _, name := range files[:min(len(files), sampled)] {
		if isExport(p.Head(name)) {
			return source.Match{Confidence: source.Sure, Reason: fmt.Sprintf("%s is an export of Label Studio", source.Show(name))}, nil
		}
	}
	return source.Match{Reason: "it holds no JSON file with tasks of Label Studio"}, nil
}

// isExport looks for keys that Label Studio alone uses together.
func isExport(head []byte) bool {
	if head = bytes.TrimSpace(head); len(head) == 0 || head[0] != '[' && head[0] != '{' {
		return false
	}
	all := func(keys ...string) bool {
		for _, key := range keys {
			if !bytes.Contains(head, []byte(`"`+key+`"`)) {
				return false
			}
		}
		return true
	}
	switch {
	case all("result", "from_name", "to_name"), all("annotator", "annotation_id", "lead_time"):
		return true
	case all("data", "annotations", "predictions"), all("data", "annotations", "was_cancelled"):
		return true
	}
	return all("rectanglelabels") || all("polygonlabels") || all("brushlabels")
}
