package npy

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/idx"
	"github.com/errata-cv/errata/format/source"
)

// Name chooses the format.
const Name = "npy"

// Format is this format for the list in package format.
var Format source.Format = arrayFormat{}

type arrayFormat struct{}

func (arrayFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "NumPy arrays", Layout: "arrays of labels (y.npy), pictures (x.npy) and probabilities (p.npy) in a folder or an archive (.npz)",
		Holds: source.Holds{Labels: true, MultiLabel: true, Scores: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"Several labels of a picture need an array of zeros and ones.",
			"Probabilities are read as predictions when there are no labels.",
			"Pictures are read in place and named by their number; when one is dropped, those behind it count one less.",
			"Archives (.npz) can be read but not corrected; unpacked they can.",
		},
	}
}

// Detect is sure of an array or an archive of arrays, and holds a folder likely
// that has arrays of labels or probabilities.
func (arrayFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		head := p.Head("")
		switch {
		case len(head) > len(magic) && string(head[:len(magic)]) == magic:
			return source.Match{Confidence: source.Sure, Reason: "it is an array of NumPy"}, nil
		case isArchive(p.Path) && len(head) > 4 && string(head[:2]) == "PK":
			return source.Match{Confidence: source.Sure, Reason: "it is an archive of arrays of NumPy"}, nil
		}
		return source.Match{Reason: "it is no array of NumPy"}, nil
	}
	confidence, end := source.Likely, ""
	if slices.ContainsFunc(p.List(""), func(e os.DirEntry) bool { return idx.IsPictures(e.Name()) }) {
		confidence, end = source.Sure, " of pictures in IDX files"
	}
	for _, name := range p.Files("", ".npy") {
		if r := roleOf(name); (r == labels || r == probabilities) && strings.HasPrefix(string(p.Head(name)), magic) {
			return source.Match{Confidence: confidence, Reason: source.Show(name) + " is an array of labels or probabilities" + end}, nil
		}
	}
	return source.Match{Reason: "no array of labels (y.npy) is in it"}, nil
}

func isArchive(path string) bool { return strings.EqualFold(filepath.Ext(path), ".npz") }

// An origin finds the labels of images again.
type origin struct {
	folder string
	at     map[string]place
	// names are the classes by their numbers, where they are listed.
	names []string
	file  bool
}

// A place is a row of the arrays of a split.
type place struct {
	*group
	row int
}

