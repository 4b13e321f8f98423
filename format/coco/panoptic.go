package coco

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Panoptic reads and corrects panoptic segmentation: a JSON file, and for every
// image a PNG that gives each pixel to one segment by its colour, whose number
// is red + 256 × green + 65536 × blue:
//
//	{"images": […], "categories": […], "annotations": [
//	  {"image_id": 9, "file_name": "a.png", "segments_info": [
//	    {"id": 8345037, "category_id": 51, "iscrowd": 0, "bbox": [0, 14, 434, 374], "area": 24315}]}]}
//
// Every segment is an annotation with a mask; black pixels belong to none. The
// PNG files lie in the folder that is called like the JSON file
// (panoptic_train2017.json, panoptic_train2017/a.png) or beside it. A file that
// is a list of such annotations or just one of them, as BDD100K has it, is read
// as well; its images are the pictures called like the PNG files.
//
// A segment is put where a correction wants it even if another one lies there,
// which loses those pixels: bbox and area of both follow.
var Panoptic source.Format = panopticFormat{}

type panopticFormat struct{}

// Info describes the format.
func (panopticFormat) Info() source.Info {
	return source.Info{
		Name:   "coco-panoptic",
		Title:  "COCO panoptic",
		Layout: "panoptic_*.json with segments_info, and PNG files with the colours of the segments in a folder of that name or beside it",
		Holds: source.Holds{
			Masks: true, Crowds: true, Attributes: true, IDs: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Every segment is read as a mask, things and stuff alike.",
			"Masks of an image cannot overlap: a moved or new one takes the pixels of those below.",
		},
	}
}

// Detect looks for panoptic files.
func (panopticFormat) Detect(p *source.Peek) (source.Match, error) {
	files := discover(p)
	chosen, _ := choose(files, panoptic)
	if len(chosen) == 0 {
		return source.Match{Reason: "no JSON file with segments_info"}, nil
	}
	m := source.Match{Confidence: nested(chosen[0]), Reason: fmt.Sprintf("%s is a COCO panoptic file", source.Show(chosen[0].name))}
	if other, _ := choose(files, instances); len(other) > 0 {
		if k := kindOf(other[0].name); k != "captions" && k != "image_info" {
			m.Confidence = source.Likely
			m.Reason += ", beside other COCO files"
		}
	}
	return m, nil
}

// panel is the record of one image in a panoptic file.
type panel struct {
	image, name string
	slot        int
	segments    []segment
	err         error // of the PNG
	// stray counts the pixels of no segment.
	stray int
}

// segment is a record of segments_info.
type segment struct {
	annotation dataset.Annotation
	id         int64
	valid      bool
}

// panels streams the records of the images in a panoptic file; images and
// categories go to other.
func panels(ctx context.Context, full string, take func(i int, n jsontext.Node) error, h jsontext.Handler) error {
	f, err := os.Open(full)
	if err != nil {
		return err
	}
	defer f.Close()
	single := false
	begin, element := h.Begin, h.Element
	h.Begin = func(key string, offset int64) error {
		if single = key == "segments_info"; single {
			return errEnough
		}
		if begin != nil {
			return begin(key, offset)
		}
		return nil
	}
	h.Element = func(key string, i int, n jsontext.Node) error {
		if key == "annotations" || key == "" {
			return take(i, n)
		}
		if element != nil {
			return element(key, i, n)
		}
		return nil
	}
	err = jsontext.Stream(ctx, f, h)
	if !single || !errors.Is(err, errEnough) {
		return err
	}
	// The file is one record.
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(f, 256<<20))
	if err != nil {
		return err
	}
	n, err := jsontext.Parse(data)
	if err != nil {
		return err
	}
	return take(0, n)
}

