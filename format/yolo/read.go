package yolo

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/yolo/datayaml"
)

// An origin is what a patch has to know of a read.
type origin struct {
	path    string
	options source.Options
	root    string
	reading reading
	// labels are the label files of pictures.
	labels map[string]string
}

// A labels is the content of one label file.
type labels struct {
	rows          []row
	refused       []linetext.Line
	width, height int
	err           error
	// sizeErr says why the size of the picture is not known.
	sizeErr error
}

func read(ctx context.Context, name string, o source.Options, f yoloFormat) (*dataset.Dataset, error) {
	p, err := newPlan(name)
	if err != nil {
		return nil, err
	}
	g, err := gather(p, o)
	if err != nil {
		return nil, err
	}
	files, err := g.readLabels(ctx)
	if err != nil {
		return nil, err
	}
	hint := p.task
	if f.obb {
		hint = obbTask
	}
	rows := make([][]row, len(files))
	for i := range files {
		rows[i] = files[i].rows
	}
	m := readingOf(rows, hint, p.keypoints, func(i int) (int, int) { return files[i].width, files[i].height })
	b, err := source.NewBuilder(&dataset.Dataset{
		Name: baseName(name), Root: g.root, Source: p.base, Format: f.Info().Name, Predictions: m.Scores,
	}, o)
	if err != nil {
		return nil, err
	}
	b.Problems = append(b.Problems, g.problems...)
	r := &builder{Builder: b, g: g, reading: m, extra: map[string]int{}}
	r.defineClasses(rows, o)
	org := &origin{path: name, options: o, root: g.root, reading: m, labels: map[string]string{}}
	for i, e := range g.entries {
		r.add(e, &files[i])
		org.labels[e.picture] = e.label
	}
	r.summary()
	b.Origin = org
	return b.Done(o)
}

func baseName(name string) string {
	full, err := filepath.Abs(name)
	if err != nil {
		return filepath.Base(name)
	}
	return filepath.Base(full)
}

// readLabels reads all label files, and the sizes of the pictures that have
// objects.
func (g *gathering) readLabels(ctx context.Context) ([]labels, error) {
	out := make([]labels, len(g.entries))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(8, 2*runtime.GOMAXPROCS(0), len(out)) {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(out) {
					return
				}
				out[i] = g.readOne(g.entries[i])
			}
		})
	}
	wait.Wait()
	return out, ctx.Err()
}

// maxSide bounds the sides of pictures.
const maxSide = 1 << 20

func (g *gathering) readOne(e entry) (l labels) {
	if e.label == "" {
		return l
	}
	f, err := linetext.Read(filepath.Join(g.base, filepath.FromSlash(e.label)))
	if err != nil {
		l.err = err
		return l
	}
	l.rows, l.refused = parseRows(f)
	if len(l.rows) == 0 {
		return l
	}
	if !e.found {
		l.sizeErr = fmt.Errorf("it is not there")
		return l
	}
	l.width, l.height, l.sizeErr = source.SizeOf(filepath.Join(g.root, filepath.FromSlash(e.picture)))
	if l.sizeErr == nil && (l.width > maxSide || l.height > maxSide) {
		l.sizeErr = fmt.Errorf("it claims to have %d × %d pixels", l.width, l.height)
	}
	if l.sizeErr != nil {
		l.width, l.height = 0, 0
	}
	return l
}

type builder struct {
	*source.Builder
	g       *gathering
	reading reading
	// classes lead from ids in rows to classes.
	classes map[int]int
	// listed tells that the source has a list of classes.
	listed bool
	extra  map[string]int
}

// defineClasses makes the classes that the source lists, or those that occur
// when it lists none.
func (b *builder) defineClasses(files [][]row, o source.Options) {
	b.classes = map[int]int{}
	b.listed = len(b.g.names) > 0
	names := b.g.names
	if !b.listed && len(o.Classes) > 0 {
		b.listed = true
		for i, c := range o.Classes {
			names = append(names, datayaml.Name{ID: i, Name: c})
		}
	}
	if b.listed {
		for _, n := range names {
			if len(o.Classes) == 0 {
				b.classes[n.ID] = b.DefineClass(n.Name)
			} else if slices.Contains(o.Classes, n.Name) {
				b.classes[n.ID], _ = b.Class(n.Name, true)
			}
		}
		return
	}
	var ids []int
	for _, f := range files {
		for _, r := range f {
			if _, seen := b.classes[r.class]; !seen {
				b.classes[r.class] = 0
				ids = append(ids, r.class)
			}
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		b.classes[id] = b.DefineClass(strconv.Itoa(id))
	}
	if len(ids) > 0 {
		b.Problem("", "", 0, "", "No list of classes was found (data.yaml, obj.names, classes.txt), so classes are called by their numbers.")
	}
}

// add adds a picture with its objects.
func (b *builder) add(e entry, l *labels) {
	i, _ := b.Image(dataset.Image{Path: e.picture, Split: e.split, Width: l.width, Height: l.height})
	if l.err != nil {
		b.Problem("", e.picture, 0, e.label, "The label file %s cannot be read: %v.", source.Show(e.label), l.err)
		return
	}
	for _, r := range l.refused {
		b.Problem("", e.picture, 0, place(e, r), "%s does not start with the number of a class and is passed over: %q.", place(e, r), cut(r.Text))
	}
	if l.sizeErr != nil {
		b.Problem("", e.picture, 0, e.label, "The %d labels of %s are left out, because fractions need the size of the picture: %v.", len(l.rows), source.Show(e.picture), l.sizeErr)
		return
	}
	for k := range l.rows {
		r := &l.rows[k]
		class, listed := b.classes[r.class]
		name := strconv.Itoa(r.class)
		if !listed {
			for _, n := range b.g.names {
				if n.ID == r.class {
					name = n.Name
				}
			}
			class, _ = b.Class(name, true)
		}
		ordinal := b.Annotate(dataset.Annotation{
			Image: i, Class: class, Geometry: b.reading.geometry(r, l.width, l.height), Score: b.reading.score(r),
		})
		if !listed {
			b.Problem(dataset.UndefinedClass, e.picture, ordinal, place(e, r.line), "%s has class %s, which is not in the list of classes%s.", place(e, r.line), name, b.list())
		}
		b.count(r)
	}
}

// count notes what a row holds that is not read.
func (b *builder) count(r *row) {
	n := len(r.values)
	if s, used := b.reading.shape(r); s != noShape {
		if b.reading.Scores {
			used++
		}
		switch n - used {
		case 0:
		case 1:
			b.extra["have a further number behind the box, which is kept in the file and not read; it is a confidence only where all rows have one"]++
		default:
			b.extra["have keypoints behind the box, which are kept in the file and not checked"]++
		}
	}
}

func (b *builder) list() string {
	if b.g.namesIn == "" {
		return ""
	}
	return " in " + source.Show(b.g.namesIn)
}

func (b *builder) summary() {
	var kinds []string
	for k := range b.extra {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		b.Problem("", "", 0, "", "%d rows %s.", b.extra[k], k)
	}
}

func place(e entry, l linetext.Line) string {
	return fmt.Sprintf("%s line %d", source.Show(e.label), l.Number)
}
