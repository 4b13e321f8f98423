package folder

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A builder turns a tree into a dataset.
type builder struct {
	*tree
	splits bool
}

// place takes a path apart. The class is empty for what lies beside the class
// folders.
func (b *builder) place(path string) (split, class string) {
	if b.splits {
		head, rest := first(path)
		if rest == "" || !isSplit(head) {
			return "", ""
		}
		split, path = head, rest
	}
	if head, rest := first(path); rest != "" {
		class = head
	}
	return split, class
}

// classFolders returns the folders that are classes, in order.
func (b *builder) classFolders() []string {
	var out []string
	for _, path := range sortedKeys(b.folders) {
		top, rest := first(path)
		level := rest == "" && !b.splits || rest != "" && b.splits && isSplit(top)
		if s := b.folders[path]; level && (s.pictures > 0 || s.empty() || s.unreadable) {
			out = append(out, path)
		}
	}
	return out
}

// check refuses a folder that gives no dataset.
func (b *builder) check(root string) error {
	name := source.Show(root)
	unreadable := ""
	if len(b.problems) > 0 {
		p := b.problems[0]
		unreadable = fmt.Sprintf(" (%s: %s)", p.Place, strings.TrimSuffix(p.Message, "."))
	}
	if len(b.pictures) == 0 {
		if len(b.folders) == 0 && len(b.skipped) == 0 && unreadable == "" {
			return fmt.Errorf("%s is empty; expected %s", name, Layouts)
		}
		return fmt.Errorf("%s holds no pictures%s; expected %s", name, unreadable, Layouts)
	}
	var classes []string
	for _, path := range b.classFolders() {
		if b.folders[path].pictures > 0 {
			classes = append(classes, path)
		}
	}
	if b.splits {
		return nil
	}
	if len(classes) == 1 || b.allMeanPictures(classes) {
		if inner := b.inner(classes); inner != "" {
			return fmt.Errorf("%s holds a dataset in its folder %s; give that path: %s", name, source.Show(inner), source.Show(filepath.Join(b.root, inner)))
		}
	}
	if b.allMeanPictures(classes) {
		return fmt.Errorf("%s holds %s and no labels, because no class folder is among its folders; expected %s, or a table with a path and a label in each row", name, count(len(b.pictures), "picture", "pictures"), Layouts)
	}
	return nil
}

// allMeanPictures reports whether none of the folders names a class.
func (b *builder) allMeanPictures(folders []string) bool {
	return !slices.ContainsFunc(folders, func(n string) bool { return !meansPictures(n) })
}

// inner returns the first of the folders that is a dataset rather than a class:
// it is named for holding pictures and has folders with pictures in it, or these
// are splits. Empty when there is none.
func (b *builder) inner(folders []string) string {
	for _, top := range folders {
		holding, splits := 0, true
		for path, s := range b.folders {
			if head, rest := first(path); head == top && rest != "" && s.pictures > 0 {
				holding++
				splits = splits && isSplit(rest)
			}
		}
		if holding > 0 && (splits || meansPictures(top)) {
			return top
		}
	}
	return ""
}

func (b *builder) dataset(fixed []string) (*dataset.Dataset, error) {
	ds := &dataset.Dataset{
		Name: filepath.Base(b.root), Root: b.root, Source: b.root, Format: Name,
		Problems: b.problems,
	}
	classes := map[string]int{}
	for _, c := range fixed {
		if _, twice := classes[c]; twice {
			return nil, fmt.Errorf("the list of classes names %q twice", c)
		}
		classes[c] = len(classes)
	}
	ds.Classes = slices.Clone(fixed)
	if len(fixed) == 0 {
		for _, path := range b.classFolders() {
			ds.Classes = append(ds.Classes, path[strings.LastIndexByte(path, '/')+1:])
		}
		slices.Sort(ds.Classes)
		ds.Classes = slices.Compact(ds.Classes)
		for i, c := range ds.Classes {
			classes[c] = i
		}
	}
	slices.Sort(b.pictures)
	undefined := map[string]int{}
	var stray []string
	for i, path := range b.pictures {
		split, class := b.place(path)
		ds.Images = append(ds.Images, dataset.Image{Path: path, Split: split})
		c, known := classes[class]
		switch {
		case class == "":
			stray = append(stray, path)
		case !known:
			undefined[class]++
			ds.Problems = append(ds.Problems, dataset.Problem{
				Kind: dataset.UndefinedClass, Image: path, Place: source.Show(path),
				Message: fmt.Sprintf("The class folder %q is not in the list of classes.", class),
			})
		default:
			ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: c})
		}
	}
	if len(ds.Annotations) == 0 {
		return nil, fmt.Errorf("%s: no class folder (%s) is in the list of classes (%s); check the list", source.Show(b.root), few(sortedKeys(undefined)), few(fixed))
	}
	if n := len(stray); n > 0 {
		ds.Problems = append(ds.Problems, dataset.Problem{
			Place:   source.Show(stray[0]),
			Message: fmt.Sprintf("No label for %s beside the class folders: %s.", count(n, "picture that lies", "pictures that lie"), few(stray)),
		})
	}
	if n := len(b.skipped); n > 0 {
		ds.Problems = append(ds.Problems, dataset.Problem{
			Place:   source.Show(b.skipped[0]),
			Message: fmt.Sprintf("Skipped %s no picture: %s.", count(n, "file that is", "files that are"), few(b.skipped)),
		})
	}
	return ds, nil
}

// count spells a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// few lists the first names of many.
func few(names []string) string {
	const most = 3
	var out []string
	for _, n := range names[:min(most, len(names))] {
		out = append(out, source.Show(n))
	}
	if len(names) > most {
		out = append(out, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(out, ", ")
}
