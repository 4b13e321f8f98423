package masks

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// A layout is what a path holds.
type layout struct {
	// base is the absolute folder that the paths of items are relative to, root
	// the one for the paths of the dataset's images.
	base, root string
	// source is the folder that was named.
	source   string
	pairings []pairing
	items    []item
	orphans  []string
	legend   *legend
	// complaint says why a list of classes could not be used, listFile which.
	complaint, listFile string
	lists               []splitList
	prefix              string // of the pictures in base: the way to root
}

// discover finds out what a path holds. Images is the folder of pictures that
// a person named, or "".
func discover(name, images string) (*layout, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", source.Show(name), err)
	}
	if !info.IsDir() {
		abs = filepath.Dir(abs)
	}
	l := &layout{base: abs, root: abs, source: abs}
	t := newDisk(abs)
	l.pairings = pairingsOf(t)
	if several := severalOf(l.pairings); several != "" {
		return nil, fmt.Errorf("%s holds several datasets (%s); give the folder of one of them", source.Show(name), several)
	}
	if images != "" {
		if l.root, err = filepath.Abs(images); err != nil {
			return nil, err
		}
		pictures, err := filepath.Rel(abs, l.root)
		if err != nil {
			return nil, err
		}
		l.pairings = withPictures(t, l.pairings, filepath.ToSlash(pictures))
	}
	for i := range l.pairings {
		items, orphans := l.pairings[i].match(t)
		l.items, l.orphans = append(l.items, items...), append(l.orphans, orphans...)
	}
	if len(l.items) == 0 {
		return nil, fmt.Errorf("%s holds no folder of pictures with a folder of label pictures (PNG) whose names fit, such as images/1.jpg and masks/1.png", source.Show(name))
	}
	l.legend, l.listFile, l.complaint = chooseLegend(t, l.pairings, l.items)
	l.lists = splitLists(t, l.pairings)
	l.applyLists()
	l.lift()
	return l, nil
}

// pairingsOf finds the pairings of a path: those that a configuration names, or
// else by their names.
func pairingsOf(t tree) []pairing {
	for _, name := range []string{"config.yaml", "config.yml"} {
		if !slices.Contains(t.files(""), name) {
			continue
		}
		splits, pairs := yamlPairs(t.head(name))
		var out []pairing
		for _, split := range splits {
			p := pairs[split]
			if p[0] == "" || p[1] == "" || path.IsAbs(p[0]) || path.IsAbs(p[1]) || strings.Count(p[0]+p[1], "..") > 4 {
				continue
			}
			out = append(out, pairing{title: name, pictures: path.Clean(p[0]), split: split, planes: []plane{{path.Clean(p[1]), byClass, ""}}})
		}
		if len(out) > 0 {
			return out
		}
	}
	return find(t)
}

// severalOf says which different datasets the pairings are: those of other
// layouts, and those of folders that are no splits. It is empty for one dataset.
func severalOf(list []pairing) string {
	var titles, dirs []string
	splits := true
	for _, p := range list {
		title := p.title
		if strings.HasPrefix(title, "folders ") {
			title = "folders of pictures and label pictures"
		}
		if !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
		if !slices.Contains(dirs, p.dir) {
			dirs = append(dirs, p.dir)
			splits = splits && (p.dir == "" || splitName.MatchString(path.Base(p.dir)))
		}
	}
	switch {
	case len(titles) > 1:
		return strings.Join(titles, ", ")
	case len(dirs) > 1 && !splits:
		return strings.Join(dirs, ", ")
	}
	return ""
}

// withPictures puts one folder of pictures in the place of those that were
// found, or beside the label pictures that lie in a path or a folder of it.
func withPictures(t tree, list []pairing, pictures string) []pairing {
	if len(list) == 0 {
		folder := ""
		for _, name := range maskFolders {
			if !slices.ContainsFunc(t.files(""), isLabelName) && slices.Contains(t.dirs(""), name) && holdsPNG(t, name) {
				folder = name
				break
			}
		}
		list = []pairing{{title: "label pictures", planes: []plane{{folder, byClass, ""}}}}
	}
	for i := range list {
		list[i].pictures, list[i].listed = pictures, true
	}
	return list
}

