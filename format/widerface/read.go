package widerface

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Format is this format for the list in package format.
var Format source.Format = widerFormat{}

type widerFormat struct{}

// Name chooses the format on the command line.
const Name = "wider-face"

func (widerFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "WIDER FACE",
		Layout: "wider_face_split/wider_face_train_bbx_gt.txt with WIDER_train/images",
		Holds:  source.Holds{Boxes: true, Attributes: true, Splits: true, Unlabelled: true, Whole: true},
		Notes:  []string{"A line of zeros below the number 0 is no face.", "Lists of names without boxes (test) and the MATLAB files are not read."},
	}
}

const (
	splitFolder = "wider_face_split"
	suffix      = "_bbx_gt.txt"
)

// Detect is sure of a file called …_bbx_gt.txt with a name, a number and boxes.
func (widerFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if isWider(p.Head("")) {
			if strings.HasSuffix(p.Path, suffix) {
				return source.Match{Confidence: source.Sure, Reason: "it has WIDER FACE records"}, nil
			}
			return source.Match{Confidence: source.Likely, Reason: "it has names, numbers and boxes as in WIDER FACE"}, nil
		}
		return source.Match{Reason: "it has no WIDER FACE records"}, nil
	}
	for _, dir := range []string{splitFolder, ""} {
		for _, name := range p.Files(dir, ".txt") {
			if strings.HasSuffix(name, suffix) {
				full := name
				if dir != "" {
					full = dir + "/" + name
				}
				if isWider(p.Head(full)) {
					return source.Match{Confidence: source.Sure, Reason: source.Show(full) + " has WIDER FACE records"}, nil
				}
			}
		}
	}
	return source.Match{Reason: "there is no file …" + suffix}, nil
}

// isWider reports whether the first record of a file is right.
func isWider(head []byte) bool {
	lines := linetext.Parse(head).Lines
	if len(lines) > 40 {
		lines = lines[:40]
	}
	if len(lines) < 2 {
		return false
	}
	f := linetext.Parse(head[:lines[len(lines)-1].Next()])
	records, _ := parse(f)
	return len(records) > 0 && records[0].name.Number == 1 && strings.Contains(path.Base(records[0].picture()), ".")
}

// find returns the folder that names are relative to and the files in it.
func find(name string) (base string, files []string, err error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return "", nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return "", nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if !info.IsDir() {
		base = filepath.Dir(full)
		if filepath.Base(base) == splitFolder {
			return filepath.Dir(base), []string{splitFolder + "/" + filepath.Base(full)}, nil
		}
		return base, []string{filepath.Base(full)}, nil
	}
	if filepath.Base(full) == splitFolder {
		full = filepath.Dir(full)
	}
	for _, dir := range []string{splitFolder, ""} {
		entries, _ := os.ReadDir(filepath.Join(full, dir)) // what is not there holds nothing
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), suffix) && !source.Ignored(e.Name()) {
				files = append(files, path.Join(dir, e.Name()))
			}
		}
		if files != nil {
			return full, files, nil
		}
	}
	return "", nil, fmt.Errorf("%s holds no file …%s; expected %s/wider_face_train%s", source.Show(full), suffix, splitFolder, suffix)
}

// splitOf returns the split that the name of a file says.
func splitOf(file string) string {
	stem, ok := strings.CutSuffix(path.Base(file), suffix)
	if !ok {
		return ""
	}
	return strings.TrimPrefix(stem, "wider_face_")
}

// An origin is what a patch has to know of a read.
type origin struct {
	base  string
	files []string
	// pictures lead from names in each file to paths.
	pictures map[[2]string]string
}

// Read returns the dataset of one or several splits. See [source.Format].
func (widerFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	base, files, err := find(name)
	if err != nil {
		return nil, err
	}
	root, origin := base, &origin{base: base, files: files, pictures: map[[2]string]string{}}
	if o.Images != "" {
		if root, err = filepath.Abs(o.Images); err != nil {
			return nil, err
		}
	}
	album := source.OpenAlbum(root)
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: filepath.Base(full), Root: root, Source: base, Format: Name, Origin: origin}
	if info, err := os.Stat(full); err == nil && !info.IsDir() {
		ds.Source = full
	}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := linetext.Read(filepath.Join(base, filepath.FromSlash(file)))
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", source.Show(file), err)
		}
		add(b, f, file, album, origin, o.Classes)
	}
	if len(b.Images) == 0 {
		return nil, fmt.Errorf("%s has no WIDER FACE record; expected the name of a picture, the number of faces and a line for each", source.Show(files[0]))
	}
	return b.Done(o)
}

// add adds the records of a file.
func add(b *source.Builder, f *linetext.File, file string, album *source.Album, origin *origin, classes []string) {
	split := splitOf(file)
	records, problems := parse(f)
	place := func(l linetext.Line) string { return fmt.Sprintf("%s line %d", source.Show(file), l.Number) }
	for i := range records {
		r := &records[i]
		name := r.picture()
		im, found := album.Find("WIDER_" + split + "/images/" + name)
		if !found {
			if split == "" {
				im, _ = album.Find(name)
			}
		}
		n, fresh := b.Image(dataset.Image{Path: im, Split: split})
		if !fresh {
			b.Problem("", im, 0, place(r.name), "%s names %s again; the second record is left out.", place(r.name), source.Show(name))
			continue
		}
		origin.pictures[[2]string{file, name}] = im
		for _, w := range r.rows {
			class, _ := b.Class(w.class(), len(classes) > 0)
			ordinal := b.Annotate(dataset.Annotation{Image: n, Class: class, Geometry: w.geometry(), Attributes: w.attributes()})
			if len(classes) > 0 && !slices.Contains(classes, w.class()) {
				b.Problem(dataset.UndefinedClass, im, ordinal, place(w.line), "%s has the class %q, which is not in the list of classes.", place(w.line), w.class())
			}
		}
	}
	for _, p := range problems {
		b.Problem("", origin.pictures[[2]string{file, p.picture}], 0, place(p.line), "%s does not fit: %s.", place(p.line), p.message)
	}
}
