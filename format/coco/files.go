package coco

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/source"
)

// content is what a JSON file holds.
type content uint8

const (
	nothing content = iota
	instances
	results
	panoptic
)

// contentOf looks at the first bytes of a file.
func contentOf(name string, head []byte) content {
	if len(head) == 0 || !slices.Contains([]string{".json", ".jsonl", ""}, strings.ToLower(path.Ext(name))) {
		return nothing
	}
	o := jsonfiles.OutlineOf(head)
	switch {
	case o.HasAny("annotations[].segments_info", "[].segments_info", "segments_info"):
		return panoptic
	case o.Has("[].image_id", "[].category_id") && o.HasAny("[].bbox", "[].segmentation"):
		return results
	case o.Has("[].image", "[].category", "[].bbox", "[].score"):
		return results
	case o.Has("annotations[].image_id") && o.HasAny("annotations[].category_id", "annotations[].caption"),
		o.Has("images", "annotations", "categories") && !o.Has("annotations[]"),
		o.Has("images[].id") && o.HasAny("images[].file_name", "images[].coco_url"):
		if strings.HasPrefix(path.Base(name), "panoptic") && !o.Has("annotations[]") {
			// The annotations of a large file lie beyond its first bytes.
			return panoptic
		}
		return instances
	}
	return nothing
}

// file is an annotation file of a source.
type file struct {
	// name is relative to the folder of the source, or the base name of a
	// source that is one file.
	name  string
	split string
	what  content
}

const (
	maxListed  = 400 // JSON files that are looked at in a folder
	maxSplits  = 64  // folders that are looked into
	maxInSplit = 8   // JSON files that are looked at in each
)

// discover finds the annotation files of a source: in the folder and its
// annotations folder, or else in the other folders in it.
func discover(p *source.Peek) []file {
	if !p.Dir {
		name := filepath.Base(p.Path)
		f := file{name: name, what: contentOf(name, p.Head("")), split: source.SplitOf(name)}
		if f.split == "" && strings.HasPrefix(name, "_annotations") {
			f.split = source.SplitOf(filepath.Base(filepath.Dir(p.Path)))
		}
		if stem := stemOf(name); f.split == "" && kindOf(name) != "" {
			// annotations/instances_night.json beside images/night.
			up := filepath.Dir(filepath.Dir(p.Path))
			if isFolder(filepath.Join(up, "images", stem)) || isFolder(filepath.Join(up, stem)) {
				f.split = stem
			}
		}
		return []file{f}
	}
	var out []file
	look := func(dir string, most int) {
		names := p.Files(dir, ".json")
		for _, name := range names[:min(len(names), most)] {
			rel := path.Join(dir, name)
			if what := contentOf(name, p.Head(rel)); what != nothing {
				out = append(out, file{name: rel, what: what, split: source.SplitOf(rel)})
			}
		}
	}
	dirs := p.Dirs("")
	look("", maxListed)
	for _, d := range dirs {
		if strings.EqualFold(d, "annotations") {
			look(d, maxListed)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, d := range dirs[:min(len(dirs), maxSplits)] {
		look(d, maxInSplit)
	}
	return out
}

func isFolder(name string) bool {
	p, err := source.NewPeek(name)
	return err == nil && p.Dir
}

// kinds are the words that the names of files start with, in the order in which
// they are preferred; "" stands for any other name.
var kinds = []string{"instances", "", "person_keypoints", "stuff", "labels", "captions", "image_info"}

func kindOf(name string) string {
	base := path.Base(name)
	for _, k := range kinds {
		if k != "" && strings.HasPrefix(base, k) {
			return k
		}
	}
	return ""
}

// stemOf returns what follows the kind in the name of a file, without the
// extension; "" of what CVAT calls the default.
func stemOf(name string) string {
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	for _, k := range append([]string{"panoptic"}, kinds...) {
		if rest, ok := strings.CutPrefix(stem, k+"_"); ok && k != "" {
			stem = rest
			break
		}
	}
	if stem == "default" {
		return ""
	}
	return stem
}

// choose returns the files that are read together and those that are passed
// over: of one content, and of instances those of the preferred kind.
func choose(files []file, what content) (chosen, passed []file) {
	best := len(kinds)
	for _, f := range files {
		if f.what == what {
			best = min(best, slices.Index(kinds, kindOf(f.name)))
		}
	}
	for _, f := range files {
		switch {
		case f.what != what:
			if what == instances && f.what == panoptic {
				passed = append(passed, f)
			}
		case what != instances || slices.Index(kinds, kindOf(f.name)) == best:
			chosen = append(chosen, f)
		default:
			passed = append(passed, f)
		}
	}
	if len(chosen) > 1 {
		for i := range chosen {
			if f := &chosen[i]; f.split == "" {
				f.split = stemOf(f.name)
			}
		}
	}
	return chosen, passed
}

// resolver turns the names of pictures into paths.
type resolver struct {
	album *source.Album
	// several tells that there are several files, so that pictures of the same
	// name in different splits are different ones.
	several bool
	// panoptic tells that PNG files of the same names hold masks.
	panoptic bool
	prefixes []string
}

// resolverOf prepares for the names in one file, which lies in the folder dir
// relative to the root of the pictures, or elsewhere ("..").
func resolverOf(album *source.Album, f file, dir string, several bool) *resolver {
	r := &resolver{album: album, several: several, panoptic: f.what == panoptic}
	if dir != "." && filepath.IsLocal(filepath.FromSlash(dir)) {
		r.prefixes = append(r.prefixes, dir, dir+"/images")
	}
	if s := f.split; s != "" {
		r.prefixes = append(r.prefixes, "images/"+s, s, s+"/images", s+"/data", "data/"+s)
	}
	r.prefixes = append(r.prefixes, "images", "data", "")
	return r
}

// path returns the picture that a name means, and whether it is there.
func (r *resolver) path(name, split string) (string, bool) {
	for _, p := range r.prefixes {
		if r.album.Len() == 0 {
			break
		}
		if full := path.Join(p, name); r.album.Has(full) {
			return full, true
		}
	}
	found, ok := r.album.Find(name)
	if ok && r.panoptic && !strings.EqualFold(path.Ext(found), path.Ext(name)) {
		found, ok = path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))[1:], false
	}
	if !ok && r.several && split != "" && !strings.Contains(split, "/") {
		found = path.Join(split, found)
	}
	return found, ok
}