// Read returns the segments of a panoptic file or of a folder with such files.
func (panopticFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	abs, base, files, err := panopticFiles(name)
	if err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: nameOf(abs, abs == base), Source: abs, Format: "coco-panoptic"}
	if abs != base {
		// The masks lie in other files.
		ds.Source = base
		if len(siblings(base)) > 1 {
			ds.Source = abs
		}
	}
	r, err := newReader(ds, o, files)
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		if err := r.readPanoptic(ctx, base, i); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(f.name), err)
		}
	}
	if err := r.place(base, abs == base); err != nil {
		return nil, err
	}
	r.settle()
	return r.Done(o)
}

func siblings(folder string) []file {
	p, err := source.NewPeek(folder)
	if err != nil {
		return nil
	}
	chosen, _ := choose(discover(p), panoptic)
	return chosen
}

// panopticFiles returns the files of a source and the folder that their names
// start from.
func panopticFiles(name string) (abs, base string, files []file, err error) {
	abs, p, err := look(name)
	if err != nil {
		return "", "", nil, err
	}
	files, _ = choose(discover(p), panoptic)
	base = abs
	if !p.Dir {
		base = filepath.Dir(abs)
		if len(files) == 0 {
			files = []file{{name: filepath.Base(abs), split: source.SplitOf(filepath.Base(abs)), what: panoptic}}
		}
	}
	if len(files) == 0 {
		return "", "", nil, fmt.Errorf("%s holds no COCO panoptic file, in itself, in annotations or in the folders of splits: a JSON object whose annotations have segments_info", source.Show(name))
	}
	return abs, base, files, nil
}

