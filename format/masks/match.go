package masks

import (
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/pixel"
)

// An item is a picture with its label pictures. Paths are relative to the path
// that was looked at.
type item struct {
	pairing *pairing
	picture string
	// id is the path of the picture in its folder without extension.
	id    string
	split string
	// files are its label pictures in the order of the planes.
	files  []labelFile
	extras []string
}

// A labelFile is one label picture.
type labelFile struct {
	path string
	kind kind
}

func isPictureName(name string) bool { return pixel.HasImageExtension(name) }

// Affixes that tell a label picture from its picture.
var (
	maskSuffixes    = []string{"_mask", "_masks", "_label", "_labels", "_gt", "_seg", "_segmentation", "_L", "_P", "_lab", "_labelIds"}
	maskPrefixes    = []string{"gt_", "mask_", "label_"}
	pictureSuffixes = []string{"_leftImg8bit", "_image", "_img", "_rgb", "_sat"}
	picturePrefixes = []string{"image_", "img_"}
)

// stems are the names that a file answers to, its own first.
func stems(rel string, suffixes, prefixes []string) []string {
	stem := strings.TrimSuffix(rel, path.Ext(rel))
	out := []string{stem}
	dir, base := path.Split(stem)
	for _, s := range suffixes {
		if cut, ok := strings.CutSuffix(base, s); ok && cut != "" {
			out = append(out, dir+cut)
		}
	}
	for _, p := range prefixes {
		if cut, ok := strings.CutPrefix(base, p); ok && cut != "" {
			out = append(out, dir+cut)
		}
	}
	if isPictureName(base) {
		out = append(out, dir+strings.TrimSuffix(base, path.Ext(base)))
	}
	return out
}

// list returns the files below a folder that are wanted, relative to it and in
// order.
func list(t tree, folder string, wanted func(string) bool) []string {
	var out []string
	var walk func(rel string, depth int)
	walk = func(rel string, depth int) {
		for _, f := range t.files(path.Join(folder, rel)) {
			if wanted(f) {
				out = append(out, path.Join(rel, f))
			}
		}
		if depth > 0 {
			for _, d := range t.dirs(path.Join(folder, rel)) {
				walk(path.Join(rel, d), depth-1)
			}
		}
	}
	walk("", 8)
	slices.Sort(out)
	return out
}

// match finds the pictures of a pairing and their label pictures. Orphans are
// label pictures without a picture.
func (p *pairing) match(t tree) (items []item, orphans []string) {
	type index struct {
		byStem map[string]string
		left   []string
		folder string
	}
	var planes []index
	for _, pl := range p.planes {
		ix := index{byStem: map[string]string{}, folder: pl.folder}
		for _, rel := range list(t, pl.folder, isLabelName) {
			names := stems(rel, maskSuffixes, maskPrefixes)
			if pl.suffix != "" {
				stem, ok := strings.CutSuffix(names[0], pl.suffix)
				if !ok {
					continue
				}
				names = []string{stem}
			}
			ix.left = append(ix.left, rel)
			for i, n := range names {
				if _, taken := ix.byStem[n]; !taken || i == 0 {
					ix.byStem[n] = rel
				}
			}
		}
		planes = append(planes, ix)
	}
	used := map[string]bool{}
	for _, rel := range list(t, p.pictures, isPictureName) {
		names := stems(rel, pictureSuffixes, picturePrefixes)
		if p.beside() && strings.HasSuffix(names[0], p.planes[0].suffix) && isLabelName(rel) {
			continue // a label picture itself
		}
		it := item{pairing: p, picture: path.Join(p.pictures, rel), id: names[0], split: p.split}
		if dir, _, nested := strings.Cut(rel, "/"); nested && splitName.MatchString(dir) {
			it.split = dir
		}
		for i, ix := range planes {
			for _, n := range names {
				if file, ok := ix.byStem[n]; ok {
					full := path.Join(ix.folder, file)
					it.files = append(it.files, labelFile{full, p.planes[i].kind})
					used[full] = true
					break
				}
			}
		}
		if len(it.files) > 0 && it.files[0].kind == byObject && p.planes[0].kind != byObject {
			it.files = nil // objects without their classes
		}
		items = append(items, it)
	}
	for _, ix := range planes {
		for _, rel := range ix.left {
			if full := path.Join(ix.folder, rel); !used[full] && len(items) > 0 {
				orphans = append(orphans, full)
			}
		}
	}
	for _, folder := range p.extras {
		files := map[string]string{}
		for _, f := range list(t, folder, func(string) bool { return true }) {
			files[strings.TrimSuffix(f, path.Ext(f))] = f
		}
		for i := range items {
			if f, ok := files[items[i].id]; ok {
				items[i].extras = append(items[i].extras, path.Join(folder, f))
			}
		}
	}
	if len(used) == 0 {
		return nil, nil
	}
	return items, orphans
}

// beside reports whether label pictures lie in the folder of the pictures.
func (p *pairing) beside() bool { return p.planes[0].folder == p.pictures }
