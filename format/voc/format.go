package voc

import (
	"bytes"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// Name of the format.
const Name = "voc"

// Format is Pascal VOC for the list in package format.
var Format source.Format = vocFormat{}

type vocFormat struct{}

func (vocFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Pascal VOC", Layout: "one XML file for each picture, in Annotations/ beside JPEGImages/ and ImageSets/, or beside the pictures",
		Holds: source.Holds{Boxes: true, Attributes: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"Boxes reach from xmin to xmax as written; nothing is added for the last pixel.",
			"The name of the XML file says which picture it belongs to, <filename> only where no picture has that name.",
			"Parts, rotated boxes and outlines stay in the file and are not checked.",
			"SegmentationClass and SegmentationObject are read with --dataset-format masks.",
			"Written files have pose, truncated and difficult only where the dataset has them.",
		},
	}
}

// Limits of the search for a file that shows the format.
const (
	lookFolders = 60
	lookFiles   = 12
)

// Detect is sure of a folder with an XML file that is a VOC annotation where one
// is expected.
func (vocFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if isAnnotation(p.Head("")) {
			return source.Match{Reason: "it is one VOC annotation; give the folder that it is in"}, nil
		}
		return source.Match{Reason: "it is no folder of VOC annotations"}, nil
	}
	files := 0
	queue := []string{""}
	for seen := 0; len(queue) > 0 && seen < lookFolders; seen++ {
		dir := queue[0]
		queue = queue[1:]
		for i, name := range p.Files(dir, ".xml") {
			if files++; i >= 2 || files > lookFiles {
				break
			}
			if full := source.Join(dir, name); isAnnotation(p.Head(full)) {
				m := source.Match{Confidence: source.Sure, Reason: source.Show(full) + " is a VOC annotation"}
				if !isLaidOut(full) {
					m.Confidence = source.Likely // one of several things in the folder
				}
				return m, nil
			}
		}
		if strings.Count(dir, "/") < 4 {
			for _, d := range p.Dirs(dir) {
				queue = append(queue, source.Join(dir, d))
			}
		}
	}
	return source.Match{Reason: "no XML file in it is a VOC annotation"}, nil
}

// isLaidOut reports whether the folders that an XML file lies in are those of a
// dataset: a year, a split, and what is below a folder of annotations.
func isLaidOut(xml string) bool {
	parts := strings.Split(xml, "/")
	for _, p := range parts[:len(parts)-1] {
		switch {
		case isAnnotationFolder(p), strings.EqualFold(p, "xml"), strings.EqualFold(p, "xmls"):
			return true
		case source.SplitOf(p+"/x") == "" && !strings.HasPrefix(strings.ToUpper(p), "VOC"):
			return false
		}
	}
	return true
}

// isAnnotation tells VOC's files from LabelMe's, whose root has the same name.
func isAnnotation(head []byte) bool {
	root, ok := xmltext.Root(head)
	if !ok || root.Name != "annotation" {
		return false
	}
	if bytes.Contains(head, []byte("<bndbox")) {
		return true
	}
	labelme := bytes.Contains(head, []byte("<imagesize")) || bytes.Contains(head, []byte("<sourceAnnotation"))
	return !labelme && bytes.Contains(head, []byte("<size")) && bytes.Contains(head, []byte("<width"))
}
