package coco

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Results reads and corrects the results of detectors:
//
//	[{"image_id": 9, "category_id": 18, "bbox": [1.5, 2, 30, 40], "score": 0.89}]
//
// They name neither pictures nor classes. Both come from an instances file in
// the same folder or in the one above (or annotations in either) that lists at
// least half of the image ids; its images without results are in the dataset,
// too. Where there is none, an image is the picture whose name is its id (139 is
// 000000000139.jpg), and a class is called by its id, or is the one at that
// place of the list that a person gave, counted from 0 where 0 occurs and else
// from 1. "image" and "category" are read where "image_id" and "category_id" are
// missing.
var Results source.Format = resultsFormat{}

type resultsFormat struct{}

// Info describes the format.
func (resultsFormat) Info() source.Info {
	return source.Info{
		Name:   "coco-results",
		Title:  "COCO results",
		Layout: "one JSON file with a list of image_id, category_id, bbox or segmentation, and score",
		Holds: source.Holds{
			MultiLabel: true, Boxes: true, Polygons: true, Masks: true, Parts: true, Scores: true, Attributes: true,
		},
		Notes: []string{
			"Names of pictures and classes come from an instances file in the same folder or the one above that lists the images.",
			"Without one, pictures are found by their ids and classes are called by theirs, or by their places in --classes.",
		},
	}
}

// Detect looks for results.
func (resultsFormat) Detect(p *source.Peek) (source.Match, error) {
	chosen, _ := choose(discover(p), results)
	switch len(chosen) {
	case 0:
		return source.Match{Reason: "no JSON file that is a list of records with image_id and category_id"}, nil
	case 1:
		sure := source.Sure
		if p.Dir {
			sure = source.Likely // of a folder it is seldom all
		}
		return source.Match{Confidence: sure, Reason: fmt.Sprintf("%s is a list of results", source.Show(chosen[0].name))}, nil
	}
	return source.Match{Confidence: source.Possible, Reason: fmt.Sprintf("%s and %d more are lists of results; name one of them", source.Show(chosen[0].name), len(chosen)-1)}, nil
}

// resultsOrigin is the Origin of a dataset of results.
type resultsOrigin struct {
	// reference is the instances file that named images and classes, or empty.
	reference string
	// ids spell the ids of classes, as idText does.
	ids map[string]string
}

// resultsFile returns the file of a source.
func resultsFile(name string) (abs string, err error) {
	abs, p, err := look(name)
	if err != nil || !p.Dir {
		return abs, err
	}
	chosen, _ := choose(discover(p), results)
	if len(chosen) != 1 {
		return "", fmt.Errorf("%s holds %d files with COCO results, and one of them is read at a time; name it", source.Show(name), len(chosen))
	}
	return filepath.Join(abs, filepath.FromSlash(chosen[0].name)), nil
}

// Read returns the predictions in a file, or in a folder with one such file.
func (resultsFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	abs, err := resultsFile(name)
	if err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: nameOf(abs, false), Source: abs, Format: "coco-results", Predictions: true}
	r, err := newReader(ds, o, []file{{name: filepath.Base(abs), what: results}})
	if err != nil {
		return nil, err
	}
	if err := r.readResults(ctx, abs); err != nil {
		return nil, fmt.Errorf("%s: %w", source.Show(filepath.Base(abs)), err)
	}
	origin := &resultsOrigin{ids: map[string]string{}}
	ds.Origin = origin
	base := filepath.Dir(abs)
	ref, err := r.findReference(ctx, base)
	if err != nil {
		return nil, err
	}
	if ref != nil {
		origin.reference = ref.file
		base = filepath.Dir(ref.file)
		r.refer(ref, origin)
	} else {
		r.nameByIDs(base, origin)
	}
	if err := r.place(base, false); err != nil {
		return nil, err
	}
	r.settle()
	ds.Predictions = true
	return r.Done(o)
}

