package format

import (
	"github.com/errata-cv/errata/format/attributes"
	"github.com/errata-cv/errata/format/boxcsv"
	"github.com/errata-cv/errata/format/coco"
	"github.com/errata-cv/errata/format/createml"
	csvtable "github.com/errata-cv/errata/format/csv"
	"github.com/errata-cv/errata/format/cvat"
	"github.com/errata-cv/errata/format/datumaro"
	"github.com/errata-cv/errata/format/dota"
	"github.com/errata-cv/errata/format/folder"
	"github.com/errata-cv/errata/format/idx"
	"github.com/errata-cv/errata/format/kitti"
	"github.com/errata-cv/errata/format/labelme"
	"github.com/errata-cv/errata/format/labelmexml"
	"github.com/errata-cv/errata/format/labelstudio"
	"github.com/errata-cv/errata/format/masks"
	"github.com/errata-cv/errata/format/mot"
	"github.com/errata-cv/errata/format/npy"
	"github.com/errata-cv/errata/format/nucleus"
	"github.com/errata-cv/errata/format/parquet"
	"github.com/errata-cv/errata/format/pixelcsv"
	"github.com/errata-cv/errata/format/scalabel"
	"github.com/errata-cv/errata/format/segmentanything"
	"github.com/errata-cv/errata/format/tfrecord"
	"github.com/errata-cv/errata/format/voc"
	"github.com/errata-cv/errata/format/vott"
	"github.com/errata-cv/errata/format/webdataset"
	"github.com/errata-cv/errata/format/widerface"
	"github.com/errata-cv/errata/format/yolo"
)

// formats are in order of preference where two are equally likely.
var formats = []Format{
	folder.Format,
	csvtable.Format,
	coco.Format,
	coco.Results,
	coco.Panoptic,
	labelme.Format,
	datumaro.Format,
	labelstudio.Format,
	tfrecord.Format,
	idx.Format,
	voc.Format,
	cvat.Format,
	labelmexml.Format,
	scalabel.Format,
	nucleus.Format,
	createml.Format,
	segmentanything.Format,
	vott.JSON,
	vott.CSV,
	npy.Format,
	masks.Format,
	boxcsv.OpenImages,
	boxcsv.Boxes,
	attributes.Format,
	webdataset.Format,
	yolo.Format,
	yolo.OBB,
	kitti.Format,
	dota.Format,
	mot.Format,
	widerface.Format,
	parquet.Format,
	pixelcsv.Format,
}

// Find returns the format of that name.
func Find(name string) (f Format, ok bool) {
	for _, f := range formats {
		if f.Info().Name == name {
			return f, true
		}
	}
	return nil, false
}
