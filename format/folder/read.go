package folder

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// Name is the name of the format.
const Name = "folder"

// Layouts shows a person what this format looks like.
const Layouts = "one folder for each class (cats/1.jpg, dogs/2.jpg), with or without folders for splits above them (train/cats/1.jpg, val/dogs/2.jpg)"

// Read returns the dataset in the folder at root. See the package comment for
// the rules.
func Read(ctx context.Context, root string, o source.Options) (*dataset.Dataset, error) {
	if o.LabelColumn != "" || o.Images != "" {
		return nil, fmt.Errorf("%s is read as a folder for each class, which has neither a label column nor a folder of pictures; give the path of the table instead", source.Show(root))
	}
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	t := newTree(abs)
	if err := Walk(ctx, abs, t.add); err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", source.Show(root), err)
	}
	b := &builder{tree: t, splits: t.hasSplits()}
	if err := b.check(root); err != nil {
		return nil, err
	}
	ds, err := b.dataset(o.Classes)
	if err != nil {
		return nil, err
	}
	if o.Split != "" {
		if err := source.KeepSplit(ds, o.Split); err != nil {
			return nil, err
		}
	}
	return ds, nil
}

// A tree is what a walk of the root found.
type tree struct {
	root     string
	pictures []string
	// folders hold the folders at the top and those one level down.
	folders map[string]*stats
	skipped []string // other files
	// problems are about links and folders that cannot be read.
	problems []dataset.Problem
}

// stats count what lies anywhere below a folder.
type stats struct {
	pictures, others int
	unreadable       bool
}

// empty reports whether there is nothing below the folder as far as is known.
func (s *stats) empty() bool { return s.pictures == 0 && s.others == 0 }

func newTree(root string) *tree {
	return &tree{root: root, folders: map[string]*stats{}}
}

// above returns the statistics that a path counts for.
func (t *tree) above(path string) []*stats {
	var out []*stats
	for i, depth := 0, 0; depth < 2; depth++ {
		n := strings.IndexByte(path[i:], '/')
		if n < 0 {
			break
		}
		i += n
		if s := t.folders[path[:i]]; s != nil {
			out = append(out, s)
		}
		i++
	}
	return out
}

func (t *tree) add(e Entry) error {
	name := e.Path[strings.LastIndexByte(e.Path, '/')+1:]
	if source.Ignored(name) {
		if e.Type == Dir {
			return fs.SkipDir
		}
		return nil
	}
	full := filepath.Join(t.root, filepath.FromSlash(e.Path))
	switch {
	case e.Type == Dir:
		if strings.Count(e.Path, "/") < 2 {
			t.folders[e.Path] = &stats{unreadable: e.Err != nil}
		}
		if e.Err != nil {
			t.problem(dataset.Unreadable, e.Path, "The folder "+source.Show(e.Path)+" cannot be read, so what is in it is left out: "+reason(e.Err)+".")
			for _, s := range t.above(e.Path) {
				s.unreadable = true
			}
		}
	case e.Type == File && source.IsPicture(full), e.Type == Link && pixel.HasImageExtension(name) && !source.IsDir(full):
		// A link of a picture's name that leads nowhere is a picture that
		// cannot be read.
		t.pictures = append(t.pictures, e.Path)
		for _, s := range t.above(e.Path) {
			s.pictures++
		}
	case e.Type == Link:
		t.problem("", e.Path, "Skipped: "+reason(e.Err)+".")
	case e.Type == Special:
		t.problem("", e.Path, "Skipped: it is no regular file.")
	default:
		t.skipped = append(t.skipped, e.Path)
		for _, s := range t.above(e.Path) {
			s.others++
		}
	}
	return nil
}

func (t *tree) problem(kind dataset.Kind, place, message string) {
	t.problems = append(t.problems, dataset.Problem{Kind: kind, Place: source.Show(place), Message: message})
}

// reason spells an error of the file system without the path, which the place
// of the problem gives.
func reason(err error) string {
	if pe, ok := err.(*fs.PathError); ok { //nolint:errorlint // an error that wraps one says more
		return pe.Err.Error()
	}
	return err.Error()
}

// isSplit reports whether a folder is named like a split.
func isSplit(name string) bool {
	switch strings.ToLower(name) {
	case "train", "training", "trn", "val", "valid", "validate", "validation", "dev", "development",
		"test", "testing", "tst", "eval", "evaluation", "holdout", "trainval":
		return true
	}
	return false
}

// hasSplits reports whether the folders at the top are splits.
func (t *tree) hasSplits() bool {
	classes := false
	for path, s := range t.folders {
		top, rest := first(path)
		switch {
		case s.pictures == 0:
		case !isSplit(top):
			return false
		case rest != "":
			classes = true
		}
	}
	return classes
}

// sortedKeys returns the keys of m in order of their bytes.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