func (r *reader) readResults(ctx context.Context, abs string) error {
	f, err := os.Open(abs)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r.size, r.from = info.Size(), -1
	r.imageIDs, r.categoryIDs = newNumbering(&r.imageSlots), newNumbering(&r.classSlots)
	list := false
	return jsontext.Stream(ctx, f, jsontext.Handler{
		Begin: func(key string, _ int64) error {
			if list = key == ""; !list {
				return errors.New("it is an object, and COCO results are a list of records with image_id, category_id, bbox and score")
			}
			return nil
		},
		Element: func(_ string, i int, n jsontext.Node) error {
			r.annotation(0, i, n)
			return nil
		},
		Value: func(string, jsontext.Node) error {
			return errors.New("it is an object, and COCO results are a list of records with image_id, category_id, bbox and score")
		},
	})
}

// reference is what an instances file says of images and classes.
type reference struct {
	file       string
	split      string
	images     []rawImage
	categories []category
}

type category struct{ id, name string }

// findReference returns the instances file near the folder that lists most of
// the images, if one lists half of them.
func (r *reader) findReference(ctx context.Context, folder string) (*reference, error) {
	var best *reference
	most := 0
	seen := map[string]bool{}
	for _, dir := range []string{folder, filepath.Dir(folder)} {
		p, err := source.NewPeek(dir)
		if err != nil {
			continue
		}
		chosen, _ := choose(discover(p), instances)
		for _, f := range chosen {
			full := filepath.Join(dir, filepath.FromSlash(f.name))
			if seen[full] {
				continue
			}
			seen[full] = true
			ref, err := readReference(ctx, full)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				continue // it is no COCO file after all
			}
			ref.split = f.split
			hits := 0
			for _, im := range ref.images {
				if r.knows(im.id) {
					hits++
				}
			}
			if hits > most && 2*hits >= r.imageSlots {
				best, most = ref, hits
			}
		}
	}
	return best, nil
}

// knows reports whether an image id was met.
func (r *reader) knows(id string) bool {
	if v, ok := canonical(id); ok {
		if v >= 0 && v < smallID {
			return v < int64(len(r.imageIDs.small)) && r.imageIDs.small[v] > 0
		}
		_, ok := r.imageIDs.ints[v]
		return ok
	}
	_, ok := r.imageIDs.texts[id]
	return ok
}

