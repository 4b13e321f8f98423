package source

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

const (
	peekHead    = 64 << 10
	peekEntries = 2000
)

// A Peek is a first look at a path that all formats share: what is listed and
// read for one of them is not listed and read again for the next. It may be
// used from several goroutines.
type Peek struct {
	// Path is what the person named.
	Path string
	// Dir tells whether it is a folder.
	Dir bool

	mu    sync.Mutex
	lists map[string][]fs.DirEntry
	heads map[string][]byte
	notes map[string]any
}

// NewPeek looks at a path that must exist.
func NewPeek(path string) (*Peek, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return &Peek{Path: path, Dir: info.IsDir(), lists: map[string][]fs.DirEntry{}, heads: map[string][]byte{}, notes: map[string]any{}}, nil
}

// List returns the first entries, at most 2000, of the folder at rel below the
// path ("" for the path itself), sorted by name and without those that are
// [Ignored]. It is empty for what is no folder or cannot be read. A link to a
// folder is listed by its own entry; use [Peek.IsDir].
func (p *Peek) List(rel string) []fs.DirEntry {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l, ok := p.lists[rel]; ok {
		return l
	}
	var out []fs.DirEntry
	if f, err := os.Open(p.full(rel)); err == nil {
		out, _ = f.ReadDir(peekEntries) // as far as it can be read
		f.Close()
	}
	out = slices.DeleteFunc(out, func(e fs.DirEntry) bool { return Ignored(e.Name()) })
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	p.lists[rel] = out
	return out
}

// Head returns the first 64 KiB of the file at rel below the path ("" for the
// path itself), without a UTF-8 byte order mark; empty when it cannot be read.
func (p *Peek) Head(rel string) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h, ok := p.heads[rel]; ok {
		return h
	}
	var out []byte
	if f, err := os.Open(p.full(rel)); err == nil {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			head := make([]byte, peekHead)
			n, _ := io.ReadFull(f, head) // as far as it can be read
			out = bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))
		}
		f.Close()
	}
	p.heads[rel] = out
	return out
}

// Once returns what f returned when the key was asked for first: what several
// formats work out of the same file.
func (p *Peek) Once(key string, f func() any) any {
	p.mu.Lock()
	v, ok := p.notes[key]
	p.mu.Unlock()
	if ok {
		return v
	}
	v = f() // which may look at further files
	p.mu.Lock()
	defer p.mu.Unlock()
	if first, ok := p.notes[key]; ok {
		return first
	}
	p.notes[key] = v
	return v
}

// IsDir reports whether rel is a folder or a link to one.
func (p *Peek) IsDir(rel string) bool {
	info, err := os.Stat(p.full(rel))
	return err == nil && info.IsDir()
}

// IsFile reports whether rel is a regular file or a link to one.
func (p *Peek) IsFile(rel string) bool {
	info, err := os.Stat(p.full(rel))
	return err == nil && info.Mode().IsRegular()
}

// Files returns the names of the files at rel whose names end in one of the
// extensions (".json"), in any case.
func (p *Peek) Files(rel string, ext ...string) []string {
	var out []string
	for _, e := range p.List(rel) {
		if !e.IsDir() && slices.Contains(ext, strings.ToLower(filepath.Ext(e.Name()))) {
			out = append(out, e.Name())
		}
	}
	return out
}

// Dirs returns the names of the folders at rel, links to folders included.
func (p *Peek) Dirs(rel string) []string {
	var out []string
	for _, e := range p.List(rel) {
		if e.IsDir() || e.Type()&fs.ModeSymlink != 0 && p.IsDir(Join(rel, e.Name())) {
			out = append(out, e.Name())
		}
	}
	return out
}

// Join returns the path of what lies in a folder of a source; "" is the source
// itself.
func Join(rel, name string) string {
	if rel == "" {
		return name
	}
	return rel + "/" + name
}

func (p *Peek) full(rel string) string { return filepath.Join(p.Path, filepath.FromSlash(rel)) }
