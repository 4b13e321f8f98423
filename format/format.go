// Package format opens a labelled image set in whatever format it is in.
//
//	ds, err := format.Open(ctx, "flowers", "", format.Options{})
//
// Each format is a package below this one that implements [Format], and mostly
// [source.Patcher] and [source.Writer]; registry.go lists them. Without a
// format's name, every format looks at the path and the surest one reads it.
// Where several are sure, the error lists them. A folder with class folders is read as
// those even if tables lie beside them; a folder without class folders, or with
// only one, is read by its table when exactly one table in it names pictures. A
// table can always be read by giving its own path.
package format

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	csvtable "github.com/errata-cv/errata/format/csv"
	"github.com/errata-cv/errata/format/folder"
	"github.com/errata-cv/errata/format/source"
)

// Options say how to read a source. See [source.Options].
type Options = source.Options

// Format reads one kind of source. See [source.Format].
type Format = source.Format

// Formats lists all formats.
func Formats() []Format { return slices.Clone(formats) }

// Names lists the names of all formats.
func Names() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.Info().Name)
	}
	return out
}

// Open reads the dataset at path with the format of that name, or the one that
// recognises it when name is empty.
func Open(ctx context.Context, path, name string, o Options) (*dataset.Dataset, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist; check the spelling, and the current folder if the path is relative", source.Show(path))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if name != "" {
		for _, f := range formats {
			if f.Info().Name == name {
				return f.Read(ctx, path, o)
			}
		}
		return nil, fmt.Errorf("there is no format %q; the formats are %s", name, strings.Join(Names(), ", "))
	}
	if o.Images != "" {
		if images, err := os.Stat(o.Images); err != nil || !images.IsDir() {
			return nil, fmt.Errorf("the folder of pictures %s does not exist", source.Show(o.Images))
		}
	}
	f, err := Detect(path)
	if err != nil {
		return nil, err
	}
	return f.Read(ctx, path, o)
}

// Detect returns the format that is the surest about a path that exists.
func Detect(path string) (Format, error) {
	p, err := source.NewPeek(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	var best []Format
	confidence := source.Possible
	var reasons, candidates []string
	for _, f := range formats {
		m, err := f.Detect(p)
		if err != nil {
			return nil, err
		}
		if m.Confidence > confidence || m.Confidence == confidence && best == nil {
			best, confidence, candidates = nil, m.Confidence, nil
		}
		if m.Confidence == confidence {
			best = append(best, f)
			candidates = append(candidates, fmt.Sprintf("%s (%s)", f.Info().Name, m.Reason))
		}
		if isGeneric(f) {
			reasons = append(reasons, m.Reason)
		}
	}
	name := source.Show(path)
	switch {
	case len(best) > 1 && confidence == source.Sure:
		return nil, fmt.Errorf("%s can be read in several ways: %s; choose one with --dataset-format", name, strings.Join(candidates, ", "))
	case len(best) > 0:
		return best[0], nil
	}
	expected := folder.Layouts + ", a table with a path and a label in each row, or annotations in one of the formats that errata formats lists"
	if p.Dir {
		entries, err := os.ReadDir(path)
		if err == nil && len(entries) == 0 {
			return nil, fmt.Errorf("%s is empty; expected %s", name, expected)
		}
	} else if source.IsPicture(path) {
		return nil, fmt.Errorf("%s is one picture, not a dataset; give the folder it is in: %s", name, source.Show(filepath.Dir(path)))
	}
	return nil, fmt.Errorf("%s: no labels were found: %s; expected %s", name, strings.Join(reasons, ", and "), expected)
}

// isGeneric tells the formats that any folder of pictures or any text may be in.
func isGeneric(f Format) bool {
	return f.Info().Name == folder.Name || f.Info().Name == csvtable.Name
}
