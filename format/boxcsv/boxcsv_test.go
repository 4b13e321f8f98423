package boxcsv

import (
	"bytes"
	"fmt"
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

// picture is a PNG.
var picture = string(formattest.Picture(100, 80))

func describe(ds *dataset.Dataset) []string {
	var out []string
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		line := im.Split + "|" + im.Path
		for _, a := range ix.Annotations(i) {
			an := ds.Annotations[a]
			line += "|" + ds.Classes[an.Class]
			switch g := an.Geometry.(type) {
			case dataset.Box:
				line += fmt.Sprintf(" %v,%v %vx%v", g.X, g.Y, g.W, g.H)
			case dataset.Invalid:
				line += " invalid: " + g.Reason
			}
			for _, t := range an.Attributes {
				line += " " + t.Name + "=" + t.Value
			}
			if an.Crowd {
				line += " crowd"
			}
			if an.Score != 0 {
				line += fmt.Sprintf(" score %v", an.Score)
			}
		}
		out = append(out, line)
	}
	for _, p := range ds.Problems {
		out = append(out, fmt.Sprintf("!%s %s%d: %s", p.Kind, strings.TrimLeft(p.Image+" ", " "), p.Ordinal, p.Message))
	}
	return out
}

const openHeader = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n"

func openFixture() map[string]string {
	return map[string]string{
		"train/a1.jpg.png": picture, "train/b2.png": picture, "validation/c3.png": picture, "test/d4.png": picture,
		"annotations/oidv6-train-annotations-bbox.csv": openHeader +
			"b2,xclick,/m/1,1,0.1,0.5,0.25,0.75,0,1,0,0,0\r\n" +
			"b2,xclick,/m/2,1,\"0,2\",\"0,35\",\"0,125\",\"0,5\",0,0,1,0,0\r\n" +
			"gone,xclick,/m/2,1,0.1,0.2,0.3,0.4,0,0,0,0,0\r\n" +
			"b2,activemil,/m/9,1,0.1,0.2,0.3,0.4,-1,-1,0,0,0\r\n",
		"annotations/validation-annotations-bbox.csv":              openHeader + "c3,xclick,/m/1,1,0,1,0,1,0,0,0,0,0\n",
		"annotations/validation-annotations-human-imagelabels.csv": "ImageID,Source,LabelName,Confidence\nc3,verification,/m/2,1\nc3,verification,/m/1,0\n",
		"class-descriptions-boxable.csv":                           "/m/2,\"Cat, small\"\n/m/1,Dog\n",
		"test-images-with-rotation.csv":                            "ImageID,Subset,OriginalURL\nd4,test,x\nnothere,test,x\n",
	}
}

func TestReadOpenImages(t *testing.T) {
	root := formattest.Plant(t, openFixture())
	if m := formattest.Detect(t, OpenImages, root); m.Confidence != source.Sure {
		t.Errorf("detected as %+v", m)
	}
	if m := formattest.Detect(t, Boxes, root); m.Confidence != source.No {
		t.Errorf("the other format detects %+v", m)
	}
	ds, err := OpenImages.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"test|test/d4.png",
		"train|train/b2.png|Dog 10,20 40x40 Source=xclick Confidence=1 IsOccluded=0 IsTruncated=1 IsDepiction=0 IsInside=0|Cat, small 20,10 15x30 Source=xclick Confidence=1 IsOccluded=0 IsTruncated=0 IsDepiction=0 IsInside=0 crowd|/m/9 10,24 10x8 Source=activemil Confidence=1 IsOccluded=-1 IsTruncated=-1 IsDepiction=0 IsInside=0",
		"train|gone",
		"validation|validation/c3.png|Dog 0,0 100x80 Source=xclick Confidence=1 IsOccluded=0 IsTruncated=0 IsDepiction=0 IsInside=0|Cat, small Source=verification",
		"!unreadable gone 0: The boxes of gone are shares of its size, and the picture cannot be read; they were skipped.",
		`!undefined-class train/b2.png 3: The class "/m/9" is not in class-descriptions-boxable.csv.`,
		"! 0: 1 rows say that a class is not in a picture (confidence 0); they are kept in the file and are no labels.",
	}
	if got := describe(ds); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := strings.Join(ds.Classes, "|"); got != "Cat, small|Dog|/m/9" {
		t.Errorf("classes %q", got)
	}
}

