package masks

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// grays, indices and colours make a PNG of rows of values, as other programs
// write it.
func grays(rows ...[]int) []byte {
	img := image.NewGray(image.Rect(0, 0, len(rows[0]), len(rows)))
	return encoded(img, rows, func(x, y, v int) { img.SetGray(x, y, color.Gray{Y: uint8(v)}) })
}

func grays16(rows ...[]int) []byte {
	img := image.NewGray16(image.Rect(0, 0, len(rows[0]), len(rows)))
	return encoded(img, rows, func(x, y, v int) { img.SetGray16(x, y, color.Gray16{Y: uint16(v)}) })
}

func indices(colours []uint32, rows ...[]int) []byte {
	var p color.Palette
	for _, c := range colours {
		p = append(p, color.NRGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255})
	}
	img := image.NewPaletted(image.Rect(0, 0, len(rows[0]), len(rows)), p)
	return encoded(img, rows, func(x, y, v int) { img.SetColorIndex(x, y, uint8(v)) })
}

func colours(rows ...[]int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, len(rows[0]), len(rows)))
	return encoded(img, rows, func(x, y, v int) {
		img.SetNRGBA(x, y, color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255})
	})
}

func encoded(img image.Image, rows [][]int, set func(x, y, v int)) []byte {
	for y, row := range rows {
		for x, v := range row {
			set(x, y, v)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// photo is any picture.
var photo = colours([]int{1, 2, 3, 4}, []int{5, 6, 7, 8})

// describe spells a dataset: a line for each image with its split and its
// annotations as class@bounds×area, a line for each problem.
func describe(ds *dataset.Dataset) []string {
	var out []string
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		line := im.Split + "|" + im.Path
		for _, a := range ix.Annotations(i) {
			an := ds.Annotations[a]
			b := an.Geometry.Bounds()
			line += fmt.Sprintf("|%s %v,%v %vx%v=%v", ds.Classes[an.Class], b.X, b.Y, b.W, b.H, an.Geometry.Area())
			if an.ID != "" {
				line += " #" + an.ID
			}
			if an.Crowd {
				line += " crowd"
			}
		}
		out = append(out, line)
	}
	for _, p := range ds.Problems {
		out = append(out, fmt.Sprintf("!%s %s %d: %s", p.Kind, p.Place, p.Ordinal, p.Message))
	}
	return out
}

// two rows of four pixels.
func rows(v ...int) [][]int { return [][]int{v[:4], v[4:]} }

func TestRead(t *testing.T) {
	voc := make([]uint32, 256)
	for i := range voc {
		voc[i] = vocColour(i)
	}
	for _, c := range []struct {
		name    string
		files   map[string]string
		classes string
		want    []string
	}{
		{"indices without a list", map[string]string{
			"images/a.png": string(photo), "masks/a.png": string(grays(rows(0, 7, 7, 255, 0, 0, 2, 255)...)), "images/b.png": string(photo),
		}, "2 7", []string{"|images/a.png|2 2,1 1x1=1|7 1,0 2x1=2", "|images/b.png"}},
		{"black and white", map[string]string{
			"images/a.png": string(photo), "masks/a_mask.png": string(grays(rows(0, 255, 255, 0, 0, 0, 255, 0)...)),
		}, "255", []string{"|images/a.png|255 1,0 2x2=3"}},
		{"colours without a list", map[string]string{
			"train/a.png": string(photo), "train_labels/a_L.png": string(colours(rows(0, 0x804000, 0x804000, 0, 0, 0, 0xff, 0)...)),
		}, "#0000ff #804000", []string{"train|train/a.png|#0000ff 2,1 1x1=1|#804000 1,0 2x1=2"}},
		{"labelmap.txt, palette and a stray value", map[string]string{
			"images/val/a.png": string(photo), "masks/val/a.png": string(indices(voc, rows(0, 1, 1, 9, 2, 2, 0, 9)...)),
			"labelmap.txt": "# label:color_rgb:parts:actions\nbackground:0,0,0::\nold car:128,0,0::\ntree:0,128,0::\n",
		}, "old car tree 9", []string{"val|images/val/a.png|old car 1,0 2x1=2|tree 0,1 2x1=2|9 3,0 1x2=2",
			"!undefined-class masks/val/a.png 3: 2 pixels of the label picture have the value 9, which labelmap.txt does not have."}},
		{"a palette in another order", map[string]string{
			"images/a.png": string(photo), "masks/a.png": string(indices([]uint32{0x008000, 0x800000, 0}, rows(2, 0, 0, 1, 2, 2, 2, 1)...)),
			"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\ntree:0,128,0::\n",
		}, "car tree", []string{"|images/a.png|car 3,0 1x2=2|tree 1,0 2x1=2"}},
		{"Cityscapes", map[string]string{
			"leftImg8bit/train/ulm/ulm_0_0_leftImg8bit.png": string(photo), "gtFine/train/ulm/ulm_0_0_gtFine_instanceIds.png": string(grays16(rows(0, 26001, 26001, 7, 26, 26000, 4, 7)...)),
			"gtFine/train/ulm/ulm_0_0_gtFine_labelIds.png": string(grays(rows(0, 26, 26, 7, 26, 26, 4, 7)...)),
		}, "", []string{"train|leftImg8bit/train/ulm/ulm_0_0_leftImg8bit.png|static 2,1 1x1=1 #4|road 3,0 1x2=2 #7|car 0,1 1x1=1 #26 crowd|car 1,1 1x1=1 #26000|car 1,0 2x1=2 #26001"}},
		{"numbers for training", map[string]string{
			"leftImg8bit/val/ulm/a_leftImg8bit.png": string(photo), "gtFine/val/ulm/a_gtFine_labelTrainIds.png": string(grays(rows(255, 13, 13, 0, 255, 255, 255, 0)...)),
		}, "", []string{"val|leftImg8bit/val/ulm/a_leftImg8bit.png|road 3,0 1x2=2|car 1,0 2x1=2"}},
		{"Pascal VOC with objects", map[string]string{
			"JPEGImages/a.png": string(photo), "JPEGImages/b.png": string(photo), "JPEGImages/c.png": string(photo), "ImageSets/Segmentation/val.txt": "b\na\n",
			"SegmentationClass/a.png": string(indices(voc, rows(0, 7, 7, 255, 15, 7, 0, 0)...)), "SegmentationObject/a.png": string(indices(voc, rows(0, 1, 1, 255, 3, 2, 0, 0)...)),
		}, "", []string{"val|JPEGImages/a.png|car 1,0 2x1=2 #1|car 1,1 1x1=1 #2|person 0,1 1x1=1 #3", "val|JPEGImages/b.png"}},
		{"Penn-Fudan and an orphan", map[string]string{
			"PNGImages/a.png": string(photo), "PedMasks/a_mask.png": string(grays(rows(0, 1, 1, 2, 0, 1, 1, 255)...)), "PedMasks/z_mask.png": string(photo),
		}, "pedestrian", []string{"|PNGImages/a.png|pedestrian 1,0 2x2=4 #1|pedestrian 3,0 1x1=1 #2|pedestrian 3,1 1x1=1 #255",
			"!orphan-annotation PedMasks/z_mask.png 0: The label picture PedMasks/z_mask.png has no picture of its name in PNGImages."}},
		{"SegNet's CamVid", map[string]string{
			"train/0001TP_1.png": string(photo), "trainannot/0001TP_1.png": string(grays(rows(0, 8, 8, 11, 0, 11, 11, 11)...)),
		}, "", []string{"train|train/0001TP_1.png|sky 0,0 1x2=2|car 1,0 2x1=2"}},
		{"BDD100K", map[string]string{
			"images/10k/val/a.png": string(photo), "labels/sem_seg/masks/val/a.png": string(grays(rows(255, 13, 13, 0, 255, 255, 255, 0)...)),
		}, "", []string{"val|images/10k/val/a.png|road 3,0 1x2=2|car 1,0 2x1=2"}},
		{"a table of values", map[string]string{
			"train/a.png": string(photo), "train/a_mask.png": string(grays(rows(0, 2, 2, 0, 0, 0, 5, 0)...)), "train/_classes.csv": "Pixel Value, Class\n0, background\n2, cat\n5, dog\n",
		}, "cat dog", []string{"train|train/a.png|cat 1,0 2x1=2|dog 2,1 1x1=1"}},
		{"splits by lists", map[string]string{
			"images/a.png": string(photo), "masks/a.png": string(grays(rows(0, 1, 1, 0, 0, 0, 1, 0)...)), "images/b.png": string(photo), "masks/b.png": string(grays(rows(0, 1, 1, 0, 0, 0, 1, 0)...)),
			"train.txt": "/images/a.png /masks/a.png\n", "test.txt": "b\n", "classes.txt": "background\none two\n",
		}, "one two", []string{"train|images/a.png|one two 1,0 2x2=3", "test|images/b.png|one two 1,0 2x2=3"}},
		{"damaged", map[string]string{
			"images/a.png": string(photo), "masks/a.png": "no picture", "images/b.png": string(photo), "masks/b.png": string(grays(rows(0, 1, 1, 0, 0, 0, 1, 0)...)), "labelmap.txt": "cat:1,2,300::\n",
		}, "1", []string{"|images/a.png", "|images/b.png|1 1,0 2x2=3",
			`! labelmap.txt 0: The list of classes labelmap.txt cannot be used: the colour of its class "cat" is outside of 0 to 255.`,
			"!artifact masks/a.png 0: The label picture masks/a.png cannot be read: it is no PNG."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, c.files)
			if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
				t.Errorf("detected as %+v", m)
			}
			ds, err := Format.Read(t.Context(), root, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(ds); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if got := strings.Join(ds.Classes, " "); c.classes != "" && got != c.classes {
				t.Errorf("classes %q, want %q", got, c.classes)
			}
		})
	}
}

func TestReadPicturesElsewhere(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"labels/masks/a.png": string(grays(rows(0, 1, 1, 0, 0, 0, 1, 0)...)), "photos/a.png": string(photo), "photos/b.png": string(photo)})
	ds, err := Format.Read(t.Context(), filepath.Join(root, "labels", "masks"), source.Options{Images: filepath.Join(root, "photos")})
	if err != nil {
		t.Fatal(err)
	}
	if got := describe(ds); !slices.Equal(got, []string{"|a.png|1 1,0 2x2=3"}) || ds.Root != filepath.Join(root, "photos") {
		t.Errorf("got %q below %s", got, ds.Root)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no label pictures":   {"images/a.png": string(photo), "labels/a.txt": "0 0.5 0.5 1 1"},
		"other names":         {"images/a.png": string(photo), "masks/b.png": string(photo)},
		"class folders":       {"cats/a.png": string(photo), "dogs/b.png": string(photo)},
		"two layouts":         {"x/RGB/a.png": string(photo), "x/GT/a.png": string(photo), "y/images/a.png": string(photo), "y/masks/a.png": string(photo)},
		"two datasets":        {"x/images/a.png": string(photo), "x/masks/a.png": string(photo), "train/images/a.png": string(photo), "train/masks/a.png": string(photo)},
		"panoptic beside":     {"images/train/a.jpg": string(photo), "annotations/panoptic_train/a.png": string(photo)},
		"a list without much": {"labelmap.txt": "cat:1,2,3::\n"},
	} {
		root := formattest.Plant(t, files)
		if m := formattest.Detect(t, Format, root); m.Confidence != source.No {
			t.Errorf("%s: detected as %+v", name, m)
		}
		if _, err := Format.Read(t.Context(), root, source.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The numbers were counted with another program, pixel by pixel.
func TestReadShared(t *testing.T) {
	const assets = "data/formats/datumaro-assets/"
	for _, c := range []struct {
		path                         string
		images, annotations, classes int
		counts                       map[string]int
	}{
		{"data/camvid", 76, 773, 11, map[string]int{"sky": 76, "bicyclist": 54, "fence": 50, "car": 76}},
		{"data/coco128/semantic_segmentation", 128, 656, 129, nil},
		{"data/penn-fudan", 74, 160, 1, map[string]int{"pedestrian": 160}},
		{"data/formats/labelme/instance_segmentation/data_dataset_voc", 3, 12, 20, nil},
		{assets + "camvid_dataset", 4, 10, 31, map[string]int{"Road": 2, "Animal": 2, "Bicyclist": 1}},
		{assets + "cityscapes_dataset/dataset", 4, 9, 33, nil},
		{assets + "cityscapes_dataset/train_dataset", 4, 10, 33, nil},
		{assets + "common_semantic_segmentation_dataset/dataset", 2, 4, 5, map[string]int{"Bicyclist": 1, "Road": 1, "Animal": 1, "Child": 1}},
		{assets + "common_semantic_segmentation_dataset/non_standard_dataset", 2, 5, 7, map[string]int{"Bicyclist": 1, "Road": 2, "Animal": 1, "SignSymbol": 1}},
		{assets + "kaggle_dataset/image_mask", 2, 2, 1, map[string]int{"1": 2}},
		{assets + "kaggle_dataset/image_mask_with_labelmap", 3, 6, 2, map[string]int{"cat": 3, "dog": 3}},
		{assets + "kitti_dataset/kitti_segmentation", 2, 6, 33, map[string]int{"out of roi": 2, "truck": 2, "train": 1, "wall": 1}},
		{assets + "mapillary_vistas_dataset", 3, 10, 3, map[string]int{"animal--bird": 4, "construction--barrier--separator": 4, "object--vehicle--bicycle": 2}},
		{assets + "mots_dataset", 3, 5, 4, map[string]int{"a": 1, "c": 1, "d": 3}},
		{assets + "synthia_dataset/al", 2, 5, 13, map[string]int{"Bicycle": 1, "Car": 1, "Pedestrian": 1, "Road": 1, "Sky": 1}},
		{assets + "synthia_dataset/rand", 2, 7, 13, map[string]int{"Sky": 2, "Building": 2, "Road": 2, "TrafficLight": 1}},
		{assets + "synthia_dataset/rand_custom_labelmap", 2, 5, 4, map[string]int{"sky": 1, "building": 1, "person": 1, "road": 2}},
		{assets + "synthia_dataset/rand_meta_file", 2, 5, 4, map[string]int{"sky": 1, "building": 1, "person": 1, "road": 2}},
		{assets + "synthia_dataset/sf", 2, 5, 22, map[string]int{"Terrain": 1, "Road": 1, "Sky": 1, "Building": 1, "TrafficSign": 1}},
		{assets + "voc_dataset/voc_dataset1", 2, 1, 20, map[string]int{"bicycle": 1}},
	} {
		t.Run(c.path, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), shared.Dir(t, c.path), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Classes) != c.classes || len(ds.Problems) > 0 {
				t.Errorf("%d images, %d annotations, %d classes, problems %v; want %d, %d, %d", len(ds.Images), len(ds.Annotations), len(ds.Classes), ds.Problems, c.images, c.annotations, c.classes)
			}
			counts := map[string]int{}
			for class, n := range ds.ClassCounts() {
				if n > 0 {
					counts[ds.Classes[class]] = n
				}
			}
			for class, n := range c.counts {
				if counts[class] != n {
					t.Errorf("%s: %d, want %d", class, counts[class], n)
				}
			}
			t.Log(maps.Collect(maps.All(counts)))
		})
	}
}