func (r *reader) readPanoptic(ctx context.Context, base string, index int) error {
	r.imageIDs, r.categoryIDs = newNumbering(&r.imageSlots), newNumbering(&r.classSlots)
	var all []*panel
	listed := false
	full := filepath.Join(base, filepath.FromSlash(r.files[index].name))
	err := panels(ctx, full, func(i int, n jsontext.Node) error {
		p, why := panelOf(n)
		if why != "" {
			r.skip(index, i, "annotations", why)
			return nil
		}
		p.slot = r.imageSlot(n.Get("image_id"))
		for j, s := range n.Get("segments_info").Elements() {
			rec := recordOf(s)
			if s.Kind() != jsontext.Object {
				r.skip(index, j, "segments_info of "+p.name, "is no object")
				continue
			}
			p.segments = append(p.segments, r.segment(&rec, p.slot))
		}
		all = append(all, p)
		return nil
	}, jsontext.Handler{
		Begin: func(key string, _ int64) error {
			listed = listed || key == "images"
			return nil
		},
		Element: func(key string, i int, n jsontext.Node) error {
			switch key {
			case "images":
				r.image(index, i, n)
			case "categories":
				r.category(index, i, n)
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	if all == nil && !listed {
		return errors.New("it is no COCO panoptic file: no record in it has segments_info")
	}
	folders := maskFolders(r.files[index].name)
	if err := inParallel(ctx, len(all), func(i int) { all[i].decode(base, folders) }); err != nil {
		return err
	}
	for _, p := range all {
		if r.imageOf[p.slot] < 0 && !listed {
			r.imageOf[p.slot] = len(r.images)
			r.images = append(r.images, rawImage{name: pictureOf(p.name), id: p.image, file: index})
		}
		if p.err != nil {
			r.Problem("", "", 0, p.name, "the masks of image %s cannot be read: %v", source.Show(p.image), p.err)
		} else if p.stray > 0 {
			r.Problem("", "", 0, p.name, "%d pixels have the colour of no segment of image %s; they count as outside of all", p.stray, source.Show(p.image))
		}
		for _, s := range p.segments {
			r.Annotations = append(r.Annotations, s.annotation)
		}
	}
	if !listed && r.classSlots > 0 {
		for slot, id := range r.classID {
			if r.classOf[slot] < 0 && id != "" {
				r.define(slot, id)
			}
		}
	}
	return nil
}

// panelOf reads the record of an image; why says what is wrong with it.
func panelOf(n jsontext.Node) (p *panel, why string) {
	name, ok := n.Get("file_name").Text()
	switch {
	case n.Kind() != jsontext.Object || n.Get("segments_info").Kind() != jsontext.Array:
		return nil, "has no segments_info"
	case !scalar(n.Get("image_id")):
		return nil, "has no image_id"
	}
	p = &panel{image: idText(n.Get("image_id")), name: name}
	if !ok || name == "" {
		p.name = padded(p.image) + ".png"
	}
	return p, ""
}

// pictureOf returns what the picture of a PNG with segments is called.
func pictureOf(name string) string { return strings.TrimSuffix(name, path.Ext(name)) + ".jpg" }

func (r *reader) segment(rec *record, slot int) segment {
	id, ok := rec.id.Int()
	s := segment{id: id, valid: ok && id > 0 && id < 1<<24}
	box, _ := rec.box()
	s.annotation = dataset.Annotation{Image: slot, Class: r.classSlot(rec.category), ID: idText(rec.id), Crowd: rec.crowded(), Geometry: dataset.Invalid{Stated: box}}
	s.annotation.Area, _ = rec.area.Float()
	if rec.others > 0 || rec.attributes.Kind() == jsontext.Object {
		s.annotation.Attributes = r.attributes(rec)
	}
	return s
}

// maskFolders are where the PNG files of a JSON file may lie.
func maskFolders(name string) []string {
	dir, stem := path.Dir(name), strings.TrimSuffix(path.Base(name), path.Ext(name))
	out := []string{path.Join(dir, stem), path.Join(dir, stem, stem), dir}
	for _, d := range []string{"masks", "panoptic", "panoptic_masks"} {
		out = append(out, path.Join(dir, d))
	}
	return out
}

// findMask returns the PNG of a record relative to the base.
func findMask(base string, folders []string, name string) (string, error) {
	name = strings.ReplaceAll(name, `\`, "/")
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		name = path.Base(name)
	}
	for _, dir := range folders {
		rel := path.Join(dir, name)
		if info, err := os.Stat(filepath.Join(base, filepath.FromSlash(rel))); err == nil && info.Mode().IsRegular() {
			return rel, nil
		}
	}
	return "", fmt.Errorf("there is no %s in the folder %s or beside the JSON file", source.Show(name), source.Show(folders[0]))
}

// decode gives the segments their masks.
func (p *panel) decode(base string, folders []string) {
	var colours *colours
	rel, err := findMask(base, folders, p.name)
	if err == nil {
		var data []byte
		if data, err = os.ReadFile(filepath.Join(base, filepath.FromSlash(rel))); err == nil {
			colours, err = decodeColours(bytes.NewReader(data))
		}
	}
	p.err = err
	refuse := func(s *segment, reason string) {
		s.annotation.Geometry = dataset.Invalid{Reason: reason, Stated: s.annotation.Geometry.Bounds()}
	}
	if err != nil {
		for i := range p.segments {
			refuse(&p.segments[i], "its mask cannot be read: "+err.Error())
		}
		return
	}
	at := map[uint32]int{}
	for i := range p.segments {
		s := &p.segments[i]
		if !s.valid {
			refuse(s, "its id is no colour: a whole number from 1 to 16777215")
		} else if _, twice := at[uint32(s.id)]; twice {
			s.valid = false
			refuse(s, "another segment of the image has the same id")
		} else {
			at[uint32(s.id)] = i
		}
	}
	masks, stray := colours.masks(at, len(p.segments))
	p.stray = stray
	for i := range p.segments {
		s := &p.segments[i]
		switch {
		case !s.valid:
		case len(masks[i].Counts) < 2:
			refuse(s, "no pixel of the PNG has the colour of its id")
		default:
			masks[i].Stated = s.annotation.Geometry.Bounds()
			s.annotation.Geometry = masks[i]
		}
	}
}