func TestReadTables(t *testing.T) {
	const a = "|a.png|car 10,20 30x40|bus 1.5,2 3x4"
	for _, c := range []struct {
		name, table, text string
		want              []string
		confidence        source.Confidence
	}{
		{"TensorFlow", "t.csv", "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,100,80,car,10,20,40,60\na.png,100,80,bus,1.5,2,4.5,6\n", []string{a}, source.Sure},
		{"x, y, w, h with a byte order mark and CRLF", "t.csv", "\xef\xbb\xbfimage_name;label_name;x1;y1;w;h\r\na.png;car;10;20;30;40\r\na.png;bus;1,5;2;3;4", []string{a}, source.Sure},
		{"four in one cell", "t.csv", "image_id,bbox,label\na,\"[10, 20, 40, 60]\",car\na,1.5 2 4.5 6,bus\n", []string{a}, source.Sure},
		{"a corner and a size in one cell", "t.csv", "image_id,bbox,label\na,\"[10, 20, 30, 40]\",car\na,\"(1.5, 2, 3, 1)\",bus\n", []string{"|a.png|car 10,20 30x40|bus 1.5,2 3x1"}, source.Sure},
		{"shares", "t.tsv", "path\tleft\ttop\tright\tbottom\tcategory\na.png\t0.1\t0.25\t0.4\t0.75\tcar\n", []string{"|a.png|car 10,20 30x40"}, source.Sure},
		{"RetinaNet with a picture without objects", "t.csv", "a.png,10,20,40,60,car\nb.png,,,,,\na.png,1.5,2,4.5,6,bus\n", []string{a, "|b.png"}, source.Likely},
		{"Kaggle without a header", "t.txt", "a.png,car,10,20,40,60\na.png,bus,1.5,2,4.5,6\n", []string{a}, source.Likely},
		{"predictions and a split", "t.csv", "file,name,x1,y1,x2,y2,score,subset\na.png,car,10,20,40,60,0.75,val\n", []string{"val|a.png|car 10,20 30x40 score 0.75"}, source.Sure},
		{"no class, other columns, odd cells", "train_boxes.csv", "image,source,xmin,ymin,xmax,ymax\na.png,web,10,20,5,60\na.png,,ten,20,40,60\n,web,1,2,3,4\n../a.png,,1,2,NaN,4\n",
			[]string{"train|a.png|object 10,20 -5x40 source=web|object invalid: xmin is \"ten\", which is no number|object 1,2 NaNx2", "! 0: The row at train_boxes.csv line 4 names no picture and was skipped."}, source.Sure},
		{"an empty class", "t.csv", "filename,class,xmin,ymin,xmax,ymax\na.png,,1,2,3,4\n", []string{"|a.png", "!undefined-class a.png 0: The class of the row is empty; it was skipped."}, source.Sure},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, map[string]string{c.table: c.text, "a.png": picture, "b.png": picture})
			for _, name := range []string{root, filepath.Join(root, c.table)} {
				if m := formattest.Detect(t, Boxes, name); m.Confidence != c.confidence {
					t.Errorf("detected as %+v", m)
				}
				ds, err := Boxes.Read(t.Context(), name, source.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := describe(ds); !slices.Equal(got, c.want) {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			}
		})
	}
}

