package labelme

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// maxFile bounds a label file, its embedded picture included.
const maxFile = 256 << 20

// A folder is the label files of a source and the pictures they speak of. Read
// and Patch go through it in the same order.
type folder struct {
	// base is the absolute folder that names are relative to.
	base  string
	names []string
	// root is the folder that the paths of pictures are relative to.
	root  string
	album *source.Album
}

// openFolder lists the JSON files of a folder and those below it, or takes the
// one file.
func openFolder(name string) (*folder, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, fmt.Errorf("cannot read the label files: %w", err)
	}
	if !info.IsDir() {
		return &folder{base: filepath.Dir(full), names: []string{filepath.Base(full)}}, nil
	}
	f := &folder{base: full}
	err = filepath.WalkDir(full, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be listed holds nothing
		case p == full:
			return nil
		case source.Ignored(d.Name()):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir() || strings.ToLower(filepath.Ext(p)) != ".json":
			return nil
		}
		rel, err := filepath.Rel(full, p)
		f.names = append(f.names, filepath.ToSlash(rel))
		return err
	})
	slices.Sort(f.names)
	return f, err
}

// A labelFile is one JSON file.
type labelFile struct {
	// name is relative to the folder's base.
	name string
	data []byte
	root jsontext.Node
}

// open reads a file of the folder. The error is a clause; ok is false for JSON
// that is no label file.
func (f *folder) open(name string) (l *labelFile, ok bool, err error) {
	full := filepath.Join(f.base, filepath.FromSlash(name))
	info, err := os.Stat(full)
	switch {
	case err != nil:
		return nil, false, err
	case !info.Mode().IsRegular():
		return nil, false, nil
	case info.Size() > maxFile:
		return nil, false, fmt.Errorf("it is larger than the %d MiB that are read of a label file", maxFile>>20)
	}
	data, err := os.ReadFile(full)
	if err != nil {
		return nil, false, err
	}
	root, err := jsontext.Parse(data)
	if err != nil {
		return nil, false, err
	}
	l = &labelFile{name: name, data: data, root: root}
	return l, l.isLabelFile(), nil
}

func (l *labelFile) isLabelFile() bool {
	if k := l.root.Get("shapes").Kind(); k != jsontext.Array && k != jsontext.Invalid && k != jsontext.Null {
		return false
	}
	return l.root.Get("imagePath").Kind() == jsontext.String ||
		l.root.Get("imageData").Kind() != jsontext.Invalid && l.root.Get("shapes").Kind() != jsontext.Invalid
}

// pictureName is where the picture lies as seen from the base, by what the file
// says; without imagePath it is named like the label file. It may lead out of
// the base.
func (l *labelFile) pictureName() string {
	name, _ := l.root.Get("imagePath").Text()
	name = strings.ReplaceAll(name, `\`, "/")
	if name == "" {
		return strings.TrimSuffix(l.name, path.Ext(l.name))
	}
	return path.Join(path.Dir(l.name), name)
}

// sampled is how many label files are looked at to find the pictures.
const sampled = 32

// maxUp is how many folders above the label files the pictures may lie.
const maxUp = 3

// locate chooses the root: the base, or the folder above it that the label files
// lead to, or another one that holds the pictures.
func (f *folder) locate(ctx context.Context, o source.Options) error {
	f.root = f.base
	var names []string
	found, up := 0, 0
	for _, name := range f.names[:min(len(f.names), sampled)] {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, ok, err := f.open(name)
		if err != nil || !ok {
			continue // told when it is read
		}
		picture := l.pictureName()
		names = append(names, picture)
		if n := strings.Count(picture, "../"); n <= maxUp && source.IsFile(filepath.Join(f.base, filepath.FromSlash(picture))) {
			found++
			up = max(up, n)
		}
	}
	switch {
	case o.Images != "" || found == 0:
		root, err := source.PictureRoot(o, f.base, names)
		if err != nil {
			return err
		}
		if rel, err := filepath.Rel(f.base, root); o.Images != "" || err != nil || !filepath.IsLocal(rel) {
			f.root = root
		}
	default:
		for range up {
			f.root = filepath.Dir(f.root)
		}
	}
	return nil
}

// picture returns the path below the root of the picture of a label file.
func (f *folder) picture(l *labelFile) (name string, found bool) {
	name = l.pictureName()
	if rel, err := filepath.Rel(f.root, filepath.Join(f.base, filepath.FromSlash(name))); err == nil && filepath.IsLocal(rel) {
		if source.IsFile(filepath.Join(f.root, rel)) {
			return filepath.ToSlash(rel), true
		}
		name = filepath.ToSlash(rel)
	}
	if f.album == nil {
		f.album = source.OpenAlbum(f.root)
	}
	return f.album.Find(name)
}
