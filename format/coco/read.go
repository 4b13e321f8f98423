package coco

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Format reads and corrects COCO instances files.
var Format source.Format = instancesFormat{}

type instancesFormat struct{}

// listed bounds the problems of one kind that are told one by one.
const listed = 10_000

// rawImage is a record of an image as the file states it.
type rawImage struct {
	name, id      string
	width, height int
	file          int
}

// remark is a problem of an annotation whose image may not be known yet.
type remark struct {
	kind       dataset.Kind
	annotation int
	message    string
}

// reader makes a dataset of one or several files.
type reader struct {
	// store keeps the outlines of large files; nil for others.
	store *source.Store
	*source.Builder
	o     source.Options
	files []file
	// size is that of the file being read, from where its first annotation
	// starts, done how many annotations came before it.
	size, from int64
	done       int

	images []rawImage
	// imageSlots counts the image ids that were met; for each one, imageOf says
	// which image it is or -1, imageID how it is spelled while it is none.
	imageSlots int
	imageOf    []int
	imageID    []string
	imageIDs   *numbering
	// The same for categories and classes.
	classSlots  int
	classOf     []int
	classID     []string
	categoryIDs *numbering

	texts   texts
	words   map[string]string
	ids     repeatFinder
	scored  int
	remarks []remark
	counts  map[dataset.Kind]int
	tally   source.Tally
	// outlined counts the objects of the file with a polygon that is their box.
	outlined, located int
}

func newReader(ds *dataset.Dataset, o source.Options, files []file) (*reader, error) {
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	return &reader{Builder: b, o: o, files: files, words: map[string]string{}, counts: map[dataset.Kind]int{}}, nil
}

// Read returns the dataset of an instances file or of a folder with such files.
func (instancesFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	abs, p, err := look(name)
	if err != nil {
		return nil, err
	}
	files, passed := choose(discover(p), instances)
	if len(files) == 0 {
		if p.Dir {
			return nil, fmt.Errorf("%s holds no COCO file, in itself, in annotations or in the folders of splits: a JSON object with the lists images, annotations and categories", source.Show(name))
		}
		// Asked for by name, it is tried whatever its first bytes look like.
		files = []file{{name: filepath.Base(abs), split: source.SplitOf(filepath.Base(abs)), what: instances}}
	}
	ds := &dataset.Dataset{Name: nameOf(abs, p.Dir), Source: abs, Format: "coco"}
	r, err := newReader(ds, o, files)
	if err != nil {
		return nil, err
	}
	base := abs
	if !p.Dir {
		base = filepath.Dir(abs)
	}
	for i, f := range files {
		if err := r.readFile(ctx, base, i); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(f.name), err)
		}
	}
	if err := r.place(base, p.Dir); err != nil {
		return nil, err
	}
	r.settle()
	if len(passed) > 0 {
		var names []string
		for _, f := range passed {
			names = append(names, source.Show(f.name))
		}
		r.Problem("", "", 0, "", "%s passed over, because %s read; open a file by itself to check it", wasWere(names), wasWere([]string{files[0].name})+ending(len(files)))
	}
	r.tally.List(r.Builder, "")
	return r.Done(o)
}

func wasWere(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names, ", ") + " are"
}

func ending(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (and %d more of its kind)", n-1)
}

func look(name string) (abs string, p *source.Peek, err error) {
	if abs, err = filepath.Abs(name); err != nil {
		return "", nil, err
	}
	p, err = source.NewPeek(abs)
	return abs, p, err
}

func nameOf(abs string, dir bool) string {
	base := filepath.Base(abs)
	if !dir {
		return strings.TrimSuffix(base, filepath.Ext(base))
	}
	return base
}

// Of files from largeFile bytes on, outlines are kept outside of the memory.
var largeFile int64 = 512 << 20 // tests make it smaller

