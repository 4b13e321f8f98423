package cvat

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// A set is the annotation files of a dataset.
type set struct {
	// base is the absolute folder that files are relative to.
	base  string
	files []string
	// folder tells that the person named a folder.
	folder bool
	album  *source.Album
}

// open finds the annotation files at a path.
func open(name string) (*set, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if !info.IsDir() {
		return &set{base: filepath.Dir(abs), files: []string{filepath.Base(abs)}}, nil
	}
	p, err := source.NewPeek(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	s := &set{base: abs, folder: true}
	for _, dir := range folders {
		for _, f := range p.Files(dir, ".xml") {
			if isCVAT(p.Head(path.Join(dir, f))) {
				s.files = append(s.files, path.Join(dir, f))
			}
		}
		if s.files != nil {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%s holds no CVAT XML file; expected annotations.xml as CVAT exports it for images", source.Show(name))
}

// source is the file when there is one, and else the folder.
func (s *set) source() string {
	if len(s.files) == 1 {
		return filepath.Join(s.base, filepath.FromSlash(s.files[0]))
	}
	return s.base
}

// errEnough ends a stream of which enough was seen.
var errEnough = errors.New("enough")

// openAlbum finds the pictures by the names of the first images.
func (s *set) openAlbum(ctx context.Context, o source.Options) error {
	var names []string
	for _, f := range s.files {
		n := 0
		err := s.stream(ctx, f, func(_, e *xmltext.Element) error {
			if e.Name != "image" {
				return nil
			}
			name, _ := e.Attr("name")
			names = append(names, name)
			if subset, _ := e.Attr("subset"); subset != "" {
				names = append(names, subset+"/"+name)
			}
			if n++; n >= 32 {
				return errEnough
			}
			return nil
		})
		if ctx.Err() != nil {
			return err
		}
		if len(names) >= 64 {
			break // errors are said when the file is read
		}
	}
	if o.Images == "" {
		s.album = source.OpenAlbum(s.base)
		for _, name := range names {
			if _, ok := s.find(name, ""); ok {
				return nil
			}
		}
	}
	root, err := source.PictureRoot(o, s.base, names)
	if err != nil {
		return err
	}
	if s.album == nil || s.album.Root != root {
		s.album = source.OpenAlbum(root)
	}
	return nil
}

func (s *set) stream(ctx context.Context, file string, visit func(root, e *xmltext.Element) error) error {
	f, err := os.Open(filepath.Join(s.base, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	defer f.Close()
	return xmltext.Stream(ctx, f, func(root, e *xmltext.Element) error {
		if root.Name != "annotations" {
			return fmt.Errorf("its first element is <%s>; expected <annotations> as CVAT writes it", xmltext.Clip(root.Name))
		}
		return visit(root, e)
	})
}

// A picture is what an image element says of its picture.
type picture struct {
	path, id, split string
	width, height   int
}

// picture reads the attributes of an image element.
func (s *set) picture(file string, e *xmltext.Element) picture {
	name, _ := e.Attr("name")
	subset, hasSubset := e.Attr("subset")
	p := picture{split: subset, width: side(e, "width"), height: side(e, "height")}
	p.id, _ = e.Attr("id")
	switch {
	case !hasSubset:
		p.split = source.SplitOf(file)
	case strings.EqualFold(subset, "default"):
		p.split = ""
	}
	p.path, _ = s.find(name, subset)
	return p
}

// find returns the path of a picture, which may lie in a folder of its subset.
func (s *set) find(name, subset string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	for _, candidate := range []string{"images/" + subset + "/" + name, subset + "/" + name, "images/" + name} {
		if clean := path.Clean(candidate); s.album.Has(clean) {
			return clean, true
		}
	}
	return s.album.Find(name)
}

func side(e *xmltext.Element, name string) int {
	text, _ := e.Attr(name)
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxSide {
		return 0
	}
	return n
}

// labelsOf returns the element that lists the labels, or nil.
func labelsOf(meta *xmltext.Element) *xmltext.Element {
	for _, of := range []string{"task", "project", "job"} {
		if l := meta.Child(of).Child("labels"); l != nil {
			return l
		}
	}
	return nil
}

// labelNames lists the labels; those of the points of a skeleton are none.
func labelNames(labels *xmltext.Element) []string {
	var out []string
	if labels == nil {
		return nil
	}
	for _, l := range labels.All("label") {
		if name := l.Child("name").Text(); l.Child("parent") == nil && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
