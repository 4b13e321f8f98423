package labelme

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func counts(ds *dataset.Dataset) map[string]int {
	out := map[string]int{}
	for i, n := range ds.ClassCounts() {
		out[ds.Classes[i]] = n
	}
	return out
}

func TestReadShared(t *testing.T) {
	for _, c := range []struct {
		dir      []string
		images   int
		counts   map[string]int
		problems int
	}{
		{[]string{"formats", "labelme", "bbox_detection", "data_annotated"}, 3, map[string]int{"person": 6, "bus": 2, "car": 1}, 0},
		{[]string{"formats", "labelme", "classification", "data_annotated"}, 2, map[string]int{"cat": 1, "dog": 1}, 0},
		{[]string{"formats", "labelme", "instance_segmentation", "data_annotated"}, 3, map[string]int{"person": 7, "bottle": 1, "__ignore__": 2, "chair": 1, "sofa": 4, "bus": 2, "car": 1}, 0},
		{[]string{"formats", "labelme", "primitives"}, 1, map[string]int{"rectangle": 2, "polygon": 1, "octagon": 1}, 4},
		{[]string{"formats", "labelme", "video_annotation", "data_annotated"}, 5, map[string]int{"track": 10, "car": 5}, 0},
		{[]string{"voc100-formats", "gts", "labelme_format"}, 5, map[string]int{"person": 3, "aeroplane": 5, "tvmonitor": 1, "train": 2}, 0},
	} {
		t.Run(strings.Join(c.dir, "/"), func(t *testing.T) {
			dir := shared.Dir(t, append([]string{"data"}, c.dir...)...)
			ds := formattest.Read(t, Format, dir)
			got := counts(ds)
			for class, n := range got {
				if n == 0 {
					delete(got, class) // listed in labels.txt
				}
			}
			if len(ds.Images) != c.images || len(ds.Problems) != c.problems || !equal(got, c.counts) {
				t.Errorf("%d images, %v, problems:\n%s", len(ds.Images), got, formattest.Messages(ds))
			}
		})
	}
}

func equal(a, b map[string]int) bool {
	if len(a) != len(b) {
		return false
	}
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return true
}

func TestReadSharedEmbedded(t *testing.T) {
	ds := formattest.Read(t, Format, shared.Dir(t, "data", "voc100-formats", "gts", "labelme_format"))
	for i := range ds.Images {
		im := &ds.Images[i]
		data, err := source.ReadPicture(ds, im)
		if err != nil {
			t.Fatal(err)
		}
		w, h, err := source.SizeOfBytes(data)
		if err != nil || w != im.Width || h != im.Height {
			t.Errorf("%s is %d × %d (%v), the file says %d × %d", im.Path, w, h, err, im.Width, im.Height)
		}
		if n, _, err := source.StatPicture(ds, im); err != nil || n < int64(len(data)) {
			t.Errorf("%s: %d bytes, %v", im.Path, n, err)
		}
	}
}

func TestReadSharedMask(t *testing.T) {
	ds := formattest.Read(t, Format, shared.Dir(t, "data", "formats", "labelme", "primitives"))
	m, ok := ds.Annotations[len(ds.Annotations)-1].Geometry.(dataset.Mask)
	if !ok || m.Check() != nil {
		t.Fatalf("the octagon is %+v", ds.Annotations[len(ds.Annotations)-1])
	}
	at := m.Bounds()
	if want := (dataset.Box{X: 417, Y: 305, W: 100, H: 100}); at != want {
		t.Errorf("the octagon lies at %v, want %v", at, want)
	}
}

// png3 is a PNG of 3 × 2 pixels with the values 0 1 1 / 1 1 0.
const png3 = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAADUlEQVR4nGNgYGQEIQAAGAAFgSYB5QAAAABJRU5ErkJggg=="

