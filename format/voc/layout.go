package voc

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A layout is where the files of a dataset lie.
type layout struct {
	// root is the absolute folder of the dataset.
	root string
	// xml are the annotation files, relative to root, sorted.
	xml   []string
	lists []*list
	// classes are those of labelmap.txt; mapped tells that there is one.
	classes []string
	mapped  bool
	// pictures are in root when inside, else in a folder elsewhere.
	pictures *source.Album
	inside   bool
	problems []dataset.Problem
}

// look finds the files of the dataset at path.
func look(dir string) (*layout, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is one file; VOC annotations are one XML file for each picture, so give the folder that they are in", source.Show(dir))
	}
	up := filepath.Dir(abs)
	if strings.EqualFold(filepath.Base(abs), "annotations") && (exists(up, "JPEGImages") || exists(up, "ImageSets") || exists(up, "labelmap.txt")) {
		abs = up
	}
	l := &layout{root: abs}
	l.walk()
	if err := l.chooseAnnotations(dir); err != nil {
		return nil, err
	}
	if len(l.xml) == 0 {
		return nil, fmt.Errorf("%s holds no XML file; expected Annotations/NAME.xml or XML files beside the pictures", source.Show(dir))
	}
	// Lists beside a folder such as Annotations_corrected say the splits; they
	// serve other annotations too, so they are not changed.
	if len(l.lists) == 0 && isAnnotationFolder(filepath.Base(abs)) && exists(up, "ImageSets") {
		l.lists = readLists(filepath.Join(up, "ImageSets"), "", "")
	}
	l.readLabelmap()
	return l, nil
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

func isAnnotationFolder(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "annotation")
}

// walk lists XML files and reads the lists of ImageSets.
func (l *layout) walk() {
	source.Walk(l.root, func(name string, folder bool) bool {
		switch {
		case folder && path.Base(name) == "ImageSets":
			dir := path.Dir(name)
			if dir == "." {
				dir = ""
			}
			l.lists = append(l.lists, readLists(filepath.Join(l.root, filepath.FromSlash(name)), dir, name)...)
			return false
		case !folder && strings.EqualFold(path.Ext(name), ".xml"):
			l.xml = append(l.xml, name)
		}
		return true
	})
	slices.Sort(l.xml)
}

// chooseAnnotations keeps one of several folders of annotations that lie beside
// each other.
func (l *layout) chooseAnnotations(dir string) error {
	beside := map[string][]string{} // by the folder they lie in
	for _, x := range l.xml {
		parts := strings.Split(x, "/")
		for i, p := range parts[:len(parts)-1] {
			if up := strings.Join(parts[:i], "/"); isAnnotationFolder(p) {
				if !slices.Contains(beside[up], p) {
					beside[up] = append(beside[up], p)
				}
				break
			}
		}
	}
	var ups []string
	for up, names := range beside {
		if len(names) > 1 {
			ups = append(ups, up)
		}
	}
	slices.Sort(ups)
	for _, up := range ups {
		names := beside[up]
		i := slices.Index(names, "Annotations")
		if i < 0 {
			i = slices.Index(names, "annotations")
		}
		if i < 0 {
			return fmt.Errorf("%s holds several folders of annotations (%s); give the path of one of them", source.Show(source.Join(filepath.Base(dir), up)), strings.Join(names, ", "))
		}
		for _, other := range names {
			if other == names[i] {
				continue
			}
			prefix := source.Join(up, other) + "/"
			l.xml = slices.DeleteFunc(l.xml, func(x string) bool { return strings.HasPrefix(x, prefix) })
			l.problems = append(l.problems, dataset.Problem{Place: source.Join(up, other), Message: fmt.Sprintf(
				"%s is passed over because %s holds the annotations; to read it, give its own path", source.Show(source.Join(up, other)), source.Show(source.Join(up, names[i])))})
		}
	}
	return nil
}

// readLabelmap reads the classes of labelmap.txt: "label:color:parts:actions".
func (l *layout) readLabelmap() {
	data, err := os.ReadFile(filepath.Join(l.root, "labelmap.txt"))
	if err != nil || len(data) > maxList {
		return
	}
	for text := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		if name, _, ok := strings.Cut(text, ":"); ok && name != "" {
			l.classes = append(l.classes, name)
		}
	}
	l.mapped = len(l.classes) > 0
}

// annotationFolder cuts the path of an XML file at its folder of annotations:
// "VOC2012/Annotations/a.xml" has the parent VOC2012 and the rest a.
func annotationFolder(xml string) (parent, rest string, ok bool) {
	parts := strings.Split(strings.TrimSuffix(xml, path.Ext(xml)), "/")
	for i := len(parts) - 2; i >= 0; i-- {
		if isAnnotationFolder(parts[i]) {
			return strings.Join(parts[:i], "/"), strings.Join(parts[i+1:], "/"), true
		}
	}
	return "", "", false
}

// openPictures finds the folder of the pictures.
func (l *layout) openPictures(o source.Options) error {
	if o.Images != "" {
		root, err := filepath.Abs(o.Images)
		if err != nil {
			return err
		}
		l.pictures = source.OpenAlbum(root)
		l.inside = root == l.root
		return nil
	}
	l.pictures, l.inside = source.OpenAlbum(l.root), true
	if l.pictures.Len() > 0 {
		return nil
	}
	var sample []string
	for _, x := range l.xml[:min(64, len(l.xml))] {
		_, rest, ok := annotationFolder(x)
		if !ok {
			rest = strings.TrimSuffix(x, path.Ext(x))
		}
		sample = append(sample, rest)
	}
	root, err := source.PictureRoot(o, l.root, sample)
	if err != nil || root == l.root {
		return err
	}
	elsewhere := source.OpenAlbum(root)
	hits := 0
	for _, name := range sample {
		if _, ok := elsewhere.Find(name); ok {
			hits++
		}
	}
	// A folder with a few pictures of the same names is another dataset.
	if 2*hits > len(sample) {
		l.pictures, l.inside = elsewhere, false
	}
	return nil
}
