package yolo

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// An entry is a picture and the file with its labels.
type entry struct {
	split string
	// picture is relative to the root of pictures.
	picture string
	// label is relative to base; empty when there is none.
	label string
	// found tells that the picture is there.
	found bool
}

// A gathering is what a plan leads to.
type gathering struct {
	*plan
	// root is the absolute folder that pictures are relative to.
	root     string
	entries  []entry
	texts    map[string]bool
	problems []dataset.Problem
}

// gather looks for the pictures and labels of a plan: in its own folder first,
// then where they may lie else.
func gather(p *plan, o source.Options) (*gathering, error) {
	g := &gathering{plan: p, root: p.base, texts: texts(p.base)}
	if o.Images == "" {
		if g.fill(source.OpenAlbum(p.base), false); g.any() {
			return g, nil
		}
	}
	g.fill(&source.Album{}, true)
	var sample, bases []string
	for _, e := range g.entries {
		sample = append(sample, e.picture)
		bases = append(bases, path.Base(e.picture))
	}
	if len(sample) == 0 {
		return nil, fmt.Errorf("%s holds neither pictures with YOLO labels nor label files; expected for example images/a.jpg with labels/a.txt, or a.jpg with a.txt beside it", source.Show(p.base))
	}
	for _, names := range [][]string{sample, bases} {
		root, err := source.PictureRoot(o, p.base, spread(names))
		if err != nil {
			return nil, err
		}
		g.root = root
		if root == p.base && o.Images == "" {
			continue
		}
		if g.fill(source.OpenAlbum(root), true); g.any() {
			return g, nil
		}
	}
	return nil, fmt.Errorf("the pictures of the labels in %s were not found (%s, for example); YOLO coordinates are fractions of their sizes, so say where they are with --images", source.Show(p.base), source.Show(path.Base(g.entries[0].picture)))
}

// spread takes names from all of a list.
func spread(names []string) []string {
	const n = 64
	if len(names) <= n {
		return names
	}
	out := make([]string, n)
	for i := range out {
		out[i] = names[i*len(names)/n]
	}
	return out
}

func (g *gathering) any() bool {
	return slices.ContainsFunc(g.entries, func(e entry) bool { return e.found })
}

// fill finds the entries with the pictures of an album. Elsewhere tells that the
// pictures lie in another folder than the labels.
func (g *gathering) fill(album *source.Album, elsewhere bool) {
	g.entries, g.problems = nil, slices.Clone(g.plan.problems)
	var pictures []string
	album.Paths(func(p string) { pictures = append(pictures, p) })
	slices.Sort(pictures)
	var labels []string
	for t := range g.texts {
		labels = append(labels, t)
	}
	slices.Sort(labels)
	places := map[string]string{} // split of each picture
	repeats := map[[2]string]int{}
	used := map[string]string{}
	put := func(e entry) {
		if split, twice := places[e.picture]; twice {
			repeats[[2]string{split, e.split}]++
			return
		}
		places[e.picture] = e.split
		if other := used[e.label]; e.label != "" && other != "" {
			g.problems = append(g.problems, dataset.Problem{Image: e.picture, Place: e.label, Message: fmt.Sprintf("%s holds the labels of %s already, so %s has none; give one of the pictures another name.", source.Show(e.label), source.Show(other), source.Show(e.picture))})
			e.label = ""
		}
		used[e.label] = e.picture
		g.entries = append(g.entries, e)
	}
	parts := g.parts
	if len(parts) == 0 {
		parts = []part{{}}
	}
	for _, p := range parts {
		switch {
		case p.list != "":
			g.fillList(p, album, put)
		case elsewhere:
			g.fillLabels(p, labels, album, put)
		default:
			before := len(g.entries)
			for _, name := range below(pictures, p.folder) {
				label, _ := labelOf(g.texts, name)
				put(entry{split: g.splitOf(p, name), picture: name, label: label, found: true})
			}
			if len(g.entries) == before && !source.IsDir(filepath.Join(g.base, filepath.FromSlash(p.folder))) {
				g.fillLabels(p, labels, album, put)
			}
		}
	}
	for _, k := range sortedPairs(repeats) {
		g.problems = append(g.problems, dataset.Problem{Place: g.config, Message: fmt.Sprintf("%d pictures of the part %q are in the part %q as well and are read there only.", repeats[k], k[1], k[0])})
	}
	if !elsewhere {
		g.orphans(labels, used)
	}
}

func sortedPairs(m map[[2]string]int) [][2]string {
	var out [][2]string
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return out
}