// Read reads the arrays in a folder or an archive, or one array and those that
// go with it.
func (arrayFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the arrays: %w", err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	folder := abs
	if !info.IsDir() {
		folder = filepath.Dir(abs)
	}
	og := &origin{folder: folder, at: map[string]place{}, file: !info.IsDir()}
	rasters := &source.Rasters{Root: folder, Of: map[string]source.RasterAt{}}
	ds := &dataset.Dataset{Name: filepath.Base(abs), Root: folder, Source: abs, Format: Name, Pictures: rasters, Origin: og}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	if og.names = o.Classes; len(og.names) == 0 {
		if og.names, err = source.ClassList(folder); err != nil {
			return nil, err
		}
	}
	for _, name := range og.names {
		b.DefineClass(name)
	}
	r := &reading{Builder: b, origin: og, rasters: rasters, file: filepath.Base(abs)}
	found, err := r.find(abs, info.IsDir())
	if err != nil {
		return nil, err
	}
	onlyProbabilities := !slices.ContainsFunc(found, func(g *group) bool { return g.labels != nil })
	ds.Predictions = onlyProbabilities && slices.ContainsFunc(found, func(g *group) bool { return g.probabilities != nil })
	defined := len(og.names)
	for _, g := range found { // before any label, so that columns count classes
		if a := g.probabilities; a != nil && len(a.shape) == 2 {
			defined = max(defined, r.columns(a))
		}
	}
	for _, g := range found {
		if err := r.group(ctx, g); err != nil {
			return nil, err
		}
	}
	b.SortClasses(defined)
	if len(ds.Images) == 0 {
		if len(ds.Problems) > 0 {
			return nil, fmt.Errorf("%s: %s", ds.Problems[0].Place, ds.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s holds no array of labels; expected names such as y.npy, x.npy, labels_train.npy", source.Show(path))
	}
	return b.Done(o)
}

type reading struct {
	*source.Builder
	origin  *origin
	rasters *source.Rasters
	file    string // that was named, when one was
}

// find lists the arrays at path in groups.
func (r *reading) find(path string, isDir bool) ([]*group, error) {
	skip := func(name string, err error) {
		r.Problem("", "", 0, source.Show(name), "the array is left out: %v", err)
	}
	var arrays []*array
	var roles []role
	add := func(a *array, role role) {
		arrays, roles = append(arrays, a), append(roles, role)
	}
	if !isDir && isArchive(path) {
		members, err := openArchive(r.origin.folder, r.file, skip)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(r.file), err)
		}
		for _, a := range members {
			add(a, roleOf(a.name))
		}
		return groups(arrays, roles), nil
	}
	entries, err := os.ReadDir(r.origin.folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		own := !isDir && e.Name() == r.file
		role := roleOf(e.Name())
		if e.IsDir() || source.Ignored(e.Name()) || !own && (role == other || !strings.EqualFold(filepath.Ext(e.Name()), ".npy")) {
			continue
		}
		a, err := openFile(r.origin.folder, e.Name())
		switch {
		case err != nil && own:
			return nil, fmt.Errorf("%s: %w", source.Show(e.Name()), err)
		case err != nil:
			skip(e.Name(), err)
		case role == other:
			add(a, a.roleByShape())
		case role == probabilities && len(a.shape) != 2:
			continue // predicted labels
		default:
			add(a, role)
		}
	}
	found := groups(arrays, roles)
	r.idx(found, entries)
	if !isDir {
		found = slices.DeleteFunc(found, func(g *group) bool {
			return !slices.ContainsFunc([]*array{g.labels, g.pictures, g.probabilities}, func(a *array) bool { return a != nil && a.name == r.file })
		})
	}
	return found, nil
}

// idx finds the files of pictures in IDX format that belong to labels without
// pictures: those of the same split, or the only one.
func (r *reading) idx(found []*group, entries []os.DirEntry) {
	var names []string
	for _, e := range entries {
		if !e.IsDir() && idx.IsPictures(e.Name()) {
			names = append(names, e.Name())
		}
	}
	for _, g := range found {
		for _, name := range names {
			if g.pictures != nil || g.elsewhere != nil || source.SplitOf(name) != g.split && (len(names) > 1 || len(found) > 1) {
				continue
			}
			raster, n, err := idx.Pictures(r.origin.folder, name)
			if err != nil {
				r.Problem("", "", 0, source.Show(name), "the file is left out: %v", err)
				continue
			}
			g.elsewhere, g.count = raster, n
		}
	}
}

// group reads the images of one split.
func (r *reading) group(ctx context.Context, g *group) error {
	for _, a := range g.spare {
		r.Problem("", "", 0, source.Show(a.name), "another array has the same place in the split %q; this one is not checked", g.split)
	}
	n, named := 0, ""
	var raster *source.Raster
	for _, a := range []*array{g.pictures, g.labels, g.probabilities} {
		if a != nil && named == "" {
			n, named = a.shape[0], a.name
		}
	}
	if g.pictures != nil {
		file := g.pictures.name
		if g.pictures.inside {
			file = r.file
		}
		var wrong string
		if raster, wrong = picturesOf(g.pictures, file); wrong != "" {
			r.Problem("", "", 0, source.Show(g.pictures.name), "%s", wrong)
		}
	}
	if g.elsewhere != nil {
		raster, n, named = g.elsewhere, g.count, g.elsewhere.File
	}
	extension := ""
	if raster != nil {
		extension = map[bool]string{true: ".ppm", false: ".pgm"}[raster.Channels > 2]
	}
	first := len(r.Images)
	for i := range n {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		im := dataset.Image{Path: fmt.Sprintf("%s/%06d%s", named, i, extension), Split: g.split}
		if raster != nil {
			im.Width, im.Height = raster.Width, raster.Height
			r.rasters.Of[im.Path] = source.RasterAt{Raster: raster, Index: i}
		}
		r.Image(im)
		r.origin.at[im.Path] = place{g, i}
	}
	switch {
	case g.labels != nil:
		return r.labels(g.labels, named, first, n)
	case r.Predictions && g.probabilities != nil:
		return r.predictions(g.probabilities, named, first, n)
	}
	return nil
}

