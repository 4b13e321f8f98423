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
)

// write makes a file of labels and returns its path.
func write(t *testing.T, content string) string {
	t.Helper()
	return filepath.Join(formattest.Plant(t, map[string]string{"labels.json": content}), "labels.json")
}

func TestReadFrames(t *testing.T) {
	ds := formattest.Read(t, Format, filepath.Join("testdata", "frames.json"))
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
	ds := formattest.Read(t, Format, filepath.Join("testdata", "first"))
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
		{"a label that is a list", `[{"name": "a", "labels": [[]]}]`, "", "label that is no object of JSON"},
		{"no category", `[{"name": "a", "labels": [{"id": 1, "box2d": {}}]}]`, "", "1 label without a category is kept"},
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
		ds := formattest.Read(t, Format, write(t, `[{"name": "a", "labels": [{"id": 1, "category": "x", `+c.shape+`}]}]`))
		g, ok := ds.Annotations[0].Geometry.(dataset.Invalid)
		if !ok || !strings.Contains(g.Reason, c.reason) {
			t.Errorf("%s is read as %+v", c.shape, ds.Annotations[0].Geometry)
		}
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
	got := formattest.Read(t, Format, dir)
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
