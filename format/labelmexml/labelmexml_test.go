package labelmexml

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

const street = `<annotation>
  <filename>a.png</filename>
  <folder>street</folder>
  <object>
    <name>car</name>
    <deleted>0</deleted>
    <occluded>no</occluded>
    <attributes/>
    <parts><hasparts>1</hasparts><ispartof></ispartof></parts>
    <id>0</id>
    <polygon>
      <username>ann</username>
      <pt><x>1</x><y>2</y></pt>
      <pt><x>9</x><y>2</y></pt>
      <pt><x>9</x><y>7.5</y></pt>
    </polygon>
  </object>
  <object><name>dog</name><deleted>1</deleted><id>1</id><polygon><pt><x>1</x><y>2</y></pt></polygon></object>
  <object>
    <name>wheel</name>
    <id>4</id>
    <type>bounding_box</type>
    <polygon>
      <username>bob</username>
      <pt><x>5</x><y>3</y></pt>
      <pt><x>5</x><y>8</y></pt>
      <pt><x>2</x><y>8</y></pt>
      <pt><x>2</x><y>3</y></pt>
    </polygon>
  </object>
  <object><name>car</name><id>5</id><segm><username>eve</username><mask>a_mask_5.png</mask><scribbles><scribble_name>a_scribble_5.png</scribble_name></scribbles></segm></object>
  <imagesize><nrows>10</nrows><ncols>12</ncols></imagesize>
</annotation>
`

// dir writes the files of two images, one of them without XML file.
func dir(t testing.TB, xml string) string {
	t.Helper()
	spot := image.NewGray(image.Rect(0, 0, 12, 10))
	spot.Set(3, 4, color.White)
	var mask bytes.Buffer
	if err := png.Encode(&mask, spot); err != nil {
		t.Fatal(err)
	}
	picture := formattest.Picture(12, 10)
	return formattest.Plant(t, map[string][]byte{
		"Annotations/street/a.xml": []byte(xml), "Images/street/a.png": picture, "Images/street/b.png": picture, "Images/street/c.png": picture,
		"Annotations/street/c.xml": []byte(strings.ReplaceAll(xml, "a_", "c_")), "Masks/street/a_mask_5.png": mask.Bytes(), "Masks/street/c_mask_5.png": mask.Bytes(), "Scribbles/street/a_scribble_5.png": mask.Bytes(),
	})
}

func TestRead(t *testing.T) {
	ds := formattest.Read(t, Format, dir(t, street))
	if len(ds.Images) != 3 || !reflect.DeepEqual(ds.Images[0], dataset.Image{Path: "Images/street/a.png", Width: 12, Height: 10}) {
		t.Errorf("images are %+v", ds.Images)
	}
	want := []dataset.Annotation{
		{ID: "0", Annotator: "ann", Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 9, 2, 9, 7.5}}}, Attributes: []dataset.Attribute{{Name: "occluded", Value: "no"}, {Name: "hasparts", Value: "1"}}},
		{ID: "4", Class: 1, Annotator: "bob", Geometry: dataset.Box{X: 2, Y: 3, W: 3, H: 5}},
		{ID: "5", Annotator: "eve", Geometry: dataset.NewMask(12, 10, func(x, y int) bool { return x == 3 && y == 4 })},
	}
	if !reflect.DeepEqual(ds.Annotations[:3], want) {
		t.Errorf("annotations are %+v", ds.Annotations)
	}
	if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, "2 objects are marked as deleted") {
		t.Errorf("problems are %+v", ds.Problems)
	}
}

func TestShared(t *testing.T) {
	root := shared.Dir(t, "data", "formats/datumaro-assets/labelme_dataset")
	if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
		t.Errorf("detected as %v", m)
	}
	ds := formattest.Read(t, Format, root)
	kinds := map[string]int{}
	for _, a := range ds.Annotations {
		kinds[reflect.TypeOf(a.Geometry).Name()]++
	}
	if len(ds.Images) != 1 || len(ds.Annotations) != 7 || kinds["Polygon"] != 4 || kinds["Box"] != 1 || kinds["Mask"] != 2 || ds.Images[0].Path != "Images/subset1/img1.png" {
		t.Errorf("%+v, %d annotations, %v", ds.Images, len(ds.Annotations), kinds)
	}
	c := formattest.PatchCase{Format: Format.(source.Patcher), Root: root, Compare: formattest.Comparison{NoUnused: true}, Attribute: dataset.Attribute{Name: "occluded", Value: "yes"}}
	for _, c.Actions = range [][]dataset.Action{{dataset.SetClass}, {dataset.MoveObject}, {dataset.DeleteObject}, {dataset.AddObject}, {dataset.SetAttribute}} {
		c.Patch(t)
	}
}