func TestReadSplits(t *testing.T) {
	const header = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
	root := formattest.Plant(t, map[string]string{
		"train/_annotations.csv": header + "a.png,100,80,car,1,2,3,4\n", "valid/_annotations.csv": header + "a.png,100,80,bus,1,2,3,4\n", "train/a.png": picture, "valid/a.png": picture,
	})
	ds, err := Boxes.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := describe(ds); !slices.Equal(got, []string{"train|train/a.png|car 1,2 2x2", "valid|valid/a.png|bus 1,2 2x2"}) {
		t.Errorf("got %q", got)
	}
}

func TestReadRefuses(t *testing.T) {
	const header = "filename,class,xmin,ymin,xmax,ymax\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"two tables":     {map[string]string{"a.csv": header + "x.png,c,1,2,3,4\n", "b.csv": header + "x.png,c,1,2,3,4\n"}, "holds several tables of boxes (a.csv, b.csv); give the path of one"},
		"no boxes":       {map[string]string{"a.csv": "path,label\nx.png,cat\n"}, "holds no table of boxes"},
		"a header alone": {map[string]string{"a.csv": header}, "holds no table of boxes"},
		"words":          {map[string]string{"a.csv": header + "x.png,c,a,b,c,d\n"}, "holds no table of boxes"},
	} {
		_, err := Boxes.Read(t.Context(), formattest.Plant(t, c.files), source.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestReadShared(t *testing.T) {
	for _, c := range []struct {
		format                       source.Format
		path                         string
		images, annotations, classes int
	}{
		{OpenImages, "data/voc100-formats/gts/openimages_format", 100, 273, 20},
		{Boxes, "data/formats/datumaro-assets/kaggle_dataset/image_csv_det/ann.csv", 3, 6, 2},
		{Boxes, "data/formats/datumaro-assets/kaggle_dataset/image_csv_det/ann2.csv", 3, 6, 2},
		{Boxes, "data/formats/datumaro-assets/kaggle_dataset/image_csv_det/ann3.csv", 3, 6, 2},
		{Boxes, "data/formats/datumaro-assets/kaggle_dataset/image_txt_det/ann.txt", 2 + 1, 6, 2},
	} {
		ds, err := c.format.Read(t.Context(), shared.Dir(t, c.path), source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Classes) != c.classes || len(ds.Problems) > 0 {
			t.Errorf("%s: %d images, %d annotations, %d classes, problems %v", c.path, len(ds.Images), len(ds.Annotations), len(ds.Classes), ds.Problems)
		}
	}
}

// The three tables of Kaggle say the same.
func TestSharedTablesAgree(t *testing.T) {
	var first *dataset.Dataset
	for _, name := range []string{"ann.csv", "ann2.csv", "ann3.csv"} {
		ds, err := Boxes.Read(t.Context(), shared.Dir(t, "data/formats/datumaro-assets/kaggle_dataset/image_csv_det", name), source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = ds
		}
		for _, d := range formattest.Diff(first, ds, formattest.Comparison{}) {
			t.Errorf("%s: %s", name, d)
		}
	}
}

var patchActions = []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.SetAttribute, dataset.DropImage}

func TestPatchOpenImages(t *testing.T) {
	files := openFixture()
	for name, text := range files {
		files[name] = strings.Replace(text, "/m/9", "/m/1", 1)
	}
	formattest.PatchCase{
		Format: OpenImages.(source.Patcher), Root: formattest.Plant(t, files), Actions: patchActions, Image: "train/b2.png",
		Attribute: dataset.Attribute{Name: "IsOccluded", Value: "1"},
	}.Patch(t)
}

func TestPatchTables(t *testing.T) {
	for name, text := range map[string]string{
		"t.csv": "filename,width,height,class,xmin,ymin,xmax,ymax,note\na.png,100,80,\"car\",10,20,40,60,\"x, y\"\na.png,100,80,bus,1.5,2,4.50,6,\nb.png,100,80,bus,1,2,3,4,\na.png,100,80,car,5,5,6,6,z",
		"u.csv": "image_id;bbox;label;note\r\na;[10, 20, 40, 60];car;n\r\na;1.5 2 4.5 6;bus;\r\nb;7 7 9 9;car;\r\na;7 7 9 9;car;",
		"v.csv": "image_name,label,x,y,w,h,note\nb.png,bus,0.1,0.2,0.3,0.4,\na.png,car,0.1,0.25,0.3,0.5,n\na.png,bus,0.5,0.25,0.125,0.5,\na.png,bus,0.5,0.25,0.25,0.5,k\n",
	} {
		t.Run(name, func(t *testing.T) {
			formattest.PatchCase{
				Format: Boxes.(source.Patcher), Root: formattest.Plant(t, map[string]string{name: text, "a.png": picture, "b.png": picture}), Actions: patchActions, Image: "a.png",
				Attribute: dataset.Attribute{Name: "note", Value: "said, \"so\""}, Compare: formattest.Comparison{NoUnused: true},
			}.Patch(t)
		})
	}
}

// What does not change keeps its spelling, also in a cell that does.
func TestPatchBytes(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		change           func(ds *dataset.Dataset) []dataset.Change
	}{
		{"one edge", "filename,class,xmin,ymin,xmax,ymax\na.png,car,010,20.0,40,6e1\n", "filename,class,xmin,ymin,xmax,ymax\na.png,car,010,20.0,41.5,6e1\n", func(*dataset.Dataset) []dataset.Change {
			return []dataset.Change{{Action: dataset.MoveObject, Geometry: dataset.Box{X: 10, Y: 20, W: 31.5, H: 40}, From: -1, To: -1}}
		}},
		{"in one cell", "image,bbox\na.png,\"[010, 20.0,40 ,  60]\"\n", "image,bbox\na.png,\"[010, 21.0,40 ,  60]\"\n", func(*dataset.Dataset) []dataset.Change {
			return []dataset.Change{{Action: dataset.MoveObject, Geometry: dataset.Box{X: 10, Y: 21, W: 30, H: 39}, From: -1, To: -1}}
		}},
		{"decimal commas", "file;label;left;top;right;bottom\na.png;x;\"0,10\";0,25;0,4;0,75\n", "file;label;left;top;right;bottom\na.png;x;\"0,20\";0,25;0,4;0,75\n", func(*dataset.Dataset) []dataset.Change {
			return []dataset.Change{{Action: dataset.MoveObject, Geometry: dataset.Box{X: 20, Y: 20, W: 20, H: 40}, From: -1, To: -1}}
		}},
		{"the last row without its end", "file,label,x1,y1,x2,y2,z\r\na.png,c,1,2,3,4,k", "file,label,x1,y1,x2,y2,z\r\na.png,c,1,2,3,4,k\na.png,c,5,6,7,8,", func(*dataset.Dataset) []dataset.Change {
			return []dataset.Change{{Action: dataset.AddObject, Annotation: -1, Geometry: dataset.Box{X: 5, Y: 6, W: 2, H: 2}, From: -1}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, map[string]string{"t.csv": c.text, "a.png": picture})
			ds, err := Boxes.Read(t.Context(), root, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			p, err := Boxes.(source.Patcher).Patch(t.Context(), ds, c.change(ds))
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			if got, err := os.ReadFile(filepath.Join(root, "t.csv")); err != nil || string(got) != c.want {
				t.Errorf("got %q, want %q (%v)", got, c.want, err)
			}
		})
	}
}

// A picture whose last box is deleted is not in the table any more, and the
// patch says so.
func TestPatchLastBox(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"t.csv": "filename,class,xmin,ymin,xmax,ymax\na.png,car,1,2,3,4\nb.png,car,1,2,3,4\n", "a.png": picture, "b.png": picture})
	ds, err := Boxes.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Boxes.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, From: -1, To: -1}})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	got, err := Boxes.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	said, err := p.Applied()
	if err != nil {
		t.Fatal(err)
	}
	if d := formattest.Diff(got, said, formattest.Comparison{}); len(d) > 0 || len(got.Images) != 1 {
		t.Errorf("%d images, differences %q", len(got.Images), d)
	}
}

