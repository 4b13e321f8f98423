package labelmexml

import (
	"bytes"
	"path"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Name of the format.
const Name = "labelme-xml"

// Format is LabelMe XML for the list in package format.
var Format source.Format = labelmeFormat{}

type labelmeFormat struct{}

func (labelmeFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "LabelMe XML (MIT)", Layout: "Annotations/FOLDER/NAME.xml beside Images/FOLDER/NAME.jpg",
		Holds: source.Holds{Boxes: true, Polygons: true, Masks: true, Annotators: true, Attributes: true, IDs: true, Splits: true, Unlabelled: true},
		Notes: []string{
			"Objects that are marked as deleted are passed over; a deletion marks them so.",
			"Masks are pictures beside the file; they are read and never changed.",
		},
	}
}

const lookFolders = 60

// Detect is sure of a folder with an XML file of LabelMe where one is expected.
func (labelmeFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if isLabelMe(p.Head("")) {
			return source.Match{Reason: "it is one LabelMe annotation; give the folder that it is in"}, nil
		}
		return source.Match{Reason: "it is no folder of LabelMe annotations"}, nil
	}
	queue := []string{""}
	for seen := 0; len(queue) > 0 && seen < lookFolders; seen++ {
		dir := queue[0]
		queue = queue[1:]
		for i, name := range p.Files(dir, ".xml") {
			if i >= 2 {
				break
			}
			if full := path.Join(dir, name); isLabelMe(p.Head(full)) {
				m := source.Match{Confidence: source.Sure, Reason: source.Show(full) + " is a LabelMe annotation"}
				if dir != "" && !strings.HasPrefix(full, "Annotations/") {
					m.Confidence = source.Likely // one of several things in the folder
				}
				return m, nil
			}
		}
		if strings.Count(dir, "/") < 4 {
			for _, d := range p.Dirs(dir) {
				queue = append(queue, path.Join(dir, d))
			}
		}
	}
	return source.Match{Reason: "no XML file in it is a LabelMe annotation"}, nil
}

// isLabelMe tells LabelMe's files from those of Pascal VOC, whose root has the
// same name.
func isLabelMe(head []byte) bool {
	root, ok := xmltext.Root(head)
	if !ok || root.Name != "annotation" || bytes.Contains(head, []byte("<bndbox")) {
		return false
	}
	for _, sign := range []string{"<imagesize", "<sourceAnnotation", "<pt>", "<segm>"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}
