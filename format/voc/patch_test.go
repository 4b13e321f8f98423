package voc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// patchAll makes every correction, alone and together.
func patchAll(t *testing.T, root, path string, a dataset.Attribute) {
	c := formattest.PatchCase{Format: Format.(source.Patcher), Root: root, Path: path, Compare: formattest.Comparison{NoUnused: true}}
	ds := formattest.Read(t, Format, filepath.Join(root, path))
	ix, most := dataset.NewIndex(ds), 0
	for i := range ds.Images {
		most = max(most, len(ix.Annotations(i)))
	}
	c.Attribute = a
	sets := [][]dataset.Action{{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage}, {dataset.SetAttribute}}
	if most < 3 { // too few objects to correct together
		sets = [][]dataset.Action{{dataset.SetClass, dataset.AddObject, dataset.DropImage}, {dataset.MoveObject}, {dataset.DeleteObject}, {dataset.SetAttribute}}
	}
	for _, c.Actions = range sets {
		c.Patch(t)
	}
}

func TestPatch(t *testing.T) {
	for name, files := range map[string]map[string]string{"devkit": devkit(), "flat": flat()} {
		t.Run(name, func(t *testing.T) {
			patchAll(t, formattest.Plant(t, files), "", dataset.Attribute{Name: "colour", Value: "<red>"})
		})
	}
}

func TestPatchShared(t *testing.T) {
	for _, c := range []struct{ root, path string }{
		{"voc100-formats/gts/imagenet_format", ""},
		{"formats/datumaro-assets/voc_dataset/voc_dataset2", ""}, {"formats/datumaro-assets/roboflow_dataset/voc", ""},
		{"formats/labelme/bbox_detection/data_dataset_voc", ""},
	} {
		t.Run(c.root, func(t *testing.T) {
			patchAll(t, shared.Dir(t, "data", c.root), c.path, dataset.Attribute{Name: "difficult", Value: "2"})
		})
	}
}

// patched makes changes of image and returns the files after them.
func patched(t *testing.T, dir string, changes func(ds *dataset.Dataset) []dataset.Change) {
	t.Helper()
	ds := formattest.Read(t, Format, dir)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes(ds))
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
}

// TestPatchBytes compares whole files.
func TestPatchBytes(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	none := dataset.None
	for name, c := range map[string]struct {
		change   dataset.Change
		old, new string
	}{
		"class": {dataset.Change{Action: dataset.SetClass, Annotation: 1, From: 1, To: 0}, "<name> dog </name>", "<name> cat </name>"},
		"move": {dataset.Change{Action: dataset.MoveObject, Annotation: 0, From: none, To: none, Geometry: dataset.Box{X: 2, Y: 2, W: 18.5, H: 10.25}},
			"<xmin>1.0</xmin>\n\t\t\t<ymin>2</ymin>\n\t\t\t<ymax>12</ymax>", "<xmin>2.0</xmin>\n\t\t\t<ymin>2</ymin>\n\t\t\t<ymax>12.25</ymax>"},
		"delete": {dataset.Change{Action: dataset.DeleteObject, Annotation: 2, From: none, To: none},
			"\t<object>\n\t\t<name>cat</name>\n\t\t<truncated>0</truncated>\n\t\t<bndbox>\n\t\t\t<xmin>7</xmin>\n\t\t\t<ymin>8</ymin>\n\t\t\t<xmax>17</xmax>\n\t\t\t<ymax>18</ymax>\n\t\t</bndbox>\n\t</object>\n", ""},
		"add": {dataset.Change{Action: dataset.AddObject, Annotation: none, From: none, To: 1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4.5}},
			"</object>\n</annotation>", "</object>\n\t<object>\n\t\t<name>dog</name>\n\t\t<truncated>0</truncated>\n\t\t<bndbox>\n\t\t\t<xmin>1</xmin>\n\t\t\t<ymin>2</ymin>\n\t\t\t<xmax>4</xmax>\n\t\t\t<ymax>6.5</ymax>\n\t\t</bndbox>\n\t</object>\n</annotation>"},
		"attribute":       {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, From: none, To: none, Attribute: dataset.Attribute{Name: "colour", Value: "red"}}, "brown", "red"},
		"empty attribute": {dataset.Change{Action: dataset.SetAttribute, Annotation: 0, From: none, To: none, Attribute: dataset.Attribute{Name: "pose", Value: "left"}}, "<pose/>", "<pose>left</pose>"},
		"new attribute":   {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, From: none, To: none, Attribute: dataset.Attribute{Name: "age", Value: "3"}}, "</value></attribute>\n", "</value></attribute>\n\t\t\t<attribute><name>age</name><value>3</value></attribute>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Plant(t, devkit())
			patched(t, dir, func(*dataset.Dataset) []dataset.Change { return []dataset.Change{c.change} })
			if !strings.Contains(threeObjects, c.old) {
				t.Fatal("the test looks for what is not there")
			}
			formattest.Content(t, dir, "Annotations/a.xml", crlf(strings.Replace(threeObjects, c.old, c.new, 1)))
			formattest.Content(t, dir, "Annotations/b.xml", oneObject)
		})
	}
}

