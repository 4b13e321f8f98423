package voc

import (
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// pictureFolders are where the pictures of a folder of annotations lie.
var pictureFolders = []string{"JPEGImages", "images", "Images", "image", "imgs", "img", "Data", "data", "JPEGs", "pics"}

// An entry is an image of the dataset.
type entry struct {
	// xml is its annotation file; empty for an image without annotations.
	xml string
	// path is that of the picture, and found tells whether it is there.
	path  string
	found bool
	split string
	// listed tells that a list of the dataset's own speaks of it.
	listed bool
}

// A listing is the images of a layout, in the order of their files.
type listing struct {
	*layout
	entries []entry
	byPath  map[string]int
	// named leads from the names that lists use to entries; -1 to several.
	named map[string]int
	// decided tells that lists say what belongs to the set.
	decided  bool
	problems []dataset.Problem
}

// resolve finds the picture of every XML file, the images that have none, and
// the splits. filename reads what an XML file says its picture is; it is asked
// only where the name of the file leads nowhere.
func (l *layout) resolve(filename func(xml string) string) *listing {
	r := &listing{layout: l, byPath: map[string]int{}, named: map[string]int{}, problems: slices.Clone(l.problems)}
	paths := make([]string, len(l.xml))
	taken := map[string]bool{}
	for i, x := range l.xml {
		if p, ok := l.beside(x); ok {
			paths[i], taken[p] = p, true
		}
	}
	for i, x := range l.xml {
		e := entry{xml: x, path: paths[i], found: paths[i] != ""}
		if !e.found {
			e.path, e.found = l.elsewhere(x, filename, taken)
		}
		if first, twice := r.byPath[e.path]; twice {
			r.problem(dataset.Problem{Image: e.path, Place: x, Message: show(x) + " is passed over: the picture " + show(e.path) + " has the annotations of " + show(r.entries[first].xml) + " already"})
			continue
		}
		r.add(e)
	}
	r.name()
	r.readSplits()
	if l.inside && !r.decided {
		r.addBare()
	}
	for i := range r.entries {
		if e := &r.entries[i]; e.split == "" && !e.listed {
			name := e.xml
			if name == "" {
				name = e.path
			}
			e.split = folderSplit(name)
		}
	}
	return r
}

func (r *listing) problem(p dataset.Problem) { r.problems = append(r.problems, p) }

func (r *listing) add(e entry) int {
	i := len(r.entries)
	r.byPath[e.path] = i
	r.entries = append(r.entries, e)
	return i
}

// beside finds the picture of an XML file by its name: in its own folder, or in
// the folder of pictures that belongs to its folder of annotations.
func (l *layout) beside(xml string) (string, bool) {
	stem := strings.TrimSuffix(xml, path.Ext(xml))
	if p, ok := l.picture(stem); ok && l.inside {
		return p, true
	}
	parent, rest, ok := annotationFolder(xml)
	if !ok || !l.inside {
		return "", false
	}
	return l.inPictureFolder(parent, rest)
}

// inPictureFolder finds the picture of a name below the folders of pictures in
// parent.
func (l *layout) inPictureFolder(parent, rest string) (string, bool) {
	for _, name := range []string{rest, path.Base(rest)} {
		for _, folder := range pictureFolders {
			if p, ok := l.picture(source.Join(source.Join(parent, folder), name)); ok {
				return p, true
			}
		}
	}
	return "", false
}

// picture finds the picture of a name without extension, or with one.
func (l *layout) picture(name string) (string, bool) {
	if l.pictures.Has(name) {
		return name, true
	}
	dir, stem := path.Split(name)
	return l.pictures.Beside(strings.TrimSuffix(dir, "/"), stem)
}

// isLabelImage reports whether a file shows labels and is not a picture.
func isLabelImage(p string) bool {
	return strings.HasPrefix(p, "Segmentation") || strings.Contains(p, "/Segmentation")
}

// elsewhere finds the picture of an XML file anywhere, by its own name and then
// by what it says, and says where it would be when it is nowhere.
func (l *layout) elsewhere(xml string, filename func(string) string, taken map[string]bool) (string, bool) {
	stem := strings.TrimSuffix(xml, path.Ext(xml))
	parent, rest, annotations := annotationFolder(xml)
	if !annotations {
		parent, rest = path.Dir(xml), path.Base(stem)
		if parent == "." {
			parent = ""
		}
	}
	find := func(name string) (string, bool) {
		for _, name := range []string{source.Join(parent, name), name} {
			if p, ok := l.pictures.Find(name); ok && !taken[p] && !isLabelImage(p) {
				taken[p] = true
				return p, true
			}
		}
		return "", false
	}
	if p, ok := find(rest); ok {
		return p, true
	}
	ext := ".jpg"
	if said := filename(xml); said != "" {
		if p, ok := find(said); ok {
			return p, true
		}
		if pixel.HasImageExtension(said) {
			ext = path.Ext(said)
		}
	}
	if pixel.HasImageExtension(rest) {
		ext = ""
	}
	switch {
	case !l.inside:
		return rest + ext, false
	case annotations:
		return source.Join(source.Join(parent, "JPEGImages"), rest) + ext, false
	}
	return stem + ext, false
}

// name makes the names that lists may use for the entries.
func (r *listing) name() {
	put := func(key string, i int) {
		if old, twice := r.named[key]; twice && old != i {
			i = -1
		}
		r.named[key] = i
	}
	for i, e := range r.entries {
		stem := strings.TrimSuffix(e.xml, path.Ext(e.xml))
		if parent, rest, ok := annotationFolder(e.xml); ok {
			stem = source.Join(parent, rest)
		}
		put("/"+stem, i) // a whole name, and below a base name
		put(path.Base(stem), i)
	}
}

// lookUp finds the entry that a line of a list names.
func (r *listing) lookUp(l *list, name string) (int, bool) {
	name = entryName(name)
	for _, key := range []string{"/" + source.Join(l.base, name), "/" + name, path.Base(name)} {
		if i, ok := r.named[key]; ok && i >= 0 {
			return i, true
		}
	}
	for _, find := range []func() (string, bool){
		func() (string, bool) { return r.inPictureFolder(l.base, name) },
		func() (string, bool) { return r.pictures.Find(source.Join(l.base, name)) },
	} {
		if p, ok := find(); ok && !isLabelImage(p) {
			i, known := r.byPath[p]
			if !known && l.file != "" {
				i, known = r.add(entry{path: p, found: true}), true
			}
			return i, known
		}
	}
	return 0, false
}

// readSplits gives entries the splits that lists say, and adds images that
// only lists know.
func (r *listing) readSplits() {
	unions := map[string]bool{} // tasks with train, val or test
	for _, l := range r.lists {
		if l.plain && splitRank(l.name) < 4 {
			unions[source.Join(l.base, l.task)] = true
		}
	}
	done := map[int]string{} // the list that gave the split
	missing, twice := newTally(), newTally()
	for _, l := range r.lists {
		if !l.plain {
			continue
		}
		r.decided = r.decided || l.file != ""
		for _, n := range l.lines {
			i, ok := r.lookUp(l, n.name)
			if !ok {
				if l.file != "" {
					missing.add(l.file, n.name)
				}
				continue
			}
			e := &r.entries[i]
			e.listed = e.listed || l.file != ""
			if unions[source.Join(l.base, l.task)] && isUnion(l.name) {
				continue
			}
			from, has := done[i]
			switch {
			case !has:
				done[i], e.split = source.Join(l.base, l.task)+"/"+l.name, splitName(l.name)
			case from != source.Join(l.base, l.task)+"/"+l.name && path.Dir(from) == path.Clean(source.Join(l.base, l.task)):
				twice.add(l.file, e.path)
			}
		}
	}
	missing.report(r, "%s lists %d names without XML file and picture, the first is %s; they are passed over")
	twice.report(r, "%s lists %d images that another list of the same kind has too, the first is %s; the list that comes first (train, val, test, others) counts")
}

// addBare adds the pictures without XML file of folders where others have one.
func (r *listing) addBare() {
	folders := map[string]bool{}
	for _, e := range r.entries {
		if e.found {
			folders[path.Dir(e.path)] = true
		}
	}
	var bare []string
	r.pictures.Paths(func(p string) {
		if _, known := r.byPath[p]; !known && folders[path.Dir(p)] {
			bare = append(bare, p)
		}
	})
	slices.Sort(bare)
	for _, p := range bare {
		r.add(entry{path: p, found: true})
	}
}
