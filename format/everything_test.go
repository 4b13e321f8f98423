package format_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/internal/shared"
)

// everything lists the fixtures of ../shared/data/formats that are read, each as
// which format, and how much of it. A path that ends in a file name has to be
// given that way, because its folder holds several datasets.
var everything = []struct {
	path, format string
	images       int
	annotations  int
}{
	{"bdd100k/example_annotation.json", "scalabel", 1, 4},
	{"bdd100k/example_ignore_annotation.json", "scalabel", 2, 2},
	{"bdd100k/panseg_coco", "coco-panoptic", 1, 14},
	{"bdd100k/to_rle", "scalabel", 2, 22},
	{"datumaro-assets/algorithms/noisy_label_detection_cls", "datumaro", 6, 6},
	{"datumaro-assets/algorithms/noisy_label_detection_det", "datumaro", 10, 67},
	{"datumaro-assets/align_celeba_dataset/dataset", "attributes", 5, 4},
	{"datumaro-assets/camvid_dataset", "masks", 4, 10},
	{"datumaro-assets/celeba_dataset/dataset", "attributes", 5, 4},
	{"datumaro-assets/cityscapes_dataset/dataset", "masks", 4, 9},
	{"datumaro-assets/cityscapes_dataset/train_dataset", "masks", 4, 10},
	{"datumaro-assets/coco_dataset/coco", "coco", 2, 3},
	{"datumaro-assets/coco_dataset/coco_instances", "coco", 2, 3},
	{"datumaro-assets/coco_dataset/coco_labels", "coco", 2, 3},
	{"datumaro-assets/coco_dataset/coco_panoptic", "coco-panoptic", 2, 3},
	{"datumaro-assets/coco_dataset/coco_person_keypoints", "coco", 2, 3},
	{"datumaro-assets/coco_dataset/coco_roboflow", "coco", 2, 3},
	{"datumaro-assets/coco_dataset/coco_stuff", "coco", 2, 2},
	{"datumaro-assets/coco_dataset/mmdet_coco", "coco", 2, 3},
	{"datumaro-assets/common_semantic_segmentation_dataset/dataset", "masks", 2, 4},
	{"datumaro-assets/common_semantic_segmentation_dataset/non_standard_dataset", "masks", 2, 5},
	{"datumaro-assets/cvat_dataset/for_images/export_task", "cvat", 2, 2},
	{"datumaro-assets/datumaro_dataset/legacy", "datumaro", 4, 7},
	{"datumaro-assets/dota_dataset", "dota", 3, 4},
	{"datumaro-assets/imagenet_dataset", "folder", 4, 3},
	{"datumaro-assets/imagenet_subsets_dataset", "folder", 12, 9},
	{"datumaro-assets/imagenet_txt_dataset/basic", "attributes", 4, 4},
	{"datumaro-assets/imagenet_txt_dataset/custom_labels", "attributes", 1, 1},
	{"datumaro-assets/kaggle_dataset/image_csv/ann.csv", "csv", 5, 5},
	{"datumaro-assets/kaggle_dataset/image_csv/ann_wo_ext.csv", "csv", 5, 5},
	{"datumaro-assets/kaggle_dataset/image_csv_det/ann.csv", "csv-boxes", 3, 6},
	{"datumaro-assets/kaggle_dataset/image_csv_det/ann2.csv", "csv-boxes", 3, 6},
	{"datumaro-assets/kaggle_dataset/image_csv_det/ann3.csv", "csv-boxes", 3, 6},
	{"datumaro-assets/kaggle_dataset/image_csv_multi_label/ann.csv", "attributes", 6, 9},
	{"datumaro-assets/kaggle_dataset/image_csv_multi_label/ann_wo_ext.csv", "attributes", 6, 9},
	{"datumaro-assets/kaggle_dataset/image_mask", "masks", 2, 2},
	{"datumaro-assets/kaggle_dataset/image_mask_with_labelmap", "masks", 3, 6},
	{"datumaro-assets/kaggle_dataset/image_txt/ann.txt", "csv", 5, 5},
	{"datumaro-assets/kaggle_dataset/image_txt/ann_wo_ext.txt", "csv", 5, 5},
	{"datumaro-assets/kaggle_dataset/image_txt_det", "csv-boxes", 3, 6},
	{"datumaro-assets/kaggle_dataset/relaxed_coco", "coco", 2, 2},
	{"datumaro-assets/kaggle_dataset/relaxed_voc1", "voc", 2, 2},
	{"datumaro-assets/kaggle_dataset/relaxed_voc2", "voc", 2, 2},
	{"datumaro-assets/kaggle_dataset/relaxed_yolo", "yolo", 2, 4},
	{"datumaro-assets/kitti_dataset/kitti_3d", "kitti", 1, 3},
	{"datumaro-assets/kitti_dataset/kitti_detection", "kitti", 2, 5},
	{"datumaro-assets/kitti_dataset/kitti_segmentation", "masks", 2, 6},
	{"datumaro-assets/labelme_dataset", "labelme-xml", 1, 7},
	{"datumaro-assets/mapillary_vistas_dataset", "masks", 3, 10},
	{"datumaro-assets/mnist_csv_dataset", "pixel-csv", 5, 5},
	{"datumaro-assets/mot_dataset", "mot", 2, 2},
	{"datumaro-assets/mots_dataset", "masks", 3, 5},
	{"datumaro-assets/roboflow_dataset/coco", "coco", 3, 4},
	{"datumaro-assets/roboflow_dataset/createml", "createml", 3, 4},
	{"datumaro-assets/roboflow_dataset/multiclass", "attributes", 3, 4},
	{"datumaro-assets/roboflow_dataset/tfrecord", "tfrecord", 3, 4},
	{"datumaro-assets/roboflow_dataset/voc", "voc", 3, 4},
	{"datumaro-assets/roboflow_dataset/yolo", "yolo", 3, 4},
	{"datumaro-assets/roboflow_dataset/yolo_obb", "dota", 3, 4},
	{"datumaro-assets/segment_anything_dataset", "segment-anything", 2, 2},
	{"datumaro-assets/synthia_dataset/al", "masks", 2, 5},
	{"datumaro-assets/synthia_dataset/rand", "masks", 2, 7},
	{"datumaro-assets/synthia_dataset/rand_custom_labelmap", "masks", 2, 5},
	{"datumaro-assets/synthia_dataset/rand_meta_file", "masks", 2, 5},
	{"datumaro-assets/synthia_dataset/sf", "masks", 2, 5},
	{"datumaro-assets/tf_detection_api_dataset", "tfrecord", 3, 4},
	{"datumaro-assets/voc_dataset/voc_dataset1", "voc", 2, 2},
	{"datumaro-assets/voc_dataset/voc_dataset2", "voc", 5, 4},
	{"datumaro-assets/voc_dataset/voc_dataset3", "voc", 1, 1},
	{"datumaro-assets/vott_csv_dataset/dataset", "vott-csv", 4, 5},
	{"datumaro-assets/vott_csv_dataset/dataset_with_meta_file", "vott-csv", 2, 2},
	{"datumaro-assets/vott_json_dataset", "vott", 6, 7},
	{"datumaro-assets/yolo_dataset/annotations", "yolo", 1, 2},
	{"datumaro-assets/yolo_dataset/labels", "yolo", 2, 4},
	{"datumaro-assets/yolo_dataset/strict", "yolo", 1, 2},
	{"kitti", "kitti", 2, 8},
	{"label-studio/csv_test.json", "label-studio", 2, 3},
	{"label-studio/test_export_json_min/data.json", "label-studio", 1, 1},
	{"label-studio/test_export_json_min/data_repeater.json", "label-studio", 3, 1},
	{"label-studio/test_export_yolo", "label-studio", 2, 6},
	{"label-studio/test_import_yolo_data", "yolo", 4, 13},
	{"labelme/bbox_detection/data_annotated", "labelme", 3, 9},
	{"labelme/bbox_detection/data_dataset_voc", "voc", 3, 9},
	{"labelme/classification", "labelme", 2, 2},
	{"labelme/instance_segmentation/data_annotated", "labelme", 3, 18},
	{"labelme/instance_segmentation/data_dataset_coco", "coco", 3, 12},
	{"labelme/instance_segmentation/data_dataset_voc", "masks", 3, 12},
	{"labelme/primitives", "labelme", 1, 4},
	{"labelme/video_annotation", "labelme", 5, 15},
	{"scalabel-bdd", "scalabel", 32, 154},
}

