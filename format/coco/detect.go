package coco

import (
	"fmt"
	"path"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// Info describes the format.
func (instancesFormat) Info() source.Info {
	return source.Info{
		Name:   "coco",
		Title:  "COCO",
		Layout: "one JSON file with images, annotations and categories, or a folder with annotations/instances_*.json or train/_annotations.coco.json",
		Holds: source.Holds{
			Labels: true, MultiLabel: true, Boxes: true, Polygons: true, Masks: true, Parts: true, Crowds: true,
			Scores: true, Attributes: true, IDs: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Polygons and compressed and uncompressed RLE are read; LVIS, Roboflow and CVAT exports, stuff and label files, too.",
			"Keypoints and captions are kept in the file and not checked.",
			"Of a folder with several kinds of file, instances_*.json are read.",
		},
	}
}

// Detect looks for instances files.
func (instancesFormat) Detect(p *source.Peek) (source.Match, error) {
	files := discover(p)
	chosen, _ := choose(files, instances)
	if len(chosen) == 0 {
		return source.Match{Reason: "no JSON file with the lists images and annotations"}, nil
	}
	m := source.Match{Confidence: source.Sure, Reason: fmt.Sprintf("%s is a COCO file", source.Show(chosen[0].name))}
	if len(chosen) > 1 {
		m.Reason = fmt.Sprintf("%s and %d more are COCO files", source.Show(chosen[0].name), len(chosen)-1)
	}
	m.Confidence = min(m.Confidence, nested(chosen[0]))
	for _, f := range files {
		if k := kindOf(chosen[0].name); f.what == panoptic && (k == "captions" || k == "image_info") {
			m.Confidence = source.Likely
		}
	}
	return m, nil
}

// nested lowers the confidence in a file that lies in a folder which is neither
// one of annotations nor that of a split: the source may be more than that.
func nested(f file) source.Confidence {
	if dir := path.Dir(f.name); dir != "." && !strings.EqualFold(dir, "annotations") && source.SplitOf(dir) == "" {
		return source.Likely
	}
	return source.Sure
}
