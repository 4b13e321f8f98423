package datumaro

import (
	"bytes"
	"fmt"
	"path"
	"regexp"

	"github.com/errata-cv/errata/format/source"
)

// Name is the name of the format.
const Name = "datumaro"

// Format is Datumaro.
var Format source.Format = datumaroFormat{}

type datumaroFormat struct{}

// Info implements [source.Format].
func (datumaroFormat) Info() source.Info {
	return source.Info{
		Name:   Name,
		Title:  "Datumaro",
		Layout: "annotations/<subset>.json with categories and items, pictures in images/<subset>",
		Holds: source.Holds{
			Labels: true, MultiLabel: true,
			Boxes: true, RotatedBoxes: true, Polygons: true, Parts: true, Masks: true,
			Crowds: true, Attributes: true, IDs: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Points, polylines, captions, ellipses and cuboids are listed and kept as they are.",
			"Attributes that are lists or objects are kept as they are and not read.",
			"A bbox with the attribute rotation is a rotated box.",
		},
	}
}

// annotationsDir and imagesDir are the folders of a dataset.
const (
	annotationsDir = "annotations"
	imagesDir      = "images"
)

// Detect implements [source.Format].
func (datumaroFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if c := headConfidence(p.Head("")); c > source.No {
			return source.Match{Confidence: c, Reason: "a JSON file with the categories and items of Datumaro"}, nil
		}
		return source.Match{Reason: "it is no JSON file with categories and items"}, nil
	}
	for _, dir := range []string{annotationsDir, ""} {
		files := p.Files(dir, ".json")
		for _, name := range files[:min(len(files), sampled)] {
			full := path.Join(dir, name)
			if c := headConfidence(p.Head(full)); c > source.No {
				return source.Match{Confidence: c, Reason: fmt.Sprintf("%s holds categories and items of Datumaro", source.Show(full))}, nil
			}
		}
	}
	return source.Match{Reason: "neither it nor annotations holds JSON files with categories and items"}, nil
}

// sampled is how many JSON files of a folder are looked at.
const sampled = 5

var categoriesObject = regexp.MustCompile(`"categories"\s*:\s*\{`)

// headConfidence judges the start of a file. The categories of COCO are a list,
// those of Datumaro an object.
func headConfidence(head []byte) source.Confidence {
	head = bytes.TrimSpace(head)
	if len(head) == 0 || head[0] != '{' {
		return source.No
	}
	has := func(key string) bool { return bytes.Contains(head, []byte(`"`+key+`"`)) }
	switch {
	case has("dm_format_version"), categoriesObject.Match(head) && (has("items") || has("infos")):
		return source.Sure
	case has("items") && has("annotations") && has("label_id"):
		return source.Likely
	}
	return source.No
}
