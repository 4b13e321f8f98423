package tfrecord

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Name chooses the format.
const Name = "tfrecord"

// A shard is one file of records.
type shard struct {
	name   string // relative to the folder read
	labels *labelMap
}

// A place is where the record of an image is, with the size of its picture.
type place struct {
	*shard
	offset int64
	size   int
	w, h   float64
}

// An origin finds the records of images again.
type origin struct {
	folder string
	at     map[string]place
	// ids are the numbers of classes that no label map says.
	ids map[string]int64
}

// A found is a record before its image has a path.
type found struct {
	place
	n        int
	filename string
	id       string
	width    int // as stated
	height   int
	picture  source.Span
	whole    []label
	objects  []label
	problems []string
}

// A label is an annotation with the way in which its class was named.
type label struct {
	class  string
	ref    classRef
	object bool
	shares [4]float32
	dataset.Annotation
}

// shardName matches files of records: by extension, or as "x.record-00000-of-00010"
// and "x-train-00000-of-00010".
var shardName = regexp.MustCompile(`(?i)(\.(tfrecords?|tfrec|records?)(-[0-9]+-of-[0-9]+)?|-[0-9]+-of-[0-9]+)$`)

// shards lists the files of records in path, which may be one, in the order of
// their names.
func shards(path string) (folder string, names []string, err error) {
	return source.Files(path, 3, func(full string) bool {
		name := filepath.Base(full)
		if !shardName.MatchString(name) {
			return false
		}
		f, err := os.Open(full)
		if err != nil {
			return true // reading it tells
		}
		defer f.Close()
		head := make([]byte, headSize)
		n, _ := f.Read(head)
		return n == 0 || validHead(head) || !strings.Contains(name, "-of-") // damaged ones too: they are told
	})
}

