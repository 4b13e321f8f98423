package idx

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Name chooses the format.
const Name = "idx"

// Format is this format for the list in package format.
var Format source.Format = idxFormat{}

type idxFormat struct{}

func (idxFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "IDX (MNIST)", Layout: "pairs of files such as train-images-idx3-ubyte and train-labels-idx1-ubyte, also compressed (.gz)",
		Holds: source.Holds{Labels: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"Pictures are read in place and named by their number; when one is dropped, those behind it count one less.",
			"Compressed files can be read but not corrected.",
			"Class names come from classes.txt, labels.txt or EMNIST's mapping beside the files.",
		},
	}
}

// Detect is sure of IDX files with the names of MNIST.
func (idxFormat) Detect(p *source.Peek) (source.Match, error) {
	var names []string
	if p.Dir {
		for _, e := range p.List("") {
			names = append(names, e.Name())
		}
	} else {
		names = []string{filepath.Base(p.Path)}
	}
	confidence, end := source.Sure, ""
	found := pairs(names)
	if p.Dir && !slices.ContainsFunc(found, func(p pair) bool { return p.labels != "" }) {
		confidence, end = source.Likely, " without labels"
	}
	for _, pair := range found {
		for _, name := range []string{pair.images, pair.labels} {
			if name == "" {
				continue
			}
			rel := name
			if !p.Dir {
				rel = ""
			}
			head := p.Head(rel)
			if isPacked(name) && len(head) > 2 && head[0] == 0x1f && head[1] == 0x8b {
				return source.Match{Confidence: confidence, Reason: source.Show(name) + " is named as a compressed IDX file" + end}, nil
			}
			if _, err := parseHead(head); err == nil {
				return source.Match{Confidence: confidence, Reason: source.Show(name) + " is an IDX file" + end}, nil
			}
		}
	}
	return source.Match{Reason: "no IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte) are in it"}, nil
}

// An origin finds the labels of images again.
type origin struct {
	folder string
	at     map[string]place
	// names are the classes by their numbers, where they are listed.
	names []string
	// file tells that one file was named and not the folder.
	file bool
}

// A place is a row in a pair of tables; one of them may be nil.
type place struct {
	images, labels *table
	row            int
}

// locate finds the pairs at path.
func locate(path string) (folder string, found []pair, isFile bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, false, err
	}
	if folder, err = filepath.Abs(path); err != nil {
		return "", nil, false, err
	}
	own := ""
	if !info.IsDir() {
		folder, own = filepath.Split(folder)
		folder = filepath.Clean(folder)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", nil, false, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && !source.Ignored(e.Name()) {
			names = append(names, e.Name())
		}
	}
	for _, p := range pairs(names) {
		if own == "" || p.images == own || p.labels == own {
			found = append(found, p)
		}
	}
	if own != "" && found == nil { // a name that says nothing
		found = pairs([]string{own})
	}
	return folder, found, own != "", nil
}

// Read reads all pairs in a folder, or the pair that a file belongs to.
func (idxFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	folder, found, isFile, err := locate(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the IDX files: %w", err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: there are no IDX files; expected names such as train-images-idx3-ubyte and train-labels-idx1-ubyte", source.Show(path))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	rasters := &source.Rasters{Root: folder, Of: map[string]source.RasterAt{}}
	og := &origin{folder: folder, at: map[string]place{}, file: isFile}
	ds := &dataset.Dataset{Name: filepath.Base(abs), Root: folder, Source: abs, Format: Name, Pictures: rasters, Origin: og}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	r := &reading{Builder: b, origin: og, rasters: rasters}
	if og.names = o.Classes; len(og.names) == 0 {
		if og.names, err = classNames(folder, found); err != nil {
			return nil, err
		}
	}
	for _, name := range og.names {
		r.DefineClass(name)
	}
	for _, p := range found {
		if err := r.pair(ctx, p); err != nil {
			return nil, err
		}
	}
	b.SortClasses(len(og.names))
	if len(ds.Images) == 0 {
		if len(ds.Problems) > 0 {
			return nil, fmt.Errorf("%s: %s", ds.Problems[0].Place, ds.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s holds no pictures and no labels", source.Show(path))
	}
	return b.Done(o)
}

type reading struct {
	*source.Builder
	origin  *origin
	rasters *source.Rasters
}

// table opens one file of a pair; nil when it is not there or cannot be used.
func (r *reading) table(name string, labels bool) (*table, int) {
	if name == "" {
		return nil, 0
	}
	t, err := openTable(r.origin.folder, name)
	switch {
	case err != nil:
	case labels && len(t.dims) != 1:
		err = fmt.Errorf("it has %d dimensions; labels have 1", len(t.dims))
	case !labels:
		err = t.checkPictures()
	}
	if err != nil {
		r.Problem("", "", 0, source.Show(name), "the file is left out: %v", err)
		return nil, 0
	}
	n, wrong := t.rows()
	if wrong != "" {
		r.Problem("", "", 0, source.Show(name), "%s", wrong)
	}
	return t, n
}

func (r *reading) pair(ctx context.Context, p pair) error {
	images, n := r.table(p.images, false)
	labels, m := r.table(p.labels, true)
	named := p.images
	var raster *source.Raster
	if images == nil {
		named = p.labels
		n = m
	} else {
		raster = images.raster(r.origin.folder)
	}
	if labels != nil && m > n {
		r.Problem(dataset.OrphanAnnotation, "", 0, source.Show(labels.name), "it has %d labels and %s has %d pictures; the labels beyond them are left out", m, source.Show(named), n)
	}
	if labels != nil && m < n {
		r.Problem("", "", 0, source.Show(labels.name), "it has %d labels and %s has %d pictures; those beyond them have no label", m, source.Show(named), n)
	}
	values, err := readLabels(r.origin.folder, labels, min(n, m))
	if err != nil {
		return err
	}
	split := source.SplitOf(named)
	for i := range n {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		im := dataset.Image{Path: fmt.Sprintf("%s/%06d.pgm", named, i), Split: split}
		if raster != nil {
			im.Width, im.Height = raster.Width, raster.Height
			if raster.Channels > 2 {
				im.Path = fmt.Sprintf("%s/%06d.ppm", named, i)
			}
			r.rasters.Of[im.Path] = source.RasterAt{Raster: raster, Index: i}
		}
		index, _ := r.Image(im)
		r.origin.at[im.Path] = place{images, labels, i}
		if i < len(values) {
			r.label(index, values[i], labels, i)
		}
	}
	return nil
}

func (r *reading) label(image int, v int64, t *table, row int) {
	listed := len(r.origin.names)
	known := listed == 0 || v >= 0 && v < int64(listed)
	class, _ := r.Class(r.origin.className(v), false)
	ordinal := r.Annotate(dataset.Annotation{Image: image, Class: class})
	if !known {
		r.Problem(dataset.UndefinedClass, r.Images[image].Path, ordinal, fmt.Sprintf("%s value %d", source.Show(t.name), row), "the label %d is not on the list of %d classes", v, listed)
	}
}

// readLabels reads the first n labels.
func readLabels(folder string, t *table, n int) ([]int64, error) {
	if t == nil || n == 0 {
		return nil, nil
	}
	f, err := t.open(folder)()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReader(io.NewSectionReader(f, t.head(), int64(n)*t.row()))
	out := make([]int64, n)
	b := make([]byte, t.row())
	for i := range out {
		if _, err := io.ReadFull(in, b); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(t.name), err)
		}
		out[i] = t.value(b)
	}
	return out, nil
}
