package yolo

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/yolo/datayaml"
	"github.com/errata-cv/errata/pixel"
)

// Detect is sure of a data.yaml or obj.data, and of label files whose rows are
// a class and fractions, with pictures or a list of classes.
func (f yoloFormat) Detect(p *source.Peek) (source.Match, error) {
	if f.obb {
		return source.Match{Reason: "it is only read as " + NameOBB + " when that is asked for"}, nil
	}
	if !p.Dir {
		return detectFile(p), nil
	}
	for _, name := range p.Files("", ".yaml", ".yml") {
		if y, err := datayaml.Parse(p.Head(name)); err == nil && describes(y) {
			if dotaRows(p) {
				return source.Match{Reason: "its labels are in the DOTA format"}, nil
			}
			return source.Match{Confidence: source.Sure, Reason: source.Show(name) + " names classes and splits"}, nil
		}
	}
	for _, name := range p.Files("", ".data") {
		if isData(p.Head(name)) {
			return source.Match{Confidence: source.Sure, Reason: source.Show(name) + " is a Darknet data file"}, nil
		}
	}
	return detectRows(p), nil
}

func detectFile(p *source.Peek) source.Match {
	ext := strings.ToLower(filepath.Ext(p.Path))
	switch {
	case isYAML(p.Path):
		if y, err := datayaml.Parse(p.Head("")); err == nil && describes(y) {
			return source.Match{Confidence: source.Sure, Reason: "it is a data.yaml with classes and splits"}
		}
		return source.Match{Reason: "it is no data.yaml with names and train, val or test"}
	case ext == ".data":
		if isData(p.Head("")) {
			return source.Match{Confidence: source.Sure, Reason: "it is a Darknet data file"}
		}
		return source.Match{Reason: "it is no Darknet data file"}
	}
	return source.Match{Reason: "it is no data.yaml or obj.data"}
}

func isData(head []byte) bool {
	keys := map[string]bool{}
	for i, l := range linetext.Parse(head).Lines {
		if key, _, ok := strings.Cut(l.Text, "="); ok && i < 100 {
			keys[strings.TrimSpace(key)] = true
		}
	}
	return keys["names"] && (keys["train"] || keys["valid"] || keys["classes"])
}

// dotaRows reports whether the labels are in folders that are called labelTxt.
func dotaRows(p *source.Peek) bool {
	for _, d := range append([]string{""}, p.Dirs("")...) {
		if p.IsDir(join(d, "labelTxt")) && !p.IsDir(join(d, "labels")) {
			return true
		}
	}
	return false
}

// detectRows looks for label files without a description: beside pictures or in
// folders of labels, at most two folders down.
func detectRows(p *source.Peek) source.Match {
	named := ""
	for _, n := range namesFiles {
		if p.IsFile(n) && (n != "notes.json" || strings.Contains(string(p.Head(n)), `"categories"`)) {
			named = n
			break
		}
	}
	for _, n := range p.Files("", ".names") {
		named = n
	}
	folders := []string{""}
	for _, d := range p.Dirs("") {
		folders = append(folders, d)
		for i, sub := range p.Dirs(d) {
			if i < 20 {
				folders = append(folders, d+"/"+sub)
			}
		}
		if len(folders) > 400 {
			break
		}
	}
	for _, dir := range folders {
		label, objects := sampleRows(p, dir)
		if label == "" {
			continue
		}
		inLabels := isLabelFolder(dir)
		_, hasClasses := firstOf(p, dir, namesFiles)
		beside := hasPicture(p, dir, label)
		switch {
		case objects && (named != "" || hasClasses) && (inLabels || beside || dir == "obj_train_data"):
			return source.Match{Confidence: source.Sure, Reason: fmt.Sprintf("%s has YOLO rows, and there is a list of classes", source.Show(label))}
		case objects && inLabels:
			return source.Match{Confidence: source.Sure, Reason: fmt.Sprintf("%s has YOLO rows", source.Show(label))}
		case objects && beside:
			return source.Match{Confidence: source.Likely, Reason: fmt.Sprintf("%s has YOLO rows and a picture beside it", source.Show(label))}
		}
	}
	return source.Match{Reason: "no text file has rows of a class and fractions"}
}

func firstOf(p *source.Peek, dir string, names []string) (string, bool) {
	for _, n := range names {
		if p.IsFile(join(dir, n)) {
			return n, true
		}
	}
	return "", false
}

func isLabelFolder(dir string) bool {
	for _, part := range strings.Split(dir, "/") {
		for _, l := range labelFolders {
			if part == l && part != "txt" {
				return true
			}
		}
	}
	return false
}

// sampleRows returns the first label file of a folder with objects, or an empty
// one. The folder has none when a text file in it is something else.
func sampleRows(p *source.Peek, dir string) (label string, objects bool) {
	looked := 0
	for _, name := range p.Files(dir, ".txt") {
		if isList(name) {
			continue
		}
		if looked++; looked > 8 {
			break
		}
		for _, l := range linetext.Parse(p.Head(join(dir, name))).Lines {
			if l.Blank() {
				continue
			}
			r, ok := parseRow(l)
			if !ok || r.class < 0 || !fractions(r.values) {
				return "", false
			}
			return join(dir, name), true
		}
		label = join(dir, name)
	}
	return label, false
}

// fractions reports whether the values can be coordinates of an object.
func fractions(v []float64) bool {
	if len(v) < 4 {
		return false
	}
	for _, x := range v[:4] {
		if !(x > -0.5 && x < 1.5) {
			return false
		}
	}
	return true
}

// hasPicture reports whether the picture of a label file lies beside it, or in a
// folder of pictures.
func hasPicture(p *source.Peek, dir, label string) bool {
	stem := strings.TrimSuffix(path.Base(label), path.Ext(label))
	for _, d := range []string{dir, join(path.Dir(dir), "images"), join(path.Dir(dir), "Images")} {
		for _, e := range p.List(strings.TrimPrefix(d, "./")) {
			if n := e.Name(); pixel.HasImageExtension(n) && strings.TrimSuffix(n, path.Ext(n)) == stem {
				return true
			}
		}
	}
	return false
}
