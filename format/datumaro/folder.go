package datumaro

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// A folder is the subset files of a source.
type folder struct {
	// base is the absolute folder that names are relative to, and home the one
	// of the dataset.
	base, home string
	names      []string
}

// openFolder lists the subset files: the one file, those in annotations, or
// those in the folder itself.
func openFolder(name string) (*folder, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, fmt.Errorf("cannot read the annotations: %w", err)
	}
	f := &folder{base: full}
	if !info.IsDir() {
		f.base, f.names = filepath.Dir(full), []string{filepath.Base(full)}
	} else {
		f.list(annotationsDir)
		if len(f.names) == 0 {
			f.list("")
		}
	}
	f.home = f.base
	if filepath.Base(f.base) == annotationsDir {
		f.home = filepath.Dir(f.base)
	}
	return f, nil
}

func (f *folder) list(dir string) {
	entries, err := os.ReadDir(filepath.Join(f.base, dir))
	if err != nil {
		return // what cannot be listed holds nothing
	}
	for _, e := range entries {
		if source.Ignored(e.Name()) || strings.ToLower(filepath.Ext(e.Name())) != ".json" {
			continue
		}
		if info, err := os.Stat(filepath.Join(f.base, dir, e.Name())); err == nil && info.Mode().IsRegular() {
			f.names = append(f.names, filepath.ToSlash(filepath.Join(dir, e.Name())))
		}
	}
	slices.Sort(f.names)
}

// subset returns the split of a file.
func subset(name string) string {
	base := filepath.Base(name)
	if base = base[:len(base)-len(filepath.Ext(base))]; base == "default" {
		return ""
	}
	return base
}

// handler takes the items of one subset file.
type handler struct {
	// begin and end may be nil; see [jsontext.Handler].
	begin, end func(offset int64) error
	item       func(i int, n jsontext.Node, labels []string) error
}

// errNotDatumaro tells that a JSON file has no items.
var errNotDatumaro = errors.New("it has no list of items")

// stream reads a subset file item by item. The labels are known before the first
// item, wherever they stand in the file.
func (f *folder) stream(ctx context.Context, name string, h handler) (labels []string, err error) {
	known, items := false, false
	err = f.open(name, func(in *os.File) error {
		return jsontext.Stream(ctx, in, jsontext.Handler{
			Begin: func(key string, offset int64) error {
				if key != "items" {
					return nil
				}
				items = true
				if !known {
					if err := f.findLabels(ctx, name, &labels); err != nil {
						return err
					}
				}
				if h.begin != nil {
					return h.begin(offset)
				}
				return nil
			},
			Value: func(key string, n jsontext.Node) error {
				if key == "categories" && !items {
					labels, known = labelNames(n), true
				}
				return nil
			},
			Element: func(key string, i int, n jsontext.Node) error {
				if key != "items" {
					return nil
				}
				return h.item(i, n, labels)
			},
			End: func(key string, offset int64) error {
				if key == "items" && h.end != nil {
					return h.end(offset)
				}
				return nil
			},
		})
	})
	if err == nil && !items {
		err = errNotDatumaro
	}
	return labels, err
}

func (f *folder) open(name string, use func(in *os.File) error) error {
	in, err := os.Open(filepath.Join(f.base, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer in.Close()
	return use(in)
}

// errFound ends a search.
var errFound = errors.New("found")

// findLabels reads the labels of a file whose categories stand behind its items.
func (f *folder) findLabels(ctx context.Context, name string, labels *[]string) error {
	err := f.open(name, func(in *os.File) error {
		return jsontext.Stream(ctx, in, jsontext.Handler{Value: func(key string, n jsontext.Node) error {
			if key != "categories" {
				return nil
			}
			*labels = labelNames(n)
			return errFound
		}})
	})
	if errors.Is(err, errFound) {
		return nil
	}
	return err
}

// labelNames returns the names of the labels by their numbers.
func labelNames(categories jsontext.Node) []string {
	var out []string
	for _, l := range categories.Get("label").Get("labels").Elements() {
		name := l.Get("name")
		if l.Kind() != jsontext.Object {
			name = l // a bare name
		}
		out = append(out, name.String())
	}
	return out
}
