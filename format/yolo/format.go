package yolo

import (
	"context"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Format is this format for the list in package format.
var Format source.Format = yoloFormat{}

// OBB is this format for datasets whose rows of four corners are rotated boxes;
// it is never detected and has to be asked for.
var OBB source.Format = yoloFormat{obb: true}

type yoloFormat struct{ obb bool }

// Name and NameOBB choose the formats on the command line.
const (
	Name    = "yolo"
	NameOBB = "yolo-obb"
)

func (f yoloFormat) Info() source.Info {
	info := source.Info{
		Name: Name, Title: "YOLO",
		Layout: "a text file of class and fractions for each picture, with data.yaml, obj.data or classes.txt",
		Holds:  source.Holds{Boxes: true, RotatedBoxes: true, Polygons: true, Scores: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"Ultralytics, Roboflow, Darknet and Label Studio layouts are read, for detection, segmentation, rotated boxes and predictions.",
			"Keypoints behind a box stay in the file and are not checked.",
			"Class folders for Ultralytics classification are the format folder.",
			"Four corners are rotated boxes where data.yaml or a name says obb, or where all of them are rectangles; yolo-obb forces it.",
		},
	}
	if f.obb {
		info.Name, info.Title = NameOBB, "YOLO with rotated boxes"
		info.Layout = "as yolo, with four corners in each row"
		info.Notes = []string{"It has to be chosen by its name: rows of four corners are read as rotated boxes, and boxes are written as their corners."}
	}
	return info
}

func (f yoloFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	return read(ctx, path, o, f)
}
