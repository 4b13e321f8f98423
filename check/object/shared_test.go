package object

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/internal/shared"
)

// builder makes a dataset of a few records.
type builder struct {
	dataset.Dataset
	classes map[string]int
}

func (b *builder) class(name string) int {
	if b.classes == nil {
		b.classes = map[string]int{}
	}
	c, ok := b.classes[name]
	if !ok {
		c = len(b.Classes)
		b.classes[name] = c
		b.Classes = append(b.Classes, name)
	}
	return c
}

// bccd reads the boxes of a folder of VOC files.
func bccd(t *testing.T, folder string) *dataset.Dataset {
	files, err := filepath.Glob(filepath.Join(shared.Dir(t, "data", "bccd", folder), "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	slices.Sort(files)
	var b builder
	for i, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Width  int `xml:"size>width"`
			Height int `xml:"size>height"`
			Object []struct {
				Name string  `xml:"name"`
				Xmin float64 `xml:"bndbox>xmin"`
				Ymin float64 `xml:"bndbox>ymin"`
				Xmax float64 `xml:"bndbox>xmax"`
				Ymax float64 `xml:"bndbox>ymax"`
			} `xml:"object"`
		}
		if err := xml.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		b.Images = append(b.Images, dataset.Image{Path: strings.TrimSuffix(filepath.Base(path), ".xml"), Width: file.Width, Height: file.Height})
		for _, o := range file.Object {
			b.Annotations = append(b.Annotations, dataset.Annotation{Image: i, Class: b.class(o.Name), Geometry: dataset.Box{
				X: o.Xmin, Y: o.Ymin, W: o.Xmax - o.Xmin, H: o.Ymax - o.Ymin}})
		}
	}
	return &b.Dataset
}

// told lists the findings as rule and image.
func told(ds *dataset.Dataset, r Result) (out []string) {
	for _, f := range r.Findings {
		out = append(out, fmt.Sprint(f.Evidence["rule"], " ", ds.Images[f.Image].Path))
	}
	return out
}

// What the README of the set says is left in it: a box without area and pairs
// of boxes of nearly the same cell.
func TestBloodCells(t *testing.T) {
	for folder, want := range map[string][]string{
		"Annotations_corrected": {
			"no-area BloodImage_00343", "overlapping BloodImage_00251", "overlapping BloodImage_00403",
			"overlapping BloodImage_00100", "overlapping BloodImage_00020", "overlapping BloodImage_00013",
		},
		"Annotations_original": {"no-area BloodImage_00343", "overlapping BloodImage_00403", "overlapping BloodImage_00100"},
	} {
		ds := bccd(t, folder)
		r := Check(ds, dataset.NewIndex(ds), Columns{}, Options{})
		if got := told(ds, r); !slices.Equal(got, want) || len(r.Suppressed) != 0 {
			t.Errorf("%s: %q, suppressed %v, expected %q", folder, got, r.Suppressed, want)
		}
	}
}

func TestCOCOIsSound(t *testing.T) {
	ds := coco(t)
	r := Check(ds, dataset.NewIndex(ds), Columns{}, Options{})
	want := []string{"sliver 000000000164.jpg", "unlabelled 000000000250.jpg", "unlabelled 000000000508.jpg"}
	if got := told(ds, r); !slices.Equal(got, want) || len(r.Suppressed) != 0 {
		t.Errorf("%q, suppressed %v, expected %q", got, r.Suppressed, want)
	}
}

func coco(t *testing.T) *dataset.Dataset {
	data, err := os.ReadFile(shared.Dir(t, "data", "coco128", "annotations", "instances_train2017.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Images []struct {
			ID, Width, Height int
			FileName          string `json:"file_name"`
		}
		Annotations []struct {
			ImageID      int `json:"image_id"`
			CategoryID   int `json:"category_id"`
			Segmentation json.RawMessage
			BBox         [4]float64
			Crowd        int `json:"iscrowd"`
		}
		Categories []struct {
			ID   int
			Name string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var b builder
	images, classes := map[int]int{}, map[int]int{}
	for i, im := range file.Images {
		images[im.ID] = i
		b.Images = append(b.Images, dataset.Image{Path: im.FileName, Width: im.Width, Height: im.Height})
	}
	for _, c := range file.Categories {
		classes[c.ID] = b.class(c.Name)
	}
	for _, a := range file.Annotations {
		stated := dataset.Box{X: a.BBox[0], Y: a.BBox[1], W: a.BBox[2], H: a.BBox[3]}
		var g dataset.Geometry
		if a.Crowd == 1 {
			var rle struct {
				Size   [2]int
				Counts []uint32
			}
			if err := json.Unmarshal(a.Segmentation, &rle); err != nil {
				t.Fatal(err)
			}
			g = dataset.Mask{Width: rle.Size[1], Height: rle.Size[0], Counts: rle.Counts, Stated: stated}
		} else {
			p := dataset.Polygon{Stated: stated}
			if err := json.Unmarshal(a.Segmentation, &p.Parts); err != nil {
				t.Fatal(err)
			}
			g = p
		}
		b.Annotations = append(b.Annotations, dataset.Annotation{Image: images[a.ImageID], Class: classes[a.CategoryID], Geometry: g, Crowd: a.Crowd == 1})
	}
	return &b.Dataset
}
