package attributes

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

const png = "\x89PNG\r\n\x1a\n"

func describe(ds *dataset.Dataset) []string {
	var out []string
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		line := im.Split + "|" + im.Path
		for _, a := range ix.Annotations(i) {
			line += "|" + ds.Classes[ds.Annotations[a].Class]
		}
		if im.Metadata != nil {
			line += "|" + strings.Join(im.Metadata, " ")
		}
		out = append(out, line)
	}
	for _, p := range ds.Problems {
		out = append(out, fmt.Sprintf("!%s %s %d: %s", p.Kind, p.Image, p.Ordinal, p.Message))
	}
	return out
}

func petaFixture() map[string]string {
	return map[string]string{
		"archive/Label.txt":   "0053 hairBlack  personalFemale\r\nCUHK_1.png hairRed hatNone bald\r\n0099 nobody here\r\n12 hairBlack\r\n",
		"archive/0053_1.jpg":  png,
		"archive/0053_02.bmp": png,
		"archive/CUHK_1.png":  png,
		"archive/12.jpg":      png,
		"archive/unknown.jpg": png,
	}
}

func celebaFixture() map[string]string {
	return map[string]string{
		"Anno/list_attr_celeba.txt":    "3\nBald Young Hat \n000001.jpg -1  1  1\n000003.jpg -1 -1 -1\n000002.jpg  1 -1  1\n",
		"Anno/identity_CelebA.txt":     "000001.jpg 12\n000002.jpg 5\n000004.jpg 7\n",
		"Anno/list_bbox_celeba.txt":    "3\nimage_id x_1 y_1 width height\n000001.jpg 1 2 3 4\n000002.jpg 1 2 3 4\n000004.jpg 1 2 3 4\n",
		"Eval/list_eval_partition.txt": "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n",
		"Img/img_celeba/000001.jpg":    png, "Img/img_celeba/000002.jpg": png, "Img/img_celeba/000003.jpg": png, "Img/img_celeba/000004.jpg": png,
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, path string
		files      map[string]string
		classes    string
		want       []string
	}{
		{"PETA", "", petaFixture(), "bald hairBlack hairRed hatNone here nobody personalFemale", []string{
			"|archive/0053_02.bmp|hairBlack|personalFemale", "|archive/0053_1.jpg|hairBlack|personalFemale", "|archive/12.jpg|hairBlack", "|archive/CUHK_1.png|hairRed|hatNone|bald", "|archive/unknown.jpg",
			"!orphan-annotation  0: The row of 0099 belongs to no picture in its folder.",
			"!  0: 1 of 4 rows label several pictures at once: correcting one of them corrects all of them.",
		}},
		{"CelebA", "", celebaFixture(), "Bald Young Hat", []string{
			"train|Img/img_celeba/000001.jpg|Young|Hat|12", "test|Img/img_celeba/000003.jpg", "val|Img/img_celeba/000002.jpg|Bald|Hat|5", "|Img/img_celeba/000004.jpg|7",
			"!  0: Anno/list_bbox_celeba.txt is not read; it stays as it is.",
		}},
		{"Roboflow", "", map[string]string{"train/_classes.csv": "filename, cat, dog\na.jpg, 1, 0\nb.jpg, 0, 0\n", "valid/_classes.csv": "filename, cat, dog\na.jpg, 1, 1\n", "train/a.jpg": png, "train/b.jpg": png, "valid/a.jpg": png}, "cat dog", []string{
			"train|train/a.jpg|cat", "train|train/b.jpg", "valid|valid/a.jpg|cat|dog",
		}},
		{"a table of words", "t.csv", map[string]string{"t.csv": "image;set;wet;\"cold; dry\"\r\nx;val;True;false\r\ny;;False;\"True\"\r\n", "images/x.png": png, "images/y.png": png}, "wet cold; dry", []string{
			"val|images/x.png|wet", "|images/y.png|cold; dry",
		}},
		{"ImageNet", "", map[string]string{"synsets.txt": "n01 cat\nn02 dog\n", "train.txt": "a.jpg 0 1\nmy dog.jpg 1\nb.jpg 7\nc.jpg\n", "val.txt": "c.jpg 1\n", "images/a.jpg": png, "images/my dog.jpg": png, "images/b.jpg": png, "images/c.jpg": png}, "n01 cat n02 dog 7", []string{
			"train|images/a.jpg|n01 cat|n02 dog", "train|images/my dog.jpg|n02 dog", "train|images/b.jpg|7", "train|images/c.jpg|n02 dog",
			"!undefined-class images/b.jpg 1: The number 7 is that of no class; synsets.txt has 2.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(formattest.Plant(t, c.files), c.path)
			if m := formattest.Detect(t, Format, name); m.Confidence != source.Sure {
				t.Errorf("detected as %+v", m)
			}
			ds, err := Format.Read(t.Context(), name, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(ds); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if got := strings.Join(ds.Classes, " "); got != c.classes {
				t.Errorf("classes %q, want %q", got, c.classes)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"paths and labels":  {"t.csv": "path,label\na.jpg,1\nb.jpg,0\n"},
		"numbers":           {"t.csv": "path,a,b\na.jpg,1,0\nb.jpg,3,0\n"},
		"two tables":        {"t.csv": "path,a,b\na.jpg,1,0\nb.jpg,1,0\n", "u.csv": "path,a,b\na.jpg,1,0\nb.jpg,1,0\n"},
		"two folders":       {"x/t.csv": "path,a,b\na.jpg,1,0\nb.jpg,1,0\n", "y/u.csv": "path,a,b\na.jpg,1,0\nb.jpg,1,0\n"},
		"a column twice":    {"t.csv": "path,a,a\na.jpg,1,0\nb.jpg,1,0\n"},
		"notes":             {"Label.txt": "Some notes: these labels\nare (not) much.\n"},
		"YOLO":              {"labels/a.txt": "0 0.5 0.5 1 1\n", "images/a.jpg": png},
		"a list by numbers": {"train.txt": "a.jpg 0\n"},
		"the wrong count":   {"list_attr_celeba.txt": "2\na b\nx.jpg 1 -1\ny.jpg 1\n"},
	} {
		root := formattest.Plant(t, files)
		if m := formattest.Detect(t, Format, root); m.Confidence > source.Possible {
			t.Errorf("%s: detected as %+v", name, m)
		}
		if _, err := Format.Read(t.Context(), root, source.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReadShared(t *testing.T) {
	const assets = "data/formats/datumaro-assets/"
	for _, c := range []struct {
		path                         string
		images, annotations, classes int
	}{
		{"data/peta", 2338, 35250, 94},
		{"data/peta/CAVIAR4REID", 1220, 18650, 68},
		{"data/peta/i-LID", 477, 7071, 75},
		{"data/peta/TownCentre/archive", 218, 3276, 50},
		{"data/peta/MIT/archive/Label.txt", 423, 6253, 88},
		{assets + "celeba_dataset/dataset", 5, 4, 8},
		{assets + "align_celeba_dataset/dataset", 5, 4, 8},
		{assets + "kaggle_dataset/image_csv_multi_label/ann.csv", 6, 9, 3},
		{assets + "kaggle_dataset/image_csv_multi_label/ann_wo_ext.csv", 6, 9, 3},
		{assets + "roboflow_dataset/multiclass", 3, 4, 2},
		{assets + "imagenet_txt_dataset/basic", 4, 4, 10},
		{assets + "imagenet_txt_dataset/custom_labels", 1, 1, 10},
	} {
		t.Run(c.path, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), shared.Dir(t, c.path), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Classes) != c.classes {
				t.Errorf("%d images, %d annotations, %d classes; want %d, %d, %d", len(ds.Images), len(ds.Annotations), len(ds.Classes), c.images, c.annotations, c.classes)
			}
		})
	}
}

func TestPatch(t *testing.T) {
	for _, c := range []struct {
		name, path, image string
		files             map[string]string
		maxOld            int
	}{
		{"PETA by picture", "archive", "CUHK_1.png", map[string]string{"archive/Label.txt": "CUHK_1.png b d  f\n12 a c e g\n", "archive/CUHK_1.png": png, "archive/12.jpg": png}, 40},
		{"CelebA", "", "Img/img_celeba/000001.jpg", map[string]string{
			"list_attr_celeba.txt": "2\nBald Young Hat Tie\n000001.jpg -1  1 -1  1\n000003.jpg -1 -1  1 -1\n", "list_eval_partition.txt": "000001.jpg 0\n000003.jpg 2\n", "Img/img_celeba/000001.jpg": png, "Img/img_celeba/000003.jpg": png,
		}, 80},
		{"Roboflow", "", "train/a.jpg", map[string]string{"train/_classes.csv": "filename, cat, dog, elk, fox\r\na.jpg, 1, 0, 1, 0\r\nb.jpg, 0, 0, 1, 0", "train/a.jpg": png, "train/b.jpg": png}, 30},
		{"a table of words", "t.csv", "a.jpg", map[string]string{"t.csv": "\xef\xbb\xbfimage,wet,dry,\"c,d\",e\na,True,\"False\",True,False\nb,False,False,True,True\nc,False,False,True,True\n", "a.jpg": png, "b.jpg": png, "c.jpg": png}, 30},
		{"ImageNet", "", "images/a.jpg", map[string]string{"synsets.txt": "a\nb\nc\nd\ne\n", "train.txt": "a.jpg 0 2\nb.jpg  4\n", "images/a.jpg": png, "images/b.jpg": png}, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, list := range [][]dataset.Action{{dataset.SetClass}, {dataset.DeleteObject}, {dataset.AddObject}, {dataset.DropImage}} {
				formattest.PatchCase{
					Format: Format.(source.Patcher), Root: formattest.Plant(t, c.files), Path: c.path, Image: c.image, Actions: list, MaxOld: c.maxOld,
					Compare: formattest.Comparison{AnyOrder: true, NoUnused: true},
				}.Patch(t)
			}
		})
	}
}

// edit applies changes to a copy of the files and returns one of them.
func edit(t *testing.T, files map[string]string, name string, change func(ds *dataset.Dataset) []dataset.Change) (string, error) {
	t.Helper()
	root := formattest.Plant(t, files)
	ds, err := Format.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, change(ds))
	if err != nil {
		return "", err
	}
	formattest.Apply(t, p)
	again, err := Format.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	said, err := p.Applied()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range formattest.Diff(again, said, formattest.Comparison{AnyOrder: true, NoUnused: true}) {
		t.Errorf("read again (first), the dataset differs from what the patch says: %s", d)
	}
	got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(got), nil
}

// of makes a change of the label n of an image.
func of(ds *dataset.Dataset, action dataset.Action, image string, n int, to string) dataset.Change {
	ix := dataset.NewIndex(ds)
	i, ok := ix.Image(image)
	if !ok {
		panic(image)
	}
	c := dataset.Change{Action: action, Image: i, Annotation: dataset.None, From: dataset.None, To: slices.Index(ds.Classes, to)}
	if action == dataset.SetClass || action == dataset.DeleteObject {
		c.Annotation = ix.Annotations(i)[n]
	}
	if action == dataset.SetClass {
		c.From = ds.Annotations[c.Annotation].Class
	}
	if err := c.Check(ds); err != nil {
		panic(err)
	}
	return c
}

func TestPatchBytes(t *testing.T) {
	const a, b = "archive/0053_1.jpg", "archive/0053_02.bmp"
	for _, c := range []struct {
		name, file, want string
		files            map[string]string
		changes          func(ds *dataset.Dataset) []dataset.Change
	}{
		{"a shared row changes once", "archive/Label.txt", "0053 hairRed\r\nCUHK_1.png hairRed hatNone bald\r\n0099 nobody here\r\n12 hairBlack\r\n", petaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.SetClass, a, 0, "hairRed"), of(ds, dataset.SetClass, b, 0, "hairRed"), of(ds, dataset.DeleteObject, b, 1, "")}
		}},
		{"one picture of a shared row", "archive/Label.txt", "0053  personalFemale\r\nCUHK_1.png hairRed hatNone bald\r\n0099 nobody here\r\n12 hairBlack\r\n", petaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.SetClass, a, 0, "personalFemale")}
		}},
		{"a shared row stays when one of its pictures goes", "archive/Label.txt", petaFixture()["archive/Label.txt"], petaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.DropImage, a, 0, "")}
		}},
		{"and goes with the last", "archive/Label.txt", "CUHK_1.png hairRed hatNone bald\r\n0099 nobody here\r\n12 hairBlack\r\n", petaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.DropImage, a, 0, ""), of(ds, dataset.DropImage, b, 0, "")}
		}},
		{"a picture without a row", "archive/Label.txt", petaFixture()["archive/Label.txt"] + "unknown.jpg bald hairRed\r\n", petaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.AddObject, "archive/unknown.jpg", 0, "bald"), of(ds, dataset.AddObject, "archive/unknown.jpg", 0, "hairRed")}
		}},
		{"columns stay aligned", "Anno/list_attr_celeba.txt", "3\nBald Young Hat \n000001.jpg  1 -1 -1\n000003.jpg -1  1 -1\n000002.jpg  1 -1  1\n", celebaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.SetClass, "Img/img_celeba/000001.jpg", 0, "Bald"), of(ds, dataset.DeleteObject, "Img/img_celeba/000001.jpg", 1, ""), of(ds, dataset.AddObject, "Img/img_celeba/000003.jpg", 0, "Young")}
		}},
		{"the count and the other files follow", "Anno/list_bbox_celeba.txt", "2\nimage_id x_1 y_1 width height\n000001.jpg 1 2 3 4\n000004.jpg 1 2 3 4\n", celebaFixture(), func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.DropImage, "Img/img_celeba/000002.jpg", 0, "")}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := edit(t, c.files, c.file, c.changes)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}