func TestDropWithLists(t *testing.T) {
	dir := formattest.Plant(t, devkit())
	patched(t, dir, func(ds *dataset.Dataset) []dataset.Change {
		return []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, Image: imageOf(t, ds, "JPEGImages/b.png"), From: dataset.None, To: dataset.None}}
	})
	formattest.Content(t, dir, "ImageSets/Main/train.txt", "a\n")
	formattest.Content(t, dir, "ImageSets/Main/trainval.txt", "a\nc\n")
	formattest.Content(t, dir, "ImageSets/Main/cat_train.txt", "a  1\n")
	formattest.Content(t, dir, "ImageSets/Layout/train.txt", "")
	if exists(dir, "Annotations/b.xml") || !exists(dir, "JPEGImages/b.png") {
		t.Error("the XML file is there or the picture is not")
	}
}

func TestDropWithoutLists(t *testing.T) {
	dir := formattest.Plant(t, flat())
	patched(t, dir, func(ds *dataset.Dataset) []dataset.Change {
		return []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, Image: imageOf(t, ds, "valid/b.png"), From: dataset.None, To: dataset.None}}
	})
	if exists(dir, "valid/b.xml") || exists(dir, "valid/b.png") || !exists(dir, "train/b.png") {
		t.Error("the files of the image are there, or those of another are not")
	}
}

// TestClassLists corrects the lists of a class that were right before.
func TestClassLists(t *testing.T) {
	dir := formattest.Plant(t, devkit())
	patched(t, dir, func(ds *dataset.Dataset) []dataset.Change {
		return []dataset.Change{
			{Action: dataset.SetClass, Annotation: 3, Image: 1, From: 1, To: 0},
			{Action: dataset.DeleteObject, Annotation: 2, Image: 0, From: dataset.None, To: dataset.None},
		}
	})
	formattest.Content(t, dir, "ImageSets/Main/cat_train.txt", "a  0\nb  1\n")
	formattest.Content(t, dir, "ImageSets/Main/dog_train.txt", "a  1\nb -1\n")
	formattest.Content(t, dir, "ImageSets/Main/cow_train.txt", "a  1\nb -1\n") // was wrong before
}

// TestAddToImageWithoutFile makes an XML file.
func TestAddToImageWithoutFile(t *testing.T) {
	for name, c := range map[string]struct {
		files         map[string]string
		picture, file string
	}{
		"devkit": {devkit(), "JPEGImages/c.png", "Annotations/c.xml"},
		"flat":   {flat(), "valid/c.png", "valid/c.xml"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Plant(t, c.files)
			patched(t, dir, func(ds *dataset.Dataset) []dataset.Change {
				return []dataset.Change{{Action: dataset.AddObject, Annotation: dataset.None, Image: imageOf(t, ds, c.picture), From: dataset.None, To: 1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}}}
			})
			if !exists(dir, c.file) {
				t.Fatalf("%s was not made", c.file)
			}
			ds := formattest.Read(t, Format, dir)
			i := imageOf(t, ds, c.picture)
			last := ds.Annotations[len(ds.Annotations)-1]
			if last.Image != i || last.Geometry != (dataset.Box{X: 1, Y: 2, W: 3, H: 4}) || ds.Images[i].Width != 40 {
				t.Errorf("image %+v, annotation %+v", ds.Images[i], last)
			}
		})
	}
}

func TestPatchRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change dataset.Change
		spoil  string
		want   string
	}{
		"polygon":     {dataset.Change{Action: dataset.MoveObject, Annotation: 0, From: dataset.None, To: dataset.None, Geometry: dataset.Polygon{Parts: [][]float64{{1, 1, 2, 2, 3, 1}}}}, "", "upright boxes only"},
		"whole image": {dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, From: dataset.None, To: 0}, "", "upright boxes only"},
		"changed":     {dataset.Change{Action: dataset.SetClass, Annotation: 0, From: 0, To: 1}, strings.Replace(threeObjects, "20.50", "21", 1), "not the object that was read"},
		"gone":        {dataset.Change{Action: dataset.SetClass, Annotation: 2, From: 0, To: 1}, "<annotation/>", "does not hold"},
		"broken":      {dataset.Change{Action: dataset.SetClass, Annotation: 2, From: 0, To: 1}, "<annotation", "not closed"},
		"attribute":   {dataset.Change{Action: dataset.SetAttribute, Annotation: 0, From: dataset.None, To: dataset.None, Attribute: dataset.Attribute{Name: "pose", Value: " "}}, "", "without blanks"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Plant(t, devkit())
			ds := formattest.Read(t, Format, dir)
			if c.spoil != "" {
				if err := os.WriteFile(filepath.Join(dir, "Annotations/a.xml"), []byte(c.spoil), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestWrite(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, formattest.Plant(t, devkit())))
	for _, path := range []string{"voc100-formats/gts/pascalvoc_format", "voc100-formats/gts/imagenet_format", "formats/datumaro-assets/roboflow_dataset/voc"} {
		t.Run(path, func(t *testing.T) {
			formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, shared.Dir(t, "data", path)))
		})
	}
}

func TestLosses(t *testing.T) {
	ds := &dataset.Dataset{Classes: []string{"a b", "a:b", " c", "d\x01", ""}, Images: []dataset.Image{{Path: "a", Split: "x/y"}, {Path: "b", Split: "train"}}}
	if got := (vocFormat{}).Losses(ds); len(got) != 5 {
		t.Errorf("losses are %q", got)
	}
}
