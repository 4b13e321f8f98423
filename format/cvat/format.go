package cvat

import (
	"bytes"
	"fmt"
	"path"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Name of the format.
const Name = "cvat"

// Format is CVAT XML for the list in package format.
var Format source.Format = cvatFormat{}

type cvatFormat struct{}

func (cvatFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "CVAT XML 1.1 for images", Layout: "annotations.xml beside a folder of pictures",
		Holds: source.Holds{Labels: true, MultiLabel: true, Boxes: true, RotatedBoxes: true, Polygons: true, Masks: true, Attributes: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"The rotation of a box is about its centre, clockwise, in degrees.",
			"Polylines, points, ellipses, cuboids and skeletons stay in the file and are not checked.",
			"Tracks (CVAT for video) are not read; export the task as CVAT for images.",
			"A polygon of several parts is written as a mask.",
		},
	}
}

// Detect is sure of an XML file whose content names CVAT, and of a folder that
// holds such files.
func (cvatFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if isCVAT(p.Head("")) {
			return source.Match{Confidence: source.Sure, Reason: "its first elements are those of CVAT"}, nil
		}
		return source.Match{Reason: "it is no CVAT XML"}, nil
	}
	for _, dir := range folders {
		for i, name := range p.Files(dir, ".xml") {
			if i >= 20 {
				break
			}
			if isCVAT(p.Head(path.Join(dir, name))) {
				return source.Match{Confidence: source.Sure, Reason: fmt.Sprintf("%s is CVAT XML", source.Show(path.Join(dir, name)))}, nil
			}
		}
	}
	return source.Match{Reason: "no XML file in it is CVAT's"}, nil
}

// folders are where the annotation files of a dataset lie.
var folders = []string{"", "annotations", "Annotations"}

func isCVAT(head []byte) bool {
	root, ok := xmltext.Root(head)
	if !ok || root.Name != "annotations" {
		return false
	}
	for _, sign := range []string{"<meta", "<image ", "<track ", "<version>1."} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}
