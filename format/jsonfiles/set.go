package jsonfiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A Set is the JSON files of a dataset and the pictures they speak of.
type Set struct {
	// Path is the absolute path that the person named.
	Path string
	// Base is the absolute folder that Files are relative to.
	Base string
	// Files are the annotation files, separated by "/", by their names.
	Files []string
	// Single tells that Path is the one file.
	Single bool
	// Album are the pictures; its root is that of the dataset.
	Album *source.Album
	// folders are those of the files, once somebody asked.
	folders map[string]bool
}

const (
	maxDepth = 16
	maxFiles = 5_000_000
	// sampled is how many names of pictures tell where the pictures are.
	sampled = 64
)

// Files lists the files below dir with the extension that are recognised by
// their first bytes, by their names. Whoever calls has made sure that it is a
// folder.
func Files(dir string, is func(Outline) bool, ext ...string) (files []string, err error) {
	seen := 0
	var walk func(rel string, depth int) error
	walk = func(rel string, depth int) error {
		list, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(rel)))
		if err != nil {
			if rel == "" {
				return err
			}
			return nil // what cannot be listed holds nothing
		}
		var folders []string
		for _, e := range list {
			if source.Ignored(e.Name()) {
				continue
			}
			if seen++; seen > maxFiles {
				return fmt.Errorf("there are more than %d files below %s; name the folder of the annotations", maxFiles, source.Show(dir))
			}
			name := path.Join(rel, e.Name())
			mode := e.Type()
			if mode&fs.ModeSymlink != 0 {
				info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
				if err != nil || info.IsDir() {
					continue
				}
				mode = info.Mode().Type()
			}
			switch {
			case mode.IsDir():
				folders = append(folders, name)
			case mode.IsRegular() && hasExt(name, ext) && recognised(filepath.Join(dir, filepath.FromSlash(name)), is):
				files = append(files, name)
			}
		}
		if depth >= maxDepth {
			return nil
		}
		for _, f := range folders {
			if err := walk(f, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return files, walk("", 0)
}

func hasExt(name string, ext []string) bool {
	for _, e := range ext {
		if strings.EqualFold(path.Ext(name), e) {
			return true
		}
	}
	return false
}

// recognised looks at the first bytes of a file, and at more of them when these
// do not tell.
func recognised(full string, is func(Outline) bool) bool {
	f, err := os.Open(full)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4<<10, 64<<10)
	for {
		n, err := io.ReadFull(f, head)
		if is(OutlineOf(bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf")))) {
			return true
		}
		if err != nil || len(head) == cap(head) {
			return false
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return false
		}
		head = head[:cap(head)]
	}
}

// errEnough ends the reading of a sample.
var errEnough = errors.New("enough")

// Open finds the annotation files at path and the pictures, whose names may be
// relative to their file. Names reads the names of pictures in a file until take
// returns an error, which it returns.
func Open(p string, o source.Options, is func(Outline) bool, names func(file io.Reader, take func(name string) error) error, ext ...string) (*Set, error) {
	s, err := files(p, is, ext)
	if err != nil {
		return nil, err
	}
	var sample []string
	for _, name := range s.Files {
		f, err := os.Open(filepath.Join(s.Base, filepath.FromSlash(name)))
		if err != nil {
			continue // the reader says so
		}
		err = names(f, func(picture string) error {
			sample = append(sample, picture)
			if dir := path.Dir(name); dir != "." {
				sample = append(sample, dir+"/"+picture)
			}
			if len(sample) >= sampled {
				return errEnough
			}
			return nil
		})
		f.Close()
		if errors.Is(err, errEnough) {
			break
		}
	}
	return s, s.findPictures(o, sample)
}

// Reopen finds the annotation files of a dataset again.
func Reopen(ds *dataset.Dataset, is func(Outline) bool, ext ...string) (*Set, error) {
	s, err := files(ds.Source, is, ext)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read again: %w", source.Show(ds.Name), err)
	}
	s.Album = source.OpenAlbum(ds.Root)
	return s, nil
}

func files(p string, is func(Outline) bool, ext []string) (*Set, error) {
	full, err := filepath.Abs(p)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return &Set{Path: full, Base: filepath.Dir(full), Files: []string{filepath.Base(full)}, Single: true}, nil
	}
	s := &Set{Path: full, Base: full}
	s.Files, err = Files(full, is, ext...)
	return s, err
}

// findPictures chooses the root of the dataset: the folder itself when it holds
// the pictures, else the one beside it that does.
func (s *Set) findPictures(o source.Options, sample []string) error {
	fits := func(a *source.Album) bool {
		for _, name := range sample {
			if _, ok := a.Find(name); ok {
				return true
			}
		}
		return false
	}
	if o.Images == "" && !s.Single {
		if s.Album = source.OpenAlbum(s.Base); fits(s.Album) {
			return nil
		}
	}
	root, err := source.PictureRoot(o, s.Base, sample)
	if err != nil {
		return err
	}
	if s.Album == nil || s.Album.Root != root {
		s.Album = source.OpenAlbum(root)
	}
	if o.Images != "" || fits(s.Album) {
		return nil
	}
	for dir := s.Base; ; dir = filepath.Dir(dir) {
		images := filepath.Join(dir, "images")
		if info, err := os.Stat(images); err == nil && info.IsDir() {
			if a := source.OpenAlbum(images); fits(a) {
				s.Album = a
				return nil
			}
		}
		if up := filepath.Dir(dir); up == dir || strings.Count(s.Base[len(dir):], string(filepath.Separator)) >= 3 {
			return nil
		}
	}
}

// Beside returns the path of the picture that a file names: beside the file, or
// elsewhere, but not beside another file, which speaks of its own.
func (s *Set) Beside(file, name string) string {
	dir := path.Dir(file)
	clean := path.Join("/", dir, strings.ReplaceAll(name, `\`, "/"))[1:]
	p, ok := s.Album.Find(clean)
	if ok && path.Dir(p) != path.Dir(clean) {
		if s.folders == nil {
			s.folders = map[string]bool{}
			for _, f := range s.Files {
				s.folders[path.Dir(f)] = true
			}
		}
		if d := path.Dir(p); d != dir && s.folders[d] {
			return clean
		}
	}
	return p
}

// Split returns the split that the name of one of the files says, where the
// folder around the one file that was named counts as well.
func (s *Set) Split(file string) string {
	if s.Single {
		file = filepath.Base(s.Base) + "/" + file
	}
	return source.SplitOf(file)
}

// Problem says in a sentence that a file could not be read, or not to its end.
func (s *Set) Problem(file string, err error) dataset.Problem {
	return dataset.Problem{Place: file, Message: fmt.Sprintf("%s cannot be read to its end: %v; what comes before is used", source.Show(file), err)}
}

// Pictures returns the folder that the pictures of a new dataset go to, "images/",
// or "" when all of their paths start with it.
func Pictures(ds *dataset.Dataset) string {
	const folder = "images/"
	for i := range ds.Images {
		if !strings.HasPrefix(ds.Images[i].Path, folder) {
			return folder
		}
	}
	return ""
}
