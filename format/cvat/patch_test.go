package cvat

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

func patchAll(t *testing.T, root string, a dataset.Attribute, sets ...[]dataset.Action) {
	if sets == nil {
		sets = [][]dataset.Action{nil}
	}
	c := formattest.PatchCase{Format: Format.(source.Patcher), Root: root, Attribute: a, Compare: formattest.Comparison{NoUnused: true}}
	for _, c.Actions = range append(sets, []dataset.Action{dataset.SetAttribute}) {
		c.Patch(t)
	}
}

func TestPatch(t *testing.T) {
	for name, text := range map[string]string{"LF": three, "CRLF": strings.ReplaceAll(three, "\n", "\r\n"), "one line": strings.ReplaceAll(three, "\n", "")} {
		t.Run(name, func(t *testing.T) {
			files := task()
			files["annotations.xml"] = text
			patchAll(t, formattest.Plant(t, files), dataset.Attribute{Name: "colour", Value: "<red>"})
		})
	}
	two := map[string]string{"train.xml": three, "test.xml": strings.NewReplacer("a.png", "d.png", "b.png", "e.png", "c.png", "f.png").Replace(three)}
	t.Run("two files", func(t *testing.T) {
		patchAll(t, formattest.Plant(t, two), dataset.Attribute{Name: "z_order", Value: "2"})
	})
}

func TestPatchShared(t *testing.T) {
	patchAll(t, shared.Dir(t, "data", "voc100-formats/gts/cvat_format"), dataset.Attribute{Name: "occluded", Value: "1"})
	few := [][]dataset.Action{{dataset.SetClass, dataset.AddObject, dataset.DropImage}, {dataset.MoveObject}, {dataset.DeleteObject}}
	patchAll(t, shared.Dir(t, "data", "formats/datumaro-assets/cvat_dataset/for_images/export_task"), dataset.Attribute{Name: "a2", Value: "v1"}, few...)
}

// TestPatchBytes compares whole files.
func TestPatchBytes(t *testing.T) {
	none := dataset.None
	move := func(a int, g dataset.Geometry) dataset.Change {
		return dataset.Change{Action: dataset.MoveObject, Annotation: a, From: none, To: none, Geometry: g}
	}
	add := func(class int, g dataset.Geometry) dataset.Change {
		return dataset.Change{Action: dataset.AddObject, Annotation: none, From: none, To: class, Geometry: g}
	}
	set := func(a int, name, value string) dataset.Change {
		return dataset.Change{Action: dataset.SetAttribute, Annotation: a, From: none, To: none, Attribute: dataset.Attribute{Name: name, Value: value}}
	}
	const end = "</tag>\n"
	for name, c := range map[string]struct {
		change   dataset.Change
		old, new string // pairs, by "|"
	}{
		"class":            {dataset.Change{Action: dataset.SetClass, Annotation: 2, From: 1, To: 0}, `<mask label="night &amp; day"`, `<mask label="car"`},
		"new class":        {dataset.Change{Action: dataset.SetClass, Annotation: 2, From: 1, To: 2}, "<mask label=\"night &amp; day\"|        </label>\n      </labels>", "<mask label=\"bus\"|        </label>\n        <label>\n          <name>bus</name>\n          <attributes>\n          </attributes>\n        </label>\n      </labels>"},
		"box":              {move(0, dataset.Box{X: 1, Y: 3, W: 19.5, H: 9.125}), `ytl="2.00" xbr="20.50" ybr="12.00"`, `ytl="3.00" xbr="20.50" ybr="12.125"`},
		"turn a box":       {move(0, dataset.RotatedBox{X: 10.75, Y: 7, W: 19.5, H: 10, Angle: 45}), `ybr="12.00" z_order="0"`, `ybr="12.00" z_order="0" rotation="45"`},
		"turn back":        {move(3, dataset.Box{X: 10, Y: 10, W: 10, H: 4}), ` rotation="30.0"`, ``},
		"turn further":     {move(3, dataset.RotatedBox{X: 15, Y: 12, W: 10, H: 4, Angle: 31.5}), `"30.0"`, `"31.5"`},
		"polygon":          {move(1, dataset.Polygon{Parts: [][]float64{{1, 2, 11, 2, 10, 12.25, 0.5, 1}}}), `"1.00,2.0;10,2;10,12.25"`, `"1.00,2.0;11,2;10,12.25;0.50,1.00"`},
		"polygon to box":   {move(1, dataset.Box{X: 1, Y: 2, W: 3, H: 4}), `<polygon label="car" source="auto" occluded="1" points="1.00,2.0;10,2;10,12.25" group_id="3" z_order="0"/>`, `<box label="car" source="auto" occluded="1" xtl="1" ytl="2" xbr="4" ybr="6" group_id="3" z_order="0"/>`},
		"mask":             {move(2, dataset.Box{X: 2, Y: 1, W: 2, H: 1}.Mask(40, 30)), `rle="1, 2, 1, 2" left="3" top="4" width="3" height="2"`, `rle="0, 2" left="2" top="1" width="2" height="1"`},
		"delete":           {dataset.Change{Action: dataset.DeleteObject, Annotation: 0, From: none, To: none}, strings.SplitAfter(images, "</box>\n")[0][strings.Index(images, "    <box"):], ""},
		"delete a tag":     {dataset.Change{Action: dataset.DeleteObject, Annotation: 4, From: none, To: none}, "    <tag label=\"night &amp; day\" source=\"manual\">\n    </tag>\n", ""},
		"add a box":        {add(0, dataset.Box{X: 1, Y: 2, W: 3.5, H: 4}), end, end + "    <box label=\"car\" source=\"manual\" occluded=\"0\" xtl=\"1.00\" ytl=\"2.00\" xbr=\"4.50\" ybr=\"6.00\" z_order=\"0\">\n    </box>\n"},
		"add a tag":        {add(1, nil), end, end + "    <tag label=\"night &amp; day\" source=\"manual\">\n    </tag>\n"},
		"add a polygon":    {add(0, dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 1.5}}}), end, end + "    <polygon label=\"car\" source=\"manual\" occluded=\"0\" points=\"1,2;3,4;5,1.5\" z_order=\"0\"/>\n"},
		"attribute":        {set(0, "colour", "a & b"), "dark red", "a &amp; b"},
		"attribute inside": {set(1, "group_id", "4"), `group_id="3"`, `group_id="4"`},
		"new attribute":    {set(1, "colour", "red"), `group_id="3" z_order="0"/>`, "group_id=\"3\" z_order=\"0\">\n      <attribute name=\"colour\">red</attribute>\n    </polygon>"},
		"drop":             {dataset.Change{Action: dataset.DropImage, Image: 1, Annotation: none, From: none, To: none}, "<size>3</size>|" + images[strings.Index(images, "  <image id=\"8\""):strings.Index(images, "  <image id=\"9\"")], "<size>2</size>|"},
		"add to an empty image": {dataset.Change{Action: dataset.AddObject, Image: 2, Annotation: none, From: none, To: 0, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}},
			`width="40" height="30"/>`, "width=\"40\" height=\"30\">\n    <box label=\"car\" occluded=\"0\" xtl=\"1\" ytl=\"2\" xbr=\"4\" ybr=\"6\"/>\n  </image>"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Plant(t, task())
			ds := formattest.Read(t, Format, dir)
			ds.Classes = append(ds.Classes, "bus")
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			formattest.Content(t, dir, "annotations.xml", formattest.Replaced(t, three, c.old, c.new))
		})
	}
}

