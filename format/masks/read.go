package masks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Name is the name of the format.
const Name = "masks"

// bright is what a class is called whose pixels are 255.
const bright = "255"

// Read returns the dataset of pictures and label pictures at path. See the
// package comment for the layouts and rules.
func (format) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	l, err := discover(name, o.Images)
	if err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: filepath.Base(l.source), Root: l.root, Source: l.source, Format: Name}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	if l.complaint != "" {
		b.Problem("", "", 0, l.listFile, "%s", l.complaint)
	}
	results, err := l.readAll(ctx)
	if err != nil {
		return nil, err
	}
	l.dropBright(results)
	for _, c := range l.classNames(results) {
		b.DefineClass(c)
	}
	for i := range l.items {
		l.build(b, &l.items[i], &results[i])
	}
	for _, orphan := range l.orphans {
		b.Problem(dataset.OrphanAnnotation, "", 0, orphan, "The label picture %s has no picture of its name in %s.", source.Show(orphan), source.Show(l.pairings[0].pictures))
	}
	return b.Done(o)
}

// A result is what the label pictures of an item say.
type result struct {
	regions       []region
	width, height int
	err           error
}

// readAll decodes the label pictures of all items, several at a time.
func (l *layout) readAll(ctx context.Context) ([]result, error) {
	results := make([]result, len(l.items))
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(l.items)) {
		wait.Go(func() {
			for i := range next {
				results[i] = l.readItem(&l.items[i], true)
			}
		})
	}
	for i := range l.items {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wait.Wait()
	return results, ctx.Err()
}

func (l *layout) readItem(it *item, bright bool) result {
	if len(it.files) == 0 {
		return result{}
	}
	d, err := l.load(it, false)
	if err != nil {
		return result{err: err}
	}
	r := result{width: d.planes[0].width, height: d.planes[0].height}
	if r.regions, err = d.regions(bright); err != nil {
		r.err = fmt.Errorf("the label picture %s cannot be read: %w", it.files[0].path, err)
	}
	return r
}

// dropBright takes the regions of 255 away where no list says what 255 is and
// there are other classes: then it marks pixels without one.
func (l *layout) dropBright(results []result) {
	if !l.legend.open {
		return
	}
	others := slices.ContainsFunc(results, func(r result) bool {
		return slices.ContainsFunc(r.regions, func(g region) bool { return g.name != bright })
	})
	for i := range results {
		if others {
			results[i].regions = slices.DeleteFunc(results[i].regions, func(g region) bool { return g.name == bright })
		}
	}
}

// classNames lists the classes: those of the legend, or all values in order.
func (l *layout) classNames(results []result) []string {
	if !l.legend.open {
		return l.legend.classes()
	}
	var names []string
	seen := map[string]bool{}
	for _, r := range results {
		for _, g := range r.regions {
			if !seen[g.name] {
				seen[g.name] = true
				names = append(names, g.name)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	return names
}

func (l *layout) build(b *source.Builder, it *item, r *result) {
	name := l.imagePath(it)
	im := dataset.Image{Path: name, Split: it.split, Width: r.width, Height: r.height}
	i, fresh := b.Image(im)
	switch {
	case !fresh:
		b.Problem("", name, 0, it.picture, "The picture belongs to several folders of label pictures; those of the first one were read.")
		return
	case r.err != nil:
		b.Problem(dataset.Artifact, name, 0, it.files[0].path, "%s.", upper(r.err.Error()))
		return
	}
	for _, g := range r.regions {
		class, known := b.Class(g.name, !l.legend.open)
		ordinal := b.Annotate(g.annotation(i, class))
		if !known || !g.defined {
			b.Problem(dataset.UndefinedClass, name, ordinal, it.files[0].path, "%d pixels of the label picture have the value %s, which %s does not have.", int(g.mask.Area()), g.name, l.legend.name)
		}
	}
}

// annotation is the region as an annotation of an image. Where objects are told
// apart it is known by the value of its pixels.
func (g *region) annotation(image, class int) dataset.Annotation {
	a := dataset.Annotation{Image: image, Class: class, Geometry: g.mask, Crowd: g.crowd}
	if g.numbered {
		a.ID = spellIndex(g.value)
	} else if g.id.object != none {
		a.ID = spellIndex(uint32(g.id.object))
	}
	return a
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Format is this format for the list in package format.
var Format source.Format = format{}

type format struct{}

func (format) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Label pictures (semantic and instance masks)",
		Layout: "a folder of pictures and one of PNG label pictures of the same names (images/1.jpg, masks/1.png), with a list of classes",
		Holds:  source.Holds{Masks: true, Regions: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"Read are the layouts of Cityscapes, CamVid, Pascal VOC (SegmentationClass, SegmentationObject), KITTI, Mapillary Vistas, MOTS, SYNTHIA, BDD100K (sem_seg), Penn-Fudan, Kaggle, Datumaro and Roboflow, and any images/ beside masks/.",
			"The pixels of one class in one picture, or of one object where objects are told apart, are one mask. Background, void and unlabelled pixels are nobody's.",
			"A class may come from labelmap.txt, label_colors.txt, dataset_meta.json, class_dict.csv, labelmap.csv, config.json or config.yaml; without a list it is called by its value or #rrggbb.",
			"Correcting a mask repaints its pixels in every label picture of the picture and leaves all others as they are; polygons and panoptic files beside them are left alone.",
			"A label picture that gets the class of another region of the same picture becomes one with it, where objects are not told apart.",
			"Colours of 16 bits a channel and label pictures that are no PNG are not read.",
		},
	}
}

// Detect is sure when pictures have label pictures of their names.
func (format) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if !slices.Contains(listNames, filepath.Base(p.Path)) {
			return source.Match{Reason: "it is no folder with label pictures"}, nil
		}
		dir, err := source.NewPeek(filepath.Dir(p.Path))
		if err != nil {
			return source.Match{}, err
		}
		p = dir
	}
	t := glance{p}
	pairings := pairingsOf(t)
	if several := severalOf(pairings); several != "" {
		return source.Match{Reason: "it holds several datasets of label pictures (" + several + "): give the folder of one"}, nil
	}
	for _, pair := range pairings {
		items, _ := pair.match(t)
		if len(items) == 0 {
			continue
		}
		reason := "its pictures have label pictures of their names (" + pair.title + ")"
		if slices.ContainsFunc(t.files(path.Join(pair.dir, "Annotations")), func(f string) bool { return path.Ext(f) == ".xml" }) {
			return source.Match{Confidence: source.Likely, Reason: reason + ", and XML annotations beside them"}, nil
		}
		return source.Match{Confidence: source.Sure, Reason: reason}, nil
	}
	return source.Match{Reason: "it holds no folder of pictures with one of label pictures (PNG) of the same names"}, nil
}
