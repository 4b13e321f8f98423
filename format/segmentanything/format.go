package segmentanything

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Format reads SA-1B.
var Format source.Format = saFormat{}

type saFormat struct{}

// Info implements [source.Format].
func (saFormat) Info() source.Info {
	return source.Info{
		Name:   "segment-anything",
		Title:  "Segment Anything (SA-1B)",
		Layout: "JSON for each picture with run lengths of its masks, beside the picture",
		Holds:  source.Holds{Masks: true, Attributes: true, IDs: true, Splits: true, Unlabelled: true},
		Notes: []string{
			"Masks have no classes: all are read as the class \"" + class + "\".",
			"predicted_iou and stability_score are attributes. The crop and the points that a mask was made from stay as they are when it is corrected.",
		},
	}
}

const (
	extension = ".json"
	class     = "segment"
	maxSide   = 1 << 20
	maxFile   = 256 << 20
)

// Detect implements [source.Format].
func (saFormat) Detect(p *source.Peek) (source.Match, error) {
	m, _ := jsonfiles.Look(p, match, extension)
	return m, nil
}

func match(o jsonfiles.Outline) source.Match {
	if !o.Has("image.file_name", "annotations") {
		return source.Match{Reason: "it has no image with a file_name and annotations"}
	}
	at := "annotations[]."
	switch {
	case o.Has(at+"segmentation.counts") && o.HasAny(at+"predicted_iou", at+"stability_score", at+"point_coords"):
		return source.Match{Confidence: source.Sure, Reason: "it has an image and masks with a predicted_iou and a stability_score"}
	case o.Has(at + "segmentation.counts"):
		return source.Match{Confidence: source.Likely, Reason: "it has an image and masks as run lengths"}
	case o.Has("image.image_id", "image.width", "image.height") && !o.Has("annotations[]"):
		return source.Match{Confidence: source.Possible, Reason: "it has an image and an empty list of annotations"}
	}
	return source.Match{Reason: "its annotations have no segmentation with counts"}
}

// ours tells the files of a folder that are read from others beside them.
func ours(o jsonfiles.Outline) bool { return match(o).Confidence >= source.Possible }

// parse reads a file.
func parse(full string) (jsontext.Node, error) {
	info, err := os.Stat(full)
	if err != nil {
		return jsontext.Node{}, err
	}
	if info.Size() > maxFile {
		return jsontext.Node{}, fmt.Errorf("it has more than %d MiB, and a file speaks of one picture", maxFile>>20)
	}
	data, err := os.ReadFile(full)
	if err != nil {
		return jsontext.Node{}, err
	}
	n, err := jsontext.Parse(data)
	if err != nil {
		return n, err
	}
	if n.Get("image").Kind() != jsontext.Object {
		return n, errors.New("it has no \"image\", an object with a file_name")
	}
	if name, _ := n.Get("image").Get("file_name").Text(); name == "" {
		return n, errors.New("its image has no file_name")
	}
	if k := n.Get("annotations").Kind(); k != jsontext.Array && k != jsontext.Null && k != jsontext.Invalid {
		return n, errors.New("its annotations are " + k.String() + ", and a list is expected")
	}
	return n, nil
}

func at(s *jsonfiles.Set, file string) string {
	return filepath.Join(s.Base, filepath.FromSlash(file))
}

// facts are the members of an annotation that are not attributes.
var facts = map[string]bool{"id": true, "area": true, "bbox": true, "segmentation": true, "crop_box": true, "point_coords": true}

// annotation reads one element of the list; ok is false for what is no object.
func annotation(n jsontext.Node) (a dataset.Annotation, ok bool) {
	if n.Kind() != jsontext.Object {
		return a, false
	}
	if id := n.Get("id"); id.Kind() == jsontext.Number || id.Kind() == jsontext.String {
		a.ID = id.String()
	}
	if v, ok := n.Get("area").Float(); ok && v > 0 {
		a.Area = v
	}
	a.Geometry = geometry(n)
	for key, v := range n.Members() {
		switch v.Kind() {
		case jsontext.String, jsontext.Number, jsontext.Bool:
			if !facts[key] {
				a.Attributes = append(a.Attributes, dataset.Attribute{Name: key, Value: v.String()})
			}
		}
	}
	return a, true
}

func geometry(n jsontext.Node) dataset.Geometry {
	var stated dataset.Box
	if b := n.Get("bbox"); b.Len() == 4 {
		var v [4]float64
		for i, x := range b.Elements() {
			v[i], _ = x.Float()
		}
		stated = dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
	}
	invalid := func(reason string) dataset.Geometry { return dataset.Invalid{Reason: reason, Stated: stated} }
	w, h, ok := size(n.Get("segmentation"))
	if !ok {
		return invalid("the segmentation has no size [height, width] of a picture")
	}
	counts, ok := n.Get("segmentation").Get("counts").Text()
	if !ok {
		return invalid("the segmentation has no counts")
	}
	m, err := dataset.DecodeRLE(counts, w, h)
	if err != nil {
		return invalid(err.Error())
	}
	m.Stated = stated
	return m
}

func size(segmentation jsontext.Node) (w, h int, ok bool) {
	y, okY := segmentation.Get("size").At(0).Int()
	x, okX := segmentation.Get("size").At(1).Int()
	ok = okX && okY && x > 0 && y > 0 && x <= maxSide && y <= maxSide && x*y <= dataset.MaxMaskPixels
	return int(x), int(y), ok
}
