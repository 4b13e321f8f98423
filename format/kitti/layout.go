package kitti

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

const (
	labelFolder = "label_2"
	listFolder  = "ImageSets"
)

// pictureFolders are where the pictures of labels may be, beside them.
var pictureFolders = []string{"image_2", "images", "image"}

// A layout says where labels and pictures are.
type layout struct {
	base string
	// parts are folders that hold label_2, relative to base; "" for base itself.
	parts []string
	// lists are the files of ImageSets, by their splits.
	lists map[string]string
}

// newLayout looks for labels in a folder and the folders in it.
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
		return nil, fmt.Errorf("%s is a file; give the folder that holds %s and image_2", source.Show(filepath.Base(base)), labelFolder)
	}
	if filepath.Base(base) == labelFolder {
		base = filepath.Dir(base)
	}
	l := &layout{base: base, lists: map[string]string{}}
	if source.IsDir(filepath.Join(base, labelFolder)) {
		l.parts = append(l.parts, "")
	}
	entries, err := os.ReadDir(base)
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", source.Show(base), err)
	}
	for _, e := range entries {
		if !source.Ignored(e.Name()) && source.IsDir(filepath.Join(base, e.Name(), labelFolder)) {
			l.parts = append(l.parts, e.Name())
		}
	}
	if len(l.parts) == 0 {
		return nil, fmt.Errorf("%s holds no %s; expected training/%s with training/image_2", source.Show(base), labelFolder, labelFolder)
	}
	sets, _ := os.ReadDir(filepath.Join(base, listFolder)) // there may be none
	for _, e := range sets {
		if split, ok := strings.CutSuffix(e.Name(), ".txt"); ok {
			l.lists[split] = listFolder + "/" + e.Name()
		}
	}
	return l, nil
}

// labels returns the label files of a part by their stems.
func (l *layout) labels(part string) map[string]string {
	return source.ByStem(l.base, source.Join(part, labelFolder), ".txt")
}

// splits returns the split of each listed stem. Lists that others are made of,
// such as trainval, count last.
func (l *layout) splits() (of map[string]string, err error) {
	of = map[string]string{}
	var names []string
	for split := range l.lists {
		names = append(names, split)
	}
	union := func(s string) bool { return strings.HasPrefix(s, "trainval") || s == "all" }
	slices.SortFunc(names, func(a, b string) int {
		switch {
		case union(a) == union(b):
			return strings.Compare(a, b)
		case union(a):
			return 1
		}
		return -1
	})
	for _, split := range names {
		f, err := linetext.Read(filepath.Join(l.base, filepath.FromSlash(l.lists[split])))
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", l.lists[split], err)
		}
		for _, line := range f.Lines {
			if stem := listed(line); stem != "" && of[stem] == "" {
				of[stem] = split
			}
		}
	}
	return of, nil
}

// listed returns the stem that a line of a list names.
func listed(line linetext.Line) string {
	fields := line.Fields()
	if len(fields) == 0 {
		return ""
	}
	base := path.Base(strings.ReplaceAll(fields[0].Text, `\`, "/"))
	switch strings.ToLower(path.Ext(base)) {
	case ".png", ".jpg", ".jpeg", ".txt":
		return strings.TrimSuffix(base, path.Ext(base))
	}
	return base
}
