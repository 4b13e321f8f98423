package scalabel

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func read(t *testing.T, path string) *dataset.Dataset {
	t.Helper()
	ds, err := Format.Read(t.Context(), path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

// write makes a file so deep that nothing outside of the test is taken for its
// pictures.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "1", "2", "3", "labels.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadFrames(t *testing.T) {
	ds := read(t, filepath.Join("testdata", "frames.json"))
	if got := strings.Join(ds.Classes, " "); got != "car bus person ghost" {
		t.Errorf("classes are %s", got)
	}
	if got := strings.Join(ds.MetadataColumns, " "); got != "weather lanes videoName" {
		t.Errorf("metadata are %s", got)
	}
	want := []dataset.Image{
		{Path: "v/a.png", Width: 20, Height: 10, Metadata: []string{"clear", "2", "v"}},
		{Path: "b.png", Width: 30, Height: 30, Metadata: []string{"", "", ""}},
		{Path: "c.png", Width: 30, Height: 30, Metadata: []string{"", "", ""}},
	}
	if !slices.EqualFunc(ds.Images, want, func(a, b dataset.Image) bool {
		return a.Path == b.Path && a.Width == b.Width && a.Height == b.Height && slices.Equal(a.Metadata, b.Metadata)
	}) {
		t.Errorf("images are %+v", ds.Images)
	}
	if len(ds.Annotations) != 4 {
		t.Fatalf("there are %d annotations", len(ds.Annotations))
	}
	a := ds.Annotations[0]
	if a.Geometry != (dataset.Box{X: 1.5, Y: 2, W: 2.5, H: 4.25}) || !a.Crowd || a.ID != "007" {
		t.Errorf("the first annotation is %+v", a)
	}
	if !slices.Equal(a.Attributes, []dataset.Attribute{{Name: "occluded", Value: "false"}, {Name: "color", Value: "röd"}}) {
		t.Errorf("its attributes are %v", a.Attributes)
	}
	if p, ok := ds.Annotations[1].Geometry.(dataset.Polygon); !ok || !slices.Equal(p.Parts[0], []float64{2, 3, 8, 3, 8, 7}) || p.Stated != (dataset.Box{X: 2, Y: 3, W: 6, H: 4}) {
		t.Errorf("the second annotation is %+v", ds.Annotations[1])
	}
	if m, ok := ds.Annotations[2].Geometry.(dataset.Mask); !ok || m.Area() != 3 || m.Bounds() != (dataset.Box{X: 1, Y: 2, W: 1, H: 3}) {
		t.Errorf("the third annotation is %+v", ds.Annotations[2])
	}
	var kinds []string
	for _, p := range ds.Problems {
		kinds = append(kinds, string(p.Kind))
		t.Log(p.Message)
	}
	if got := strings.Join(kinds, " "); got != "undefined-class  " {
		t.Errorf("the kinds of problems are %q", got)
	}
	if p := ds.Problems[0]; p.Image != "c.png" || p.Ordinal != 1 {
		t.Errorf("the undefined class is told of %s %d", p.Image, p.Ordinal)
	}
}

func TestReadFirstRelease(t *testing.T) {
	ds := read(t, filepath.Join("testdata", "first"))
	if len(ds.Images) != 2 || len(ds.Annotations) != 4 || ds.Images[0].Split != "train" || ds.Images[1].Path != "x2" {
		t.Fatalf("read %+v", ds)
	}
	if got := ds.Images[1].Metadata; !slices.Equal(got, []string{"rainy", "highway"}) {
		t.Errorf("metadata are %v", got)
	}
	p, ok := ds.Annotations[1].Geometry.(dataset.Polygon)
	if !ok || len(p.Parts) != 1 {
		t.Fatalf("the area is %v", ds.Annotations[1].Geometry)
	}
	part := p.Parts[0]
	if n := len(part); !slices.Equal(part[:4], []float64{0, 0, 6, 0}) || !slices.Equal(part[n-2:], []float64{0, 6}) || n < 10 {
		t.Errorf("the curve is %v", part)
	}
	// The area between the curve and its chord from (6, 0) to (0, 6) is 3/10 of
	// the sum of the cross products of its corners; here it is 13.5.
	if a := p.Area(); math.Abs(a-(18+area([4][2]float64{{6, 0}, {6, 6}, {3, 9}, {0, 6}}))) > 1 {
		t.Errorf("the area is %v", a)
	}
}

// area is that between a cubic curve and its chord, by a sum over many lines.
func area(p [4][2]float64) float64 {
	twice := 0.0
	x0, y0 := p[0][0], p[0][1]
	for k := 1; k <= 10000; k++ {
		x, y := bezier(p, float64(k)/10000)
		twice += x0*y - x*y0
		x0, y0 = x, y
	}
	twice += x0*p[0][1] - p[0][0]*y0
	return math.Abs(twice) / 2
}

// No point of the curve is further from the lines than promised.
func TestFlatten(t *testing.T) {
	for _, c := range []struct {
		points [][2]float64
		types  string
	}{
		{[][2]float64{{0, 0}, {100, 300}, {500, -200}, {700, 40}, {0, 90}}, "LCCLL"},
		{[][2]float64{{0, 0}, {10, 30}, {50, -20}, {70, 40}}, "LCCC"},
		{[][2]float64{{0, 0}, {50, 0}, {80, 60}, {20, 60}}, "LLCC"},
		{[][2]float64{{3, 3}, {3, 3}, {3, 3}, {3, 3}}, "LCCC"},
	} {
		part := flatten(c.points, c.types)
		first := strings.IndexByte(c.types, 'C')
		at := func(i int) [2]float64 { return c.points[i%len(c.points)] }
		p := [4][2]float64{at(first - 1), at(first), at(first + 1), at(first + 2)}
		for k := range 1001 {
			x, y := bezier(p, float64(k)/1000)
			least := math.Inf(1)
			n := len(part) / 2
			for i := range n {
				j := (i + 1) % n
				least = min(least, distance(x, y, part[2*i], part[2*i+1], part[2*j], part[2*j+1]))
			}
			if least > flatness {
				t.Fatalf("%v %s: the curve is %v pixels from its lines at %v, %v", c.points, c.types, least, x, y)
			}
		}
	}
	// Letters that fit to nothing are corners or curves that end at the start.
	for _, types := range []string{"", "C", "CC", "LC", "CCCCCCCC", "LLC"} {
		if got := flatten([][2]float64{{0, 0}, {9, 0}, {9, 9}}, types); len(got) < 4 || len(got)%2 != 0 {
			t.Errorf("%q: %v", types, got)
		}
	}
}

func distance(x, y, x0, y0, x1, y1 float64) float64 {
	dx, dy := x1-x0, y1-y0
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = max(0, min(1, ((x-x0)*dx+(y-y0)*dy)/l))
	}
	return math.Hypot(x-x0-t*dx, y-y0-t*dy)
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, content, fails, problem string }{
		{"no JSON", `{"frames": [{"name": `, "cannot be read", ""},
		{"no frames", `{"images": []}`, "holds no frames", ""},
		{"cut behind a frame", `[{"name": "a", "labels": []}, {"name": `, "", "cannot be read to its end"},
		{"a frame that is a number", `[{"name": "a", "labels": []}, 5]`, "", "frame 2 is left out: it is a number"},
		{"a frame without name", `[{"labels": []}, {"name": "a", "labels": []}]`, "", "frame 1 is left out: it has no name"},
		{"labels that are a text", `[{"name": "a", "labels": "x"}, {"name": "b", "labels": []}]`, "", "its labels are a text"},
		{"a label that is a list", `[{"name": "a", "labels": [[]]}]`, "", "labels that are no objects of JSON"},
		{"no category", `[{"name": "a", "labels": [{"id": 1, "box2d": {}}]}]`, "", "labels without a category"},
		{"two ids", `[{"name": "a", "labels": [{"id": 1, "category": "x"}, {"id": 1, "category": "x"}]}]`, "", "the labels 1 and 2 have the same id 1"},
		{"two records", `[{"name": "a", "labels": []}, {"name": "a", "labels": []}]`, "", "is a further record of the picture a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), write(t, c.content), source.Options{})
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, c.problem) {
				t.Errorf("the problems are %+v", ds.Problems)
			}
		})
	}
}