// outOfScope are the folders that are no source of labels here, and why.
var outOfScope = map[string]string{
	"bdd100k/bitmasks": "one frame each of label pictures of a video, without the pictures",
	"datumaro-assets/celeba_dataset/dataset_with_meta_file": "a list of identities, without attributes",
	"cvat-api":                                     "answers of CVAT's server, no export: their shapes carry no picture names",
	"datumaro-assets/cvat_dataset/for_video":       "tracks of a video; the error says which export to take",
	"datumaro-assets/icdar_dataset":                "transcriptions and regions of text",
	"datumaro-assets/image_dir_dataset":            "pictures without labels",
	"datumaro-assets/kitti_dataset/kitti_raw":      "tracklets of cuboids",
	"datumaro-assets/lfw_dataset":                  "pairs of faces",
	"datumaro-assets/market1501_dataset":           "identities in file names, for re-identification",
	"datumaro-assets/mars_dataset":                 "identities in file names, for re-identification",
	"datumaro-assets/mpii_json_dataset":            "poses: keypoints",
	"datumaro-assets/vgg_face2_dataset":            "identities with landmarks; its class folders are read as such",
	"datumaro-assets/mvtec_dataset":                "defects as one mask a picture, in a layout of its own",
	"datumaro-assets/ade20k2017_dataset":           "objects and their parts in colours of ADE20K's own",
	"datumaro-assets/ade20k2020_dataset":           "objects and their parts in colours of ADE20K's own",
	"datumaro-assets/coco_dataset/coco_captions":   "captions; the file is read, without labels",
	"datumaro-assets/coco_dataset/coco_image_info": "no annotations; the file is read, without labels",
}