func TestPatchRefuses(t *testing.T) {
	const a, b = "archive/0053_1.jpg", "archive/0053_02.bmp"
	for want, changes := range map[string]func(ds *dataset.Dataset) []dataset.Change{
		"contradict each other": func(ds *dataset.Dataset) []dataset.Change {
			return []dataset.Change{of(ds, dataset.SetClass, a, 0, "hairRed"), of(ds, dataset.DeleteObject, b, 0, "")}
		},
		"add it without one": func(ds *dataset.Dataset) []dataset.Change {
			c := of(ds, dataset.AddObject, a, 0, "bald")
			c.Geometry = dataset.Box{W: 1, H: 1}
			return []dataset.Change{c}
		},
	} {
		if _, err := edit(t, petaFixture(), "archive/Label.txt", changes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	_, err := edit(t, celebaFixture(), "Anno/list_attr_celeba.txt", func(ds *dataset.Dataset) []dataset.Change {
		return []dataset.Change{of(ds, dataset.AddObject, "Img/img_celeba/000004.jpg", 0, "Bald")}
	})
	if err == nil || !strings.Contains(err.Error(), "add the row first") {
		t.Errorf("got %v", err)
	}
}

// One attribute of one person in PETA: the bytes of a word change and nothing else.
func TestPatchShared(t *testing.T) {
	dir := shared.Dir(t, "data/peta/MIT/archive")
	ds, err := Format.Read(t.Context(), dir, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	absent := slices.IndexFunc(ds.Classes, func(c string) bool {
		return !slices.ContainsFunc(ds.Annotations, func(a dataset.Annotation) bool { return a.Image == 0 && ds.Classes[a.Class] == c })
	})
	change := of(ds, dataset.SetClass, ds.Images[0].Path, 0, ds.Classes[absent])
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{change})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Files) != 1 || len(p.Files[0].Edits) != 1 || string(p.Files[0].Edits[0].New) != ds.Classes[absent] || len(p.Moves) > 0 {
		t.Errorf("the patch is %+v", p)
	}
	before, err := os.ReadFile(filepath.Join(dir, "Label.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var after bytes.Buffer
	if err := p.Files[0].Apply(t.Context(), &after, bytes.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	if len(after.Bytes())-len(before) != len(ds.Classes[absent])-len(ds.Classes[change.From]) {
		t.Errorf("%d bytes became %d", len(before), after.Len())
	}
}

func TestWrite(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"CelebA": celebaFixture(), "PETA": petaFixture(),
		"odd names": {"t.csv": "image,split,\"a,b\",\"c \"\"d\"\"\"\nx.png,train,1,0\ny.png,test,0,0\n", "x.png": png, "y.png": png},
	} {
		t.Run(name, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), formattest.Plant(t, files), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			formattest.RoundTrip(t, Format.(source.Writer), ds)
		})
	}
}