// fit returns how many rows of an array belong to images.
func (r *reading) fit(a *array, named string, n int) int {
	m := a.shape[0]
	switch {
	case m > n:
		r.Problem(dataset.OrphanAnnotation, "", 0, source.Show(a.name), "it has %d rows and %s has %d; the rows beyond them are left out", m, source.Show(named), n)
	case m < n:
		r.Problem("", "", 0, source.Show(a.name), "it has %d rows and %s has %d; those beyond them have no label", m, source.Show(named), n)
	}
	return min(n, m)
}

const maxColumns = 1 << 20

// columns defines a class for each column of an array, and returns how many
// classes are defined.
func (r *reading) columns(a *array) int {
	for c := range min(a.columns(), maxColumns) {
		r.DefineClass(r.origin.className(float64(c)))
	}
	return len(r.Classes)
}

func (r *reading) labels(a *array, named string, first, n int) error {
	if len(a.shape) > 2 || a.columns() > maxColumns {
		r.Problem("", "", 0, source.Show(a.name), "its shape is %v; labels are n or n × classes", a.shape)
		return nil
	}
	columns := a.columns()
	if columns > 1 && !a.isText() {
		r.columns(a)
	}
	return a.each(r.fit(a, named, n), func(row int, b []byte) {
		for c := range columns {
			e := b[c*a.size : (c+1)*a.size]
			switch {
			case a.isText():
				text, ok := a.text(e)
				if !ok {
					r.Problem("", r.Images[first+row].Path, 0, source.Show(a.name), "the label of row %d is no text that can be read", row)
				} else if text != "" {
					r.label(first+row, text, len(r.origin.names) == 0 || slices.Contains(r.origin.names, text), 0, a, row)
				}
			case columns > 1:
				if a.number(e) != 0 {
					r.label(first+row, r.origin.className(float64(c)), r.origin.listed(float64(c)), 0, a, row)
				}
			default:
				v := a.number(e)
				r.label(first+row, r.origin.className(v), r.origin.listed(v), 0, a, row)
			}
		}
	})
}

// predictions reads the likeliest class of each row.
func (r *reading) predictions(a *array, named string, first, n int) error {
	if len(a.shape) != 2 || a.kind != 'f' || a.columns() > maxColumns {
		r.Problem("", "", 0, source.Show(a.name), "its shape is %v; probabilities are n × classes of floats", a.shape)
		return nil
	}
	r.columns(a)
	return a.each(r.fit(a, named, n), func(row int, b []byte) {
		best, most := 0, math.Inf(-1)
		for c := range a.columns() {
			if v := a.number(b[c*a.size : (c+1)*a.size]); v > most {
				best, most = c, v
			}
		}
		if math.IsInf(most, 0) {
			r.Problem("", r.Images[first+row].Path, 0, source.Show(a.name), "row %d has no probability that is a number", row)
			return
		}
		r.label(first+row, r.origin.className(float64(best)), r.origin.listed(float64(best)), most, a, row)
	})
}

func (r *reading) label(image int, name string, listed bool, score float64, a *array, row int) {
	class, defined := r.Class(name, !listed)
	ordinal := r.Annotate(dataset.Annotation{Image: image, Class: class, Score: score})
	if !listed || !defined {
		r.Problem(dataset.UndefinedClass, r.Images[image].Path, ordinal, fmt.Sprintf("%s row %d", source.Show(a.name), row), "the label %q is not on the list of classes", name)
	}
}

// listed reports whether a number is on the list of classes, if there is one.
func (o *origin) listed(v float64) bool {
	return len(o.names) == 0 || v >= 0 && v < float64(len(o.names)) && v == math.Trunc(v)
}

// className returns the class that a number means.
func (o *origin) className(v float64) string {
	if len(o.names) > 0 && o.listed(v) {
		return o.names[int(v)]
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
