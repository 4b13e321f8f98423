package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// An EntryType says what a path is.
type EntryType int

// The types of entries.
const (
	// File is a regular file, or a symbolic link to one.
	File EntryType = iota
	// Dir is a folder, or a symbolic link to one that is followed.
	Dir
	// Link is a symbolic link that is not followed; Err says why.
	Link
	// Special is a pipe, socket or device.
	Special
)

// An Entry is one thing that lies below a root.
type Entry struct {
	// Path is relative to the root, separated by "/".
	Path string
	Type EntryType
	// Symlink tells that a file or folder was reached by a link of that name.
	Symlink bool
	// Err says why a folder could not be listed or a link was not followed.
	Err error
}

// Walk visits everything below root, folders before what is in them and the
// entries of a folder in order of their names (by bytes). A folder that cannot
// be listed is visited with its error and the walk goes on; only a root that
// cannot be listed, an error of visit, and ctx end it. When visit returns
// [fs.SkipDir] for a folder, what is in it is left out.
//
// A link to a folder is followed when it leads out of the root, and then only
// to places the walk has not been and will not come to; so each file is visited
// once however links are laid, in loops too.
func Walk(ctx context.Context, root string, visit func(Entry) error) error {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return err
	}
	if real, err = filepath.Abs(real); err != nil {
		return err
	}
	w := &walker{ctx: ctx, root: root, visit: visit, trees: map[string]bool{real: true}, above: map[string]bool{}}
	w.noteAbove(real)
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	return w.children("", entries)
}

type walker struct {
	ctx   context.Context
	root  string
	visit func(Entry) error
	// trees are the folders, free of links, whose whole content is visited;
	// above are all folders that contain one of them.
	trees, above map[string]bool
}

func (w *walker) noteAbove(dir string) {
	for {
		parent := filepath.Dir(dir)
		if parent == dir || w.above[parent] {
			return
		}
		w.above[parent] = true
		dir = parent
	}
}

func (w *walker) children(dir string, entries []fs.DirEntry) error {
	for _, e := range entries {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		path := e.Name()
		if dir != "" {
			path = dir + "/" + path
		}
		if err := w.entry(path, e.Type()); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) entry(path string, mode fs.FileMode) error {
	switch {
	case mode.IsRegular():
		return w.visit(Entry{Path: path, Type: File})
	case mode.IsDir():
		return w.dir(path, false)
	case mode&fs.ModeSymlink != 0:
		return w.link(path)
	}
	return w.visit(Entry{Path: path, Type: Special})
}

func (w *walker) dir(path string, symlink bool) error {
	entries, err := os.ReadDir(w.full(path))
	switch err := w.visit(Entry{Path: path, Type: Dir, Symlink: symlink, Err: err}); {
	case errors.Is(err, fs.SkipDir):
		return nil
	case err != nil:
		return err
	}
	return w.children(path, entries)
}

func (w *walker) link(path string) error {
	full := w.full(path)
	info, err := os.Stat(full)
	switch {
	case err != nil:
		return w.visit(Entry{Path: path, Type: Link, Err: fmt.Errorf("the symbolic link leads nowhere: %w", err)})
	case info.Mode().IsRegular():
		return w.visit(Entry{Path: path, Type: File, Symlink: true})
	case !info.IsDir():
		return w.visit(Entry{Path: path, Type: Special})
	}
	target, err := filepath.EvalSymlinks(full)
	if err == nil {
		target, err = filepath.Abs(target)
	}
	if err == nil {
		err = w.follow(target)
	}
	if err != nil {
		return w.visit(Entry{Path: path, Type: Link, Err: err})
	}
	return w.dir(path, true)
}

// follow enters target into the trees, or says why it is not followed.
func (w *walker) follow(target string) error {
	if w.above[target] {
		return fmt.Errorf("the symbolic link leads to %s, which contains folders that are read already; it is not followed", source.Show(target))
	}
	for dir := target; ; {
		if w.trees[dir] {
			return fmt.Errorf("the symbolic link leads to %s, which is read at its own place; it is not followed", source.Show(target))
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	w.trees[target] = true
	w.noteAbove(target)
	return nil
}

func (w *walker) full(path string) string {
	return filepath.Join(w.root, filepath.FromSlash(path))
}

// first returns the part of a path before its first slash, and the rest.
func first(path string) (head, rest string) {
	head, rest, _ = strings.Cut(path, "/")
	return head, rest
}
