package labelme

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// Name is the name of the format.
const Name = "labelme"

// Format is LabelMe.
var Format source.Format = labelmeFormat{}

type labelmeFormat struct{}

// Info implements [source.Format].
func (labelmeFormat) Info() source.Info {
	return source.Info{
		Name:   Name,
		Title:  "LabelMe",
		Layout: "a JSON file with shapes for each picture, beside it or in a folder of its own",
		Holds: source.Holds{
			Labels: true, MultiLabel: true,
			Boxes: true, RotatedBoxes: true, Polygons: true, Masks: true,
			Attributes: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Flags of a file that are true are labels of the whole picture.",
			"Circles, lines and points are listed and kept as they are.",
			"Flags of a shape, group_id and description are attributes.",
			"A picture that is only embedded (imageData) is read from the label file.",
		},
	}
}

// Detect implements [source.Format].
func (labelmeFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if isLabelHead(p.Head("")) {
			return source.Match{Confidence: source.Sure, Reason: "a label file of LabelMe"}, nil
		}
		return source.Match{Reason: "it is no JSON file with shapes and imagePath"}, nil
	}
	if name := labelFileIn(p, ""); name != "" {
		return source.Match{Confidence: source.Sure, Reason: fmt.Sprintf("%s is a label file of LabelMe", source.Show(name))}, nil
	}
	dirs := p.Dirs("")
	dirs = dirs[:min(len(dirs), sampledDirs)]
	for _, dir := range dirs {
		for _, inner := range p.Dirs(dir) {
			if len(dirs) < 2*sampledDirs {
				dirs = append(dirs, dir+"/"+inner)
			}
		}
	}
	for _, dir := range dirs {
		name := labelFileIn(p, dir)
		if name == "" {
			continue
		}
		m := source.Match{Confidence: source.Likely, Reason: fmt.Sprintf("%s is a label file of LabelMe", source.Show(dir+"/"+name))}
		if top, _, _ := strings.Cut(dir, "/"); source.SplitOf(path.Base(dir)) != "" || isLabelFolder(dir) || isLabelFolder(top) {
			m.Confidence = source.Sure
		}
		return m, nil
	}
	return source.Match{Reason: "no folder holds JSON files with shapes and imagePath"}, nil
}

const (
	sampledFiles = 5
	sampledDirs  = 50
)

// labelFileIn returns the first of a few JSON files in a folder that is a label
// file.
func labelFileIn(p *source.Peek, dir string) string {
	files := p.Files(dir, ".json")
	for _, name := range files[:min(len(files), sampledFiles)] {
		full := name
		if dir != "" {
			full = dir + "/" + name
		}
		if isLabelHead(p.Head(full)) {
			return name
		}
	}
	return ""
}

// isLabelFolder tells the names of folders that hold label files beside a folder
// of pictures.
func isLabelFolder(name string) bool {
	switch strings.ToLower(name) {
	case "annotations", "annotation", "ann", "labels", "label", "json", "jsons", "labelme":
		return true
	}
	return false
}

// isLabelHead looks for keys that LabelMe alone uses together. An embedded
// picture may hide those behind it.
func isLabelHead(head []byte) bool {
	if head = bytes.TrimSpace(head); len(head) == 0 || head[0] != '{' {
		return false
	}
	has := func(key string) bool { return bytes.Contains(head, []byte(`"`+key+`"`)) }
	return has("imageData") || has("shapes") && has("imagePath") || has("shapes") && has("shape_type") && has("points")
}