func TestEveryFixtureIsRead(t *testing.T) {
	root := shared.Dir(t, "data", "formats")
	for _, c := range everything {
		t.Run(c.path, func(t *testing.T) {
			ds, err := format.Open(t.Context(), filepath.Join(root, filepath.FromSlash(c.path)), "", format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if ds.Format != c.format || len(ds.Images) != c.images || len(ds.Annotations) != c.annotations {
				t.Errorf("read as %s: %d images, %d annotations", ds.Format, len(ds.Images), len(ds.Annotations))
			}
			for _, a := range ds.Annotations {
				if a.Image < 0 || a.Image >= len(ds.Images) || a.Class < 0 || a.Class >= len(ds.Classes) {
					t.Fatalf("the annotation %+v points outside", a)
				}
			}
		})
	}
}

// Every top folder, and every folder below datumaro-assets, is in one of the lists.
func TestEveryFolderIsAccountedFor(t *testing.T) {
	root := shared.Dir(t, "data", "formats")
	var all []string
	for _, pattern := range []string{"*", "datumaro-assets/*"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			rel, err := filepath.Rel(root, f)
			if err != nil {
				t.Fatal(err)
			}
			if name := filepath.ToSlash(rel); !strings.Contains(filepath.Base(name), ".") && !strings.HasPrefix(name, "LICENSE") && name != "datumaro-assets" {
				all = append(all, name)
			}
		}
	}
	if len(all) < 30 {
		t.Fatalf("only %d folders were found", len(all))
	}
	for _, name := range all {
		known := false
		for _, c := range everything {
			known = known || c.path == name || strings.HasPrefix(c.path, name+"/")
		}
		for path := range outOfScope {
			known = known || path == name || strings.HasPrefix(path, name+"/")
		}
		if !known {
			t.Errorf("%s is in no list", name)
		}
	}
}
