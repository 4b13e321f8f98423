package masks

import (
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// A disk is a [tree] of a folder that lists all of it, each folder once.
type disk struct {
	root string
	seen map[string][2][]string
}

func newDisk(root string) *disk { return &disk{root: root, seen: map[string][2][]string{}} }

func (d *disk) full(rel string) string { return filepath.Join(d.root, filepath.FromSlash(rel)) }

func (d *disk) list(rel string) [2][]string {
	if l, ok := d.seen[rel]; ok {
		return l
	}
	var l [2][]string
	entries, _ := os.ReadDir(d.full(rel)) // what cannot be listed holds nothing
	for _, e := range entries {
		if source.Ignored(e.Name()) {
			continue
		}
		mode := e.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(d.full(path.Join(rel, e.Name())))
			if err != nil {
				continue
			}
			mode = info.Mode().Type()
		}
		switch {
		case mode.IsDir():
			l[0] = append(l[0], e.Name())
		case mode.IsRegular():
			l[1] = append(l[1], e.Name())
		}
	}
	slices.Sort(l[0])
	slices.Sort(l[1])
	d.seen[rel] = l
	return l
}

func (d *disk) dirs(rel string) []string  { return d.list(rel)[0] }
func (d *disk) files(rel string) []string { return d.list(rel)[1] }

func (d *disk) head(rel string) []byte { return readUpTo(d.full(rel), 16<<20) }

// readUpTo returns the first bytes of a regular file, nothing when there is
// none.
func readUpTo(file string, limit int64) []byte {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, _ := io.ReadAll(io.LimitReader(f, limit)) // as far as it can be read
	return data
}

// A glance is the [tree] of a first look.
type glance struct{ peek *source.Peek }

func (g glance) dirs(rel string) []string { return g.peek.Dirs(rel) }

func (g glance) files(rel string) []string {
	var out []string
	for _, e := range g.peek.List(rel) {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

func (g glance) head(rel string) []byte { return g.peek.Head(rel) }
