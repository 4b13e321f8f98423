package voc

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

func TestReadDevkit(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, devkit()))
	want := []dataset.Image{
		{Path: "JPEGImages/a.png", Split: "train", Width: 40, Height: 30},
		{Path: "JPEGImages/b.png", Split: "train", Width: 40, Height: 30},
		{Path: "JPEGImages/c.png", Split: "val"},
	}
	if !reflect.DeepEqual(ds.Images, want) {
		t.Errorf("images are %+v", ds.Images)
	}
	annotations := []dataset.Annotation{
		{Image: 0, Class: 0, Geometry: dataset.Box{X: 1, Y: 2, W: 19.5, H: 10}, Attributes: []dataset.Attribute{{Name: "difficult", Value: "1"}}},
		{Image: 0, Class: 1, Geometry: dataset.Box{X: 5, Y: 5, W: 0, H: 4}, Attributes: []dataset.Attribute{{Name: "colour", Value: "brown"}}},
		{Image: 0, Class: 0, Geometry: dataset.Box{X: 7, Y: 8, W: 10, H: 10}, Attributes: []dataset.Attribute{{Name: "truncated", Value: "0"}}},
		{Image: 1, Class: 1, Geometry: dataset.Box{X: 3, Y: 4, W: 10, H: 20}},
	}
	if !reflect.DeepEqual(ds.Annotations, annotations) {
		t.Errorf("annotations are %+v", ds.Annotations)
	}
	if !slices.Equal(ds.Classes, []string{"cat", "dog"}) {
		t.Errorf("classes are %q", ds.Classes)
	}
	for _, p := range ds.Problems {
		if p.Kind != "" || !strings.Contains(p.Message, "kept in the file") {
			t.Errorf("problem %+v", p)
		}
	}
	if len(ds.Problems) != 2 { // a part, a deleted object
		t.Errorf("%d problems", len(ds.Problems))
	}
}

func TestReadFlat(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, flat()))
	var got []string
	for _, im := range ds.Images {
		got = append(got, im.Path+" "+im.Split)
	}
	if want := []string{"train/a.png train", "train/b.png train", "valid/b.png valid", "valid/c.png valid"}; !slices.Equal(got, want) {
		t.Errorf("images are %q", got)
	}
	ds, err := Format.Read(t.Context(), formattest.Plant(t, flat()), source.Options{Split: "valid"})
	if err != nil || len(ds.Images) != 2 || len(ds.Annotations) != 1 {
		t.Errorf("split valid: %v, %v", ds, err)
	}
}