func TestInvalidShapes(t *testing.T) {
	for _, c := range []struct{ shape, reason string }{
		{`"box2d": {"x1": 1, "y1": 2, "x2": "3", "y2": 4}`, "the box2d has no number x2"},
		{`"poly2d": 7`, "the poly2d is a number"},
		{`"poly2d": [{"vertices": [[1, 2], [3]], "closed": true}]`, "part 1 of the poly2d: vertex 2 is not two numbers"},
		{`"poly2d": [{"types": "L", "closed": true}]`, "has no list of vertices"},
		{`"rle": {"counts": "05", "size": [99999999, 99999999]}`, "the size of the rle"},
		{`"rle": {"counts": "05", "size": [2, 2]}`, "number 2 of the run lengths is 5"},
		{`"rle": {"counts": [1, -1], "size": [2, 2]}`, "number 2 of the run lengths is -1"},
		{`"rle": {"size": [2, 2]}`, "the rle has no counts"},
		{`"index": 3`, "the label has no box2d, poly2d or rle"},
	} {
		ds := read(t, write(t, `[{"name": "a", "labels": [{"id": 1, "category": "x", `+c.shape+`}]}]`))
		g, ok := ds.Annotations[0].Geometry.(dataset.Invalid)
		if !ok || !strings.Contains(g.Reason, c.reason) {
			t.Errorf("%s is read as %+v", c.shape, ds.Annotations[0].Geometry)
		}
	}
}

