package cvat

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/xmltext"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// TestShared reads the real datasets; their numbers were counted with grep.
func TestShared(t *testing.T) {
	for path, want := range map[string]struct{ images, annotations, classes, found int }{
		"voc100-formats/gts/cvat_format":                                        {100, 273, 20, 100},
		"voc100-formats/gts/cvat_format/annotations.xml":                        {100, 273, 20, 100},
		"formats/datumaro-assets/cvat_dataset/for_images/export_task":           {2, 2, 3, 2},
		"formats/datumaro-assets/cvat_dataset/for_images/export_task/train.xml": {2, 2, 3, 2},
	} {
		t.Run(path, func(t *testing.T) {
			dir := shared.Dir(t, "data", path)
			if m := formattest.Detect(t, Format, dir); m.Confidence != source.Sure {
				t.Errorf("detected as %v", m)
			}
			ds := formattest.Read(t, Format, dir)
			found := 0
			for i := range ds.Images {
				if _, _, err := source.StatPicture(ds, &ds.Images[i]); err == nil {
					found++
				}
			}
			if len(ds.Images) != want.images || len(ds.Annotations) != want.annotations || len(ds.Classes) != want.classes || found != want.found {
				t.Errorf("%d images, %d annotations, %d classes, %d pictures found", len(ds.Images), len(ds.Annotations), len(ds.Classes), found)
			}
			for _, p := range ds.Problems {
				t.Logf("%+v", p)
			}
		})
	}
}

func TestRead(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, task()))
	images := []dataset.Image{
		{Path: "images/a.png", ID: "7", Split: "train", Width: 40, Height: 30},
		{Path: "images/b.png", ID: "8", Split: "val", Width: 40, Height: 30},
		{Path: "images/c.png", ID: "9", Width: 40, Height: 30},
	}
	if !reflect.DeepEqual(ds.Images, images) {
		t.Errorf("images are %+v", ds.Images)
	}
	// Two rows of three pixels at 3, 4: .## and .##.
	mask := dataset.NewMask(40, 30, func(x, y int) bool { return (x == 4 || x == 5) && y == 4 || (x == 4 || x == 5) && y == 5 })
	want := []dataset.Annotation{
		{Geometry: dataset.Box{X: 1, Y: 2, W: 19.5, H: 10}, Attributes: []dataset.Attribute{{Name: "colour", Value: "dark red"}}},
		{Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 10, 2, 10, 12.25}}}, Attributes: []dataset.Attribute{{Name: "source", Value: "auto"}, {Name: "occluded", Value: "1"}, {Name: "group_id", Value: "3"}}},
		{Class: 1, Geometry: mask},
		{Geometry: dataset.RotatedBox{X: 15, Y: 12, W: 10, H: 4, Angle: 30}},
		{Class: 1},
		{Image: 1, Geometry: dataset.Box{X: 5, Y: 6, W: 2, H: 2}},
	}
	if !reflect.DeepEqual(ds.Annotations, want) {
		t.Errorf("annotations are\n%+v, want\n%+v", ds.Annotations, want)
	}
	if !slices.Equal(ds.Classes, []string{"car", "night & day"}) || len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, "1 polyline") {
		t.Errorf("classes %q, problems %+v", ds.Classes, ds.Problems)
	}
}

// TestSubsets finds pictures of the same name in folders of subsets.
func TestSubsets(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{
		"annotations.xml":    `<annotations><meta/><image id="0" name="a.png" subset="train"/><image id="1" name="a.png" subset="val"/></annotations>`,
		"images/train/a.png": photo, "images/val/a.png": photo,
	}))
	if len(ds.Images) != 2 || ds.Images[0].Path != "images/train/a.png" || ds.Images[1].Path != "images/val/a.png" {
		t.Errorf("images are %+v", ds.Images)
	}
}