// Read reads a file of records, or all in a folder and the folders in it.
func (recordFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	folder, names, err := shards(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the records: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no file of records; expected files such as train.tfrecord or train.record-00000-of-00010", source.Show(path))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: filepath.Base(abs), Root: folder, Source: abs, Format: Name}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	r := &reading{Builder: b, origin: &origin{folder: folder, at: map[string]place{}, ids: map[string]int64{}}, top: filepath.Dir(abs)}
	ds.Origin = r.origin
	for _, name := range names {
		if err := r.shard(ctx, name); err != nil {
			return nil, err
		}
	}
	if len(r.found) == 0 {
		if len(ds.Problems) > 0 {
			return nil, fmt.Errorf("%s: %s", ds.Problems[0].Place, ds.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s holds no records", source.Show(path))
	}
	if err := r.build(o); err != nil {
		return nil, err
	}
	return b.Done(o)
}

// A reading gathers the records of all files first, because where pictures are
// depends on all of them.
type reading struct {
	*source.Builder
	origin *origin
	top    string
	found  []found
	inside bool // a record holds its picture
}

func (r *reading) shard(ctx context.Context, name string) error {
	full := filepath.Join(r.origin.folder, filepath.FromSlash(name))
	labels, err := findLabelMap(filepath.Dir(full), r.top)
	if err != nil {
		return err
	}
	s := &shard{name: name, labels: labels}
	place := func(n int) string { return fmt.Sprintf("%s record %d", source.Show(name), n) }
	return scanRecords(ctx, full, func(n int, offset int64, data []byte) {
		e, err := parseExample(data)
		if err != nil {
			r.Problem("", "", 0, place(n), "the record is no tf.train.Example: %v; it is left out", err)
			return
		}
		if e.features[filename] == nil && e.imageLabels() == 0 && len(e.features) > 0 {
			if _, length := e.picture(); length == 0 {
				r.Problem("", "", 0, place(n), "the record has neither a picture (%s) nor a name of one (%s); it is left out", encoded, filename)
				return
			}
		}
		f := s.record(e)
		f.n, f.offset, f.size = n, offset, len(data)
		if at, length := e.picture(); length > 0 {
			r.inside = true
			f.picture = source.Span{File: name, Offset: offset + int64(at), Length: int64(length)}
			if f.w == 0 || f.h == 0 {
				if w, h, err := source.SizeOfBytes(data[at : at+length]); err == nil {
					f.w, f.h = float64(w), float64(h)
				}
			}
		}
		f.annotate(e)
		r.found = append(r.found, f)
	}, func(n int, message string) { r.Problem("", "", 0, place(n), "%s", message) })
}

// maxSide bounds the stated side of a picture.
const maxSide = 1 << 20

// record reads what a record says of its picture.
func (s *shard) record(e *example) found {
	f := found{place: place{shard: s}, filename: e.text(filename), id: e.text(sourceID)}
	if f.filename == "" {
		f.filename = e.text("image/path")
	}
	w, h := e.number(imageWidth), e.number(imageHeight)
	if w > 0 && h > 0 && w <= maxSide && h <= maxSide {
		f.width, f.height = int(w), int(h)
		f.w, f.h = float64(w), float64(h)
	}
	return f
}

// annotate reads the annotations of a record into f.
func (f *found) annotate(e *example) {
	names := e.imageNaming()
	n := e.imageLabels()
	for i := range n {
		class, ref := e.classOf(names, i, n, f.labels)
		f.whole = append(f.whole, label{class: class, ref: ref})
	}
	n, wrong := e.objectCount()
	if wrong != "" {
		f.problems = append(f.problems, wrong+"; the objects of the record are left out")
	}
	for i := range n {
		class, ref := e.classOf(objectNaming, i, n, f.labels)
		a := dataset.Annotation{Attributes: e.attributes(i, n), Crowd: e.flag(isCrowd, i, n), Area: e.stated(areaOf, i, n)}
		l := label{class: class, ref: ref, object: true, shares: e.shares(i), Annotation: a}
		if png := e.bytes(maskPNG); len(png) == n && len(png[i]) > 0 && f.w > 0 && f.h > 0 {
			l.Geometry = maskOf(png[i], int(f.w), int(f.h), f.box(l.shares))
		}
		f.objects = append(f.objects, l)
	}
}

func (p *place) box(shares [4]float32) dataset.Box { return boxOf(corners(shares, p.w, p.h)) }

// build gives images their paths.
func (r *reading) build(o source.Options) error {
	album, err := r.album(o)
	if err != nil {
		return err
	}
	spans := &source.Spans{Root: r.Root, Of: map[string]source.Span{}}
	if r.inside {
		r.Pictures = spans
	}
	for _, s := range r.found {
		if s.labels == nil {
			continue
		}
		for _, it := range s.labels.items {
			r.DefineClass(it.class())
		}
	}
	for i := range r.found {
		f := &r.found[i]
		at := fmt.Sprintf("%s record %d", source.Show(f.name), f.n)
		name, here := r.path(f, album)
		im := dataset.Image{Path: name, Split: source.SplitOf(f.name), ID: f.id, Width: f.width, Height: f.height}
		index, fresh := r.Image(im)
		if !fresh {
			r.Problem(dataset.DuplicateID, name, 0, at, "an earlier record has the picture %s too; this one is left out", source.Show(name))
			continue
		}
		if f.picture.Length > 0 {
			spans.Of[name] = f.picture
		}
		if f.w == 0 && here {
			if w, h, err := source.SizeOf(filepath.Join(r.Root, filepath.FromSlash(name))); err == nil {
				f.w, f.h = float64(w), float64(h)
			}
		}
		r.origin.at[name] = f.place
		for _, p := range f.problems {
			r.Problem("", name, 0, at, "%s", p)
		}
		if f.w == 0 && len(f.objects) > 0 {
			r.Problem("", name, 0, at, "the record states no size and its picture cannot be read, so the places of its %d objects are unknown; they are left out", len(f.objects))
			f.objects = nil
		}
		for _, l := range slices.Concat(f.whole, f.objects) {
			r.label(index, l, f, at)
		}
	}
	return nil
}

// label adds one annotation.
func (r *reading) label(image int, l label, f *found, at string) {
	class, defined := r.Class(l.class, f.labels != nil)
	if l.object && l.Geometry == nil {
		l.Geometry = f.box(l.shares)
	}
	l.Image, l.Class = image, class
	ordinal := r.Annotate(l.Annotation)
	path := r.Images[image].Path
	if !defined {
		r.Problem(dataset.UndefinedClass, path, ordinal, at, "the class %q is not on the list of classes", l.class)
	}
	if l.ref.differ != "" {
		r.Problem("", path, ordinal, at, "%s", l.ref.differ)
	}
	if _, known := r.origin.ids[l.class]; !known && l.ref.has && (l.ref.spelt || f.labels == nil) {
		r.origin.ids[l.class] = l.ref.id
	}
}

// album lists the pictures where some are files of their own.
func (r *reading) album(o source.Options) (*source.Album, error) {
	var sample []string
	for i := range r.found {
		if f := &r.found[i]; f.picture.Length == 0 {
			sample = append(sample, f.filename)
		}
	}
	if sample == nil {
		return nil, nil
	}
	if r.inside {
		return source.OpenAlbum(r.Root), nil
	}
	root, err := source.PictureRoot(o, r.Root, sample)
	if err != nil {
		return nil, err
	}
	r.Root = root
	return source.OpenAlbum(root), nil
}

// path names the image of a record; here tells that it is a file.
func (r *reading) path(f *found, album *source.Album) (name string, here bool) {
	if f.picture.Length == 0 {
		if f.filename == "" {
			return fmt.Sprintf("%s/record %d", f.name, f.n), false
		}
		return album.Find(f.filename)
	}
	inner := strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(f.filename, `\`, "/")), "/")
	if inner == "" {
		inner = fmt.Sprintf("record %d", f.n)
	}
	name = f.name + "/" + inner
	for k := 2; ; k++ {
		if _, taken := r.origin.at[name]; !taken {
			return name, false
		}
		name = fmt.Sprintf("%s/%d/%s", f.name, k, inner)
	}
}