// below returns the sorted names that lie in a folder.
func below(names []string, folder string) []string {
	if folder == "" {
		return names
	}
	from, _ := slices.BinarySearch(names, folder+"/")
	to, _ := slices.BinarySearch(names, folder+"0") // "0" follows "/"
	return names[from:to]
}

// splitOf returns the split of a picture: that of the part, or where nothing
// describes the dataset, what its folders say.
func (g *gathering) splitOf(p part, picture string) string {
	if len(g.parts) > 0 {
		return p.split
	}
	return source.SplitOf(path.Join(path.Dir(picture), "picture"))
}

// fillLabels takes the pictures that have label files.
func (g *gathering) fillLabels(p part, labels []string, album *source.Album, put func(entry)) {
	folders := []string{p.folder}
	if len(g.parts) > 0 {
		folders = nil
		for _, l := range labelFolders {
			if f := swapFolder("/"+p.folder, l); f != "" {
				folders = append(folders, strings.TrimPrefix(filepath.ToSlash(f), "/"))
			}
		}
		folders = append(folders, p.folder)
	}
	for _, folder := range folders {
		for _, label := range below(labels, folder) {
			if isList(path.Base(label)) || !isLabelFile(filepath.Join(g.base, filepath.FromSlash(label)), false) {
				continue
			}
			name, found := album.Find(pictureName(label))
			put(entry{split: g.splitOf(p, name), picture: name, label: label, found: found})
		}
	}
}

// fillList takes the pictures that a text file lists.
func (g *gathering) fillList(p part, album *source.Album, put func(entry)) {
	f, err := linetext.Read(filepath.Join(g.base, filepath.FromSlash(p.list)))
	if err != nil {
		g.problems = append(g.problems, dataset.Problem{Place: p.list, Message: fmt.Sprintf("The list %s cannot be read: %v.", source.Show(p.list), err)})
		return
	}
	for _, l := range f.Lines {
		if !l.Blank() {
			name, found := g.listed(p, l, album)
			put(entry{split: p.split, picture: name, label: g.listedLabel(l, name), found: found})
		}
	}
}

// listed returns the picture that a line of a list means.
func (g *gathering) listed(p part, l linetext.Line, album *source.Album) (picture string, found bool) {
	name := l.Trimmed().Text
	if beside, ok := album.Find(path.Join(path.Dir(p.list), name)); ok && strings.HasPrefix(name, ".") {
		return beside, true
	}
	return album.Find(name)
}

// listedLabel returns the label file of a picture that a list names.
func (g *gathering) listedLabel(l linetext.Line, picture string) string {
	if label, ok := labelOf(g.texts, picture); ok {
		return label
	}
	rest := strings.TrimLeft(path.Clean("/"+strings.ReplaceAll(l.Trimmed().Text, `\`, "/")), "/")
	for rest != "" {
		if label, ok := labelOf(g.texts, rest); ok {
			return label
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	return ""
}

// orphans lists label files without picture that lie beside others.
func (g *gathering) orphans(labels []string, used map[string]string) {
	if len(g.parts) > 0 && g.parts[0].list != "" {
		return
	}
	folders := map[string]bool{}
	for label := range used {
		if label != "" {
			folders[path.Dir(label)] = true
		}
	}
	for _, label := range labels {
		if used[label] != "" || !folders[path.Dir(label)] || isList(path.Base(label)) {
			continue
		}
		if isLabelFile(filepath.Join(g.base, filepath.FromSlash(label)), true) {
			g.problems = append(g.problems, dataset.Problem{Kind: dataset.OrphanAnnotation, Place: label, Message: fmt.Sprintf("%s has labels, but its picture is not there.", source.Show(label))})
		}
	}
}

// isLabelFile reports whether the first line of a text file is an object. Empty
// files are label files unless there has to be an object.
func isLabelFile(name string, object bool) bool {
	f, err := linetext.Read(name)
	if err != nil {
		return false
	}
	for _, l := range f.Lines {
		if !l.Blank() {
			r, ok := parseRow(l)
			return ok && r.reason == "" && len(r.values) >= 4
		}
	}
	return !object
}

// listsPictures reports whether the first lines of a file are names of pictures.
func listsPictures(f *linetext.File) bool {
	n := 0
	for _, l := range f.Lines {
		if l.Blank() {
			continue
		}
		if !pixel.HasImageExtension(l.Trimmed().Text) {
			return false
		}
		if n++; n == 10 {
			break
		}
	}
	return n > 0
}
