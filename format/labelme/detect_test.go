package labelme

import (
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func TestDetect(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{
		"beside/a.json":            spread["val/b.json"],
		"splits/train/a.json":      spread["val/b.json"],
		"apart/annotations/a.json": spread["val/b.json"],
		"deeper/some/a.json":       spread["val/b.json"],
		"coco/annotations/a.json":  `{"images": [], "annotations": [], "categories": []}`,
		"cvat/a.json":              `{"shapes": [{"type": "rectangle", "points": [1, 2, 3, 4]}], "tracks": []}`,
	})
	for name, want := range map[string]source.Confidence{
		"beside": source.Sure, "beside/a.json": source.Sure, "splits": source.Sure, "apart": source.Sure,
		"deeper": source.Likely, "coco": source.No, "cvat": source.No, "cvat/a.json": source.No,
	} {
		if got := formattest.Detect(t, Format, dir+"/"+name).Confidence; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestDetectShared(t *testing.T) {
	root := shared.Dir(t, "data")
	for name, want := range map[string]source.Confidence{
		"formats/labelme/bbox_detection/data_annotated": source.Sure,
		"formats/labelme/bbox_detection":                source.Likely,
		"formats/labelme/primitives":                    source.Sure,
		"voc100-formats/gts/labelme_format":             source.Sure,
		"voc100-formats/gts/coco_format_v1":             source.No,
		"formats/cvat-api":                              source.No,
		"formats/label-studio":                          source.No,
	} {
		if got := formattest.Detect(t, Format, root+"/"+name).Confidence; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestReadBad(t *testing.T) {
	const good = `{"shapes": [{"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "rectangle"}], "imagePath": "b.jpg"}`
	shape := func(s string) string {
		return `{"imageWidth": 10, "imageHeight": 10, "imagePath": "a.jpg", "shapes": [` + s + `]}`
	}
	for name, c := range map[string]struct{ content, want string }{
		"no JSON":         {`{"shapes": [`, "line 1 column 13"},
		"other JSON":      {`{"images": []}`, "1 JSON file that is no label file"},
		"number as shape": {shape(`7`), "no object of JSON"},
		"no label":        {shape(`{"points": [[1, 2]]}`), "without a label"},
		"bad flag":        {`{"imagePath": "a.jpg", "flags": {"a": 1}, "shapes": []}`, "neither true nor false"},
		"no points":       {shape(`{"label": "a", "shape_type": "rectangle"}`), "Invalid its points are no list"},
		"odd points":      {shape(`{"label": "a", "points": [[1, 2], [3]]}`), "Invalid its point 2 is no pair"},
		"three corners":   {shape(`{"label": "a", "points": [[1, 2], [3, 4], [5, 6]], "shape_type": "rectangle"}`), "Invalid a rectangle has 2 or 4 points"},
		"no mask":         {shape(`{"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "mask"}`), "Invalid a mask has two points and a PNG"},
		"mask of letters": {shape(`{"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "mask", "mask": "?"}`), "Invalid its mask is no base64"},
		"mask of a GIF":   {shape(`{"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "mask", "mask": "R0lGODlh"}`), "Invalid its mask is no PNG"},
		"mask too large":  {`{"imageWidth": 2, "imageHeight": 2, "imagePath": "a.jpg", "shapes": [{"label": "a", "points": [[0, 0], [2, 1]], "shape_type": "mask", "mask": "` + png3 + `"}]}`, "larger than the picture"},
		"size too large":  {`{"imageWidth": 1048576, "imageHeight": 1048576, "imagePath": "a.jpg", "shapes": [{"label": "a", "points": [[0, 0], [2, 1]], "shape_type": "mask", "mask": "` + png3 + `"}]}`, "more than the"},
		"mask, no size":   {`{"imagePath": "a.jpg", "shapes": [{"label": "a", "points": [[0, 0], [2, 1]], "shape_type": "mask", "mask": "` + png3 + `"}]}`, "size of the picture"},
		"escaping path":   {`{"imagePath": "../../../../../etc/passwd", "shapes": [{"label": "a", "points": [[0, 0], [2, 1]]}]}`, "image etc/passwd"},
		"same picture":    {strings.Replace(good, "[3, 4]", "[5, 5]", 1), "second label file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Put(t, t.TempDir(), map[string]string{"0.json": c.content, "1.json": good})
			ds := formattest.Read(t, Format, dir)
			text := formattest.Messages(ds)
			for _, a := range ds.Annotations {
				if v, ok := a.Geometry.(dataset.Invalid); ok {
					text += "\nInvalid " + v.Reason
				}
			}
			for _, im := range ds.Images {
				text += "\nimage " + im.Path
			}
			if !strings.Contains(text, c.want) {
				t.Errorf("%q is not in\n%s", c.want, text)
			}
			if n := len(ds.Annotations); n == 0 {
				t.Error("the other file was not read")
			}
		})
	}
	if _, err := Format.Read(t.Context(), formattest.Put(t, t.TempDir(), map[string]string{"a.json": "{"}), source.Options{}); err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("error %v", err)
	}
	if _, err := Format.Read(t.Context(), t.TempDir(), source.Options{}); err == nil || !strings.Contains(err.Error(), "no label file") {
		t.Errorf("error %v", err)
	}
}
