package voc

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
)

// A sheet is what one XML file says.
type sheet struct {
	err           error
	width, height int
	objects       []object
	passed        [][2]string
}

type object struct {
	class      string
	line       int
	geometry   dataset.Geometry
	attributes []dataset.Attribute
}

// Read returns the dataset in a folder. See the package comment for the layouts.
func (vocFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	l, err := look(path)
	if err != nil {
		return nil, err
	}
	if err := l.openPictures(o); err != nil {
		return nil, err
	}
	list := l.resolve(l.filename)
	b, err := source.NewBuilder(&dataset.Dataset{Name: filepath.Base(l.root), Root: l.pictures.Root, Source: l.root, Format: Name}, o)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	if len(o.Classes) > 0 {
		l.classes, l.mapped = nil, false // the person has a list
	}
	for _, c := range l.classes {
		known[c] = true
		if c != "background" {
			b.DefineClass(c)
		}
	}
	b.Problems = append(b.Problems, list.problems...)
	var passed source.Tally
	good, bad := 0, error(nil)
	err = list.read(ctx, func(e entry, s sheet) {
		if s.err != nil {
			bad = s.err
			b.Problem("", e.path, 0, e.xml, "%s is passed over with its picture: %v", show(e.xml), s.err)
			return
		}
		good++
		im, _ := b.Image(dataset.Image{Path: e.path, Split: e.split, Width: s.width, Height: s.height})
		for _, p := range s.passed {
			passed.Add(p[0], p[1])
		}
		for _, ob := range s.objects {
			class, defined := 0, true
			if known[ob.class] {
				class = b.DefineClass(ob.class)
			} else {
				class, defined = b.Class(ob.class, l.mapped)
			}
			n := b.Annotate(dataset.Annotation{Image: im, Class: class, Geometry: ob.geometry, Attributes: ob.attributes})
			place := fmt.Sprintf("%s line %d", e.xml, ob.line)
			switch {
			case ob.class == "":
				b.Problem(dataset.UndefinedClass, e.path, n, place, "the object has no name")
			case !defined && l.mapped:
				b.Problem(dataset.UndefinedClass, e.path, n, place, "the class %q is not in labelmap.txt", ob.class)
			case !defined:
				b.Problem(dataset.UndefinedClass, e.path, n, place, "the class %q is not in the list of classes", ob.class)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if good == 0 {
		if bad == nil {
			return nil, fmt.Errorf("%s holds no VOC annotation", show(path))
		}
		return nil, fmt.Errorf("none of the %d XML files of %s is a VOC annotation: %s: %w", len(l.xml), show(path), show(l.xml[0]), bad)
	}
	passed.List(b, "")
	if l.inside {
		for _, dir := range []string{"SegmentationClass", "SegmentationObject"} {
			if exists(l.root, dir) {
				b.Problem("", "", 0, dir, "%s holds outlines of objects as label images; this format reads the boxes, to read those give --dataset-format masks", dir)
			}
		}
	}
	return b.Done(o)
}

// read reads the XML files of all entries with several goroutines, and visits
// them in order.
func (r *listing) read(ctx context.Context, visit func(entry, sheet)) error {
	const batch = 512
	sheets := make([]sheet, batch)
	for from := 0; from < len(r.entries); from += batch {
		part := r.entries[from:min(from+batch, len(r.entries))]
		next := make(chan int)
		var wg sync.WaitGroup
		for range min(8, runtime.GOMAXPROCS(0), len(part)) {
			wg.Go(func() {
				for i := range next {
					sheets[i] = sheet{}
					if part[i].xml != "" {
						sheets[i] = r.sheet(part[i].xml)
					}
				}
			})
		}
		for i := range part {
			next <- i
		}
		close(next)
		wg.Wait()
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range part {
			visit(part[i], sheets[i])
		}
	}
	return nil
}

// parse reads one XML file.
func (l *layout) parse(xml string) (*xmltext.Element, error) {
	return xmltext.ReadAnnotation(filepath.Join(l.root, filepath.FromSlash(xml)), "VOC")
}

func (l *layout) filename(xml string) string {
	root, err := l.parse(xml)
	if err != nil {
		return ""
	}
	return root.Child("filename").Text()
}

func (l *layout) sheet(xml string) sheet {
	root, err := l.parse(xml)
	if err != nil {
		return sheet{err: err}
	}
	size := root.Child("size")
	s := sheet{width: side(size.Child("width").Text()), height: side(size.Child("height").Text())}
	for _, o := range objects(root, func(one, many string) { s.passed = append(s.passed, [2]string{one, many}) }) {
		s.objects = append(s.objects, object{class: o.Child("name").Text(), line: o.Line, geometry: boxOf(o), attributes: attributes(o)})
	}
	return s
}

// side reads a width or height; 0 stands for none.
func side(text string) int {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 1 && v <= 1<<20) {
		return 0
	}
	return int(v)
}