func TestPatch(t *testing.T) {
	actions := []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}
	attribute := dataset.Attribute{Name: "occluded", Value: "true"}
	for _, c := range []formattest.PatchCase{
		{Root: "testdata", Path: "frames.json"},
		{Root: "testdata", Path: "first"},
		{Root: shared.Dir(t, "data", "formats", "bdd100k"), Path: "example_annotation.json", MaxOld: 10000},
		{Root: shared.Dir(t, "data", "formats", "bdd100k"), Path: "example_ignore_annotation.json"},
		{Root: shared.Dir(t, "data", "formats", "bdd100k", "to_rle"), Path: "test-rle.json", MaxOld: 30000},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases"), Path: "image_list_with_auto_labels.json"},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases"), Path: "kitti_detection.json", MaxOld: 8000},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases"), Path: "waymo_cam_anns.json"},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases", "rles"), Path: "segtrack", MaxOld: 10000},
	} {
		t.Run(c.Path, func(t *testing.T) {
			c.Format, c.Actions, c.Attribute = Format.(source.Patcher), actions, attribute
			if ds := read(t, filepath.Join(c.Root, c.Path)); len(ds.Classes) == 1 {
				c.Actions = actions[1:]
			}
			c.Compare.NoUnused = true // most of the files have no list of classes
			c.Patch(t)
		})
	}
}