func TestPatchRefuses(t *testing.T) {
	none := dataset.None
	for name, c := range map[string]struct {
		change dataset.Change
		spoil  string
		want   string
	}{
		"parts":   {dataset.Change{Action: dataset.MoveObject, Annotation: 0, From: none, To: none, Geometry: dataset.Polygon{Parts: [][]float64{{1, 1, 2, 2, 3, 1}, {5, 5, 6, 6, 7, 5}}}}, "", "has one part"},
		"size":    {dataset.Change{Action: dataset.MoveObject, Annotation: 0, From: none, To: none, Geometry: dataset.Box{W: 1, H: 1}.Mask(10, 10)}, "", "10×10"},
		"changed": {dataset.Change{Action: dataset.SetClass, Annotation: 0, From: 0, To: 1}, strings.Replace(three, "20.50", "21", 1), "not the object that was read"},
		"gone":    {dataset.Change{Action: dataset.SetClass, Annotation: 0, From: 0, To: 1}, strings.ReplaceAll(three, "a.png", "z.png"), "does not hold the image"},
		"cut":     {dataset.Change{Action: dataset.SetClass, Annotation: 4, From: 1, To: 0}, three[:strings.Index(three, "<tag")] + "</image></annotations>", "does not hold the annotation"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := formattest.Plant(t, task())
			ds := formattest.Read(t, Format, dir)
			if c.spoil != "" {
				if err := os.WriteFile(filepath.Join(dir, "annotations.xml"), []byte(c.spoil), 0o666); err != nil {
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
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, formattest.Plant(t, task())))
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, shared.Dir(t, "data", "voc100-formats/gts/cvat_format")))
}

// TestWriteOthers writes what CVAT cannot spell as it is.
func TestWriteOthers(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, task()))
	ds.Annotations = []dataset.Annotation{
		{Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 2, 0, 2, 2, 0, 2}, {4, 0, 6, 0, 6, 2, 4, 2}}}},
		{Geometry: dataset.Invalid{Stated: dataset.Box{X: 1, Y: 2, W: 3, H: 4}}},
		{Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}, Attributes: []dataset.Attribute{{Name: "occluded", Value: "0"}, {Name: "z_order", Value: "high"}, {Name: "group_id", Value: "4"}}},
	}
	dir := t.TempDir()
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: dir, Dataset: ds}); err != nil {
		t.Fatal(err)
	}
	got := formattest.Read(t, Format, dir)
	ds.Annotations[0].Geometry = ds.Annotations[0].Geometry.(dataset.Polygon).Mask(40, 30)
	ds.Annotations[1].Geometry = dataset.Box{X: 1, Y: 2, W: 3, H: 4}
	for _, d := range formattest.Diff(ds, got, formattest.Comparison{ByBase: true}) {
		t.Error(d)
	}
}