// spread holds all kinds of shapes in the ways they are found.
var spread = map[string]string{
	"labels.txt": "__ignore__\n_background_\ncat\ndog\nbird\n",
	"train/a.json": `{
  "version": "5.5.0",
  "flags": {
    "night": true,
    "rain": false
  },
  "shapes": [
    {
      "label": "dog",
      "points": [
        [
          110.50,
          20.0
        ],
        [
          10.25,
          90.0
        ]
      ],
      "group_id": 4,
      "description": "",
      "shape_type": "rectangle",
      "flags": {
        "occluded": true
      },
      "difficult": false
    },
    {
      "label": "caf\u00e9",
      "points": [[1, 2], [30, 2.5], [20, 40]],
      "group_id": null,
      "shape_type": "polygon",
      "flags": {}
    },
    {
      "label": "cat",
      "points": [[5, 6], [7, 7]],
      "group_id": null,
      "shape_type": "mask",
      "flags": {},
      "mask": "` + png3 + `"
    },
    {
      "label": "cat",
      "points": [[50, 10], [60, 10], [60, 30], [50, 30]],
      "shape_type": "oriented_rectangle"
    },
    {
      "label": "cat",
      "points": [[50, 10], [60, 10], [60, 30], [50, 30]],
      "shape_type": "rectangle"
    },
    {"label": "x", "points": [[50, 10], [60, 10]], "shape_type": "circle"},
    {"label": "y", "points": [[50, 10]], "shape_type": "point"},
    {"label": "z", "points": [[50, 10]], "shape_type": "point"}
  ],
  "imagePath": "..\\pictures\\a.png",
  "imageData": null,
  "imageHeight": 100,
  "imageWidth": 200
}`,
	"pictures/a.png": "no picture, but a file",
	"val/b.json":     `{"flags": {}, "shapes": [], "imagePath": "b.jpg", "imageData": null}`,
}

func TestReadSpread(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Put(t, t.TempDir(), spread))
	if got := []string{"cat", "dog", "bird", "night", "rain", "café"}; !slices.Equal(got, ds.Classes) {
		t.Errorf("classes %q", ds.Classes)
	}
	if want := (dataset.Image{Path: "pictures/a.png", Split: "train", Width: 200, Height: 100}); len(ds.Images) != 2 || ds.Images[0].Path != want.Path || ds.Images[0].Split != want.Split || ds.Images[0].Width != 200 || ds.Images[0].Height != 100 {
		t.Errorf("images %+v", ds.Images)
	}
	if ds.Images[1].Path != "val/b.jpg" || ds.Images[1].Split != "val" {
		t.Errorf("second image %+v", ds.Images[1])
	}
	want := []struct {
		class string
		g     dataset.Geometry
	}{
		{"night", nil},
		{"dog", dataset.Box{X: 10.25, Y: 20, W: 100.25, H: 70}},
		{"café", dataset.Polygon{Parts: [][]float64{{1, 2, 30, 2.5, 20, 40}}}},
		{"cat", dataset.MaskOf(200, 100, pixels(200, 100, [2]int{6, 6}, [2]int{7, 6}, [2]int{5, 7}, [2]int{6, 7}))},
		{"cat", dataset.RotatedBox{X: 55, Y: 20, W: 10, H: 20}},
		{"cat", dataset.Box{X: 50, Y: 10, W: 10, H: 20}},
	}
	if len(ds.Annotations) != len(want) {
		t.Fatalf("%d annotations", len(ds.Annotations))
	}
	for i, w := range want {
		a := ds.Annotations[i]
		if ds.Classes[a.Class] != w.class || !reflect.DeepEqual(a.Geometry, w.g) {
			t.Errorf("annotation %d: %s %v, want %s %v", i, ds.Classes[a.Class], a.Geometry, w.class, w.g)
		}
	}
	attrs := []dataset.Attribute{{Name: "group_id", Value: "4"}, {Name: "occluded", Value: "true"}, {Name: "difficult", Value: "false"}}
	if !slices.Equal(ds.Annotations[1].Attributes, attrs) {
		t.Errorf("attributes %v", ds.Annotations[1].Attributes)
	}
	text := formattest.Messages(ds)
	for _, part := range []string{`1 shape of the type "circle" is kept`, `2 shapes of the type "point" are kept`, `undefined-class pictures/a.png train/a.json shape 2: the label "café"`} {
		if !strings.Contains(text, part) {
			t.Errorf("problems do not say %q:\n%s", part, text)
		}
	}
}

func pixels(w, h int, at ...[2]int) []bool {
	out := make([]bool, w*h)
	for _, p := range at {
		out[p[1]*w+p[0]] = true
	}
	return out
}