// A move to another kind of shape sets what has to be there and empties what
// has to go, and nothing else changes.
func TestMoveToOtherShapes(t *testing.T) {
	const before = `[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 4.0, "x2": 3.0, "y1": 2.0, "x1": 1.0}, "poly2d": [{"vertices": [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0]], "types": "LLL", "closed": true}], "rle": {"counts": "0g1", "size": [5, 11]}, "extra": [1]}]}]`
	for _, c := range []struct {
		name string
		to   dataset.Geometry
		want string
	}{
		{"box", dataset.Box{X: 1, Y: 2, W: 5, H: 2},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 4.0, "x2": 6.0, "y1": 2.0, "x1": 1.0}, "poly2d": null, "rle": null, "extra": [1]}]}]`},
		{"polygon", dataset.Polygon{Parts: [][]float64{{1, 2, 3, 2, 3, 5}}},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 5.0, "x2": 3.0, "y1": 2.0, "x1": 1.0}, "poly2d": [{"vertices": [[1.0, 2.0], [3.0, 2.0], [3.0, 5.0]], "types": "LLL", "closed": true}], "rle": {"counts": "RLE", "size": [5, 11]}, "extra": [1]}]}]`},
		{"polygon of two parts", dataset.Polygon{Parts: [][]float64{{1, 2, 3, 2, 3, 4}, {5, 0, 6, 0, 6, 1.5}}},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 4.0, "x2": 6.0, "y1": 0.0, "x1": 1.0}, "poly2d": [{"vertices": [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0]], "types": "LLL", "closed": true}, {"vertices": [[5.0, 0.0], [6.0, 0.0], [6.0, 1.5]], "types": "LLL", "closed": true}], "rle": {"counts": "RLE", "size": [5, 11]}, "extra": [1]}]}]`},
		{"mask", dataset.Mask{Width: 11, Height: 5, Counts: []uint32{6, 2, 47}},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 3.0, "x2": 2.0, "y1": 1.0, "x1": 1.0}, "poly2d": null, "rle": {"counts": "RLE", "size": [5, 11]}, "extra": [1]}]}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, before)
			ds := read(t, path)
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.MoveObject, Geometry: c.to, From: dataset.None, To: dataset.None}})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var m dataset.Mask
			switch g := c.to.(type) {
			case dataset.Polygon:
				m = g.Mask(11, 5)
			case dataset.Mask:
				m = g
			}
			if want := strings.Replace(c.want, "RLE", m.EncodeRLE(), 1); string(got) != want {
				t.Errorf("the file is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	path := write(t, `[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"x1": 1, "y1": 1, "x2": 2, "y2": 2}, "poly2d": [{"vertices": [[0, 0], [1, 1]], "types": "LL", "closed": false}]}]}]`)
	ds := read(t, path)
	for _, c := range []struct {
		change dataset.Change
		want   string
	}{
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.RotatedBox{W: 1, H: 1}}, "lines that are not closed"},
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 1}}}}, "lines that are not closed"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None}, "no labels of whole images"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Geometry: dataset.RotatedBox{W: 1, H: 1}}, "is a box, a polygon or a mask"},
	} {
		_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: the error is %v", c.change, err)
		}
	}
	if err := os.WriteFile(path, []byte(`[{"name": "a", "labels": []}]`), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject}})
	if err == nil || !strings.Contains(err.Error(), "does not hold the annotation a any more") {
		t.Errorf("of a file that has changed, the error is %v", err)
	}
}

func TestDroppedFileLeaves(t *testing.T) {
	root := filepath.Join(t.TempDir(), "first")
	formattest.CopyTree(t, filepath.Join("testdata", "first"), root)
	ds := read(t, root)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage, Image: 1, Annotation: dataset.None}})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Files) != 0 || len(p.Moves) != 1 || p.Moves[0] != (source.Move{From: "train/x2.json", To: "train/x2.json", Drop: true}) {
		t.Errorf("the patch is %+v", p)
	}
}

func TestSplits(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"labels/det_train.json": `[{"name": "a.png", "labels": []}]`,
		"labels/det_val.json":   `[{"name": "b.png", "labels": [{"id": 1, "category": "x", "box2d": {"x1": 0, "y1": 0, "x2": 1, "y2": 1}}]}]`,
	} {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ds, err := Format.Read(t.Context(), root, source.Options{Split: "val"})
	if err != nil {
		t.Fatal(err)
	}
	if len(ds.Images) != 1 || ds.Images[0].Path != "b.png" || len(ds.Annotations) != 1 {
		t.Fatalf("read %+v", ds)
	}
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject}})
	if err != nil || len(p.Files) != 1 || p.Files[0].Name != "labels/det_val.json" {
		t.Errorf("the patch is %+v, %v", p, err)
	}
}

// everything is a dataset that has all that the format holds.
func everything(t *testing.T) *dataset.Dataset {
	t.Helper()
	root := t.TempDir()
	ds := &dataset.Dataset{
		Name: "all", Root: root, Classes: []string{"car", "unused", "röd \"bus\""}, MetadataColumns: []string{"weather", "n"},
		Images: []dataset.Image{
			{Path: "a.png", Split: "train", Width: 11, Height: 5, Metadata: []string{"clear", ""}},
			{Path: "sub/b.png", Split: "val", Width: 7, Height: 5, Metadata: []string{"", "3"}},
			{Path: "c.png", Split: "val", Width: 1, Height: 1, Metadata: []string{"", ""}},
		},
		Annotations: []dataset.Annotation{
			{Image: 0, ID: "5", Geometry: dataset.Box{X: 0.125, Y: 1.1, W: 3.3, H: 2.2}, Crowd: true, Attributes: []dataset.Attribute{{Name: "crowd", Value: "true"}, {Name: "n", Value: "1.50"}, {Name: "s", Value: "a\"b"}}},
			{Image: 0, Class: 2, ID: "x", Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 1}, {2, 2, 3, 2, 3, 3.5}}}, Score: 0.25},
			{Image: 1, Class: 2, Geometry: dataset.Mask{Width: 7, Height: 5, Counts: []uint32{3, 4, 28}, Stated: dataset.Box{X: 1, Y: 1, W: 2, H: 2}}},
			{Image: 1, Geometry: dataset.Invalid{Reason: "it means nothing"}},
		},
	}
	for _, im := range ds.Images {
		full := filepath.Join(root, filepath.FromSlash(im.Path))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte("a picture"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return ds
}

func TestRoundTrip(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), everything(t))
}

func TestRoundTripKeepsMetadata(t *testing.T) {
	ds := everything(t)
	dir := t.TempDir()
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: dir, Dataset: ds, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	got := read(t, dir)
	if got.Root != dir || got.Images[1].Path != "images/sub/b.png" || !slices.Equal(got.Images[1].Metadata, []string{"", "3"}) || got.Images[0].Metadata[0] != "clear" {
		t.Errorf("read %+v", got.Images)
	}
	if got.Classes[1] != "unused" || len(got.Problems) != 0 {
		t.Errorf("classes %q, problems %v", got.Classes, got.Problems)
	}
	if l := Format.(source.Refuser).Losses(&dataset.Dataset{Images: []dataset.Image{{Split: "fold 1"}, {Split: "val"}}}); len(l) != 1 {
		t.Errorf("losses are %q", l)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"frames.json", "first/train/x1.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"x1": NaN}}]}` + "\n" + `{"name": "b", "labels": null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := write(t, string(data))
		ds, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, nil)
		if err != nil || !p.Empty() {
			t.Fatalf("nothing to change gives %+v, %v", p, err)
		}
		var changes []dataset.Change
		for i, a := range ds.Annotations {
			c := dataset.Change{Annotation: i, Image: a.Image, From: dataset.None, To: dataset.None}
			switch i % 3 {
			case 0:
				c.Action, c.From, c.To = dataset.SetClass, a.Class, (a.Class+1)%len(ds.Classes)
			case 1:
				c.Action, c.Geometry = dataset.MoveObject, dataset.Box{X: 1, Y: 2, W: 3, H: 4}
			default:
				c.Action = dataset.DeleteObject
			}
			changes = append(changes, c)
		}
		p, err = Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			return // such as a file that ends too early
		}
		formattest.Apply(t, p)
		got, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			t.Fatalf("the corrected file cannot be read: %v", err)
		}
		want, err := dataset.Apply(ds, changes)
		if err != nil {
			t.Fatal(err)
		}
		if d := formattest.Diff(got, want, formattest.Comparison{NoUnused: true}); len(d) > 0 {
			t.Errorf("%s\ncorrected (first) differs from what was asked for: %q", data, d)
		}
	})
}