func TestPatchRefuses(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"t.csv": "filename,class,xmin,ymin,xmax,ymax\na.png,car,1,2,3,4\n", "a.png": picture})
	ds, err := Boxes.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]dataset.Change{
		"upright boxes only":           {Action: dataset.MoveObject, Geometry: dataset.RotatedBox{X: 1, Y: 1, W: 1, H: 1, Angle: 9}},
		`no column "shade"`:            {Action: dataset.SetAttribute, Attribute: dataset.Attribute{Name: "shade", Value: "x"}},
		"the object has another shape": {Action: dataset.AddObject, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 1}}}},
	} {
		_, err := Boxes.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "t.csv"), []byte("filename,class,xmin,ymin,xmax,ymax\na.png,car,1,2,3,5\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = Boxes.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.SetClass}})
	if err == nil || !strings.Contains(err.Error(), "has changed since it was read") {
		t.Errorf("got %v", err)
	}
}

// The table of voc100-formats is corrected outside of its folder.
func TestPatchShared(t *testing.T) {
	dir := shared.Dir(t, "data/voc100-formats/gts/openimages_format")
	ds, err := OpenImages.Read(t.Context(), dir, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := ds.Annotations[1].Geometry.(dataset.Box)
	changes := []dataset.Change{
		{Action: dataset.SetClass, Annotation: 0, Image: ds.Annotations[0].Image, From: ds.Annotations[0].Class, To: 3},
		{Action: dataset.MoveObject, Annotation: 1, Image: ds.Annotations[1].Image, From: -1, To: -1, Geometry: dataset.Box{X: b.X + 2, Y: b.Y, W: b.W, H: b.H}},
		{Action: dataset.DeleteObject, Annotation: 2, Image: ds.Annotations[2].Image, From: -1, To: -1},
		{Action: dataset.AddObject, Annotation: -1, Image: ds.Annotations[3].Image, From: -1, To: 5, Geometry: dataset.Box{X: 7, Y: 8, W: 50, H: 60}},
		{Action: dataset.DropImage, Annotation: -1, Image: 50, From: -1, To: -1},
	}
	p, err := OpenImages.(source.Patcher).Patch(t.Context(), ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(p.Root, p.Files[0].Name))
	if err != nil {
		t.Fatal(err)
	}
	var after bytes.Buffer
	if err := p.Files[0].Apply(t.Context(), &after, bytes.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	replaced := 0
	for _, e := range p.Files[0].Edits {
		replaced += len(e.Old)
	}
	if replaced > 1200 {
		t.Errorf("%d bytes are replaced", replaced)
	}
	file := filepath.Join(t.TempDir(), "boxes.csv")
	if err := os.WriteFile(file, after.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := OpenImages.Read(t.Context(), file, source.Options{Images: ds.Root})
	if err != nil {
		t.Fatal(err)
	}
	want, err := dataset.Apply(ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range formattest.Diff(got, want, formattest.Comparison{NoSizes: true}) {
		t.Error(d)
	}
}

func TestWrite(t *testing.T) {
	ds, err := OpenImages.Read(t.Context(), formattest.Plant(t, openFixture()), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// A picture that is missing cannot be copied.
	at := slices.IndexFunc(ds.Images, func(im dataset.Image) bool { return im.Path == "gone" })
	if ds, err = dataset.Apply(ds, []dataset.Change{{Action: dataset.DropImage, Image: at, Annotation: -1, From: -1, To: -1}}); err != nil {
		t.Fatal(err)
	}
	formattest.RoundTrip(t, OpenImages.(source.Writer), ds)
	voc, err := OpenImages.Read(t.Context(), shared.Dir(t, "data/voc100-formats/gts/openimages_format"), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	formattest.RoundTrip(t, OpenImages.(source.Writer), voc)
	formattest.RoundTrip(t, Boxes.(source.Writer), voc)
}