// TestLayouts reads one object from each layout.
func TestLayouts(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		dir   string
		image string
		split string
	}{
		"annotations and images":      {map[string]string{"annotations/b.xml": oneObject, "images/b.png": picture}, "", "images/b.png", ""},
		"Oxford pets":                 {map[string]string{"annotations/xmls/b.xml": oneObject, "images/b.png": picture}, "", "images/b.png", ""},
		"split below":                 {map[string]string{"annotations/train/b.xml": oneObject, "images/train/b.png": picture, "images/val/b.png": picture}, "", "images/train/b.png", "train"},
		"ImageNet":                    {map[string]string{"Annotations/CLS-LOC/val/n1/b.xml": oneObject, "Data/CLS-LOC/val/n1/b.JPEG": picture}, "", "Data/CLS-LOC/val/n1/b.JPEG", "val"},
		"VOCdevkit":                   {map[string]string{"VOC2007/Annotations/b.xml": oneObject, "VOC2007/JPEGImages/b.png": picture, "VOC2007/ImageSets/Main/test.txt": "b\n"}, "", "VOC2007/JPEGImages/b.png", "test"},
		"the folder Annotations":      {map[string]string{"Annotations/b.xml": oneObject, "JPEGImages/b.png": picture}, "Annotations", "JPEGImages/b.png", ""},
		"pictures beside":             {map[string]string{"xml/b.xml": oneObject, "pictures/b.png": picture}, "xml", "b.png", ""},
		"another annotation folder":   {map[string]string{"Annotations_2/b.xml": oneObject, "JPEGImages/b.png": picture, "ImageSets/Main/train.txt": "b"}, "Annotations_2", "b.png", "train"},
		"only filename leads there":   {map[string]string{"Annotations/1.xml": oneObject, "JPEGImages/b.png": picture}, "", "JPEGImages/b.png", ""},
		"the name of the file counts": {map[string]string{"Annotations/c.xml": oneObject, "JPEGImages/b.png": picture, "JPEGImages/c.png": picture}, "", "JPEGImages/c.png", ""},
		"no picture":                  {map[string]string{"Annotations/c.xml": oneObject}, "", "JPEGImages/c.png", ""},
		"a folder around":             {map[string]string{"x/Annotations/b.xml": oneObject, "x/JPEGImages/b.png": picture}, "", "x/JPEGImages/b.png", ""},
		"only trainval":               {map[string]string{"Annotations/b.xml": oneObject, "JPEGImages/b.png": picture, "ImageSets/Main/trainval.txt": "b"}, "", "JPEGImages/b.png", "trainval"},
		"default is no split":         {map[string]string{"Annotations/b.xml": oneObject, "JPEGImages/b.png": picture, "ImageSets/Main/default.txt": "# list\nb.png"}, "", "JPEGImages/b.png", ""},
		"a list of outlines only":     {map[string]string{"Annotations/b.xml": oneObject, "JPEGImages/b.png": picture, "SegmentationClass/b.png": picture, "ImageSets/Segmentation/val.txt": "b\r\n"}, "", "JPEGImages/b.png", "val"},
		"two folders":                 {map[string]string{"Annotations/b.xml": oneObject, "Annotations_old/b.xml": oneObject, "JPEGImages/b.png": picture}, "", "JPEGImages/b.png", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Plant(t, c.files)
			if c.dir != "" {
				dir += "/" + c.dir
			}
			ds := formattest.Read(t, Format, dir)
			i := imageOf(t, ds, c.image)
			if ds.Images[i].Split != c.split || len(ds.Annotations) != 1 || ds.Annotations[0].Image != i {
				t.Errorf("image %+v, annotations %+v", ds.Images[i], ds.Annotations)
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	box := func(inner string) string {
		return "<annotation><object><name>cat</name><bndbox>" + inner + "</bndbox></object></annotation>"
	}
	for name, c := range map[string]struct {
		xml  string
		want string // of a problem, or of the reason of an invalid box
	}{
		"cut":           {"<annotation><object>", "<object> of line 1 is not closed"},
		"other XML":     {"<html/>", "<html>"},
		"empty":         {"", "no element"},
		"entities":      {"<!DOCTYPE a [<!ENTITY b 'c'>]><annotation/>", "square brackets"},
		"no box":        {"<annotation><object><name>cat</name></object></annotation>", "without bndbox"},
		"rotated":       {"<annotation><object><name>cat</name><robndbox/></object></annotation>", "rotated box"},
		"no name":       {"<annotation><object><bndbox/></object></annotation>", "no name"},
		"no side":       {box("<xmin>1</xmin>"), "no ymin"},
		"no number":     {box("<xmin>1,5</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"), "not a number"},
		"empty number":  {box("<xmin/><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"), "not a number"},
		"not in labels": {"<annotation><object><name>cow</name><bndbox/></object></annotation>", "labelmap.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{
				"labelmap.txt": "# x\nbackground:0,0,0::\ncat:::\ndog:::\n", "Annotations/a.xml": c.xml, "Annotations/b.xml": oneObject, "JPEGImages/a.png": picture, "JPEGImages/b.png": picture,
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
	for name, c := range map[string]struct {
		files      map[string]string
		path, want string
	}{
		"a file":      {map[string]string{"b.xml": oneObject}, "b.xml", "give the folder"},
		"no XML":      {map[string]string{"b.txt": ""}, "", "no XML file"},
		"two folders": {map[string]string{"Annotations_1/b.xml": oneObject, "Annotations_2/b.xml": oneObject}, "", "give the path of one"},
		"other XML":   {map[string]string{"b.xml": "<x/>"}, "", "is a VOC annotation"},
		"nowhere":     {map[string]string{"b.xml": "<x/>"}, "nowhere", "cannot open"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Format.Read(t.Context(), formattest.Plant(t, c.files)+"/"+c.path, source.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		path  string
		want  source.Confidence
	}{
		"devkit":     {devkit(), "", source.Sure},
		"flat":       {flat(), "", source.Sure},
		"VOCdevkit":  {map[string]string{"VOC2007/Annotations/n1/b.xml": oneObject}, "", source.Sure},
		"deep":       {map[string]string{"other/Annotations/b.xml": oneObject}, "", source.Likely},
		"no objects": {map[string]string{"train/b.xml": "<annotation><size><width>1</width></size></annotation>"}, "", source.Sure},
		"one file":   {map[string]string{"b.xml": oneObject}, "b.xml", source.No},
		"LabelMe":    {map[string]string{"b.xml": "<annotation><object><polygon><pt/></polygon></object><imagesize/></annotation>"}, "", source.No},
		"CVAT":       {map[string]string{"b.xml": "<annotations><image/></annotations>"}, "", source.No},
		"pictures":   {map[string]string{"cat/b.png": picture}, "", source.No},
	} {
		t.Run(name, func(t *testing.T) {
			if m := formattest.Detect(t, Format, formattest.Plant(t, c.files)+"/"+c.path); m.Confidence != c.want {
				t.Errorf("%+v", m)
			}
		})
	}
}

// TestGivenClasses takes the list of the person before that of the dataset.
func TestGivenClasses(t *testing.T) {
	files := devkit()
	files["labelmap.txt"] = "cat:::\ndog:::\n"
	ds, err := Format.Read(t.Context(), formattest.Plant(t, files), source.Options{Classes: []string{"dog"}})
	if err != nil {
		t.Fatal(err)
	}
	undefined := 0
	for _, p := range ds.Problems {
		if p.Kind == dataset.UndefinedClass {
			undefined++
		}
	}
	if undefined != 2 || ds.Classes[0] != "dog" {
		t.Errorf("%d undefined, classes %q", undefined, ds.Classes)
	}
}