func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct{ shape, want string }{
		"no side":        {`<box label="car" xtl="1"/>`, "no ytl"},
		"no number":      {`<box label="car" xtl="a" ytl="1" xbr="2" ybr="2"/>`, "not a number"},
		"bad angle":      {`<box label="car" xtl="1" ytl="1" xbr="2" ybr="2" rotation="?"/>`, "rotation"},
		"no points":      {`<polygon label="car"/>`, "no points"},
		"bad points":     {`<polygon label="car" points="1,2;3"/>`, "two numbers"},
		"short rle":      {`<mask label="car" rle="1" left="0" top="0" width="2" height="2"/>`, "add up to 1"},
		"long rle":       {`<mask label="car" rle="5" left="0" top="0" width="2" height="2"/>`, "behind 0 of 4"},
		"negative rle":   {`<mask label="car" rle="-1, 5" left="0" top="0" width="2" height="2"/>`, "behind 0 of 4"},
		"empty rle":      {`<mask label="car" left="0" top="0" width="2" height="2"/>`, "behind 0 of 4"},
		"mask outside":   {`<mask label="car" rle="4" left="39" top="0" width="2" height="2"/>`, "not inside"},
		"mask too large": {`<mask label="car" rle="4" left="0" top="0" width="99999999999" height="2"/>`, "whole number"},
		"label":          {`<tag label="cow"/>`, "not in the list"},
		"no label":       {`<tag/>`, "no label"},
		"ellipse":        {`<ellipse label="car"/>`, "1 ellipse"},
		"unknown":        {`<blob label="car"/>`, "<blob>"},
		"cut":            {`<tag`, "what comes before is used"},
		"track":          {`</image><track/><image name="y.png">`, "track of a video"},
		"twice":          {`</image><image name="x.png">`, "second time"},
	} {
		t.Run(name, func(t *testing.T) {
			ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{
				"a.xml": "<annotations>" + meta + `<image name="x0.png"/><image name="x.png" width="40" height="30">` + c.shape + `</image></annotations>`,
			}))
			said := ""
			for _, p := range ds.Problems {
				said += p.Message + "\n"
			}
			for _, a := range ds.Annotations {
				if v, ok := a.Geometry.(dataset.Invalid); ok {
					said += v.Reason + "\n"
				}
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("said %q, expected %q", said, c.want)
			}
		})
	}
}

func TestNoDataset(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"video":     {"a.xml", `<annotations><meta/><track id="0"/></annotations>`, "CVAT for images 1.1"},
		"no image":  {"a.xml", `<annotations><meta/></annotations>`, "lists no image"},
		"other XML": {"a.xml", `<annotation><object/></annotation>`, "<annotation>"},
		"no XML":    {"a.txt", "", "no CVAT XML"},
		"entities":  {"a.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><annotations/>", "square brackets"},
	} {
		t.Run(name, func(t *testing.T) {
			path := formattest.Plant(t, map[string]string{c.file: c.text})
			if c.file == "a.xml" {
				path += "/" + c.file
			}
			_, err := Format.Read(t.Context(), path, source.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       source.Confidence
	}{
		"task": {"annotations.xml", three, source.Sure}, "below": {"annotations/x.xml", three, source.Sure},
		"VOC": {"a.xml", "<annotation><object/></annotation>", source.No}, "nothing": {"a.png", photo, source.No},
	} {
		t.Run(name, func(t *testing.T) {
			if m := formattest.Detect(t, Format, formattest.Plant(t, map[string]string{c.file: c.text})); m.Confidence != c.want {
				t.Errorf("%+v", m)
			}
		})
	}
}

// TestMaskSpelling turns masks into run lengths by rows and back.
func TestMaskSpelling(t *testing.T) {
	for name, m := range map[string]dataset.Mask{
		"one":    dataset.NewMask(70, 90, func(x, y int) bool { return x == 69 && y == 89 }),
		"all":    dataset.NewMask(70, 3, func(x, y int) bool { return true }),
		"stripe": dataset.NewMask(130, 9, func(x, y int) bool { return x%3 == 1 }),
		"noise":  dataset.NewMask(129, 67, func(x, y int) bool { return (x*x+3*y*y+x*y)%7 < 3 && x > 5 && y > 6 && x < 100 }),
	} {
		rle, left, top, w, h, err := spellMask(m)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(`<mask rle="%s" left="%d" top="%d" width="%d" height="%d"/>`, rle, left, top, w, h)
		e, err := xmltext.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := geometryOf(e, m.Width, m.Height); !reflect.DeepEqual(got, m) {
			t.Errorf("%s came back another through %.200s", name, text)
		}
	}
}

// TestGivenClasses takes the list of the person before that of the file.
func TestGivenClasses(t *testing.T) {
	ds, err := Format.Read(t.Context(), formattest.Plant(t, task()), source.Options{Classes: []string{"night & day"}})
	if err != nil {
		t.Fatal(err)
	}
	undefined := 0
	for _, p := range ds.Problems {
		if p.Kind == dataset.UndefinedClass {
			undefined++
		}
	}
	if undefined != 4 || ds.Classes[0] != "night & day" {
		t.Errorf("%d undefined, classes %q", undefined, ds.Classes)
	}
}
