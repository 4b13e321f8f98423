package labelmexml

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// maxEntries bounds the files and folders that are looked at.
const maxEntries = 20_000_000

// A set is the files of a dataset.
type set struct {
	root    string // absolute
	xml     []string
	album   *source.Album
	inside  bool            // pictures lie in root
	masks   map[string]bool // files below folders named Masks
	entries []entry
	byPath  map[string]int
}

// An entry is an image: its XML file, if it has one, and its picture.
type entry struct {
	xml, path string
	found     bool
}

func open(dir string, o source.Options) (*set, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is one file; LabelMe annotations are one XML file for each picture, so give the folder that holds Annotations and Images", source.Show(dir))
	}
	if up := filepath.Dir(abs); filepath.Base(abs) == "Annotations" {
		if images, err := os.Stat(filepath.Join(up, "Images")); err == nil && images.IsDir() {
			abs = up
		}
	}
	s := &set{root: abs, masks: map[string]bool{}, byPath: map[string]int{}}
	if err := s.walk(); err != nil {
		return nil, err
	}
	if len(s.xml) == 0 {
		return nil, fmt.Errorf("%s holds no XML file; expected Annotations/FOLDER/NAME.xml", source.Show(dir))
	}
	s.album, s.inside = source.OpenAlbum(abs), true
	var sample []string
	for _, x := range s.xml[:min(64, len(s.xml))] {
		sample = append(sample, strings.TrimSuffix(strings.TrimPrefix(x, "Annotations/"), path.Ext(x)))
	}
	if o.Images != "" || s.album.Len() == 0 {
		root, err := source.PictureRoot(o, abs, sample)
		if err != nil {
			return nil, err
		}
		if root != abs {
			s.album, s.inside = source.OpenAlbum(root), false
		}
	}
	s.resolve()
	return s, nil
}

// walk lists XML files and the files of masks.
func (s *set) walk() error {
	entries := 0
	err := filepath.WalkDir(s.root, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be listed holds nothing
		}
		if entries++; entries > maxEntries {
			return fs.SkipAll
		}
		if full != s.root && source.Ignored(d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(s.root, full)
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case strings.EqualFold(path.Ext(rel), ".xml"):
			s.xml = append(s.xml, rel)
		case isMaskPath(rel):
			s.masks[rel] = true
		}
		return nil
	})
	slices.Sort(s.xml)
	return err
}

// isMaskPath reports whether a file belongs to the masks and scribbles.
func isMaskPath(rel string) bool {
	for part := range strings.SplitSeq(rel, "/") {
		if part == "Masks" || part == "Scribbles" {
			return true
		}
	}
	return false
}

// swapped puts another folder in the place of Annotations.
func swapped(xml, folder string) string {
	if rest, ok := strings.CutPrefix(xml, "Annotations/"); ok {
		return folder + "/" + rest
	}
	return strings.Replace(xml, "/Annotations/", "/"+folder+"/", 1)
}

// resolve finds the picture of every XML file, and pictures without one.
func (s *set) resolve() {
	folders := map[string]bool{}
	for _, x := range s.xml {
		stem := strings.TrimSuffix(path.Base(x), path.Ext(x))
		e := entry{xml: x}
		for _, dir := range []string{path.Dir(swapped(x, "Images")), path.Dir(x), strings.TrimPrefix(path.Dir(swapped(x, "")), "/")} {
			if dir == "." {
				dir = ""
			}
			if p, ok := s.album.Beside(dir, stem); ok && !e.found {
				e.path, e.found = p, true
			}
		}
		if !e.found {
			if p, ok := s.album.Find(path.Join(path.Dir(swapped(x, "Images")), stem)); ok && !isMaskPath(p) {
				e.path, e.found = p, true
			} else {
				e.path = path.Join(path.Dir(swapped(x, "Images")), stem) + ".jpg"
			}
		}
		if _, twice := s.byPath[e.path]; twice {
			e.path, e.found = strings.TrimSuffix(x, path.Ext(x))+".jpg", false
		}
		if e.found {
			folders[path.Dir(e.path)] = true
		}
		s.byPath[e.path] = len(s.entries)
		s.entries = append(s.entries, e)
	}
	if !s.inside {
		return
	}
	var bare []string
	s.album.Paths(func(p string) {
		if _, known := s.byPath[p]; !known && folders[path.Dir(p)] && !isMaskPath(p) {
			bare = append(bare, p)
		}
	})
	slices.Sort(bare)
	for _, p := range bare {
		s.byPath[p] = len(s.entries)
		s.entries = append(s.entries, entry{path: p, found: true})
	}
}

// maskFile finds the file of a mask.
func (s *set) maskFile(xml, name string) (string, bool) {
	file := path.Join(path.Dir(swapped(xml, "Masks")), path.Base(strings.ReplaceAll(name, `\`, "/")))
	return file, name != "" && s.masks[file]
}

func (s *set) parse(xml string) (*xmltext.Element, error) {
	return xmltext.ReadAnnotation(filepath.Join(s.root, filepath.FromSlash(xml)), "LabelMe")
}
