package source

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/pixel"
)

// An Album knows the pictures below a folder by their names, so that the names
// in annotation files lead to them.
type Album struct {
	// Root is the absolute folder that paths are relative to.
	Root string
	// paths are the pictures; the values of the other maps are paths, empty
	// where a key leads to several.
	paths       map[string]bool
	byBase      map[string]string
	byTail      map[string]string // last folder and base name
	byStem      map[string]string // path without extension
	byBareStem  map[string]string // base name without extension
	inLowerCase map[string]string
}

// OpenAlbum lists the pictures below root, by their extensions. What cannot be
// listed is left out.
func OpenAlbum(root string) *Album {
	a := &Album{Root: root, paths: map[string]bool{}, byBase: map[string]string{}, byTail: map[string]string{}, byStem: map[string]string{}, byBareStem: map[string]string{}, inLowerCase: map[string]string{}}
	put := func(m map[string]string, key, value string) {
		if old, twice := m[key]; twice && old != value {
			value = ""
		}
		m[key] = value
	}
	Walk(root, func(name string, folder bool) bool {
		if !folder && pixel.HasImageExtension(name) {
			a.paths[name] = true
			stem := strings.TrimSuffix(name, path.Ext(name))
			put(a.byBase, baseOf(name), name)
			put(a.byTail, tailOf(name), name)
			put(a.byStem, stem, name)
			put(a.byBareStem, path.Base(stem), name)
			put(a.inLowerCase, strings.ToLower(name), name)
		}
		return folder
	})
	return a
}

// Len returns the number of pictures.
func (a *Album) Len() int { return len(a.paths) }

// Paths calls visit with every picture, in no order.
func (a *Album) Paths(visit func(path string)) {
	for p := range a.paths {
		visit(p)
	}
}

// Has reports whether there is a picture at the path.
func (a *Album) Has(path string) bool { return a.paths[path] }

// Find returns the path of the picture that a name in an annotation file means:
// the name itself below the root, with backslashes read as separators, in
// another case, without leading folders that are not there, with another
// extension or none, or the one picture that has the same base name, or of
// several with that name the one in a folder of the same name. An absolute name
// counts by its last parts. When there is none it returns the name as a clean
// relative path, or, of a name that leads out of the root, its base name.
func (a *Album) Find(name string) (path string, ok bool) {
	clean := cleanName(name)
	for rest := clean; rest != ""; {
		if a.paths[rest] {
			return rest, true
		}
		if p := a.inLowerCase[strings.ToLower(rest)]; p != "" {
			return p, true
		}
		if p := a.byStem[stemOf(rest)]; p != "" {
			return p, true
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	base := baseOf(clean)
	for _, p := range []string{a.byBase[base], a.byTail[tailOf(clean)]} {
		if p != "" {
			return p, true
		}
	}
	if p := a.byBareStem[stemOf(base)]; p != "" {
		return p, true
	}
	return clean, false
}

// Beside returns the picture with the stem of another file of a given folder
// ("labels/a.txt" of "images" means "images/a.jpg").
func (a *Album) Beside(folder, stem string) (path string, ok bool) {
	p := a.byStem[Join(folder, stem)]
	return p, p != ""
}

// cleanName turns what a file says into a relative path that stays inside.
func cleanName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if i := strings.Index(name, "://"); i >= 0 {
		name = name[i+3:]
		name, _, _ = strings.Cut(name, "?")
	}
	if len(name) > 1 && name[1] == ':' {
		name = name[2:] // a drive
	}
	name = path.Clean("/" + name)[1:]
	if name == "" {
		return "unnamed"
	}
	return name
}

// stemOf cuts an extension off when it is one of a picture, so that a name with
// a dot and without extension stays whole.
func stemOf(name string) string {
	if pixel.HasImageExtension(name) {
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

// tailOf returns the last folder and the base name.
func tailOf(name string) string {
	base := len(name) - len(baseOf(name))
	return name[strings.LastIndexByte(name[:max(0, base-1)], '/')+1:]
}

func baseOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// PictureRoot chooses the folder that the names of pictures are relative to:
// the one that the person gave, or of the folder base, folders in it and beside
// it the one where most of the sampled names are files. Names without extension
// count when a picture of that stem is there. When none is, it is base.
func PictureRoot(o Options, base string, sample []string) (string, error) {
	if o.Images != "" {
		return filepath.Abs(o.Images)
	}
	base, err := filepath.Abs(base)
	if err != nil {
		return "", err
	}
	if len(sample) > 64 {
		sample = sample[:64]
	}
	hits := func(root string) int {
		n := 0
		for _, s := range sample {
			full := filepath.Join(root, filepath.FromSlash(cleanName(s)))
			if info, err := os.Stat(full); err == nil && info.Mode().IsRegular() {
				n++
				continue
			}
			if pixel.HasImageExtension(full) {
				continue
			}
			for _, ext := range []string{".jpg", ".png", ".jpeg", ".JPG", ".bmp"} {
				if _, err := os.Stat(full + ext); err == nil {
					n++
					break
				}
			}
		}
		return n
	}
	candidates := []string{base}
	for _, dir := range []string{base, filepath.Dir(base), filepath.Dir(filepath.Dir(base))} {
		entries, _ := os.ReadDir(dir) // what cannot be listed is no candidate
		if len(entries) > peekEntries {
			entries = nil
		}
		for _, e := range entries {
			if full := filepath.Join(dir, e.Name()); !Ignored(e.Name()) && (e.IsDir() || e.Type()&fs.ModeSymlink != 0) {
				candidates = append(candidates, full)
				for _, split := range []string{"train", "val", "test", "train2017", "val2017"} {
					if sub := filepath.Join(full, split); IsDir(sub) {
						candidates = append(candidates, sub)
					}
				}
			}
		}
		if dir != base {
			candidates = append(candidates, dir)
		}
	}
	best, most := base, 0
	for _, c := range candidates {
		if n := hits(c); n > most {
			best, most = c, n
		}
		if most == len(sample) {
			break
		}
	}
	return best, nil
}

// IsFile tells whether there is a regular file of that name.
func IsFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// IsDir tells whether there is a folder of that name.
func IsDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// PictureFolder returns the root of a dataset whose tables in base name pictures,
// of which some are given: base itself where the pictures lie in it, below the
// folder prefix, and otherwise the folder that [PictureRoot] finds.
func PictureFolder(o Options, base string, sample []string) (root, prefix string, err error) {
	found, err := PictureRoot(o, base, sample)
	if err != nil {
		return "", "", err
	}
	rel, err := filepath.Rel(base, found)
	if o.Images != "" || err != nil || !filepath.IsLocal(rel) {
		return found, "", nil
	}
	if rel == "." {
		rel = ""
	}
	return base, filepath.ToSlash(rel), nil
}
