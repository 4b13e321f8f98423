package labelstudio

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/errata-cv/errata/dataset"
)

// inside are pixels of a picture of 6 by 4.
func inside(at ...int) []bool {
	out := make([]bool, 24)
	for _, i := range at {
		out[i] = true
	}
	return out
}

// brushed is a mask of 6 by 4 pixels.
var brushed = dataset.MaskOf(6, 4, inside(7, 8, 13, 14, 15, 23))

// full is an export with everything that is read, and what is passed over.
var full = `[
  {
    "id": 11,
    "annotations": [
      {
        "id": 1,
        "completed_by": {"id": 5, "email": "ann@example.org"},
        "result": [
          {
            "original_width": 200,
            "original_height": 100,
            "image_rotation": 0,
            "value": {
              "x": 10.50,
              "y": 2e1,
              "width": 30,
              "height": 40.0,
              "rotation": 0,
              "rectanglelabels": ["Car"]
            },
            "id": "r1",
            "from_name": "label",
            "to_name": "image",
            "type": "rectanglelabels",
            "origin": "manual"
          },
          {
            "original_width": 200,
            "original_height": 100,
            "image_rotation": 0,
            "value": {
              "points": [[10, 20], [30, 20.5], [25, 60]],
              "closed": true,
              "polygonlabels": ["B\u00fcs"]
            },
            "id": "r2",
            "from_name": "outline",
            "to_name": "image",
            "type": "polygonlabels",
            "origin": "manual"
          },
          {
            "original_width": 6,
            "original_height": 4,
            "image_rotation": 0,
            "value": {"format": "rle", "rle": ` + string(brushText(EncodeBrush(brushed))) + `, "brushlabels": ["Car"]},
            "id": "r3", "from_name": "mask", "to_name": "image", "type": "brushlabels"
          },
          {"id": "r1", "type": "choices", "from_name": "colour", "to_name": "image", "original_width": 200, "original_height": 100,
           "value": {"x": 10.50, "y": 2e1, "width": 30, "height": 40.0, "rotation": 0, "choices": ["red"]}},
          {"id": "r1", "type": "textarea", "from_name": "plate", "to_name": "image", "value": {"text": ["AB 1"]}},
          {"id": "r2", "type": "rating", "from_name": "quality", "to_name": "image", "value": {"rating": 3}},
          {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right"},
          {"id": "k1", "type": "keypointlabels", "from_name": "kp", "to_name": "image", "original_width": 200, "original_height": 100, "value": {"x": 1, "y": 2, "width": 0.5, "keypointlabels": ["Nose"]}},
          {"id": "e1", "type": "ellipselabels", "from_name": "el", "to_name": "image", "original_width": 200, "original_height": 100, "value": {"x": 1, "y": 2, "radiusX": 3, "radiusY": 4, "rotation": 0, "ellipselabels": ["Sun"]}},
          {"id": "t1", "type": "rectanglelabels", "from_name": "label", "to_name": "image", "original_width": 200, "original_height": 100, "image_rotation": 90, "value": {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0, "rectanglelabels": ["Car"]}},
          {"id": "u1", "type": "rectanglelabels", "from_name": "label", "to_name": "image", "original_width": 200, "original_height": 100, "image_rotation": 0, "value": {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0, "rectanglelabels": []}}
        ],
        "was_cancelled": false,
        "ground_truth": false
      },
      {"id": 2, "completed_by": 6, "result": [
        {"id": "q1", "type": "choices", "from_name": "scene", "to_name": "image", "value": {"choices": ["day", "street"]}},
        {"id": "r4", "type": "rectangle", "from_name": "box", "to_name": "image", "original_width": 200, "original_height": 100, "value": {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 90}},
        {"id": "r4", "type": "labels", "from_name": "name", "to_name": "image", "original_width": 200, "original_height": 100, "value": {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 90, "labels": ["Van", "Car"]}}
      ], "was_cancelled": false},
      {"id": 3, "completed_by": 7, "result": [{"id": "c1", "type": "choices", "from_name": "scene", "to_name": "image", "value": {"choices": ["night"]}}], "was_cancelled": true},
      {"id": 4, "completed_by": 8, "result": [], "was_cancelled": false}
    ],
    "drafts": [{"result": []}],
    "predictions": [{"result": []}],
    "data": {"image": "/data/upload/3/1a2b3c4d-one%20street.jpg", "note": "by hand"},
    "total_annotations": 4
  },
  {
    "id": 12,
    "annotations": [],
    "predictions": [],
    "total_annotations": 0,
    "data": {"image": "/data/local-files/?d=deep/two.png"}
  },
  {
    "id": 13,
    "annotations": [{"id": 9, "completed_by": 6, "result": [
      {"id": "p1", "type": "rectanglelabels", "from_name": "label", "to_name": "image", "item_index": 1, "original_width": 40, "original_height": 40, "image_rotation": 0, "value": {"x": 25, "y": 25, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["Car"]}},
      {"id": "p2", "type": "rectanglelabels", "from_name": "label", "to_name": "image", "item_index": 7, "original_width": 40, "original_height": 40, "image_rotation": 0, "value": {"x": 25, "y": 25, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["Car"]}}
    ]}],
    "predictions": [],
    "data": {"image": ["https://example.org/p0.jpg?token=1", "s3://bucket/p1.jpg"]}
  },
  {"id": 14, "annotations": [], "predictions": [], "data": {"text": "nothing to see"}}
]
`