func readReference(ctx context.Context, file string) (*reference, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ref := &reference{file: file}
	ended := map[string]bool{}
	err = jsontext.Stream(ctx, f, jsontext.Handler{
		Element: func(key string, _ int, n jsontext.Node) error {
			id := n.Get("id")
			if !scalar(id) {
				return nil
			}
			switch key {
			case "images":
				ref.images = append(ref.images, rawImage{name: imageName(n), id: idText(id), width: side(n.Get("width")), height: side(n.Get("height"))})
			case "categories":
				name, ok := n.Get("name").Text()
				if !ok || name == "" {
					name = idText(id)
				}
				ref.categories = append(ref.categories, category{idText(id), name})
			}
			return nil
		},
		End: func(key string, _ int64) error {
			if ended[key] = true; ended["images"] && ended["categories"] {
				return errEnough
			}
			return nil
		},
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return ref, nil
}

// refer takes images and classes from an instances file.
func (r *reader) refer(ref *reference, origin *resultsOrigin) {
	r.files = []file{{name: filepath.Base(ref.file), split: ref.split}}
	for _, im := range ref.images {
		slot, fresh := r.imageIDs.text(im.id)
		if fresh {
			r.imageOf, r.imageID = append(r.imageOf, -1), append(r.imageID, "")
		}
		if r.imageOf[slot] < 0 {
			r.imageOf[slot] = len(r.images)
		}
		r.images = append(r.images, im)
	}
	for _, c := range ref.categories {
		slot, fresh := r.categoryIDs.text(c.id)
		if fresh {
			r.classOf, r.classID = append(r.classOf, -1), append(r.classID, c.name)
		}
		if r.classOf[slot] < 0 {
			r.define(slot, c.name)
			if _, twice := origin.ids[c.name]; !twice {
				origin.ids[c.name] = c.id
			}
		}
	}
}

// nameByIDs makes images and classes of the ids.
func (r *reader) nameByIDs(base string, origin *resultsOrigin) {
	root, album := base, (*source.Album)(nil)
	var names []string
	for _, id := range r.imageID[:min(len(r.imageID), 30)] {
		names = append(names, id, padded(id))
	}
	if found, err := source.PictureRoot(r.o, base, names); err == nil {
		root = found
	}
	album = source.OpenAlbum(root)
	for slot, id := range r.imageID {
		name := id
		if _, ok := album.Find(id); !ok {
			if p, ok := album.Find(padded(id)); ok {
				name = p
			}
		}
		if name == "" {
			name = "unnamed"
		}
		r.imageOf[slot] = len(r.images)
		r.images = append(r.images, rawImage{name: name, id: id})
	}
	first := 1
	for _, id := range r.classID {
		if id == "0" {
			first = 0
		}
	}
	for slot, id := range r.classID {
		if len(r.o.Classes) > 0 {
			v, ok := canonical(id)
			if ok && v >= int64(first) && v < int64(first+len(r.o.Classes)) {
				r.classOf[slot] = int(v) - first
				origin.ids[r.Classes[r.classOf[slot]]] = id
			}
			continue
		}
		if id == "" {
			continue
		}
		r.classOf[slot], _ = r.Class(id, false)
		origin.ids[id] = id
	}
	if len(r.o.Classes) > 0 {
		for i, name := range r.o.Classes {
			if _, ok := origin.ids[name]; !ok {
				origin.ids[name] = fmt.Sprint(i + first)
			}
		}
	}
}

// padded spells an image id as COCO names its pictures.
func padded(id string) string {
	if v, ok := canonical(id); ok && v >= 0 {
		return fmt.Sprintf("%012d", v)
	}
	return id
}

// Patch works out the edits of the file of results.
func (f resultsFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	out := &source.Patch{Root: filepath.Dir(ds.Source)}
	if len(changes) == 0 {
		return out, nil
	}
	origin, ok := ds.Origin.(*resultsOrigin)
	if !ok {
		again, err := f.Read(ctx, ds.Source, source.Options{})
		if err != nil {
			return nil, err
		}
		origin = again.Origin.(*resultsOrigin)
	}
	p := newPatcher(ds, out.Root, []file{{name: filepath.Base(ds.Source), what: results}}, changes)
	p.classes = newCategories()
	for name, id := range origin.ids {
		p.classes.ids[name], p.classes.names[id] = spellID(id), name
	}
	p.ints, p.texts = map[int64]*target{}, map[string]*target{}
	added := false
	for _, im := range ds.Images {
		t := p.targets[im.Path]
		if t == nil {
			continue
		}
		if t.dropped && origin.reference != "" {
			return nil, fmt.Errorf("%s is listed by %s and not by the results; drop it there", source.Show(im.Path), source.Show(filepath.Base(origin.reference)))
		}
		t.file, t.id = 0, spellID(im.ID)
		if v, ok := canonical(im.ID); ok {
			p.ints[v] = t
		} else {
			p.texts[im.ID] = t
		}
		added = added || len(t.added) > 0
	}
	edited, err := p.edit(ctx, "", added)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.Show(p.files[0].name), err)
	}
	if edited != nil {
		out.Files = append(out.Files, *edited)
	}
	return out, p.missed()
}

// spellID spells an id in JSON: a whole number as one.
func spellID(id string) []byte {
	if _, ok := canonical(id); ok {
		return []byte(id)
	}
	return jsontext.Quote(id, !strings.ContainsFunc(id, func(r rune) bool { return r >= 0x80 }))
}
