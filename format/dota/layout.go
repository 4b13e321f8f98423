package dota

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/yolo/datayaml"
)

const labelFolder = "labelTxt"

// A layout says where labels and pictures are.
type layout struct {
	base  string
	parts []part
	// names are the classes that a data.yaml lists; namesIn is its name.
	names   []string
	namesIn string
}

// A part is a folder with labels beside pictures.
type part struct {
	split string
	// folder is relative to base, "" for base itself; labels is the folder in it.
	folder, labels string
}

func newLayout(name string) (*layout, error) {
	base, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(base)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; give the folder that holds %s and images", source.Show(filepath.Base(base)), labelFolder)
	}
	if isLabelFolder(filepath.Base(base)) {
		base = filepath.Dir(base)
	}
	l := &layout{base: base}
	entries, err := os.ReadDir(base)
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", source.Show(base), err)
	}
	if labels := labelsIn(base); labels != "" {
		l.parts = append(l.parts, part{labels: labels})
	}
	for _, e := range entries {
		if source.Ignored(e.Name()) {
			continue
		}
		if labels := labelsIn(filepath.Join(base, e.Name())); labels != "" {
			l.parts = append(l.parts, part{split: source.SplitOf(e.Name()), folder: e.Name(), labels: labels})
		}
		if ext := strings.ToLower(path.Ext(e.Name())); l.names == nil && (ext == ".yaml" || ext == ".yml") {
			if y, err := datayaml.Read(filepath.Join(base, e.Name())); err == nil {
				for _, n := range y.Names {
					l.names, l.namesIn = append(l.names, n.Name), e.Name()
				}
			}
		}
	}
	if len(l.parts) == 0 {
		return nil, fmt.Errorf("%s holds no %s; expected for example train/%s with train/images", source.Show(base), labelFolder, labelFolder)
	}
	return l, nil
}

// isLabelFolder reports whether a folder is called labelTxt, labelTxt-v1.5 or such.
func isLabelFolder(name string) bool {
	return name == labelFolder || strings.HasPrefix(name, labelFolder+"-")
}

// labelsIn returns the folder of labels in another one.
func labelsIn(folder string) string {
	entries, _ := os.ReadDir(folder) // what is no folder holds nothing
	var found []string
	for _, e := range entries {
		if isLabelFolder(e.Name()) && source.IsDir(filepath.Join(folder, e.Name())) {
			found = append(found, e.Name())
		}
	}
	if len(found) == 0 {
		return ""
	}
	if slices.Contains(found, labelFolder) {
		return labelFolder
	}
	return found[len(found)-1]
}

// labels returns the label files of a part by their stems.
func (l *layout) labels(p part) map[string]string {
	return source.ByStem(l.base, source.Join(p.folder, p.labels), ".txt")
}