// keep moves the corners of an outline to the store, when there is one.
func (r *reader) keep(g dataset.Geometry) dataset.Geometry {
	p, ok := g.(dataset.Polygon)
	if !ok || r.store == nil {
		return g
	}
	for i, part := range p.Parts {
		p.Parts[i] = r.store.Keep(part)
	}
	return p
}

// readFile streams one file into the dataset. Images and classes of annotations
// are slots until the file has ended, because it may list them later.
func (r *reader) readFile(ctx context.Context, base string, index int) error {
	f, err := os.Open(filepath.Join(base, filepath.FromSlash(r.files[index].name)))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is no regular file")
	}
	r.size, r.from, r.done = info.Size(), -1, len(r.Annotations)
	if r.store == nil && r.size >= largeFile {
		r.store = &source.Store{}
	}
	r.imageIDs, r.categoryIDs = newNumbering(&r.imageSlots), newNumbering(&r.classSlots)
	r.ids = repeatFinder{}
	r.outlined, r.located = 0, 0
	lists := map[string]bool{}
	err = jsontext.Stream(ctx, f, jsontext.Handler{
		Begin: func(key string, _ int64) error {
			if key == "" {
				return errors.New("it is a list, and COCO instances are one object with the lists images, annotations and categories")
			}
			lists[key] = true
			return nil
		},
		Element: func(key string, i int, n jsontext.Node) error {
			switch key {
			case "images":
				r.image(index, i, n)
			case "annotations":
				r.annotation(index, i, n)
			case "categories":
				r.category(index, i, n)
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	if !lists["images"] && !lists["annotations"] {
		return errors.New("it is no COCO file: it has neither a list images nor a list annotations")
	}
	if r.located > 0 && r.outlined == r.located {
		r.makeBoxes()
	}
	r.repeated(index)
	return nil
}

// makeBoxes turns the polygons of the file, which are all outlines of their
// boxes, into boxes.
func (r *reader) makeBoxes() {
	for i := r.done; i < len(r.Annotations); i++ {
		if p, ok := r.Annotations[i].Geometry.(dataset.Polygon); ok {
			r.Annotations[i].Geometry = p.Stated
		}
	}
}

// imageSlot and classSlot return the slot of an id.
func (r *reader) imageSlot(n jsontext.Node) int {
	slot, fresh := r.imageIDs.number(n)
	if fresh {
		r.imageOf, r.imageID = append(r.imageOf, -1), append(r.imageID, idText(n))
	}
	return slot
}

func (r *reader) classSlot(n jsontext.Node) int {
	slot, fresh := r.categoryIDs.number(n)
	if fresh {
		r.classOf, r.classID = append(r.classOf, -1), append(r.classID, idText(n))
	}
	return slot
}

func (r *reader) skip(index, i int, list, why string) {
	if r.counts["skip"]++; r.counts["skip"] <= listed {
		r.Problem("", "", 0, fmt.Sprintf("%s %s[%d]", r.files[index].name, list, i), "record %d of the list %s %s, so it is passed over and kept in the file as it is", i+1, list, why)
	}
}

// imageName returns the name of the picture of an image record.
func imageName(n jsontext.Node) string {
	for _, key := range []string{"file_name", "path", "coco_url", "flickr_url"} {
		s, ok := n.Get(key).Text()
		if !ok || s == "" {
			continue
		}
		if i := strings.Index(s, "://"); i >= 0 {
			// LVIS: http://images.cocodataset.org/train2017/000000391895.jpg
			s = path.Base(path.Dir(s)) + "/" + path.Base(s)
		}
		return s
	}
	return idText(n.Get("id"))
}

func (r *reader) image(index, i int, n jsontext.Node) {
	name := imageName(n)
	if n.Kind() != jsontext.Object || name == "" {
		r.skip(index, i, "images", "is no object with a file_name")
		return
	}
	im := rawImage{name: name, file: index, width: side(n.Get("width")), height: side(n.Get("height"))}
	id := n.Get("id")
	if !scalar(id) {
		r.images = append(r.images, im)
		return
	}
	im.id = idText(id)
	slot := r.imageSlot(id)
	if r.imageOf[slot] < 0 {
		r.imageOf[slot], r.imageID[slot] = len(r.images), ""
	} else if r.counts[dataset.DuplicateID]++; r.counts[dataset.DuplicateID] <= listed {
		// The path is not known yet: place mends it.
		r.Problem(dataset.DuplicateID, "\x00"+fmt.Sprint(len(r.images)), 0, r.files[index].name, "two images have the id %s; annotations with that image_id count for the first, %s", im.id, source.Show(r.images[r.imageOf[slot]].name))
	}
	r.images = append(r.images, im)
}

// side reads a width or height that can be one.
func side(n jsontext.Node) int {
	v, ok := n.Int()
	if !ok || v < 0 || v > 1<<20 {
		return 0
	}
	return int(v)
}

func (r *reader) category(index, i int, n jsontext.Node) {
	id := n.Get("id")
	if !scalar(id) {
		r.skip(index, i, "categories", "is no object with an id")
		return
	}
	name, ok := n.Get("name").Text()
	if !ok || name == "" {
		name = idText(id)
	}
	slot := r.classSlot(id)
	if r.classOf[slot] >= 0 {
		r.Problem("", "", 0, r.files[index].name, "two categories have the id %s; the first, %q, counts", idText(id), r.Classes[r.classOf[slot]])
		return
	}
	r.define(slot, name)
}

// define says what the class of a slot is called. One that is not on the list
// which a person gave stays undefined.
func (r *reader) define(slot int, name string) {
	if len(r.o.Classes) > 0 && !slices.Contains(r.o.Classes, name) {
		r.classID[slot] = name
		return
	}
	r.classOf[slot], r.classID[slot] = r.DefineClass(name), ""
}

func (r *reader) annotation(index, i int, n jsontext.Node) {
	rec := recordOf(n)
	switch why := rec.refusal(); why {
	case "":
	case caption:
		r.tally.Add("caption", "captions")
		return
	default:
		r.skip(index, i, "annotations", why)
		return
	}
	if rec.keypoints {
		r.tally.Add("set of keypoints", "sets of keypoints")
	}
	a := dataset.Annotation{Image: r.imageSlot(rec.image), Class: r.classSlot(rec.category), Geometry: r.keep(rec.geometry()), Crowd: rec.crowded()}
	if id := rec.id; id.Kind() == jsontext.Number {
		if raw := id.Raw(); whole(raw) {
			a.ID = r.texts.of(raw)
		} else {
			a.ID = idText(id)
		}
	} else {
		a.ID = idText(id)
	}
	if a.ID != "" {
		r.ids.add(rec.id)
	}
	a.Area, _ = rec.area.Float()
	if score, ok := rec.score.Float(); ok {
		a.Score = score
		r.scored++
	}
	if a.Geometry != nil {
		r.located++
		if p, ok := a.Geometry.(dataset.Polygon); ok && isRectangle(p) {
			r.outlined++
		}
	}
	if rec.others > 0 || rec.attributes.Kind() == jsontext.Object {
		a.Attributes = r.attributes(&rec)
	}
	if r.from < 0 {
		r.from = n.Start()
	}
	r.grow(n.End())
	r.Annotations = append(r.Annotations, a)
}

// grow makes room for as many annotations as the file holds if it goes on as it
// has begun, rather than for twice as many.
func (r *reader) grow(at int64) {
	n := len(r.Annotations)
	if n < cap(r.Annotations) || n < 1000 {
		return
	}
	here := float64(n - r.done + 1)
	more := int(here*float64(r.size-at)/float64(at-r.from)*1.02) + 1
	more = min(max(more, n/8), max(int((r.size-at)/24), 16)) // no annotation is shorter
	out := make([]dataset.Annotation, n, n+more)
	copy(out, r.Annotations)
	r.Annotations = out
}
