package masks

import (
	"path"
	"strings"
)

// A splitList is a text file that names the pictures of a split, one in each
// line, mostly with the label picture behind it.
type splitList struct {
	path, split string
	data        []byte
}

// noSplit is the list of a dataset without splits, as CVAT calls it.
const noSplit = "default"

// splitLists finds the lists of splits: ImageSets/Segmentation/train.txt of
// VOC, or train.txt beside the folders.
func splitLists(t tree, pairings []pairing) []splitList {
	var out []splitList
	seen := map[string]bool{}
	for _, p := range pairings {
		for _, dir := range []string{path.Join(p.dir, "ImageSets/Segmentation"), p.dir} {
			for _, f := range t.files(dir) {
				name, ok := strings.CutSuffix(f, ".txt")
				full := path.Join(dir, f)
				if !ok || seen[full] || !splitName.MatchString(name) && path.Base(dir) != "Segmentation" {
					continue
				}
				seen[full] = true
				out = append(out, splitList{full, name, t.head(full)})
			}
		}
	}
	return out
}

// names calls visit with the id that each line names and the bytes of the line
// with its end.
func (s *splitList) names(visit func(id string, from, to int)) {
	from := 0
	for line := range strings.Lines(string(s.data)) {
		text := strings.TrimSpace(line)
		first, _, _ := strings.Cut(text, " ")
		if rest, quoted := strings.CutPrefix(text, `"`); quoted {
			first, _, _ = strings.Cut(rest, `"`)
		}
		first = strings.ReplaceAll(strings.TrimLeft(first, "/"), `\`, "/")
		if isPictureName(first) {
			first = strings.TrimSuffix(first, path.Ext(first))
		}
		if first != "" {
			visit(first, from, from+len(line))
		}
		from += len(line)
	}
}

// namesItem reports whether an id in a list means an item: its own id or the
// path of its picture, perhaps with folders in front.
func namesItem(id string, it *item) bool {
	stem := strings.TrimSuffix(it.picture, path.Ext(it.picture))
	return id == it.id || id == stem || strings.HasSuffix(id, "/"+stem) || strings.HasSuffix(stem, "/"+id)
}

// applyLists gives pictures without a split the one whose list names them, a
// list like trainval only where no other does, and takes pictures out of which
// the layout says that they have to be listed.
func (l *layout) applyLists() {
	byBase := map[string][]int{}
	for i := range l.items {
		base := path.Base(l.items[i].id)
		byBase[base] = append(byBase[base], i)
	}
	listed := make([]bool, len(l.items))
	given := make([]string, len(l.items))
	for k := range l.lists {
		list := &l.lists[k]
		list.names(func(id string, _, _ int) {
			for _, i := range byBase[path.Base(id)] {
				if !namesItem(id, &l.items[i]) {
					continue
				}
				listed[i] = true
				if (given[i] == "" || given[i] == "trainval") && list.split != noSplit {
					given[i] = list.split
				}
			}
		})
	}
	kept := l.items[:0]
	for i, it := range l.items {
		if it.split == "" {
			it.split = given[i]
		}
		if !it.pairing.listed || len(it.files) > 0 || listed[i] {
			kept = append(kept, it)
		}
	}
	l.items = kept
}