func TestPatch(t *testing.T) {
	for name, xml := range map[string]string{"LF": street, "CRLF": strings.ReplaceAll(street, "\n", "\r\n"), "one line": strings.ReplaceAll(street, "\n", "")} {
		t.Run(name, func(t *testing.T) {
			formattest.PatchCase{Format: Format.(source.Patcher), Root: dir(t, xml), Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
		})
	}
}

// TestPatchBytes compares whole files.
func TestPatchBytes(t *testing.T) {
	none := dataset.None
	move := func(a int, g dataset.Geometry) dataset.Change {
		return dataset.Change{Action: dataset.MoveObject, Annotation: a, From: none, To: none, Geometry: g}
	}
	for name, c := range map[string]struct {
		change   dataset.Change
		old, new string // pairs, by "|"
	}{
		"class":  {dataset.Change{Action: dataset.SetClass, Annotation: 1, From: 1, To: 0}, "wheel", "car"},
		"delete": {dataset.Change{Action: dataset.DeleteObject, Annotation: 0, From: none, To: none}, "<deleted>0", "<deleted>1"},
		"delete a box": {dataset.Change{Action: dataset.DeleteObject, Annotation: 1, From: none, To: none},
			"<y>3</y></pt>\n    </polygon>\n", "<y>3</y></pt>\n    </polygon>\n    <deleted>1</deleted>\n"},
		"point":      {move(0, dataset.Polygon{Parts: [][]float64{{1, 2, 8, 2, 9, 7.5}}}), "<x>9</x><y>2</y>", "<x>8</x><y>2</y>"},
		"more":       {move(0, dataset.Polygon{Parts: [][]float64{{1, 2, 9, 2, 9, 7.5, 1, 8}}}), "<y>7.5</y></pt>\n", "<y>7.5</y></pt>\n      <pt><x>1</x><y>8.0</y></pt>\n"},
		"fewer":      {move(1, dataset.Polygon{Parts: [][]float64{{5, 3, 5, 8, 2, 8}}}), "    <type>bounding_box</type>\n|      <pt><x>2</x><y>3</y></pt>\n", "|"},
		"box":        {move(1, dataset.Box{X: 2, Y: 3, W: 4, H: 5}), "<pt><x>5</x><y>3</y></pt>|<pt><x>5</x><y>8</y></pt>", "<pt><x>6</x><y>3</y></pt>|<pt><x>6</x><y>8</y></pt>"},
		"attribute":  {dataset.Change{Action: dataset.SetAttribute, Annotation: 0, From: none, To: none, Attribute: dataset.Attribute{Name: "occluded", Value: "yes"}}, "<occluded>no", "<occluded>yes"},
		"attributes": {dataset.Change{Action: dataset.SetAttribute, Annotation: 0, From: none, To: none, Attribute: dataset.Attribute{Name: "attributes", Value: "red"}}, "<attributes/>", "<attributes>red</attributes>"},
	} {
		t.Run(name, func(t *testing.T) {
			root := dir(t, street)
			p, err := Format.(source.Patcher).Patch(t.Context(), formattest.Read(t, Format, root), []dataset.Change{c.change})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			formattest.Content(t, root, "Annotations/street/a.xml", formattest.Replaced(t, street, c.old, c.new))
		})
	}
}

func TestDrop(t *testing.T) {
	root := dir(t, street)
	p, err := Format.(source.Patcher).Patch(t.Context(), formattest.Read(t, Format, root), []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, From: dataset.None, To: dataset.None}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range p.Moves {
		got = append(got, m.From)
	}
	if want := []string{"Annotations/street/a.xml", "Masks/street/a_mask_5.png", "Scribbles/street/a_scribble_5.png", "Images/street/a.png"}; !reflect.DeepEqual(got, want) {
		t.Errorf("dropped %q", got)
	}
}

func TestPatchRefuses(t *testing.T) {
	none := dataset.None
	for name, c := range map[string]struct {
		change dataset.Change
		want   string
	}{
		"mask":      {dataset.Change{Action: dataset.MoveObject, Annotation: 2, From: none, To: none, Geometry: dataset.Box{W: 1, H: 1}}, "draw it in LabelMe"},
		"to a mask": {dataset.Change{Action: dataset.MoveObject, Annotation: 0, From: none, To: none, Geometry: dataset.Box{W: 1, H: 1}.Mask(12, 10)}, "picture of its own"},
		"label":     {dataset.Change{Action: dataset.AddObject, Annotation: none, From: none, To: 0}, "no labels of whole images"},
		"attribute": {dataset.Change{Action: dataset.SetAttribute, Annotation: 0, From: none, To: none, Attribute: dataset.Attribute{Name: "colour", Value: "red"}}, "no attribute"},
		"no file":   {dataset.Change{Action: dataset.AddObject, Annotation: none, Image: 2, From: none, To: 0, Geometry: dataset.Box{W: 1, H: 1}}, "no LabelMe file"},
		"two parts": {dataset.Change{Action: dataset.AddObject, Annotation: none, From: none, To: 0, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}}}}, "one part"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Format.(source.Patcher).Patch(t.Context(), formattest.Read(t, Format, dir(t, street)), []dataset.Change{c.change})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct{ object, want string }{
		"no name":   {"<object><polygon/></object>", "no name"},
		"no points": {"<object><name>a</name><polygon/></object>", "no points"},
		"no number": {"<object><name>a</name><polygon><pt><x>a</x><y>1</y></pt></polygon></object>", "not a number"},
		"nothing":   {"<object><name>a</name></object>", "neither polygon nor segm"},
		"no mask":   {"<object><name>a</name><segm><mask>../../x.png</mask></segm></object>", "no file in Masks"},
		"cut":       {"<object>", "passed over"},
	} {
		t.Run(name, func(t *testing.T) {
			root := dir(t, street)
			if err := os.WriteFile(filepath.Join(root, "Annotations/street/a.xml"), []byte("<annotation>"+c.object+"</annotation>"), 0o666); err != nil {
				t.Fatal(err)
			}
			ds := formattest.Read(t, Format, root)
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