// short is an export as JSON-MIN.
const short = `[
  {
    "image": "/data/upload/3/a.jpg",
    "id": 1,
    "label": [
      {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["Car"], "original_width": 200, "original_height": 100},
      {"x": 50, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["Van"], "original_width": 200, "original_height": 100},
      {"x": 60, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["Bus"], "original_width": 200, "original_height": 100}
    ],
    "text": ["AB 1", "CD 2"],
    "annotator": 3,
    "annotation_id": 8,
    "created_at": "2024-01-01",
    "lead_time": 1.5
  },
  {
    "image": "/data/upload/3/b.jpg",
    "id": 2,
    "scene": "day",
    "annotator": "ann@example.org",
    "annotation_id": 9,
    "lead_time": 1.5
  },
  {
    "image": "/data/upload/3/c.jpg",
    "id": 3,
    "scene": {"choices": ["day", "night", "dusk"]},
    "annotator": {"id": 4},
    "annotation_id": 10,
    "lead_time": 1.5
  }
]
`

const config1 = `<?xml version="1.0"?>
<View>
  <Image name="image" value="$image"/>
  <!-- the classes -->
  <RectangleLabels name="label" toName="image"><Label value="Truck"/><Label value="Car" background="red"/></RectangleLabels>
  <KeyPointLabels name="kp" toName="image"><Label value="Nose"/></KeyPointLabels>
  <Choices name="scene" toName="image" choice="multiple">
    <View><Choice value="d" alias="day"/><Choice value="street"/></View>
  </Choices>
  <Choices name="colour" toName="image" perRegion="true"><Choice value="red"/><Choice value="blue"/></Choices>
</View>
`

// tree is a folder with an export, its configuration and pictures.
func tree() map[string]string {
	return map[string]string{
		"export.json": full, "label_config.xml": config1,
		"pictures/one street.jpg": "1", "pictures/deep/two.png": "2", "pictures/p1.jpg": "3", "pictures/p0.jpg": "4",
	}
}

// lines spells the same tasks one a line.
func lines(tasks ...string) string {
	out := ""
	for _, t := range tasks {
		out += fmt.Sprintln(t)
	}
	return out
}

// withCRC ends the first chunk of a PNG, which is all that its size needs.
func withCRC(png string) string {
	return png + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(png[12:]))))
}
