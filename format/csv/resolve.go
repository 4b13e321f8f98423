package csvtable

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// A resolver turns the path cells of a table into paths of pictures below root.
// It lists each folder once.
type resolver struct {
	root     string // absolute
	realRoot string // root without symbolic links
	table    string // absolute folder of the table
	folders  map[string]*listing
}

// A listing is what a folder holds.
type listing struct {
	files map[string]bool
	// byStem leads from a name without extension to the one picture of that
	// stem; empty when there are several. Built on first use.
	byStem map[string]string
	// asked and folds remember the answer of foldsCase.
	asked, folds bool
}

func newResolver(root, table string) *resolver {
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		realRoot = root
	}
	return &resolver{root: root, realRoot: realRoot, table: table, folders: map[string]*listing{}}
}

// resolve returns the path below the root that a cell means. Found tells
// whether a file is there. A refusal is a clause that says why the cell cannot
// be used at all; the path is empty then.
func (r *resolver) resolve(cell string) (name string, found bool, refusal string) {
	if cell == "" {
		return "", false, "the path is empty"
	}
	if filepath.IsAbs(cell) || strings.HasPrefix(cell, "/") {
		name, ok := below(r.root, cell)
		if !ok {
			if name, ok = below(r.realRoot, cell); !ok {
				return "", false, "the path " + source.Show(cell) + " is absolute and lies outside of " + source.Show(r.root)
			}
		}
		name, found = r.find(name)
		return name, found, ""
	}
	direct := path.Clean(filepath.ToSlash(cell))
	inside := direct != "." && filepath.IsLocal(direct)
	if inside {
		if name, found = r.find(direct); found {
			return name, true, ""
		}
	}
	if r.table != r.root {
		if viaTable, ok := below(r.root, filepath.Join(r.table, filepath.FromSlash(cell))); ok {
			if name, found := r.find(viaTable); found || !inside {
				return name, found, ""
			}
		}
	}
	if !inside {
		return "", false, "the path " + source.Show(cell) + " names no file inside " + source.Show(r.root)
	}
	return direct, false, ""
}

// below returns the path of file relative to root, separated by slashes, when
// it names something inside.
func below(root, file string) (string, bool) {
	rel, err := filepath.Rel(root, filepath.Clean(file))
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// find looks for a file at name below the root: as spelled, with backslashes
// read as separators, and with an extension added.
func (r *resolver) find(name string) (string, bool) {
	if r.exists(name) {
		return name, true
	}
	if strings.Contains(name, `\`) {
		swapped := path.Clean(strings.ReplaceAll(name, `\`, "/"))
		if filepath.IsLocal(swapped) {
			if found, ok := r.find(swapped); ok {
				return found, true
			}
		}
	}
	if !pixel.HasImageExtension(name) {
		dir, stem := path.Split(name)
		if full := r.list(dir).stem(stem); full != "" {
			return dir + full, true
		}
	}
	return name, false
}

func (r *resolver) exists(name string) bool {
	dir, base := path.Split(name)
	l := r.list(dir)
	if l.files[base] {
		return true
	}
	if !l.foldsCase(filepath.Join(r.root, filepath.FromSlash(dir))) {
		return false
	}
	info, err := os.Stat(filepath.Join(r.root, filepath.FromSlash(name)))
	return err == nil && info.Mode().IsRegular()
}

// foldsCase reports whether the file system knows the files of a folder by
// their names in another case too. It finds out once, with one of the files.
func (l *listing) foldsCase(dir string) bool {
	if !l.asked {
		l.asked = true
		for name := range l.files {
			other := strings.ToUpper(name)
			if other == name {
				other = strings.ToLower(name)
			}
			if other == name || l.files[other] {
				continue
			}
			_, err := os.Stat(filepath.Join(dir, other))
			l.folds = err == nil
			break
		}
	}
	return l.folds
}

// list returns the files of a folder below the root, which ends in a slash or
// is empty. Its files are nil when the folder cannot be read.
func (r *resolver) list(dir string) *listing {
	if l := r.folders[dir]; l != nil {
		return l
	}
	l := &listing{}
	r.folders[strings.Clone(dir)] = l
	full := filepath.Join(r.root, filepath.FromSlash(dir))
	f, err := os.Open(full)
	if err != nil {
		return l
	}
	defer f.Close()
	entries, _ := f.ReadDir(-1)
	l.files = make(map[string]bool, len(entries))
	for _, e := range entries {
		switch {
		case e.Type().IsRegular():
			l.files[e.Name()] = true
		case e.Type()&os.ModeSymlink != 0:
			info, err := os.Stat(filepath.Join(full, e.Name()))
			l.files[e.Name()] = err == nil && info.Mode().IsRegular()
		}
	}
	return l
}

func (l *listing) stem(stem string) string {
	if l.byStem == nil {
		l.byStem = make(map[string]string, len(l.files))
		for name, ok := range l.files {
			if !ok || !pixel.HasImageExtension(name) {
				continue
			}
			s := strings.TrimSuffix(name, path.Ext(name))
			if _, twice := l.byStem[s]; twice {
				name = ""
			}
			l.byStem[s] = name
		}
	}
	return l.byStem[stem]
}

// findRoot chooses the folder that paths are relative to: images when it is
// given, else the folder of the table or, when none of the sampled paths is a
// file there, the sub-folder of it where the most of them are.
func findRoot(table, images string, paths []string) (string, error) {
	if images != "" {
		return filepath.Abs(images)
	}
	hits := func(root string) int {
		r, n := newResolver(root, root), 0
		for _, p := range paths {
			if _, found, _ := r.resolve(p); found {
				n++
			}
		}
		return n
	}
	if hits(table) > 0 {
		return table, nil
	}
	entries, err := os.ReadDir(table)
	if err != nil {
		return table, nil
	}
	best, most := table, 0
	for _, e := range entries {
		sub := filepath.Join(table, e.Name())
		if info, err := os.Stat(sub); err != nil || !info.IsDir() || source.Ignored(e.Name()) {
			continue
		}
		if n := hits(sub); n > most {
			best, most = sub, n
		}
	}
	return best, nil
}