// lift makes paths that start with ".." relative to a folder further up.
func (l *layout) lift() {
	up := 0
	count := func(p string) {
		n := 0
		for rest := p; strings.HasPrefix(rest, "../"); rest = rest[3:] {
			n++
		}
		up = max(up, n)
	}
	for i := range l.items {
		count(l.items[i].picture)
		for _, f := range l.items[i].files {
			count(f.path)
		}
	}
	if up == 0 {
		l.prefix = relative(l.base, l.root)
		return
	}
	inside := "."
	for range up {
		inside = path.Join(filepath.Base(l.base), inside)
		l.base = filepath.Dir(l.base)
	}
	if l.root == l.source {
		l.root = l.base
	}
	move := func(p *string) { *p = path.Join(inside, *p) }
	for i := range l.items {
		it := &l.items[i]
		move(&it.picture)
		for k := range it.files {
			move(&it.files[k].path)
		}
		for k := range it.extras {
			move(&it.extras[k])
		}
	}
	for i := range l.orphans {
		move(&l.orphans[i])
	}
	for i := range l.lists {
		move(&l.lists[i].path)
	}
	l.prefix = relative(l.base, l.root)
}

// relative is the way from one folder to another in it, "" when they are the
// same.
func relative(from, to string) string {
	rel, err := filepath.Rel(from, to)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// imagePath is the path of an item's picture in the dataset.
func (l *layout) imagePath(it *item) string {
	if l.prefix == "" {
		return it.picture
	}
	return strings.TrimPrefix(it.picture, l.prefix+"/")
}

// chooseLegend reads the list of classes that lies nearest, or takes the
// built-in one of the layout.
func chooseLegend(t tree, pairings []pairing, items []item) (l *legend, file, complaint string) {
	var folders []string
	for _, p := range pairings {
		for _, dir := range []string{p.dir, p.planes[0].folder, path.Dir(p.planes[0].folder)} {
			for ; ; dir = path.Dir(dir) {
				if dir == "." {
					dir = ""
				}
				if !slices.Contains(folders, dir) {
					folders = append(folders, dir)
				}
				if dir == "" || strings.HasPrefix(dir, "..") || dir == "/" {
					break
				}
			}
		}
	}
	for _, dir := range folders {
		files := t.files(dir)
		for _, name := range listNames {
			if !slices.Contains(files, name) || !serves(name, pairings[0].title) {
				continue
			}
			full := path.Join(dir, name)
			found, err := parseList(name, t.head(full))
			if err == nil {
				return found, full, ""
			}
			switch name {
			case "dataset_meta.json", "labelmap.txt", "label_colors.txt", "labelmap.csv", "class_dict.csv":
				complaint = fmt.Sprintf("The list of classes %s cannot be used: %v.", source.Show(full), err)
				file = full
			}
		}
	}
	if builtin := pairings[0].legend; builtin != nil {
		return builtin(), file, complaint
	}
	if isCamVid(items) {
		if p := headOf(t, items); p != nil && (p.colour == rgb || p.colour == rgba) {
			return camvidLegend(), file, complaint
		}
		return segnetLegend(), file, complaint
	}
	return openLegend(), file, complaint
}

// serves reports whether a list of that name belongs to a layout.
func serves(name, title string) bool {
	switch {
	case strings.HasPrefix(name, "config_v"), name == "config.json":
		return title == "Mapillary Vistas"
	case strings.HasPrefix(name, "config."):
		return strings.HasPrefix(title, "config.")
	}
	return title != "Penn-Fudan" && title != "MOTS"
}

// isCamVid reports whether all pictures are frames of CamVid's videos.
func isCamVid(items []item) bool {
	return !slices.ContainsFunc(items, func(it item) bool {
		base := path.Base(it.picture)
		return !slices.ContainsFunc([]string{"0001TP_", "0006R0_", "0016E5_", "Seq05VD_"}, func(v string) bool { return strings.HasPrefix(base, v) })
	})
}

// headOf reads the header of the first label picture.
func headOf(t tree, items []item) *picture {
	for _, it := range items {
		if len(it.files) == 0 {
			continue
		}
		p, head := &picture{}, t.head(it.files[0].path)
		if len(head) >= 29 && isPNG(head) && p.header(head[16:29]) == nil {
			return p
		}
		return nil
	}
	return nil
}
